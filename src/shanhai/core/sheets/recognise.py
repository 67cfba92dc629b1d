"""Find the table in a workbook as offices have them, and turn its rows into rows of a register.

``read_file`` runs in a child process: data in, a summary and a file of rows out, never the database.
"""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from shanhai.core.sheets import cells, reading, units
from shanhai.core.sheets.cells import MASKED, Raw, Unclear
from shanhai.core.sheets.columns import KEY_JOINT, Column, Cure, Problem
from shanhai.core.sheets.headings import (
    Asked,
    Header,
    Heading,
    choose_sheet,
    is_mapped,
    leave_outputs,
    refuse_unknown,
    squeezed,
)
from shanhai.core.sheets.reading import Row, Sheet
from shanhai.core.sheets.units import Unit
from shanhai.kernel.refusals import BadInput, Refused, TooLarge, gettext_noop

MAX_ROWS = 100_000

Progress = Callable[[int, int | None], None]


@dataclass(slots=True)
class Found:
    """What was recognised: the sheet, its headings, and what stands beside the rows."""

    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int = 0
    headings: list[Heading] = field(default_factory=list)
    n_rows: int = 0
    n_title: int = 0
    n_total: int = 0
    n_note: int = 0
    n_repeated: int = 0
    n_formulas: int = 0
    is_mapped: bool = True
    peak_mb: int = 0
    refusal: dict[str, Any] | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def read_file(path: str, asked: Asked, out: str, on_progress: Progress | None = None) -> dict[str, Any]:
    """Read a file for a register and write its rows to ``out``, one JSON line each.

    A line is ``[row, key, values, problems]``. A refusal of the file as a whole comes back in the summary.
    """
    found = Found()
    try:
        with reading.open_tables(Path(path)) as sheets, open(out, "w", encoding="utf-8") as file:
            _read(sheets, asked, found, file, on_progress)
    except Refused as refused:
        found.refusal = refusal_as_data(refused)
    except MemoryError:
        found.refusal = refusal_as_data(
            TooLarge(
                "sheets.too_much_memory",
                gettext_noop(
                    "The file needs more memory to open than is allowed. Copy the table alone into a new workbook."
                ),
            )
        )
    found.peak_mb = _peak_mb()
    return found.as_data()


def read_tables(
    path: str, wanted: Sequence[tuple[Asked, str]], on_progress: Progress | None = None
) -> list[dict[str, Any]]:
    """``read_file`` for several tables of one file."""
    return [read_file(path, asked, out, on_progress) for asked, out in wanted]


def refusal_as_data(refused: Refused) -> dict[str, Any]:
    """A refusal of a whole file, as an import keeps it."""
    return {"code": refused.code, "sentence": refused.sentence, "facts": refused.facts}


def _peak_mb() -> int:
    """The most memory that this process held. (``getrusage`` would count its parent's before the start.)"""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) // 1024
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _read(sheets: list[Sheet], asked: Asked, found: Found, out: Any, progress: Progress | None) -> None:
    found.sheets = [sheet.name for sheet in sheets]
    sheet, header = choose_sheet(sheets, asked)
    found.sheet, found.header_row, found.headings = sheet.name, header.last_row, header.headings
    found.n_title = header.n_above
    if asked.is_strict:
        refuse_unknown(asked, header)
    found.is_mapped = is_mapped(asked, header.headings)
    leave_outputs(asked, header)
    table = _Table(asked, sheet, header, found)
    for n, line in enumerate(table.lines(), start=1):
        if n > MAX_ROWS:
            raise TooLarge(
                "sheets.too_many_rows",
                gettext_noop(
                    "The table has more than {limit} rows; at most {limit} are read at once. Split the file."
                ),
                limit=MAX_ROWS,
            )
        found.n_rows = n
        out.write(line)
        out.write("\n")
        if progress is not None and n % 2000 == 0:
            progress(n, None)
    found.n_formulas = sheet.formulas
    if not found.n_rows:
        raise BadInput(
            "sheets.no_rows",
            gettext_noop(
                "Below the headings in row {row} stands no row. Fill in the table and bring it again."
            ),
            row=header.last_row,
        )


# The rows below


