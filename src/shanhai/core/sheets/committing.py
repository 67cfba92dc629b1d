"""Staged rows are written, all in one short transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import IntegrityError

from shanhai.core import clock, journal, names, rows, signs
from shanhai.core.models import Import, ImportRow, Member, Pairing
from shanhai.core.sheets.columns import Change, Register, is_equal
from shanhai.core.sheets.comparing import FOUND_BY_COMPARING, Comparison
from shanhai.core.sheets.staged import (
    CHUNK,
    Stage,
    changes_of,
    check_open,
    chunks,
    not_open,
    recount,
    register_of,
    stage_rows,
)
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    ChangedMeanwhile,
    NotNow,
    gettext_noop,
)
from shanhai.kernel.text import tidy_name

WRITE_CHUNK = 5_000


def write(imported: Import, *, by: Member | None) -> Import:
    """Write the new and changed rows in one short transaction; refused rows are left out.

    Raises
    ------
    ChangedMeanwhile
        ``sheets.rows_moved``: some rows were changed since they were checked. Nothing is written; the comparison has
        been made again and can be looked at.
    """
    register = register_of(imported)
    check_open(imported, by, register)
    if imported.stage != Stage.CHECKED:
        raise not_open(imported)
    changes = list(changes_of(imported, register))
    if not changes:
        raise NotNow(
            "sheets.nothing_to_write",
            gettext_noop("No row of {file} changes anything. There is nothing to write."),
            file=imported.file_name,
        )
    moved = _count_moved(register, changes, imported.pairing)
    _warm_names(changes)
    if not moved:
        try:
            return _write(imported, register, changes, by=by)
        except (ChangedMeanwhile, IntegrityError) as error:
            moved = int(getattr(error, "facts", {}).get("n", 1))
    _compare_again(imported, register, by)
    raise ChangedMeanwhile(
        "sheets.rows_moved",
        gettext_noop(
            "{n} rows were changed by someone else since the file was checked. Nothing was written; what will change is "
            "shown anew. Look at it, then write."
        ),
        n=moved,
    )


@action
def _write(imported: Import, register: Register, changes: Sequence[Change], *, by: Member | None) -> Import:
    now = clock.now()
    rows.move(imported, stage=Stage.WRITTEN, written_at=now)
    journal.record(
        imported,
        "sheets.write",
        by=by,
        register=register.code,
        file=imported.file_name,
        rows=len(changes),
        left_out=imported.counts.get("refused", 0),
    )
    put(register, changes, imported, by)
    return imported


def put(register: Register, changes: Sequence[Change], imported: Import, by: Member | None) -> None:
    """Call the register's writer with the changes, a few thousand at a time, within the caller's transaction."""
    put = signs.call(register.write)
    for start in range(0, len(changes), WRITE_CHUNK):
        put(changes[start : start + WRITE_CHUNK], by=by, pairing=imported.pairing, on_import=imported)


def _warm_names(changes: Iterable[Change]) -> None:
    """Work out the pinyin that names sort by: seconds for 50,000 names, which no other writer should wait for."""
    for change in changes:
        if name := change.values.get("name_zh"):
            names.sort_key(tidy_name(name))


def _count_moved(register: Register, changes: Sequence[Change], pairing: Pairing | None) -> int:
    """How many rows are not what they were when the file was checked; read before the transaction."""
    current, moved = signs.call(register.current), 0
    for chunk in chunks(changes, CHUNK):
        now = current([change.key for change in chunk], pairing)
        for change in chunk:
            found = now.get(change.key)
            if change.before is None or found is None:
                moved += (found is None) != (change.before is None)
            elif change.version is not None:
                moved += found.get("_version") != change.version
            else:
                moved += any(
                    not is_equal(found.get(c.name), change.before.get(c.name)) for c in register.columns
                )
    return moved


def _compare_again(imported: Import, register: Register, by: Member | None) -> None:
    """Compare the staged rows anew; those refused for what stands in their cells stay refused."""
    comparison = Comparison(register, by, imported.pairing, None)
    if register.code in comparison._known:
        comparison._known[register.code] |= set(
            ImportRow.objects.filter(of=imported).exclude(outcome="refused").values_list("key", flat=True)
        )
    numbers = list(ImportRow.objects.filter(of=imported).order_by("row").values_list("row", flat=True))
    for some in chunks(numbers, CHUNK):
        _replace_rows(imported, comparison, some)
    _recounted(imported)


@action
def _replace_rows(imported: Import, comparison: Comparison, numbers: Sequence[int]) -> None:
    held = ImportRow.objects.filter(of=imported, row__range=(numbers[0], numbers[-1])).order_by("row")
    lines = [
        (row.row, row.key, row.values, [p for p in row.problems if p["code"] not in FOUND_BY_COMPARING])
        for row in held
    ]
    staged = comparison.compare(lines)
    held._raw_delete(using=held.db)
    stage_rows(imported, staged)


@action
def _recounted(imported: Import) -> None:
    imported.refresh_from_db()
    recount(imported)
