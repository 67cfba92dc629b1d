"""Reads of joint review meetings: the list, one with all that it holds, what is ripe, what was decided on a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from shanhai.core import access, clock
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.search import Found
from shanhai.fields.approval.models import (
    Case,
    CaseItem,
    MeetingPoint,
    MeetingSeat,
    Opinion,
    ReviewMeeting,
    ReviewSignature,
)
from shanhai.fields.approval.queries import said
from shanhai.fields.approval.rules import cases as case_rules
from shanhai.fields.approval.rules import meetings as rules
from shanhai.fields.office.queries import shared
from shanhai.fields.pairing.queries import calendars
from shanhai.kernel.refusals import NotAllowed, NotFound, gettext_noop

Stage = rules.MeetingStage
_LASTS = timedelta(hours=2)


def meetings_of(member: Member | None, pairing: Pairing) -> QuerySet[ReviewMeeting]:
    """The meetings of a pairing and those nested in it that a member sees; sort by ``at``."""
    rows = shared.seen_in(ReviewMeeting.objects.all(), member, pairing)
    return rows.select_related("pairing").annotate(
        n_points=Count("points", distinct=True),
        n_open=Count("points", Q(points__verdict=""), distinct=True),
    )


def meeting_of(member: Member | None, number: str) -> ReviewMeeting:
    """One meeting, for those who see it.

    Raises
    ------
    NotFound
        ``approval.no_meeting``
    """
    found = (
        ReviewMeeting.objects.select_related("pairing", "owner_unit__organisation")
        .filter(number=number[:40])
        .first()
    )
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "approval.no_meeting",
            gettext_noop(
                "There is no review meeting {number} that you may see. Look for it in the list of them."
            ),
            number=number[:40],
        )
    return found


def points_of(meeting: ReviewMeeting) -> list[MeetingPoint]:
    """The agenda in order, each point with its item, case and project (one statement)."""
    rows = MeetingPoint.objects.filter(meeting=meeting).select_related(
        "item__case__project",
        "item__case__enterprise",
        "item__unit__organisation",
        "item__case__pairing",
        "member",
    )
    found = list(rows.order_by("order", "pk"))
    for one in found:
        one.meeting = meeting
    return found


def point_of(member: Member | None, number: str, order: int) -> MeetingPoint:
    """One point of the agenda of a meeting, for those who see the meeting.

    Raises
    ------
    NotFound
        ``approval.no_meeting``, ``approval.no_point``
    """
    meeting = meeting_of(member, number)
    for one in points_of(meeting):
        if one.order == order:
            return one
    raise NotFound(
        "approval.no_point",
        gettext_noop("Meeting {number} has no item {order} on its agenda. Look at the items that it has."),
        number=meeting.number,
        order=order,
    )


def seats_of(meeting: ReviewMeeting) -> list[MeetingSeat]:
    """Who sits there: the committee first, then the departments, then advisers (one statement)."""
    order = list(rules.Role)
    rows = MeetingSeat.objects.filter(meeting=meeting).select_related("unit__organisation").order_by("pk")
    return sorted(rows, key=lambda one: order.index(rules.Role(one.role)))


def signatures_of(meeting: ReviewMeeting) -> dict[int, ReviewSignature]:
    """The signatures under the minutes, by key of the seat (one statement)."""
    rows = ReviewSignature.objects.filter(meeting=meeting).select_related("member", "copy__document")
    return {one.seat_id: one for one in rows}


def of_case(case: Case) -> dict[int, list[MeetingPoint]]:
    """What meetings had on their agendas of a case, by key of the item, latest first (one statement)."""
    found: dict[int, list[MeetingPoint]] = {}
    rows = MeetingPoint.objects.filter(item__case=case).exclude(meeting__stage=Stage.CANCELLED)
    for one in rows.select_related("meeting").order_by("-meeting__at", "-pk"):
        found.setdefault(one.item_id, []).append(one)
    return found


def told_last(item: CaseItem) -> MeetingPoint | None:
    """What the last meeting that decided on an item said about how it ends; None where none did."""
    rows = MeetingPoint.objects.filter(item=item, verdict__in=rules.FINAL).select_related("meeting")
    return rows.order_by("-decided_on", "-pk").first()


def is_followed(point: MeetingPoint) -> bool | None:
    """Whether the lead decided as the meeting said; None while it has not decided, or need not."""
    item = point.item
    if point.verdict not in rules.FINAL or not item.decision:
        return None
    return (item.decision == "refused") == (point.verdict == rules.Verdict.REFUSED)


# -- what is ripe --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ripe:
    """An open item that a meeting should have on its agenda, and why."""

    item: CaseItem
    why: rules.Why


def _on_a_table() -> Exists:
    """Whether an item waits for a meeting already."""
    waiting = MeetingPoint.objects.filter(
        item=OuterRef("pk"), verdict="", meeting__stage__in=(Stage.PLANNED, Stage.HELD)
    )
    return Exists(waiting)


def ripe(pairing: Pairing, side: str, level: str) -> list[Ripe]:
    """The open items of a side that are ripe for a meeting of a level and wait for none, the most overdue first.

    Two statements, whatever the number of cases.
    """
    zone_id = pairing.zone_id or pairing.pk
    wanted = Q(level=level)
    forwarded = Opinion.objects.filter(item=OuterRef("pk"), role="co", counts_as="forward")
    if level == rules.ReviewLevel.JOINT:
        wanted |= Q(disagreed__gt=0) | Q(Exists(forwarded))
    rows = CaseItem.objects.filter(
        wanted, state__in=case_rules.RUNNING, case__zone_id=zone_id, case__side=side
    ).exclude(_on_a_table())
    rows = rows.select_related("case__project", "case__enterprise", "case__pairing", "unit__organisation")
    found = []
    counted = Q(opinions__role="co", opinions__counts_as="forward")
    for item in rows.annotate(n_forwarded=Count("opinions", counted)).order_by("due_on", "pk"):
        why = rules.why_ripe(level, item.level, item.disagreed, item.left_opinions, item.n_forwarded)
        if why is not None:
            found.append(Ripe(item, why))
    return found


def next_meeting(item: CaseItem, level: str) -> ReviewMeeting | None:
    """The next meeting of a level to which an item can go."""
    return (
        ReviewMeeting.objects.filter(
            zone_id=item.case.zone_id,
            side=item.case.side,
            level=level,
            stage=Stage.PLANNED,
            at__gte=clock.now(),
        )
        .order_by("at", "pk")
        .first()
    )


# -- who sits there ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Body:
    """Whoever can sit in a meeting."""

    code: str
    unit: Unit
    is_absent: bool
    name_zh: str
    name_en: str
    side: str


def bodies(items: Sequence[CaseItem]) -> tuple[dict[str, Body], dict[str, rules.Role]]:
    """Who sits in a meeting on some items, and in which role: departments concerned, park committees, advisers.

    One statement, and one or two for each pairing.
    """
    found: dict[str, Body] = {}
    committees: dict[str, None] = {}
    for item in items:
        body = committee_of(item.case)
        if body is not None:
            found.setdefault(body.code, body)
            committees.setdefault(body.code)
    asked = []
    opinions = Opinion.objects.filter(item__in=items).select_related("unit__organisation").order_by("pk")
    of_item: dict[int, list[Opinion]] = {}
    for one in opinions:
        of_item.setdefault(one.item_id, []).append(one)
    for item in items:
        concerned: list[tuple[CaseItem | Opinion, str]] = [(item, "lead")]
        concerned += [(one, one.role) for one in of_item.get(item.pk, ())]
        for row, role in concerned:
            side = row.side if isinstance(row, Opinion) and row.side else item.case.side
            body = _body_of(row, side)
            found.setdefault(body.code, body)
            asked.append(rules.Asked(body.code, role, side == item.case.side))
    return found, rules.quorum(asked, committees)


def _body_of(row: CaseItem | Opinion, side: str) -> Body:
    if row.is_absent:
        return Body(row.department, row.unit, True, row.department_zh, row.department_en, side)
    organisation = row.unit.organisation
    return Body(row.unit.code, row.unit, False, organisation.name_zh, organisation.name_en, side)


def committee_of(case: Case) -> Body | None:
    """The park committee of the land on which a project stands; where there is none, the unit that keeps the file."""
    unit = shared.unit_on(case.pairing_id, case.side, "park_committee")
    if unit is None and case.owner_unit_id is not None:
        unit = Unit.objects.select_related("organisation").get(pk=case.owner_unit_id)
    if unit is None:
        return None
    return Body(unit.code, unit, False, unit.organisation.name_zh, unit.organisation.name_en, case.side)


# -- who may -------------------------------------------------------------------------------------------------------


def check_convenes(meeting: ReviewMeeting, by: Member | None) -> None:
    """Refuse whoever is not of the unit that called the meeting, or of an office of its side."""
    if by is None:
        return
    if access.standing(by).side_in(meeting.pairing_id) != meeting.side:
        raise NotAllowed(
            "approval.not_your_meeting",
            gettext_noop(
                "Meeting {number} is one of the side on whose land the projects stand. Ask them; your side may attend and "
                "advise."
            ),
            number=meeting.number,
        )


def convenes(meeting: ReviewMeeting, member: Member) -> bool:
    """Whether a member is of the side whose meeting it is; decides which buttons a page offers."""
    return access.standing(member).side_in(meeting.pairing_id) == meeting.side


# -- words ---------------------------------------------------------------------------------------------------------


def drafted(meeting: ReviewMeeting) -> tuple[str, str]:
    """The minutes as they follow from the record, Chinese and English: who was there, and each decision with its words."""
    seats, points = seats_of(meeting), points_of(meeting)
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append("\n".join(_lines(seats, points, language == "zh-hans")))
    return found[0], found[1]


def _lines(seats: Iterable[MeetingSeat], points: Iterable[MeetingPoint], is_chinese: bool) -> Iterator[str]:
    comma, colon = ("、", "：") if is_chinese else (", ", ": ")
    there = [_named(one, is_chinese) for one in seats if one.is_present and one.is_counted]
    yield _("Present") + colon + comma.join(there)
    guests = [_named(one, is_chinese) for one in seats if one.is_present and not one.is_counted]
    if guests:
        yield _("In attendance, not counted") + colon + comma.join(guests)
    for one in points:
        verdict = said.words(said.VERDICTS_SAID, one.verdict)
        line = f"{one.order}. {one.item.case.project.name}{comma}{one.item.name}{colon}{verdict}"
        yield f"{line}{colon}{one.text}" if one.text else line


def _named(seat: MeetingSeat, is_chinese: bool) -> str:
    if not seat.person:
        return seat.name
    return f"{seat.name}（{seat.person}）" if is_chinese else f"{seat.name} ({seat.person})"


# -- finding, calendars, files -------------------------------------------------------------------------------------


def head_of(rows: QuerySet[ReviewMeeting]) -> dict[str, Any]:
    """What leads the list."""
    found = rows.order_by().aggregate(
        n=Count("pk", distinct=True),
        to_come=Count("pk", Q(stage=Stage.PLANNED, at__gte=clock.now()), distinct=True),
        waiting=Count("pk", Q(stage__in=(Stage.HELD, Stage.MINUTED)), distinct=True),
    )
    found["next"] = rows.filter(stage=Stage.PLANNED, at__gte=clock.now()).order_by("at", "pk").first()
    return found


def is_joint(meeting: ReviewMeeting) -> bool:
    """Whether others rest on it: from the start both sides know of it."""
    return meeting.stage != Stage.PLANNED


def found_as(one: ReviewMeeting) -> Found:
    """By its title and number."""
    return Found(
        "approval.reviewmeeting",
        one.pk,
        one.title_zh,
        one.url,
        one.title_en,
        one.number,
        one.pairing_id,
        "seen",
    )


def entries() -> Iterator[Found]:
    """All meetings."""
    return map(found_as, ReviewMeeting.objects.iterator())


def in_calendar(member: Member, pairing_ids: list[int], since: datetime) -> list[calendars.Entry]:
    """The meetings in which a member's unit sits or which it called, for the calendar feed."""
    if not access.may(member, "approval.view_review_meetings"):
        return []
    mine = Q(seats__unit_id=member.unit_id) | Q(owner_unit_id=member.unit_id)
    rows = ReviewMeeting.objects.filter(mine, pairing_id__in=pairing_ids, at__gte=since).distinct()
    rows = rows.annotate(n_points=Count("points", distinct=True)).order_by("at", "pk")
    return [
        calendars.Entry(
            uid=f"review-meeting-{one.pk}",
            what=one.title,
            url=one.url,
            start=one.at,
            end=one.at + _LASTS,
            place=one.place,
            is_cancelled=one.stage == Stage.CANCELLED,
            sequence=one.version,
        )
        for one in rows
    ]


def whole(found: QuerySet[ReviewMeeting]) -> QuerySet[ReviewMeeting]:
    """Meetings with all that belongs to them, for files (four statements)."""
    points = MeetingPoint.objects.select_related("item__case").order_by("order", "pk")
    seats = MeetingSeat.objects.select_related("unit").order_by("pk")
    signatures = ReviewSignature.objects.select_related("seat", "member").order_by("pk")
    return found.select_related("pairing", "owner_unit").prefetch_related(
        Prefetch("points", points), Prefetch("seats", seats), Prefetch("signatures", signatures)
    )
