"""Joint meetings: the next one first, then one with quorum, agenda, minutes, resolutions and what follows."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.fields.pairing import columns, queries, rules
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import Meeting
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.views import shared
from shanhai.fields.pairing.views.briefs import book_lines
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader
from shanhai.webkit.templatetags.shanhai import side_mark

Stage = rules.MeetingStage
TO_COME = (Stage.PLANNED, Stage.INVITED)


def stage_status(meeting: Meeting) -> tuple[str, str]:
    """Shape and word of a meeting: minutes that wait stand out."""
    word = shared.word(columns.MEETING_STAGES, meeting.stage).capitalize()
    if meeting.stage in TO_COME:
        return ("late", _("Not noted as held")) if meeting.at < clock.now() else ("on_track", word)
    if meeting.stage in (Stage.HELD, Stage.MINUTED):
        waits = _("Minutes to write") if meeting.stage == Stage.HELD else _("Minutes to sign")
        return "at_risk", waits
    return ("done", word) if meeting.stage == Stage.SIGNED else ("paused", word)


def _who(meeting: Any) -> str:
    """Who comes or was there, of both sides."""
    to_come = meeting.stage in TO_COME
    kind = "coming" if to_come else "present"
    if meeting.stage == Stage.CANCELLED:
        return words.NOTHING
    parts = [_side_count(side, getattr(meeting, f"{kind}_{side}")) for side in rules.SIDES]
    return mark_safe(" ".join(parts))


def _side_count(side: str, n: int) -> str:
    return format_html('<span class="pl mr">{} {}</span>', side_mark(side), n)


def _quorum_word(meeting: Any) -> str:
    """Whether enough of both sides come, of a meeting to come."""
    if meeting.stage not in TO_COME:
        return ""
    if meeting.stage == Stage.PLANNED:
        return _("nobody invited")
    met = all(
        getattr(meeting, f"coming_{side}") >= getattr(meeting, f"quorum_{side}") for side in rules.SIDES
    )
    return _("quorum met") if met else _("quorum not met")


MEETINGS = Table(
    code="pairing.meetings",
    columns=(
        Column(
            "at",
            gettext_lazy("When"),
            kind="moment",
            value=lambda row: row.at,
            sort=("at",),
            index="meeting_zone_at",
        ),
        Column(
            "title",
            gettext_lazy("Meeting"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.number,
            stack="full",
        ),
        Column(
            "level", gettext_lazy("Level"), value=lambda row: shared.word(columns.MEETING_LEVELS, row.level)
        ),
        Column("place", gettext_lazy("Place"), stack="hide-s"),
        Column("who", gettext_lazy("Coming or there"), kind="html", value=_who, second=_quorum_word),
        Column("stage", gettext_lazy("Status"), kind="status", value=stage_status, stack="push"),
    ),
    filters=(
        Filter("level", gettext_lazy("Level"), choices=lambda request: choices(columns.MEETING_LEVELS)()),
        Filter("stage", gettext_lazy("Stage"), choices=lambda request: choices(columns.MEETING_STAGES)()),
    ),
    export=shared.export_of(columns.MEETINGS),
    default_sort="-at",
    keeps_count=True,
    empty=(
        gettext_lazy("No joint meetings yet."),
        gettext_lazy(
            "Call the first one: its agenda, quorum and papers are then kept together for both sides."
        ),
    ),
)


@member_required("pairing.view_meetings")
def meetings(request: Any) -> HttpResponse:
    """When do both sides meet next, is everything ready, and which minutes wait?"""
    pairing = chosen_pairing(request)
    return listing.render(
        request,
        "pairing/meetings.html",
        MEETINGS,
        pages.meetings_with_answers(request.member, pairing),
        {
            "pairing": pairing,
            "next": _next(request, pairing),
            "waiting": for_reader(
                request,
                "pairing.minutes",
                (pairing.pk,),
                lambda: pages.minutes_waiting(request.member, pairing),
            ),
            "may_call": shared.may(request, "call_meeting", pairing.pk) and not pairing.ended_on,
        },
    )


def _next(request: Any, pairing: Any) -> dict[str, Any] | None:
    found = queries.next_meeting(queries.zone_reach(request.member, pairing))
    return None if found is None else next_lines(request, found)


def next_lines(request: Any, found: queries.lists.NextMeeting) -> dict[str, Any]:
    """The next meeting as panels show it: quorum of both sides, papers, asks by the reader's side."""
    own = shared.own_side(request, found.meeting.pairing_id) or "mountain"
    other = rules.other_side(own)
    return {
        "meeting": found.meeting,
        "level": shared.word(columns.MEETING_LEVELS, found.meeting.level),
        "quorum": [
            _quorum(side, found.coming.get(side, 0), found.invited.get(side, 0), found.quorum(side))
            for side in rules.SIDES
        ],
        "points": len(found.points),
        "without_papers": found.without_papers,
        "they": [point.asks for point in found.asks(other)],
        "we": [point.asks for point in found.asks(own)],
        "has_quorum": found.has_quorum,
    }


