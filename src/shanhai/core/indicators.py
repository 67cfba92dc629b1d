"""Figures that fields measure, all read through one door.

Home page, commitments, balance and assessment ask here; a field answers for all pairings and periods in one
statement, and can list the records behind each figure. ``check_evidence`` holds both together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shanhai.core import clock, signs
from shanhai.core.signs import Indicator
from shanhai.kernel.attribution import Method
from shanhai.kernel.periods import Period
from shanhai.kernel.refusals import NotFound, gettext_noop

# The sides that book figures; a host gives land for money and books its own.
SIDES = ("mountain", "sea", "host")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one pairing in one period.

    A flow, stock or count has no denominator. ``missing``: nobody reported, which is not zero.
    """

    pairing_id: int
    period: Period
    numerator: Decimal
    denominator: Decimal | None = None
    missing: bool = False
    # "reported", "illustrative" or "mixed", where the field tells of what kind the records are.
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record behind a figure.

    ``value`` adds to the numerator, ``denominator`` to the denominator of a ratio. Of a distinct count each
    ``(kind, id)`` counts once however often it is listed.
    """

    kind: str
    id: int
    text: str
    on: date | None
    value: Decimal
    url: str = ""
    side: str = ""
    denominator: Decimal = field(default=Decimal(0))
    standing: str = ""


def registered(code: str) -> Indicator:
    """The indicator that a field signed in.

    Raises
    ------
    NotFound
        ``core.unknown_indicator``.
    """
    found = signs.indicators.get(code)
    if found is None:
        raise NotFound(
            "core.unknown_indicator",
            gettext_noop("No field measures {indicator}. Choose one of the indicators in the reference."),
            indicator=code,
        )
    return found


def measure(
    code: str,
    pairing_ids: Sequence[int],
    periods: Sequence[Period],
    side: str | None = None,
    as_of: date | None = None,
) -> list[Row]:
    """Measure one indicator: a row per pairing and period, in the order asked for.

    Parameters
    ----------
    side
        What is attributed to this side only; None for the whole pairing.
    as_of
        What had happened by this day; today by default.

    Returns
    -------
    list[Row]
        ``len(pairing_ids) * len(periods)`` rows; what the field left out is there as missing.
    """
    of = registered(code)
    if not pairing_ids or not periods:
        return []
    rows = signs.call(of.measure)(list(pairing_ids), list(periods), side, as_of or clock.today())
    found = {(row.pairing_id, row.period): row for row in rows}
    return [
        found.get((pairing_id, period)) or Row(pairing_id, period, Decimal(0), None, missing=True)
        for pairing_id in pairing_ids
        for period in periods
    ]


def measure_sides(
    code: str,
    pairing_ids: Sequence[int],
    periods: Sequence[Period],
    sides: Sequence[str],
    as_of: date | None = None,
) -> dict[str, list[Row]]:
    """What is attributed to each of some sides: the rows of ``measure`` for each, in one statement where the field can."""
    of = registered(code)
    if not of.measure_sides or not pairing_ids or not periods:
        return {side: measure(code, pairing_ids, periods, side, as_of) for side in sides}
    found = signs.call(of.measure_sides)(list(pairing_ids), list(periods), as_of or clock.today())
    return {side: found[side] for side in sides}


def evidence(
    code: str, pairing_id: int, period: Period, side: str | None = None, as_of: date | None = None
) -> list[Evidence]:
    """The records behind one figure."""
    return list(signs.call(registered(code).evidence)(pairing_id, period, side, as_of or clock.today()))


def value(row: Row) -> Decimal | None:
    """The figure that a row stands for; None where it is missing or divides by zero."""
    if row.missing:
        return None
    if row.denominator is None:
        return row.numerator
    return row.numerator / row.denominator if row.denominator else None


def total(code: str, rows: Iterable[Row]) -> Decimal | None:
    """One figure for several rows of an indicator; None where all are missing.

    Flows add up. A ratio is summed before it is divided. Of a stock the latest period of each pairing counts.
    Distinct counts add up over pairings only if a record belongs to one, so they are refused: measure them together.
    """
    kind = registered(code).kind
    known = [row for row in rows if not row.missing]
    if not known:
        return None
    if kind == "stock":
        latest: dict[int, Row] = {}
        for row in sorted(known, key=lambda row: row.period):
            latest[row.pairing_id] = row
        return sum((row.numerator for row in latest.values()), Decimal(0))
    if kind == "distinct" and len(known) > 1:
        raise ValueError(
            f"{code} counts distinct things; rows of it cannot be added. Measure the whole instead."
        )
    numerator = sum((row.numerator for row in known), Decimal(0))
    if kind != "ratio":
        return numerator
    denominator = sum((row.denominator or Decimal(0) for row in known), Decimal(0))
    return numerator / denominator if denominator else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that its records do not add up to."""

    code: str
    row: Row
    numerator: Decimal
    denominator: Decimal | None


