"""``shanhai registry prints ...``: records on paper, their text, whole file, file numbers and signed copies."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import translation
from django.utils.translation import gettext as _

from shanhai.core import clock, records
from shanhai.core.actions import documents, printing
from shanhai.core.cli import files
from shanhai.core.printing import codes, making, saying
from shanhai.core.queries import printing as queries
from shanhai.fields.registry.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit import prints
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
    show_json,
    show_whole,
    written,
)

app = noun("Records on paper: prints, file numbers, signed copies.")

Kind = Annotated[
    str, typer.Argument(parser=given.line(40), metavar="KIND", help="Kind of record, as pairing.agreement.")
]
Key = Annotated[int, typer.Argument(metavar="ID", help="Number of the record, as the API gives it.")]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")]
Root = Annotated[str, typer.Option("--root", help="Scheme and host that stand before the link.")]


def _record(kind: str, pk: int) -> Any:
    shared.reader("view_prints")
    return records.found(acting(), kind, pk)


@app.command("list")
def list_numbers(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """File numbers that were given out, latest first."""
    member = shared.reader("view_prints")
    rows = (
        {
            "number": one.text,
            "kind": one.kind,
            "id": one.object_id,
            "title": one.title,
            "organisation": one.organisation.code,
            "issued_on": one.issued_on,
            "voided_on": one.voided_on,
        }
        for one in queries.numbers_of(member)[:10_000]
    )
    headings = {"number": _("File number"), "kind": _("Kind"), "id": _("No."), "title": _("Title")}
    headings |= {"organisation": _("Organisation"), "issued_on": _("Given out"), "voided_on": _("Void since")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_prints(kind: Kind, pk: Key, as_json: AsJson = False) -> None:
    """What there is of a record on paper: file number, prints with what changed since, signed copies."""
    record = _record(kind, pk)
    number = printing.number_of(record)
    has_paper = making.has_paper(record)
    facts = {"kind": kind, "id": pk, "has_paper": has_paper, "number": number.text if number else ""}
    printed = [
        {
            "code": codes.said(one.code),
            "language": one.language,
            "made_at": one.made_at,
            "changes": ", ".join(changed),
        }
        for one, changed in (queries.prints_of(record) if has_paper else [])
    ]
    copies = [
        {"code": codes.said(one.paper_id), "how": one.how, "side": one.side, "signed_on": one.signed_on}
        for one in queries.copies_of(record)
    ]
    headings = {
        "kind": _("Kind"),
        "id": _("No."),
        "has_paper": _("Comes as a paper"),
        "number": _("File number"),
    }
    said = {"code": _("Code on the paper"), "language": _("Language"), "made_at": _("Printed")}
    parts = [
        Part("prints", _("Prints"), printed, said | {"changes": _("Changed since")}),
        Part(
            "copies",
            _("Signed copies"),
            copies,
            {
                "code": _("Code on the paper"),
                "how": _("Matched"),
                "side": _("Side"),
                "signed_on": _("Signed on"),
            },
        ),
    ]
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("get")
def get_paper(
    kind: Kind,
    pk: Key,
    out: Out,
    language: Annotated[str, given.choice("--language", [("zh-hans",), ("en",)], "Its language")] = "zh-hans",
    form: Annotated[str, given.choice("--form", [("docx",), ("pdf",)], "Word or PDF")] = "docx",
    dry_run: DryRun = False,
) -> None:
    """Write a record as Word or PDF in official layout; what it says is kept under the code that it carries."""
    record = _record(kind, pk)
    files.check_target(out)
    data, _name = written(
        lambda: prints.made(record, making.check_form(form), language, by=acting()), dry_run=dry_run
    )
    if not dry_run:
        files.write_bytes(out, data)
        with translation.override(language):
            remark(making.fonts_said())


@app.command("text")
def get_text(kind: Kind, pk: Key, root: Root = "", as_json: AsJson = False) -> None:
    """A record in a few lines, for a chat group."""
    text = saying.text_of(_record(kind, pk), root.rstrip("/"))
    show_json({"text": text}) if as_json else print(text)


@app.command("zip")
def get_whole_file(kind: Kind, pk: Key, out: Out, dry_run: DryRun = False) -> None:
    """Write the whole file of a record as one zip; each time is journalled."""
    record = _record(kind, pk)
    files.check_target(out)

    def take() -> list[bytes]:
        pieces, _name = prints.zip_of(record, by=acting())
        return [] if dry_run else list(pieces)

    found = written(take, dry_run=dry_run)
    if not dry_run:
        files.write_bytes(out, b"".join(found))


@app.command("number")
def issue_number(
    kind: Kind,
    pk: Key,
    organisation: Annotated[
        str, typer.Option(help="Code of the organisation; that of --as if left out.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a record the next file number of an organisation in this year."""
    record = _record(kind, pk)
    who = shared.organisation_of(organisation) if organisation else None
    number = written(lambda: printing.issue_number(record, organisation=who, by=acting()), dry_run=dry_run)
    done(number.text, {"id": number.pk, "number": number.text}, dry_run=dry_run, as_json=as_json)


