"""The field's part of a zone folder: versions of catalogues, the cases that run under them, the meetings on them."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.approval.zone import cases, catalogues, meetings, services


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load catalogues, then cases, then what was asked and met on them; gives rows written by file."""
    return (
        catalogues.load(folder, by)
        | cases.load(folder, by)
        | services.load(folder, by)
        | meetings.load(folder, by)
    )


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write all files of the field."""
    return (
        catalogues.export(folder, by)
        | cases.export(folder, by)
        | services.export(folder, by)
        | meetings.export(folder, by)
    )
