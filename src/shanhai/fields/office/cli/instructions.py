"""``shanhai office instructions ...``: given on records, reported back, closed or sent back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import replies
from shanhai.fields.office.actions import instructions as actions
from shanhai.fields.office.cli import shared
from shanhai.fields.office.models import Instruction
from shanhai.fields.office.queries import instructions as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import instructions as rules
from shanhai.fields.registry.cli.shared import unit_of
from shanhai.fields.registry.queries import papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, show_whole, written

app = noun("Instructions of leaders on records.")

Number = Annotated[str, typer.Argument(help="Its number.")]


@app.command("list")
def list_instructions(
    pairing: shared.PairingCode = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed or dropped.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The unfinished instructions, soonest due first."""
    member = shared.reader("office.view_instructions")
    found = queries.instructions_of(member, shared.pairing_of(pairing)).order_by("due_on", "pk")
    rows = list(map(_row, found if everything else found.filter(stage__in=rules.UNFINISHED)))
    if not (as_json or as_csv):
        rows = [row | {"stage": str(said.INSTRUCTION_STAGES[row["stage"]])} for row in rows]
    headings = {"number": _("Number"), "text": _("Instruction"), "leader": _("Instructed by")}
    headings |= {"unit": _("Carried out by"), "due_on": _("Due"), "stage": _("Status")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _row(one: Instruction) -> dict[str, Any]:
    names = ("number", "due_on", "stage")
    facts = {name: getattr(one, name) for name in names} | {"text": one.text_said}
    return facts | {"leader": one.leader.name, "unit": one.unit.organisation.name}


@app.command("show")
def show_instruction(number: Number, as_json: AsJson = False) -> None:
    """One instruction with its report."""
    one = queries.instruction_of(shared.reader("office.view_instructions"), number)
    facts = _row(one) | {"report": one.report_said, "word": one.word, "given_on": one.given_on}
    facts |= {"reported_on": one.reported_on, "closed_on": one.closed_on, "version": one.version}
    headings = {"number": _("Number"), "text": _("Instruction"), "leader": _("Instructed by")}
    headings |= {"given_on": _("Instructed on"), "unit": _("Carried out by"), "due_on": _("Due")}
    headings |= {"stage": _("Status"), "report": _("Report"), "reported_on": _("Reported on")}
    headings |= {"word": _("Last word about it:"), "closed_on": _("Closed on"), "version": _("Version")}
    show_whole(facts, headings, as_json=as_json)


@app.command("give")
def instruct(
    kind: shared.Kind,
    pk: shared.Key,
    text: Annotated[str, typer.Argument(parser=given.line(rules.LONGEST), metavar="LINE", help="The line.")],
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit that carries it out.")],
    due_on: Annotated[date, given.a_day("--due", "The day by which it reports back.")],
    text_en: Annotated[str, given.text("--en", 300, "The line in English.")] = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write one line on a record; needs --as of a leader."""
    by, record = shared.somebody(), shared.record_of(kind, pk)
    one = written(
        lambda: actions.instruct(
            record,
            text=text,
            text_en=text_en,
            unit=unit_of(unit),
            due_on=due_on,
            pairing=shared.pairing_of(pairing) if pairing else None,
            by=by,
        ),
        dry_run=dry_run,
    )
    _done(_("Given as %s; the unit is told.") % one.number, one, dry_run, as_json)


@app.command("report")
def report_back(
    number: Number,
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.long_text, metavar="TEXT", help="How it was done; - is standard input."
        ),
    ],
    evidence: Annotated[
        list[int] | None,
        typer.Option("--evidence", help="Number of a paper that shows it. Give it again for more."),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say how it was carried out; in a unit with further steps that is prepared and climbs its ladder."""
    by, one = shared.somebody(), queries.instruction_of(acting(), number)
    shown = [papers.seen(by, key) for key in evidence or ()]
    made = written(lambda: actions.report_back(one, text=text, evidence=shown, by=by), dry_run=dry_run)
    _done(replies.told(made, _("Reported back; the leader is asked to close it.")), one, dry_run, as_json)


@app.command("close")
def close_instruction(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Close what was reported back."""
    one = queries.instruction_of(acting(), number)
    written(lambda: actions.close_instruction(one, by=acting()), dry_run=dry_run)
    _done(_("Closed: %s.") % one.number, one, dry_run, as_json)


@app.command("send-back")
def send_back(
    number: Number,
    word: Annotated[str, given.text("--word", 300, "What is missing.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Send a report back with a word; also the undo of closing."""
    one = queries.instruction_of(acting(), number)
    written(lambda: actions.send_back(one, word=word, by=acting()), dry_run=dry_run)
    _done(_("Sent back; the unit is told."), one, dry_run, as_json)


@app.command("drop")
def drop_instruction(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Drop what need not be carried out any more."""
    one = queries.instruction_of(acting(), number)
    written(lambda: actions.drop_instruction(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Dropped: %s") % one.number, one, dry_run, as_json)


def _done(sentence: str, one: Instruction, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
