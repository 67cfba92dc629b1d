"""Which sheet of a file has the table of a register, which row its headings, and which column each heading is.

Part of reading a file (``recognise``), in the child process: data in, data out, never the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from shanhai.core.sheets import heading_rows, reading, units
from shanhai.core.sheets.columns import Column
from shanhai.core.sheets.reading import Row, Sheet
from shanhai.core.sheets.units import Unit
from shanhai.kernel.refusals import BadInput, Refused, gettext_noop

WINDOW = 40  # Rows with something in them among which the headings stand.
_CLOSE = 0.75  # Likeness of two headings from which on one is proposed for the other.


@dataclass(frozen=True, slots=True)
class Asked:
    """What the file is read for; plain data, so that it crosses to a child.

    Parameters
    ----------
    names
        What the sheet may be called, when the workbook has several.
    known
        How headings of this unit's files were named before: heading to column name, "" for left out.
    chosen
        The same, chosen by hand for this file: it overrides everything else.
    """

    code: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    known: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] | None = None
    sheet: str = ""
    is_strict: bool = False


@dataclass(slots=True)
class Heading:
    """One column of the file and the column of the register that it is taken for.

    ``how`` is "exact", "known", "chosen", "guess" (to be confirmed), "repeated", "numbering", "output" or "none".
    """

    index: int
    text: str
    column: str = ""
    unit: str = ""
    how: str = "none"
    examples: list[str] = field(default_factory=list)

    @property
    def letter(self) -> str:
        """The column as the spreadsheet names it."""
        return letter_of(self.index)


def letter_of(index: int) -> str:
    """The letters of a column, counted from 0.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# Which sheet, which row has the headings


@dataclass(slots=True)
class Header:
    """The row of headings, the better the higher its score."""

    score: float
    last_row: int
    n_above: int
    headings: list[Heading]
    units_above: list[Unit]

    @property
    def is_whole(self) -> bool:
        """Whether every heading is the very name of a column."""
        return bool(self.headings) and all(one.how in ("exact", "known", "chosen") for one in self.headings)


def choose_sheet(sheets: list[Sheet], asked: Asked) -> tuple[Sheet, Header]:
    """The sheet that has the table asked for, and its headings."""
    if asked.sheet or (len(sheets) > 1 and asked.is_strict):
        sheets = [_named(sheets, asked)]
    headers = [(sheet, find_header(sheet, asked)) for sheet in sheets]
    named = {units.plain(name) for name in asked.names}
    best = max(headers, key=lambda pair: (pair[1].score, units.plain(pair[0].name) in named), default=None)
    if best is None or best[1].score < 1:
        raise _no_headings(sheets, asked)
    return best


def _no_headings(sheets: list[Sheet], asked: Asked) -> Refused:
    shown = ", ".join(sheet.name for sheet in sheets) or "CSV"
    headings = ", ".join(column.zh for column in asked.columns[:5])
    if hidden := reading.hidden_among(sheets):
        return BadInput(
            "sheets.table_hidden",
            gettext_noop(
                "No row of {sheets} has the headings of this register, such as {headings}. Hidden sheets are not read: "
                "show {hidden} if the table stands there, save, and bring the file again."
            ),
            sheets=shown,
            headings=headings,
            hidden=", ".join(hidden),
        )
    return BadInput(
        "sheets.no_headings",
        gettext_noop(
            "No row of {sheets} has the headings of this register, such as {headings}. Bring the right file, or start "
            "from the template."
        ),
        sheets=shown,
        headings=headings,
    )


def _named(sheets: list[Sheet], asked: Asked) -> Sheet:
    wanted = [asked.sheet] if asked.sheet else list(asked.names)
    plain = [units.plain(name) for name in wanted]
    for sheet in sheets:
        if units.plain(sheet.name) in plain:
            return sheet
    raise BadInput(
        "sheets.sheet_missing",
        gettext_noop("The workbook has no sheet {wanted}; it has {found}. Add the sheet or rename it."),
        wanted=wanted[0],
        found=", ".join(sheet.name for sheet in sheets),
    )


def find_header(sheet: Sheet, asked: Asked) -> Header:
    """The row among the first that fits the register best."""
    window: list[Row] = []
    for row in sheet.rows():
        window.append(row)
        if len(window) >= WINDOW:
            break
    grid = heading_rows.fill_merges(window, sheet.merges)
    matcher = Matcher(asked)
    best = Header(0, 0, 0, [], [])
    for last in range(len(window)):
        # A table that a program wrote has its headings in one row.
        for depth in range(1, 2 if asked.is_strict else min(heading_rows.MAX_DEPTH, last + 1) + 1):
            texts = heading_rows.stacked(grid[last - depth + 1 : last + 1])
            headings, score = matcher.match(texts)
            if depth > 1 and heading_rows.is_unit_line(window[last][1]):
                score += 0.01  # headings with the line of units below them make the better header
            if score > best.score:
                first = heading_rows.first_row(window[last - depth + 1][0], window[last][0], sheet.merges)
                above = [row for row in window[:last] if row[0] < first]
                best = Header(
                    score, window[last][0], len(above), headings, heading_rows.units_of_titles(above)
                )
        if asked.is_strict and best.is_whole:
            break  # No row below could say more, and likening each to the columns takes long.
    return best


