"""What was not clear in a file is settled, or the file is thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from shanhai.core import access, clock, journal, rows
from shanhai.core.models import Import, ImportRow, Member
from shanhai.core.sheets import batches, cells, kept, parsing, recognise, units
from shanhai.core.sheets.columns import Register
from shanhai.core.sheets.comparing import FOUND_BY_COMPARING, Comparison
from shanhai.core.sheets.recognise import as_data
from shanhai.core.sheets.staged import (
    OPEN,
    Stage,
    check_open,
    drop_rows,
    not_open,
    recount,
    register_of,
    stage_rows,
)
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    NotFound,
    gettext_noop,
)


@action
def cure(imported: Import, row_number: int, column: str, *, by: Member | None) -> ImportRow | None:
    """Do what the button beside a refused cell says: take the proposed value, or leave out a double.

    Returns
    -------
    ImportRow | None
        The row as it is then, or None where it was left out.

    Raises
    ------
    NotFound
        ``sheets.nothing_to_cure``: the cell has no proposal (any more).
    NotNow
        ``sheets.not_open``.
    """
    register = register_of(imported)
    check_open(imported, by, register)
    row = ImportRow.objects.filter(of=imported, row=row_number).first()
    problem = next((p for p in row.problems if p["column"] == column and "cure" in p), None) if row else None
    if row is None or problem is None:
        raise NotFound(
            "sheets.nothing_to_cure",
            gettext_noop("Row {row} has nothing to settle in this column any more. Look at the list again."),
            row=row_number,
        )
    if problem["cure"]["kind"] == "keep":
        row.delete()
        recount(imported, left_out=1)
        return None
    settled = _with_value(imported, register, row, problem, by)
    row.delete()
    stage_rows(imported, [settled])
    recount(imported)
    return settled


def _with_value(
    imported: Import, register: Register, row: ImportRow, problem: Mapping[str, Any], by: Member | None
) -> ImportRow:
    column = parsing.with_form(register.column(problem["column"]))
    unit = next((one["unit"] for one in imported.counts["headings"] if one["column"] == column.name), "")
    values = {**row.values}
    kept = [one for one in row.problems if one is not problem and one["code"] not in FOUND_BY_COMPARING]
    try:
        value = cells.read(column, problem["cure"]["value"], units.find(unit) if unit else None)
        values[column.name] = cells.encode(value)
    except cells.Unclear as unclear:
        kept.append(recognise.problem_of(unclear, column, problem["cure"]["value"]))
    key = register.key_of(values) if all(values.get(c.name) not in (None, "") for c in register.keys) else ""
    twin = ImportRow.objects.filter(of=imported, key=key).exclude(pk=row.pk).order_by("row").first()
    if key and twin is not None and not any(one["code"] == "sheets.double" for one in kept):
        kept.append(as_data(recognise.double(register.keys[0], key, twin.row)))
    (settled,) = Comparison(register, by, imported.pairing, None).compare([(row.row, key, values, kept)])
    settled.of = imported
    return settled


@action
def discard(imported: Import, *, by: Member | None) -> Import:
    """Throw a staged file away; refused with ``sheets.not_open`` once it is written."""
    register = register_of(imported)
    access.check(by, register.write_access, pairing_id=imported.pairing_id)
    if imported.stage not in OPEN:
        raise not_open(imported)
    rows.move(imported, stage=Stage.DISCARDED)
    drop_rows(imported)
    journal.record(imported, "sheets.discard", by=by)
    transaction.on_commit(lambda: kept.drop(imported))
    return imported


def forget_old(now: Any = None) -> int:
    """Discard imports that waited more than a week, and forget staged rows and files of old ones (a sweep)."""
    before = clock.now() - kept.KEPT_FOR
    n = 0
    for imported in Import.objects.filter(brought_at__lt=before, stage__in=OPEN, batch=None)[:100]:
        discard(imported, by=None)
        n += 1
    n += batches.forget_old()
    stale = ImportRow.objects.filter(of__written_at__lt=before)
    n += stale.count()
    if n:
        stale._raw_delete(using=stale.db)
    return n + kept.forget_unneeded()
