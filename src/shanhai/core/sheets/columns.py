"""What a register's columns are, and what an import finds in them.

A *row* is a dict from column name to a Python value: ``str`` for text, code, choice and ref, ``int`` for int and fen,
``Decimal`` for decimal, percent and mu, ``date``, ``bool``. An empty cell is ``""`` for text, code and choice and
``None`` for all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import get_language

Type = Literal["text", "code", "int", "decimal", "percent", "fen", "mu", "date", "bool", "choice", "ref"]
Outcome = Literal["same", "changed", "new", "gone", "refused"]

# (value, English, Chinese)
Choices = tuple[tuple[str, str, str], ...]

EMPTY_IS_TEXT = frozenset({"text", "code", "choice"})
# Where a row comes from: from a source, or made up to fill the example zone.
STANDINGS: Choices = (("reported", "reported", "报道"), ("illustrative", "illustrative", "示例"))
# Stands between the parts of a key of several columns; no code or name has it.
KEY_JOINT = " | "
# The code of a problem that is none of the row's own: the row that it points at was refused.
REFERS_TO_REFUSED = "sheets.refers_to_refused"


def _is_zh() -> bool:
    return (get_language() or "").startswith("zh")


def words_of(choices: Choices, value: str) -> str:
    """The words for one of (value, English, Chinese) in the reader's language; the value itself where it is none."""
    for one, en, zh in choices:
        if one == value:
            return zh if _is_zh() else en
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register.

    Parameters
    ----------
    name
        The machine form of the heading; with it a number has its base unit (fen for ``fen``).
    en, zh
        Headings for people; all three are recognised when a file comes in.
    choices
        (value, English, Chinese); all three are recognised.
    ref
        The register that the value is a key of.
    unit
        The unit of the number under a heading for people: "万元", "亩", "%". A heading of the file that names another
        unit of the same kind is converted. ``fen`` without a unit is 元, ``mu`` 亩, ``percent`` %.
    access
        The access row of kind "column" that may read it; others see it masked.
    form
        The kind of official code that a code column holds; it is checked and written in its official form.
    digits
        Decimals that the register keeps. More are rounded where a unit was converted, else the cell is refused.
    least, most
        The smallest and the largest number that the register keeps; None for what a column of its type holds.
    is_unique
        Whether no two rows may say the same here, beside the key. A file that says it twice is refused at the second
        row; ``check`` of the register looks at the rows that are there.
    is_apart
        Whether the words of the cell stand in rows of their own, so that the version of the row does not count their
        changes (roles of a member).
    is_output
        Whether the platform works it out: it goes out, and what a file says there is not read (days waited).
    is_by_action
        Whether only actions set it. An empty cell leaves it as it is; the guard refuses what differs (a stage).
    """

    name: str
    en: str
    zh: str
    type: Type = "text"
    key: bool = False
    required: bool = False
    choices: Choices = ()
    ref: str = ""
    unit: str = ""
    synonyms: tuple[str, ...] = ()
    access: str = ""
    max_length: int = 200
    form: Literal["", "region", "credit", "project"] = ""
    digits: int | None = None
    least: int | None = None
    most: int | None = None
    is_unique: bool = False
    is_apart: bool = False
    is_output: bool = False
    is_by_action: bool = False

    def says_nothing(self, value: Any) -> bool:
        """Whether a cell of a file leaves what is there as it is."""
        return self.is_output or (self.is_by_action and value in (None, ""))

    @property
    def heading(self) -> str:
        """The heading in the reader's language, without the unit."""
        return self.zh if _is_zh() else self.en

    @property
    def unit_shown(self) -> str:
        """The unit of numbers under a heading for people."""
        return self.unit or {"fen": "元", "mu": "亩", "percent": "%"}.get(self.type, "")

    @property
    def heading_with_unit(self) -> str:
        """The heading as exports write it: "Tax (万元)"."""
        return f"{self.heading} ({self.unit_shown})" if self.unit_shown else self.heading

    @property
    def empty(self) -> str | None:
        """What an empty cell is in a row."""
        return "" if self.type in EMPTY_IS_TEXT else None

    def choice(self, value: str) -> str:
        """The words for a choice in the reader's language."""
        return words_of(self.choices, value)


