"""One way to write each kind of value, in the reader's language: plain text, for pages, files and sentences.

Money comes in as integer fen and is never a float on the way: scaling and rounding are integer arithmetic.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext

from shanhai.core import clock, days
from shanhai.kernel import workdays

NOTHING = days.NOTHING


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")


# --- numbers ---------------------------------------------------------------------------------------------------------


def num(value: int | Decimal | float | str | None, digits: int | None = None) -> str:
    """A number with thousands separators; decimals as given, or rounded half up to ``digits``.

    Examples
    --------
    >>> num(1234567), num(Decimal("38.60")), num(Decimal("0.125"), 2), num(-3), num(None)
    ('1,234,567', '38.6', '0.13', '-3', '–')
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        raise TypeError("A yes or no is not a number; write it as a status.")
    if isinstance(value, int) and not digits:
        return f"{value:,}"
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if digits is not None:
        return f"{number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,f}"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mu(value: Decimal | int | None) -> str:
    """Land in mu, at most two decimals, with its unit."""
    if value is None:
        return NOTHING
    text = num(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))
    return f"{text}亩" if is_chinese() else f"{text} mu"


def percent(ratio: Decimal | int | float | None, digits: int = 0) -> str:
    """A ratio as a percentage: 0.71 is "71 %", in Chinese "71%"."""
    if ratio is None:
        return NOTHING
    text = num(Decimal(str(ratio)) * 100, digits)
    return f"{text}%" if is_chinese() else f"{text} %"


def _scaled(fen: int, unit_fen: int, digits: int) -> str:
    """``fen`` in units of ``unit_fen``, rounded half away from zero: integers only."""
    steps = 10**digits
    whole = (abs(fen) * steps * 2 + unit_fen) // (unit_fen * 2)
    text = f"{whole // steps:,}"
    if digits:
        text += f".{whole % steps:0{digits}d}"
    return f"-{text}" if fen < 0 and whole else text


def _fen(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"Money is given in whole fen, not as {type(value).__name__}.")
    return value


YUAN = 100
WAN = 10_000 * YUAN
MILLION = 1_000_000 * YUAN
YI = 100_000_000 * YUAN
BILLION = 1_000_000_000 * YUAN


def yuan(fen: int | None) -> str:
    """Money as people say it: Chinese 万元 below 1 亿, else 亿元; English millions of yuan.

    Examples
    --------
    >>> from django.utils.translation import override
    >>> with override("zh-hans"): print(yuan(510_423_618), yuan(12_400_000_000), yuan(95_000))
    510.4万元 1.24亿元 950元
    >>> with override("en"): print(yuan(510_423_618), "|", yuan(12_400_000_000_000), "|", yuan(9_500_000))
    5.1 m yuan | 124.00 bn yuan | 95,000 yuan
    """
    if fen is None:
        return NOTHING
    fen = _fen(fen)
    size = abs(fen)
    if is_chinese():
        # Just below a step the rounding would show "10,000万元"; it is the next unit from there on.
        if size >= YI - WAN // 20:
            return _scaled(fen, YI, 2) + "亿元"
        if size >= WAN:
            return _scaled(fen, WAN, 1).removesuffix(".0") + "万元"
        return _scaled(fen, YUAN, 0 if size % YUAN == 0 else 2) + "元"
    if size >= BILLION - MILLION // 20:
        return _scaled(fen, BILLION, 2) + " bn yuan"
    if size >= MILLION - 5_000_000 // 2:
        return _scaled(fen, MILLION, 1) + " m yuan"
    return _scaled(fen, YUAN, 0 if size % YUAN == 0 or size >= WAN else 2) + " yuan"


def yuan_exact(fen: int | None) -> str:
    """Money to the fen: "5,104,236.18 yuan", 5,104,236.18元."""
    if fen is None:
        return NOTHING
    text = _scaled(_fen(fen), YUAN, 2)
    return f"{text}元" if is_chinese() else f"{text} yuan"


# --- days and instants -----------------------------------------------------------------------------------------------


# Core says them in its own sentences too, so they stand there.
weekday, day, month, clock_time = days.weekday, days.day, days.month, days.clock_time


def moment(at: datetime | None) -> str:
    """An instant as short as can be: 08:52 today, Fri 17:58 within six days back, else 12 Sep 08:52."""
    if at is None:
        return NOTHING
    wall = clock.local(at)
    back = (clock.today() - wall.date()).days
    if back == 0:
        return f"{wall:%H:%M}"
    if 0 < back < 7:
        return f"{weekday(wall.date())}{'' if is_chinese() else ' '}{wall:%H:%M}"
    return f"{day(wall.date())} {wall:%H:%M}"


def calendar() -> workdays.Calendar:
    """The calendar of working days with the notices loaded here."""
    from shanhai.core import calendar as core_calendar

    return core_calendar.calendar()


def slack_days(due: date) -> int:
    """Working days from today to the deadline: negative when it has passed.

    A deadline that passed over a weekend is late by at least one day, else "0" would read as today.
    """
    today = clock.today()
    days = calendar().count(today, due)
    if due < today and days == 0:
        return -1
    return days


def slack(due: date | None) -> str:
    """The slack of a deadline in words: "3 wd late", "Today", "2 wd left"; 超期3个工作日."""
    if due is None:
        return NOTHING
    today = clock.today()
    if due == today:
        return pgettext("deadline", "Today")
    days = slack_days(due)
    if due < today:
        return ngettext("%(n)s wd late", "%(n)s wd late", -days) % {"n": num(-days)}
    if days == 0:
        # Due on a day off before the next working day.
        return pgettext("deadline", "Before the next working day")
    return ngettext("%(n)s wd left", "%(n)s wd left", days) % {"n": num(days)}


def urgency(due: date | None) -> str:
    """``late``, ``now`` (today, or at most one working day left) or ``""``."""
    if due is None:
        return ""
    today = clock.today()
    if due < today:
        return "late"
    return "now" if slack_days(due) <= 1 else ""


def percent_of(part: Decimal | int | None, whole: Decimal | int | None) -> int:
    """``part`` as whole percent of ``whole``, 0 for nothing, at most 125 so that a bar stays on its track."""
    if part is None or not whole or part <= 0:
        return 0
    return min(125, int((Decimal(part) * 100 / Decimal(whole)).to_integral_value(ROUND_HALF_UP)))


Words = str | Promise


_BOTH = re.compile(r"(?P<zh>.*[\u4e00-\u9fff].*?) \((?P<en>[^\u4e00-\u9fff]*)\)(?P<rest>[^\u4e00-\u9fff]*)")


def one_language(text: str) -> str:
    """What is said as “中文 (English)” in the reader's language; a text of one language as it is."""
    both = _BOTH.fullmatch(text)
    if both is None:
        return text
    if is_chinese():
        return both["zh"]
    english = both["en"] + both["rest"]
    return english[:1].upper() + english[1:]


# Units as offices write them in Chinese, and what they are called in English; a unit that is not here stays as it is.
_UNITS = {
    "元/千瓦时": "yuan/kWh", "千瓦时": "kWh", "元/吨": "yuan/t", "元/立方米": "yuan/m³", "元/平方米": "yuan/m²", "元/亩": "yuan/mu",
    "万元/亩": "10,000 yuan/mu", "万元": "10,000 yuan", "元": "yuan", "亩": "mu", "吨标准煤": "tce", "吨": "t", "个百分点": "percentage points",
    "倍": "times", "年": "years", "人": "people",
}  # fmt: skip


def unit(text: str) -> str:
    """A unit in the reader's language."""
    return text if is_chinese() else _UNITS.get(text, text)
