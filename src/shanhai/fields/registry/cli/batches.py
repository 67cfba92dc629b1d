"""``shanhai registry batches ...``: tables of several registers brought, checked, written, taken back as one."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core.cli import files
from shanhai.core.models import Batch
from shanhai.core.queries import pairings
from shanhai.core.sheets import batches, staged
from shanhai.fields.registry.cli import brought, shared
from shanhai.fields.registry.queries import batches as queries
from shanhai.fields.registry.queries import imports
from shanhai.fields.registry.queries.shared import found as row_of
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

app = noun("Tables of several registers, brought together: all are checked before any is written.")
No = Annotated[int, typer.Argument(metavar="NO", help="Number of the batch, as the list has it.")]


def _found(number: int) -> Batch:
    return queries.found(shared.reader("import"), number)


def _row(one: Batch) -> dict[str, Any]:
    return brought.row_of(one, files=one.name)


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_batches(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What the unit of the member brought for several registers at once, newest first; all as the system."""
    headings = {"id": _("No."), "files": _("Files"), "stage": _("Stage")}
    headings |= brought.counted("changed", "new", "refused")
    rows = (_row(one) for one in queries.own(shared.reader("import")).order_by("-brought_at", "-pk"))
    show(rows, headings | {"brought_at": _("Brought")}, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_batch(number: No, as_json: AsJson = False) -> None:
    """One batch whole: its tables, and what is wrong where in all of them."""
    one = _found(number)
    parts = queries.parts_of(one)
    headings = {"id": _("No."), "files": _("Files"), "stage": _("Stage")}
    headings |= brought.counted()
    headings |= {"brought_at": _("Brought"), "why": _("Reason"), "version": _("Version")}
    facts = _row(one) | {"why": staged.say(one.refusal) if one.refusal else ""}
    tables = [
        {
            "table": part.pk,
            "register": part.register,
            "file": part.file_name,
            "sheet": part.sheet,
            "stage": str(part.stage),
            "why": queries.why_refused(part),
        }
        | brought.counts_of(part)
        for part in parts
    ]
    problems = [
        {"table": part.pk, "sheet": part.sheet or part.file_name, **line}
        for part in parts
        for line in imports.problems_of(part, 200)
    ]
    shown = [
        Part(
            "tables",
            _("Tables"),
            tables,
            {
                "table": _("No."),
                "file": _("File"),
                "sheet": _("Sheet"),
                "register": _("Register"),
                "stage": _("Stage"),
            }
            | brought.counted()
            | {"why": _("Reason")},
        ),
        Part(
            "refused_rows",
            _("Refused rows"),
            problems,
            {
                "sheet": _("Sheet"),
                "row": _("Row"),
                "column": _("Column"),
                "cell": _("Cell"),
                "why": _("Reason"),
            },
        ),
        Part(
            "strange",
            _("Left out"),
            queries.strange_of(one),
            {"file": _("File"), "sheet": _("Sheet"), "why": _("Reason")},
        ),
    ]
    show_whole(facts, headings, shown, as_json=as_json)


@app.command("refused")
def refused_rows(
    number: No,
    out: brought.Out,
) -> None:
    """Write the refused rows of all tables as a workbook, a sheet for each, to correct and bring again."""
    one = _found(number)
    brought.write_refused(one.name, out, batches.refused_of(one))


# -- writing -------------------------------------------------------------------------------------------------------


@app.command("bring")
def bring(
    given: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Workbooks with a sheet for each register, or CSV files."),
    ],
    pairing: Annotated[str, typer.Option(help="Code of the pairing, for registers of a pairing.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring tables of several registers and check all; the registers change when they are written."""
    by = shared.reader("import")
    within = row_of(pairings.pairings_of(by), code=pairing) if pairing else None
    with ExitStack() as stack, tried_out(dry_run):
        opened = [stack.enter_context(files.opened(one, "")) for one in given]
        brought.told(batches.bring(opened, by=by, pairing=within), show_batch, as_json)
    brought.say_if_tried(dry_run)


@app.command("columns")
def name_columns(
    number: No,
    table: Annotated[int, typer.Argument(metavar="TABLE", help="Number of the table, as `show` has it.")],
    column: brought.Named,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say which heading of a table is which column, and check all tables again."""
    part = queries.part_of(_found(number), table)
    chosen = brought.chosen_columns(part, column)
    with tried_out(dry_run):
        brought.told(batches.name_columns(part, chosen, by=acting()), show_batch, as_json)
    brought.say_if_tried(dry_run)


@app.command("write")
def write(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Write what changes in all tables, in one transaction; the refused rows stay out."""
    brought.write(_found(number), batches.write, _row, dry_run, as_json)


@app.command("undo")
def undo(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a written batch back, all its tables, for as long as pages offer it."""
    one = _found(number)
    with tried_out(dry_run):
        batches.undo_batch(one, by=acting())
    sentence = _("The batch is undone: the rows of all tables are as they were before.")
    done(sentence, _row(one), dry_run=dry_run, as_json=as_json)


@app.command("discard")
def discard(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Throw a batch away; nothing was written."""
    one = _found(number)
    brought.discard(one, one.name, batches.discard_batch, _row, dry_run, as_json)
