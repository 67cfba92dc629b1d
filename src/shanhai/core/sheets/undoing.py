"""A written import is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from shanhai.core import access, clock, journal, rows, signs
from shanhai.core.models import Import, Member
from shanhai.core.sheets import committing
from shanhai.core.sheets.columns import Change, Register, is_equal
from shanhai.core.sheets.staged import CHUNK, Stage, changes_of, chunks, register_of
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    NotNow,
    gettext_noop,
)

UNDO_MINUTES = 10
UNDO_FOR = timedelta(minutes=UNDO_MINUTES)


def undo(imported: Import, *, by: Member | None) -> Import:
    """Take a written import back within ten minutes: rows get their values from before; new rows go where they can.

    Raises
    ------
    NotNow
        ``sheets.too_late_to_undo``, or ``sheets.undo_of_moved``: rows were changed since.
    """
    register = register_of(imported)
    access.check(by, register.write_access, pairing_id=imported.pairing_id)
    if not may_undo(imported):
        raise NotNow(
            "sheets.too_late_to_undo",
            gettext_noop(
                "The import of {file} cannot be undone: it is {stage}, or more than {minutes} minutes ago."
            ),
            file=imported.file_name,
            stage=imported.stage,
            minutes=UNDO_MINUTES,
        )
    back = _changes_back(imported, register)
    return _undo(imported, register, back, by=by)


def may_undo(imported: Import) -> bool:
    """Whether the import was written in the last ten minutes."""
    return (
        imported.stage == Stage.WRITTEN
        and imported.written_at is not None
        and clock.now() - imported.written_at <= UNDO_FOR
    )


def _changes_back(imported: Import, register: Register) -> list[Change]:
    back: list[Change] = []
    moved = 0
    current = signs.call(register.current)
    for chunk in chunks(changes_of(imported, register), CHUNK):
        now = current([change.key for change in chunk], imported.pairing)
        for change in chunk:
            found = now.get(change.key)
            if found is None or not _is_as_written(register, change, found):
                moved += 1
            elif change.before is not None:
                back.append(Change(change.key, "changed", change.before, found, found.get("_id"), change.row))
            elif register.can_remove:
                back.append(Change(change.key, "gone", found, found, found.get("_id"), change.row))
    if moved:
        raise NotNow(
            "sheets.undo_of_moved",
            gettext_noop(
                "{n} rows of {file} were changed again since; it can no longer be undone as a whole."
            ),
            n=moved,
            file=imported.file_name,
        )
    # Rows may point at rows above them in the file: those below go first.
    return back[::-1]


def _is_as_written(register: Register, change: Change, found: Mapping[str, Any]) -> bool:
    """Whether nobody touched the row since the import wrote it."""
    if "_version" in found:
        return bool(found["_version"] == (0 if change.version is None else change.version + 1))
    return all(is_equal(found.get(c.name), change.values.get(c.name)) for c in register.columns)


@action
def _undo(imported: Import, register: Register, back: Sequence[Change], *, by: Member | None) -> Import:
    rows.move(imported, stage=Stage.UNDONE)
    journal.record(imported, "sheets.undo", by=by, rows=len(back))
    committing.put(register, back, imported, by)
    return imported
