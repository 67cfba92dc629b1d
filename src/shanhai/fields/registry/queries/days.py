"""Reads of the working-day calendar as its page shows it."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from shanhai.core import clock
from shanhai.core.calendar import calendar
from shanhai.core.models import WorkdayNotice
from shanhai.kernel.refusals import NotFound, gettext_noop

FIRST, LAST = 2010, 2100


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the year sheet. ``css``: off (a weekday that is free), work (a weekend day worked), we, or "" ."""

    on: date
    css: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class YearSheet:
    """A year by months and weeks, with what makes it special."""

    year: int
    months: list[tuple[date, list[list[Day | None]]]]
    working: int
    off: list[date]
    worked: list[date]
    is_provisional: bool
    notice: WorkdayNotice | None


def year_sheet(year: int) -> YearSheet:
    """The calendar of a year (two statements).

    Raises
    ------
    NotFound
        ``registry.no_such_year``
    """
    if not FIRST <= year <= LAST:
        raise NotFound(
            "registry.no_such_year",
            gettext_noop(
                "The calendar knows {first} to {last}; {year} is outside. Choose one of those years."
            ),
            year=year,
            first=FIRST,
            last=LAST,
        )
    known = calendar()
    today = clock.today()
    all_days = [date(year, 1, 1) + timedelta(days=n) for n in range(366 if months.isleap(year) else 365)]
    working = {day for day in all_days if known.is_working(day)}
    off = [day for day in all_days if day.weekday() < 5 and day not in working]
    worked = [day for day in all_days if day.weekday() >= 5 and day in working]
    return YearSheet(
        year=year,
        months=[
            (date(year, month, 1), _weeks(year, month, set(off), set(worked), today))
            for month in range(1, 13)
        ],
        working=len(working),
        off=off,
        worked=worked,
        is_provisional=known.is_provisional(date(year, 6, 1)),
        notice=WorkdayNotice.objects.filter(year=year).select_related("by").order_by("-pk").first(),
    )


def _weeks(year: int, month: int, off: set[date], worked: set[date], today: date) -> list[list[Day | None]]:
    weeks = months.Calendar(firstweekday=0).monthdatescalendar(year, month)
    return [[_day(on, off, worked, today) if on.month == month else None for on in week] for week in weeks]


def _day(on: date, off: set[date], worked: set[date], today: date) -> Day:
    css = "off" if on in off else "work" if on in worked else "we" if on.weekday() >= 5 else ""
    return Day(on, css, on == today)


def years_shown(year: int) -> list[int]:
    """The years beside a year."""
    return [one for one in range(year - 2, year + 3) if FIRST <= one <= LAST]


def next_unknown_year() -> int:
    """The first year from this one on that has no notice yet."""
    known = calendar()
    year = clock.today().year
    while year < LAST and not known.is_provisional(date(year, 6, 1)):
        year += 1
    return year
