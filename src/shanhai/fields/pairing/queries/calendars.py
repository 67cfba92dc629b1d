"""What stands in a member's calendar feed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from shanhai.core import clock, signs, visibility
from shanhai.core.access import standing
from shanhai.core.models import JournalEntry, Member
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import ActionItem, CalendarLink, Meeting
from shanhai.fields.pairing.queries.commitments import in_force, progress_of

# A calendar programme keeps what it once read; older things only make the feed long.
BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a calendar: a meeting at a time, or a day on which something is due."""

    uid: str
    what: str
    url: str
    start: datetime | date
    end: datetime | date
    place: str = ""
    about: str = ""
    is_cancelled: bool = False
    sequence: int = 0
    stamp: datetime | None = None


def link_of(secret: str) -> CalendarLink | None:
    """The link that a secret belongs to, unless it was revoked."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return (
        CalendarLink.objects.filter(digest=digest, revoked_at=None, member__is_active=True)
        .select_related("member__unit__organisation", "member__user")
        .first()
    )


def entries_for(member: Member) -> list[Entry]:
    """Meetings of a member's pairings, due days of the items and commitments of his unit, what further fields add."""
    pairing_ids = list(standing(member).sides)
    since = clock.now() - BACK
    found = [*_meetings(member, pairing_ids, since), *_items(member, pairing_ids, since.date())]
    found += _commitments(member, pairing_ids)
    for source in signs.calendar_sources:
        found += signs.call(source.entries)(member, pairing_ids, since)
    return found


def _meetings(member: Member, pairing_ids: list[int], since: datetime) -> list[Entry]:
    seen = Meeting.objects.filter(pairing_id__in=pairing_ids, at__gte=since).select_related("owner_unit")
    mine = Q(attendees__member=member) | Q(reach__in=[visibility.Reach.BOTH, visibility.Reach.PUBLIC])
    meetings = list(seen.filter(mine).distinct().order_by("at", "pk"))
    moved = _moved("pairing.meeting", [one.pk for one in meetings])
    return [
        Entry(
            uid=f"meeting-{one.pk}",
            what=one.title,
            url=one.url,
            start=one.at,
            end=one.at + timedelta(hours=2),
            place=one.place,
            is_cancelled=one.stage == rules.MeetingStage.CANCELLED,
            sequence=one.version,
            stamp=moved.get(one.pk),
        )
        for one in meetings
    ]


def _items(member: Member, pairing_ids: list[int], since: date) -> list[Entry]:
    own = Q(mountain_unit_id=member.unit_id) | Q(sea_unit_id=member.unit_id)
    items = list(
        ActionItem.objects.filter(own, pairing_id__in=pairing_ids, due_on__gte=since)
        .exclude(stage=rules.ItemStage.DONE)
        .order_by("due_on", "pk")
    )
    moved = _moved("pairing.actionitem", [one.pk for one in items])
    return [
        Entry(
            uid=f"item-{one.pk}",
            what=f"{one.number} {one.title}",
            url=one.url,
            start=one.due_on,
            end=one.due_on + timedelta(days=1),
            about=one.report_said,
            is_cancelled=one.stage == rules.ItemStage.DROPPED,
            sequence=one.version,
            stamp=moved.get(one.pk),
        )
        for one in items
    ]


def _commitments(member: Member, pairing_ids: list[int]) -> list[Entry]:
    own = Q(mountain_unit_id=member.unit_id) | Q(sea_unit_id=member.unit_id)
    progress = progress_of(list(in_force(pairing_ids).filter(own)))
    moved = _moved("pairing.commitment", [one.commitment.pk for one in progress])
    return [
        Entry(
            uid=f"commitment-{one.commitment.pk}-{due_on:%Y%m%d}",
            what=one.commitment.name,
            url=one.commitment.url,
            start=due_on,
            end=due_on + timedelta(days=1),
            sequence=one.commitment.version,
            stamp=moved.get(one.commitment.pk),
        )
        for one in progress
        if one.status != rules.Status.DONE
        for due_on, _target in one.frame.steps
    ]


def _moved(kind: str, ids: list[int]) -> dict[int, datetime]:
    """When records were last written (one statement)."""
    rows = JournalEntry.objects.filter(subject_kind=kind, subject_id__in=ids).order_by()
    return dict(rows.values_list("subject_id").annotate(at=Max("at")))
