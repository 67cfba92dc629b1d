"""The field's part of a zone folder: one CSV a register, in the order in which they stand on one another."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.park.zone import firms, grades, land, parks, reservations, rest

# Each has ``load(folder, by)`` and ``export(folder, by)``.
_PARTS = (parks, land, firms, grades, rest, reservations)


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the files of the field; a missing file has no rows. Gives rows written by file."""
    counts: dict[str, int] = {}
    for part in _PARTS:
        counts |= part.load(folder, by)
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write all files of the field, in key order."""
    counts: dict[str, int] = {}
    for part in _PARTS:
        counts |= part.export(folder, by)
    return counts