def _quorum(side: str, coming: int, invited: int, needed: int) -> dict[str, Any]:
    return {
        "side": side,
        "coming": coming,
        "invited": invited,
        "needed": needed,
        "left": max(0, needed - coming),
        "is_met": coming >= needed,
    }


# -- one meeting ---------------------------------------------------------------------------------------------------


@member_required("pairing.view_meetings")
def meeting(request: Any, number: str) -> HttpResponse:
    """Is the meeting ready, or: what came of it, and who does what by when?"""
    one = queries.meeting_of(request.member, number)
    attendees = list(one.attendees.all())
    points = list(one.agenda.all())
    papers = shared.papers_by("pairing.agendaitem", [point.pk for point in points], "paper")
    quorum = _quorums(one, attendees)
    own = shared.own_side(request, one.pairing_id)
    own_line = next((who for who in attendees if who.member_id == request.member.pk), None)
    missing = [point for point in points if point.needs_paper and not papers.get(point.pk)]
    records = [one, *one.resolutions.all()]
    return render(
        request,
        "pairing/meeting.html",
        {
            "meeting": one,
            "level": shared.word(columns.MEETING_LEVELS, one.level),
            "status": stage_status(one),
            "finding": _finding(one, quorum, points, missing),
            "quorum": quorum,
            "groups": _by_side(attendees),
            "points": [
                {
                    "point": point,
                    "papers": papers.get(point.pk, []),
                    "lacks": point.needs_paper and not papers.get(point.pk),
                }
                for point in points
            ],
            "resolutions": _resolutions(one),
            "signatures": {signature.side: signature for signature in one.signatures.all()},
            "papers": shared.papers_by("pairing.meeting", [one.pk]).get(one.pk, []),
            "own": own,
            "own_line": own_line,
            "is_to_come": one.stage in TO_COME,
            "is_held": one.stage in (Stage.HELD, Stage.MINUTED, Stage.SIGNED),
            "sides": shared.party_names(one.pairing),
            "mark": shared.mark_of(records),
            "detail": shared.detail_of(records),
            "history": shared.history(one),
            "books": book_lines(one, request),
            **_offers(request, one, own, own_line),
        },
    )


def _quorums(one: Meeting, attendees: list[Any]) -> list[dict[str, Any]]:
    to_come = one.stage in TO_COME
    lines = []
    for side in rules.SIDES:
        here = [who for who in attendees if who.side == side]
        n = sum(1 for who in here if (who.answer == "coming" if to_come else who.is_present))
        lines.append(
            _quorum(side, n, len(here), one.quorum_mountain if side == "mountain" else one.quorum_sea)
        )
    return lines


def _by_side(attendees: list[Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            side,
            [
                {"who": who, "answer": shared.word(columns.ANSWERS, who.answer)}
                for who in attendees
                if who.side == side
            ],
        )
        for side in rules.SIDES
    ]


