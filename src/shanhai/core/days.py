"""Days and instants as the office writes them, in the reader's language: for pages, and for sentences of core itself.

Programs and files take ISO 8601; people read 18 Sep and 9月18日.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from shanhai.core import clock

NOTHING = "–"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
# As facts of a sentence are kept: a day, a day with the time on the wall, or an instant.
_KEPT = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?")
_WITHIN = re.compile(r"(?<![\w-])(?:19|20)\d\d-\d\d-\d\d(?![\w-])")


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def weekday(on: date) -> str:
    """The short name of the day of the week."""
    return (_DAYS_ZH if _is_chinese() else _DAYS_EN)[on.weekday()]


def day(on: date | None, style: str = "") -> str:
    """A date: 18 Sep, 9月18日; with its year unless that is this year, or with ``style="year"`` always.

    ``style="weekday"`` puts the day of the week with it: Wed 13 Sep, 9月13日（周三）.
    """
    if on is None:
        return NOTHING
    if isinstance(on, datetime):
        on = clock.local(on).date()
    with_year = style == "year" or on.year != clock.today().year
    if _is_chinese():
        text = (f"{on.year}年" if with_year else "") + f"{on.month}月{on.day}日"
        return f"{text}（{weekday(on)}）" if style == "weekday" else text
    text = f"{on.day} {MONTHS[on.month - 1]}" + (f" {on.year}" if with_year else "")
    return f"{weekday(on)} {text}" if style == "weekday" else text


def month(on: date) -> str:
    """The month of a day as it heads a calendar: Sep, 9月."""
    return f"{on.month}月" if _is_chinese() else MONTHS[on.month - 1]


def clock_time(at: datetime | None) -> str:
    """The time of day on the wall in Shanghai: 14:30."""
    return NOTHING if at is None else f"{clock.local(at):%H:%M}"


def written(fact: Any) -> Any:
    """A fact of a sentence as a reader has it: days and instants, kept as such or as text; all else stays as it is."""
    if isinstance(fact, str):
        if not _KEPT.fullmatch(fact):
            return fact
        try:
            fact = datetime.fromisoformat(fact) if len(fact) > len("2023-09-18") else date.fromisoformat(fact)
        except ValueError:
            return fact
    if isinstance(fact, datetime):
        # What has no zone is the time on the wall.
        wall = fact if fact.tzinfo is None else clock.local(fact)
        return f"{day(wall.date())} {wall:%H:%M}"
    return day(fact) if isinstance(fact, date) else fact


def within(text: str) -> str:
    """A text of a record whose days are read by people: "Zhejiang Daily, 2018-08-16" as they write it."""
    return _WITHIN.sub(lambda found: str(written(found[0])), text)
