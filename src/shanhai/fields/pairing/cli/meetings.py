"""``shanhai pairing meetings ...``: called, prepared, held, minuted and signed by both sides."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.cli import files
from shanhai.fields.pairing import actions, columns, queries, rules
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import Meeting, MeetingAttendee
from shanhai.fields.pairing.queries import registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Joint meetings: called, prepared, held, minuted, signed.")
_WORDS = {"level": columns.MEETING_LEVELS, "stage": columns.MEETING_STAGES}
_YES = ("", "1", "true", "yes", "y", "是")
_NO = ("0", "false", "no", "n", "否")
# Columns of an agenda brought as a file; only the first is needed.
AGENDA = ("title_zh", "title_en", "side", "asks_zh", "asks_en", "needs_paper")

At = Annotated[
    datetime, typer.Option("--at", parser=given.moment, metavar="TIME", help="As 2023-09-25T14:30.")
]
Quorum = Annotated[int, typer.Option(min=1, max=99, help="How many of the side must be there.")]
Convenor = Annotated[str, typer.Option(metavar="CODE", help="Member who convenes for the side.")]
Who = Annotated[str, typer.Argument(metavar="WHO", help="Code of a member, or the name on the list.")]


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_meetings(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The joint meetings, newest first."""
    found = queries.meetings_of(shared.reader("view_meetings"), shared.pairing_of(pairing)).order_by(
        "-at", "-pk"
    )
    headings = {"number": _("Number"), "title": _("Title"), "at": _("Time"), "level": _("Level")}
    headings |= {"stage": _("Stage"), "pairing": _("Pairing")}
    shared.list_rows(tables.MEETINGS, found, _row, headings, _WORDS, as_json=as_json, as_csv=as_csv)


def _row(one: Meeting) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": one.title,
        "at": f"{clock.local(one.at):%Y-%m-%d %H:%M}",
        "level": one.level,
        "stage": one.stage,
        "pairing": one.pairing.code,
    }


@app.command("show")
def show_meeting(number: str, as_json: AsJson = False) -> None:
    """One meeting whole: who comes, agenda, minutes, signatures, resolutions."""
    one = queries.meeting_of(shared.reader("view_meetings"), number)
    more = (
        "place",
        "quorum_mountain",
        "quorum_sea",
        "minutes",
        "minutes_no",
        "cancel_reason",
        "source",
        "version",
    )
    facts = _row(one) | {name: getattr(one, name) for name in more}
    for side in rules.SIDES:
        convenor = getattr(one, f"convenor_{side}")
        facts[f"convenor_{side}"] = convenor.code if convenor else ""
    headings = {"number": _("Number"), "title": _("Title"), "pairing": _("Pairing"), "at": _("Time")}
    headings |= {"place": _("Place"), "level": _("Level"), "stage": _("Stage")}
    headings |= {"convenor_mountain": _("Convenor of the mountain side")}
    headings |= {"quorum_mountain": _("Quorum of the mountain side")}
    headings |= {"convenor_sea": _("Convenor of the sea side"), "quorum_sea": _("Quorum of the sea side")}
    headings |= {"cancel_reason": _("Reason"), "minutes": _("Minutes")}
    headings |= {"minutes_no": _("Version of the minutes"), "source": _("Source"), "version": _("Version")}
    if not as_json:
        facts = shared.in_words([facts], _WORDS)[0]
    parts = [_people(one, as_json), _agenda(one, as_json), _signatures(one, as_json), _resolutions(one)]
    show_whole(facts, headings, parts, as_json=as_json)


def _people(one: Meeting, as_json: bool) -> Part:
    rows: list[dict[str, Any]] = [
        {
            "side": who.side,
            "member": who.member.code if who.member else "",
            "person": who.person,
            "post": who.post,
            "answer": who.answer,
            "is_present": who.is_present,
        }
        for who in one.attendees.all()
    ]
    if not as_json:
        rows = shared.in_words(rows, {"side": columns.SIDES, "answer": columns.ANSWERS})
    headings = {"side": _("Side"), "member": _("Code"), "person": _("Name"), "post": _("Post")}
    headings |= {"answer": _("Answer"), "is_present": _("Was there")}
    return Part("attendees", _("Who is invited"), rows, headings)


