"""Wide workbooks written fast: plain cells, a bold head, frozen where the values begin.

A merged round has 200 rows of 2,000 cells. openpyxl takes six seconds for them, this takes half a second and needs no
child; what it writes are plain sheets of numbers and text, without the styles that exports of registers have.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO
from xml.sax.saxutils import escape

from shanhai.core.sheets.cells import neutralise


class Number(str):
    """A number as its plain text, which is written as it stands."""

    __slots__ = ()


Cell = str | Number | int | Decimal | None
# A cell of a spreadsheet takes no more characters, and keeps 15 digits of a number.
_MOST_TEXT = 32_000
_MOST_DIGITS = 15

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Style 1 is bold, for heads.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill '
    'patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
    '</cellStyleXfs><cellXfs count="2"><xf fontId="0"/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class WideSheet:
    """One sheet: heads, rows of cells, and how many columns stay when it is moved sideways."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    frozen: int = 0


def write(sheets: Sequence[WideSheet], target: BinaryIO) -> int:
    """Write a workbook; gives the number of rows below the heads."""
    n = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for number, sheet in enumerate(sheets, start=1):
            n += _write_sheet(book, f"xl/worksheets/sheet{number}.xml", sheet)
        book.writestr("xl/styles.xml", _STYLES)
        book.writestr("xl/workbook.xml", _workbook(sheets))
        book.writestr("xl/_rels/workbook.xml.rels", _relations_of(len(sheets)))
        book.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        book.writestr("[Content_Types].xml", _types(len(sheets)))
    return n


def _write_sheet(book: zipfile.ZipFile, part: str, sheet: WideSheet) -> int:
    n = 0
    with book.open(part, "w") as file:
        file.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_pane(sheet.frozen)}<sheetData>'.encode())
        file.write(_row(sheet.heads, " s='1'").encode())
        for row in sheet.rows:
            file.write(_row(row).encode())
            n += 1
        file.write(b"</sheetData></worksheet>")
    return n


def _pane(frozen: int) -> str:
    across = f'xSplit="{frozen}" ' if frozen else ""
    where = "bottomRight" if frozen else "bottomLeft"
    corner = f"{chr(65 + frozen)}2"
    return (
        f'<sheetViews><sheetView workbookViewId="0"><pane {across}ySplit="1" topLeftCell="{corner}" '
        f'activePane="{where}" state="frozen"/></sheetView></sheetViews>'
    )


def _row(cells: Sequence[Cell], style: str = "") -> str:
    return f"<row>{''.join([_cell(cell, style) for cell in cells])}</row>"


def _cell(cell: Cell, style: str) -> str:
    if type(cell) is Number and len(cell) <= _MOST_DIGITS:  # nearly all cells of a merged round
        return f"<c><v>{cell}</v></c>"
    if cell is None or cell == "":
        return f"<c{style}/>"
    if type(cell) is str:
        text = escape(_without_control(neutralise(cell))[:_MOST_TEXT])
        return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'
    number = format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    if len(number) > _MOST_DIGITS:
        return f'<c t="inlineStr"{style}><is><t>{number}</t></is></c>'
    return f"<c{style}><v>{number}</v></c>"


def _without_control(text: str) -> str:
    """XML has no place for control characters but line end and tab."""
    if text.isprintable():
        return text
    return "".join(character for character in text if character >= " " or character in "\n\t")


def _workbook(sheets: Sequence[WideSheet]) -> str:
    listed = "".join(
        f'<sheet name="{escape(name, {chr(34): ""})}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(_names(sheets), start=1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>'


def _names(sheets: Sequence[WideSheet]) -> list[str]:
    """At most 31 characters, without those that Excel refuses, and each once."""
    found: list[str] = []
    for number, sheet in enumerate(sheets, start=1):
        name = "".join(" " if c in r"[]:*?/\'" else c for c in sheet.name)[:31].strip() or f"Sheet{number}"
        found.append(name if name not in found else f"{name[:28]} {number}")
    return found


def _relations_of(n: int) -> str:
    kinds = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, n + 1)]
    return _relations([*kinds, ("styles", "styles.xml")])


def _relations(kinds: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{listed}</Relationships>'


def _types(n: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_KINDS}.worksheet+xml"/>'
        for number in range(1, n + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KINDS}.styles+xml"/>{sheets}</Types>'
    )
