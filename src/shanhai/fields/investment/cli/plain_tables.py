"""Tables in plain files: CSV as offices have it, headings in either language with their units, every slip told by line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shanhai.core.cli import start_django
from shanhai.core.cli.files import STANDARD, read_text
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.tables import bare_heading, csv_lines
from shanhai.kernel.text import normalise_name

# Further slips are counted, not told.
_MOST_TOLD = 30
# Title lines may stand above the headings.
_MOST_TITLES = 10
_NOTHING = {"", "-", "—", "–", "/", "无", "none", "n/a"}
_DIGITS = frozenset("0123456789")
_PLAIN_NUMBER = re.compile(r"\d{1,13}(\.\d{1,10})?|\.\d{1,10}", re.ASCII)
_UNIT = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]\s*$")
_UNITS: dict[str, float] = {
    "万元": 1, "亿元": 10_000, "元": 0.0001, "cny_10k": 1, "10k yuan": 1, "10,000 yuan": 1, "yuan": 0.0001, "亩": 1, "mu": 1, "公顷": 15,
    "ha": 15, "平方米": 1, "㎡": 1, "m2": 1, "吨标准煤": 1, "吨标煤": 1, "tce": 1, "吨": 1, "t": 1, "人": 1, "个": 1, "万元/年": 1,
    "吨标准煤/年": 1, "吨/年": 1, "tce/a": 1, "t/a": 1, "": 1,
}  # fmt: skip
_SPLIT = re.compile(r"[;；、，,|\s]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a plain file: its name, what else it is called, and how a cell is read."""

    name: str
    synonyms: tuple[str, ...]
    read: Callable[[str], Any]
    is_needed: bool = False


@dataclass(slots=True)
class Table:
    """Rows of a file as read, each with the line it stands on; headings that were not understood."""

    file: str
    rows: list[tuple[int, dict[str, Any]]]
    unread: list[str]
    headings: dict[str, str]


@dataclass(slots=True)
class Slips:
    """What is wrong in a file, to be told in one answer."""

    file: str
    told: list[dict[str, Any]] = field(default_factory=list)
    n: int = 0

    def add(self, line: int, column: str, sentence: str, **facts: Any) -> None:
        """One more."""
        self.n += 1
        if len(self.told) < _MOST_TOLD:
            self.told.append(
                {"file": self.file, "row": line, "column": column, "sentence": sentence, "facts": facts}
            )

    def refuse(self) -> None:
        """Raise what was found.

        Raises
        ------
        BadInput
            ``investment.cells_refused``.
        """
        if self.n:
            start_django()
            raise BadInput(
                "investment.cells_refused",
                gettext_noop(
                    "{file} has {n} cells that cannot be taken. Correct them and give the file again."
                ),
                file=self.file,
                n=self.n,
                problems=self.told,
            )


def read_table(file: str, columns: Sequence[Column], key: str) -> Table:
    """Read a table; ``key`` names the column whose values stand once.

    Raises
    ------
    BadInput
        What ``read_text`` and ``csv_lines`` refuse; ``investment.empty_file``, ``.column_missing``, ``.column_twice``,
        ``.cells_refused``.
    """
    name = "-" if file == STANDARD else Path(file).name
    lines = list(csv_lines(read_text(file), name))
    at, places, unread, headings = _headings(name, lines, columns)
    rows: list[tuple[int, dict[str, Any]]] = []
    slips, seen = Slips(name), dict[str, int]()
    for line, cells in lines[at + 1 :]:
        row = dict(_cells(line, cells, places, slips))
        if key in row:
            first = seen.setdefault(row[key], line)
            if first != line:
                slips.add(
                    line,
                    headings[key],
                    gettext_noop("“{given}” stands on line {first} already."),
                    given=row[key],
                    first=first,
                )
        rows.append((line, row))
    if not rows:
        raise _empty(name)
    slips.refuse()
    return Table(name, rows, unread, headings)


_Places = dict[int, tuple[Column, str, float]]


