"""All that is wrong in several tables that are loaded together, told at once.

While a ``Gathered`` is at work, ``loading.load_table`` does not stop at a table with faults: it notes them, writes the
rows that are good, so that later tables are checked against them, and goes on. The caller's transaction is undone at
the end by the refusal that names everything. A row that points at a row which was itself refused has no fault of its
own: that is said once for the row it points at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from shanhai.core.models import ImportRow
from shanhai.core.sheets.columns import REFERS_TO_REFUSED, Register
from shanhai.kernel.refusals import BadInput, Refused, TooLarge, gettext_noop

SHOWN = 200  # Faults that are listed; the number of all stands in the sentence.
CODE = "sheets.tables_refused"  # what ``Gathered.refuse`` raises
MOST_FAULTS = 100_000  # Faulty cells that are looked at: bounds memory, as one table is bounded.

_current: ContextVar[Gathered | None] = ContextVar("gathered", default=None)


def current() -> Gathered | None:
    """What gathers the faults of this load, or None where each table is refused by itself."""
    return _current.get()


@contextmanager
def gathered_from(register: Register, file: str) -> Iterator[None]:
    """Note a refusal of the file of a register as a whole, and go on behind the block, if faults are gathered."""
    faults = current()
    try:
        yield
    except Refused as refused:
        if faults is None or refused.code == CODE:
            raise
        faults.add_refusal(refused, file, register)


@dataclass
class Gathered:
    """Faults of several tables.

    Parameters
    ----------
    shown_as
        How a file is called to the reader, where that is not its name: the sheet of a workbook.
    """

    shown_as: Mapping[str, str] = field(default_factory=dict)
    refusals: list[Refused] = field(default_factory=list)
    problems: list[Any] = field(default_factory=list)
    n: int = 0
    n_of_rows: int = 0
    files: list[str] = field(default_factory=list)
    # Keys of rows that were refused, by register, and whether for a fault of their own.
    keys: dict[str, dict[str, bool]] = field(default_factory=dict)
    # Registers of which nothing could be read or written.
    whole: set[str] = field(default_factory=set)
    _seen: set[tuple[str, int, str, str]] = field(default_factory=set)
    _ended_in: str = ""
    _waiting: list[str] = field(default_factory=list)
    _pointing: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Gather within the block; a fault of the program after faults of the files is told as those faults."""
        with self.noting():
            try:
                yield
            except Refused:
                raise
            except Exception as error:
                # Rows that are missing may lead where no complete load ever comes to.
                self.refuse(error)
                raise
        self.refuse()

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Gather within the block, and refuse nothing at its end."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def is_refused(self, register: str, key: str) -> bool:
        """Whether a row of this load was refused, so that it is no fault of others that it is not there."""
        return register in self.whole or key in self.keys.get(register, ())

    def add_refusal(self, refused: Refused, file: str, register: Register | None = None) -> None:
        """Note that a file, or a step behind the files, was refused as a whole."""
        if register is not None:
            if register.code in self.whole:
                return  # Units are read twice.
            self.whole.add(register.code)
        self.refusals.append(refused)
        name = self._name(file)
        own: Any = refused.facts.get("problems")
        self.n += int(str(refused.facts["n"])) if own else 1
        if own:
            self._list([one if isinstance(one, str) else {"file": name, **one} for one in own])
        else:
            self._list([{"file": name, "sentence": refused.sentence, "facts": refused.facts}])

    def add_row(self, register: Register, file: str, row: ImportRow, letters: Mapping[str, str]) -> None:
        """Note what is wrong with a row; what it only points at is noted for the row that it points at."""
        own = [one for one in row.problems if one["code"] != REFERS_TO_REFUSED]
        if row.key:
            keys = self.keys.setdefault(register.code, {})
            keys[row.key] = keys.get(row.key, False) or bool(own)
        name = self._name(file)
        for problem in row.problems:
            mark = (name, row.row, problem["column"], problem["code"])
            if mark in self._seen:
                continue  # Units are read twice.
            self._seen.add(mark)
            told = {"file": name, "row": row.row, "letter": letters.get(problem["column"], ""), **problem}
            if problem["code"] == REFERS_TO_REFUSED:
                self._point(told)
            else:
                self.n += 1
                self.n_of_rows += 1
                self._list([told])
        if len(self._seen) > MOST_FAULTS:
            self._ended_in = name
            self.refuse()

    def _point(self, problem: dict[str, Any]) -> None:
        target = (problem["facts"]["code"], problem["facts"]["cell"])
        first = self._pointing.setdefault(target, problem | {"facts": problem["facts"] | {"n": 0}})
        first["facts"]["n"] += 1

    def _list(self, problems: Sequence[Any]) -> None:
        for one in problems:
            if isinstance(one, dict) and one["file"] not in self.files:
                self.files.append(one["file"])
        self.problems += problems[: SHOWN - len(self.problems)]

    def _name(self, file: str) -> str:
        return self.shown_as.get(file, file)

    def refuse(self, cause: Exception | None = None) -> None:
        """Raise what was gathered, if anything was; one refusal alone stays what it is."""
        if not self.n:
            return
        if len(self.refusals) == 1 and not self.n_of_rows:
            raise self.refusals[0] from cause
        kind = TooLarge if any(isinstance(one, TooLarge) for one in self.refusals) else BadInput
        raise kind(
            "sheets.tables_refused",
            gettext_noop(
                "Nothing was written. Correct what follows, then load again. Faults found: {n}, in {files}."
            ),
            n=self.n,
            files=", ".join(self.files),
            problems=[*self.problems, *self._pointed_at(), *self._not_checked()],
        ) from cause

    def wait(self, files: Sequence[str]) -> None:
        """Note files that can only be checked once what was refused before them is right."""
        self._waiting += [self._name(file) for file in files]

    def _not_checked(self) -> list[dict[str, Any]]:
        waits = gettext_noop("This is checked once the tables above are right.")
        files = ", ".join(self._waiting)
        waiting = [{"file": files, "sentence": waits, "facts": {}}] if files else []
        if not self._ended_in:
            return waiting
        sentence = gettext_noop(
            "There are too many faults. The check ended here; what follows was not looked at."
        )
        return [*waiting, {"file": self._ended_in, "sentence": sentence, "facts": {}}]

    def _pointed_at(self) -> list[dict[str, Any]]:
        """One line for each refused row that others point at, if it was refused for a fault of its own."""
        lines: dict[tuple[str, str], dict[str, Any]] = {}
        for (register, key), first in self._pointing.items():
            if register in self.whole:
                line = lines.setdefault((register, ""), first | {"facts": first["facts"] | {"n": 0}})
                line["facts"]["n"] += first["facts"]["n"]
                line["sentence"] = gettext_noop(
                    "The table {register} was refused as a whole; {n} cells that point into it, the first one here, are "
                    "checked once it is right."
                )
            elif self.keys.get(register, {}).get(key):
                lines[register, key] = first | {
                    "sentence": gettext_noop(
                        "{register} {cell} was itself refused; {n} cells that point at it, the first one here, are checked "
                        "once it is right."
                    )
                }
        return list(lines.values())[:SHOWN]
