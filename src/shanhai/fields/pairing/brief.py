"""The briefing book of a joint meeting (会议手册): what the leaders of both sides have before them, as a PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import clock, heavy, indicators, signs, tasks
from shanhai.core.models import Member, Pairing
from shanhai.core.printing import making
from shanhai.fields.pairing import actions, brief_word, columns, quantities, queries, rules
from shanhai.fields.pairing.models import ActionItem, Meeting
from shanhai.kernel import periods
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import words
from shanhai.webkit.templatetags.shanhai import STATUSES

Language = Literal["en", "zh", "zh-hans", "both"]
_COMPILE = "shanhai.fields.pairing.typesetting.compile_pdf"
_STEPS = 3  # its figures are read, it is typeset, it is filed
TEMPLATE = Path(__file__).parent / "typst" / "brief.typ"
FIGURES = (
    "pairing.commitments_fulfilled",
    "pairing.items_on_time",
    "pairing.meetings_held",
    "pairing.visits",
    "pairing.officers_in_post",
    "pairing.officer_days",
    "pairing.appraisals_given",
    "pairing.money_paid",
)


def as_pdf(
    meeting: Meeting,
    *,
    member: Member | None,
    language: Language = "both",
    on_progress: Callable[[int, int | None], None] | None = None,
) -> bytes:
    """The briefing book of a meeting as PDF.

    Parameters
    ----------
    member
        Whose eyes it is for: it holds what he may see. None sees all.
    language
        ``en``, ``zh`` or ``both`` (Chinese with English beneath).

    Raises
    ------
    NotConfigured
        ``pairing.no_cjk_font``: the server has no Chinese font.
    """
    data = book(meeting, member=member, language=language)
    return heavy.run_in_child(
        _COMPILE,
        (str(TEMPLATE), data, clock.now().timestamp()),
        on_progress,
        timeout=120,
        memory_mb=4096,
    )


def as_word(meeting: Meeting, *, member: Member | None, language: Language = "both") -> bytes:
    """The briefing book of a meeting as Word, to be edited: the same figures, without their bars."""
    return _set(book(meeting, member=member, language=language), "docx", language)


def _set(
    data: dict[str, Any], form: making.Form, language: Language, run: Callable[..., Any] = heavy.run_in_child
) -> bytes:
    if form == "docx":
        with translation.override(_tongues(language)[0]):
            return making.paper(brief_word.content(data), "docx", progress=run)
    args = (str(TEMPLATE), data, clock.now().timestamp())
    return cast(bytes, run(_COMPILE, args, timeout=120, memory_mb=4096))


def make(
    progress: tasks.Progress, number: str, language: Language, member: int, form: making.Form = "pdf"
) -> dict[str, Any]:
    """Make the book of a meeting and file it on its record: the task that a page asks for.

    Parameters
    ----------
    progress
        Of the task; where it is cancelled the child that typesets is ended.
    member
        Primary key of the member for whose eyes it is.
    """
    by = Member.objects.select_related("unit__organisation__region").get(pk=member)
    meeting = queries.meeting_of(by, number)
    up_to_entry = queries.last_entry()
    progress(0, _STEPS)
    data = book(meeting, member=by, language=language)
    progress(1, _STEPS)
    made = _set(data, form, language, progress.in_child)
    progress(2, _STEPS)
    filed = actions.file_brief(
        meeting,
        made,
        file_name=file_name(meeting, clock.today(), form),
        title=_title(meeting, language),
        language=language,
        up_to_entry=up_to_entry,
        task_id=progress.pk,
        by=by,
    )
    progress(_STEPS, _STEPS)
    return {"document": filed.document_id}


def _title(meeting: Meeting, language: Language) -> str:
    said = []
    for tongue in _tongues(language):
        with translation.override(tongue):
            said.append(_("Briefing book: {title}").format(title=meeting.title))
    return " · ".join(said)


def meeting_for(member: Member | None, pairing: Pairing, number: str = "") -> Meeting:
    """The meeting that a book is asked for: the one of that number, else the next one of the pairing.

    Raises
    ------
    NotFound
        ``pairing.no_next_meeting``.
    """
    if number:
        return queries.meeting_of(member, number)
    found = queries.next_meeting(queries.zone_reach(member, pairing))
    if found is None:
        raise NotFound(
            "pairing.no_next_meeting",
            gettext_noop("Pairing {pairing} has no joint meeting to come. Call one, or name a meeting."),
            pairing=pairing.code,
        )
    return queries.meeting_of(member, found.meeting.number)


def book(meeting: Meeting, *, member: Member | None, language: Language = "both") -> dict[str, Any]:
    """What stands in the book, as plain data: one version a language, in the same order."""
    tongues = _tongues(language)
    versions = []
    for tongue in tongues:
        with translation.override(tongue):
            versions.append(_version(meeting, member))
    return {"versions": versions, "lang": "en" if tongues == ["en"] else "zh"}


def _tongues(language: Language) -> list[str]:
    return {"en": ["en"], "both": ["zh-hans", "en"]}.get(language, ["zh-hans"])


def _version(meeting: Meeting, member: Member | None) -> dict[str, Any]:
    account = queries.account(member, meeting.pairing)
    points = list(meeting.agenda.all())
    return {
        "head": _head(meeting, account),
        "labels": _labels(),
        "asks": [_asks(meeting, points, side) for side in rules.SIDES],
        "agenda": [_point(point) for point in points],
        "commitments": [_commitment(one) for one in account.own],
        "nested": _nested(account),
        "late": [_late(one) for one in account.late],
        "items": [_item(item) for item in _open_items(member, meeting)],
        "figures": _figures(account),
        "notes": _notes(account),
    }


def _head(meeting: Meeting, account: queries.Account) -> dict[str, Any]:
    at = clock.local(meeting.at)
    return {
        "book": _("Briefing book"),
        "pairing": account.pairing.name,
        "title": meeting.title,
        "number": meeting.number,
        "level": columns.words(columns.MEETING_LEVELS, meeting.level),
        "when": f"{words.day(at.date(), 'year')} {at:%H:%M}",
        "place": meeting.place,
        "convenors": " · ".join(
            f"{person.name}（{person.unit.organisation.name}）"
            if words.is_chinese()
            else f"{person.name} ({person.unit.organisation.name})"
            for person in (meeting.convenor_mountain, meeting.convenor_sea)
            if person is not None
        ),
        "finding": finding(account),
        "sides": [_side_name(meeting.pairing, side) for side in rules.SIDES],
        "quorum": [_quorum(meeting, side) for side in rules.SIDES],
    }


def finding(account: queries.Account) -> str:
    """How the commitments of the year stand, in a sentence."""
    tally = account.tally
    return ngettext(
        "{total} commitment of the year: {on_track} on track, {at_risk} at risk, {late} late. "
        "{percent} of the year has passed.",
        "Of {total} commitments of the year {on_track} are on track, {at_risk} at risk, {late} late. "
        "{percent} of the year has passed.",
        tally.total,
    ).format(
        total=tally.total,
        on_track=tally.on_track,
        at_risk=tally.at_risk,
        late=tally.late,
        percent=words.percent(account.year_passed),
    )


def _side_name(pairing: Pairing, side: str) -> str:
    parties = [
        party for party in pairing.parties.select_related("organisation__region") if party.role == side
    ]
    return (
        "、".join(party.organisation.region.name for party in parties)
        if words.is_chinese()
        else ", ".join(party.organisation.region.name for party in parties)
    )


def _quorum(meeting: Meeting, side: str) -> str:
    people = [one for one in meeting.attendees.all() if one.side == side]
    coming = sum(one.answer == "coming" for one in people)
    needed = meeting.quorum_mountain if side == "mountain" else meeting.quorum_sea
    return _("{coming} of {invited} come, {needed} are needed").format(
        coming=coming, invited=len(people), needed=needed
    )


def _labels() -> dict[str, str]:
    return {
        "asks": _("What each side asks of the other"),
        "asks_none": _("No requests."),
        "agenda": _("Agenda"),
        "point": _("Point"),
        "brought_by": _("Brought by"),
        "papers": _("Papers"),
        "commitments": _("Promised, delivered, forecast"),
        "field": _("Field"),
        "commitment": _("Commitment"),
        "owes": _("Owed by"),
        "delivered": _("Delivered"),
        "promised": _("Promised"),
        "forecast": _("Forecast"),
        "status": _("Status"),
        "late": _("Overdue"),
        "late_none": _("Nothing is overdue."),
        "what": _("What"),
        "rests_with": _("Rests with"),
        "due": _("Due"),
        "escalated": _("Escalated to"),
        "items": _("Open action items"),
        "items_none": _("No action item is open."),
        "figures": _("Figures of the year"),
        "when": _("Time"),
        "place": _("Place"),
        "level": _("Level"),
        "convenors": _("Convenors"),
        "quorum": _("Quorum"),
    }


def _asks(meeting: Meeting, points: list[Any], side: str) -> dict[str, Any]:
    asking = _side_name(meeting.pairing, side)
    asked = _side_name(meeting.pairing, rules.other_side(side))
    return {
        "side": side,
        "title": _("{asking} asks {asked}").format(asking=asking, asked=asked),
        "lines": [point.asks for point in points if point.side == side and point.asks_zh],
    }


def _point(point: Any) -> dict[str, Any]:
    has_paper = bool(getattr(point, "papers", False))
    papers = _("on the table") if has_paper else (_("missing") if point.needs_paper else "–")
    return {
        "order": point.order,
        "title": point.title,
        "side": point.side,
        "side_name": columns.words(columns.OWES, point.side),
        "papers": papers,
        "is_missing": point.needs_paper and not has_paper,
    }


def _commitment(one: queries.Progress) -> dict[str, Any]:
    commitment = one.commitment
    scale = quantities.scale_of(commitment, one.promised)
    return {
        "field": columns.words(columns.FIELDS, commitment.field),
        "name": commitment.name,
        "owes": commitment.owes,
        "owes_name": columns.words(columns.OWES, commitment.owes),
        "is_main": commitment.is_main,
        "delivered": scale.say(one.delivered, one.promised),
        "promised": scale.full(one.promised),
        "forecast": scale.say(one.forecast, one.promised),
        "basis": one.basis,
        "status": str(one.status),
        "status_name": str(STATUSES[str(one.status)][2]),
        # Shares of the promise, for the bar; a bar is as long as it can be, whatever was overfulfilled.
        "bar": {
            "delivered": _share(one.delivered, one.promised),
            "forecast": _share(one.forecast, one.promised),
            "pace": _share(one.pace, one.promised),
        },
    }


def _share(part: Decimal | None, whole: Decimal) -> float:
    if part is None or not whole:
        return 0.0
    return float(min(max(part / whole, Decimal(0)), Decimal("1.25")))


def _nested(account: queries.Account) -> str:
    tally = account.tally_nested
    if not tally.total:
        return ""
    return ngettext(
        "Nested pairings have {total} commitment more: {on_track} on track, {at_risk} at risk, {late} late.",
        "Nested pairings have {total} commitments more: {on_track} on track, {at_risk} at risk, {late} late.",
        tally.total,
    ).format(total=tally.total, on_track=tally.on_track, at_risk=tally.at_risk, late=tally.late)


def _late(one: queries.Late) -> dict[str, Any]:
    days = -one.slack
    return {
        "what": one.what,
        "sides": sorted(one.sides),
        "holders": " · ".join(unit.organisation.name for _side, unit in one.holders),
        "due": words.day(one.due_on, "year"),
        "late": ngettext("{n} working day late", "{n} working days late", days).format(n=days),
        "escalated": (
            f"{columns.words(columns.MEETING_LEVELS, one.escalated_to)} {words.day(one.escalated_on)}"
            if one.escalated_to and one.escalated_on
            else "–"
        ),
    }


def _open_items(member: Member | None, meeting: Meeting) -> list[ActionItem]:
    found = queries.action_items_of(member, meeting.pairing).filter(stage__in=rules.OPEN_ITEM)
    return list(found.order_by("due_on", "pk")[:40])


def _item(item: ActionItem) -> dict[str, Any]:
    slack = queries.slack_days(item.due_on)
    return {
        "number": item.number,
        "title": item.title,
        "side": item.lead,
        "holder": item.lead_unit.organisation.name,
        "with": (item.sea_unit if item.lead == "mountain" else item.mountain_unit).organisation.name,
        "due": words.day(item.due_on, "year"),
        "is_late": slack < 0,
        "report": item.report_said,
    }


def _figures(account: queries.Account) -> list[dict[str, str]]:
    """This year's figures of the zone, each added up over the pairing and those nested in it."""
    year = periods.period_of("year", account.on)
    found = []
    for code in FIGURES:
        of = signs.indicators[code]
        value = indicators.total(code, indicators.measure(code, list(account.pairing_ids), [year]))
        found.append({"name": str(of.name), "value": _figure(of, value), "about": str(of.about)})
    return found


def _figure(of: signs.Indicator, value: Decimal | None) -> str:
    if value is None:
        return "–"
    if of.kind == "ratio":
        return words.percent(value)
    if of.unit == "fen":
        return words.yuan(int(value))
    return words.num(value, 0)


def _notes(account: queries.Account) -> list[str]:
    standing = {
        "reported": _("Figures are reported, with their sources on the pages of the records."),
        "illustrative": _("Figures are illustrative: made up to show how the platform works."),
        "mixed": _("Some figures are reported, others illustrative; the pages of the records say which."),
    }[account.standing]
    return [
        _(
            "Forecast = delivered plus dated entries that the other side has confirmed; where there are none, the "
            "pace of the last four periods goes on. At risk = the forecast falls short of the promise. Late = a "
            "due day has passed and what should have come by then has not."
        ),
        standing,
        _("As of {day}.").format(day=words.day(account.on, "year")),
    ]


def file_name(meeting: Meeting, on: date, form: making.Form = "pdf") -> str:
    """Name of the file that a browser saves."""
    return f"{meeting.number}-brief-{on:%Y%m%d}.{form}"
