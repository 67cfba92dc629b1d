"""Reads of factor requests: the queue, the pools, what a grant would mean, how long askers waited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet

from shanhai.core import access, clock, rulebook
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.queries import work
from shanhai.core.search import Found
from shanhai.fields.office.models import FactorGrant, FactorPassing, FactorPool, FactorRequest
from shanhai.fields.office.queries import shared
from shanhai.fields.office.rules import factors as rules
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.kernel.rulebook import NATIONAL, RuleValue

DAYS, CLASSES = "office.factor.days", "office.factor.classes"
# The order of the queue, as an index has it.
ORDER = ("priority", "needed_by", "asked_on", "id")


def requests_of(member: Member | None, pairing: Pairing) -> QuerySet[FactorRequest]:
    """The requests of a pairing and those nested in it that a member sees; sort by ``ORDER`` or ``asked_on, id``."""
    rows = shared.seen_in(FactorRequest.objects.all(), member, pairing)
    return rows.select_related("asker", "asker_unit", "fulfiller", "handler", "unit__organisation", "pairing")


def request_of(member: Member | None, number: str) -> FactorRequest:
    """One request, for those who see it.

    Raises
    ------
    NotFound
        ``office.no_factor_request``
    """
    found = (
        FactorRequest.objects.filter(number=number)
        .select_related(
            "asker", "asker_unit", "fulfiller", "handler", "unit__organisation", "pairing", "owner_unit__organisation"
        )
        .first()
    )  # fmt: skip
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "office.no_factor_request",
            gettext_noop(
                "There is no factor request {number}, or it is not shown to you. Look for it in the queue."
            ),
            number=number[:40],
        )
    return found


def pools_of(member: Member | None, pairing: Pairing, year: int | None = None) -> QuerySet[FactorPool]:
    """The pools of a zone that a member sees, of a year or of all; sort by ``year, id``."""
    rows = shared.seen_in(FactorPool.objects.all(), member, pairing).select_related("organisation", "pairing")
    return rows.filter(year=year) if year else rows


def pool_of(member: Member | None, pk: int) -> FactorPool:
    """One pool, for those who see it.

    Raises
    ------
    NotFound
        ``office.no_factor_pool``
    """
    found = FactorPool.objects.filter(pk=pk).select_related("organisation", "pairing").first()
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "office.no_factor_pool",
            gettext_noop("There is no factor pool {pool}, or it is not shown to you. Look for it above the queue."),
            pool=pk,
        )  # fmt: skip
    return found


def pool_for(request: FactorRequest, year: int) -> FactorPool | None:
    """The pool that a grant of a year is taken from, if whoever fulfils it declared one."""
    return FactorPool.objects.filter(
        zone_id=request.zone_id, organisation_id=request.fulfiller_id, measure=request.measure, year=year
    ).first()


def queue_of(request: FactorRequest) -> list[FactorRequest]:
    """All that waits in the queue of a request, in its order, whoever sees it."""
    found = FactorRequest.objects.filter(
        fulfiller_id=request.fulfiller_id,
        measure=request.measure,
        zone_id=request.zone_id,
        stage__in=rules.IN_QUEUE,
    ).select_related("asker")
    by_number = {one.number: one for one in found}
    return [by_number[place.number] for place in rules.in_order(one.place for one in by_number.values())]


def asked_of(pools: Sequence[FactorPool]) -> dict[int, int]:
    """What the queue still asks of each pool, in one statement."""
    keys = {(pool.zone_id, pool.organisation_id, pool.measure): pool.pk for pool in pools}
    found = dict.fromkeys(keys.values(), 0)
    rows = FactorRequest.objects.filter(
        zone_id__in={key[0] for key in keys},
        fulfiller_id__in={key[1] for key in keys},
        stage__in=rules.IN_QUEUE,
    )
    columns = ("zone_id", "fulfiller_id", "measure", "quantity", "granted")
    for zone_id, organisation_id, measure, quantity, granted in rows.values_list(*columns):
        pk = keys.get((zone_id, organisation_id, measure))
        if pk is not None:
            found[pk] += quantity - granted
    return found


def grant_of(request: FactorRequest, pk: int) -> FactorGrant:
    """A grant of a request, which knows the request at the version in hand.

    Raises
    ------
    NotFound
        ``office.no_factor_grant``
    """
    found = request.grants.filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "office.no_factor_grant",
            gettext_noop("Request {number} has no grant {grant}. Look for it on its page."),
            number=request.number,
            grant=pk,
        )
    found.request = request
    return found


# -- the order and the days ----------------------------------------------------------------------------------------


def class_rule(pairing: Pairing, on: date) -> RuleValue:
    """The places of the classes in the order that hold for a pairing on a day."""
    return rulebook.value(CLASSES, on, [f"pairing:{pairing.code}", NATIONAL])


def days_of(pairing: Pairing, on: date) -> dict[str, int]:
    """The working days of each level that hold for a pairing on a day; the joint meeting has none."""
    value: Any = rulebook.value(DAYS, on, [f"pairing:{pairing.code}", NATIONAL]).value
    return {level: int(n) for level, n in value.items()}


def climbs_on(request: FactorRequest) -> date | None:
    """The last day of its level: after it, it climbs. None while it does not wait, and at the top."""
    days = days_of(request.pairing, request.asked_on).get(request.level)
    if days is None or not request.is_waiting:
        return None
    return calendar().add(request.since_on, days)


def unit_for(request: FactorRequest, level: str) -> Unit | None:
    """The unit that has it at a level; None where nobody is named for it."""
    role = {"office": "office", "leaders": "leader", "meeting": "office"}.get(level)
    return request.handler if role is None else shared.unit_on(request.pairing_id, request.side, role)


def waited_days(request: FactorRequest) -> int:
    """Working days since it was asked, until it was fulfilled, refused or withdrawn."""
    if request.fulfilled_days is not None:
        return request.fulfilled_days
    end = clock.today() if request.is_waiting else request.since_on
    return calendar().count(request.asked_on, max(end, request.asked_on))


def days_past_need(request: FactorRequest) -> int:
    """Working days since the day it was needed by; nought before it, and for what no longer waits."""
    if not request.is_waiting or clock.today() <= request.needed_by:
        return 0
    return calendar().count(request.needed_by, clock.today())


def has_it(request: FactorRequest, member: Member | None) -> bool:
    """Whether a member grants and refuses: of the unit that fulfils or has it, or office or leader of its side."""
    if member is None or member.unit_id in (request.unit_id, request.handler_id):
        return True
    here = access.standing(member)
    if here.side_in(request.pairing_id) != request.side:
        return False
    return bool(here.roles & {"office", "leader"}) or work.speaks_for(member, request.unit_id)


def is_asker(request: FactorRequest, member: Member | None) -> bool:
    """Whether a member speaks for whoever asked."""
    if member is None:
        return True
    here = access.standing(member)
    return here.organisation_id == request.asker_id or here.unit_id == request.asker_unit_id


def waiting() -> QuerySet[FactorRequest]:
    """All requests whose days run: what the sweep looks through."""
    rows = FactorRequest.objects.filter(stage__in=rules.IN_QUEUE)
    return rows.select_related("pairing", "unit", "handler").order_by("pk")


# -- what a grant would mean ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """One that stands before a request, and what a grant would mean for it."""

    request: FactorRequest
    could_be_served: bool
    could_be_served_after: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What granting a quantity would mean: for the pool and for those before it."""

    request: FactorRequest
    quantity: int
    pool: FactorPool | None
    left: int | None
    left_after: int | None
    before: list[Before]

    @property
    def over(self) -> list[FactorRequest]:
        """Those that the grant would pass over."""
        return [one.request for one in self.before if one.could_be_served]


