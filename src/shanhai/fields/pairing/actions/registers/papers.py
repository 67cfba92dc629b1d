"""Papers that rows name: files of a zone folder, and the workbook that a member brought."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shanhai.core import visibility
from shanhai.core.actions import documents
from shanhai.core.models import Attachment, Document, Pairing
from shanhai.core.sheets.columns import is_equal
from shanhai.fields.pairing.actions import shared
from shanhai.fields.pairing.actions.registers.bringing import Bringing
from shanhai.fields.pairing.models import Delivery
from shanhai.kernel.refusals import BadInput, gettext_noop

_folder: list[Path] = []


class papers_in:
    """Where the files lie that the rows of a zone folder name; within it, rows without their files are refused."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        _folder.append(self.folder)

    def __exit__(self, *_: object) -> None:
        _folder.pop()


def attach_files(bringing: Bringing, rows: Sequence[Any], column: str, role: str) -> None:
    """Hang the files that rows name on them; each file is filed once, whoever names it."""
    wanted: dict[int, list[str]] = {}
    for row, change in zip(rows, bringing.changes, strict=True):
        names = [name.strip() for name in (change.values[column] or "").split(";") if name.strip()]
        if names and not is_equal(change.values[column], (change.before or {}).get(column)):
            wanted[row.pk] = names
    if not wanted:
        return
    pairing_of = {row.pk: row.pairing_id for row in rows if row.pk in wanted}
    filed: dict[tuple[str, int], Document] = {}
    made = []
    for pk, names in wanted.items():
        for name in names:
            key = (name, pairing_of[pk])
            if key not in filed:
                filed[key] = _filed(name, pairing_of[pk])
            made.append(
                Attachment(
                    document=filed[key], kind=bringing.table.model._meta.label_lower, object_id=pk, role=role
                )
            )
    kind = bringing.table.model._meta.label_lower
    Attachment.objects.filter(kind=kind, object_id__in=wanted, role=role).delete()
    Attachment.objects.bulk_create(made, ignore_conflicts=True)


def _filed(name: str, pairing_id: int) -> Document:
    known = Document.objects.filter(file_name=name, pairing_id=pairing_id, withdrawn_on=None).first()
    if known is not None:
        return known
    path = _folder[-1] / name if _folder else None
    # A name with a folder in it would reach outside.
    if path is None or Path(name).name != name or not path.is_file():
        raise BadInput(
            "pairing.paper_missing",
            gettext_noop("The paper {paper} is not in the folder documents of the zone."),
            paper=name,
        )
    with path.open("rb") as file:
        return documents.store_document(
            file,
            file_name=name,
            pairing=Pairing.objects.get(pk=pairing_id),
            reach=visibility.Reach.BOTH,
            is_illustrative=True,
            by=None,
        )


def attach_workbook(bringing: Bringing, rows: Sequence[Delivery]) -> None:
    """What a member recorded by spreadsheet is shown by that spreadsheet."""
    from shanhai.core.sheets import kept

    if not rows or bringing.on_import is None:
        return
    path = kept.path_of(bringing.on_import)
    if not path.is_file():
        return
    filed: dict[int, Document] = {}
    for row in rows:
        if row.pairing_id not in filed:
            filed[row.pairing_id] = documents.store_document(
                io.BytesIO(path.read_bytes()),
                file_name=bringing.on_import.file_name,
                pairing=Pairing.objects.get(pk=row.pairing_id),
                reach=visibility.Reach.BOTH,
                by=bringing.by,
            )
        shared.attach(row, [filed[row.pairing_id]], "evidence", by=bringing.by)
