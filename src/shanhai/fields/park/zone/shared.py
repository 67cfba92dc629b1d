"""Files of registers in a zone folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shanhai.core.models import Member
from shanhai.core.sheets import exporting, loading
from shanhai.core.sheets.columns import Register


def load_registers(registers: Sequence[Register], folder: Path, by: Member | None) -> dict[str, int]:
    """Load registers in this order; gives rows written by file, of the files that are there."""
    counts: dict[str, int] = {}
    for register in registers:
        path = folder / f"{register.file_stem}.csv"
        if path.exists():
            found = loading.load_table(register, path, by=by)
            counts[path.name] = found.get("new", 0) + found.get("changed", 0)
    return counts


def export_registers(registers: Sequence[Register], folder: Path, by: Member | None) -> dict[str, int]:
    """Write registers into a folder, in key order."""
    return {
        f"{register.file_stem}.csv": exporting.export_file(
            register, folder / f"{register.file_stem}.csv", by=by
        )
        for register in registers
    }
