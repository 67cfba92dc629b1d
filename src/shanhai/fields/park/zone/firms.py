"""Enterprises, their figures, and what grades bring, in a zone folder."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.park.columns import firms, grades
from shanhai.fields.park.zone.shared import export_registers, load_registers

_REGISTERS = tuple(one for one in (*firms.REGISTERS, *grades.REGISTERS) if one.is_zone_file)


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load enterprises with their plots, figures and rulings."""
    return load_registers(_REGISTERS, folder, by)


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write enterprises with their plots, figures and rulings."""
    return export_registers(_REGISTERS, folder, by)
