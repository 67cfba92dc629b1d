"""What the list of one's own work shows beside the items: how many of each kind, and from which side they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from shanhai.core import clock
from shanhai.core.actions.work import shares_out
from shanhai.core.models import Member, Seat, Unit, WorkItem
from shanhai.core.queries import work

TABS = ("waiting", "unit", "started", "watched", "finished")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items wait, by their days."""

    by_day: dict[date | None, int]
    today: date

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_day.values())

    @property
    def late(self) -> int:
        """Those whose day is over."""
        return self.between(None, self.today - timedelta(days=1))

    @property
    def due_today(self) -> int:
        """Those due today."""
        return self.by_day.get(self.today, 0)

    @property
    def this_week(self) -> int:
        """Those due after today, until Sunday."""
        return self.between(self.today + timedelta(days=1), week_end(self.today))

    def between(self, first: date | None, last: date) -> int:
        """Those due from the first day to the last, both counted."""
        return sum(
            n
            for on, n in self.by_day.items()
            if on is not None and (first is None or on >= first) and on <= last
        )


def week_end(on: date) -> date:
    """The Sunday of a day's week."""
    return on + timedelta(days=6 - on.weekday())


def tally(items: QuerySet[WorkItem]) -> Tally:
    """Items by day, in one statement."""
    counted = items.order_by().values_list("due_on").annotate(n=Count("pk"))
    return Tally(dict(counted), clock.today())


def items_of(member: Member, tab: str) -> QuerySet[WorkItem]:
    """The items of one tab of the list."""
    if tab == "unit":
        return work.waiting_in(member.unit_id)
    if tab == "started":
        return work.started_by(member)
    if tab == "watched":
        return work.watched_by(member)
    if tab == "finished":
        return work.finished_by(member)
    return work.waiting_for(member)


def reachable(member: Member) -> QuerySet[WorkItem]:
    """Every open item that stands in one of a member's lists: what the member may act on."""
    mine = Q(pk__in=work.waiting_for(member).order_by().values("pk"))
    mine |= Q(pk__in=work.started_by(member).order_by().values("pk"))
    mine |= Q(pk__in=work.watched_by(member).order_by().values("pk"))
    if shares_out(member.unit, member):
        mine |= Q(unit_id=member.unit_id)
    return WorkItem.objects.filter(mine, stage=WorkItem.Stage.OPEN)


def chosen(member: Member, keys: Iterable[str | int]) -> list[WorkItem]:
    """The items of these keys that stand in the member's lists, soonest first."""
    numbers = [int(key) for key in keys if str(key).isascii() and str(key).isdigit() and len(str(key)) < 19]
    found = reachable(member).filter(pk__in=numbers).order_by("sorted_on", "id")
    return list(found.select_related("unit__organisation", "unit__dispatcher", "member"))


def people_of(units: Iterable[Unit]) -> list[Member]:
    """The active people whom work of all these units can be given to: those of the one unit, else nobody."""
    ids = {unit.pk for unit in units}
    if len(ids) != 1:
        return []
    return list(Member.objects.filter(unit_id=ids.pop(), is_active=True).order_by("name_sort", "pk"))


def sides_of(items: Sequence[WorkItem]) -> dict[tuple[int, int], str]:
    """The side of (pairing, organisation) for those who started the items and those whom they wait for."""
    pairs = {
        (item.pairing_id, organisation)
        for item in items
        if item.pairing_id is not None
        for organisation in (
            item.unit.organisation_id,
            item.created_by.unit.organisation_id if item.created_by else None,
        )
        if organisation is not None
    }
    seats = Seat.objects.filter(
        pairing_id__in={pairing for pairing, _organisation in pairs},
        organisation_id__in={organisation for _pairing, organisation in pairs},
    )
    return {
        (pairing, organisation): side
        for pairing, organisation, side in seats.values_list("pairing_id", "organisation_id", "side")
    }
