"""``shanhai investment lists ...``: opened, compiled, published, acknowledged, answered, receipted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import lists as actions
from shanhai.fields.investment.models import QuarterlyList
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import list_registers
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.investment.rules import lists as rules
from shanhai.fields.office.cli import shared
from shanhai.fields.registry.cli.shared import organisation_of, unit_of
from shanhai.webkit import command_input as given
from shanhai.webkit import registers
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Quarterly lists: what the sea side brings, and what the mountain side answers.")

Number = Annotated[str, typer.Argument(help="Number of the list.")]
LeadNumber = Annotated[str, typer.Argument(metavar="LEAD", help="Number of the lead.")]
_LIST = ("number", "year", "quarter", "edition", "stage", "cut_off_on", "published_on", "acknowledge_due_on", "answer_due_on",
         "acknowledged_on", "sea_signed_on", "mountain_signed_on", "version")  # fmt: skip


@app.command("list")
def list_lists(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The editions, latest quarter first, with how their leads were answered."""
    found = queries.lists_of(shared.reader("investment.view_lists"), shared.pairing_of(pairing))
    names = (*_LIST, "n_lines", "n_waiting", "n_accepted", "n_late")
    ordered = found.order_by("-year", "-quarter", "-edition", "-pk")
    rows = [{name: getattr(one, name) for name in names} for one in ordered]
    if as_json or as_csv:
        show(rows, dict.fromkeys(names), as_json=as_json, as_csv=as_csv)
        return
    for row in rows:
        row["stage"] = columns.words(columns.LIST_STAGES, row["stage"])
    headings = {
        "number": _("Number"),
        "stage": _("Status"),
        "n_lines": _("Leads"),
        "n_accepted": _("Accepted leads"),
    }
    headings |= {"n_waiting": _("Not answered"), "n_late": _("Answered late"), "published_on": _("Published")}
    show(rows, headings, as_json=False, as_csv=False, right=("n_lines", "n_accepted", "n_waiting", "n_late"))


@app.command("show")
def show_list(number: Number, as_json: AsJson = False) -> None:
    """One edition with its lines."""
    one = queries.list_of(shared.reader("investment.view_lists"), number)
    found = registers.for_programs(columns.LIST_LINES, list_registers.LINES.rows_of, queries.lines_of(one))
    names = [column.name for column in columns.LIST_LINES.columns if column.name != "list"]
    headings = {name: columns.LIST_LINES.column(name).heading for name in names}
    facts = {name: getattr(one, name) for name in _LIST}
    show_whole(
        facts,
        {name: name for name in _LIST},
        [Part("lines", _("Lines"), list(found), headings)],
        as_json=as_json,
    )


@app.command("conversion")
def conversion(
    by: Annotated[str, typer.Option("--by", help="quarter or introducer.")] = "quarter",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What became of the listed leads; each counts once."""
    if by not in ("quarter", "introducer"):
        raise typer.BadParameter(f"{by!r} is none of quarter, introducer.")
    found = queries.listed(shared.reader("investment.view_lists"), shared.pairing_of(pairing))
    rows = [asdict(row) for row in rules.conversion(found, by)]
    names = [name for name in rules.Conversion.__dataclass_fields__]
    show(rows, {name: name for name in names}, as_json=as_json, as_csv=as_csv, right=names[1:])


@app.command("open")
def open_list(
    year: Annotated[int, typer.Argument(min=2000, max=2100, help="Year.")],
    quarter: Annotated[int, typer.Argument(min=1, max=4, help="Quarter.")],
    cut_off_on: Annotated[date | None, given.a_day("--cut-off", "Until when it is compiled; the end of the quarter by default.")] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Begin the list of a quarter, or its supplement; needs --as."""
    by = shared.somebody()
    one = written(
        lambda: actions.open_list(
            shared.pairing_of(pairing), year=year, quarter=quarter, cut_off_on=cut_off_on, by=by
        ),
        dry_run=dry_run,
    )
    _done(_("Begun as %s; put leads on it.") % one.number, one, dry_run, as_json)


@app.command("add")
def add_to_list(number: Number, lead: LeadNumber, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Put a lead on it."""
    one, found = queries.list_of(acting(), number), lead_queries.lead_of(acting(), lead)
    written(lambda: actions.add_to_list(one, found, by=acting()), dry_run=dry_run)
    _done(_("Put on the list."), one, dry_run, as_json)


@app.command("take-off")
def take_off_list(number: Number, lead: LeadNumber, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a line off a draft."""
    one = queries.list_of(acting(), number)
    line = queries.line_of(one, lead)
    written(lambda: actions.take_off_list(line, by=acting()), dry_run=dry_run)
    _done(_("Taken off the list."), one, dry_run, as_json)


@app.command("withdraw")
def withdraw_from_list(
    number: Number,
    lead: LeadNumber,
    of: Annotated[str, typer.Option("--of", help="Number of the published list on which it stands.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Withdraw a published line by a supplement."""
    one = queries.list_of(acting(), number)
    line = queries.line_of(queries.list_of(acting(), of), lead)
    written(lambda: actions.withdraw_from_list(one, line, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("It is withdrawn when the supplement is published."), one, dry_run, as_json)


@app.command("publish")
def publish_list(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Publish it, from the cut-off day on."""
    one = queries.list_of(acting(), number)
    written(lambda: actions.publish_list(one, by=acting()), dry_run=dry_run)
    _done(_("Published; the other side has it."), one, dry_run, as_json)


@app.command("acknowledge")
def acknowledge_list(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Say that the mountain side has it."""
    one = queries.list_of(acting(), number)
    written(lambda: actions.acknowledge_list(one, by=acting()), dry_run=dry_run)
    _done(_("Acknowledged; answer each lead now."), one, dry_run, as_json)


@app.command("answer")
def answer_line(
    number: Number,
    lead: LeadNumber,
    answer: Annotated[str, typer.Argument(parser=given.one_of(columns.ANSWERS), metavar="ANSWER", help="accepted, rejected, transferred.")],
    reason: Annotated[str, given.text("--reason", 300, "Why; needed unless it is accepted.")] = "",
    to: Annotated[str, typer.Option("--to", help="Code of the organisation that takes it over.")] = "",
    credit: Annotated[int | None, typer.Option("--credit", min=0, max=100, help="Percent of the credit kept.")] = None,
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit that talks; one's own by default.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Answer a lead."""
    one = queries.list_of(acting(), number)
    line = queries.line_of(one, lead)
    whom, talks = organisation_of(to) if to else None, unit_of(unit) if unit else None
    written(
        lambda: actions.answer_line(
            line, answer=answer, reason=reason, to=whom, credit_percent=credit, unit=talks, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Answered; the sea side is told."), one, dry_run, as_json)


@app.command("sign")
def sign_receipt(
    number: Number,
    person: Annotated[str, given.text("--person", 60, "Who signs; oneself by default.")] = "",
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Sign the receipt for one's side; needs --as."""
    by = shared.somebody()
    one = queries.list_of(by, number)
    written(lambda: actions.sign_receipt(one, person=person, on=on, by=by), dry_run=dry_run)
    _done(_("Signed for your side."), one, dry_run, as_json)


def _done(sentence: str, one: QuarterlyList, dry_run: bool, as_json: bool) -> None:
    facts: dict[str, Any] = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
