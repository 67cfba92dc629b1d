"""``shanhai approval meeting ...``: joint review meetings, called, held, decided, minuted, signed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import access, clock
from shanhai.fields.approval.actions import meetings as actions
from shanhai.fields.approval.queries import cases, registers, said
from shanhai.fields.approval.queries import meetings as queries
from shanhai.fields.approval.rules import meetings as rules
from shanhai.fields.office.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Joint review meetings: called, held, decided, minuted, signed.")

Number = Annotated[str, typer.Argument(help="Its number.")]
Order = Annotated[
    int, typer.Argument(metavar="NO", min=1, max=30_000, help="Number of the item on the agenda.")
]
At = Annotated[
    datetime, typer.Option("--at", parser=given.moment, metavar="TIME", help="As 2023-09-25T14:30.")
]
Items = Annotated[
    list[str] | None, typer.Option("--item", metavar="CASE/ITEM", help="An item, as SP-2023-001/eia.")
]
LevelWord = Annotated[str, given.choice("--level", said.MEETING_LEVELS, "Level")]


def _meeting(number: str) -> Any:
    return queries.meeting_of(shared.reader("approval.view_review_meetings"), number)


def _items(names: list[str] | None) -> list[Any]:
    return [cases.item_named(acting(), name) for name in names or []]


def _row(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": one.title,
        "level": one.level,
        "at": f"{clock.local(one.at):%Y-%m-%d %H:%M}",
        "stage": one.stage,
    }


@app.command("list")
def list_meetings(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The meetings, latest first."""
    found = queries.meetings_of(shared.reader("approval.view_review_meetings"), shared.pairing_of(pairing))
    found = found.order_by("-at", "-pk")
    if as_json or as_csv:
        adds = {"version": lambda one: one.version}
        table = registers.MEETINGS
        shared.show_register(table.register, table.rows_of, found, adds, as_json=as_json, as_csv=as_csv)
        return
    headings = {
        "number": _("Number"),
        "title": _("Title"),
        "level": _("Level"),
        "at": _("Time"),
        "stage": _("Stage"),
    }
    show([_in_words(_row(one)) for one in found], headings, as_json=False, as_csv=False)


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    told = {"level": said.words(said.MEETING_LEVELS, row["level"])}
    return row | told | {"stage": said.words(said.MEETING_STAGES, row["stage"])}


@app.command("show")
def show_meeting(number: Number, as_json: AsJson = False) -> None:
    """One meeting with its agenda, seats and signatures."""
    one = _meeting(number)
    seats, points = queries.seats_of(one), queries.points_of(one)
    signed = queries.signatures_of(one)
    more = {
        "place": one.place,
        "missing": rules.missing([seat.sits for seat in seats]),
        "minutes": one.minutes,
    }
    facts = _row(one) | more | {"version": one.version}
    head = {"number": _("Number"), "title": _("Title"), "level": _("Level"), "at": _("Time")}
    head |= {"place": _("Place"), "stage": _("Stage"), "missing": _("Missing for the quorum")}
    head |= {"minutes": _("Minutes"), "version": _("Version")}
    agenda = [
        {
            "no": point.order, "case": point.item.case.number, "item": point.item.code, "why": point.why,
            "verdict": point.verdict, "text": point.text, "due_on": point.due_on,
            "is_followed": queries.is_followed(point),
        }
        for point in points
    ]  # fmt: skip
    sits = [
        {
            "code": seat.code, "role": seat.role, "name": seat.name, "is_present": seat.is_present,
            "person": seat.person, "signed_on": signed[seat.pk].on if seat.pk in signed else None,
        }
        for seat in seats
    ]  # fmt: skip
    columns = {
        "no": _("No."),
        "case": _("Case"),
        "item": _("Item"),
        "why": _("Why"),
        "verdict": _("Decision"),
    }
    columns |= {"text": _("What it wants"), "due_on": _("Due"), "is_followed": _("Decided so")}
    of_seats = {"code": _("Code"), "role": _("Role"), "name": _("Name"), "is_present": _("Was there")}
    of_seats |= {"person": _("Who came"), "signed_on": _("Signed on")}
    parts = [
        Part("points", _("Agenda"), agenda, columns),
        Part("seats", _("Needed for the quorum"), sits, of_seats),
    ]
    show_whole(facts if as_json else _in_words(facts), head, parts, as_json=as_json)


