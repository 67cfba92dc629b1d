"""Land in a zone folder: parcels with their history and descent, quotas, slope projects."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.park.columns import land as columns
from shanhai.fields.park.zone.shared import export_registers, load_registers

_ORDER = (*columns.REGISTERS, *columns.OF_FOLDER)
FILES = tuple(register.file_stem for register in columns.OF_FOLDER)


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the land of a zone."""
    return load_registers(_ORDER, folder, by)


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the land of a zone."""
    return export_registers(_ORDER, folder, by)