def _headings(
    file: str, lines: Sequence[tuple[int, list[str]]], columns: Sequence[Column]
) -> tuple[int, _Places, list[str], dict[str, str]]:
    """The line of the headings: of the first lines the one in which most are known."""
    if not lines:
        raise _empty(file)
    known = {bare_heading(word): one for one in columns for word in (one.name, *one.synonyms)}
    at = max(
        range(min(_MOST_TITLES, len(lines))),
        key=lambda n: (sum(bare_heading(cell) in known for cell in lines[n][1]), -n),
    )
    line, cells = lines[at]
    places: _Places = {}
    unread, headings = [], dict[str, str]()
    for place, cell in enumerate(cells):
        one = known.get(bare_heading(cell))
        if one is None:
            unread += [cell] if cell else []
            continue
        if one.name in headings:
            raise BadInput(
                "investment.column_twice",
                gettext_noop(
                    "{file}, line {line}: “{first}” and “{second}” are the same column. Take one of them out."
                ),
                file=file,
                line=line,
                first=headings[one.name],
                second=cell,
            )
        headings[one.name] = cell
        places[place] = (one, cell, _factor(file, line, one, cell))
    missing = [
        f"{one.name} ({one.synonyms[0]})" for one in columns if one.is_needed and one.name not in headings
    ]
    if missing:
        raise BadInput(
            "investment.column_missing",
            gettext_noop("{file}, line {line}: no column is called {names}. Add it to the headings."),
            file=file,
            line=line,
            names=", ".join(missing),
        )
    return at, places, unread, headings


def _factor(file: str, line: int, column: Column, heading: str) -> float:
    """How much of the column's unit one of the heading's is."""
    hit = _UNIT.search(heading)
    unit = normalise_name(hit[1]) if hit and column.read is number else ""
    # A plant is counted in square metres, land in mu.
    factor = 0.0015 if unit in ("平方米", "㎡", "m2") and column.name.endswith("_mu") else _UNITS.get(unit)
    if factor is None:
        raise BadInput(
            "investment.unit_unknown",
            gettext_noop("{file}, line {line}: the unit of “{heading}” is not known. Write one of: {units}."),
            file=file,
            line=line,
            heading=heading,
            units="万元, 亿元, 元, 亩, 公顷, 平方米, 吨标准煤, 吨, 人",
        )
    return factor


def _cells(line: int, cells: Sequence[str], places: _Places, slips: Slips) -> Iterator[tuple[str, Any]]:
    for place, (column, heading, factor) in places.items():
        text = cells[place] if place < len(cells) else ""
        if text[:1] not in _DIGITS and normalise_name(text) in _NOTHING:
            if column.is_needed:
                slips.add(
                    line, heading, gettext_noop("Nothing stands here. Fill it in, or take the row out.")
                )
            continue
        try:
            value = column.read(text)
        except BadInput as wrong:
            slips.add(line, heading, wrong.sentence, **wrong.facts)
            continue
        yield column.name, value * factor if factor != 1 else value


def _empty(file: str) -> BadInput:
    return BadInput(
        "investment.empty_file",
        gettext_noop("{file} has no rows. Give a line of headings and at least one row below it."),
        file=file,
    )


# -- how a cell is read ------------------------------------------------------------------------------------------------


def text(cell: str) -> str:
    """A text of at most 120 characters."""
    if len(cell) > 120:
        raise BadInput(
            "investment.cell_too_long",
            gettext_noop("“{given}…” has {n} characters. Give at most 120."),
            given=cell[:20],
            n=len(cell),
        )
    return cell


def number(cell: str) -> float:
    """A number of 0 or more, as 1,200.5."""
    if _PLAIN_NUMBER.fullmatch(cell):
        return float(cell)
    plain = normalise_name(cell).replace(",", "").replace("，", "").replace(" ", "")
    if not _PLAIN_NUMBER.fullmatch(plain):
        raise BadInput(
            "investment.cell_no_number",
            gettext_noop("“{given}” is no number of 0 or more. Write it in figures, as 1200.5."),
            given=cell[:40],
        )
    return float(plain)


def whole(cell: str) -> int:
    """A whole number from 1 on."""
    plain = normalise_name(cell)
    if not re.fullmatch(r"[1-9]\d{0,3}", plain, re.ASCII):
        raise BadInput(
            "investment.cell_no_whole",
            gettext_noop("“{given}” is no whole number from 1 to 9999. Write it in figures, as 2."),
            given=cell[:40],
        )
    return int(plain)


def several(cell: str) -> tuple[str, ...]:
    """Codes or numbers, separated by semicolons, commas or spaces."""
    return tuple(dict.fromkeys(one for one in _SPLIT.split(cell) if one))


def records(
    table: Table, make: Callable[..., Any], names: Iterable[str], refuse: Mapping[str, Any]
) -> list[Any]:
    """A record of each row; what makes it no record is told with the line.

    ``refuse`` is what looks at a record by itself: it raises for the one that is wrong.
    """
    slips, found, wanted = Slips(table.file), [], set(names)
    for line, row in table.rows:
        try:
            one = make(**{name: value for name, value in row.items() if name in wanted})
            for look in refuse.values():
                look(one)
        except BadInput as wrong:
            slips.add(line, "", wrong.sentence, **wrong.facts)
            continue
        found.append(one)
    slips.refuse()
    return found
