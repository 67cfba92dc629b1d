"""Catalogues as files: YAML, JSON, a workbook of six sheets, or a CSV of items; nothing here needs the database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext

from shanhai.core import sentences
from shanhai.core.sheets import parsing, reading, staged
from shanhai.core.sheets.columns import Register
from shanhai.core.sheets.headings import Asked
from shanhai.core.sheets.loading import refusal_of
from shanhai.fields.approval import columns
from shanhai.fields.approval.rules import documents, profiles
from shanhai.fields.approval.rules.catalogue import Catalogue, as_plain, from_plain
from shanhai.kernel.refusals import BadInput, TooLarge, gettext_noop

_CODES = ("co", "advise", "after", "levers")
_SHOWN = 20


def catalogue_in(path: Path, name: str = "") -> Catalogue:
    """The catalogue in a file: judged by what it is, not by its name; ``name`` is what refusals call it.

    A CSV file, and a workbook without these sheets, take stages and departments from the library of the profiles.

    Raises
    ------
    BadInput, TooLarge
        What in which sheet, row or place is wrong.
    """
    name = name or path.name
    if path.stat().st_size > reading.MAX_BYTES:
        raise TooLarge(
            "approval.file_large",
            gettext_noop("{file} is larger than {most} bytes. A catalogue is far smaller; look what it is."),
            file=name,
            most=reading.MAX_BYTES,
        )
    if Path(name).suffix.casefold() in (".yaml", ".yml", ".json"):
        return documents.catalogue_of(_text_of(path, name))
    if reading.kind_of(path) == "csv":
        return catalogue_of_sheets(_tables(path, [columns.ITEMS], name))
    return catalogue_of_sheets(_tables(path, _sheets_there(path), name))


def _text_of(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding=reading.encoding_of(path))
    except UnicodeDecodeError:
        raise BadInput(
            "approval.file_text",
            gettext_noop("{file} is no text. Bring YAML, JSON, CSV or a workbook."),
            file=name,
        ) from None


def _sheets_there(path: Path) -> list[Register]:
    with reading.open_tables(path) as sheets:
        titles = {sheet.name.strip().casefold() for sheet in sheets}
    there = [one for one in columns.SHEETS if titles & {one.en.casefold(), one.zh}]
    return there if columns.ITEMS in there else [columns.ITEMS]


def _tables(path: Path, sheets: list[Register], name: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of sheets, by code of the sheet; one child reads all of them."""
    asked = [Asked(sheet.code, (sheet.zh, sheet.en), sheet.columns) for sheet in sheets]
    with tempfile.TemporaryDirectory() as folder:
        wanted = [(one, Path(folder) / one.code) for one in asked]
        found = parsing.read_tables(path, wanted)
        return {
            sheet.code: _rows(one, sheet, out, name)
            for one, sheet, (_asked, out) in zip(found, sheets, wanted, strict=True)
        }


def _rows(found: Mapping[str, Any], sheet: Register, out: Path, name: str) -> list[dict[str, Any]]:
    if found["refusal"]:
        if found["refusal"]["code"] == "sheets.no_rows":
            return []
        raise refusal_of(found["refusal"], file=name)
    if not found["is_mapped"]:
        raise BadInput(
            "approval.sheet_headings",
            gettext_noop(
                "{file}: the sheet {sheet} lacks a column that its rows are told apart by: {columns}. Add it."
            ),
            file=name,
            sheet=sheet.name,
            columns=", ".join(column.heading for column in sheet.keys),
        )
    return _values(staged.lines_of(out), sheet, name)


def _values(lines: Iterable[staged.Line], sheet: Register, name: str) -> list[dict[str, Any]]:
    rows, problems = [], []
    for number, _key, values, wrong in lines:
        rows.append(values)
        problems += [{**one, "row": number} for one in wrong]
    if problems:
        first = problems[0]
        raise BadInput(
            "approval.sheet_cells",
            gettext_noop(
                "{file}: {n} cells of the sheet {sheet} cannot be read, the first in row {row}, column {column}, “{cell}”: {said} "
                "Correct them and bring the file again."
            ),
            file=name,
            n=len(problems),
            sheet=sheet.name,
            row=first["row"],
            column=_heading(sheet, first["column"]),
            cell=str(first.get("cell", ""))[:40],
            said=_say(first),
            problems=problems[:_SHOWN],
        )
    return rows


def _heading(sheet: Register, column: str) -> str:
    return next((one.heading for one in sheet.columns if one.name == column), column)


def _say(problem: Mapping[str, Any]) -> str:
    facts = {"cell": problem.get("cell", ""), **problem.get("facts", {})}
    return sentences.said(problem["sentence"], facts)


