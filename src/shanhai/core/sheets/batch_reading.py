"""The files of a batch: which sheet is the table of which register, in which order, and their rows read into files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shanhai.core import access, heavy, signs
from shanhai.core.models import Batch, Import, Member, Pairing
from shanhai.core.sheets import bringing, kept, parsing, recognise
from shanhai.core.sheets.columns import Register
from shanhai.core.sheets.headings import Asked
from shanhai.core.sheets.loading import refusal_of
from shanhai.core.sheets.staged import register_of
from shanhai.core.sheets.trying import Table
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    BadInput,
    Refused,
    TooLarge,
    gettext_noop,
)

Progress = Callable[[int, int | None], None]


def sort_out(batch: Batch, by: Member | None) -> list[dict[str, Any]]:
    """Open an import for each table of the files; gives the sheets that are of no register, and files unread."""
    asked = [parsing.asked_of(register, by) for register in signs.registers]
    order = {register.code: place for place, register in enumerate(signs.registers)}
    found: list[tuple[int, int, dict[str, str], str, str]] = []
    strange: list[dict[str, Any]] = []
    for number, file in enumerate(batch.files):
        sorted_out = _sheets_of(file, asked)
        if sorted_out["refusal"]:
            strange.append({"file": file["name"], "sheet": "", "refusal": sorted_out["refusal"]})
        for name, code in sorted_out["sheets"]:
            if code:
                found.append((order[code], number, file, name, code))
            else:
                strange.append({"file": file["name"], "sheet": name})
    if not found and len(batch.files) == 1 and "refusal" in strange[0]:
        raise refusal_of(strange[0]["refusal"])
    if not found:
        raise BadInput(
            "sheets.no_tables",
            gettext_noop(
                "No sheet of {files} is the table of a register, by its name or by its headings. Name the sheets as "
                "the registers are called, or choose the register and bring the file for it."
            ),
            files=batch.name,
        )
    _make_parts(batch, _in_order(found, order))
    return strange


def _sheets_of(file: Mapping[str, str], asked: Sequence[Asked]) -> dict[str, Any]:
    found: dict[str, Any] = heavy.run_in_child(
        "shanhai.core.sheets.sorting.tables_of",
        (str(kept.path_named(file["sha256"], file["name"])), file["name"], list(asked)),
        timeout=parsing.READ_SECONDS,
        memory_mb=parsing.READ_MEMORY_MB,
    )
    return found


def _in_order(
    found: Sequence[tuple[int, int, dict[str, str], str, str]], order: Mapping[str, int]
) -> list[tuple[dict[str, str], str, str]]:
    """Tables as they build on one another; one that points at a later register comes once more behind that."""
    here = {code for *_, code in found}
    placed = [(place, 0, number, file, sheet, code) for place, number, file, sheet, code in found]
    for place, number, file, sheet, code in found:
        later = [order[column.ref] for column in signs.registers[code].columns if column.ref in here]
        if (last := max(later, default=place)) > place:
            placed.append((last, 1, number, file, sheet, code))
    placed.sort(key=lambda one: one[:3])
    return [(file, sheet, code) for _, _, _, file, sheet, code in placed]


@action
def _make_parts(batch: Batch, tables: Sequence[tuple[dict[str, str], str, str]]) -> None:
    for place, (file, sheet, code) in enumerate(tables):
        Import.objects.create(
            batch=batch,
            place=place,
            register=code,
            file_name=file["name"],
            sha256=file["sha256"],
            sheet=sheet,
            pairing=batch.pairing if signs.registers[code].is_of_pairing else None,
            by=batch.by,
            brought_at=batch.brought_at,
        )


def read(batch: Batch, folder: Path, by: Member | None, progress: Progress | None) -> list[Table]:
    """Read all tables of a batch into files of the folder."""
    parts = list(batch.parts.select_related("pairing").order_by("place"))
    tables: list[Table] = []
    for part in parts:
        lines, compared = folder / f"{part.place}.rows", folder / f"{part.place}.compared"
        table = Table(part, register_of(part), {}, lines, compared, is_second=is_second(part, parts))
        try:
            check_may_write(table.register, by, part.pairing)
        except Refused as refused:
            table.refusal = refused
        tables.append(table)
    for file in batch.files:
        some = [one for one in tables if one.imported.sha256 == file["sha256"] and one.refusal is None]
        _read_file(file, some, parts, by, progress)
    n = sum(table.found.get("n_rows", 0) for table in tables)
    if n > recognise.MAX_ROWS:
        raise TooLarge(
            "sheets.too_many_rows_together",
            gettext_noop(
                "The tables have {n} rows together; at most {limit} are read at once. Bring them in parts."
            ),
            n=n,
            limit=recognise.MAX_ROWS,
        )
    return tables


def _read_file(
    file: Mapping[str, str],
    tables: Sequence[Table],
    parts: Sequence[Import],
    by: Member | None,
    progress: Progress | None,
) -> None:
    """Read the tables of one file, which is opened in one child for all of them."""
    wanted = [(_asked(table.imported, parts, by), table.lines) for table in tables if not table.found]
    if not wanted:
        return
    try:
        found = parsing.read_tables(kept.path_named(file["sha256"], file["name"]), wanted, progress)
    except Refused as refused:
        for table in tables:
            table.refusal = refused
        return
    for table, one in zip([table for table in tables if not table.found], found, strict=True):
        table.found = one
        if one["refusal"]:
            table.refusal = refusal_of(one["refusal"])


def check_may_write(register: Register, by: Member | None, pairing: Pairing | None) -> None:
    """Whether a member may bring rows for a register; those of a pairing need one."""
    access.check(by, register.write_access, pairing_id=pairing.pk if pairing else None)
    if register.is_of_pairing and pairing is None:
        raise bringing.needs_pairing(register)


def is_second(part: Import, parts: Sequence[Import]) -> bool:
    """Whether the same sheet came before, without what points forward."""
    return any(_is_same_sheet(one, part) and one.place < part.place for one in parts)


def _is_same_sheet(one: Import, other: Import) -> bool:
    return (one.sha256, one.sheet, one.register) == (other.sha256, other.sheet, other.register)


def _asked(part: Import, parts: Sequence[Import], by: Member | None) -> Asked:
    register = register_of(part)
    asked = parsing.asked_of(
        register, by, chosen=part.counts.get("chosen"), sheet=part.sheet, pairing_id=part.pairing_id
    )
    if not any(_is_same_sheet(one, part) and one.place > part.place for one in parts):
        return asked
    order = [one.code for one in signs.registers]
    later = {one.register for one in parts if order.index(one.register) > order.index(register.code)}
    return replace(asked, columns=tuple(column for column in asked.columns if column.ref not in later))
