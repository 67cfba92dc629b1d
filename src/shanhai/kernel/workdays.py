"""Working days of the People's Republic of China: weekends, public holidays and shifted work weekends (调休).

The State Council announces each year's holidays, and the weekends worked in exchange, by a notice in the
autumn before. ``official()`` holds the notices of 2010 to 2026. A year without a notice counts as plain
weekdays and its answers are provisional until the notice is loaded; years before 2010 are refused.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

from shanhai.kernel.refusals import BadInput, gettext_noop

FIRST_YEAR = 2010
LAST_YEAR_OF_NOTICES = 2199  # A later one is a slip of the keyboard.
_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_LAST = date.max.toordinal()
_OFFICIAL_NOTICES = Path(__file__).with_name("workdays.txt")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's notice: which days are off, and which weekend days are worked for them.

    Days lie in ``year`` or in the December before it, as notices sometimes name New Year's Eve.
    """

    year: int
    off: frozenset[date]
    work: frozenset[date]
    sources: tuple[str, ...] = ()


class Calendar:
    """Working days under a set of notices; it never changes, so threads may share it.

    Parameters
    ----------
    notices
        Any number of notices. Of two for the same year the later in order replaces the earlier; a day that
        the notices of two years name follows the later year.

    Examples
    --------
    >>> calendar = official()
    >>> calendar.add(date(2023, 9, 28), 1)     # 29 September to 6 October 2023 are off,
    datetime.date(2023, 10, 7)
    >>> calendar.is_working(date(2023, 10, 7)) # and that Saturday is worked
    True
    >>> calendar.count(date(2023, 9, 18), date(2023, 10, 9))
    11
    """

    __slots__ = ("_counted_to", "_gaps", "_known_to", "_notices", "_rank", "_weekdays_ahead", "_working")

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        self._notices: dict[int, Notice] = {notice.year: notice for notice in notices}
        years = sorted(self._notices)
        self._known_to = years[-1] if years else FIRST_YEAR - 1
        self._gaps = tuple(y for y in range(FIRST_YEAR, self._known_to) if y not in self._notices)
        self._counted_to = date(max(self._known_to, FIRST_YEAR), 12, 31).toordinal()

        is_worked = [_is_weekday(day) for day in range(_FIRST, self._counted_to + 1)]
        for year in years:
            for day in self._notices[year].off:
                is_worked[day.toordinal() - _FIRST] = False
            for day in self._notices[year].work:
                is_worked[day.toordinal() - _FIRST] = True

        # _rank[i] = working days among the first i days of the table; _working[k] = ordinal of the k-th.
        # With both, adding and counting are a few look-ups, however many days lie between.
        self._rank = list(accumulate(is_worked, initial=0))
        self._working = [_FIRST + i for i, worked in enumerate(is_worked) if worked]
        self._weekdays_ahead = _weekdays_up_to(self._counted_to) - len(self._working)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self._notices == other._notices

    def __hash__(self) -> int:
        return hash(frozenset(self._notices.values()))

    @property
    def notices(self) -> Mapping[int, Notice]:
        """The notice of each year that has one, by year."""
        return dict(self._notices)

    def with_notice(self, notice: Notice) -> Calendar:
        """A calendar that also follows this notice; one of the same year is replaced.

        Examples
        --------
        >>> notice = parse_notice("year 2027 \\n off 2027-01-01")
        >>> official().is_working(date(2027, 1, 1))
        True
        >>> official().with_notice(notice).is_working(date(2027, 1, 1))
        False
        """
        return Calendar([*self._notices.values(), notice])

    def is_working(self, day: date) -> bool:
        """Is this a working day?"""
        ordinal = self._ordinal(day)
        return self._working_up_to(ordinal) > self._working_up_to(ordinal - 1)

    def is_provisional(self, day: date) -> bool:
        """Does the year of this day lack its notice, so that weekends are all we know?

        The notice of the next year may still change its last days of December; that is not foreseen here.
        """
        self._ordinal(day)
        return day.year not in self._notices

    def add(self, day: date, n: int) -> date:
        """The n-th working day after ``day`` (before it, for negative n); ``day`` itself for n = 0.

        The day after ``day`` is the first that can count, so ``day`` need not be a working day.

        Parameters
        ----------
        day
            Start, 2010-01-01 or later.
        n
            Working days to go, of any sign.

        Returns
        -------
        date
            A working day, unless n = 0.

        Raises
        ------
        BadInput
            Start or answer lies before 2010 or after the year 9999.

        Examples
        --------
        >>> official().add(date(2023, 9, 16), 0), official().add(date(2023, 9, 16), -1)
        (datetime.date(2023, 9, 16), datetime.date(2023, 9, 15))
        """
        start = self._ordinal(day)
        if n == 0:
            return day
        before = self._working_up_to(start if n > 0 else start - 1)
        k = before + n - 1 if n > 0 else before + n  # the answer is the k-th working day, from 0
        if k < 0:
            raise _too_early(f"{day} {n:+d}")
        if k < len(self._working):
            return date.fromordinal(self._working[k])
        ordinal = _nth_weekday(k + self._weekdays_ahead)
        if ordinal > _LAST:
            raise BadInput(
                "workdays.too_late",
                gettext_noop(
                    "{n} working days after {day} is beyond the year 9999. Check the number of days."
                ),
                day=day,
                n=n,
            )
        return date.fromordinal(ordinal)

    def count(self, after: date, until: date) -> int:
        """Working days d with ``after`` < d <= ``until``.

        Zero when both are the same day; negative when ``until`` comes first, and then
        ``count(a, b) == -count(b, a)``.

        Examples
        --------
        >>> friday, monday = date(2023, 9, 15), date(2023, 9, 18)
        >>> official().count(friday, monday), official().count(monday, friday)
        (1, -1)
        """
        return self._working_up_to(self._ordinal(until)) - self._working_up_to(self._ordinal(after))

    def answer(self, day: date, n: int) -> tuple[date, bool]:
        """``add(day, n)``, and whether a notice still to come may change it.

        The answer is provisional when any day from ``day`` to the answer, both included, is in a year
        without a notice.

        Examples
        --------
        >>> official().answer(date(2026, 12, 30), 1)
        (datetime.date(2026, 12, 31), False)
        >>> official().answer(date(2026, 12, 30), 2)
        (datetime.date(2027, 1, 1), True)
        """
        result = self.add(day, n)
        first, last = (day.year, result.year) if n >= 0 else (result.year, day.year)
        if last > self._known_to:
            return result, True
        if not self._gaps:
            return result, False
        i = bisect_left(self._gaps, first)
        return result, i < len(self._gaps) and self._gaps[i] <= last

    def _ordinal(self, day: date) -> int:
        ordinal = day.toordinal()
        if ordinal < _FIRST:
            raise _too_early(day)
        return ordinal

    def _working_up_to(self, ordinal: int) -> int:
        """Working days from the first day of the table to this one, included."""
        if ordinal > self._counted_to:
            return _weekdays_up_to(ordinal) - self._weekdays_ahead
        return self._rank[ordinal - _FIRST + 1]


