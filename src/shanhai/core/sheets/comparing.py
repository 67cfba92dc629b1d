"""What each row of a file would do to the register, and which rules it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shanhai.core import signs
from shanhai.core.models import ImportRow, Member, Pairing
from shanhai.core.sheets import cells, gathering, recognise
from shanhai.core.sheets.columns import REFERS_TO_REFUSED, Column, Problem, Register, is_equal
from shanhai.core.sheets.recognise import as_data
from shanhai.core.sheets.staged import Line, change_of, lines_of
from shanhai.kernel.refusals import (
    gettext_noop,
)

# Problems that comparing finds anew each time.
FOUND_BY_COMPARING = frozenset({"sheets.unknown_reference", REFERS_TO_REFUSED})


class Comparison:
    """Compares rows of a file with the register, a chunk at a time, with a constant number of queries each."""

    def __init__(
        self, register: Register, by: Member | None, pairing: Pairing | None, lines_path: Path | None
    ) -> None:
        self.register, self.by, self.pairing = register, by, pairing
        self._columns = {column.name: column for column in register.columns}
        self._current = signs.call(register.current)
        self._check = signs.call(register.check) if register.check else None
        self._guard = signs.call(register.guard) if register.guard and by is not None else None
        self._references = [column for column in register.columns if column.type == "ref" and column.ref]
        self._known: dict[str, set[str]] = {column.ref: set() for column in self._references}
        # Keys of rows of the same file that are refused.
        self.refused: set[str] = set()
        if lines_path is not None:
            self._look_through(lines_path)

    def _look_through(self, lines_path: Path) -> None:
        """Rows may point at one another: a reference to a row of the same file is good, unless that row is refused."""
        good: set[str] = set()
        for _, key, _, problems in lines_of(lines_path):
            (self.refused if problems else good).add(key)
        self.refused -= good | {""}
        if self.register.code in self._known:
            self._known[self.register.code] |= good

    def refuse_rows(self, keys: set[str]) -> bool:
        """Take rows of the file as refused in what is compared from now on; whether that is new of any."""
        is_new = not keys <= self.refused | {""}
        self.refused |= keys - {""}
        if self.register.code in self._known:
            self._known[self.register.code] -= keys
        return is_new

    def compare(self, lines: Sequence[Line]) -> list[ImportRow]:
        """What each row of the file would do, in the order of ``lines``; rows not saved.

        One statement for the rows, one for each register that they point at, one call of the register's rules.
        """
        now = self._current([key for _, key, _, _ in lines if key], self.pairing)
        missing = self._missing_references(lines)
        staged = [self._row(line, now.get(line[1]) if line[1] else None, missing) for line in lines]
        self._apply_rules(staged)
        return staged

    def _row(
        self, line: Line, before: Mapping[str, Any] | None, missing: Mapping[str, set[str]]
    ) -> ImportRow:
        number, key, given, problems = line
        problems = list(problems)
        for column in self._references:
            if (value := given.get(column.name)) and value in missing[column.name]:
                problems.append(as_data(self._unknown_reference(column, value)))
        if before is None:
            problems += [
                as_data(recognise.missing(column))
                for column in self.register.columns
                if (column.required or column.key)
                and given.get(column.name) in (None, "")
                and not any(problem["column"] == column.name for problem in problems)
            ]
        row = ImportRow(row=number, key=key[:120], values=given, problems=problems)
        if before is None:
            row.outcome = "new"
        else:
            row.object_id = before.get("_id")
            differs = any(
                not is_equal(cells.decode(self._columns[name], value), before.get(name))
                for name, value in given.items()
            )
            row.outcome = "changed" if differs else "same"
            if differs:
                row.before = {name: cells.encode(value) for name, value in before.items()}
        if problems or key in self.refused:
            row.outcome = "refused"
        return row

    def _missing_references(self, lines: Sequence[Line]) -> dict[str, set[str]]:
        """Per column the values that are no key of the register it points to."""
        asked: dict[str, set[str]] = {column.name: set() for column in self._references}
        for _, _, values, _ in lines:
            for column in self._references:
                if value := values.get(column.name):
                    asked[column.name].add(value)
        missing: dict[str, set[str]] = {}
        for column in self._references:
            known = self._known[column.ref]
            if unsure := asked[column.name] - known:
                target: Register = signs.registers[column.ref]
                known |= signs.call(target.current)(sorted(unsure), self.pairing).keys()
            missing[column.name] = asked[column.name] - known
        return missing

    def _unknown_reference(self, column: Column, value: str) -> Problem:
        if self._is_refused(column.ref, value):
            return _refers_to_refused(column.name, signs.registers[column.ref], value)
        return _unknown_reference(column, value)

    def _is_refused(self, register: str, key: str) -> bool:
        if register == self.register.code and key in self.refused:
            return True
        gathered = gathering.current()
        return gathered is not None and gathered.is_refused(register, key)

    def _apply_rules(self, staged: Sequence[ImportRow]) -> None:
        """Ask the register's rules, then, of what stands so far, what holds for the member who brings it."""
        if self._check is not None:
            asked = _to_write(staged)
            values = [change_of(self.register, row).values for row in asked]
            self._refuse(asked, self._check(values, self.pairing))
        if self._guard is not None:
            asked = _to_write(staged)
            changes = [change_of(self.register, row) for row in asked]
            self._refuse(asked, self._guard(changes, by=self.by, pairing=self.pairing))

    def _refuse(self, asked: Sequence[ImportRow], found: Sequence[Sequence[Problem]]) -> None:
        for row, problems in zip(asked, found, strict=True):
            if problems:
                row.problems = [as_data(self._as_in_file(row, self._owned(problem))) for problem in problems]
                row.outcome = "refused"

    def _owned(self, problem: Problem) -> Problem:
        if problem.points_at and self._is_refused(self.register.code, problem.points_at):
            return _refers_to_refused(problem.column, self.register, problem.points_at)
        return problem

    @staticmethod
    def _as_in_file(row: ImportRow, problem: Problem) -> Problem:
        return (
            problem
            if problem.cell
            else replace(problem, cell=str(row.values.get(problem.column) or "")[:200])
        )


def _to_write(staged: Sequence[ImportRow]) -> list[ImportRow]:
    return [row for row in staged if row.outcome in ("new", "changed")]


def _refers_to_refused(column: str, target: Register, value: str) -> Problem:
    return Problem(
        0,
        column,
        value,
        REFERS_TO_REFUSED,
        gettext_noop(
            "{register} {cell} was itself refused. This row is checked against it once that one is right."
        ),
        {"cell": value, "register": f"{target.zh} ({target.en})", "code": target.code},
    )


def _unknown_reference(column: Column, value: str) -> Problem:
    target: Register = signs.registers[column.ref]
    return Problem(
        0,
        column.name,
        value,
        "sheets.unknown_reference",
        gettext_noop("{register} has no row {cell}. Correct the code, or bring that row first."),
        {"cell": value, "register": f"{target.zh} ({target.en})"},
    )
