"""A register as a list on paper: the same columns that go out to a spreadsheet, as far as they fit on a page on its side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import clock, days
from shanhai.core.models import Pairing
from shanhai.core.printing import making
from shanhai.core.printing.content import Block, Content
from shanhai.core.sheets.columns import Column, Register
from shanhai.kernel.refusals import TooLarge, gettext_noop
from shanhai.kernel.text import plain_decimal

# A paper of more rows nobody reads; a spreadsheet holds them.
MOST_ROWS = 2_000
# Characters of full width that stand beside one another in size 9 on 261 mm, less the edges of the cells.
_WIDTH = 74.0
_LEAST, _WHOLE, _MOST = 4.0, 9.5, 20.0
_NUMBERS = frozenset({"int", "decimal", "percent", "fen", "mu"})


class Table(Protocol):
    """What ``sheets.exporting`` knows of a table: masked cells, numbers in the units of their columns."""

    columns: tuple[Column, ...]

    def cells(self, row: Mapping[str, Any]) -> Iterable[Any]: ...


def write(
    register: Register,
    table: Table,
    rows: Iterable[Mapping[str, Any]],
    target: BinaryIO,
    form: making.Form,
    pairing: Pairing | None,
) -> int:
    """Write the rows of a register as a list; gives their number.

    Raises
    ------
    TooLarge
        ``core.list_too_long``
    """
    content, n, left_out = content_of(register.name, table.columns, (table.cells(row) for row in rows))
    target.write(making.paper(content, form, note=_note(pairing, n, left_out)))
    return n


def plain(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], form: making.Form) -> bytes:
    """Rows of a page that are no register, as a list on paper."""
    columns = [Column(f"c{n}", heading, heading, key=n == 0) for n, heading in enumerate(headings)]
    content, n, left_out = content_of(title, columns, rows)
    return making.paper(content, form, note=_note(None, n, left_out))


def content_of(
    title: str, columns: Sequence[Column], rows: Iterable[Iterable[Any]]
) -> tuple[Content, int, list[str]]:
    """A table as the content of a paper, the number of its rows, and the columns that do not fit."""
    found = [[_said(cell) for cell in row] for row in islice(rows, MOST_ROWS + 1)]
    if len(found) > MOST_ROWS:
        raise TooLarge(
            "core.list_too_long",
            gettext_noop(
                "A list on paper has at most {most} rows. Narrow it by its filters, or take it as Excel."
            ),
            most=MOST_ROWS,
        )
    shown, widths = fit(columns, found)
    block = Block(
        "table",
        heads=tuple(columns[index].heading_with_unit for index in shown),
        rows=tuple(tuple(row[index] for index in shown) for row in found),
        widths=tuple(widths),
        right=tuple(columns[index].type in _NUMBERS for index in shown),
    )
    left_out = [
        column.heading
        for index, column in enumerate(columns)
        if index not in shown and any(row[index] for row in found)
    ]
    return Content(title=title, shape="list", blocks=(block,)), len(found), left_out


def _note(pairing: Pairing | None, n: int, left_out: Sequence[str]) -> str:
    parts = [
        pairing.name if pairing is not None else "",
        _("as of {day}").format(day=making.said_day(clock.today())),
        ngettext("{n} row", "{n} rows", n).format(n=f"{n:,}"),
        _("not on this page for lack of room: {columns}").format(columns=", ".join(left_out))
        if left_out
        else "",
    ]
    return " · ".join(part for part in parts if part)


def fit(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> tuple[list[int], list[float]]:
    """Which columns stand on the page, and each one's share of its width.

    Keys come first, then the columns as they are declared; what is empty in all rows is left out, and what no longer
    fits beside the others.
    """
    filled = [i for i, column in enumerate(columns) if column.key or any(row[i] for row in rows)]
    wanted = {i: _wanted(columns[i], (row[i] for row in rows)) for i in filled}
    least = {i: _least(columns[i], wanted[i]) for i in filled}
    shown: list[int] = []
    for i in sorted(filled, key=lambda i: (not columns[i].key, i)):
        if sum(least[j] for j in shown) + least[i] <= _WIDTH:
            shown.append(i)
    shown.sort()
    total = sum(wanted[i] for i in shown) or 1.0
    spare = _WIDTH - sum(least[i] for i in shown)
    over = sum(wanted[i] - least[i] for i in shown)
    if total <= _WIDTH or not over:
        return shown, [wanted[i] / total for i in shown]
    return shown, [(least[i] + spare * (wanted[i] - least[i]) / over) / _WIDTH for i in shown]


def _least(column: Column, wanted: float) -> float:
    """Days, numbers and codes are not broken; text is, and its heading over two lines."""
    if column.type == "text":
        return min(wanted, max(_LEAST + 2, _width(column.heading_with_unit) / 2))
    return min(wanted, _WHOLE)


def _wanted(column: Column, cells: Iterable[str]) -> float:
    longest = max((_width(cell) for cell in cells), default=0.0)
    return min(_MOST, max(_LEAST, longest, _width(column.heading_with_unit) / 2)) + 0.6


def _width(said: str) -> float:
    return sum(1.0 if ord(character) > 0x2E80 else 0.55 for character in said)


def _said(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{days.day(cell.date(), 'year')} {cell:%H:%M}"
    if isinstance(cell, date):
        return days.day(cell, "year")
    if isinstance(cell, Decimal):
        return _grouped(plain_decimal(cell))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    # What spreadsheets take for a formula is no danger on paper.
    return str(cell)[1:] if str(cell).startswith(("'=", "'+", "'-", "'@")) else str(cell)


def _grouped(number: str) -> str:
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").isdigit() else number
