"""Tables of several registers come in together: kept, checked whole, written in one transaction, taken back in one.

A batch is made of imports, one for each sheet that is the table of a register. They go its way: nobody writes, takes
back or discards one of them alone.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction

from shanhai.core import access, clock, journal, names, rows
from shanhai.core import undo as undo_rule
from shanhai.core.models import Batch, Import, ImportRow, Member, Pairing
from shanhai.core.models.sheet import Stage
from shanhai.core.sheets import bringing, committing, kept, staged, trying, undoing
from shanhai.core.sheets.batch_reading import check_may_write, read, sort_out
from shanhai.core.sheets.columns import Change, Register
from shanhai.core.sheets.staged import CHUNK, OPEN, changes_of, chunks, drop_rows, register_of, stage_rows
from shanhai.core.sheets.trying import Table
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    BadInput,
    ChangedMeanwhile,
    NotNow,
    Refused,
    TooLarge,
    gettext_noop,
)
from shanhai.kernel.text import tidy_name

MOST_FILES = 40
OUTCOMES = ("same", "changed", "new", "refused")
Progress = Callable[[int, int | None], None]


def bring(
    files: Sequence[BinaryIO | Path],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Read files with tables of several registers and check all of them; nothing of the registers changes.

    Returns
    -------
    Batch
        At stage ``checked``, with a part for each table that was found; ``refused`` where there is none, with the
        reason in ``refusal``.
    """
    return check(accept(files, by=by, pairing=pairing), by=by, progress=progress)


def accept(files: Sequence[BinaryIO | Path], *, by: Member | None, pairing: Pairing | None = None) -> Batch:
    """Keep files for reading and open their batch at stage ``reading``; ``check`` goes on.

    Raises
    ------
    BadInput
        ``sheets.no_files``
    TooLarge
        ``sheets.too_many_files``
    """
    if not files:
        raise BadInput(
            "sheets.no_files", gettext_noop("No file was brought. Choose at least one: .xlsx or .csv.")
        )
    if len(files) > MOST_FILES:
        raise TooLarge(
            "sheets.too_many_files",
            gettext_noop(
                "{n} files were brought; at most {limit} are checked together. Bring them in parts."
            ),
            n=len(files),
            limit=MOST_FILES,
        )
    found = [kept.keep(file) for file in files]
    return _open([{"name": name, "sha256": sha256} for sha256, name in found], by=by, pairing=pairing)


@action
def _open(files: list[dict[str, str]], *, by: Member | None, pairing: Pairing | None) -> Batch:
    batch = Batch.objects.create(files=files, by=by, pairing=pairing, brought_at=clock.now())
    journal.record(batch, "sheets.bring_batch", by=by, files=len(files))
    return batch


# -- check -----------------------------------------------------------------------------------------------------------


def check(batch: Batch, *, by: Member | None, progress: Progress | None = None) -> Batch:
    """Read the files of a batch and compare all their tables; what is wrong is told of all of them at once."""
    check_open(batch)
    with tempfile.TemporaryDirectory() as folder:
        try:
            strange = batch.counts.get("strange", []) if batch.parts.exists() else sort_out(batch, by)
            tables = read(batch, Path(folder), by, progress)
            trying.compare(tables, by=by)
        except Refused as refused:
            return _refuse(batch, refused, by=by)
        for table in tables:
            _restage(table)
        return _settle(batch, tables, strange, by=by)


def check_as_task(progress: Progress, **args: Any) -> dict[str, Any]:
    """Check a large batch in a task; ``args`` holds its key."""
    batch = Batch.objects.select_related("by__unit", "pairing").get(pk=args["batch"])
    if batch.stage == Stage.READING:
        check(batch, by=batch.by, progress=progress)
    return {"batch": batch.pk, "stage": str(batch.stage)}


def _restage(table: Table) -> None:
    # Nobody reads staged rows before the batch is checked, so chunks need not be one transaction.
    _drop(table.imported)
    if table.is_done:
        for some in chunks(table.rows(), CHUNK):
            _stage(table.imported, some)


