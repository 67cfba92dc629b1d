"""The field's part of a zone folder: one CSV a register, and what hangs on leads."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.core.sheets import exporting, loading
from shanhai.fields.investment.columns import REGISTERS
from shanhai.fields.investment.zone import aid, leads, lists, pipeline, plans

# In the order in which they are read: what names others comes after them.
PARTS = (pipeline, leads, lists, plans, aid)
_TABLES = tuple(register for register in REGISTERS if register.is_zone_file)


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the registers of a folder; a missing file has no rows. Gives rows written by file."""
    counts: dict[str, int] = {}
    for register in _TABLES:
        path = folder / f"{register.file_stem}.csv"
        if path.exists():
            found = loading.load_table(register, path, by=by)
            counts[path.name] = found.get("new", 0) + found.get("changed", 0)
    for part in PARTS:
        counts |= part.load(folder, by)
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the registers into a folder, in key order."""
    tables = {
        f"{register.file_stem}.csv": exporting.export_file(
            register, folder / f"{register.file_stem}.csv", by=by
        )
        for register in _TABLES
    }
    for part in PARTS:
        tables |= part.export(folder, by)
    return tables