_TOTAL = re.compile(r"(?:.{0,12})?(?:合计|总计|小计|共计|累计|总和)(?:[((].*)?|(?:sub|grand)?total|sum")
_TOTAL_ALONE = re.compile(
    r"(?:本页|全市|全县|全区)?(?:合计|总计|小计|共计|累计|总和)|(?:sub|grand)?total|sum"
)
_NOTE = re.compile(
    r"(?:注|备注|说明|附注|填报人|填报单位|填表人|制表人?|制表单位|审核人?|负责人|单位负责人|联系人|note|notes|source|来源|资料来源)\d*[::.]"
)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A column of the register, and where in the file it stands."""

    column: Column
    index: int
    unit: Unit | None
    heading: Heading


class _Table:
    """The rows below the headings."""

    def __init__(self, asked: Asked, sheet: Sheet, header: Header, found: Found) -> None:
        self._sheet, self._found, self._is_strict = sheet, found, asked.is_strict
        self._after = header.last_row
        by_name = {column.name: column for column in asked.columns}
        self._taken = [
            _Taken(column, one.index, _unit_of(one, column, header.units_above), one)
            for one in header.headings
            if (column := by_name.get(one.column)) is not None
        ]
        self._keys = [taken for taken in self._taken if taken.column.key]
        self._headings = {one.index: one.text for one in header.headings}
        self._by_index = {one.index: one for one in header.headings}
        self._first_of_key: dict[str, int] = {}
        self._first_of: dict[str, dict[Any, int]] = {
            taken.column.name: {} for taken in self._taken if taken.column.is_unique
        }

    def lines(self) -> Iterator[str]:
        """One JSON line per row that is neither blank nor a total, a note or the headings again."""
        for number, row in self._rows():
            if self._is_left_out(row):
                continue
            self._give_examples(row)
            key, values, problems = self._convert(number, row)
            yield json.dumps([number, key, values, problems], ensure_ascii=False, separators=(",", ":"))

    def _rows(self) -> Iterator[Row]:
        fills = _fills_down(self._sheet.merges, self._after)
        carried: dict[int, tuple[Raw, int]] = {}
        for number, row in self._sheet.rows():
            if number <= self._after:
                continue
            for index, (value, bottom) in list(carried.items()):
                if number > bottom:
                    del carried[index]
                elif index >= len(row) or row[index] is None:
                    row.extend([None] * (index + 1 - len(row)))
                    row[index] = value
            for index, bottom in fills.get(number, ()):
                if index < len(row):
                    carried[index] = (row[index], bottom)
            yield number, row

    def _is_left_out(self, row: list[Raw]) -> bool:
        texts = [
            (index, cells.as_written(raw).strip()) for index, raw in enumerate(row[:8]) if raw is not None
        ]
        texts = [(index, text) for index, text in texts if text]
        if not texts:
            # Spaces only, or something far to the right of the table.
            return not any(
                taken.index < len(row) and cells.as_written(row[taken.index]).strip() for taken in self._taken
            )
        index, first = texts[0]
        if (
            self._headings.get(index)
            and squeezed(first) == squeezed(self._headings[index])
            and self._repeats(row)
        ):
            self._found.n_repeated += 1
            return True
        word = squeezed(first)
        if _TOTAL_ALONE.fullmatch(word) or (_TOTAL.fullmatch(word) and self._has_no_key(row, index)):
            self._found.n_total += 1
            return True
        if _NOTE.match(units.plain(first)) and (len(texts) <= 2 or self._has_no_key(row, index)):
            self._found.n_note += 1
            return True
        return False

    def _repeats(self, row: list[Raw]) -> bool:
        same = sum(
            squeezed(cells.as_written(row[taken.index])) == squeezed(taken.heading.text)
            for taken in self._taken
            if taken.index < len(row)
        )
        return same * 2 > len(self._taken)

    def _has_no_key(self, row: list[Raw], but: int) -> bool:
        return not any(
            taken.index < len(row) and row[taken.index] is not None and taken.index != but
            for taken in self._keys
        )

    def _give_examples(self, row: list[Raw]) -> None:
        if self._found.n_rows < 3:
            for index, heading in self._by_index.items():
                if index < len(row) and row[index] is not None:
                    heading.examples.append(cells.as_written(row[index])[:40])

    def _convert(self, number: int, row: list[Raw]) -> tuple[str, dict[str, Any], list[dict[str, Any]]]:
        values: dict[str, Any] = {}
        problems: list[dict[str, Any]] = []
        is_1904, width = self._sheet.is_1904, len(row)
        for taken in self._taken:
            column = taken.column
            raw = row[taken.index] if taken.index < width else None
            try:
                value = cells.read(column, raw, taken.unit, is_1904=is_1904)
            except Unclear as unclear:
                problems.append(problem_of(unclear, column, cells.as_written(raw)))
                continue
            if value is MASKED or column.says_nothing(value):
                continue
            if column.required and value in (None, ""):
                problems.append(as_data(missing(column)))
            values[column.name] = cells.encode(value)
        key = self._key(values)
        if key and (first := self._first_of_key.setdefault(key, number)) != number:
            problems.append(as_data(double(self._keys[0].column, key, first)))
        for name, seen in self._first_of.items():
            value = values.get(name)
            if value not in (None, "") and (first := seen.setdefault(value, number)) != number:
                problems.append(as_data(twice(name, str(value), first)))
        return key, values, problems

    def _key(self, values: Mapping[str, Any]) -> str:
        parts = [values.get(taken.column.name) for taken in self._keys]
        return (
            KEY_JOINT.join(str(part) for part in parts)
            if all(part not in (None, "") for part in parts)
            else ""
        )


def _unit_of(heading: Heading, column: Column, above: Sequence[Unit]) -> Unit | None:
    if heading.unit:
        return units.find(heading.unit)
    own = units.find(column.unit_shown)
    if own is None or heading.text == column.name:
        return None
    for unit in above:
        if unit.kind == own.kind:
            heading.unit = unit.word
            return unit
    return None


def _fills_down(merges: Iterable[tuple[int, int, int, int]], after: int) -> dict[int, list[tuple[int, int]]]:
    fills: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _ in merges:
        if top > after and bottom > top:
            fills.setdefault(top, []).append((left - 1, bottom))
    return fills


# Problems as data


def problem_of(unclear: Unclear, column: Column, cell: str) -> dict[str, Any]:
    """The problem that a cell raised, as staged rows hold it."""
    return as_data(
        Problem(0, column.name, cell[:200], unclear.code, unclear.sentence, unclear.facts, unclear.cure)
    )


def missing(column: Column) -> Problem:
    """A required cell without a value. Keys are always required."""
    return Problem(
        0, column.name, "", "sheets.required", gettext_noop("This cell must not be empty. Fill it in.")
    )


def double(column: Column, key: str, first: int) -> Problem:
    """The second row of a file with the same key."""
    return Problem(
        0,
        column.name,
        key,
        "sheets.double",
        gettext_noop("Same key as row {first}."),
        {"first": first},
        Cure("keep", str(first), gettext_noop("keep row {first}"), {"first": first}),
    )


def twice(column: str, cell: str, first: int) -> Problem:
    """The second row of a file that says what only one row may say."""
    return Problem(
        0,
        column,
        cell,
        "sheets.twice",
        gettext_noop("Row {first} has the same here, and only one row may have it. Correct one of the two."),
        {"first": first},
    )


def as_data(problem: Problem) -> dict[str, Any]:
    """A problem as plain data."""
    data: dict[str, Any] = {
        "column": problem.column,
        "cell": problem.cell,
        "code": problem.code,
        "sentence": problem.sentence,
        "facts": {name: _plain(value) for name, value in problem.facts.items()},
    }
    if problem.cure is not None:
        data["cure"] = {
            "kind": problem.cure.kind,
            "value": problem.cure.value,
            "sentence": problem.cure.sentence,
            "facts": dict(problem.cure.facts),
        }
    return data


def _plain(value: object) -> object:
    """A fact as JSON holds it; a stage is a word that ``staged.say`` puts into the reader's language."""
    if isinstance(value, Enum):
        return {"word": str(value.value)}
    return value if isinstance(value, str | int | list | dict) or value is None else str(value)
