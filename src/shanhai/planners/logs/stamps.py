"""Times as logs write them: read once, in the clock of whoever wrote them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
NO_TIME = -(2**63)

_CLOCK = r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d{1,9}))?秒?)?分?)?"
_ZONE = r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_CLOCK}{_ZONE}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[.](\d{{1,2}})[.](\d{{4}}){_CLOCK}{_ZONE}")
_SLASHED = re.compile(rf"(\d{{1,2}})[/-](\d{{1,2}})[/-](\d{{4}}){_CLOCK}{_ZONE}")
_BARE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{8}|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
)
_SECONDS, _MILLISECONDS = re.compile(r"\d{9,10}(?:\.\d+)?"), re.compile(r"\d{12,13}")


def read_stamp(text: str) -> datetime | None:
    """A time as it is written, with its zone where it has one; None for what is no time.

    Read are ISO 8601 in all its forms, year first with ``-``, ``/``, ``.`` or 年月日, ``31.12.2023``, ``31/12/2023`` or
    ``12/31/2023`` where only one of them can be meant, and seconds or milliseconds since 1970 (9 to 10, 12 to 13 digits).

    Examples
    --------
    >>> read_stamp("2014-04-11T00:00:00.000+02:00").isoformat()
    '2014-04-11T00:00:00+02:00'
    >>> read_stamp("2023年9月18日 9:05").isoformat(), read_stamp("03/04/2023"), read_stamp("UNKNOWN")
    ('2023-09-18T09:05:00', None, None)
    """
    text = text.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _spelt(text) or _counted(text)
    except (ValueError, OverflowError, OSError):
        return None


def is_bare(text: str) -> bool:
    """Whether a text is a day without a time.

    Examples
    --------
    >>> is_bare("2014-04-14"), is_bare("2014-04-14 00:00:00")
    (True, False)
    """
    return _BARE.fullmatch(text.strip()) is not None


def wall_clock(text: str, *, end_of_day: bool = False) -> datetime | None:
    """The local time as it is written, its offset dropped.

    ``end_of_day`` reads a day without a time as the last microsecond of that day, otherwise it is the first.

    Examples
    --------
    >>> wall_clock("2014-04-17T09:30:39+02:00").isoformat()
    '2014-04-17T09:30:39'
    >>> wall_clock("2014-04-17", end_of_day=True).isoformat()
    '2014-04-17T23:59:59.999999'
    """
    at = read_stamp(text)
    if at is None:
        return None
    at = at.replace(tzinfo=None)
    return datetime.combine(at.date(), time.max) if end_of_day and is_bare(text) else at


def microseconds(at: datetime) -> int:
    """Microseconds since 1970 in UTC; a time without a zone counts as UTC.

    Examples
    --------
    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1))
    1000000
    """
    offset = at.utcoffset()
    moment = (at.replace(tzinfo=None) - EPOCH) // MICROSECOND
    return moment if offset is None else moment - offset // MICROSECOND


def _spelt(text: str) -> datetime | None:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.group(1, 2, 3)
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.group(1, 2, 3)
    elif match := _SLASHED.fullmatch(text):
        first, second, year = match.group(1, 2, 3)
        if int(first) <= 12 and int(second) <= 12 and first != second:
            return None  # Which is the day cannot be known, and a guess would be wrong half the time.
        day, month = (first, second) if int(first) > 12 else (second, first)
    else:
        return None
    hour, minute, second, fraction, zone = match.groups()[3:]
    clock = (int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0").ljust(6, "0")[:6]))
    return datetime(int(year), int(month), int(day), *clock, tzinfo=_zone(zone))


def _zone(text: str | None) -> timezone | None:
    if text is None or text in ("Z", "UTC"):
        return UTC if text else None
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _counted(text: str) -> datetime | None:
    if _SECONDS.fullmatch(text):
        return EPOCH + timedelta(seconds=float(text))
    if _MILLISECONDS.fullmatch(text):
        return EPOCH + timedelta(milliseconds=int(text))
    return None
