"""The outline of a table that nobody has described yet: its headings, what stands below each, and its fixed rows.

``read_file`` runs in a child process: a file in, plain data out, never the database.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shanhai.core.sheets import cells, heading_rows, reading, units
from shanhai.core.sheets.cells import Raw, Unclear
from shanhai.core.sheets.columns import Column as Typed
from shanhai.core.sheets.reading import Row, Sheet
from shanhai.kernel.refusals import BadInput, gettext_noop

_WINDOW = 40  # Rows with something in them among which the headings stand.
_LOOKED_AT = 400  # Rows below the headings from which types are told.
_CODES = frozenset({"编号", "编码", "代码", "code", "行号"})
_TOTALS = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|total|sum)", re.IGNORECASE)
_WORDY = re.compile(
    r"备注|说明|名称|姓名|联系|地址|情况|内容|remark|note|name|contact|address", re.IGNORECASE
)
_DAYS = re.compile(r"日期|date", re.IGNORECASE)
# Brackets of half and of full width.
_BRACKETS = re.compile("[(\uff08\\[【〔]([^()\uff08\uff09\\[\\]【】〔〕]*)[)\uff09\\]】〕]")
_EDGES = " *·:\uff1a"
_TYPES_OF_KINDS = {"money": "fen", "land": "mu", "share": "percent", "count": "int", "weight": "decimal"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its heading names it, the unit written there, and the type that its cells have."""

    name: str
    unit: str
    type: str  # int, decimal, percent, fen, mu, date, text


@dataclass(frozen=True, slots=True)
class Outline:
    """What a table asks: a title above it, columns to fill, and the labels of its fixed rows with their codes ("")."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, str], ...]


def read_file(path: str) -> dict[str, Any]:
    """The outline of the first table of a workbook or CSV file, as plain data.

    Headings may stand on up to three lines with merged cells. A first column of labels with room beside them to be
    filled in gives the fixed rows; numbering and total rows are left out.

    Raises
    ------
    BadInput
        ``sheets.no_outline``: no row has two headings; what is wrong with the file as a whole.
    """
    with reading.open_tables(Path(path)) as sheets:
        for sheet in sheets:
            found = _outline(sheet)
            if found is not None:
                return asdict(found)
        names = ", ".join(sheet.name for sheet in sheets if sheet.name) or Path(path).name
    raise BadInput(
        "sheets.no_outline",
        gettext_noop(
            "No row of {sheets} has two headings side by side. Bring the table with its line of headings, one a column."
        ),
        sheets=names,
    )


def _outline(sheet: Sheet) -> Outline | None:
    taken: list[Row] = []
    for row in sheet.rows():
        taken.append(row)
        if len(taken) >= _WINDOW + _LOOKED_AT:
            break
    grid = heading_rows.fill_merges(taken[:_WINDOW], sheet.merges) + [cells_ for _, cells_ in taken[_WINDOW:]]
    span = _headings(taken, grid)
    if span is None:
        return None
    first, last = span
    names = ["·".join(texts) for texts in heading_rows.stacked(grid[first : last + 1])]
    body = [row for row in grid[last + 1 :] if not _is_total(row)]
    title = next((text for row in grid[:first] for text in _texts(row) if not units.find(text)), "")
    return _of(title, names, body, sheet.is_1904)


def _headings(taken: Sequence[Row], grid: Sequence[Sequence[Raw]]) -> tuple[int, int] | None:
    """First and last row of the headings: the first row with two texts side by side, and the lines that belong to it."""
    for index, row in enumerate(grid[:_WINDOW]):
        if len(set(_texts(row))) < 2 or any(isinstance(raw, int | float) for raw in row):
            continue
        last = index
        while last + 1 < min(len(grid), index + 3) and _goes_on(
            grid[last], grid[last + 1], taken[last + 1][1]
        ):
            last += 1
        return index, last
    return None


def _goes_on(above: Sequence[Raw], filled: Sequence[Raw], written: Sequence[Raw]) -> bool:
    """Whether a row is part of the headings above it: cells merged into it, cells it tells apart, or a line of units."""
    if heading_rows.is_unit_line(written):
        return True
    if any(isinstance(raw, int | float) for raw in filled):
        return False
    beside = [text for text in map(_text, above) if text]
    is_grouped = len(beside) > len(set(beside))
    from_above = sum(
        bool(_text(low)) and _text(low) == _text(high) for low, high in zip(filled, above, strict=False)
    )
    return is_grouped and from_above < len(beside) and len(set(_texts(filled))) >= len(set(beside))


def _of(title: str, names: Sequence[str], body: Sequence[Sequence[Raw]], is_1904: bool) -> Outline:
    columns: list[Column] = []
    labels: list[str] = []
    codes: list[str] = []
    for index, heading in enumerate(names):
        below = [row[index] if index < len(row) else None for row in body]
        name, word = _split(heading)
        plain = units.plain(name)
        if not heading or plain in heading_rows.NUMBERING:
            continue
        if plain in _CODES and not columns:
            codes = [_text(raw) for raw in below]
            continue
        if not columns and not labels and _are_labels(below):
            labels = [_text(raw) for raw in below]
            continue
        columns.append(Column(name, word, _type(name, units.find(word), below, is_1904)))
    rows = [(codes[n] if n < len(codes) else "", label) for n, label in enumerate(labels) if label]
    return Outline(title[:120], tuple(columns), tuple(rows))


def _are_labels(below: Sequence[Raw]) -> bool:
    """Whether the cells of a column name the rows: at least two texts, none twice, nothing that counts."""
    texts = [_text(raw) for raw in below if _text(raw)]
    has_figures = any(isinstance(raw, int | float) for raw in below)
    return len(texts) >= 2 and len(set(texts)) == len(texts) and not has_figures


def _type(heading: str, unit: units.Unit | None, below: Sequence[Raw], is_1904: bool) -> str:
    filled = [raw for raw in below if _text(raw)]
    if unit:
        likely = _TYPES_OF_KINDS[unit.kind]
    else:
        likely = "date" if _DAYS.search(heading) else "text" if _WORDY.search(heading) else ""
    if not filled:
        return likely or "decimal"
    tried = [likely] if likely else []
    return next(
        (
            t
            for t in [*tried, "int", "decimal", "date"]
            if all(_reads(t, raw, unit, is_1904) for raw in filled)
        ),
        "text",
    )


def _reads(type_: str, raw: Raw, unit: units.Unit | None, is_1904: bool) -> bool:
    if type_ == "date" and isinstance(raw, int | float):
        return False  # A bare number is a day only where the heading says so.
    try:
        cells.read(Typed(name="cell", en="Cell", zh="格", type=type_), raw, unit, is_1904=is_1904)  # type: ignore[arg-type]
    except Unclear:
        return False
    return True


def _split(heading: str) -> tuple[str, str]:
    """A heading as it is written without its unit, and the word of the unit: 税收（万元） is 税收 and 万元."""
    word = next((part for part in _BRACKETS.findall(heading) if units.find(part)), "")
    name = _BRACKETS.sub(lambda found: "" if units.find(found[1]) else found[0], heading)
    if not word and "·" in name and units.find(name.rpartition("·")[2]):
        name, _, word = name.rpartition("·")
    return name.strip(_EDGES) or heading, word


def _is_total(row: Sequence[Raw]) -> bool:
    return any(_TOTALS.match(text) for text in _texts(row)[:2])


def _texts(row: Sequence[Raw]) -> list[str]:
    return [text for raw in row if (text := _text(raw))]


def _text(raw: Raw) -> str:
    return " ".join(cells.as_written(raw).split())
