"""The field's part of a zone folder: one CSV a register, and the papers that its rows name."""

from __future__ import annotations

import shutil
from pathlib import Path

from shanhai.core import blobs, visibility
from shanhai.core.models import Attachment, Document, Member
from shanhai.core.sheets import exporting, loading
from shanhai.fields.pairing.actions import registers, reminders
from shanhai.fields.pairing.columns import REGISTERS

PAPERS = "documents"
_FILES = tuple(register for register in REGISTERS if register.is_zone_file)


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the registers of a folder in their order; a missing file has no rows. Gives rows written by file."""
    counts: dict[str, int] = {}
    with registers.papers_in(folder / PAPERS):
        for register in _FILES:
            path = folder / f"{register.file_stem}.csv"
            if path.exists():
                found = loading.load_table(register, path, by=by)
                counts[path.name] = found.get("new", 0) + found.get("changed", 0)
    # What waits for people follows from the records.
    reminders.open_waiting_work(by=None)
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the registers into a folder, in key order, with the papers that they name."""
    counts = {}
    for register in _FILES:
        name = f"{register.file_stem}.csv"
        counts[name] = exporting.export_file(register, folder / name, by=by)
    counts[PAPERS] = _export_papers(folder / PAPERS, by)
    return counts


def _export_papers(folder: Path, by: Member | None) -> int:
    found = (
        Attachment.objects.filter(kind__in=["pairing.delivery", "pairing.moneydue", "pairing.aidentry"])
        .select_related("document__blob")
        .order_by("document__file_name", "document_id")
    )
    if by is not None:
        found = found.filter(document_id__in=visibility.seen(Document, by).order_by().values("object_id"))
    names: set[str] = set()
    for one in found:
        document = one.document
        if document.file_name in names:
            continue
        names.add(document.file_name)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(blobs.path_of(document.blob_id), folder / document.file_name)
    return len(names)
