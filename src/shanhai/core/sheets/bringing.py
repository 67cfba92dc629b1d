"""A file comes in: kept, read, its headings named, its rows compared and staged. Nothing of the register changes."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from shanhai.core import access, clock, journal, rows
from shanhai.core.models import ColumnMapping, Import, ImportRow, Member, Pairing
from shanhai.core.sheets import kept, parsing
from shanhai.core.sheets.columns import Register
from shanhai.core.sheets.comparing import Comparison
from shanhai.core.sheets.staged import (
    CHUNK,
    Stage,
    check_open,
    chunks,
    drop_rows,
    lines_of,
    register_of,
    stage_rows,
)
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    BadInput,
    Refused,
    gettext_noop,
)

Progress = Callable[[int, int | None], None]


def bring(
    file: BinaryIO | Path,
    register: Register,
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    sheet: str = "",
    progress: Progress | None = None,
) -> Import:
    """Read a file for a register and stage its rows; nothing of the register changes.

    Parameters
    ----------
    file
        An uploaded file (with ``name``) or a path.
    pairing
        For registers of a pairing, the one that the rows belong to.

    Returns
    -------
    Import
        At stage ``checked``; ``mapping`` where headings must be confirmed first; ``refused`` where the file as a whole
        cannot be read, with the reason in ``refusal``.
    """
    return check(accept(file, register, by=by, pairing=pairing, sheet=sheet), by=by, progress=progress)


def accept(
    file: BinaryIO | Path,
    register: Register,
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    sheet: str = "",
) -> Import:
    """Keep a file for reading and open its import at stage ``reading``; ``check`` goes on.

    Raises
    ------
    NotAllowed
        ``by`` may not write the register.
    BadInput
        ``sheets.needs_pairing``: a register of a pairing, and no pairing was chosen.
    """
    access.check(by, register.write_access, pairing_id=pairing.pk if pairing else None)
    if register.is_of_pairing and pairing is None:
        raise needs_pairing(register)
    sha256, name = kept.keep(file)
    return _open(register, sha256, name, sheet, by=by, pairing=pairing)


def needs_pairing(register: Register) -> Refused:
    """The refusal of a table of a pairing where none was chosen."""
    return BadInput(
        "sheets.needs_pairing",
        gettext_noop("The rows of {register} belong to a pairing. Choose the pairing first."),
        register=register.code,
    )


@action
def _open(
    register: Register, sha256: str, name: str, sheet: str, *, by: Member | None, pairing: Pairing | None
) -> Import:
    imported = Import.objects.create(
        register=register.code,
        file_name=name,
        sha256=sha256,
        sheet=sheet,
        pairing=pairing,
        by=by,
        brought_at=clock.now(),
    )
    journal.record(imported, "sheets.bring", by=by, file=name)
    return imported


def check(
    imported: Import,
    *,
    by: Member | None,
    chosen: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Import:
    """Read the kept file and stage its rows, or find that headings must be confirmed first.

    Parameters
    ----------
    chosen
        Headings to column names as a person chose them ("" leaves a column out).

    Returns
    -------
    Import
        At stage ``checked``, ``mapping`` or ``refused``, as ``bring`` says.

    Raises
    ------
    BadInput
        ``sheets.key_not_mapped``: ``chosen`` names no heading for a key.
    """
    register = register_of(imported)
    asked = parsing.asked_of(
        register, by, chosen=chosen, sheet=imported.sheet, pairing_id=imported.pairing_id
    )
    with tempfile.TemporaryDirectory() as folder:
        lines_path = Path(folder) / "rows"
        found = parsing.read_in_child(kept.path_of(imported), asked, lines_path, progress)
        _drop(imported)
        if found["refusal"]:
            return _settle(imported, Stage.REFUSED, found, {}, by=by)
        if not found["is_mapped"]:
            if chosen is not None:
                raise _no_key(register, found)
            return _settle(imported, Stage.MAPPING, found, {}, by=by)
        comparison = Comparison(register, by, imported.pairing, lines_path)
        counts: Counter[str] = Counter()
        for chunk in chunks(lines_of(lines_path), CHUNK):
            compared = comparison.compare(chunk)
            _stage(imported, compared)
            counts.update(row.outcome for row in compared)
            if progress is not None:
                progress(sum(counts.values()), found["n_rows"])
    return _settle(imported, Stage.CHECKED, found, counts, by=by)


@action
def _stage(imported: Import, compared: list[ImportRow]) -> None:
    # Nobody reads staged rows before the import is checked, so chunks need not be one transaction.
    stage_rows(imported, compared)


@action
def _drop(imported: Import) -> None:
    drop_rows(imported)


def check_as_task(progress: Progress, **args: Any) -> dict[str, Any]:
    """Read a large file in a task; ``args`` holds the key of the import."""
    imported = Import.objects.select_related("by__unit", "pairing").get(pk=args["import"])
    if imported.stage == Stage.READING:
        check(imported, by=imported.by, progress=progress)
    return {"import": imported.pk, "stage": str(imported.stage)}


@action
def _settle(
    imported: Import, stage: str, found: Mapping[str, Any], counts: Mapping[str, int], *, by: Member | None
) -> Import:
    beside = {
        name: found[name] for name in ("n_title", "n_total", "n_note", "n_repeated", "n_formulas", "n_rows")
    }
    rows.move(
        imported,
        stage=stage,
        sheet=found["sheet"] or imported.sheet,
        header_row=found["header_row"] or None,
        mapping={one["text"]: one["column"] for one in found["headings"]},
        counts={
            **{outcome: counts.get(outcome, 0) for outcome in ("same", "changed", "new", "refused")},
            **beside,
            "left_out": 0,
            "headings": found["headings"],
            "sheets": found["sheets"],
            "peak_mb": found["peak_mb"],
        },
        refusal=found["refusal"],
    )
    journal.record(imported, "sheets.check", by=by, rows=found["n_rows"], counts=dict(counts))
    return imported


def remap(
    imported: Import,
    chosen: Mapping[str, str],
    *,
    by: Member | None,
    sheet: str = "",
    progress: Progress | None = None,
) -> Import:
    """Read the file again with columns as a person chose them, and remember the choice for the unit.

    Raises
    ------
    BadInput
        ``sheets.no_such_column``, ``sheets.column_twice``, ``sheets.key_not_mapped``.
    NotNow
        ``sheets.not_open``: the import does not wait any more.
    """
    register = register_of(imported)
    check_open(imported, by, register)
    check_chosen(register, chosen)
    if sheet:
        imported.sheet = sheet
    check(imported, by=by, chosen=chosen, progress=progress)
    if by is not None and imported.stage == Stage.CHECKED:
        remember(register, chosen, by=by)
    return imported


def check_chosen(register: Register, chosen: Mapping[str, str]) -> None:
    """Refuse a choice of columns that does not fit the register.

    Raises
    ------
    BadInput
        ``sheets.no_such_column``, ``sheets.column_twice``, ``sheets.key_not_mapped``.
    """
    names = {column.name for column in register.inputs}
    taken = [name for name in chosen.values() if name]
    for name in taken:
        if name not in names:
            raise BadInput(
                "sheets.no_such_column",
                gettext_noop("{register} has no column {column}. Choose one of the list."),
                register=register.code,
                column=name,
            )
        if taken.count(name) > 1:
            raise BadInput(
                "sheets.column_twice",
                gettext_noop("Two headings are taken for the column {column}. Leave one of them out."),
                column=register.column(name).heading,
            )
    if missing := [column.heading for column in register.keys if column.name not in taken]:
        raise BadInput(
            "sheets.key_not_mapped",
            gettext_noop("Say which heading holds {columns}: rows are told apart by it."),
            columns=", ".join(missing),
        )


def _no_key(register: Register, found: Mapping[str, Any]) -> Refused:
    return BadInput(
        "sheets.key_not_mapped",
        gettext_noop("Say which heading holds {columns}: rows are told apart by it."),
        columns=", ".join(column.heading for column in register.keys),
    )


def remember(register: Register, chosen: Mapping[str, str], *, by: Member) -> None:
    """Keep for the member's unit which heading is which column."""
    _remember(register, chosen, by=by)


@action
def _remember(register: Register, chosen: Mapping[str, str], *, by: Member) -> None:
    ColumnMapping.objects.bulk_create(
        [
            ColumnMapping(unit_id=by.unit_id, register=register.code, heading=heading[:120], column=column)
            for heading, column in chosen.items()
        ],
        update_conflicts=True,
        unique_fields=["unit", "register", "heading"],
        update_fields=["column"],
    )