@dataclass(frozen=True, slots=True)
class Register:
    """A table that comes in and goes out as a spreadsheet (名录). Callables are named by dotted path.

    Parameters
    ----------
    code
        "registry.organisations"; the last part is the file name in a zone folder, ``zh`` the sheet name.
    rows
        ``(member, pairing, **filters) -> Iterator[dict]`` in key order, in chunks, constant queries.
    current
        ``(keys, pairing) -> dict[key, dict]``: what these rows are now, with ``_id`` and ``_version`` beside the
        columns, so that a write can move only what is still as it was shown.
    check
        ``(rows, pairing) -> list[list[Problem]]``, one list per row, for rules over rows. Types, required cells,
        choices, references and duplicates have been checked before. Empty: no further rules.
    guard
        ``(changes, *, by, pairing) -> list[list[Problem]]``, one list per change: what holds for a member beside
        ``check``, since a sheet may do no more than the pages. The system, which loads a zone, is not asked.
    write
        ``(changes, *, by, pairing, on_import) -> None``: the action that writes new and changed rows in bulk, with one
        journal entry each (``journal.record_many(rows, action, by=by, **{"import": on_import.pk})``); called inside a
        transaction, some thousand changes at a time. A changed row moves its version by one, a new row starts at 0, so
        that ``undo`` knows whether it was touched since. With the outcome "gone" it takes a row out that an import had
        brought (``actions.removal``), or refuses with ``core.row_in_use``.
    writer
        In place of ``write`` where tens of thousands of rows come: a class, made with ``(by, pairing)``. Its
        ``take(changes)`` is called some thousand changes at a time before the transaction and works out what it can;
        its ``write(on_import)`` is called once inside the transaction.
    is_zone_file
        Whether a zone folder has a file of these columns. Else a part of the zone keeps the rows with more than the
        columns say, such as the steps that a request went through.
    """

    code: str
    en: str
    zh: str
    columns: tuple[Column, ...]
    rows: str
    current: str
    write: str
    access: str
    write_access: str
    check: str = ""
    guard: str = ""
    writer: str = ""
    is_of_pairing: bool = False
    is_zone_file: bool = True

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.zh if _is_zh() else self.en

    @property
    def file_stem(self) -> str:
        """The name of its file in a zone folder, without the ending."""
        return self.code.rpartition(".")[2]

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that a file may fill."""
        return tuple(column for column in self.columns if not column.is_output)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that together name a row."""
        return tuple(column for column in self.columns if column.key)

    def column(self, name: str) -> Column:
        """The column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.code} has no column {name}")

    def key_of(self, row: Mapping[str, Any]) -> str:
        """What names a row: the values of its key columns."""
        return KEY_JOINT.join(_text(row.get(column.name)) for column in self.keys)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Cure:
    """What one click would do about a problem.

    ``kind`` is "value" (take ``value`` as what the cell says) or "keep" (keep this row, leave its doubles out).
    """

    kind: Literal["value", "keep"]
    value: str
    sentence: str  # the button: "is it {value}?"
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, in words that can be translated.

    Parameters
    ----------
    row
        As the spreadsheet counts; 0 where the file as a whole is meant. ``check`` may leave it 0.
    column
        The name of the column; empty where the row as a whole is meant.
    cell
        What stands in the file.
    sentence
        English template with named facts, marked with ``gettext_noop``.
    points_at
        The key of a row of the same register that is not there, where that is the problem.
    """

    row: int
    column: str
    cell: str
    code: str
    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    cure: Cure | None = None
    points_at: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one row of a file does to the register.

    ``values`` holds every column: what the file says, else what the row has now, else empty. ``before`` is the row of
    ``Register.current`` or None for a new one.
    """

    key: str
    outcome: Outcome
    values: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    object_id: int | None = None
    row: int = 0

    @property
    def version(self) -> int | None:
        """The version of the row when it was compared."""
        return self.before.get("_version") if self.before else None

    def differs(self, columns: Sequence[Column]) -> list[str]:
        """The names of the columns that change; all that are not empty for a new row. No file changes an output."""
        return self.differs_in(*(column.name for column in columns if not column.is_output))

    def differs_in(self, *names: str) -> list[str]:
        """Those of the columns of these names that change."""
        before = self.before or {}
        return [name for name in names if not is_equal(self.values.get(name), before.get(name))]


def is_equal(one: Any, other: Any) -> bool:
    """Whether two cells say the same; None and empty text do, and so does a no: an empty yes or no is no."""
    return one == other or (_is_nothing(one) and _is_nothing(other))


def _is_nothing(cell: Any) -> bool:
    return cell is None or cell is False or cell == ""
