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
from shanhai.fields.pairing.actions.registers.brought import papers_named
from shanhai.fields.pairing.models import AidEntry, Delivery, MoneyDue
from shanhai.kernel.refusals import BadInput, gettext_noop

_open: list[papers_in] = []


class papers_in:
    """Where the files lie that the rows of a zone folder name.

    Files that are not there are noted while the rows come in; at the end all of them are refused in one sentence.

    Raises
    ------
    BadInput
        ``pairing.papers_missing``, on leaving.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.missing: list[str] = []

    def __enter__(self) -> None:
        _open.append(self)

    def __exit__(self, trouble: object, *_: object) -> None:
        _open.pop()
        if self.missing and trouble is None:
            names = list(dict.fromkeys(self.missing))
            raise BadInput(
                "pairing.papers_missing",
                gettext_noop(
                    "{n} papers that rows name are not in the folder {folder} beside the tables, so nothing was "
                    "written: {papers}. Put them there, or take their names out of the rows."
                ),
                n=len(names),
                folder=self.folder.name,
                papers=", ".join(names),
            )


def attach_files(bringing: Bringing, rows: Sequence[Any], column: str, role: str) -> None:
    """Hang the files that rows name on them; each file is filed once, whoever names it."""
    wanted: dict[int, list[str]] = {}
    for row, change in zip(rows, bringing.changes, strict=True):
        names = [name.strip() for name in (change.values[column] or "").split(";") if name.strip()]
        if names and not is_equal(change.values[column], (change.before or {}).get(column)):
            wanted[row.pk] = names
    if not wanted:
        return
    row_of = {row.pk: row for row in rows if row.pk in wanted}
    pairing_of = {pk: row.pairing_id for pk, row in row_of.items()}
    kind = bringing.table.model._meta.label_lower
    filed: dict[tuple[str, int], Document | None] = {}
    made = []
    for pk, names in wanted.items():
        for name in names:
            key = (name, pairing_of[pk])
            if key not in filed:
                filed[key] = _filed(name, pairing_of[pk], row_of[pk])
            if (document := filed[key]) is not None:
                made.append(Attachment(document=document, kind=kind, object_id=pk, role=role))
    documents.hold([one.document for one in made])
    Attachment.objects.filter(kind=kind, object_id__in=wanted, role=role).delete()
    Attachment.objects.bulk_create(made, ignore_conflicts=True)


def attach_named(bringing: Bringing, rows: Sequence[Delivery]) -> None:
    """Hang the papers on new deliveries that a member names in their rows; both sides can open them from then on."""
    for row, change in zip(rows, bringing.changes, strict=True):
        if change.before is None:
            papers = papers_named(change.values["evidence"], row.pairing_id, bringing.by)
            shared.attach(row, papers, "evidence", by=bringing.by)


def _title(row: Delivery | MoneyDue | AidEntry) -> str:
    """What a paper proves, in both languages: a document has one title for all its readers."""
    if isinstance(row, AidEntry):
        zh, en = row.activity.title_zh, row.activity.title_en
        return f"{zh}凭证 · Voucher: {en}"[:200] if en else f"{zh}凭证"
    zh, en, of = (
        ("佐证", "Evidence", row.commitment) if isinstance(row, Delivery) else ("凭证", "Voucher", row.clause)
    )
    return f"{of.name_zh}{zh} · {en}: {of.name_en}" if of.name_en else f"{of.name_zh}{zh}"


def _filed(name: str, pairing_id: int, row: Delivery | MoneyDue | AidEntry) -> Document | None:
    """The document of a name; None where the zone that is loaded lacks its file, which is told at the end."""
    known = Document.objects.filter(file_name=name, pairing_id=pairing_id, withdrawn_on=None).first()
    if known is not None:
        return known
    zone = _open[-1] if _open else None
    path = zone.folder / name if zone else None
    # A name with a folder in it would reach outside.
    if path is None or Path(name).name != name or not path.is_file():
        if zone is not None:
            zone.missing.append(name)
            return None
        raise BadInput(
            "pairing.paper_missing",
            gettext_noop(
                "The paper {paper} is not in the folder documents of the zone. Put it there, or take "
                "its name out of the row."
            ),
            paper=name,
        )
    with path.open("rb") as file:
        return documents.store_document(
            file,
            file_name=name,
            title=_title(row),
            dated_on=row.paid_on if isinstance(row, MoneyDue) else row.on,
            pairing=Pairing.objects.get(pk=pairing_id),
            reach=visibility.Reach.BOTH,
            is_illustrative=True,
            by=None,
        )


def attach_workbook(bringing: Bringing, rows: Sequence[Delivery]) -> None:
    """What a member's own side owes is shown by the spreadsheet in which it is recorded (``guards``)."""
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