def check_evidence(
    code: str,
    pairing_ids: Sequence[int],
    periods: Sequence[Period],
    side: str | None = None,
    as_of: date | None = None,
) -> list[Difference]:
    """The figures whose records do not add up to them; none when all is well."""
    differences = []
    for row in measure(code, pairing_ids, periods, side, as_of):
        records = evidence(code, row.pairing_id, row.period, side, as_of)
        numerator, denominator = add_up(registered(code).kind, records)
        is_equal = numerator == row.numerator and denominator == (row.denominator or Decimal(0))
        if row.missing:
            is_equal = not records
        if not is_equal:
            differences.append(Difference(code, row, numerator, denominator))
    return differences


def check_sides(
    code: str, pairing_ids: Sequence[int], periods: Sequence[Period], as_of: date | None = None
) -> list[Difference]:
    """The figures that their sides' parts do not fit: statistics may be booked twice, money cannot.

    Flows and stocks only: a ratio or a distinct count does not add up over sides. Parts sum to the whole; of an
    indicator that is booked in full on both sides each part is at most the whole, and together they reach it.
    """
    of = registered(code)
    if of.kind not in ("flow", "stock"):
        return []
    whole = measure(code, pairing_ids, periods, None, as_of)
    parts = [measure(code, pairing_ids, periods, side, as_of) for side in SIDES]
    differences = []
    for row, *sides in zip(whole, *parts, strict=True):
        figures = [one.numerator for one in sides]
        together = sum(figures, Decimal(0))
        if of.shared is Method.FULL_BOTH:
            is_fitting = max(figures) <= row.numerator <= together
        else:
            is_fitting = together == row.numerator
        if not row.missing and not is_fitting:
            differences.append(Difference(code, row, together, None))
    return differences


def standing_of(of_each: Iterable[str]) -> str:
    """One word for several: "mixed" where some are reported and some are illustrative."""
    found = set(of_each) - {""}
    return found.pop() if len(found) == 1 else "mixed" if found else ""


class Tally:
    """Sums of what an indicator counts, by pairing and period, with how sure each is."""

    def __init__(self, *, is_ratio: bool = False) -> None:
        self._is_ratio = is_ratio
        self._above: dict[tuple[int, Period], Decimal] = defaultdict(Decimal)
        self._below: dict[tuple[int, Period], Decimal] = defaultdict(Decimal)
        self._standings: dict[tuple[int, Period], set[str]] = defaultdict(set)

    def add(
        self, pairing_id: int, period: Period, standing: str, above: Decimal | int, below: Decimal | int = 0
    ) -> None:
        """One thing of a pairing in a period: what it adds above and, in a share, below."""
        at = pairing_id, period
        self._above[at] += above
        self._below[at] += below
        self._standings[at].add(standing)

    def rows(self, pairing_ids: Sequence[int], periods: Sequence[Period], as_of: date) -> list[Row]:
        """A row of each pairing and period. What lies ahead is not nought but missing, and so is a share of nothing."""
        return [
            Row(
                pairing_id,
                period,
                self._above[pairing_id, period],
                self._below[pairing_id, period] if self._is_ratio else None,
                missing=period.start > as_of or (self._is_ratio and not self._below[pairing_id, period]),
                standing=standing_of(self._standings[pairing_id, period]),
            )
            for pairing_id in pairing_ids
            for period in periods
        ]


def add_up(kind: str, records: list[Evidence]) -> tuple[Decimal, Decimal]:
    """The numerator and denominator that records give an indicator of a kind."""
    if kind == "distinct":
        return Decimal(len({(one.kind, one.id) for one in records})), Decimal(0)
    return (
        sum((one.value for one in records), Decimal(0)),
        sum((one.denominator for one in records), Decimal(0)),
    )
