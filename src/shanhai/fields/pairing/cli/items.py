"""``shanhai pairing items ...``: action items reported on, closed, opened again, given more time."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock, replies
from shanhai.fields.pairing import actions, columns, queries, rules
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import ActionItem
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Action items that follow from resolutions and activities.")
_WORDS = {"field": columns.FIELDS, "lead": columns.SIDES, "stage": columns.ITEM_STAGES}


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_items(
    pairing: shared.PairingCode = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are done or dropped.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The open action items, soonest due first."""
    found = queries.action_items_of(shared.reader("view_items"), shared.pairing_of(pairing))
    found = (found if everything else found.filter(stage__in=rules.OPEN_ITEM)).order_by("due_on", "pk")
    headings = {"number": _("Number"), "title": _("Item"), "lead": _("Done by side"), "unit": _("Rests with")}
    headings |= {"due_on": _("Due"), "stage": _("Stage"), "escalated_on": _("With the leaders since")}
    shared.list_rows(tables.ACTION_ITEMS, found, _row, headings, _WORDS, as_json=as_json, as_csv=as_csv)


def _row(one: ActionItem) -> dict[str, Any]:
    names = ("number", "title", "field", "lead", "due_on", "stage", "escalated_on")
    return {name: getattr(one, name) for name in names} | {"unit": one.lead_unit.organisation.name}


@app.command("show")
def show_item(number: str, as_json: AsJson = False) -> None:
    """One action item whole: its owners, its days, what was reported, its papers."""
    one = queries.item_of(shared.reader("view_items"), number)
    more = (
        "first_due_on",
        "assigned_on",
        "reported_on",
        "done_on",
        "extension_reason",
        "source",
        "version",
    )
    facts = (
        _row(one)
        | {name: getattr(one, name) for name in more}
        | {
            "origin": one.origin.number,
            "report": one.report_said,
            "mountain_unit": one.mountain_unit.code,
            "sea_unit": one.sea_unit.code,
        }
    )
    headings = {"number": _("Number"), "title": _("Item"), "field": _("Field"), "origin": _("Follows from")}
    headings |= {"lead": _("Done by side"), "mountain_unit": _("Owner on the mountain side")}
    headings |= {"sea_unit": _("Owner on the sea side"), "assigned_on": _("Assigned on"), "due_on": _("Due")}
    headings |= {"first_due_on": _("First due day"), "extension_reason": _("Reason"), "stage": _("Stage")}
    headings |= {"escalated_on": _("With the leaders since"), "report": _("How far it is")}
    headings |= {"reported_on": _("Reported on"), "done_on": _("Done on"), "source": _("Source")}
    headings |= {"version": _("Version")}
    if not as_json:
        facts = shared.in_words([facts], _WORDS)[0]
    papers = shared.papers_on("pairing.actionitem", one.pk)
    evidence = Part(
        "evidence", _("Evidence"), papers, {"id": _("No."), "title": _("Title"), "file": _("File")}
    )
    show_whole(facts, headings, [evidence], as_json=as_json)


# -- writing -------------------------------------------------------------------------------------------------------

Evidence = Annotated[list[str] | None, shared.papers_option("--evidence", "Paper that shows it.")]


@app.command("report")
def report_item(
    number: str,
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.long_text, metavar="TEXT", help="How far it is; - is standard input."
        ),
    ],
    en: Annotated[str, given.text("--en", 4000, "The same in English.")] = "",
    is_finished: Annotated[
        bool, typer.Option("--finished", help="It is done: the other side shall look and close it.")
    ] = False,
    evidence: Evidence = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say how far an action item is, with evidence when it is done."""
    one = queries.item_of(acting(), number)
    made = shared.with_papers(
        evidence,
        one.pairing,
        lambda papers: actions.report_action_item(
            one, text=text, text_en=en, is_finished=is_finished, evidence=papers, by=acting()
        ),
        dry_run=dry_run,
    )
    is_reported = one.stage == rules.ItemStage.REPORTED
    sentence = _("Reported as done; the other side is asked to close it.") if is_reported else _("Reported.")
    _done(replies.told(made, sentence), one, dry_run, as_json)


@app.command("close")
def close_item(
    number: str,
    evidence: Evidence = None,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Close an action item on the papers that show that it is done."""
    one = queries.item_of(acting(), number)
    made = shared.with_papers(
        evidence,
        one.pairing,
        lambda papers: actions.close_action_item(one, on=on or clock.today(), evidence=papers, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Closed: %s.") % one.number, made, dry_run, as_json)


@app.command("reopen")
def reopen_item(
    number: str,
    reason: Annotated[str, given.text("--reason", 300, "Why; both sides read it.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Open again what was reported, closed or dropped."""
    one = queries.item_of(acting(), number)
    made = written(lambda: actions.reopen_action_item(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Open again: %s.") % one.number, made, dry_run, as_json)


@app.command("extend")
def extend_item(
    number: str,
    due_on: Annotated[date, given.a_day("--due", "The new due day.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give an action item more time; the first due day stays on the record."""
    one = queries.item_of(acting(), number)
    made = written(
        lambda: actions.extend_action_item(one, due_on=due_on, reason=reason, by=acting()), dry_run=dry_run
    )
    _done(_("It has time until %s.") % words.day(made.due_on), made, dry_run, as_json)


@app.command("drop")
def drop_item(number: str, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Drop an action item that need not be done any more."""
    one = queries.item_of(acting(), number)
    made = written(lambda: actions.drop_action_item(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Dropped: %s.") % one.number, made, dry_run, as_json)


def _done(sentence: str, one: ActionItem, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "due_on": one.due_on, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
