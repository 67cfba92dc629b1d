"""The lines of a table in which headings stand: merged cells, headings one above the other, lines of units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from shanhai.core.sheets import cells, reading, units
from shanhai.core.sheets.cells import Raw
from shanhai.core.sheets.reading import Row
from shanhai.core.sheets.units import Unit

MAX_DEPTH = 3  # Lines that headings may take.
# What the column that only counts the rows is called.
NUMBERING = frozenset({"序号", "序", "no", "no.", "#", "№"})
_UNIT_LINE = re.compile(r"(?:单位|unit)\s*[::]\s*([^\s].*)$", re.IGNORECASE)


def fill_merges(window: list[Row], merges: Iterable[tuple[int, int, int, int]]) -> list[list[Raw]]:
    """The window with every merged range filled from its first cell."""
    by_number = {number: list(row) for number, row in window}
    for top, left, bottom, right in merges:
        if top not in by_number or right > reading.MAX_COLUMNS:
            continue
        source = by_number[top]
        value = source[left - 1] if len(source) >= left else None
        for number in range(top, min(bottom, top + MAX_DEPTH) + 1):
            row = by_number.get(number)
            if row is not None and value is not None:
                row.extend([None] * (right - len(row)))
                row[left - 1 : right] = [value] * (right - left + 1)
    return [by_number[number] for number, _ in window]


def is_unit_line(row: Sequence[Raw]) -> bool:
    """Whether a row says nothing but units."""
    texts = [text for raw in row if (text := cells.as_written(raw).strip())]
    return bool(texts) and all(units.find(units.plain(text).strip("()")) for text in texts)


def first_row(first: int, last: int, merges: Iterable[tuple[int, int, int, int]]) -> int:
    """Where the headings begin: cells merged downwards into their row belong to them."""
    return min([first, *(top for top, _, bottom, _ in merges if top < last <= bottom < top + MAX_DEPTH)])


def stacked(rows: Sequence[Sequence[Raw]]) -> list[list[str]]:
    """Per column the texts above one another, each once."""
    width = max(map(len, rows), default=0)
    stacked: list[list[str]] = []
    for index in range(width):
        texts: list[str] = []
        for row in rows:
            text = " ".join(cells.as_written(row[index]).split()) if index < len(row) else ""
            if text and text not in texts:
                texts.append(text)
        stacked.append(texts)
    return stacked


def units_of_titles(rows: Iterable[Row]) -> list[Unit]:
    """Units that a line above the table names for all of it: 单位：万元、亩."""
    found: list[Unit] = []
    for _, row in rows:
        for raw in row:
            match = _UNIT_LINE.search(units.plain(cells.as_written(raw)).strip("() "))
            if match:
                found += [unit for word in re.split(r"[、,;/\s]+", match[1]) if (unit := units.find(word))]
    return found
