"""Who follows a record, as far as the reader may know."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from shanhai.core import access
from shanhai.core.models import Member, Seat, Watch
from shanhai.core.work import pairing_of


def is_watching(member: Member | None, record: Any) -> bool:
    """Whether a member follows a record."""
    return member is not None and _of(record).filter(member=member).exists()


def watchers_of(member: Member | None, record: Any) -> list[Member]:
    """Who follows a record, by name: people of the reader's own side, since what one side looks at is its own matter.

    Without a seat in the record's pairing: people of the reader's own organisation.
    """
    people = Member.objects.filter(pk__in=_of(record).values("member_id"), is_active=True)
    people = people.select_related("unit__organisation").order_by("name_sort", "pk")
    if member is None:
        return list(people)
    here = access.standing(member)
    pairing_id = pairing_of(record)
    side = here.side_in(pairing_id)
    own = {here.organisation_id}
    if pairing_id is not None and side in ("mountain", "sea", "host"):
        seats = Seat.objects.filter(pairing_id=pairing_id, side=side)
        own |= set(seats.values_list("organisation_id", flat=True))
    return list(people.filter(unit__organisation_id__in=own))


def _of(record: Any) -> QuerySet[Watch]:
    return Watch.objects.filter(subject_kind=record._meta.label_lower, subject_id=record.pk)
