"""What waits for whom."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from shanhai.core import clock
from shanhai.core.models import Deputy, Member, WorkItem
from shanhai.core.names import spoken

# What has no day comes last, on both databases.
_MOST_URGENT_FIRST = (F("due_on").asc(nulls_last=True), "id")


def waiting_for(member: Member) -> QuerySet[WorkItem]:
    """Open items for a member: named ones, and those of the unit that nobody is named for; most urgent first.

    What waits for a member whom this one stands in for today is there too.
    """
    day = clock.today()
    stands_in = Deputy.objects.filter(deputy=member, from_on__lte=day, ended_on=None).exclude(to_on__lt=day)
    mine = (
        Q(member=member)
        | Q(member=None, unit_id=member.unit_id)
        | Q(member_id__in=stands_in.values("member_id"))
    )
    return WorkItem.objects.filter(mine, stage=WorkItem.Stage.OPEN).order_by(*_MOST_URGENT_FIRST)


def late(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """Those of the items whose day is over."""
    return items.filter(due_on__lt=clock.today())


def words(one: WorkItem) -> str:
    """What to do, in the reader's language."""
    return gettext(one.what).format(**spoken(one.facts))