def preview(request: FactorRequest, quantity: int) -> Preview:
    """What granting a quantity today would mean; nothing is written."""
    pool = pool_for(request, clock.today().year)
    left = pool.left if pool is not None else None
    queue = {one.number: one for one in queue_of(request)}
    found = rules.effects((one.place for one in queue.values()), request.number, quantity, left)
    return Preview(
        request,
        quantity,
        pool,
        left,
        None if left is None else left - quantity,
        [Before(queue[one.place.number], one.could_be_served, one.could_be_served_after) for one in found],
    )


# -- figures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waited:
    """How long askers of one kind of factor waited for one side, in working days."""

    kind: str
    side: str
    n: int
    first_median: Decimal
    median: Decimal
    p90: int


def head_of(rows: QuerySet[FactorRequest]) -> dict[str, int]:
    """What leads the queue: how many wait, and how many past the day they need it."""
    waits = Q(stage__in=rules.IN_QUEUE)
    return rows.order_by().aggregate(
        waiting=Count("pk", waits),
        park=Count("pk", waits & Q(is_park=True)),
        late=Count("pk", waits & Q(needed_by__lt=clock.today())),
        fulfilled=Count("pk", Q(stage=rules.Stage.FULFILLED)),
    )


def waited(rows: QuerySet[FactorRequest]) -> list[Waited]:
    """Median and nine tenths of the working days to fulfil, by kind and side; of the latest 10,000."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    columns: Any = ("kind", "side", "first_days", "fulfilled_days")
    done = rows.filter(fulfilled_days__isnull=False).order_by("-asked_on", "-id")
    for kind, side, first, whole in done.values_list(*columns)[:10_000]:
        found[kind, side].append((first, whole))
    return [
        Waited(
            kind,
            side,
            len(days),
            _median([one[0] for one in days]),
            _median([one[1] for one in days]),
            rules.percentile([one[1] for one in days], 90),
        )
        for (kind, side), days in sorted(found.items())
    ]


def _median(days: Sequence[int]) -> Decimal:
    return Decimal(str(median(days)))


def passings_in(rows: QuerySet[FactorRequest]) -> int:
    """How often requests were passed over by grants that stand."""
    standing = FactorPassing.objects.filter(grant__taken_back_on=None)
    return standing.filter(over__in=rows.order_by().values("pk")).count()


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: FactorRequest) -> Found:
    """By its number and title, for those who see it."""
    return Found(
        "office.factorrequest",
        one.pk,
        one.title_zh,
        one.url,
        one.title_en,
        one.number,
        one.pairing_id,
        "seen",
    )


def entries() -> Iterator[Found]:
    """All requests that were not withdrawn."""
    return map(found_as, FactorRequest.objects.exclude(stage=rules.Stage.WITHDRAWN).iterator())


def about(member: Member | None, record: Any) -> list[FactorRequest]:
    """The requests for factors of a record of any field that a member sees, latest first."""
    found = FactorRequest.objects.filter(record_kind=record._meta.label_lower, record_id=record.pk)
    found = found.select_related("fulfiller", "unit__organisation", "asker").order_by("-asked_on", "-pk")
    return [one for one in found if shared.may_see(member, one)]


def asked_about(
    member: Member | None, pairing: Pairing, kind: str, first: date, last: date
) -> list[FactorRequest]:
    """The requests about records of a kind that were asked between two days, earliest first."""
    rows = requests_of(member, pairing).filter(record_kind=kind, asked_on__gte=first, asked_on__lte=last)
    return list(rows.order_by("asked_on", "pk"))


def granted_about(
    member: Member | None, pairing: Pairing, kind: str, first: date, last: date
) -> list[FactorGrant]:
    """The grants to such requests made between two days, earliest first; what was taken back is left out."""
    seen = requests_of(member, pairing).filter(record_kind=kind).order_by().values("pk")
    rows = FactorGrant.objects.filter(request__in=seen, on__gte=first, on__lte=last, taken_back_on=None)
    return list(rows.select_related("request__fulfiller").order_by("on", "pk"))
