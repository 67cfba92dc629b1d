"""Registers going out: the same typed rows that came in, so that what goes out can be brought again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shanhai.core import access, masking, signs
from shanhai.core.models import Member, Pairing
from shanhai.core.printing import lists, making
from shanhai.core.sheets import units
from shanhai.core.sheets.cells import MASK, clean_text, neutralise
from shanhai.core.sheets.columns import Column, Register
from shanhai.core.sheets.units import Unit
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.kernel.text import plain_decimal

Form = Literal["xlsx", "csv", "docx", "pdf"]
MEDIA_TYPES: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    **making.MEDIA_TYPES,
}
# Excel keeps 15 digits of a number; what is longer goes out as text and loses none.
_DIGITS_OF_A_NUMBER = 15
_FEN, _YUAN = Unit("分", "money", Fraction(1)), Unit("元", "money", Fraction(100))


def export(
    register: Register,
    target: BinaryIO,
    form: str = "xlsx",
    *,
    member: Member | None,
    pairing: Pairing | None = None,
    machine: bool = False,
    bom: bool = True,
    **filters: Any,
) -> int:
    """Write a register's rows in key order; docx and pdf are lists to read and print, of at most 2,000 rows.

    Parameters
    ----------
    member
        Who reads: columns that the member may not read say ``***``; those that are masked by rule and go out to
        somebody who may read them are journalled. None sees all.
    machine
        Headings are column names and numbers stand in base units, as in a zone folder; else headings are in the
        reader's language with units.
    bom
        Whether a CSV file begins with the mark by which Excel knows UTF-8.

    Returns
    -------
    int
        How many rows.
    """
    access.check(member, register.access, pairing_id=pairing.pk if pairing else None)
    rows = signs.call(register.rows)(member, pairing, **filters)
    table = _Table(register, member, pairing, is_machine=machine)
    keys: list[str] = []
    if table.in_clear and member is not None:
        rows = _noting_keys(rows, register, keys)
    if form == "csv":
        n = table.to_csv(rows, target, bom=bom)
    elif form == "xlsx":
        n = table.to_xlsx(rows, target)
    elif form in making.MEDIA_TYPES:
        n = lists.write(register, table, rows, target, making.check_form(form), pairing)
    else:
        raise NotFound(
            "sheets.no_such_form",
            gettext_noop("Tables go out as xlsx, csv, docx or pdf, not as {form}. Ask for one of them."),
            form=form,
        )
    if table.in_clear and member is not None:
        masking.export_masked(register, table.in_clear, n=n, keys=keys, pairing=pairing, by=member)
    return n


# So many rows of a file are named on the record when masked columns go out in it; beyond them stands the number.
_NAMED_ROWS = 500


def _noting_keys(
    rows: Iterable[Mapping[str, Any]], register: Register, keys: list[str]
) -> Iterator[Mapping[str, Any]]:
    """The rows as they come, their first keys noted on the way."""
    for row in rows:
        if len(keys) < _NAMED_ROWS:
            keys.append(register.key_of(row))
        yield row


def export_file(register: Register, path: Path, *, by: Member | None, pairing: Pairing | None = None) -> int:
    """Write a register to a file of a zone folder, in the machine form, as ``by`` may read it."""
    with path.open("wb") as target:
        return export(
            register,
            target,
            path.suffix.lstrip("."),
            member=by,
            pairing=pairing,
            machine=True,
            bom=False,
        )


class _Table:
    def __init__(
        self, register: Register, member: Member | None, pairing: Pairing | None, *, is_machine: bool
    ) -> None:
        self.register = register
        self.is_machine = is_machine
        self.columns = register.columns
        pairing_id = pairing.pk if pairing else None
        self._masked = frozenset(
            column.name
            for column in register.columns
            if column.access and not access.may(member, column.access, pairing_id=pairing_id)
        )
        self.in_clear = tuple(
            column for column in masking.masked_columns(register) if column.name not in self._masked
        )

    def headings(self) -> list[str]:
        """The first row."""
        return [column.name if self.is_machine else column.heading_with_unit for column in self.columns]

    def cells(self, row: Mapping[str, Any]) -> Iterator[Any]:
        """The cells of a row as numbers, dates, text or None."""
        for column in self.columns:
            yield MASK if column.name in self._masked else self._cell(column, row.get(column.name))

    def _cell(self, column: Column, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return ("true" if value else "false") if self.is_machine else (_("yes") if value else _("no"))
        if column.type == "choice":
            return neutralise(value if self.is_machine else column.choice(value))
        if column.type == "fen" and not (self.is_machine and column.name.endswith("_fen")):
            return _number(from_fen(column, value))
        if isinstance(value, int | Decimal):
            return _number(value)
        return value if isinstance(value, date) else neutralise(clean_text(str(value)))

    def to_csv(self, rows: Iterable[Mapping[str, Any]], target: BinaryIO, *, bom: bool) -> int:
        """Write CSV; gives the number of rows."""
        text = io.TextIOWrapper(target, "utf-8-sig" if bom else "utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n" if self.is_machine else "\r\n")
        writer.writerow(self.headings())
        n = 0
        for row in rows:
            writer.writerow("" if cell is None else _plain(cell) for cell in self.cells(row))
            n += 1
        text.flush()
        text.detach()
        return n

    def to_xlsx(self, rows: Iterable[Mapping[str, Any]], target: BinaryIO) -> int:
        """Write a workbook of one sheet; gives the number of rows."""
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        n = fill_sheet(book, _sheet_name(self.register), self, rows)
        book.save(target)
        return n


def fill_sheet(book: Any, title: str, table: _Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write one register as a sheet of a workbook that is only written."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _width(column)
    heads = []
    for heading in table.headings():
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(bold=True)
        heads.append(cell)
    sheet.append(heads)
    n = 0
    for row in rows:
        n += 1
        sheet.append([_for_sheet(sheet, cell) for cell in table.cells(row)])
    return n


def _for_sheet(sheet: Any, cell: Any) -> Any:
    if isinstance(cell, date):
        from openpyxl.cell import WriteOnlyCell

        dated = WriteOnlyCell(sheet, cell)
        dated.number_format = "yyyy-mm-dd"
        return dated
    return cell


def _plain(cell: Any) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return plain_decimal(cell) if isinstance(cell, Decimal) else str(cell)


def _unit(column: Column) -> Unit | None:
    return units.find(column.unit_shown) if column.unit_shown else None


def from_fen(column: Column, fen: int) -> Decimal:
    """An amount in the unit of its column; a unit of money is a power of ten of a fen, so this is exact."""
    return _shortest(units.convert(Decimal(fen), _FEN, _unit(column) or _YUAN))


def _shortest(value: Decimal) -> Decimal:
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _number(value: int | Decimal) -> Any:
    # Zeros behind the point are no digits: 391000000000.0000 is a number like any other.
    value = _shortest(value) if isinstance(value, Decimal) else value
    digits = len(Decimal(value).as_tuple().digits)
    return (
        value if digits <= _DIGITS_OF_A_NUMBER else format(value, "f" if isinstance(value, Decimal) else "d")
    )


def _sheet_name(register: Register) -> str:
    """At most 31 characters, without those that Excel refuses."""
    return "".join(" " if c in r"[]:*?/\'" else c for c in register.name)[:31]


def _width(column: Column) -> float:
    by_type = {
        "date": 12,
        "bool": 8,
        "int": 10,
        "decimal": 12,
        "percent": 10,
        "mu": 12,
        "fen": 14,
        "choice": 14,
    }
    wanted = by_type.get(column.type, min(12 + column.max_length / 8, 40))
    # A Chinese character is about two wide.
    heading = sum(2 if ord(c) > 0x2E80 else 1 for c in column.heading_with_unit)
    return max(wanted, heading + 2)


# An empty workbook to fill in


def template(register: Register, target: BinaryIO) -> None:
    """Write an empty workbook with headings, lists of choices and a sheet of hints."""
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(register)
    sheet.freeze_panes = "A2"
    lists = book.create_sheet(_("Lists"))
    for index, column in enumerate(register.columns, start=1):
        letter = get_column_letter(index)
        head = sheet.cell(1, index, column.heading_with_unit)
        head.font = Font(bold=True)
        if column.required or column.key:
            head.fill = PatternFill("solid", fgColor="DCEBEC")
        elif column.is_output or column.is_by_action:
            head.font = Font(color="6B7280", italic=True)
        sheet.column_dimensions[letter].width = _width(column)
        if column.type in ("code", "ref", "text"):
            sheet.column_dimensions[letter].number_format = "@"
        if column.type == "date":
            sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
        words = [] if column.is_output else _choice_words(column)
        if words:
            for row, word in enumerate(words, start=1):
                lists.cell(row, index, word)
            allowed = DataValidation(
                type="list", formula1=f"'{lists.title}'!${letter}$1:${letter}${len(words)}", allow_blank=True
            )
            allowed.showErrorMessage = True
            allowed.error = _("Choose one of the list.")
            sheet.add_data_validation(allowed)
            allowed.add(f"{letter}2:{letter}{5000}")
    lists.sheet_state = "hidden"
    _write_hints(book, register)
    book.save(target)


def _choice_words(column: Column) -> list[str]:
    if column.type == "bool":
        return [_("yes"), _("no")]
    is_zh = (get_language() or "").startswith("zh")
    return [zh if is_zh else en for _value, en, zh in column.choices]


def _write_hints(book: Any, register: Register) -> None:
    from openpyxl.styles import Alignment, Font

    hints = book.create_sheet(_("Hints"))
    hints.append([_("Column"), _("What belongs there"), _("Must be filled")])
    for cell in hints[1]:
        cell.font = Font(bold=True)
    for column in register.columns:
        hints.append(
            [column.heading_with_unit, hint(column), _("yes") if column.required or column.key else ""]
        )
    hints.append([])
    for line in (
        _("One row per line; rows are told apart by: {columns}.").format(
            columns=", ".join(column.heading for column in register.keys)
        ),
        _("A row that is already there is changed; what it lacks here stays as it is."),
        _("At most 100,000 rows. Nothing is written before you have seen what will change."),
    ):
        hints.append([line])
    for letter, width in (("A", 30), ("B", 70), ("C", 16)):
        hints.column_dimensions[letter].width = width
    for row in hints.iter_rows(min_row=2, max_col=2):
        row[1].alignment = Alignment(wrap_text=True)


def hint(column: Column) -> str:
    """What belongs in a column, in a sentence of the reader's language."""
    if column.is_output:
        return _("Nothing: the platform works it out, and what stands here is not read.")
    if column.is_by_action:
        return _("Nothing, or what stood there: it is set by what is done on the page of the record.")
    if column.type == "ref":
        target: Register | None = signs.registers.get(column.ref)
        return _("The key of a row of {register}.").format(register=target.name if target else column.ref)
    if column.choices:
        return _("One of: {choices}.").format(choices=", ".join(_choice_words(column)))
    by_form = {
        "region": _("A region code of 6, 9 or 12 digits."),
        "credit": _("A unified social credit code of 18 characters."),
        "project": _("An investment project code of 24 characters."),
    }
    by_type = {
        "text": _("Text of at most {n} characters.").format(n=column.max_length),
        "code": _("A code of at most {n} characters, as text.").format(n=column.max_length),
        "int": _("A whole number."),
        "decimal": _("A number."),
        "percent": _("A share in percent: 12.5 for 12.5 %."),
        "fen": _("An amount in {unit}. Another unit may stand in the heading.").format(
            unit=column.unit_shown
        ),
        "mu": _("An area in {unit}. Another unit may stand in the heading.").format(unit=column.unit_shown),
        "date": _("A date: 2018-08-16."),
        "bool": _("yes or no.") if column.required else _("yes or no; empty is no."),
    }
    return by_form.get(column.form) or by_type[column.type]


