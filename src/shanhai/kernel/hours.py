"""Working hours: when an office may be written to, and when it next may.

All moments are as the clock on the wall shows them; the caller turns them into instants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.workdays import Calendar

Spans = tuple[tuple[time, time], ...]
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def parse(text: str) -> Spans:
    """Read the spans of a working day.

    Raises
    ------
    BadInput
        ``hours.form``: no spans, or spans that end before they begin or overlap.

    Examples
    --------
    >>> parse("08:30-12:00/13:30-17:30")
    ((datetime.time(8, 30), datetime.time(12, 0)), (datetime.time(13, 30), datetime.time(17, 30)))
    >>> parse("17:00-09:00")
    Traceback (most recent call last):
    ...
    shanhai.kernel.refusals.BadInput: “17:00-09:00” are no working hours. Write them as 08:30-12:00/13:30-17:30.
    """
    spans = [_span(part.strip()) for part in text.split("/")]
    known = tuple(span for span in spans if span is not None)
    ends = [time.min, *(end for _begin, end in known)]
    if len(known) < len(spans) or any(span[0] < end for span, end in zip(known, ends, strict=False)):
        raise BadInput(
            "hours.form",
            gettext_noop("“{text}” are no working hours. Write them as 08:30-12:00/13:30-17:30."),
            text=text[:60],
        )
    return known


def parse_time(text: str) -> time:
    """Read a time of the day.

    Examples
    --------
    >>> parse_time("8:30")
    datetime.time(8, 30)
    """
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadInput(
            "hours.time_form",
            gettext_noop("“{text}” is no time of the day. Write it as 08:30."),
            text=text[:60],
        )
    return time(int(found[1]), int(found[2]))


def _span(text: str) -> tuple[time, time] | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups()]
    if numbers[0] > 23 or numbers[2] > 23 or numbers[1] > 59 or numbers[3] > 59:
        return None
    begin, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    return (begin, end) if begin < end else None


def is_working(moment: datetime, calendar: Calendar, spans: Spans) -> bool:
    """Whether a moment lies in working hours; the minute in which they end does not.

    Examples
    --------
    >>> from shanhai.kernel.workdays import official
    >>> is_working(datetime(2023, 10, 7, 9, 0), official(), parse("08:30-17:30"))  # a Saturday that is worked
    True
    """
    at = moment.timetz().replace(tzinfo=None)
    return calendar.is_working(moment.date()) and any(begin <= at < end for begin, end in spans)


def next_working(moment: datetime, calendar: Calendar, spans: Spans) -> datetime:
    """The moment itself where it lies in working hours, else the beginning of the next ones.

    Examples
    --------
    >>> from shanhai.kernel.workdays import official
    >>> next_working(datetime(2023, 9, 28, 19, 5), official(), parse("08:30-17:30"))  # before eight days off
    datetime.datetime(2023, 10, 7, 8, 30)
    """
    if is_working(moment, calendar, spans):
        return moment
    return _first_of([begin for begin, _end in spans], moment, calendar)


def next_time(moment: datetime, calendar: Calendar, at: time) -> datetime:
    """The next time that a working day's clock shows ``at``; the moment itself where it does.

    Examples
    --------
    >>> from shanhai.kernel.workdays import official
    >>> next_time(datetime(2023, 9, 22, 8, 31), official(), time(8, 30))  # a Friday
    datetime.datetime(2023, 9, 25, 8, 30)
    """
    return _first_of([at], moment, calendar)


def _first_of(times: Sequence[time], moment: datetime, calendar: Calendar) -> datetime:
    """The earliest of some times of working days that is not before a moment."""
    if calendar.is_working(moment.date()):
        for at in times:
            found = datetime.combine(moment.date(), at, moment.tzinfo)
            if found >= moment:
                return found
    return datetime.combine(calendar.add(moment.date(), 1), times[0], moment.tzinfo)
