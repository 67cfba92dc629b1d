"""Review meetings of a zone folder are written as they stood; what is open is put on the lists of whom it waits for."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, search, visibility, work
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions import meetings as actions
from shanhai.fields.approval.models import MeetingPoint, MeetingSeat, ReviewMeeting, ReviewSignature
from shanhai.fields.approval.queries import meetings
from shanhai.fields.approval.rules import meetings as rules
from shanhai.fields.office.actions.shared import zone_of
from shanhai.kernel import signing
from shanhai.kernel.refusals import gettext_noop

Row = dict[str, Any]


def is_there(number: str) -> bool:
    """Whether there is a meeting of this number."""
    return ReviewMeeting.objects.filter(number=number).exists()


@action
def load_review_meeting(
    pairing: Pairing,
    *,
    keeper: Unit | None,
    seats: list[Row],
    points: list[Row],
    signatures: list[Row],
    by: Member | None,
    **values: Any,
) -> ReviewMeeting:
    """Write a meeting as it stood, with its seats, agenda and signatures."""
    access.check(by, "approval.load_review_meeting")
    counted = sum(rules.counts(row["role"]) and row["is_present"] for row in seats)
    is_minuted = values["stage"] in (rules.MeetingStage.MINUTED, rules.MeetingStage.SIGNED)
    meeting = ReviewMeeting(
        pairing=pairing,
        zone_id=zone_of(pairing),
        owner_unit=keeper,
        owner_side=values["side"],
        reach=visibility.Reach.BOTH,
        signatures_left=counted - len(signatures) if is_minuted else 0,
        **values,
    )
    meeting.save(force_insert=True)
    visibility.place(meeting, meeting.at)
    search.put_many([meetings.found_as(meeting)])
    journal.record(meeting, "approval.load_review_meeting", by=by)
    MeetingSeat.objects.bulk_create(MeetingSeat(meeting=meeting, **row) for row in seats)
    made = [MeetingPoint(meeting=meeting, **row) for row in points]
    MeetingPoint.objects.bulk_create(made)
    if made:
        journal.record_many(made, "approval.load_review_meeting", by=by, pairing_id=pairing.pk)
    by_code = {one.code: one for one in meeting.seats.all()}
    sha = signing.digest(meeting.minutes_zh, meeting.minutes_en)
    ReviewSignature.objects.bulk_create(
        ReviewSignature(
            meeting=meeting, seat=by_code[row["seat"]], person=row["person"], on=row["on"],
            minutes_no=meeting.minutes_no, minutes_sha256=sha,
        )
        for row in signatures
    )  # fmt: skip
    _ask(meeting, made, by)
    return meeting


def _ask(meeting: ReviewMeeting, points: list[MeetingPoint], by: Member | None) -> None:
    """What is open waits for somebody."""
    facts = actions.facts_of(meeting)
    if meeting.stage == rules.MeetingStage.HELD and meeting.owner_unit is not None:
        what = gettext_noop("Write the minutes of {title}")
        work.open_item(actions.MINUTES, meeting, meeting.owner_unit, what, facts, meeting.url, by=by)
    if meeting.stage == rules.MeetingStage.MINUTED:
        signed = set(meetings.signatures_of(meeting))
        for seat in meetings.seats_of(meeting):
            if seat.is_counted and seat.is_present and seat.pk not in signed:
                what = gettext_noop("Sign the minutes of {title}")
                work.open_item(actions.SIGN, meeting, seat.unit, what, facts, meeting.url, by=by)
    for point in points:
        item = point.item
        if point.verdict in actions.TOLD and point.due_on is not None and item.is_running:
            told = shared.facts_of(item.case, item) | {"meeting": meeting.number}
            what = actions.TOLD[rules.Verdict(point.verdict)]
            work.open_item(shared.DECIDE, item, item.unit_id, what, told, item.address, point.due_on, by=by)