def _agenda(one: Meeting, as_json: bool) -> Part:
    points = list(one.agenda.all())
    papers = queries.papers_of("pairing.agendaitem", [point.pk for point in points], "paper")
    rows: list[dict[str, Any]] = [
        {
            "order": point.order,
            "title": point.title,
            "side": point.side,
            "asks": point.asks,
            "needs_paper": point.needs_paper,
            "papers": [hung.document.file_name for hung in papers.get(point.pk, [])],
        }
        for point in points
    ]
    if not as_json:
        rows = shared.in_words(rows, {"side": columns.OWES})
    headings = {
        "order": _("No."),
        "title": _("Point"),
        "side": _("Brought by"),
        "asks": _("Asks of the other side"),
    }
    headings |= {"needs_paper": _("needs a paper"), "papers": _("Papers")}
    return Part("agenda", _("Agenda"), rows, headings)


def _signatures(one: Meeting, as_json: bool) -> Part:
    rows = [
        {"side": line.side, "person": line.person, "on": line.on, "way": line.way}
        for line in one.signatures.all()
    ]
    if not as_json:
        rows = shared.in_words(rows, {"side": columns.SIDES})
    headings = {"side": _("Side"), "person": _("Who signed"), "on": _("Signed on"), "way": _("How")}
    return Part("signatures", _("Signatures"), rows, headings)


def _resolutions(one: Meeting) -> Part:
    rows = [
        {"number": line.number, "text": line.text, "items": [item.number for item in line.items.all()]}
        for line in one.resolutions.all()
    ]
    headings = {"number": _("Number"), "text": _("Resolution"), "items": _("Action items")}
    return Part("resolutions", _("Resolutions"), rows, headings)


# -- before the meeting --------------------------------------------------------------------------------------------


