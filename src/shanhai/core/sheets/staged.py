"""Rows of a file as they wait: what each would do, what is wrong with it, and how they are counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext

from shanhai.core import access, bulk, rows, sentences, signs
from shanhai.core.models import Import, ImportRow, Member
from shanhai.core.sheets import cells
from shanhai.core.sheets.columns import Change, Register
from shanhai.kernel.refusals import (
    NotFound,
    NotNow,
    Refused,
    gettext_noop,
)

CHUNK = 2_000  # Rows compared and staged at a time: bounds memory, and the number of queries per row.

Stage = Import.Stage
OPEN = (Stage.READING, Stage.MAPPING, Stage.CHECKED, Stage.REFUSED)
# [row, key, values as JSON, problems as data]
Line = tuple[int, str, dict[str, Any], list[dict[str, Any]]]

_ROW_COLUMNS = ("of_id", "row", "key", "outcome", "values", "before", "problems", "object_id")


def lines_of(path: Path) -> Iterator[Line]:
    """Rows that the child wrote, one after the other: number, key, values as JSON holds them, problems as data."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            number, key, values, problems = json.loads(line)
            yield number, key, values, problems


def chunks(lines: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of ``size`` items, the last one shorter, of whatever comes one by one."""
    iterator = iter(lines)
    while chunk := list(islice(iterator, size)):
        yield chunk


def stage_rows(imported: Import, staged: Sequence[ImportRow]) -> None:
    """Store compared rows of an import, within the caller's action."""

    def as_json(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    bulk.insert_rows(
        ImportRow,
        _ROW_COLUMNS,
        (
            (
                imported.pk,
                row.row,
                row.key,
                row.outcome,
                as_json(row.values),
                None if row.before is None else as_json(row.before),
                as_json(row.problems),
                row.object_id,
            )
            for row in staged
        ),
    )


def drop_rows(imported: Import) -> None:
    """Take all staged rows of an import away, within the caller's action."""
    ImportRow.objects.filter(of=imported)._raw_delete(using=ImportRow.objects.db)


def recount(imported: Import, *, left_out: int = 0) -> None:
    """Count staged rows by outcome again, within the caller's action.

    ``left_out`` more were left out by a person. Raises ``ChangedMeanwhile`` where the import was moved by someone else.
    """
    found = dict(
        ImportRow.objects.filter(of=imported)
        .values_list("outcome")
        .annotate(n=Count("pk"))
        .values_list("outcome", "n")
    )
    counts = {**imported.counts, "left_out": imported.counts.get("left_out", 0) + left_out}
    counts.update({outcome: found.get(outcome, 0) for outcome in ("same", "changed", "new", "refused")})
    rows.move(imported, counts=counts)


def register_of(imported: Import) -> Register:
    """The register that an import is for."""
    register: Register | None = signs.registers.get(imported.register)
    if register is None:
        raise NotFound(
            "sheets.no_such_register",
            gettext_noop(
                "There is no register {register}. The page of imports names "
                "them, and so does `shanhai registry registers list`."
            ),
            register=imported.register,
        )
    return register


def check_open(imported: Import, by: Member | None, register: Register) -> None:
    """Whether a member may go on with an import.

    Raises
    ------
    NotAllowed
        ``by`` may not write the register.
    NotNow
        ``sheets.not_open``: the import is no longer (or not yet) waiting for a person.
    """
    access.check(by, register.write_access, pairing_id=imported.pairing_id)
    if imported.stage not in (Stage.MAPPING, Stage.CHECKED):
        raise not_open(imported)


def not_open(imported: Import) -> Refused:
    """The refusal of what only an import that waits allows: ``sheets.not_open``."""
    return NotNow(
        "sheets.not_open",
        gettext_noop(
            "The import of {file} is {stage}; only one that waits can be changed. Bring the file again."
        ),
        file=imported.file_name,
        stage=imported.stage,
    )


def refused_of(imported: Import) -> list[tuple[int, dict[str, Any], list[dict[str, Any]]]]:
    """Row, values and problems of the refused rows, each problem with its sentence as ``why``."""
    register = register_of(imported)
    refused = ImportRow.objects.filter(of=imported, outcome="refused").order_by("row")
    return [
        (
            row.row,
            {name: decoded(register, name, value) for name, value in row.values.items()},
            [{**problem, "why": say(problem)} for problem in row.problems],
        )
        for row in refused.iterator(chunk_size=CHUNK)
    ]


def say(problem: Mapping[str, Any]) -> str:
    """The sentence of a problem in the reader's language."""
    facts = {
        name: gettext(value["word"]) if isinstance(value, dict) else value
        for name, value in problem["facts"].items()
    }
    return sentences.said(problem["sentence"], facts)


def change_of(register: Register, row: ImportRow) -> Change:
    """What a staged row does, with every column of the register."""
    before = None
    if row.before is not None:
        before = {name: decoded(register, name, value) for name, value in row.before.items()}
    values: dict[str, Any] = {}
    for column in register.columns:
        if column.name in row.values:
            values[column.name] = cells.decode(column, row.values[column.name])
        else:
            values[column.name] = before.get(column.name, column.empty) if before else column.empty
    return Change(row.key, row.outcome, values, before, row.object_id, row.row)  # type: ignore[arg-type]


def decoded(register: Register, name: str, value: Any) -> Any:
    """A staged value as the register holds it; names that begin with ``_`` are no columns and stay."""
    return value if name.startswith("_") else cells.decode(register.column(name), value)


def changes_of(imported: Import, register: Register) -> Iterator[Change]:
    """What the new and changed rows of an import do, in the order of the file; read in chunks."""
    staged = ImportRow.objects.filter(of=imported, outcome__in=("new", "changed")).order_by("row")
    for row in staged.iterator(chunk_size=CHUNK):
        yield change_of(register, row)