Refused = Sequence[tuple[int, Mapping[str, Any], Sequence[Mapping[str, Any]]]]


def refused_rows(tables: Sequence[tuple[Register, str, Refused]], target: BinaryIO) -> None:
    """Write refused rows as a workbook to correct and bring again: their cells, and what is wrong with each.

    Parameters
    ----------
    tables
        For each sheet the register, how the sheet is called ("" as the register), and its rows: (row in the file,
        values as staged, problems with ``say`` done as ``why``).
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for register, title, rows in tables:
        sheet = book.create_sheet(_free_title(book, title or _sheet_name(register)))
        _write_refused(sheet, register, rows)
    book.save(target)


def _free_title(book: Any, title: str) -> str:
    """A sheet's name as Excel allows it, numbered where it is taken."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", title)[:28] or "1"
    taken = {name.casefold() for name in book.sheetnames}
    if plain.casefold() not in taken:
        return plain
    return next(name for n in count(2) if (name := f"{plain} {n}").casefold() not in taken)


def _write_refused(sheet: Any, register: Register, rows: Refused) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    by_name = {column.name: index for index, column in enumerate(register.columns, start=1)}
    table = _Table(register, None, None, is_machine=False)
    for index, heading in enumerate(table.headings(), start=1):
        sheet.cell(1, index, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(index)].width = _width(register.columns[index - 1])
    last = len(register.columns) + 1
    sheet.cell(1, last, _("What is wrong")).font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(last)].width = 70
    for number, (row, values, problems) in enumerate(rows, start=2):
        for index, cell in enumerate(table.cells(values), start=1):
            _put(sheet, number, index, cell)
        for problem in problems:
            place = by_name.get(problem["column"])
            if place is not None:
                marked = _put(sheet, number, place, neutralise(problem["cell"]) or None)
                marked.fill = PatternFill("solid", fgColor="F9DEDC")
                marked.comment = Comment(problem["why"], "Shanhai")
        why = "; ".join(problem["why"] for problem in problems)
        sheet.cell(number, last, _("Row {row}: {why}").format(row=row, why=why))


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    cell = sheet.cell(row, column, value)
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell
