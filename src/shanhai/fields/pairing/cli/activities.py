"""``shanhai pairing activities ...``: visits, promotions, donations, with their money and what came of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions, columns
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import Activity
from shanhai.fields.pairing.queries import activities as reads
from shanhai.fields.pairing.queries import registers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Activities and aid: visits, promotions, donations, and what came of them.")
_WORDS = {
    "kind": columns.ACTIVITY_KINDS,
    "field": columns.FIELDS,
    "stage": columns.ACTIVITY_STAGES,
    "lead": columns.SIDES,
    "payer": columns.SIDES,
}


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_activities(
    pairing: shared.PairingCode = "",
    kind: Annotated[str, given.choice("--kind", columns.ACTIVITY_KINDS, "Kind", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The activities, latest first."""
    found = reads.activities_of(shared.reader("view_activities"), shared.pairing_of(pairing))
    if kind:
        found = found.filter(kind=kind)
    headings = {"number": _("Number"), "title": _("Title"), "kind": _("Kind"), "on": _("On")}
    headings |= {
        "stage": _("Stage"),
        "planned_fen": _("Planned"),
        "paid_fen": _("Paid"),
        "used_fen": _("Used"),
    }
    shared.list_rows(
        registers.ACTIVITIES,
        found.order_by(*reads.ACTIVITY_SORTS["on"]),
        _row,
        headings,
        _WORDS,
        as_json=as_json,
        as_csv=as_csv,
        adds={"paid_fen": lambda one: one.paid_fen, "used_fen": lambda one: one.used_fen},
        right=("planned_fen", "paid_fen", "used_fen"),
    )


def _row(one: Activity) -> dict[str, Any]:
    names = ("number", "title", "kind", "on", "stage", "planned_fen", "paid_fen", "used_fen")
    return {name: getattr(one, name) for name in names}


@app.command("show")
def show_activity(number: str, as_json: AsJson = False) -> None:
    """One activity whole: both units, the delegation, its money and what was agreed."""
    one = reads.activity_of(shared.reader("view_activities"), number)
    more = ("until_on", "lead", "payer", "delegation", "outcome", "reason", "source", "version")
    facts = _row(one) | {name: getattr(one, name) for name in more}
    facts |= {
        "place": one.place,
        "leader": one.leader_said,
        "mountain_unit": one.mountain_unit.code,
        "sea_unit": one.sea_unit.code,
        "photos": [document.pk for document in reads.photos_of(one)],
    }
    headings = {"number": _("Number"), "title": _("Title"), "kind": _("Kind"), "stage": _("Stage")}
    headings |= {"on": _("On"), "until_on": _("Last day"), "place": _("Place"), "lead": _("Organised by")}
    headings |= {"mountain_unit": _("Unit of the mountain side"), "sea_unit": _("Unit of the sea side")}
    headings |= {"leader": _("Led by"), "delegation": _("Delegation"), "outcome": _("Outcome")}
    headings |= {"payer": _("Money of"), "planned_fen": _("Planned"), "paid_fen": _("Paid")}
    headings |= {"used_fen": _("Used"), "reason": _("Reason"), "source": _("Source"), "version": _("Version")}
    if not as_json:
        facts = shared.in_words([facts], _WORDS)[0]
    show_whole(facts, headings, [_entries(one, as_json), _items(one)], as_json=as_json)


def _entries(one: Activity, as_json: bool) -> Part:
    names = ("code", "kind", "on", "amount_fen", "about")
    rows: list[dict[str, Any]] = [
        {name: getattr(entry, name) for name in names} for entry in one.entries.all()
    ]
    if not as_json:
        rows = shared.in_words(rows, {"kind": columns.AID_KINDS})
    headings = {"code": _("Code"), "kind": _("Paid or used"), "on": _("On"), "amount_fen": _("Amount")}
    return Part("entries", _("Money"), rows, headings | {"about": _("What for")})


def _items(one: Activity) -> Part:
    rows = [
        {"number": item.number, "title": item.title, "due_on": item.due_on, "stage": str(item.stage)}
        for item in one.items.all()
    ]
    headings = {"number": _("Number"), "title": _("Item"), "due_on": _("Due"), "stage": _("Stage")}
    return Part("items", _("What was agreed"), rows, headings)


# -- writing -------------------------------------------------------------------------------------------------------