@app.command("find")
def find_ripe(
    level: LevelWord = "joint",
    pairing: shared.PairingCode = "",
    side: Annotated[
        str, given.choice("--side", said.SIDES, "Of which side, for the system", or_none=True)
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Open items that are ripe for a meeting, the most overdue first."""
    reader = shared.reader("approval.call_review_meeting")
    where = shared.pairing_of(pairing)
    own = access.standing(reader).side_in(where.pk) if reader is not None else side
    rows = [
        {
            "case": one.item.case.number, "item": one.item.code, "name": one.item.name,
            "why": one.why if as_json or as_csv else said.words(said.RIPE, one.why), "due_on": one.item.due_on,
        }
        for one in queries.ripe(where, own or side, level)
    ]  # fmt: skip
    headings = {"case": _("Case"), "item": _("Item"), "name": _("Name"), "why": _("Why"), "due_on": _("Due")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _done(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": one.stage, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


@app.command("call")
def call_meeting(
    at: At,
    title_zh: Annotated[str, given.text("--title-zh", 160, "Title in Chinese.")],
    title_en: Annotated[str, given.text("--title-en", 199, "Title in English.")] = "",
    level: LevelWord = "joint",
    place_zh: Annotated[str, given.text("--place-zh", 120, "Place in Chinese.")] = "",
    place_en: Annotated[str, given.text("--place-en", 160, "Place in English.")] = "",
    item: Items = None,
    side: Annotated[
        str, given.choice("--side", said.SIDES, "Of which side, for the system", or_none=True)
    ] = "",
    number: Annotated[str, given.text("--number", 40, "Its number; the system gives one by default.")] = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Call a meeting; what has climbed to its level stands on its agenda by itself."""
    one = written(
        lambda: actions.call_review_meeting(
            shared.pairing_of(pairing), title_zh=title_zh, title_en=title_en, level=level, at=at, side=side,
            place_zh=place_zh, place_en=place_en, items=_items(item), number=number, by=acting(),
        ),
        dry_run=dry_run,
    )  # fmt: skip
    _done(_("Called as %s; who sits in it is told.") % one.number, one, dry_run, as_json)


@app.command("change")
def change_meeting(
    number: Number,
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=given.moment, metavar="TIME", help="As 2023-09-25T14:30."),
    ] = None,
    title_zh: Annotated[str, given.text("--title-zh", 160, "Title in Chinese.")] = "",
    title_en: Annotated[str, given.text("--title-en", 199, "Title in English.")] = "",
    place_zh: Annotated[str, given.text("--place-zh", 120, "Place in Chinese.")] = "",
    place_en: Annotated[str, given.text("--place-en", 160, "Place in English.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Move a meeting to another day or place."""
    one = _meeting(number)
    told = {"at": at, "title_zh": title_zh, "title_en": title_en, "place_zh": place_zh, "place_en": place_en}
    changes = {name: value for name, value in told.items() if value}
    written(lambda: actions.change_review_meeting(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("Saved; who sits in it is told of another day or place."), one, dry_run, as_json)


@app.command("put")
def put_on_agenda(
    number: Number, item: Items = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Put items on the agenda."""
    one = _meeting(number)
    written(lambda: actions.put_on_agenda(one, _items(item), by=acting()), dry_run=dry_run)
    _done(_("On the agenda; its departments are told."), one, dry_run, as_json)


@app.command("take-off")
def take_off_agenda(number: Number, no: Order, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take an item off the agenda."""
    point = queries.point_of(shared.reader("approval.view_review_meetings"), number, no)
    one = written(lambda: actions.take_off_agenda(point, by=acting()), dry_run=dry_run)
    _done(_("Taken off the agenda."), one, dry_run, as_json)


@app.command("hold")
def hold_meeting(
    number: Number,
    present: Annotated[
        list[str] | None, typer.Option("--present", help="code=who came for it; once for each body.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say who was there."""
    one = _meeting(number)
    came = {code: person for code, _equals, person in (line.partition("=") for line in present or [])}
    written(lambda: actions.hold_review_meeting(one, present=came, by=acting()), dry_run=dry_run)
    absent = rules.missing([seat.sits for seat in queries.seats_of(one)])
    _done(
        _("Noted; the quorum is there.") if not absent else _("Noted; there is no quorum."),
        one,
        dry_run,
        as_json,
    )


@app.command("decide")
def decide_point(
    number: Number,
    no: Order,
    verdict: Annotated[str, given.choice("--verdict", said.VERDICTS, "Decision")],
    text: Annotated[str, given.text("--text", 1000, "Conditions, reasons, what is to be done.")] = "",
    due: Annotated[
        date | None, typer.Option("--due", parser=given.day, metavar="DAY", help="Until when the lead acts.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write down what the meeting decided on an item."""
    point = queries.point_of(shared.reader("approval.view_review_meetings"), number, no)
    written(
        lambda: actions.decide_point(point, verdict=verdict, text=text, due_on=due, by=acting()),
        dry_run=dry_run,
    )
    facts = {"no": point.order, "verdict": point.verdict, "due_on": point.due_on, "version": point.version}
    done(_("Written down; the lead department has it on its list."), facts, dry_run=dry_run, as_json=as_json)


@app.command("minutes")
def write_minutes(
    number: Number,
    text_zh: Annotated[
        str, given.text("--text-zh", 20_000, "In Chinese; by default what is on record.")
    ] = "",
    text_en: Annotated[str, given.text("--text-en", 20_000, "In English.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write the minutes."""
    one = _meeting(number)
    zh, en = (text_zh, text_en) if text_zh or text_en else queries.drafted(one)
    written(lambda: actions.write_review_minutes(one, text_zh=zh, text_en=en, by=acting()), dry_run=dry_run)
    _done(_("The minutes are written; who was there is asked to sign."), one, dry_run, as_json)


@app.command("sign")
def sign_minutes(
    number: Number,
    on: Annotated[
        date | None, typer.Option("--on", parser=given.day, metavar="DAY", help="Today by default.")
    ] = None,
    person: Annotated[str, given.text("--person", 120, "Who signs; you by default.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Sign the minutes for the own department."""
    one = _meeting(number)
    written(
        lambda: actions.sign_review_minutes(one, on=on or clock.today(), person=person, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Signed for your department."), one, dry_run, as_json)


@app.command("cancel")
def cancel_meeting(
    number: Number,
    why: Annotated[str, given.text("--why", 300, "Why; others read it.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Call a meeting off."""
    one = _meeting(number)
    written(lambda: actions.cancel_review_meeting(one, reason=why, by=acting()), dry_run=dry_run)
    _done(_("Called off; who sits in it is told."), one, dry_run, as_json)