@action
def _drop(imported: Import) -> None:
    drop_rows(imported)


@action
def _stage(imported: Import, some: list[ImportRow]) -> None:
    stage_rows(imported, some)


@action
def _settle(
    batch: Batch, tables: Sequence[Table], strange: list[dict[str, Any]], *, by: Member | None
) -> Batch:
    totals: Counter[str] = Counter()
    for table in tables:
        totals.update(table.counts)
        rows.move(table.imported, **_part_as_checked(table))
    counts = {outcome: totals[outcome] for outcome in OUTCOMES}
    rows.move(batch, stage=Stage.CHECKED, counts={**counts, "strange": strange}, refusal=None)
    journal.record(batch, "sheets.check_batch", by=by, tables=len(tables), counts=counts)
    return batch


def _part_as_checked(table: Table) -> dict[str, Any]:
    found = table.found
    counts = {outcome: table.counts[outcome] for outcome in OUTCOMES}
    if "chosen" in table.imported.counts:
        counts["chosen"] = table.imported.counts["chosen"]
    if not found or table.refusal is not None:
        why = table.refusal or _waits()
        data = {
            "code": why.code,
            "sentence": why.sentence,
            "facts": {k: str(v) for k, v in why.facts.items()},
        }
        return {"stage": Stage.REFUSED, "refusal": data, "counts": counts}
    names_of = (
        "n_title",
        "n_total",
        "n_note",
        "n_repeated",
        "n_formulas",
        "n_rows",
        "headings",
        "sheets",
        "peak_mb",
    )
    more: dict[str, Any] = {
        "header_row": found["header_row"] or None,
        "mapping": {one["text"]: one["column"] for one in found["headings"]},
        "counts": {**counts, **{name: found[name] for name in names_of}, "left_out": 0},
        "refusal": None,
    }
    if not found["is_mapped"]:
        return {**more, "stage": Stage.MAPPING}
    if not table.is_done:
        why = _waits()
        data = {"code": why.code, "sentence": why.sentence, "facts": {}}
        return {**more, "stage": Stage.REFUSED, "refusal": data}
    return {**more, "stage": Stage.CHECKED}


def _waits() -> Refused:
    return NotNow(
        "sheets.table_waits",
        gettext_noop(
            "Correct the tables above and bring the files again; this one is checked once they are right."
        ),
    )


@action
def _refuse(batch: Batch, refused: Refused, *, by: Member | None) -> Batch:
    facts = {name: str(value) for name, value in refused.facts.items() if name != "problems"}
    rows.move(
        batch,
        stage=Stage.REFUSED,
        refusal={"code": refused.code, "sentence": refused.sentence, "facts": facts},
        counts={},
    )
    journal.record(batch, "sheets.check_batch", by=by, tables=0, counts={})
    return batch


def name_columns(part: Import, chosen: Mapping[str, str], *, by: Member | None) -> Batch:
    """Say which heading of a table of a batch is which column, and check the whole batch again.

    Raises
    ------
    BadInput
        ``sheets.no_such_column``, ``sheets.column_twice``, ``sheets.key_not_mapped``
    """
    batch = part.batch
    assert batch is not None, "an import by itself is named by bringing.remap"
    register = register_of(part)
    check_open(batch)
    check_may_write(register, by, part.pairing)
    bringing.check_chosen(register, chosen)
    _choose(part, register, chosen, by=by)
    return check(batch, by=by)


@action
def _choose(part: Import, register: Register, chosen: Mapping[str, str], *, by: Member | None) -> None:
    same = Import.objects.filter(
        batch=part.batch, sha256=part.sha256, sheet=part.sheet, register=part.register
    )
    for one in same:
        rows.move(one, counts={**one.counts, "chosen": dict(chosen)})
    if by is not None:
        bringing.remember(register, chosen, by=by)


# -- write, discard --------------------------------------------------------------------------------------------------