MountainUnit = Annotated[str, typer.Option(metavar="CODE", help="Unit of the mountain side.")]
SeaUnit = Annotated[str, typer.Option(metavar="CODE", help="Unit of the sea side.")]
Photos = Annotated[list[str] | None, shared.papers_option("--photo", "Photograph.")]


@app.command("plan")
def plan_activity(
    number: shared.NewNumber,
    kind: Annotated[str, given.choice("--kind", columns.ACTIVITY_KINDS, "Kind")],
    title: Annotated[str, given.text("--title", 160, "What it is, in Chinese.")],
    on: Annotated[date, given.a_day("--on", "First day.")],
    lead: Annotated[str, given.choice("--lead", columns.SIDES, "Which side organises it")],
    mountain_unit: MountainUnit,
    sea_unit: SeaUnit,
    title_en: Annotated[str, given.text("--title-en", 200, "The same in English.")] = "",
    field: Annotated[str, given.choice("--field", columns.FIELDS, "Field")] = "partnership",
    until_on: Annotated[date | None, given.a_day("--until", "Last day.")] = None,
    place: Annotated[str, given.text("--place", 120, "Where, in Chinese.")] = "",
    place_en: Annotated[str, given.text("--place-en", 160, "Where, in English.")] = "",
    leader: Annotated[str, given.text("--leader", 120, "Who leads it.")] = "",
    leader_en: Annotated[str, given.text("--leader-en", 160, "Who leads it, in English.")] = "",
    delegation: Annotated[
        str,
        typer.Option(parser=given.long_text, metavar="TEXT", help="One person a line; - is standard input."),
    ] = "",
    payer: Annotated[str, given.choice("--payer", columns.SIDES, "Whose money", or_none=True)] = "",
    planned: Annotated[
        int | None, typer.Option("--planned", parser=given.fen, metavar="YUAN", help="Money planned.")
    ] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Plan an activity; both sides see it."""
    within = shared.pairing_of(pairing)
    made = written(
        lambda: actions.plan_activity(
            within,
            number=number,
            kind=kind,
            field=field,
            title_zh=title,
            title_en=title_en,
            on=on,
            until_on=until_on,
            place_zh=place,
            place_en=place_en,
            lead=lead,
            mountain_unit=shared.unit_of(within, mountain_unit, "mountain"),
            sea_unit=shared.unit_of(within, sea_unit, "sea"),
            leader=leader,
            leader_en=leader_en,
            delegation=delegation,
            payer=payer,
            planned_fen=planned,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The activity is planned; both sides see it."), made, dry_run, as_json)


@app.command("change")
def change_activity(
    number: str,
    title: Annotated[str | None, given.text("--title", 160, "What it is, in Chinese.")] = None,
    title_en: Annotated[str | None, given.text("--title-en", 200, "The same in English.")] = None,
    on: Annotated[date | None, given.a_day("--on", "First day.")] = None,
    until_on: Annotated[date | None, given.a_day("--until", "Last day.")] = None,
    place: Annotated[str | None, given.text("--place", 120, "Where, in Chinese.")] = None,
    leader: Annotated[str | None, given.text("--leader", 120, "Who leads it.")] = None,
    payer: Annotated[str | None, given.choice("--payer", columns.SIDES, "Whose money", or_none=True)] = None,
    planned: Annotated[
        int | None, typer.Option("--planned", parser=given.fen, metavar="YUAN", help="Money planned.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change an activity that is planned or held."""
    one = reads.activity_of(acting(), number)
    changes = shared.named(
        title_zh=title,
        title_en=title_en,
        on=on,
        until_on=until_on,
        place_zh=place,
        leader=leader,
        payer=payer,
        planned_fen=planned,
    )
    made = written(lambda: actions.change_activity(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("Saved."), made, dry_run, as_json)


@app.command("held")
def hold_activity(
    number: str,
    on: given.Today = None,
    until_on: Annotated[date | None, given.a_day("--until", "Last day.")] = None,
    photo: Photos = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that an activity took place; its unit is asked what came of it."""
    one = reads.activity_of(acting(), number)
    made = shared.with_papers(
        photo,
        one.pairing,
        lambda papers: actions.hold_activity(
            one, on=on or clock.today(), until_on=until_on, photos=papers, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("It took place; the unit that organised it is asked what came of it."), made, dry_run, as_json)


@app.command("photos")
def add_photos(number: str, photo: Photos = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Add photographs to an activity that took place."""
    one = reads.activity_of(acting(), number)
    made = shared.with_papers(
        photo, one.pairing, lambda papers: actions.add_photos(one, papers, by=acting()), dry_run=dry_run
    )
    _done(_("The photographs are on the page."), made, dry_run, as_json)


@app.command("close")
def close_activity(
    number: str,
    outcome: Annotated[
        str,
        typer.Option(parser=given.long_text, metavar="TEXT", help="What came of it; - is standard input."),
    ],
    outcome_en: Annotated[
        str, typer.Option(parser=given.long_text, metavar="TEXT", help="The same in English.")
    ] = "",
    paper: Annotated[list[str] | None, shared.papers_option("--paper", "Paper that shows it.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write what came of an activity, and close it."""
    one = reads.activity_of(acting(), number)
    made = shared.with_papers(
        paper,
        one.pairing,
        lambda papers: actions.close_activity(
            one, outcome_zh=outcome, outcome_en=outcome_en, papers=papers, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Closed: %s.") % one.number, made, dry_run, as_json)


@app.command("cancel")
def cancel_activity(
    number: str, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Call off an activity that has not taken place."""
    one = reads.activity_of(acting(), number)
    made = written(lambda: actions.cancel_activity(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Called off: %s") % one.number, made, dry_run, as_json)


@app.command("reopen")
def reopen_activity(number: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """One step back: the undo of holding, closing and calling off."""
    one = reads.activity_of(acting(), number)
    made = written(lambda: actions.reopen_activity(one, by=acting()), dry_run=dry_run)
    _done(_("Open again: %s.") % one.number, made, dry_run, as_json)


AidKind = Annotated[str, given.choice("--kind", columns.AID_KINDS, "Paid or used")]
Amount = Annotated[int, typer.Option("--amount", parser=given.fen, metavar="YUAN", help="How much.")]


@app.command("pay")
def record_aid(
    number: str,
    kind: AidKind,
    amount: Amount,
    voucher: Annotated[list[str] | None, shared.papers_option("--voucher", "Voucher of it.")] = None,
    about: Annotated[str, given.text("--about", 300, "What for.")] = "",
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record money of an activity that was paid or used, with its voucher."""
    one = reads.activity_of(acting(), number)
    made = shared.with_papers(
        voucher,
        one.pairing,
        lambda papers: actions.record_aid(
            one,
            kind=kind,
            on=on or clock.today(),
            amount_fen=amount,
            about=about,
            vouchers=papers,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    facts = {"number": one.number, "entry": made.code, "amount_fen": made.amount_fen}
    done(_("The money is on record with its voucher."), facts, dry_run=dry_run, as_json=as_json)


@app.command("take-back")
def take_back_aid(
    number: str,
    kind: AidKind,
    amount: Amount,
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put wrongly recorded money right by a contra entry."""
    one = reads.activity_of(acting(), number)
    made = written(
        lambda: actions.take_back_aid(one, kind=kind, amount_fen=amount, reason=reason, by=acting()),
        dry_run=dry_run,
    )
    facts = {"number": one.number, "entry": made.code, "amount_fen": made.amount_fen}
    done(_("Put right by a contra entry."), facts, dry_run=dry_run, as_json=as_json)


@app.command("assign")
def assign_agreed_point(
    number: str,
    title: Annotated[str, given.text("--title", 200, "What is to be done, in Chinese.")],
    lead: Annotated[str, given.choice("--lead", columns.SIDES, "Which side does it")],
    mountain_unit: Annotated[str, typer.Option(metavar="CODE", help="Owner on the mountain side.")],
    sea_unit: Annotated[str, typer.Option(metavar="CODE", help="Owner on the sea side.")],
    due_on: Annotated[date, given.a_day("--due", "The day by which it is done.")],
    title_en: Annotated[str, given.text("--title-en", 240, "What is to be done, in English.")] = "",
    field: Annotated[str, given.choice("--field", columns.FIELDS, "Field")] = "partnership",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Turn what an activity agreed into an action item, with an owner on each side."""
    one = reads.activity_of(acting(), number)
    made = written(
        lambda: actions.assign_action_item(
            one,
            title_zh=title,
            title_en=title_en,
            field=field,
            lead=lead,
            mountain_unit=shared.unit_of(one.pairing, mountain_unit),
            sea_unit=shared.unit_of(one.pairing, sea_unit),
            due_on=due_on,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    facts = {"number": made.number, "activity": one.number, "due_on": made.due_on, "version": made.version}
    sentence = f"{made.number}: {_('Assigned; it is on the list of its owner.')}"
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


def _done(sentence: str, one: Activity, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "on": one.on, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