class Matcher:
    """Headings of a file to columns of the register."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._by_name = {column.name: column for column in asked.columns}
        self._exact: dict[str, Column] = {}
        self._guesses: dict[str, Column | None] = {}
        for column in asked.columns:
            for word in (column.name, column.en, column.zh, *column.synonyms):
                self._exact.setdefault(squeezed(word), column)
                self._exact.setdefault(squeezed(units.split_heading(word)[0]), column)

    def match(self, stacked: Sequence[Sequence[str]]) -> tuple[list[Heading], float]:
        """The headings of one candidate row, and how well they fit."""
        shown: Counter[str] = Counter()
        headings = []
        for index, texts in enumerate(stacked):
            if not texts:
                continue
            said = " ".join(texts[:-1] if self._unit_below(texts) else texts)[:110]
            shown[said] += 1
            # Of two columns with one heading a person says which it is, so each needs a name of its own.
            name = said if shown[said] == 1 else f"{said} ({shown[said]})"
            headings.append(self._heading(index, texts, name))
        taken: dict[str, Heading] = {}
        for heading in sorted(headings, key=lambda one: (one.how == "guess", one.index)):
            if not heading.column:
                continue
            if heading.column in taken:
                heading.column, heading.unit, heading.how = (
                    "",
                    "",
                    "repeated" if heading.how != "guess" else "none",
                )
            else:
                taken[heading.column] = heading
        return headings, sum(0.4 if heading.how == "guess" else 1.0 for heading in taken.values())

    def named(self, texts: Iterable[str]) -> set[str]:
        """The columns that a row of headings calls by their very names."""
        found = (
            self._exact.get(squeezed(text)) or self._exact.get(squeezed(units.split_heading(text)[0]))
            for text in texts
            if text
        )
        return {column.name for column in found if column is not None}

    @staticmethod
    def _unit_below(texts: Sequence[str]) -> Unit | None:
        return units.find(texts[-1]) if len(texts) > 1 else None

    def _heading(self, index: int, texts: Sequence[str], shown: str) -> Heading:
        unit_below = self._unit_below(texts)
        words = list(texts[:-1]) if unit_below else list(texts)
        # A group above and a heading below: 用地 over 面积 says 用地面积, or simply 面积.
        tried = ["".join(words), words[-1]] if len(words) > 1 else words
        heading = Heading(index, shown)
        for text in tried:
            column, how = self._column(text, shown)
            if how != "none":
                heading.column, heading.how = column.name if column else "", how
                unit = unit_below or units.split_heading(text)[1] or units.split_heading(shown)[1]
                self._set_unit(heading, column, unit, text)
                return heading
        return heading

    def _set_unit(self, heading: Heading, column: Column | None, unit: Unit | None, text: str) -> None:
        if column is None:
            return
        if unit is None and column.type == "fen" and text == column.name and column.name.endswith("_fen"):
            heading.unit = "分"
        elif unit is not None:
            if (own := units.find(column.unit_shown)) is not None and own.kind == unit.kind:
                heading.unit = unit.word
            elif own is not None and heading.how == "exact":
                heading.how = "guess"  # 税收(亩) is some other table's column

    def _column(self, text: str, shown: str) -> tuple[Column | None, str]:
        for how, named in (("chosen", self._asked.chosen), ("known", self._asked.known)):
            if named is not None and shown in named:
                return self._by_name.get(named[shown]), how
        whole = squeezed(text)
        base = squeezed(units.split_heading(text)[0])
        if base in heading_rows.NUMBERING:
            return None, "numbering"
        if found := self._exact.get(whole) or self._exact.get(base):
            return found, "exact"
        return self._guess(base)

    def _guess(self, base: str) -> tuple[Column | None, str]:
        if base not in self._guesses:
            self._guesses[base] = self._closest(base) if 2 <= len(base) <= 40 else None
        guess = self._guesses[base]
        return guess, "guess" if guess else "none"

    def _closest(self, base: str) -> Column | None:
        best, best_score = None, 0.0
        for word, column in self._exact.items():
            if len(word) < 2:
                continue
            matcher = SequenceMatcher(None, base, word)
            score = matcher.ratio() if matcher.quick_ratio() >= _CLOSE else 0.0
            if (base in word or word in base) and min(len(base), len(word)) * 2 >= max(len(base), len(word)):
                score = max(score, 0.8)
            if score > best_score:
                best, best_score = column, score
        return best if best_score >= _CLOSE else None


def squeezed(text: str) -> str:
    """A heading without what people write differently: spaces, width, case, marks of required cells."""
    return units.plain(text).replace(" ", "").replace("_", "").strip("*:")


def refuse_unknown(asked: Asked, header: Header) -> None:
    """Refuse headings that the register does not know, where a file is read strictly."""
    unknown = [
        one.text for one in header.headings if one.how not in ("exact", "known", "chosen", "numbering")
    ]
    if unknown:
        raise BadInput(
            "sheets.unknown_headings",
            gettext_noop("The headings {unknown} do not belong to {register}. It has {headings}."),
            unknown=", ".join(unknown),
            register=asked.code,
            headings=", ".join(column.name for column in asked.columns),
        )


def leave_outputs(asked: Asked, header: Header) -> None:
    """Take what the platform works out for no column of the file: it is known, and not read."""
    outputs = {column.name for column in asked.columns if column.is_output}
    for one in header.headings:
        if one.column in outputs:
            one.column, one.unit, one.how = "", "", "output"


def is_mapped(asked: Asked, headings: Sequence[Heading]) -> bool:
    """Whether the rows can be read without asking: all keys are there, nothing is guessed or stands there twice."""
    has = {heading.column for heading in headings}
    unclear = ("guess",) if asked.chosen is not None else ("guess", "repeated")
    return all(c.name in has for c in asked.columns if c.key) and not any(
        one.how in unclear for one in headings
    )