def _resolutions(one: Meeting) -> list[dict[str, Any]]:
    from shanhai.fields.pairing.views.items import item_status

    return [
        {
            "resolution": resolution,
            "items": [{"item": item, "status": item_status(item)} for item in resolution.items.all()],
        }
        for resolution in one.resolutions.all()
    ]


def _finding(one: Meeting, quorum: list[dict[str, Any]], points: list[Any], missing: list[Any]) -> str:
    when = words.day(clock.local(one.at).date(), "weekday")
    if one.stage in TO_COME:
        short = [line for line in quorum if not line["is_met"]]
        if not points:
            return _("%s: no agenda yet.") % when
        if short and missing:
            return ngettext(
                "%(when)s: the quorum is not met yet, and %(n)s paper is missing.",
                "%(when)s: the quorum is not met yet, and %(n)s papers are missing.",
                len(missing),
            ) % {"when": when, "n": len(missing)}
        if short:
            return _("%s: the quorum is not met yet.") % when
        if missing:
            return ngettext(
                "%(when)s: both sides have their quorum; %(n)s paper is missing.",
                "%(when)s: both sides have their quorum; %(n)s papers are missing.",
                len(missing),
            ) % {"when": when, "n": len(missing)}
        return _("%s: both sides have their quorum, and all papers are on the table.") % when
    if one.stage == Stage.CANCELLED:
        return _("Called off: %s") % (one.cancel_reason or words.NOTHING)
    items = [item for resolution in one.resolutions.all() for item in resolution.items.all()]
    open_ = [item for item in items if item.is_open]
    late = [item for item in open_ if item.due_on < clock.today()]
    facts = {
        "resolutions": len(one.resolutions.all()),
        "items": len(items),
        "open": len(open_),
        "late": len(late),
    }
    if one.stage == Stage.HELD:
        return _("Held on %s; the minutes are still to be written.") % when
    if one.stage == Stage.MINUTED:
        left = [
            side for side in rules.SIDES if side not in {signature.side for signature in one.signatures.all()}
        ]
        return _("The minutes wait for the signature of %s.") % shared.listed(
            [_(shared.SIDE_NAMES[side]) for side in left]
        )
    if late and len(late) == len(items):
        return ngettext(
            "%(items)s action item follows from it, and it is late.",
            "%(items)s action items follow from it, and all of them are late.",
            len(items),
        ) % {"items": len(items)}
    if late:
        return _("%(items)s action items follow from it; %(open)s are open, %(late)s of them late.") % facts
    if open_:
        return _("%(items)s action items follow from it; %(open)s are open, none is late.") % facts
    if items:
        return _("All %(items)s action items that follow from it are done.") % facts
    return _("%(resolutions)s resolutions are on record; no action item follows from them.") % facts


def _offers(request: Any, one: Meeting, own: str, own_line: Any) -> dict[str, bool]:
    here, to_come = one.pairing_id, one.stage in TO_COME
    has_come = clock.local(one.at).date() <= clock.today()
    signed = {signature.side for signature in one.signatures.all()}
    office = shared.may(request, "invite", here)
    return {
        "may_change": to_come and shared.may(request, "change_meeting", here),
        "may_invite": to_come and office,
        "may_set_agenda": to_come and shared.may(request, "set_agenda", here),
        "may_add_paper": shared.may(request, "add_paper", here),
        "may_answer": to_come and own_line is not None and shared.may(request, "answer_invitation", here),
        "may_answer_for_side": to_come and bool(own) and office,
        "may_hold": one.stage == Stage.INVITED and has_come and shared.may(request, "hold_meeting", here),
        "may_write": one.stage in (Stage.HELD, Stage.MINUTED) and shared.may(request, "write_minutes", here),
        "may_sign": one.stage == Stage.MINUTED
        and bool(own)
        and own not in signed
        and shared.may(request, "sign_minutes", here),
        "may_resolve": one.stage in (Stage.HELD, Stage.MINUTED, Stage.SIGNED)
        and shared.may(request, "adopt_resolution", here),
        "may_assign": shared.may(request, "assign_action_item", here),
        "may_cancel": to_come and shared.may(request, "cancel_meeting", here),
    }
