"""A list as a file of what it shows, for lists that no register stands behind: Excel, Word, PDF and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from shanhai.core import clock
from shanhai.webkit import downloads
from shanhai.webkit.cells import Column, getter

_CHUNK = 1000


def answer(name: str, columns: Sequence[Column], rows: Any, form: str) -> HttpResponse:
    """All rows with the columns of the page, a second line behind its first; amounts exact, in yuan.

    Columns of markup (buttons, marks) are left out: on paper they say nothing.
    """
    told = [column for column in columns if column.kind != "html"]
    cells = [_cell(column) for column in told]
    lines = ([cell(row) for cell in cells] for row in _chunked(rows))
    return downloads.table([str(column.heading) for column in told], lines, name, form)


def _chunked(rows: Any) -> Iterator[Any] | Iterable[Any]:
    return rows.iterator(chunk_size=_CHUNK) if hasattr(rows, "iterator") else rows


def _cell(column: Column) -> Callable[[Any], Any]:
    get, second, plain = getter(column), column.second, _PLAIN.get(column.kind, _text)

    def cell(row: Any) -> Any:
        said = plain(get(row))
        below = second(row) if second is not None else None
        return said if below in (None, "") else f"{said} · {below}"

    return cell


def _text(value: Any) -> Any:
    if value is None or isinstance(value, (int, Decimal)):
        return value
    return str(value)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _named(value: Any) -> str:
    """Of a status or a side its word; of a party its name."""
    if not value:
        return ""
    return str(value[1]) if isinstance(value, tuple) else str(getattr(value, "name", value))


def _moment(value: datetime | None) -> str:
    return f"{clock.local(value):%Y-%m-%d %H:%M}" if value else ""


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "date": _first,
    "due": _first,
    "bar": _first,
    "status": _named,
    "side": _named,
    "moment": _moment,
    "money_fen": lambda value: Decimal(value) / 100 if value is not None else None,
}
