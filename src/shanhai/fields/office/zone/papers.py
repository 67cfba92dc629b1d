"""The papers that hang on records in a zone folder (``RecordKind.has_papers``): filed first, hung on at the end.

Two parts, since records name papers and papers hang on records. A paper is named by the sum of its bytes, which lie in
the folder of documents; papers of payments and deliveries travel with their registers (``pairing.zone``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps

from shanhai.core import blobs, signs, visibility
from shanhai.core.actions import documents, sharing
from shanhai.core.models import Attachment, Climb, Document, Member, Organisation, Pairing, Share, Unit
from shanhai.core.replies import PAPERS
from shanhai.fields.office.models import FactorGrant
from shanhai.fields.office.zone.cells import DAY, TEXT, WHOLE, Read, Row, one, record, rows, said, write_files
from shanhai.kernel.refusals import BadInput, gettext_noop

FOLDER = "documents"
FILED: dict[str, Read] = {
    "sha256": TEXT, "file": TEXT, "file_name": TEXT, "title": TEXT, "number": TEXT, "dated_on": DAY, "pairing": TEXT,
    "owner": TEXT, "reach": TEXT, "guests": TEXT, "standing": TEXT,
}  # fmt: skip
# ``part`` numbers the row of the record on which it hangs, such as an answer; empty: the record itself.
HUNG: dict[str, Read] = {
    "record_kind": TEXT, "record": TEXT, "part_kind": TEXT, "part": WHOLE, "sha256": TEXT, "role": TEXT,
}  # fmt: skip
Place = tuple[str, int]


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """File the papers of a folder; one that is filed already stays as it is."""
    given = rows(folder / "papers.csv", FILED)
    _check_there([row["file"] for row in given], folder / FOLDER)
    found = [_file(row, folder / FOLDER) for row in given]
    return {"papers.csv": sum(found)} if (folder / "papers.csv").exists() else {}


def _check_there(names: Iterable[str], folder: Path) -> None:
    """All papers that are missing are named at once, before any is filed."""
    # A name with a folder in it would reach outside.
    missing = [name for name in names if Path(name).name != name or not (folder / name).is_file()]
    if missing:
        raise BadInput(
            "office.zone_paper_missing",
            gettext_noop(
                "{n} papers that rows name are not in the folder {folder} beside the tables, so nothing was "
                "written: {papers}. Put them there, or take their names out of the rows."
            ),
            n=len(missing),
            folder=folder.name,
            papers=", ".join(missing),
        )


def _file(row: Row, folder: Path) -> bool:
    pairing = one(Pairing, row["pairing"]) if row["pairing"] else None
    if Document.objects.filter(blob_id=row["sha256"], pairing=pairing, file_name=row["file_name"]).exists():
        return False
    with (folder / row["file"]).open("rb") as file:
        paper = documents.store_document(
            file,
            file_name=row["file_name"],
            title=row["title"],
            number=row["number"],
            dated_on=row["dated_on"],
            pairing=pairing,
            reach=row["reach"],
            owner=one(Unit, row["owner"]) if row["owner"] else None,
            is_illustrative=row["standing"] == "illustrative",
            by=None,
        )
    for code in row["guests"].split():
        sharing.share_with_guest(paper, one(Organisation, code), by=None)
    return True


def hang(folder: Path, by: Member | None) -> dict[str, int]:
    """Hang the papers of a folder on their records."""
    given = rows(folder / "papers_on_records.csv", HUNG)
    counts = sum(_hang(row) for row in given)
    return {"papers_on_records.csv": counts} if (folder / "papers_on_records.csv").exists() else {}


def _hang(row: Row) -> bool:
    holder = record(row["record_kind"], row["record"])
    if row["part_kind"]:
        keys = dict(_parts_of(holder)).get(row["part_kind"], [])
        holder = apps.get_model(row["part_kind"])._default_manager.get(pk=keys[row["part"] - 1])
    where = {"kind": holder._meta.label_lower, "object_id": holder.pk}
    paper = Document.objects.filter(blob_id=row["sha256"], withdrawn_on=None).order_by("pk").first()
    if paper is None or Attachment.objects.filter(document=paper, **where).exists():
        return False
    documents.attach_document(paper, holder, role=row["role"], by=None)
    return True


def _parts_of(holder: Any) -> list[tuple[str, list[int]]]:
    parts = signs.record_kinds[holder._meta.label_lower].parts
    return list(signs.call(parts)(holder)) if parts else []


# -- export ----------------------------------------------------------------------------------------------------------


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the papers that a member sees, with their bytes; for the system what was loaded comes out equal."""
    keys = {key for _line, key in _hung()} | _named_by_records()
    found = Document.objects.filter(pk__in=keys, withdrawn_on=None)
    if by is not None:
        found = found.filter(pk__in=visibility.seen(Document, by).order_by().values("object_id"))
    papers = list(found.select_related("pairing", "owner_unit").order_by("file_name", "blob_id", "pk"))
    for paper in papers:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(blobs.path_of(paper.blob_id), folder / FOLDER / _name_of(paper))
    return write_files(folder, {"papers.csv": FILED}, {"papers.csv": map(_line_of, papers)})


