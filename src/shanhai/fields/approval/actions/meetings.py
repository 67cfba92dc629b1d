"""Writes of joint review meetings: called, their agenda, held with a quorum, decided, minuted, signed.

A decision of a meeting never goes around the rules of the case: the lead gets it as an instruction, and decides by the
same action as always; its form is filled in with what the meeting said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Max

from shanhai.core import access, clock, journal, notices, rows, search, visibility, work
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Pairing, SignedCopy
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.models import (
    CaseItem,
    MeetingPoint,
    MeetingSeat,
    ReviewMeeting,
    ReviewSignature,
)
from shanhai.fields.approval.queries import cases, meetings
from shanhai.fields.approval.rules import cases as case_rules
from shanhai.fields.approval.rules import meetings as rules
from shanhai.fields.office.actions.shared import checked_number, numbered, titles, zone_of
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.kernel import signing
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow, gettext_noop

Stage, Verdict = rules.MeetingStage, rules.Verdict
CALL, MINUTES, SIGN = "approval.call_meeting", "approval.write_minutes", "approval.sign_minutes"
TOLD = {
    Verdict.AGREED: gettext_noop("Meeting {meeting} agreed: decide on {item} of {number} {title}"),
    Verdict.CONDITIONS: gettext_noop(
        "Meeting {meeting} agreed with conditions: decide on {item} of {number} {title}"
    ),
    Verdict.REFUSED: gettext_noop("Meeting {meeting} was against it: decide on {item} of {number} {title}"),
    Verdict.BACK: gettext_noop("Meeting {meeting} sent it back: bring {item} of {number} {title} forward"),
    Verdict.LEADERS: gettext_noop(
        "Meeting {meeting} passed {item} of {number} {title} to the leaders’ special meeting"
    ),
}
_CALL = {
    rules.ReviewLevel.JOINT: gettext_noop(
        "Call a joint review meeting: {item} of {number} {title} waits for it"
    ),
    rules.ReviewLevel.LEADERS: gettext_noop(
        "Call a leaders’ special meeting: {item} of {number} {title} waits for it"
    ),
}


@action
def call_review_meeting(
    pairing: Pairing,
    *,
    title_zh: str,
    at: datetime,
    items: Sequence[CaseItem] = (),
    title_en: str = "",
    level: str = rules.ReviewLevel.JOINT,
    place_zh: str = "",
    place_en: str = "",
    side: str = "",
    number: str = "",
    by: Member | None,
) -> ReviewMeeting:
    """Call a meeting of the own side; what has climbed to its level stands on its agenda by itself.

    Parameters
    ----------
    items
        Further items for its agenda, in order.
    side
        Whose meeting, for the system; a member calls one of the own side.
    """
    access.check(by, "approval.call_review_meeting", pairing_id=pairing.pk)
    own = access.standing(by).side_in(pairing.pk) if by is not None else side
    title_zh, title_en = titles(title_zh, title_en)
    meeting = ReviewMeeting(
        number=checked_number(ReviewMeeting, number),
        pairing=pairing,
        zone_id=zone_of(pairing),
        side=own or side,
        level=rules.check_level(level),
        title_zh=title_zh,
        title_en=title_en,
        at=at,
        place_zh=place_zh.strip()[:120],
        place_en=place_en.strip()[:160],
    )
    _check_to_come(meeting, at)
    visibility.own(meeting, by, side=meeting.side)
    meeting.reach = visibility.Reach.BOTH
    meeting.save(force_insert=True)
    numbered(meeting, "HS", clock.local(at).year)
    _show(meeting)
    journal.record(meeting, "approval.call_review_meeting", by=by)
    climbed = [one for one in meetings.ripe(pairing, meeting.side, level) if one.why == rules.Why.CLIMBED]
    wanted = [(one.item, one.why) for one in climbed]
    known = {one.item.pk for one in climbed}
    wanted += [(one, rules.Why.PUT) for one in items if one.pk not in known]
    if wanted:
        _put(meeting, wanted, by)
    return meeting


def _check_to_come(meeting: ReviewMeeting, at: datetime) -> None:
    if at < clock.now():
        raise BadInput(
            "approval.meeting_in_past",
            gettext_noop("A meeting is called before it is held. Give a time that is still to come."),
            field="at",
        )


@action
def change_review_meeting(meeting: ReviewMeeting, *, by: Member | None, **changes: Any) -> ReviewMeeting:
    """Change title, time or place of a meeting that is still to come; who sits in it is told."""
    access.check(by, "approval.change_review_meeting", pairing_id=meeting.pairing_id)
    meetings.check_convenes(meeting, by)
    rules.check_stage(meeting.number, meeting.stage, Stage.PLANNED)
    changes = differing(meeting, changes)
    if "at" in changes:
        _check_to_come(meeting, changes["at"])
    if not changes:
        return meeting
    before = {name: str(getattr(meeting, name) or "") for name in changes}
    rows.move(meeting, **changes)
    journal.record(meeting, "approval.change_review_meeting", by=by, before=before)
    _show(meeting)
    if changes.keys() & {"at", "place_zh", "place_en"}:
        what = gettext_noop("Meeting {title} is now on {at}, {place}")
        _tell_seats(meeting, f"changed:{meeting.version}", what)
    return meeting


@action
def put_on_agenda(meeting: ReviewMeeting, items: Sequence[CaseItem], *, by: Member | None) -> ReviewMeeting:
    """Put open items of cases on the agenda; who sits there follows from it."""
    access.check(by, "approval.put_on_agenda", pairing_id=meeting.pairing_id)
    meetings.check_convenes(meeting, by)
    rules.check_stage(meeting.number, meeting.stage, Stage.PLANNED)
    rows.move(meeting)
    _put(meeting, [(one, rules.Why.PUT) for one in items], by)
    return meeting


@action
def put_climbed(meeting: ReviewMeeting, item: CaseItem, *, by: Member | None) -> ReviewMeeting:
    """Put an item that climbed to the level of a meeting on its agenda; the tick does so."""
    access.check(by, "approval.put_climbed")
    rules.check_stage(meeting.number, meeting.stage, Stage.PLANNED)
    _put(meeting, [(item, rules.Why.CLIMBED)], by)
    return meeting


def _put(meeting: ReviewMeeting, wanted: Sequence[tuple[CaseItem, rules.Why]], by: Member | None) -> None:
    there = set(meeting.points.values_list("item_id", flat=True))
    last = meeting.points.aggregate(last=Max("order"))["last"] or 0
    for item, why in wanted:
        _check_may_be_put(meeting, item, there)
        last += 1
        MeetingPoint.objects.create(meeting=meeting, item=item, order=last, why=why)
        there.add(item.pk)
        work.done(CALL, item, by=by)
    journal.record(
        meeting,
        "approval.put_on_agenda",
        by=by,
        items=[f"{item.case.number}/{item.code}" for item, _why in wanted],
    )
    seat(meeting, by)


def _check_may_be_put(meeting: ReviewMeeting, item: CaseItem, there: set[int]) -> None:
    if item.case.zone_id != meeting.zone_id or item.case.side != meeting.side:
        raise BadInput(
            "approval.item_of_other_land",
            gettext_noop(
                "{item} of case {number} is decided on the other side’s land. Put it before a meeting of that side."
            ),
            item=item.name_zh,
            number=item.case.number,
            field="items",
        )
    case_rules.check_state(item.name_zh, item.state, *case_rules.RUNNING)
    if item.pk in there:
        raise NotNow(
            "approval.on_agenda_already",
            gettext_noop(
                "{item} of case {number} is on the agenda of {meeting} already. Look at its agenda."
            ),
            item=item.name_zh,
            number=item.case.number,
            meeting=meeting.number,
        )


@action
def take_off_agenda(point: MeetingPoint, *, by: Member | None) -> ReviewMeeting:
    """Take an item off the agenda of a meeting that is still to come: the undo of putting it there."""
    meeting = point.meeting
    access.check(by, "approval.take_off_agenda", pairing_id=meeting.pairing_id)
    meetings.check_convenes(meeting, by)
    rules.check_stage(meeting.number, meeting.stage, Stage.PLANNED)
    rows.move(meeting)
    name = f"{point.item.case.number}/{point.item.code}"
    MeetingPoint.objects.filter(pk=point.pk).delete()
    journal.record(meeting, "approval.take_off_agenda", by=by, item=name)
    seat(meeting, by)
    return meeting


def seat(meeting: ReviewMeeting, by: Member | None) -> None:
    """Bring the seats of a meeting in line with its agenda; who is new is told, who was there stays."""
    items = [one.item for one in meetings.points_of(meeting) if one.verdict != Verdict.POSTPONED]
    found, roles = meetings.bodies(items)
    there = {one.code: one for one in meeting.seats.all()}
    gone = [one.pk for code, one in there.items() if code not in roles and not one.is_present]
    MeetingSeat.objects.filter(pk__in=gone).delete()
    for code, role in roles.items():
        if code in there and there[code].role != role:
            MeetingSeat.objects.filter(pk=there[code].pk).update(role=role)
    # Somebody who came for an item that was taken off stays on the list and is no longer counted.
    staying = [one.pk for code, one in there.items() if code not in roles and one.is_present]
    MeetingSeat.objects.filter(pk__in=staying).update(role=rules.Role.ADVISER)
    new = [_seat_of(meeting, found[code], role) for code, role in roles.items() if code not in there]
    MeetingSeat.objects.bulk_create(new)
    people = people_of(*{one.unit_id for one in new})
    notices.tell(
        f"approval.reviewmeeting:{meeting.pk}:invited",
        "approval.reviewmeeting",
        gettext_noop("Your unit sits in {title} on {at}"),
        facts_of(meeting),
        meeting.url,
        people,
        meeting.pairing_id,
        by=by,
    )


def _seat_of(meeting: ReviewMeeting, body: meetings.Body, role: str) -> MeetingSeat:
    return MeetingSeat(
        meeting=meeting,
        code=body.code,
        role=role,
        unit=body.unit,
        is_absent=body.is_absent,
        name_zh=body.name_zh,
        name_en=body.name_en,
        side=body.side,
    )


@action
def hold_review_meeting(
    meeting: ReviewMeeting, *, present: Mapping[str, str], by: Member | None
) -> ReviewMeeting:
    """Say who was there. Without the quorum it is held and decides nothing.

    Parameters
    ----------
    present
        Code of each body that was there, to who came for it; of advisers too.
    """
    access.check(by, "approval.hold_review_meeting", pairing_id=meeting.pairing_id)
    meetings.check_convenes(meeting, by)
    rules.check_stage(meeting.number, meeting.stage, Stage.PLANNED, Stage.HELD)
    if meeting.at > clock.now():
        raise NotNow(
            "approval.meeting_not_begun",
            gettext_noop("Meeting {number} is still to come. Note who was there when it has begun."),
            number=meeting.number,
        )
    seats = {one.code: one for one in meetings.seats_of(meeting)}
    for code in present:
        if code not in seats:
            raise BadInput(
                "approval.no_seat",
                gettext_noop("{code} does not sit in meeting {number}. Take one of {codes}."),
                code=code[:40],
                number=meeting.number,
                codes=", ".join(seats),
                field="present",
            )
    rows.move(meeting, stage=Stage.HELD)
    for code, one in seats.items():
        MeetingSeat.objects.filter(pk=one.pk).update(
            is_present=code in present, person=present.get(code, "").strip()[:120]
        )
    journal.record(meeting, "approval.hold_review_meeting", by=by, present=sorted(present))
    if meeting.owner_unit is not None:
        what = gettext_noop("Write the minutes of {title}")
        work.open_item(MINUTES, meeting, meeting.owner_unit, what, facts_of(meeting), meeting.url, by=by)
    return meeting


def _lock(meeting: ReviewMeeting, *stages: rules.MeetingStage) -> None:
    """Move the row of the meeting first, so that its quorum is asked of one decision at a time."""
    moved = ReviewMeeting.objects.filter(pk=meeting.pk, stage__in=stages).update(version=F("version") + 1)
    if not moved:
        meeting.refresh_from_db(fields=["stage"])
        rules.check_stage(meeting.number, meeting.stage, *stages)
    meeting.refresh_from_db(fields=["version", "stage"])


@action
def decide_point(
    point: MeetingPoint,
    *,
    verdict: str,
    text: str = "",
    due_on: date | None = None,
    by: Member | None,
) -> MeetingPoint:
    """Write down what the meeting decided on an item; the lead gets it as an instruction and decides by the rules.

    Without the quorum nothing is decided but that an item is postponed; then it is no longer part of the quorum, and
    what has climbed comes before the next meeting.

    Parameters
    ----------
    text
        The conditions, the reasons, or what is to be done.
    due_on
        Until when the lead acts; needed where the item goes back to it.
    """
    meeting, item = point.meeting, point.item
    access.check(by, "approval.decide_point", pairing_id=meeting.pairing_id)
    meetings.check_convenes(meeting, by)
    rules.check_stage(meeting.number, meeting.stage, Stage.HELD)
    today = clock.today()
    found = rules.check_verdict(item.name_zh, verdict, text, due_on, meeting.level, today)
    if point.verdict:
        raise NotNow(
            "approval.point_decided",
            gettext_noop("Meeting {meeting} has decided on {item} already. Look at what it decided."),
            meeting=meeting.number,
            item=item.name_zh,
        )
    _lock(meeting, Stage.HELD)
    if found is not Verdict.POSTPONED:
        rules.check_quorum(meeting.number, [one.sits for one in meetings.seats_of(meeting)])
        fresh = CaseItem.objects.get(pk=item.pk)
        case_rules.check_state(item.name_zh, fresh.state, *case_rules.RUNNING)
    due = due_on or calendar().add(today, cases.figure(item.case, "meeting_days"))
    rows.move(
        point,
        verdict=found,
        text=text.strip()[:1000],
        decided_on=today,
        due_on=due if found not in (Verdict.POSTPONED, Verdict.LEADERS) else None,
        member=by,
    )
    journal.record(
        point, "approval.decide_point", by=by, pairing_id=item.case.pairing_id, event="met",
        meeting=meeting.number, item=f"{item.case.number}/{item.code}", text=point.text,
    )  # fmt: skip
    _follow(meeting, point, by)
    return point


def _follow(meeting: ReviewMeeting, point: MeetingPoint, by: Member | None) -> None:
    """What a decision sets going: an instruction to the lead, the next meeting, or fewer seats."""
    item, verdict = point.item, Verdict(point.verdict)
    if verdict is Verdict.POSTPONED:
        seat(meeting, by)
        if point.why == rules.Why.CLIMBED:
            bring_forward(item, meeting.level, by=by)
        return
    facts = shared.facts_of(item.case, item) | {"meeting": meeting.number}
    if verdict is Verdict.LEADERS:
        CaseItem.objects.filter(pk=item.pk).update(level=rules.ReviewLevel.LEADERS)
        bring_forward(item, rules.ReviewLevel.LEADERS, by=by)
    else:
        work.open_item(
            shared.DECIDE, item, item.unit_id, TOLD[verdict], facts, item.address, point.due_on, by=by
        )
    notices.tell(
        f"approval.item:{item.pk}:met:{meeting.pk}",
        "approval.item",
        TOLD[verdict],
        facts,
        item.address,
        people_of(item.unit_id, item.case.owner_unit_id),
        item.case.pairing_id,
        by=by,
    )


def bring_forward(item: CaseItem, level: str, *, by: Member | None) -> ReviewMeeting | None:
    """Put an item on the agenda of the next meeting of a level; where none is called, ask the office to call one."""
    meeting = meetings.next_meeting(item, level)
    if meeting is not None:
        if not meeting.points.filter(item=item).exists():
            _put(meeting, [(item, rules.Why.CLIMBED)], by)
        return meeting
    case = item.case
    unit = unit_on(case.pairing_id, case.side, "park_committee") or case.owner_unit
    if unit is not None:
        facts = shared.facts_of(case, item)
        work.open_item(CALL, item, unit, _CALL[rules.ReviewLevel(level)], facts, "/approval/meetings/", by=by)
    return None


@action
def write_review_minutes(
    meeting: ReviewMeeting, *, text_zh: str, text_en: str = "", by: Member | None
) -> ReviewMeeting:
    """Write the minutes, or write them anew: then who signed already signs again."""
    access.check(by, "approval.write_review_minutes", pairing_id=meeting.pairing_id)
    meetings.check_convenes(meeting, by)
    rules.check_stage(meeting.number, meeting.stage, Stage.HELD, Stage.MINUTED)
    rules.check_all_decided(meeting.number, meeting.points.filter(verdict="").count())
    if not text_zh.strip() and not text_en.strip():
        raise BadInput(
            "approval.minutes_empty",
            gettext_noop("Write down what was said and decided at {number}."),
            number=meeting.number,
            field="text_zh",
        )
    seats = [one for one in meetings.seats_of(meeting) if one.is_counted and one.is_present]
    rows.move(
        meeting,
        stage=Stage.MINUTED,
        minutes_zh=(text_zh.strip() or text_en.strip()),
        minutes_en=text_en.strip(),
        minutes_no=meeting.minutes_no + 1,
        signatures_left=len(seats),
    )
    ReviewSignature.objects.filter(meeting=meeting).delete()
    journal.record(
        meeting,
        "approval.write_review_minutes",
        by=by,
        minutes_sha256=signing.digest(meeting.minutes_zh, meeting.minutes_en),
    )
    work.done(MINUTES, meeting, by=by)
    for unit in {one.unit for one in seats}:
        what = gettext_noop("Sign the minutes of {title}")
        work.open_item(SIGN, meeting, unit, what, facts_of(meeting), meeting.url, by=by)
    return meeting


@action
def sign_review_minutes(
    meeting: ReviewMeeting,
    *,
    on: date,
    person: str = "",
    copy: SignedCopy | None = None,
    by: Member | None,
) -> ReviewMeeting:
    """Sign the minutes for the own department; with a ``copy`` they were signed and stamped on paper.

    The unit that called the meeting brings the paper that all have stamped: then it signs for all that are left, those
    that have no unit here among them. Two may sign at the same moment: the guard is moved first, only if the minutes are
    still those that were read.
    """
    access.check(by, "approval.sign_review_minutes", pairing_id=meeting.pairing_id)
    rules.check_stage(meeting.number, meeting.stage, Stage.MINUTED)
    check_not_later(on)
    seats = _signs_for(meeting, copy, by)
    moved = ReviewMeeting.objects.filter(
        pk=meeting.pk, stage=Stage.MINUTED, minutes_no=meeting.minutes_no, signatures_left__gte=len(seats)
    ).update(signatures_left=F("signatures_left") - len(seats), version=F("version") + 1)
    if not moved:
        raise ChangedMeanwhile(
            "approval.minutes_changed",
            gettext_noop("The minutes of {number} were changed since you read them. Read them again."),
            number=meeting.number,
        )
    meeting.refresh_from_db(fields=["signatures_left", "version"])
    is_confirmed = copy is None and by is not None
    try:
        ReviewSignature.objects.bulk_create(
            ReviewSignature(
                meeting=meeting,
                seat=one,
                member=by,
                person=(person.strip() or (one.person if copy else by.name_zh if by else ""))[:120],
                on=on,
                minutes_no=meeting.minutes_no,
                minutes_sha256=signing.digest(meeting.minutes_zh, meeting.minutes_en),
                copy=copy,
                confirmed_at=clock.now() if is_confirmed else None,
            )
            for one in seats
        )
    except IntegrityError:
        raise _signed_already(meeting) from None
    if meeting.signatures_left == 0:
        rows.move(meeting, stage=Stage.SIGNED)
        work.done(SIGN, meeting, by=by)
        _tell_seats(meeting, "signed", gettext_noop("The minutes of {title} are signed by all"))
    else:
        for one in seats:
            work.done(SIGN, meeting, unit_id=one.unit_id, by=by)
    journal.record(
        meeting, "approval.sign_review_minutes", by=by, seats=[one.code for one in seats], on=on,
        way=signing.signed_way(has_copy=copy is not None, is_confirmed=is_confirmed),
    )  # fmt: skip
    return meeting


def _signed_already(meeting: ReviewMeeting) -> NotNow:
    return NotNow(
        "approval.minutes_signed_already",
        gettext_noop("Your department has signed the minutes of {number} already. Wait for the others."),
        number=meeting.number,
    )


def _signs_for(meeting: ReviewMeeting, copy: SignedCopy | None, by: Member | None) -> list[MeetingSeat]:
    """The seats for which somebody signs; their rows of those who have not signed."""
    signed = set(meetings.signatures_of(meeting))
    own = [one for one in meetings.seats_of(meeting) if one.is_counted and one.is_present]
    if by is not None and not (copy is not None and by.unit_id == meeting.owner_unit_id):
        own = [one for one in own if one.unit_id == by.unit_id and (copy is not None or not one.is_absent)]
    if not own:
        raise NotAllowed(
            "approval.not_your_seat",
            gettext_noop(
                "The minutes of {number} are signed by the park committee and the departments that were there. Ask them."
            ),
            number=meeting.number,
        )
    left = [one for one in own if one.pk not in signed]
    if not left:
        raise _signed_already(meeting)
    return left


@action
def cancel_review_meeting(meeting: ReviewMeeting, *, reason: str, by: Member | None) -> ReviewMeeting:
    """Call a meeting off; what has climbed comes before the next one."""
    access.check(by, "approval.cancel_review_meeting", pairing_id=meeting.pairing_id)
    meetings.check_convenes(meeting, by)
    rules.check_stage(meeting.number, meeting.stage, Stage.PLANNED)
    if not reason.strip():
        raise BadInput(
            "approval.cancel_reason",
            gettext_noop("Say why meeting {number} is called off; all who sit in it read it."),
            number=meeting.number,
            field="reason",
        )
    rows.move(meeting, stage=Stage.CANCELLED, cancel_reason=reason.strip()[:300])
    journal.record(meeting, "approval.cancel_review_meeting", by=by, reason=meeting.cancel_reason)
    _tell_seats(meeting, "cancelled", gettext_noop("{title} on {at} is called off"))
    for point in meetings.points_of(meeting):
        if point.why == rules.Why.CLIMBED and point.item.is_running:
            bring_forward(point.item, meeting.level, by=by)
    return meeting


def facts_of(meeting: ReviewMeeting) -> dict[str, str]:
    """What work items and notices name of a meeting."""
    return {
        "number": meeting.number,
        "title": meeting.title_zh,
        "title_en": meeting.title_en or meeting.title_zh,
        "at": clock.local(meeting.at).strftime("%Y-%m-%d %H:%M"),
        "place": meeting.place_zh,
        "place_en": meeting.place_en or meeting.place_zh,
    }


def _tell_seats(meeting: ReviewMeeting, key: str, what: str) -> None:
    notices.tell(
        f"approval.reviewmeeting:{meeting.pk}:{key}",
        "approval.reviewmeeting",
        what,
        facts_of(meeting),
        meeting.url,
        people_of(*meeting.seats.values_list("unit_id", flat=True)),
        meeting.pairing_id,
    )


def _show(meeting: ReviewMeeting) -> None:
    visibility.place(meeting, meeting.at)
    search.put_many([meetings.found_as(meeting)])
