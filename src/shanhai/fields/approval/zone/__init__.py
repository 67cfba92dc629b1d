"""The field's part of a zone folder: versions of catalogues, the cases under them, what was met and asked on them, past cases, runs."""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.core.sheets import exporting, loading
from shanhai.fields.approval.columns import DATED_CASES
from shanhai.fields.approval.zone import cases, catalogues, codes, meetings, runs, services


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load catalogues, cases, what was asked and met on them, then past cases; gives rows written by file."""
    return (
        catalogues.load(folder, by)
        | cases.load(folder, by)
        | services.load(folder, by)
        | meetings.load(folder, by)
        | _load_dated(folder, by)
        | runs.load(folder, by)
        | codes.load(folder, by)
    )


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write all files of the field."""
    path = folder / f"{DATED_CASES.file_stem}.csv"
    return (
        catalogues.export(folder, by)
        | cases.export(folder, by)
        | services.export(folder, by)
        | meetings.export(folder, by)
        | runs.export(folder, by)
        | codes.export(folder, by)
        | {path.name: exporting.export_file(DATED_CASES, path, by=by)}
    )


def _load_dated(folder: Path, by: Member | None) -> dict[str, int]:
    path = folder / f"{DATED_CASES.file_stem}.csv"
    if not path.exists():
        return {}
    found = loading.load_table(DATED_CASES, path, by=by)
    return {path.name: found.get("new", 0) + found.get("changed", 0)} if any(found.values()) else {}