def export_hung(folder: Path, by: Member | None) -> dict[str, int]:
    """Write on which records papers hang that a member sees."""
    shown = Document.objects.filter(withdrawn_on=None)
    if by is not None:
        shown = shown.filter(pk__in=visibility.seen(Document, by).order_by().values("object_id"))
    seen = set(shown.values_list("pk", flat=True))
    lines = (line for line, key in _hung() if key in seen)
    return write_files(folder, {"papers_on_records.csv": HUNG}, {"papers_on_records.csv": lines})


def _name_of(paper: Document) -> str:
    return f"{paper.blob_id[:8]}-{paper.file_name}"


def _line_of(paper: Document) -> Row:
    guests = Share.objects.filter(kind="core.document", object_id=paper.pk)
    return {
        "sha256": paper.blob_id,
        "file": _name_of(paper),
        "file_name": paper.file_name,
        "title": paper.title,
        "number": paper.number,
        "dated_on": said(paper.dated_on),
        "pairing": said(paper.pairing),
        "owner": said(paper.owner_unit),
        "reach": paper.reach,
        "guests": " ".join(sorted(guests.values_list("organisation__code", flat=True))),
        "standing": "illustrative" if paper.is_illustrative else "",
    }


def _hung() -> Iterator[tuple[Row, int]]:
    """Each place where a paper hangs, by record and part, with the key of the paper."""
    on: dict[Place, list[Attachment]] = {}
    there = Attachment.objects.filter(document__withdrawn_on=None).select_related("document")
    for one_ in there.order_by("document__blob_id", "pk"):
        on.setdefault((one_.kind, one_.object_id), []).append(one_)
    for kind in sorted(kind.code for kind in signs.record_kinds if kind.has_papers):
        model: Any = apps.get_model(kind)
        for holder in model._default_manager.order_by("number").iterator(chunk_size=2000):
            yield from _hung_at(on, (kind, holder.pk), holder, "", None)
            for part_kind, keys in _parts_of(holder):
                for n, key in enumerate(keys, 1):
                    yield from _hung_at(on, (part_kind, key), holder, part_kind, n)


def _hung_at(
    on: dict[Place, list[Attachment]], place: Place, holder: Any, part_kind: str, n: int | None
) -> Iterator[tuple[Row, int]]:
    for one_ in on.get(place, ()):
        yield (
            {
                "record_kind": holder._meta.label_lower,
                "record": holder.number,
                "part_kind": part_kind,
                "part": n or "",
                "sha256": one_.document.blob_id,
                "role": one_.role,
            },
            one_.document_id,
        )


def _named_by_records() -> set[int]:
    """The papers that grants, prepared replies and records of other fields name."""
    keys = set(FactorGrant.objects.exclude(document=None).values_list("document_id", flat=True))
    for climb in Climb.objects.exclude(reply="").filter(stage=Climb.Stage.CLIMBING):
        keys |= {key for name in PAPERS for key in climb.given.get(name, ())}
    for source in signs.paper_sources:
        keys |= set(signs.call(source.keys)())
    return keys