@app.command("void")
def void_number(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="As 龙山海〔2023〕5号.")],
    reason: Annotated[str, given.text("--reason", 300, "Why; the register shows it.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make a file number void; it stays in the register and is not given again."""
    one = queries.number_named(shared.reader("view_prints"), number)
    written(lambda: printing.void_number(one, reason=reason, by=acting()), dry_run=dry_run)
    done(one.text, {"id": one.pk, "number": one.text}, dry_run=dry_run, as_json=as_json)


@app.command("mark")
def set_mark(
    organisation: Annotated[str, typer.Argument(metavar="CODE", help="Code of the organisation.")],
    mark: Annotated[str, typer.Argument(metavar="MARK", help="As 龙山海.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say what stands at the head of an organisation's file numbers."""
    who = shared.organisation_of(organisation)
    own = written(lambda: printing.set_file_mark(who, mark, by=acting()), dry_run=dry_run)
    done(
        f"{who.code} {own.mark}",
        {"organisation": who.code, "mark": own.mark},
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command("scan")
def match_scan(
    kind: Kind,
    pk: Key,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The scan: PDF, PNG or JPG.")],
    signed_on: Annotated[date | None, given.a_day("--on", "The day that stands on the paper.")] = None,
    person: Annotated[str, given.text("--person", 120, "Who signed, as the paper names them.")] = "",
    typed: Annotated[
        str, given.text("--typed", 20, "The code beneath the QR code, where that cannot be read.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring the scan of a signed, stamped paper: its QR code says which print it is of."""
    record = _record(kind, pk)
    with files.opened(file) as brought:
        found = [] if typed else prints.codes_in(brought)
        copy = written(
            lambda: printing.match_scan(
                record,
                brought,
                file_name=Path(brought.name).name,
                scanned=found,
                typed=typed,
                signed_on=signed_on or clock.today(),
                person=person,
                by=acting(),
            ),
            dry_run=dry_run,
        )
    facts = {"id": copy.pk, "code": copy.paper_id, "how": str(copy.how), "document": copy.document_id}
    done(codes.said(copy.paper_id), facts, dry_run=dry_run, as_json=as_json)


@app.command("add")
def add_papers(
    kind: Kind,
    pk: Key,
    papers: Annotated[list[str], typer.Argument(metavar="FILE...", help="One or several files.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """File papers on a record; whoever sees it sees them."""
    record = _record(kind, pk)
    host = records.reach_of(record)
    for name in papers:
        with files.opened(name) as brought:
            one = written(
                lambda brought=brought: documents.store_document(  # type: ignore[misc]  # bound at once
                    brought,
                    file_name=Path(brought.name).name,
                    pairing=getattr(record, "pairing", None),
                    reach=str(host.reach) if host is not None else "",
                    attach_to=record,
                    by=acting(),
                ),
                dry_run=dry_run,
            )
        done(f"{one.pk} {one.title}", {"id": one.pk, "title": one.title}, dry_run=dry_run, as_json=as_json)
