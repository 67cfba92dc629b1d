"""What the field measures of quarterly lists: leads listed, accepted, answered in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.investment.models import ListLine
from shanhai.fields.investment.rules.lists import Answer, LineKind
from shanhai.kernel.periods import Period

# Each: the line, its day, what of it stands above the line.
Counted = tuple[ListLine, date, int]
Find = Callable[[Sequence[int], date, date, str | None], Iterator[Counted]]


def _lines(pairing_ids: Sequence[int], path: str, first: date, last: date) -> Iterator[ListLine]:
    where = {"quarterly_list__pairing_id__in": pairing_ids, f"{path}__gte": first, f"{path}__lte": last}
    rows = ListLine.objects.filter(kind=LineKind.ADDS, withdrawn_on=None, **where)
    yield from rows.select_related("quarterly_list", "lead").order_by(path, "pk")


def _listed(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    """The sea side lists; nobody else does."""
    if side in (None, "sea"):
        for one in _lines(pairing_ids, "quarterly_list__published_on", first, last):
            assert one.quarterly_list.published_on is not None
            yield one, one.quarterly_list.published_on, 1


def _answered(counts: Callable[[ListLine], bool]) -> Find:
    """The mountain side answers; above the line those for which ``counts`` holds."""

    def find(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
        if side in (None, "mountain"):
            for one in _lines(pairing_ids, "answered_on", first, last):
                assert one.answered_on is not None
                yield one, one.answered_on, int(counts(one))

    return find


def _figure(find: Find, is_ratio: bool) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for line, on, n in find(pairing_ids, first, min(last, as_of), side):
            for period in periods:
                if period.start <= on <= period.end:
                    of = line.quarterly_list
                    tally.add(of.pairing_id, period, of.standing, n, 1)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                "investment.listline",
                line.pk,
                f"{line.quarterly_list.number} {line.lead.number}",
                on,
                Decimal(n),
                line.quarterly_list.url,
                "sea" if not is_ratio else "mountain",
                Decimal(1) if is_ratio else Decimal(0),
                line.quarterly_list.standing,
            )
            for line, on, n in find([pairing_id], period.start, min(period.end, as_of), side)
        ]

    return measure, evidence


measure_listed, evidence_listed = _figure(_listed, is_ratio=False)
measure_accepted, evidence_accepted = _figure(
    _answered(lambda one: one.answer == Answer.ACCEPTED), is_ratio=True
)
measure_in_time, evidence_in_time = _figure(_answered(lambda one: one.late_days == 0), is_ratio=True)
