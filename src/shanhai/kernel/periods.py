"""Periods that offices count in: year, quarter, month, school term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Literal, get_args

from shanhai.kernel.refusals import BadInput, gettext_noop

Kind = Literal["year", "quarter", "month", "term"]
FIRST_YEAR, LAST_YEAR = 1900, 2199

_PER_YEAR: dict[str, int] = {"year": 1, "quarter": 4, "month": 12, "term": 2}
_TERMS = ("spring", "autumn")
_FORM = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2])|-(?P<term>spring|autumn))?", re.ASCII
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One year, quarter, month or school term; it compares by its first day, the longer one first.

    Parameters
    ----------
    kind
        ``year``, ``quarter``, ``month`` or ``term``.
    year
        1900 to 2199. Of a term: the calendar year that it starts in.
    number
        Quarter 1 to 4, month 1 to 12, term 1 (spring) or 2 (autumn); 1 for a year.

    Notes
    -----
    The spring term runs from 1 February to 31 August, the autumn term from 1 September to 31 January, so that
    each day belongs to one term; holidays count to the term before them [assumed].

    Examples
    --------
    >>> term = parse("2023-autumn")
    >>> str(term.start), str(term.end), str(term.next())
    ('2023-09-01', '2024-01-31', '2024-spring')
    >>> parse("2023") < parse("2023Q1") < parse("2023-01") < parse("2023-02")
    True
    >>> date(2023, 9, 18) in parse("2023Q3")
    True
    """

    kind: Kind
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if self.kind not in _PER_YEAR:
            raise _unknown_kind(self.kind)
        if not 1 <= self.number <= _PER_YEAR[self.kind] or not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise BadInput(
                "periods.out_of_range",
                gettext_noop("There is no {kind} {number} of {year}. Years run from {first} to {last}."),
                kind=self.kind,
                number=self.number,
                year=self.year,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )

    def __str__(self) -> str:
        if self.kind == "year":
            return f"{self.year}"
        if self.kind == "quarter":
            return f"{self.year}Q{self.number}"
        if self.kind == "month":
            return f"{self.year}-{self.number:02}"
        return f"{self.year}-{_TERMS[self.number - 1]}"

    def __lt__(self, other: Period) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return self._order() < other._order()

    def __contains__(self, what: date | Period) -> bool:
        """Does this day, or the whole of this other period, lie in the period?"""
        if isinstance(what, Period):
            return self.start <= what.start and what.end <= self.end
        day = date(what.year, what.month, what.day)  # An instant counts as its day.
        return self.start <= day <= self.end

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self._first_month(), 1)

    @property
    def end(self) -> date:
        """The last day, included."""
        month = self._first_month() + self._months()
        return date(self.year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - timedelta(days=1)

    def next(self) -> Period:
        """The period of the same kind that follows."""
        return self.shifted(1)

    def previous(self) -> Period:
        """The period of the same kind before."""
        return self.shifted(-1)

    def shifted(self, n: int) -> Period:
        """The period n further of the same kind, earlier for negative n.

        Examples
        --------
        >>> str(parse("2023Q4").shifted(1)), str(parse("2024-01").shifted(-13))
        ('2024Q1', '2022-12')
        """
        per_year = _PER_YEAR[self.kind]
        years, index = divmod(self.number - 1 + n, per_year)
        return Period(self.kind, self.year + years, index + 1)

    def subperiods(self, kind: Kind | None = None) -> tuple[Period, ...]:
        """The parts of a period in order, which cover it exactly.

        Parameters
        ----------
        kind
            Quarters or months of a year, months of a quarter or term. By default the next smaller kind:
            quarters of a year, months of the others; a month has none.

        Examples
        --------
        >>> [str(part) for part in parse("2023Q3").subperiods()]
        ['2023-07', '2023-08', '2023-09']
        """
        kind = kind or ("quarter" if self.kind == "year" else "month")
        if kind not in _PER_YEAR:
            raise _unknown_kind(kind)
        if self.kind == kind or self.kind == "month":
            return ()
        if kind != "month" and (self.kind, kind) != ("year", "quarter"):
            raise BadInput(
                "periods.no_such_parts",
                gettext_noop(
                    "The {whole} {period} cannot be cut into parts of the kind {kind}. Cut it into months."
                ),
                whole=self.kind,
                period=self,
                kind=kind,
            )
        return periods_between(kind, self.start, self.end)

    def _order(self) -> tuple[date, int, str]:
        return self.start, -self._months(), self.kind

    def _months(self) -> int:
        if self.kind == "term":
            return (7, 5)[self.number - 1]
        return 12 // _PER_YEAR[self.kind]

    def _first_month(self) -> int:
        if self.kind == "term":
            return (2, 9)[self.number - 1]
        return (self.number - 1) * self._months() + 1


def parse(text: str) -> Period:
    """Read a period as ``str`` writes it.

    Raises
    ------
    BadInput
        The text is no period, with the four forms that are.

    Examples
    --------
    >>> parse("2023Q3"), parse("2024-spring")
    (Period(kind='quarter', year=2023, number=3), Period(kind='term', year=2024, number=1))
    >>> parse("2023Q5")
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: 2023Q5 is no period. Write it as 2023, 2023Q3, 2023-09 or 2023-autumn.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadInput(
            "periods.no_period",
            gettext_noop("{text} is no period. Write it as 2023, 2023Q3, 2023-09 or 2023-autumn."),
            text=text,
        )
    year, quarter, month, term = found["year"], found["quarter"], found["month"], found["term"]
    if quarter:
        return Period("quarter", int(year), int(quarter))
    if month:
        return Period("month", int(year), int(month))
    if term:
        return Period("term", int(year), _TERMS.index(term) + 1)
    return Period("year", int(year))


def period_of(kind: Kind, day: date) -> Period:
    """The period of this kind that a day lies in.

    Examples
    --------
    >>> str(period_of("quarter", date(2023, 9, 18))), str(period_of("term", date(2024, 1, 15)))
    ('2023Q3', '2023-autumn')
    """
    if kind not in _PER_YEAR:
        raise _unknown_kind(kind)
    if kind == "term":
        if 2 <= day.month <= 8:
            return Period("term", day.year, 1)
        return Period("term", day.year if day.month >= 9 else day.year - 1, 2)
    return Period(kind, day.year, (day.month - 1) * _PER_YEAR[kind] // 12 + 1)


def periods_between(kind: Kind, first: date, last: date) -> tuple[Period, ...]:
    """The periods of one kind that hold a day from ``first`` to ``last``, both included; none if it is earlier.

    Examples
    --------
    >>> [str(period) for period in periods_between("quarter", date(2023, 6, 30), date(2023, 9, 18))]
    ['2023Q2', '2023Q3']
    """
    if last < first:
        return ()
    periods = [period_of(kind, first)]
    while periods[-1].end < last:
        periods.append(periods[-1].next())
    return tuple(periods)


def _unknown_kind(kind: object) -> BadInput:
    return BadInput(
        "periods.unknown_kind",
        gettext_noop("{kind} is no kind of period. Use one of {known}."),
        kind=kind,
        known=", ".join(get_args(Kind)),
    )
