"""When a message may go: in working hours of the official calendar, by the hours of the rulebook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

from shanhai.core import clock, rulebook
from shanhai.core.calendar import calendar
from shanhai.kernel import hours
from shanhai.kernel.refusals import BadInput

T = TypeVar("T")


def spans_on(day: date) -> hours.Spans:
    """The working hours of a day."""
    return _read("core.working_hours", hours.parse, day)


def _read(code: str, read: Callable[[str], T], day: date) -> T:
    try:
        return read(str(rulebook.value(code, day).value))
    except BadInput:
        # What an office added wrongly must keep nobody from being told; the value that ships can be read.
        return read(str(rulebook.rule(code).values[0].value))


def next_moment(at: datetime) -> datetime:
    """The instant itself where it lies in working hours, else the beginning of the next ones."""
    local = clock.local(at)
    return hours.next_working(local, calendar(), spans_on(local.date())).astimezone(at.tzinfo)


def next_digest(at: datetime) -> datetime:
    """When the next daily digest goes out."""
    local = clock.local(at)
    found = hours.next_time(local, calendar(), _read("core.digest_at", hours.parse_time, local.date()))
    return next_moment(found.astimezone(at.tzinfo))


def is_quiet(at: datetime) -> bool:
    """Whether nothing goes out at an instant."""
    return next_moment(at) != at


# Minutes until the next try, after the first, second ... one that failed.
_WAITS = (1, 5, 15, 60, 240)


def next_try(at: datetime, tries: int) -> datetime:
    """When a message that failed is tried again."""
    return next_moment(at + timedelta(minutes=_WAITS[min(max(tries, 1), len(_WAITS)) - 1]))
