"""``shanhai registry batches ...``: tables of several registers brought, checked, written, taken back as one."""

from __future__ import annotations

from contextlib import ExitStack
from io import BytesIO
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core.cli import files
from shanhai.core.models import Batch
from shanhai.core.queries import pairings
from shanhai.core.sheets import batches, exporting, staged
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import batches as queries
from shanhai.fields.registry.queries import imports
from shanhai.fields.registry.queries.shared import found as row_of
from shanhai.kernel.refusals import BadInput, gettext_noop
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

app = noun("Tables of several registers, brought together: all are checked before any is written.")
No = Annotated[int, typer.Argument(metavar="NO", help="Number of the batch, as the list has it.")]


def _found(number: int) -> Batch:
    return queries.found(shared.reader("import"), number)


def _row(one: Batch) -> dict[str, Any]:
    return {
        "id": one.pk,
        "files": one.name,
        "stage": str(one.stage),
        "brought_at": one.brought_at,
        "version": one.version,
    } | {name: one.counts.get(name, 0) for name in batches.OUTCOMES}


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_batches(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What the unit of the member brought for several registers at once, newest first; all as the system."""
    headings = {"id": _("No."), "files": _("Files"), "stage": _("Stage")}
    headings |= {"changed": _("changed"), "new": _("new"), "refused": _("refused")}
    rows = (_row(one) for one in queries.own(shared.reader("import")).order_by("-brought_at", "-pk"))
    show(rows, headings | {"brought_at": _("Brought")}, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_batch(number: No, as_json: AsJson = False) -> None:
    """One batch whole: its tables, and what is wrong where in all of them."""
    one = _found(number)
    parts = queries.parts_of(one)
    headings = {"id": _("No."), "files": _("Files"), "stage": _("Stage"), "same": _("same")}
    headings |= {"changed": _("changed"), "new": _("new"), "refused": _("refused")}
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
        | {name: part.counts.get(name, 0) for name in batches.OUTCOMES}
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
            | {
                "same": _("same"),
                "changed": _("changed"),
                "new": _("new"),
                "refused": _("refused"),
                "why": _("Reason"),
            },
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
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")
    ],
) -> None:
    """Write the refused rows of all tables as a workbook, a sheet for each, to correct and bring again."""
    one = _found(number)
    files.check_target(out)
    file = BytesIO()
    exporting.refused_rows(batches.refused_of(one), file)
    files.write_bytes(out, file.getvalue())
    if out != files.STANDARD:
        remark(f"{one.name} -> {out}")


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
        _told(batches.bring(opened, by=by, pairing=within), as_json)
    _tried(dry_run)


@app.command("columns")
def name_columns(
    number: No,
    table: Annotated[int, typer.Argument(metavar="TABLE", help="Number of the table, as `show` has it.")],
    column: Annotated[
        list[str],
        typer.Option(
            metavar="HEADING=COLUMN", help="Which column a heading is; without a column it is left out."
        ),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say which heading of a table is which column, and check all tables again."""
    part = queries.part_of(_found(number), table)
    chosen = {line["text"]: line["column"] or "" for line in part.counts.get("headings", [])}
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
        _told(batches.name_columns(part, chosen, by=acting()), as_json)
    _tried(dry_run)


@app.command("write")
def write(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Write what changes in all tables, in one transaction; the refused rows stay out."""
    one = _found(number)
    n = one.counts.get("changed", 0) + one.counts.get("new", 0)
    with tried_out(dry_run):
        batches.write(one, by=acting())
    sentence = ngettext("%(n)s row is written.", "%(n)s rows are written.", n) % {"n": n}
    done(sentence, _row(one) | {"rows": n}, dry_run=dry_run, as_json=as_json)


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
    if not dry_run:
        batches.discard_batch(one, by=acting())
    sentence = _("%(file)s is discarded. Nothing was written.") % {"file": one.name}
    done(sentence, _row(one), dry_run=dry_run, as_json=as_json)


def _tried(dry_run: bool) -> None:
    if dry_run:
        remark(_("Tried out only: nothing was written."))


def _told(one: Batch, as_json: bool) -> None:
    """What became of the files; a batch refused as a whole ends the command with its reason."""
    if one.stage == staged.Stage.REFUSED:
        data = one.refusal or {}
        raise BadInput(data["code"], data["sentence"], **data.get("facts", {}))
    show_batch(one.pk, as_json)
