"""``shanhai registry imports ...``: a table brought, looked at, settled, written, taken back."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Any

import typer
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, sentences
from shanhai.core.cli import files
from shanhai.core.models import Import
from shanhai.core.sheets import bringing, committing, exporting, settling, staged, undoing
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.cli.registers import pairing_of, register_of
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
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
    tried_out,
)

app = noun("Tables that are brought: nothing is written before it is looked at.")
No = Annotated[int, typer.Argument(metavar="NO", help="Number of the import, as the list has it.")]
_COUNTS = ("same", "changed", "new", "refused")


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_imports(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What the unit of the member brought, newest first; all as the system."""
    headings = {"id": _("No."), "file": _("File"), "register": _("Register"), "stage": _("Stage")}
    headings |= {"changed": _("changed"), "new": _("new"), "refused": _("refused")}
    rows = (_row(one) for one in _own().order_by("-brought_at", "-pk"))
    show(rows, headings | {"brought_at": _("Brought")}, as_json=as_json, as_csv=as_csv)


def _row(one: Import) -> dict[str, Any]:
    return {
        "id": one.pk,
        "file": one.file_name,
        "register": one.register,
        "stage": str(one.stage),
        "brought_at": one.brought_at,
        "version": one.version,
    } | {name: one.counts.get(name, 0) for name in _COUNTS}


def _own() -> QuerySet[Import]:
    """Imports of the member's unit; an auditor and the system read all."""
    member = shared.reader("import")
    rows = Import.objects.filter(batch=None).select_related("by", "pairing")
    if member is None or access.standing(member).roles & access.SEES_ALL:
        return rows
    return rows.filter(Q(by=member) | Q(by__unit_id=member.unit_id))


def _found(number: int) -> Import:
    found = _own().filter(pk=number).first()
    if found is None:
        raise NotFound(
            "registry.no_such_import",
            gettext_noop(
                "Your unit has brought no such file, or it was long ago. Look at the list of imports."
            ),
        )
    return found


@app.command("show")
def show_import(number: No, as_json: AsJson = False) -> None:
    """One import whole: what its rows would do, which headings were taken, what is refused and why."""
    one = _found(number)
    register = staged.register_of(one)
    headings = {"id": _("No."), "file": _("File"), "register": _("Register"), "stage": _("Stage")}
    headings |= {"same": _("same"), "changed": _("changed"), "new": _("new"), "refused": _("refused")}
    headings |= {"brought_at": _("Brought"), "why": _("Reason"), "version": _("Version")}
    facts = _row(one) | {"register": one.register if as_json else register.name, "why": _why(one)}
    refused = [
        {"row": row, "column": problem["column"], "cell": problem["cell"], "why": staged.say(problem)}
        for row, _values, problems in staged.refused_of(one)[:200]
        for problem in problems
    ]
    taken = [{"heading": line["text"], "column": line["column"]} for line in one.counts.get("headings", [])]
    parts = [
        Part("headings", _("Headings"), taken, {"heading": _("Heading"), "column": _("Column")}),
        Part(
            "refused_rows",
            _("Refused rows"),
            refused,
            {"row": _("Row"), "column": _("Column"), "cell": _("Cell"), "why": _("Reason")},
        ),
    ]
    show_whole(facts, headings, parts, as_json=as_json)


def _why(one: Import) -> str:
    """Why a file as a whole was refused."""
    data = one.refusal or {}
    return sentences.said(data["sentence"], data.get("facts", {})) if data.get("sentence") else ""


@app.command("refused")
def refused_rows(
    number: No,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")
    ],
) -> None:
    """Write the refused rows as a workbook to correct and bring again."""
    one = _found(number)
    files.check_target(out)
    file = BytesIO()
    exporting.refused_rows([(staged.register_of(one), "", staged.refused_of(one))], file)
    files.write_bytes(out, file.getvalue())
    if out != files.STANDARD:
        remark(f"{one.file_name} -> {out}")


# -- writing -------------------------------------------------------------------------------------------------------


@app.command("bring")
def bring(
    register: Annotated[str, typer.Argument(help="Code of the register, as `registers list` has it.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="Workbook or CSV; - is standard input.")],
    sheet: Annotated[str, typer.Option(help="Sheet of the workbook; the one that fits if left out.")] = "",
    file_name: Annotated[
        str, typer.Option(help="What it is called, where it comes from standard input.")
    ] = "",
    pairing: Annotated[str, typer.Option(help="Code of the pairing, for registers of a pairing.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring a table and check it; the register changes only when it is written (`imports write`)."""
    target = register_of(register)
    by = shared.reader("import")
    within = pairing_of(target, pairing)
    with files.opened(file, file_name) as content, tried_out(dry_run):
        _told(bringing.bring(content, target, by=by, pairing=within, sheet=sheet), as_json)
    _tried(dry_run)


@app.command("columns")
def name_columns(
    number: No,
    column: Annotated[
        list[str],
        typer.Option(
            metavar="HEADING=COLUMN", help="Which column a heading is; without a column it is left out."
        ),
    ],
    sheet: Annotated[str, typer.Option(help="Another sheet of the workbook.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say which heading of the file is which column; headings that are not named stay as they were taken."""
    one = _found(number)
    chosen = {line["text"]: line["column"] or "" for line in one.counts.get("headings", [])}
    for text in column:
        heading, equals, name = text.rpartition("=")
        if not equals or heading not in chosen:
            raise BadInput(
                "registry.no_such_heading",
                gettext_noop("{text} names no heading of the file. Its headings are: {headings}."),
                text=text,
                headings=", ".join(chosen) or "–",
            )
        chosen[heading] = name
    with tried_out(dry_run):
        _told(bringing.remap(one, chosen, by=acting(), sheet=sheet), as_json)
    _tried(dry_run)


@app.command("cure")
def cure(
    number: No,
    row: Annotated[int, typer.Argument(help="Number of the row in the file.")],
    column: Annotated[str, typer.Argument(help="Column of the register.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Settle a refused cell in the way that the check offers."""
    one = _found(number)
    with tried_out(dry_run):
        settling.cure(one, row, column, by=acting())
        one.refresh_from_db()
        _told(one, as_json)
    _tried(dry_run)


@app.command("write")
def write(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Write what changes; the refused rows stay out."""
    one = _found(number)
    n = one.counts.get("changed", 0) + one.counts.get("new", 0)
    with tried_out(dry_run):
        committing.write(one, by=acting())
    sentence = ngettext("%(n)s row is written.", "%(n)s rows are written.", n) % {"n": n}
    done(sentence, _row(one) | {"rows": n}, dry_run=dry_run, as_json=as_json)


@app.command("undo")
def undo(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a written import back, for as long as pages offer it."""
    one = _found(number)
    with tried_out(dry_run):
        undoing.undo(one, by=acting())
    done(
        _("The import is undone: the rows are as they were before."),
        _row(one),
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command("discard")
def discard(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Throw a brought file away; nothing was written."""
    one = _found(number)
    if not dry_run:
        settling.discard(one, by=acting())
    sentence = _("%(file)s is discarded. Nothing was written.") % {"file": one.file_name}
    done(sentence, _row(one), dry_run=dry_run, as_json=as_json)


def _tried(dry_run: bool) -> None:
    if dry_run:
        remark(_("Tried out only: nothing was written."))


def _told(one: Import, as_json: bool) -> None:
    """What became of a brought file; a file refused as a whole ends the command with its reason."""
    if one.stage == staged.Stage.REFUSED:
        data = one.refusal or {}
        raise BadInput(data["code"], data["sentence"], **data.get("facts", {}))
    show_import(one.pk, as_json)
