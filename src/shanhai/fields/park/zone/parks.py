"""Parks and clusters in a zone folder."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.park.columns import parks as columns
from shanhai.fields.park.zone.shared import export_registers, load_registers


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load parks and clusters with their parts."""
    return load_registers(columns.REGISTERS, folder, by)


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write parks and clusters with their parts."""
    return export_registers(columns.REGISTERS, folder, by)