def catalogue_of_sheets(sheets: Mapping[str, list[dict[str, Any]]]) -> Catalogue:
    """A catalogue from the rows of its sheets, by code of the sheet; what is missing comes from the library."""
    library = as_plain(profiles.profile(profiles.OWN))
    head = (sheets.get(columns.HEAD.code) or [{}])[0]
    data: dict[str, Any] = {name: value for name, value in library.items() if name != "items"}
    data |= {name: value for name, value in head.items() if value not in (None, "")}
    for sheet in (columns.STAGE_SHEET, columns.DEPARTMENTS):
        if sheets.get(sheet.code):
            data[sheet.file_stem] = [_told(row) for row in sheets[sheet.code]]
    data["limits"] = [
        _told(row) | {"stages": [int(one) for one in _words(row["stages"]) if one.isdecimal()]}
        for row in sheets.get(columns.LIMITS.code, [])
    ]
    papers: dict[str, list[dict[str, Any]]] = {}
    for row in sheets.get(columns.MATERIALS.code, []):
        papers.setdefault(row["item"], []).append({k: v for k, v in _told(row).items() if k != "item"})
    data["items"] = [_item(row, papers.pop(row["code"], [])) for row in sheets.get(columns.ITEMS.code, [])]
    if papers:
        raise BadInput(
            "approval.material_of_nothing",
            gettext_noop(
                "The sheet of materials names the item {item}, which the sheet of items does not have. "
                "Add the item, or take the row out."
            ),
            item=next(iter(papers)),
        )
    return from_plain(data)


def _item(row: Mapping[str, Any], papers: list[dict[str, Any]]) -> dict[str, Any]:
    told = _told(row) | {name: _words(row.get(name) or "") for name in _CODES}
    told["levers"] = [_lever(one) for one in told["levers"]]
    return told | {"materials": papers}


def _lever(word: str) -> str:
    return next((value for value, en, zh in columns.LEVERS if word in (value, zh, en.replace(" ", ""))), word)


def _words(text: Any) -> list[str]:
    """Codes in a cell: separated by spaces, commas or semicolons of either width."""
    for mark in ",，;；、":
        text = str(text).replace(mark, " ")
    return str(text).split()


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "")}


# -- out -----------------------------------------------------------------------------------------------------------


def sheets_of(catalogue: Catalogue) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet, by code of the sheet."""
    data = as_plain(catalogue)
    items = [
        {**one, **{name: ", ".join(one.get(name, ())) for name in _CODES}} for one in data.get("items", [])
    ]
    return {
        columns.HEAD.code: [data],
        columns.STAGE_SHEET.code: data.get("stages", []),
        columns.LIMITS.code: [
            {**one, "stages": " ".join(map(str, one["stages"]))} for one in data.get("limits", [])
        ],
        columns.DEPARTMENTS.code: data.get("departments", []),
        columns.ITEMS.code: items,
        columns.MATERIALS.code: [
            {"is_major": True, **paper, "item": item["code"]}
            for item in items
            for paper in item.get("materials", [])
        ],
    }


def write_workbook(catalogue: Catalogue, target: BinaryIO) -> None:
    """A workbook that ``catalogue_in`` reads as the same catalogue; headings in the reader's language."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    rows = sheets_of(catalogue)
    for sheet in columns.SHEETS:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        for at, column in enumerate(sheet.columns, 1):
            page.cell(1, at, column.heading).font = Font(bold=True)
            page.column_dimensions[get_column_letter(at)].width = max(
                12, min(40, 10 + column.max_length / 10)
            )
            if column.type in ("code", "text"):
                page.column_dimensions[get_column_letter(at)].number_format = "@"
        for n, row in enumerate(rows[sheet.code], 2):
            for at, column in enumerate(sheet.columns, 1):
                cell = page.cell(n, at, _cell(column, row.get(column.name)))
                cell.alignment = Alignment(vertical="top", wrap_text=column.max_length > 60)
    book.save(target)


def _cell(column: Any, value: Any) -> Any:
    from shanhai.core.sheets.cells import neutralise

    if value is None:
        return None
    if column.type == "bool":
        return gettext("yes") if value else gettext("no")
    if column.choices:
        return column.choice(value)
    return neutralise(value) if isinstance(value, str) else value


def write_file(catalogue: Catalogue, path: Path) -> None:
    """A catalogue into a file: a workbook by its ending, YAML otherwise."""
    if path.suffix.casefold() == ".xlsx":
        with path.open("wb") as file:
            write_workbook(catalogue, file)
    else:
        path.write_text(documents.yaml_of(catalogue), encoding="utf-8")
