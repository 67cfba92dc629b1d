"""A written import is taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shanhai.core import access, clock, journal, rows, signs
from shanhai.core import undo as undo_rule
from shanhai.core.models import Import, Member
from shanhai.core.sheets import committing
from shanhai.core.sheets.columns import Change, Register, is_equal
from shanhai.core.sheets.staged import CHUNK, Stage, changes_of, chunks, register_of
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    NotNow,
    gettext_noop,
)


def undo(imported: Import, *, by: Member | None) -> Import:
    """Take a written import back while it may be: changed rows get their values from before, new rows go.

    All of it or nothing. It is an action of its own: each row has its entry in the journal once more.

    Raises
    ------
    NotNow
        ``sheets.too_late_to_undo``: ``core.undo_minutes`` are over; ``sheets.undo_of_moved``: rows were changed since;
        ``core.row_in_use``: another record points at a new row by now; ``registry.login_in_use``.
    NotAllowed
        ``by`` may not write the register.
    """
    register = register_of(imported)
    access.check(by, register.write_access, pairing_id=imported.pairing_id)
    if not may_undo(imported):
        raise NotNow(
            "sheets.too_late_to_undo",
            gettext_noop(
                "The import of {file} cannot be undone: it is {stage}, or more than {minutes} minutes"
                " ago. Bring a sheet with the values as they should be."
            ),
            file=imported.file_name,
            stage=imported.stage,
            minutes=undo_rule.minutes(imported.written_at),
        )
    back = changes_back(imported, register)
    writer = committing.writer_of(register, by, imported.pairing)
    writer.take(back)
    return _undo(imported, writer, len(back), by=by)


def may_undo(imported: Import) -> bool:
    """Whether the import is written and still young enough."""
    return (
        imported.stage == Stage.WRITTEN
        and imported.written_at is not None
        and clock.now() <= undo_rule.until(imported.written_at)
    )


def changes_back(
    imported: Import, register: Register, already: Collection[str] = frozenset()
) -> list[Change]:
    """What takes the rows of an import back, those below first.

    ``already`` has the keys of rows that a later table of the same batch wrote once more, which were looked at there.

    Raises
    ------
    NotNow
        ``sheets.undo_of_moved``
    """
    back: list[Change] = []
    moved: list[Change] = []
    current = signs.call(register.current)
    for chunk in chunks(changes_of(imported, register), CHUNK):
        now = current([change.key for change in chunk], imported.pairing)
        for change in chunk:
            found = now.get(change.key)
            if found is None or not (change.key in already or _is_as_written(register, change, found)):
                moved.append(change)
            elif change.before is not None:
                back.append(Change(change.key, "changed", change.before, found, found.get("_id"), change.row))
            else:
                back.append(Change(change.key, "gone", found, found, found.get("_id"), change.row))
    if moved:
        raise NotNow(
            "sheets.undo_of_moved",
            gettext_noop(
                "{n} rows of {file} were changed again since, {key} in row {row} first, so nothing was taken back. Correct "
                "those rows on their pages, or bring a corrected file."
            ),
            n=len(moved),
            file=imported.file_name,
            key=moved[0].key,
            row=moved[0].row,
        )
    # Rows may point at rows above them in the file: those below go first.
    return back[::-1]


def _is_as_written(register: Register, change: Change, found: Mapping[str, Any]) -> bool:
    """Whether nobody touched the row since the import wrote it: by its version, or by its cells where it has none."""
    version = found.get("_version")
    if version is None:
        return all(is_equal(found.get(c.name), change.values.get(c.name)) for c in register.inputs)
    expected = 0 if change.version is None else change.version + 1
    return bool(version == expected) and all(
        _words(found.get(c.name)) == _words(change.values.get(c.name)) for c in register.columns if c.is_apart
    )


def _words(cell: Any) -> list[str]:
    return sorted(str(cell or "").split())


@action
def _undo(imported: Import, writer: committing.Writer, n: int, *, by: Member | None) -> Import:
    rows.move(imported, stage=Stage.UNDONE)
    journal.record(imported, "sheets.undo", by=by, rows=n)
    writer.write(imported)
    return imported
