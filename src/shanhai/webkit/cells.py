"""A column of a list, and how its cells are written.

Written in Python, not by a template per cell: a list of a hundred rows is the page that everybody opens, and it must
cost little more than a bare one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape as escape_text
from operator import attrgetter
from typing import Any, Literal
from urllib.parse import quote

from django.conf import settings
from django.urls import get_script_prefix, reverse

from shanhai.webkit import words
from shanhai.webkit.words import Words

Kind = Literal[
    "text", "code", "link", "number", "mu", "money_fen", "percent", "date", "moment", "due", "status", "side", "bar", "html",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Parameters
    ----------
    name
        Attribute of the row, and the name in the address (``?sort=name``).
    value
        Attribute path or function of the row, where it is not ``name``. ``status`` takes (code, word), ``side`` takes
        (side, name) or a party, ``bar`` takes (value, maximum, tick), ``html`` a SafeString.
    sort
        Model fields by which the head sorts, ascending. ``index`` is the index of ``Meta`` that carries them.
    stack
        What the cell does on the phone: full (a line of its own), push (to the right), grow, hide-s.
    """

    name: str
    heading: Words
    kind: Kind = "text"
    value: str | Callable[[Any], Any] = ""
    href: Callable[[Any], str] | None = None
    sort: tuple[str, ...] = ()
    index: str = ""
    stack: str = ""
    second: Callable[[Any], Any] | None = None  # a second, paler line
    digits: int | None = None
    phone_heading: bool = False  # say the heading before the value on the phone


RIGHT = {"number", "mu", "money_fen", "percent"}


def escape(value: Any) -> str:
    """Text that is safe in a page; what is markup already stays. Django's own goes a longer way for lazy texts."""
    if hasattr(value, "__html__"):
        return value.__html__()
    return escape_text(str(value))


def getter(column: Column) -> Callable[[Any], Any]:
    """What reads a column's value of a row."""
    if callable(column.value):
        return column.value
    path = (column.value or column.name).replace("__", ".").split(".")
    if len(path) == 1:
        name = path[0]
        return lambda row: getattr(row, name)

    def follow(row: Any) -> Any:
        for part in path:
            row = getattr(row, part, None)
        return row

    return follow


def cell_writer(column: Column) -> Callable[[Any], str]:
    """What writes one column's cells: all that is the same in each of them is found out once a page."""
    get, href, second = getter(column), column.href, column.second
    by_kind = _WRITE[column.kind]

    def written(value: Any) -> str:
        return by_kind(value, column)

    write: Callable[[Any], str] = cache(written) if column.kind in _REPEATED else written
    classes = (column.stack, "n" if column.kind in RIGHT else "", _CSS.get(column.kind, ""))
    css = " ".join(part for part in classes if part)
    opening = f'<td class="{css}"' if css else "<td"
    if column.phone_heading:
        opening += f' data-h="{escape(column.heading)}"'

    def cell(row: Any) -> str:
        text = write(get(row))
        if href is not None:
            url = href(row)
            if url:
                text = f'<a class="q" href="{escape(url)}">{text}</a>'
        if second is not None:
            below = second(row)
            if below not in (None, ""):
                text += f'<span class="t2">{escape(below)}</span>'
        return f"{opening}>{text}</td>"

    return cell


def link(url_name: str, attribute: str = "pk") -> Callable[[Any], str]:
    """For ``Column.href``: the address of a row's page. Its pattern is looked up once, not for each row."""
    get = attrgetter(attribute)

    def address(row: Any) -> str:
        before, after = _around_key(url_name, settings.ROOT_URLCONF, get_script_prefix())
        return f"{before}{quote(str(get(row)), safe=_SAFE)}{after}"

    return address


# What Django leaves as it is in a part of an address.
_SAFE = "!$&'()*+,;=/~:@"
# Fits every kind of key: number, slug and text.
_SOME_KEY = "4815162342"


@lru_cache(maxsize=100)
def _around_key(url_name: str, urlconf: str, prefix: str) -> tuple[str, str]:
    before, _key, after = reverse(url_name, args=[_SOME_KEY]).rpartition(_SOME_KEY)
    return before, after


# A hundred rows share a few days, and working days are counted for each: written once a page and day.
_REPEATED = {"date", "due"}
_ZERO = f'<span class="z">{words.NOTHING}</span>'
_CSS = {"date": "nw", "moment": "nw", "status": "nw", "due": "nw", "code": "nw", "link": "b"}


def _text(value: Any, column: Column) -> str:
    return "" if value is None else escape(value)


def _code(value: Any, column: Column) -> str:
    return f'<span class="code">{escape(value)}</span>' if value not in (None, "") else ""


def _number(value: Any, column: Column) -> str:
    return words.num(value, column.digits) if value else _ZERO


def _mu(value: Any, column: Column) -> str:
    return words.num(value, 2 if column.digits is None else column.digits) if value else _ZERO


def _money(value: Any, column: Column) -> str:
    if not value:
        return _ZERO
    return f'<span class="amt" title="{escape(words.yuan_exact(value))}">{escape(words.yuan(value))}</span>'


def _percent(value: Any, column: Column) -> str:
    return words.percent(value, column.digits or 0) if value is not None else _ZERO


def _date(value: date | None, column: Column) -> str:
    return words.day(value) if value else _ZERO


def _moment(value: datetime | None, column: Column) -> str:
    return words.moment(value) if value else _ZERO


def _due(value: Any, column: Column) -> str:
    from shanhai.webkit.templatetags.shanhai import due

    if isinstance(value, tuple):
        return due(value[0], done=value[1])
    return due(value)


def _status(value: Any, column: Column) -> str:
    from shanhai.webkit.templatetags.shanhai import status

    if not value:
        return ""
    return status(value) if isinstance(value, str) else status(*value)


def _side(value: Any, column: Column) -> str:
    from shanhai.webkit.templatetags.shanhai import side_mark

    if not value:
        return ""
    return side_mark(*value) if isinstance(value, tuple) else side_mark(value)


def _bar(value: Any, column: Column) -> str:
    from shanhai.webkit.templatetags.shanhai import rowbar

    if not value or value[0] is None:
        return _ZERO
    number, maximum, tick = (*value, None)[:3]
    return rowbar(number, maximum, tick, words.num(number, column.digits))


def _html(value: Any, column: Column) -> str:
    return escape(value) if value is not None else ""


_WRITE: dict[str, Callable[[Any, Column], str]] = {
    "text": _text,
    "code": _code,
    "link": _text,
    "number": _number,
    "mu": _mu,
    "money_fen": _money,
    "percent": _percent,
    "date": _date,
    "moment": _moment,
    "due": _due,
    "status": _status,
    "side": _side,
    "bar": _bar,
    "html": _html,
}
