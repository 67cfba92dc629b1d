"""``shanhai registry documents ...``: papers filed, described, replaced, shown to others, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

import typer
from django.utils.translation import gettext as _

from shanhai.core import blobs, visibility
from shanhai.core.actions import documents as actions
from shanhai.core.actions import sharing
from shanhai.core.cli import files
from shanhai.core.models import Attachment, Document, Pairing
from shanhai.fields.registry import columns
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import papers
from shanhai.fields.registry.queries import shared as queries
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    Part,
    acting,
    done,
    noun,
    remark,
    show,
    show_whole,
    written,
)

T = TypeVar("T")

app = noun("Papers.")
No = Annotated[int, typer.Argument(metavar="NO", help="Its number, as the list has it.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="The file; - is standard input.")]
FileName = Annotated[
    str, given.text("--file-name", 200, "What it is called, where it comes from standard input; as list.pdf.")
]
Title = Annotated[str | None, given.text("--title", 200, "Title; the file name if left out.")]
Number = Annotated[str | None, given.text("--number", 60, "File number (文号).")]
Dated = Annotated[date | None, given.a_day("--dated", "The day that it bears.")]


@app.command("list")
def list_documents(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List papers, latest first: all as the system, those shown to the member with --as."""
    member = shared.reader("view_documents")
    found: Iterable[Document] = Document.objects.select_related("blob").filter(withdrawn_on=None)
    if member is not None:
        found = visibility.hydrate(
            visibility.seen(Document, member)[:10_000], Document.objects.select_related("blob")
        )
    headings = {"id": _("No."), "title": _("Title"), "file": _("File"), "reach": _("Seen by")}
    headings |= {"size": _("Bytes"), "sha256": "SHA-256"}
    rows = ({name: value for name, value in _row(one).items() if name in headings} for one in found)
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _row(one: Document) -> dict[str, Any]:
    return {
        "id": one.pk,
        "title": one.title,
        "file": one.file_name,
        "number": one.number,
        "dated_on": one.dated_on,
        "reach": one.reach,
        "size": one.blob.size,
        "sha256": one.blob_id,
        "withdrawn_on": one.withdrawn_on,
        "version": one.version,
    }


@app.command("show")
def show_document(number: No, as_json: AsJson = False) -> None:
    """One paper whole, with the records that it hangs on."""
    shared.reader("view_documents")
    one = _paper(number)
    headings = {"id": _("No."), "title": _("Title"), "file": _("File"), "number": _("File number")}
    headings |= {"dated_on": _("Dated"), "reach": _("Seen by"), "size": _("Bytes"), "sha256": "SHA-256"}
    headings |= {"withdrawn_on": _("Withdrawn"), "version": _("Version")}
    facts = _row(one)
    if not as_json:
        facts["reach"] = columns.words(columns.REACHES, one.reach)
    hung = [
        {"kind": line.kind, "id": line.object_id, "role": line.role}
        for line in Attachment.objects.filter(document=one)
    ]
    places = Part("places", _("Hangs on"), hung, {"kind": _("Kind"), "id": _("No."), "role": _("Role")})
    show_whole(facts, headings, [places], as_json=as_json)


def _paper(number: int) -> Document:
    """A paper that is shown to whoever is acted as; the system sees all."""
    member = acting()
    if member is not None:
        return papers.seen(member, number)
    rows = Document.objects.select_related("blob", "pairing", "owner_unit__organisation", "replaces")
    return queries.found(rows, pk=number)


@app.command("get")
def get_document(
    number: No,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")
    ],
) -> None:
    """Write the bytes of a paper to a file."""
    shared.reader("view_documents")
    one = _paper(number)
    files.write_bytes(out, blobs.path_of(one.blob_id).read_bytes())
    if out != files.STANDARD:
        remark(f"{one.file_name} -> {out}")


# -- writing -------------------------------------------------------------------------------------------------------


@app.command("add")
def add_document(
    file: File,
    title: Title = None,
    number: Number = None,
    dated_on: Dated = None,
    file_name: FileName = "",
    pairing: Annotated[str, typer.Option(help="Code of the pairing that it belongs to.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """File a paper; its content is checked against its name."""
    within = queries.found(Pairing.objects.all(), code=pairing) if pairing else None
    made = _with(
        file,
        file_name,
        lambda content, name: actions.store_document(
            content,
            title=title or "",
            file_name=name,
            number=number or "",
            dated_on=dated_on,
            pairing=within,
            by=acting(),
        ),
        dry_run,
    )
    _done(made, dry_run, as_json)


def _with(file: str, file_name: str, call: Callable[[BinaryIO, str], T], dry_run: bool) -> T:
    with files.opened(file, file_name) as content:
        return written(lambda: call(content, Path(content.name).name), dry_run=dry_run)


@app.command("describe")
def describe_document(
    number: No,
    title: Title = None,
    file_number: Annotated[str | None, given.text("--number", 60, "File number (文号).")] = None,
    dated_on: Dated = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Correct title, file number or date; what is not named stays."""
    one = _paper(number)
    changes = shared.named(title=title, number=file_number, dated_on=dated_on)
    _done(
        written(lambda: actions.describe_document(one, by=acting(), **changes), dry_run=dry_run),
        dry_run,
        as_json,
    )


@app.command("replace")
def replace_document(
    number: No, file: File, file_name: FileName = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Bring a new version; it takes over title, reach and places, and the old one stays to be read."""
    one = _paper(number)
    made = _with(
        file,
        file_name,
        lambda content, name: actions.replace_document(one, content, file_name=name, by=acting()),
        dry_run,
    )
    _done(made, dry_run, as_json)


@app.command("withdraw")
def withdraw_document(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Withdraw a paper that nothing rests on."""
    one = _paper(number)
    _done(written(lambda: actions.withdraw_document(one, by=acting()), dry_run=dry_run), dry_run, as_json)


@app.command("restore")
def restore_document(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a withdrawal back."""
    one = _paper(number)
    _done(written(lambda: actions.restore_document(one, by=acting()), dry_run=dry_run), dry_run, as_json)


_SHARE: dict[str, Callable[..., None]] = {
    "keep": sharing.keep_to_unit,
    "side": sharing.share_with_own_side,
    "both": sharing.share_with_other_side,
    "public": sharing.make_public,
    "back": sharing.take_back,
}


@app.command("share")
def share_document(
    number: No,
    to: Annotated[
        str,
        typer.Argument(
            parser=given.one_of([(verb,) for verb in _SHARE]),
            metavar="WORD",
            help=f"One of: {', '.join(_SHARE)}.",
        ),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Keep a paper to the unit, show it to the own side, both sides or everybody, or take it back."""
    one = _paper(number)
    written(lambda: _SHARE[to](one, by=acting()), dry_run=dry_run)
    _done(one, dry_run, as_json)


@app.command("guest")
def share_with_guest(
    number: No,
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Show a paper to a named organisation."""
    one, guest = _paper(number), shared.organisation_of(organisation)
    written(lambda: sharing.share_with_guest(one, guest, by=acting()), dry_run=dry_run)
    _done(one, dry_run, as_json)


def _done(one: Document, dry_run: bool, as_json: bool) -> None:
    facts = {"id": one.pk, "title": one.title, "reach": str(one.reach), "version": one.version}
    done(f"{one.pk} {one.title}", facts, dry_run=dry_run, as_json=as_json)
