"""``shanhai registry imports ...``: a table brought, looked at, settled, written, taken back."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shanhai.core import access, sentences
from shanhai.core.cli import files
from shanhai.core.models import Import
from shanhai.core.sheets import bringing, committing, settling, staged, undoing
from shanhai.fields.registry.cli import brought, shared
from shanhai.fields.registry.cli.registers import pairing_of, register_of
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    Part,
    acting,
    done,
    noun,
    show,
    show_whole,
    tried_out,
)

app = noun("Tables that are brought: nothing is written before it is looked at.")
No = Annotated[int, typer.Argument(metavar="NO", help="Number of the import, as the list has it.")]


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_imports(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What the unit of the member brought, newest first; all as the system."""
    headings = {"id": _("No."), "file": _("File"), "register": _("Register"), "stage": _("Stage")}
    headings |= brought.counted("changed", "new", "refused")
    rows = (_row(one) for one in _own().order_by("-brought_at", "-pk"))
    show(rows, headings | {"brought_at": _("Brought")}, as_json=as_json, as_csv=as_csv)


def _row(one: Import) -> dict[str, Any]:
    return brought.row_of(one, file=one.file_name, register=one.register)


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
    headings |= brought.counted()
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
    out: brought.Out,
) -> None:
    """Write the refused rows as a workbook to correct and bring again."""
    one = _found(number)
    tables = [(staged.register_of(one), "", staged.refused_of(one))]
    brought.write_refused(one.file_name, out, tables)


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
        brought.told(
            bringing.bring(content, target, by=by, pairing=within, sheet=sheet), show_import, as_json
        )
    brought.say_if_tried(dry_run)


@app.command("columns")
def name_columns(
    number: No,
    column: brought.Named,
    sheet: Annotated[str, typer.Option(help="Another sheet of the workbook.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say which heading of the file is which column; headings that are not named stay as they were taken."""
    one = _found(number)
    chosen = brought.chosen_columns(one, column)
    with tried_out(dry_run):
        brought.told(bringing.remap(one, chosen, by=acting(), sheet=sheet), show_import, as_json)
    brought.say_if_tried(dry_run)


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
        brought.told(one, show_import, as_json)
    brought.say_if_tried(dry_run)


@app.command("write")
def write(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Write what changes; the refused rows stay out."""
    brought.write(_found(number), committing.write, _row, dry_run, as_json)


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
    brought.discard(one, one.file_name, settling.discard, _row, dry_run, as_json)
