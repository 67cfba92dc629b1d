"""What the field measures of factor requests: how many, how long they waited, how often one was passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.office.models import FactorPassing, FactorRequest
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """One record that counts: above and below the line, on which day, for which side."""

    request: FactorRequest
    on: date
    above: int
    below: int


# The records of some pairings between two days, of one side or of both.
Find = Callable[[Sequence[int], date, date, str | None], Iterator[Counted]]


def _by_day(day: str, days: str) -> Find:
    """The requests whose ``day`` lies between, with their ``days`` above the line and one below."""

    def find(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
        where: dict[str, Any] = {"pairing_id__in": pairing_ids, f"{day}__gte": first, f"{day}__lte": last}
        if side:
            where["side"] = side
        for one in FactorRequest.objects.filter(**where).order_by(day, "pk"):
            yield Counted(one, getattr(one, day), getattr(one, days) if days else 1, 1)

    return find


def _passed(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    found = FactorPassing.objects.filter(
        over__pairing_id__in=pairing_ids, on__gte=first, on__lte=last, grant__taken_back_on=None
    )
    for one in (found.filter(over__side=side) if side else found).select_related("over").order_by("on", "pk"):
        yield Counted(one.over, one.on, 1, 1)


def _figure(find: Find, is_ratio: bool) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    """Measure and evidence of a figure over what a reader finds."""

    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in find(pairing_ids, first, min(last, as_of), side):
            for period in periods:
                if period.start <= one.on <= period.end:
                    request = one.request
                    tally.add(request.pairing_id, period, request.standing, one.above, one.below)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                "office.factorrequest",
                one.request.pk,
                one.request.number,
                one.on,
                Decimal(one.above),
                one.request.url,
                one.request.side,
                Decimal(one.below) if is_ratio else Decimal(0),
                one.request.standing,
            )
            for one in find([pairing_id], period.start, min(period.end, as_of), side)
        ]

    return measure, evidence


factors_fulfilled_measure, factors_fulfilled_evidence = _figure(_by_day("fulfilled_on", ""), is_ratio=False)
factor_days_measure, factor_days_evidence = _figure(_by_day("fulfilled_on", "fulfilled_days"), is_ratio=True)
factor_first_days_measure, factor_first_days_evidence = _figure(
    _by_day("first_granted_on", "first_days"), is_ratio=True
)
factors_passed_over_measure, factors_passed_over_evidence = _figure(_passed, is_ratio=False)