@cache
def official() -> Calendar:
    """The calendar by the notices of the State Council for 2010 to 2026.

    Source
    ------
    The notices named in ``workdays.txt`` beside this module; docs/sources.md#working-days.

    Examples
    --------
    >>> sorted(official().notices)[0], sorted(official().notices)[-1]
    (2010, 2026)
    """
    _remarks, *blocks = re.split(
        r"^(?=year )", _OFFICIAL_NOTICES.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return Calendar(parse_notice(block) for block in blocks)


def parse_notice(given: str | Mapping[str, object]) -> Notice:
    """Read one year's notice and check it.

    Parameters
    ----------
    given
        Text with lines ``year 2027``, ``off`` and ``work`` with days, and ``source``; ``off`` and ``work``
        may stand on several lines, ``A..B`` is every day from A to B, ``#`` starts a remark. Or a mapping
        with ``year`` (number), ``off`` and ``work`` (lists of dates or of such text), and ``source``.
        Days off may fall on any day, days worked only on a Saturday or Sunday; all lie in the year or
        in the December before it.

    Returns
    -------
    Notice
        Ready for ``Calendar.with_notice``.

    Raises
    ------
    BadInput
        What is wrong with which day, or that the year is missing.

    Examples
    --------
    >>> notice = parse_notice('''
    ... year 2027
    ... off  2027-01-01..2027-01-03
    ... work 2027-01-09
    ... ''')
    >>> len(notice.off), notice.work
    (3, frozenset({datetime.date(2027, 1, 9)}))
    >>> parse_notice({"year": 2027, "off": [], "work": ["2027-01-08"]})  # a Friday
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: The notice lists 2027-01-08 as worked, ...
    """
    fields = _fields_of_text(given) if isinstance(given, str) else _fields_of_mapping(given)
    year = _read_year(fields["year"])
    off = _read_days(year, fields["off"])
    work = _read_days(year, fields["work"])
    for day in sorted(work):
        if day in off:
            raise BadInput(
                "workdays.off_and_worked",
                gettext_noop("The notice lists {day} both as off and as worked. Leave it in one of the two."),
                day=day,
            )
        if day.weekday() < 5:
            raise BadInput(
                "workdays.worked_on_a_weekday",
                gettext_noop(
                    "The notice lists {day} as worked, but that day is no Saturday or Sunday. "
                    "Correct the day, or leave it out."
                ),
                day=day,
            )
    return Notice(year, frozenset(off), frozenset(work), tuple(fields["source"]))


def _fields_of_text(text: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {"year": [], "off": [], "work": [], "source": []}
    for line in text.splitlines():
        name, *words = line.partition("#")[0].split() or [""]
        if name in fields:
            fields[name] += words
        elif name:
            raise BadInput(
                "workdays.unknown_line",
                gettext_noop(
                    "The notice has a line that starts with {word}. Start it with year, off, work or source."
                ),
                word=name,
            )
    return fields


def _fields_of_mapping(given: Mapping[str, object]) -> dict[str, list[str]]:
    return {name: _words(given.get(name)) for name in ("year", "off", "work", "source")}


def _words(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list | tuple | set | frozenset):
        return [str(item) for item in value]
    return str(value).split()


def _read_year(words: list[str]) -> int:
    if len(words) != 1 or not _YEAR.fullmatch(words[0]):
        raise BadInput(
            "workdays.no_year",
            gettext_noop("The notice does not say its year. Give one line such as: year 2027."),
        )
    year = int(words[0])
    if year < FIRST_YEAR or year > LAST_YEAR_OF_NOTICES:
        raise BadInput(
            "workdays.year_out_of_range",
            gettext_noop(
                "The notice is for {year}; notices are kept for {first} to {last}. Correct its year."
            ),
            year=year,
            first=FIRST_YEAR,
            last=LAST_YEAR_OF_NOTICES,
        )
    return year


def _read_days(year: int, words: list[str]) -> set[date]:
    days: set[date] = set()
    for word in words:
        first_text, dots, last_text = word.partition("..")
        first = _read_day(first_text)
        last = _read_day(last_text) if dots else first
        if last < first:
            raise BadInput(
                "workdays.range_backwards",
                gettext_noop("The notice has the range {word}, which ends before it starts. Swap its days."),
                word=word,
            )
        for day in (first, last):
            _check_in_year(year, day)
        days.update(first + timedelta(i) for i in range((last - first).days + 1))
    return days


def _read_day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput(
        "workdays.not_a_day",
        gettext_noop("The notice has {word}, which is no day. Write days as 2027-01-31."),
        word=text,
    )


def _check_in_year(year: int, day: date) -> None:
    if day.year == year or (day.year == year - 1 and day.month == 12 and day.year >= FIRST_YEAR):
        return
    raise BadInput(
        "workdays.day_of_another_year",
        gettext_noop(
            "The notice for {year} names {day}. "
            "It may name days of {year} and of the December before it, from 2010 on."
        ),
        year=year,
        day=day,
    )


def _too_early(day: object) -> BadInput:
    return BadInput(
        "workdays.too_early",
        gettext_noop("Working days are known from {first} on; {day} leads before that. Give a later day."),
        first=date(FIRST_YEAR, 1, 1),
        day=day,
    )


def _is_weekday(ordinal: int) -> bool:
    return (ordinal - 1) % 7 < 5  # ordinal 1, 0001-01-01, is a Monday


def _weekdays_up_to(ordinal: int) -> int:
    weeks, rest = divmod(ordinal, 7)
    return 5 * weeks + min(rest, 5)


def _nth_weekday(k: int) -> int:
    """Ordinal of the k-th weekday since 0001-01-01, k counted from 0."""
    weeks, rest = divmod(k, 5)
    return 7 * weeks + rest + 1
