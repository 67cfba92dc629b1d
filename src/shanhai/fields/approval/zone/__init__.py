"""The field's part of a zone folder: versions of catalogues, and the cases that run under them."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.approval.zone import cases, catalogues


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load catalogues, then cases; gives rows written by file."""
    return catalogues.load(folder, by) | cases.load(folder, by)


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write all files of the field."""
    return catalogues.export(folder, by) | cases.export(folder, by)