def check_open(batch: Batch) -> None:
    """Refuse what only a batch that waits allows.

    Raises
    ------
    NotNow
        ``sheets.batch_not_open``
    """
    if batch.stage not in OPEN:
        raise NotNow(
            "sheets.batch_not_open",
            gettext_noop(
                "The batch {files} is {stage}; only one that waits can be changed. Bring the files again."
            ),
            files=batch.name,
            stage=batch.stage,
        )


def write(batch: Batch, *, by: Member | None) -> Batch:
    """Write the new and changed rows of all tables in one short transaction; refused rows are left out.

    Raises
    ------
    ChangedMeanwhile
        ``sheets.rows_moved``: some rows were changed since they were checked. Nothing is written; all tables were
        checked again and can be looked at.
    NotNow
        ``sheets.nothing_to_write``, ``sheets.batch_not_open``
    """
    check_open(batch)
    parts = _parts_to_write(batch)
    if not parts:
        raise NotNow(
            "sheets.nothing_to_write",
            gettext_noop("No row of {file} changes anything. There is nothing to write."),
            file=batch.name,
        )
    for part in parts:
        check_may_write(register_of(part), by, part.pairing)
    try:
        return _write(batch, _prepared(parts, by), by=by)
    except (ChangedMeanwhile, IntegrityError) as error:
        if getattr(error, "code", "") == "core.changed_meanwhile":
            raise
        n = int(str(getattr(error, "facts", {}).get("n", 1)))
    check(batch, by=by)
    raise _moved(n)


def _parts_to_write(batch: Batch) -> list[Import]:
    parts = batch.parts.filter(stage=Stage.CHECKED).select_related("pairing").order_by("place")
    return [part for part in parts if part.counts.get("new", 0) + part.counts.get("changed", 0)]


Prepared = Sequence[tuple[Import, committing.Writer | None]]


def _prepared(parts: Sequence[Import], by: Member | None) -> Prepared:
    """Tables with a writer that has their rows already, where they stand on no other; the rest is worked out later.

    Of the others only the pinyin of names is, for which no other writer should wait.
    """
    prepared: list[tuple[Import, committing.Writer | None]] = []
    before: set[str] = set()
    for part in parts:
        register = register_of(part)
        if before & (trying.points_at(register) | {register.code}):
            _spell_names(part)
            prepared.append((part, None))
        else:
            prepared.append((part, _taken(part, by)))
        before.add(register.code)
    return prepared


def _taken(part: Import, by: Member | None) -> committing.Writer:
    """A writer that has taken all rows of a table, as they are now."""
    register = register_of(part)
    writer = committing.writer_of(register, by, part.pairing)
    for some in chunks(changes_of(part, register), CHUNK):
        writer.take(_as_now(register, some, part.pairing))
    return writer


def _spell_names(part: Import) -> None:
    for change in changes_of(part, register_of(part)):
        if name := change.values.get("name_zh"):
            names.sort_key(tidy_name(name))


def _moved(n: int) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "sheets.rows_moved",
        gettext_noop(
            "{n} rows were changed by someone else since the file was checked. Nothing was written; what will change is "
            "shown anew. Look at it, then write."
        ),
        n=n,
    )


@action
def _write(batch: Batch, prepared: Prepared, *, by: Member | None) -> Batch:
    now = clock.now()
    n = sum(part.counts["new"] + part.counts["changed"] for part, _writer in prepared)
    rows.move(batch, stage=Stage.WRITTEN, written_at=now)
    journal.record(batch, "sheets.write_batch", by=by, tables=len(prepared), rows=n)
    for part, taken in prepared:
        # What stands on rows of this batch can be worked out only now, and anew if the database asks for another try.
        writer = taken or _taken(part, by)
        rows.move(part, stage=Stage.WRITTEN, written_at=now)
        journal.record(
            part,
            "sheets.write",
            by=by,
            register=part.register,
            file=part.file_name,
            rows=part.counts["new"] + part.counts["changed"],
            left_out=part.counts.get("refused", 0),
        )
        writer.write(part)
    return batch


