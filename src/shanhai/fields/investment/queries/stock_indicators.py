"""What the field measures of potential stocks: how many were picked, and how many of them rose in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.core.models import Pairing
from shanhai.fields.investment.models import Stock
from shanhai.fields.investment.queries import stocks
from shanhai.fields.investment.rules.stocks import Outcome, StockStage
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """A pick, on the day of its decision: above and below the line."""

    stock: Stock
    on: date
    above: int


Find = Callable[[Sequence[int], date, date, date], Iterator[Counted]]


def _picks(pairing_ids: Sequence[int], first: date, last: date) -> list[Stock]:
    rows = Stock.objects.filter(
        pairing_id__in=pairing_ids, stage=StockStage.PICKED, decided_on__gte=first, decided_on__lte=last
    )
    return list(rows.select_related("organisation", "lead__project", "pairing").order_by("decided_on", "pk"))


def _picked(pairing_ids: Sequence[int], first: date, last: date, _as_of: date) -> Iterator[Counted]:
    for one in _picks(pairing_ids, first, last):
        assert one.decided_on is not None
        yield Counted(one, one.decided_on, 1)


def _settled(pairing_ids: Sequence[int], first: date, last: date, as_of: date) -> Iterator[Counted]:
    """Picks whose time is over; of one whose time runs nothing is said yet, or early hits would flatter a year."""
    found = _picks(pairing_ids, first, last)
    told: dict[int, Outcome] = {}
    for pairing in Pairing.objects.filter(pk__in={one.pairing_id for one in found}):
        some = [one for one in found if one.pairing_id == pairing.pk]
        known = stocks.outcomes(some, pairing, as_of)
        months_on = stocks.months_of(pairing)
        told |= {one.pk: stocks.settled_of(one, known[one.pk], months_on, as_of) for one in some}
    for one in found:
        assert one.decided_on is not None
        if told[one.pk] != Outcome.OPEN:
            yield Counted(one, one.decided_on, int(told[one.pk] == Outcome.HIT))


def _figure(find: Find, is_ratio: bool) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in find(pairing_ids, first, min(last, as_of), as_of):
            for period in periods:
                if period.start <= one.on <= period.end:
                    tally.add(one.stock.pairing_id, period, one.stock.standing, one.above, 1)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                "investment.stock", one.stock.pk, f"{one.stock.number} {one.stock.title_zh}", one.on, Decimal(one.above),
                one.stock.url, "", Decimal(1) if is_ratio else Decimal(0), one.stock.standing,
            )
            for one in find([pairing_id], period.start, min(period.end, as_of), as_of)
        ]  # fmt: skip

    return measure, evidence


measure_picked, evidence_picked = _figure(_picked, is_ratio=False)
measure_hits, evidence_hits = _figure(_settled, is_ratio=True)
