"""Tables of several registers are compared together, each as if those before it were written already.

Where a table stands on another of the batch, the rows of the other are written for the time of the comparison, in one
transaction that is undone: the rules of a register look at rows, and only rows that are there answer as they will.
Tables that stand on none are compared without that. Compared rows wait in files, so that memory does not grow with them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from shanhai.core import signs
from shanhai.core.models import Import, ImportRow, Member
from shanhai.core.sheets import committing, gathering, recognise
from shanhai.core.sheets.columns import Column, Problem, Register
from shanhai.core.sheets.comparing import Comparison
from shanhai.core.sheets.headings import letter_of
from shanhai.core.sheets.staged import CHUNK, change_of, chunks, lines_of
from shanhai.kernel.refusals import BadInput, Refused, TooLarge, gettext_noop

# Rows of a batch whose tables stand on one another. Other writers wait while they are tried (SQLite), so this is what
# takes some seconds; docs/reference/measures.md.
MOST_TRIED = 20_000


@dataclass
class Table:
    """A table of a batch on its way through the comparison."""

    imported: Import
    register: Register
    found: Mapping[str, Any]
    lines: Path
    compared: Path
    # The table comes once more behind those that it points forward to.
    is_second: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    refusal: Refused | None = None
    is_done: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether its rows were read, and nobody has to say first what its columns are."""
        return self.refusal is None and bool(self.found.get("is_mapped"))

    @property
    def label(self) -> str:
        """What faults are noted under."""
        return f"{self.imported.place}"

    def rows(self) -> Iterator[ImportRow]:
        """The compared rows, read from their file."""
        with self.compared.open(encoding="utf-8") as file:
            for line in file:
                yield ImportRow(**json.loads(line))


def compare(tables: Sequence[Table], *, by: Member | None) -> None:
    """Compare tables in their order; what came of it stands in them. Nothing is written.

    Raises
    ------
    TooLarge
        ``sheets.too_many_tried``
    BadInput
        ``gathering.CODE``: more faults than anybody reads.
    """
    stood_on = _stood_on([table.register for table in tables])
    faults = gathering.Gathered()
    # Rows that point into a table that is not compared have no fault of their own.
    faults.whole |= {table.register.code for table in tables if not table.is_readable}
    with faults.noting():
        if not stood_on:
            _compare_all(tables, stood_on, faults, by)
            return
        _check_number(tables)
        with transaction.atomic():
            _compare_all(tables, stood_on, faults, by)
            transaction.set_rollback(True)


def _check_number(tables: Sequence[Table]) -> None:
    n = sum(table.found["n_rows"] for table in tables if table.is_readable)
    if n > MOST_TRIED:
        raise TooLarge(
            "sheets.too_many_tried",
            gettext_noop(
                "The tables stand on one another and have {n} rows; together at most {limit} are checked. Bring the "
                "largest of those that others stand on by itself first, then the others."
            ),
            n=n,
            limit=MOST_TRIED,
        )


def _stood_on(registers: Sequence[Register]) -> set[str]:
    """Registers of the batch that another table of it points at, be it by way of others."""
    stood_on = set()
    for place, register in enumerate(registers):
        before = {one.code for one in registers[:place]}
        stood_on |= before & (points_at(register) | {register.code})
    return stood_on


def points_at(register: Register) -> set[str]:
    """Registers that rows of a register lead to, over any number of references."""
    found: set[str] = set()
    waiting = [register.code]
    while waiting:
        for column in signs.registers[waiting.pop()].columns:
            if column.ref and column.ref not in found and column.ref in signs.registers:
                found.add(column.ref)
                waiting.append(column.ref)
    return found


def _compare_all(
    tables: Sequence[Table], stood_on: set[str], faults: gathering.Gathered, by: Member | None
) -> None:
    seen: dict[str, dict[str, tuple[Table, int]]] = {}
    for table in tables:
        if not table.is_readable:
            continue
        try:
            keys = {} if table.is_second else seen.setdefault(table.register.code, {})
            _compare(table, table.register.code in stood_on, faults, keys, by)
        except IntegrityError:
            # Two rows say what only one may; the transaction can do no more.
            table.refusal = _clash()
            return
        except Refused as refused:
            if refused.code == gathering.CODE:
                raise
            table.refusal = refused
            return
        table.is_done = True


def _clash() -> Refused:
    return BadInput(
        "sheets.tables_clash",
        gettext_noop(
            "Rows of this table say what only one row may say, such as a name that is taken. Bring it by itself to see "
            "which, then all of them again."
        ),
    )


def _compare(
    table: Table,
    is_stood_on: bool,
    faults: gathering.Gathered,
    seen: dict[str, tuple[Table, int]],
    by: Member | None,
) -> None:
    letters = {one["column"]: letter_of(one["index"]) for one in table.found["headings"]}
    comparison = Comparison(table.register, by, table.imported.pairing, table.lines)
    while True:
        writer = committing.writer_of(table.register, by, table.imported.pairing) if is_stood_on else None
        refused: set[str] = set()
        good: set[str] = set()
        table.counts = Counter()
        with table.compared.open("w", encoding="utf-8") as file:
            for chunk in chunks(lines_of(table.lines), CHUNK):
                changes = []
                for row in comparison.compare(chunk):
                    _refuse_double(table, row, seen)
                    table.counts[row.outcome] += 1
                    file.write(_as_line(row))
                    if row.outcome == "refused":
                        faults.add_row(table.register, table.label, row, letters)
                        refused.add(row.key)
                        continue
                    good.add(row.key)
                    if row.outcome != "same":
                        changes.append(change_of(table.register, row))
                if writer is not None and changes:
                    writer.take(changes)
        # Rows may point at rows of the same table that were found to be refused in this round.
        if not comparison.refuse_rows(refused - good):
            break
    if writer is not None and table.counts["new"] + table.counts["changed"]:
        writer.write(table.imported)


def _refuse_double(table: Table, row: ImportRow, seen: dict[str, tuple[Table, int]]) -> None:
    """A key stands in one table of a batch only."""
    if not row.key:
        return
    first, number = seen.setdefault(row.key, (table, row.row))
    if first is not table:
        row.problems = [
            *row.problems,
            recognise.as_data(_double(table.register.keys[0], row.key, first, number)),
        ]
        row.outcome = "refused"


def _double(column: Column, key: str, first: Table, number: int) -> Problem:
    return Problem(
        0,
        column.name,
        key,
        "sheets.double_in_batch",
        gettext_noop("{key} stands in {sheet}, row {first}, too. Leave it in one of the two."),
        {"key": key, "sheet": first.imported.sheet or first.imported.file_name, "first": number},
    )


_KEPT = ("row", "key", "outcome", "values", "before", "problems", "object_id")


def _as_line(row: ImportRow) -> str:
    return json.dumps({name: getattr(row, name) for name in _KEPT}, ensure_ascii=False) + "\n"