def _as_now(register: Register, changes: Sequence[Change], pairing: Pairing | None) -> list[Change]:
    """Changes on the rows as they are; those that stand on rows of this batch were compared with rows since undone."""
    now = committing.rows_now(register, changes, pairing)
    if moved := committing.count_moved(register, changes, now):
        raise _moved(moved)
    return [
        change
        if change.before is None
        else replace(change, before=now[change.key], object_id=now[change.key].get("_id"))
        for change in changes
    ]


@action
def discard_batch(batch: Batch, *, by: Member | None) -> Batch:
    """Throw a batch away that is not written: by who brought it, or who may write one of its tables.

    Raises
    ------
    NotNow
        ``sheets.batch_not_open``: it is written.
    """
    check_open(batch)
    _check_may_discard(batch, by)
    rows.move(batch, stage=Stage.DISCARDED)
    for part in batch.parts.filter(stage__in=OPEN):
        rows.move(part, stage=Stage.DISCARDED)
        drop_rows(part)
    journal.record(batch, "sheets.discard_batch", by=by)
    transaction.on_commit(lambda: kept.drop_files(batch))
    return batch


def _check_may_discard(batch: Batch, by: Member | None) -> None:
    if by is None or by.pk == batch.by_id:
        return
    parts = list(batch.parts.all())
    if parts and not any(
        access.may(by, register_of(part).write_access, pairing_id=part.pairing_id) for part in parts
    ):
        check_may_write(register_of(parts[0]), by, parts[0].pairing)


# -- take back -------------------------------------------------------------------------------------------------------


def may_undo(batch: Batch) -> bool:
    """Whether the batch is written and still young enough."""
    return (
        batch.stage == Stage.WRITTEN
        and batch.written_at is not None
        and clock.now() <= undo_rule.until(batch.written_at)
    )


@action
def undo_batch(batch: Batch, *, by: Member | None) -> Batch:
    """Take a written batch back while it may be: all tables or none, the last one first.

    Raises
    ------
    NotNow
        ``sheets.too_late_to_undo``, and what ``undoing.undo`` refuses.
    """
    parts = list(batch.parts.filter(stage=Stage.WRITTEN).select_related("pairing").order_by("-place"))
    for part in parts:
        check_may_write(register_of(part), by, part.pairing)
    if not may_undo(batch):
        raise NotNow(
            "sheets.too_late_to_undo",
            gettext_noop(
                "The import of {file} cannot be undone: it is {stage}, or more than {minutes} minutes"
                " ago. Bring a sheet with the values as they should be."
            ),
            file=batch.name,
            stage=batch.stage,
            minutes=undo_rule.minutes(batch.written_at),
        )
    rows.move(batch, stage=Stage.UNDONE)
    journal.record(batch, "sheets.undo_batch", by=by, tables=len(parts))
    touched: dict[str, set[str]] = {}
    for part in parts:
        _take_back(part, touched.setdefault(part.register, set()), by)
    return batch


def _take_back(part: Import, touched: set[str], by: Member | None) -> None:
    """Take one table back; its rows may have been written once more by a later table, which has gone back by now."""
    register = register_of(part)
    back = undoing.changes_back(part, register, already=touched)
    writer = committing.writer_of(register, by, part.pairing)
    writer.take(back)
    rows.move(part, stage=Stage.UNDONE)
    journal.record(part, "sheets.undo", by=by, rows=len(back))
    writer.write(part)
    touched |= {change.key for change in back}


def forget_old() -> int:
    """Discard batches that waited more than a week (part of the sweep of old imports)."""
    old = Batch.objects.filter(brought_at__lt=clock.now() - kept.KEPT_FOR, stage__in=OPEN)[:100]
    for batch in old:
        discard_batch(batch, by=None)
    return len(old)


def refused_of(batch: Batch) -> list[tuple[Register, str, Any]]:
    """Register, sheet and refused rows of each table that has such, for ``exporting.refused_rows``."""
    parts = batch.parts.select_related("pairing").order_by("place")
    return [
        (register_of(part), part.sheet, staged.refused_of(part))
        for part in parts
        if part.counts.get("refused")
    ]
