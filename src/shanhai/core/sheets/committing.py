"""Staged rows are written, all in one short transaction."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

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
    writer = writer_of(register, by, imported.pairing)
    n, moved = _prepare(imported, register, writer)
    if not n:
        raise NotNow(
            "sheets.nothing_to_write",
            gettext_noop("No row of {file} changes anything. There is nothing to write."),
            file=imported.file_name,
        )
    if not moved:
        try:
            return _write(imported, register, writer, n, by=by)
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


def _prepare(imported: Import, register: Register, writer: Writer) -> tuple[int, int]:
    """Hand the changes to the writer, a chunk at a time; gives how many there are and how many rows moved since."""
    n = moved = 0
    for some in chunks(changes_of(imported, register), CHUNK):
        n += len(some)
        moved += count_moved(register, some, rows_now(register, some, imported.pairing))
        if not moved:
            try:
                writer.take(some)
            except ChangedMeanwhile as refused:
                moved += int(str(refused.facts.get("n", 1)))
    return n, moved


@action
def _write(imported: Import, register: Register, writer: Writer, n: int, *, by: Member | None) -> Import:
    now = clock.now()
    rows.move(imported, stage=Stage.WRITTEN, written_at=now)
    journal.record(
        imported,
        "sheets.write",
        by=by,
        register=register.code,
        file=imported.file_name,
        rows=n,
        left_out=imported.counts.get("refused", 0),
    )
    writer.write(imported)
    return imported


class Writer(Protocol):
    """What ``Register.writer`` makes."""

    def take(self, changes: Sequence[Change]) -> None:
        """Work out some thousand changes before the transaction."""

    def write(self, on_import: Import) -> None:
        """Write all that was taken, inside the transaction."""


def writer_of(register: Register, by: Member | None, pairing: Pairing | None) -> Writer:
    """A writer for one import of a register: give it changes with ``take``, then ``write`` in an action."""
    if register.writer:
        writer: Writer = signs.call(register.writer)(by, pairing)
        return writer
    return _InChunks(register, by, pairing)


class _InChunks:
    """Writes through ``Register.write``, some thousand changes at a time; what registers have without a writer."""

    def __init__(self, register: Register, by: Member | None, pairing: Pairing | None) -> None:
        # The function behind the action: each of its own would be a savepoint, for which SQLite copies every page that
        # is touched (200 MB for 5,000 rows). Nobody here catches a refusal and goes on.
        self._put = inspect.unwrap(signs.call(register.write))
        self._by, self._pairing = by, pairing
        self._changes: list[Change] = []

    def take(self, changes: Sequence[Change]) -> None:
        """Keep changes, and work out the pinyin that their names sort by, which no other writer should wait for."""
        self._changes += changes
        for change in changes:
            if name := change.values.get("name_zh"):
                names.sort_key(tidy_name(name))

    def write(self, on_import: Import) -> None:
        """Write what was taken, in its order."""
        for some in chunks(self._changes, WRITE_CHUNK):
            self._put(some, by=self._by, pairing=self._pairing, on_import=on_import)


Now = Mapping[str, Mapping[str, Any]]


def rows_now(register: Register, changes: Sequence[Change], pairing: Pairing | None) -> Now:
    """The rows of some changes as they are, by key."""
    now: Now = signs.call(register.current)([change.key for change in changes], pairing)
    return now


def count_moved(register: Register, changes: Sequence[Change], now: Now) -> int:
    """How many rows are not what they were when the file was checked."""
    moved = 0
    for change in changes:
        found = now.get(change.key)
        if change.before is None or found is None:
            moved += (found is None) != (change.before is None)
        elif change.version is not None:
            moved += found.get("_version") != change.version
        else:
            moved += any(not is_equal(found.get(c.name), change.before.get(c.name)) for c in register.inputs)
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