@app.command("call")
def call_meeting(
    number: shared.NewNumber,
    title: Annotated[str, given.text("--title", 160, "Title, in Chinese.")],
    level: Annotated[str, given.choice("--level", columns.MEETING_LEVELS, "Level")],
    at: At,
    title_en: Annotated[str, given.text("--title-en", 200, "Title, in English.")] = "",
    place: Annotated[str, given.text("--place", 120, "Place, in Chinese.")] = "",
    place_en: Annotated[str, given.text("--place-en", 160, "Place, in English.")] = "",
    convenor_mountain: Convenor = "",
    convenor_sea: Convenor = "",
    quorum_mountain: Quorum = 3,
    quorum_sea: Quorum = 3,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Call a joint meeting; both sides see it from the start."""
    within = shared.pairing_of(pairing)
    made = written(
        lambda: actions.call_meeting(
            within,
            number=number,
            level=level,
            title_zh=title,
            title_en=title_en,
            at=at,
            place_zh=place,
            place_en=place_en,
            convenor_mountain=shared.member_of(within, convenor_mountain, "mountain")
            if convenor_mountain
            else None,
            convenor_sea=shared.member_of(within, convenor_sea, "sea") if convenor_sea else None,
            quorum_mountain=quorum_mountain,
            quorum_sea=quorum_sea,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The meeting is called. Now invite both sides and set the agenda."), made, dry_run, as_json)


@app.command("change")
def change_meeting(
    number: str,
    title: Annotated[str | None, given.text("--title", 160, "Title, in Chinese.")] = None,
    title_en: Annotated[str | None, given.text("--title-en", 200, "Title, in English.")] = None,
    level: Annotated[str | None, given.choice("--level", columns.MEETING_LEVELS, "Level")] = None,
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=given.moment, metavar="TIME", help="As 2023-09-25T14:30."),
    ] = None,
    place: Annotated[str | None, given.text("--place", 120, "Place, in Chinese.")] = None,
    place_en: Annotated[str | None, given.text("--place-en", 160, "Place, in English.")] = None,
    convenor_mountain: Annotated[
        str | None, typer.Option(metavar="CODE", help="Member; '' for none.")
    ] = None,
    convenor_sea: Annotated[str | None, typer.Option(metavar="CODE", help="Member; '' for none.")] = None,
    quorum_mountain: Annotated[
        int | None, typer.Option(min=1, max=99, help="How many must be there.")
    ] = None,
    quorum_sea: Annotated[int | None, typer.Option(min=1, max=99, help="How many must be there.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change a meeting that is to come; who is invited is told of a new time or place."""
    one = queries.meeting_of(acting(), number)
    changes = shared.named(
        title_zh=title,
        title_en=title_en,
        level=level,
        at=at,
        place_zh=place,
        place_en=place_en,
        convenor_mountain=convenor_mountain,
        convenor_sea=convenor_sea,
        quorum_mountain=quorum_mountain,
        quorum_sea=quorum_sea,
    )
    for side in rules.SIDES:
        name = f"convenor_{side}"
        if name in changes:
            code = changes[name]
            changes[name] = shared.member_of(one.pairing, code, side) if code else None
    made = written(lambda: actions.change_meeting(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("Saved. Who is invited is told of a new time or place."), made, dry_run, as_json)


@app.command("invite")
def invite(
    number: str,
    member: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="A member; the side follows from the seat. May be repeated."),
    ] = None,
    guest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SIDE:NAME[,POST]", help="Somebody without a login, as 'sea:方远,主任'. May be repeated."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Invite people of both sides; members get it on their list."""
    if not member and not guest:
        raise typer.BadParameter(_("Name at least one --member or --guest."))
    one = queries.meeting_of(acting(), number)
    guests = [_member(one, code) for code in member or ()] + [_guest(text) for text in guest or ()]
    made = written(lambda: actions.invite(one, guests, by=acting()), dry_run=dry_run)
    _done(_("The invitations are out."), made, dry_run, as_json)


def _member(one: Meeting, code: str) -> actions.Guest:
    found = shared.member_of(one.pairing, code)
    return actions.Guest(queries.side_of_member(one.pairing_id, found) or "", found.name_zh, found)


def _guest(text: str) -> actions.Guest:
    side, colon, rest = text.replace("：", ":").partition(":")
    person, _comma, post = rest.replace("，", ",").partition(",")
    if not colon or side.strip() not in rules.SIDES:
        raise BadInput(
            "pairing.guest_unclear",
            gettext_noop(
                "{text} is no guest. Write the side and the name, and the post if you like: sea:方远,主任."
            ),
            text=text,
        )
    return actions.Guest(side.strip(), given.line(120)(person), None, given.line(120)(post))


@app.command("uninvite")
def uninvite(number: str, who: Who, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a person off the list of a meeting that is to come."""
    one = queries.meeting_of(acting(), number)
    attendee = _attendee(one, who)
    made = written(lambda: actions.uninvite(one, attendee, by=acting()), dry_run=dry_run)
    _done(_("%s is off the list.") % attendee.person, made, dry_run, as_json)


@app.command("answer")
def answer(
    number: str,
    who: Annotated[
        str, typer.Argument(metavar="[WHO]", help="Member or name on the list; who is acted as.")
    ] = "",
    is_coming: Annotated[bool, typer.Option("--coming/--not-coming", help="Whether they come.")] = True,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say whether one comes, or answer for somebody of the own side."""
    one = queries.meeting_of(acting(), number)
    by = acting()
    attendee = _attendee(one, who or (by.code if by else ""))
    written(lambda: actions.answer_invitation(attendee, is_coming=is_coming, by=by), dry_run=dry_run)
    said = _("%s comes.") if is_coming else _("%s does not come.")
    _done(said % attendee.person, one, dry_run, as_json)


def _attendee(one: Meeting, who: str) -> MeetingAttendee:
    """A name on the list, by the member's code or as it is written."""
    found = [
        line for line in one.attendees.all() if who and who in (line.member and line.member.code, line.person)
    ]
    if len(found) != 1:
        raise NotFound(
            "pairing.no_such_guest",
            gettext_noop("{who} is not one person on the list of meeting {number}. On it are: {people}."),
            who=who or "–",
            number=one.number,
            people=", ".join(line.member.code if line.member else line.person for line in one.attendees.all())
            or "–",
        )
    return found[0]


@app.command("agenda")
def set_agenda(
    number: str,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help=f"CSV with {', '.join(AGENDA)}; - is standard input."),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write the agenda anew, a point a line; papers stay with points of the same title."""
    one = queries.meeting_of(acting(), number)
    points = _points(one, files.read_text(file))
    made = written(lambda: actions.set_agenda(one, points, by=acting()), dry_run=dry_run)
    _done(_("The agenda is set; both sides see it."), made, dry_run, as_json)


def _points(one: Meeting, text: str) -> list[actions.Point]:
    old = {point.title_zh: point.pk for point in one.agenda.all()}
    papers = queries.papers_of("pairing.agendaitem", old.values(), "paper")
    lines = csv.DictReader(io.StringIO(text))
    strange = set(lines.fieldnames or ()) - set(AGENDA)
    if strange or "title_zh" not in (lines.fieldnames or ()):
        raise BadInput(
            "pairing.agenda_columns",
            gettext_noop(
                "An agenda has the columns {columns}; the first line must name them. There is: {found}."
            ),
            columns=", ".join(AGENDA),
            found=", ".join(lines.fieldnames or ()) or "–",
        )
    return [
        _point(n, line, tuple(hung.document for hung in papers.get(old.get(_cell(line, "title_zh"), 0), ())))
        for n, line in enumerate(lines, 2)
        if any(value for value in line.values())
    ]


def _point(n: int, line: dict[str, Any], papers: tuple[Any, ...]) -> actions.Point:
    needs = _cell(line, "needs_paper").lower()
    if None in line or needs not in (*_YES, *_NO):
        raise BadInput(
            "pairing.agenda_line",
            gettext_noop(
                "Line {n} of the agenda is unclear: a cell too many, or a needs_paper that is not yes"
                " or no. Correct that line."
            ),
            n=n,
        )
    return actions.Point(
        title_zh=given.line(200)(_cell(line, "title_zh")),
        title_en=given.line(240)(_cell(line, "title_en")),
        side=_cell(line, "side") or "both",
        asks_zh=given.line(300)(_cell(line, "asks_zh")),
        asks_en=given.line(400)(_cell(line, "asks_en")),
        needs_paper=needs in _YES,
        papers=papers,
    )


def _cell(line: dict[str, Any], name: str) -> str:
    return (line.get(name) or "").strip()


@app.command("add-paper")
def add_paper(
    number: str,
    order: Annotated[int, typer.Argument(metavar="POINT", help="Number of the point on the agenda.")],
    paper: Annotated[list[str], shared.papers_option("--paper", "The paper.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Lay papers on the table for a point."""
    one = queries.meeting_of(acting(), number)
    point = registered.point_of(one, order)
    shared.with_papers(
        paper, one.pairing, lambda papers: actions.add_paper(point, papers, by=acting()), dry_run=dry_run
    )
    _done(_("The paper is on the table."), one, dry_run, as_json)


@app.command("cancel")
def cancel_meeting(
    number: str, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Call a meeting off; who was invited is told why."""
    one = queries.meeting_of(acting(), number)
    made = written(lambda: actions.cancel_meeting(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The meeting is called off; who was invited is told why."), made, dry_run, as_json)


@app.command("reinstate")
def reinstate_meeting(number: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take back that a meeting was called off."""
    one = queries.meeting_of(acting(), number)
    made = written(lambda: actions.reinstate_meeting(one, by=acting()), dry_run=dry_run)
    _done(_("The meeting takes place again."), made, dry_run, as_json)


# -- at and after the meeting --------------------------------------------------------------------------------------


@app.command("hold")
def hold_meeting(
    number: str,
    present: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="Who was there: member or name on the list. May be repeated."),
    ] = None,
    as_answered: Annotated[
        bool, typer.Option("--as-answered", help="Those who had said that they come.")
    ] = False,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say who was there; without the quorum of both sides it was no joint meeting."""
    one = queries.meeting_of(acting(), number)
    there = {_attendee(one, who).pk for who in present or ()}
    if as_answered:
        there |= {line.pk for line in one.attendees.all() if line.answer == MeetingAttendee.Answer.COMING}
    day = on or clock.local(one.at).date()
    made = written(lambda: actions.hold_meeting(one, present=there, on=day, by=acting()), dry_run=dry_run)
    _done(_("Noted. Both offices have the minutes on their list."), made, dry_run, as_json)


@app.command("minutes")
def write_minutes(
    number: str,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The Chinese text; - is standard input.")],
    en: Annotated[str, typer.Option("--en", metavar="FILE", help="The English text.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write the minutes, or write them anew; who has signed them must sign again."""
    one = queries.meeting_of(acting(), number)
    text_zh, text_en = files.read_text(file), files.read_text(en) if en else ""
    made = written(
        lambda: actions.write_minutes(one, text_zh=text_zh, text_en=text_en, by=acting()), dry_run=dry_run
    )
    _done(_("The minutes are written; both sides are asked to sign."), made, dry_run, as_json)


@app.command("sign")
def sign_minutes(
    number: str,
    on: given.Today = None,
    person: Annotated[str, given.text("--person", 120, "Who signed; else who is acted as.")] = "",
    side: shared.Side = "",
    minutes: Annotated[
        int | None,
        typer.Option(
            help="Version of the minutes that were read, as `show` has it; if it moved, nobody signs."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Sign the minutes for a side."""
    one = queries.meeting_of(acting(), number)
    if minutes is not None and minutes != one.minutes_no:
        raise ChangedMeanwhile(
            "pairing.minutes_changed",
            gettext_noop("The minutes of {number} were changed since you read them. Read them again."),
            number=one.number,
        )
    day = on or clock.today()
    made = written(
        lambda: actions.sign_minutes(one, on=day, side=side, person=person, by=acting()), dry_run=dry_run
    )
    sentence = (
        _("Signed by both sides.")
        if made.stage == rules.MeetingStage.SIGNED
        else _("Signed for your side; the other side is asked to sign.")
    )
    _done(sentence, made, dry_run, as_json)


def _done(sentence: str, one: Meeting, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
