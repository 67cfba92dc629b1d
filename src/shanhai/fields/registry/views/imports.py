"""Pages on which spreadsheets come in: bring a file, name its columns, settle what is not clear, write, take back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from shanhai.core import access, sentences, signs
from shanhai.core.models import Import, ImportRow, TaskRun
from shanhai.core.sheets import (
    bringing,
    cells,
    committing,
    exporting,
    reading,
    settling,
    staged,
    undoing,
)
from shanhai.core.sheets.columns import Column, Register
from shanhai.core.sheets.headings import letter_of
from shanhai.fields.registry.actions import uploads
from shanhai.fields.registry.queries import imports as queries
from shanhai.fields.registry.views import brought, shared
from shanhai.kernel.refusals import BadInput, NotAllowed, Refused
from shanhai.webkit import downloads, listing
from shanhai.webkit.cells import link
from shanhai.webkit.listing import Table
from shanhai.webkit.pages import member_required, read_again
from shanhai.webkit.templatetags.shanhai import num

SHOWN = 20  # Refused rows and changes on the page; the rest is in the Excel file.
SEVERAL = "several"  # In place of a register: the sheets say which they are of.

IMPORTS = Table(
    code="registry.imports",
    columns=(
        listing.Column(
            "file_name",
            _("File"),
            kind="link",
            value="file_name",
            href=link("registry:import"),
            stack="grow",
        ),
        listing.Column("register", _("Register"), value=lambda row: register_name(row.register)),
        listing.Column(
            "stage", _("Status"), kind="status", value=lambda row: brought.STAGES[row.stage], stack="push"
        ),
        listing.Column("rows", _("Rows"), value=lambda row: brought.said_counts(row.counts), stack="full"),
        listing.Column("by", _("Brought by"), value=lambda row: row.by.name if row.by else ""),
        listing.Column("brought_at", _("Brought"), kind="moment", sort=("brought_at",)),
    ),
    default_sort="-brought_at",
    keeps_count=True,
    empty=(
        _("No spreadsheets were brought yet."),
        _(
            "Choose a register and bring the table as your office has it; nothing is written before you have seen it."
        ),
    ),
)


# Finding one's way


@require_GET
@member_required("registry.import")
def imports(request: Any) -> HttpResponse:
    """What the member's unit brought, newest first."""
    waiting = sum(row.stage in ("mapping", "checked") for row in queries.own(request.member)[:50])
    context = {"waiting": waiting, "registers": brought.writable(request)}
    return listing.render(request, "registry/imports.html", IMPORTS, queries.own(request.member), context)


def _found(request: Any, pk: int) -> Import:
    found: Import = brought.at_version(request, queries.found(request.member, pk))
    return found


def register_name(code: str) -> str:
    """The name of a register in the reader's language."""
    register = signs.registers.get(code)
    return register.name if register else code


# Bring a file


@member_required("registry.import")
def new(request: Any) -> HttpResponse:
    """The form to bring a file; a refused file is told on the same page."""
    registers = brought.writable(request)
    if not registers:
        raise NotAllowed(
            "registry.nothing_to_import",
            gettext_noop("You may write none of the registers. Ask the administrator if you should."),
        )
    chosen = request.POST.get("register") or request.GET.get("register") or ""
    refusal = None
    if request.method == "POST":
        try:
            return _bring(request, chosen)
        except Refused as refused:
            refusal = sentences.refusal(refused)
    context = {
        "registers": registers,
        "chosen": chosen,
        "several": SEVERAL,
        "refusal": refusal,
        "limit_mb": reading.MAX_BYTES // 1_000_000,
        "steps": brought.STEPS,
    }
    return render(request, "registry/import_new.html", context, status=422 if refusal else 200)


def _bring(request: Any, code: str) -> HttpResponse:
    files = request.FILES.getlist("file")
    if not files:
        raise BadInput("registry.no_file", gettext_noop("Choose a file first: .xlsx or .csv."), field="file")
    if code == SEVERAL or len(files) > 1:
        batch = uploads.bring_batch(files, pairing=request.pairing, by=request.member)
        return redirect("registry:batch", batch.pk)
    register = queries.register_named(code)
    imported = uploads.bring(files[0], register, pairing=request.pairing, by=request.member)
    return redirect("registry:import", imported.pk)


# One import, whatever its stage


@require_safe
@member_required("registry.import")
def show(request: Any, pk: int) -> HttpResponse:
    """The import as it stands: progress, columns to confirm, the check, or what was written."""
    if request.htmx and not Import.objects.filter(pk=pk, stage="reading").exists():
        return read_again()
    if batch := Import.objects.filter(pk=pk, batch__isnull=False).values_list("batch_id", flat=True).first():
        return redirect("registry:batch", batch)
    imported = _found(request, pk)
    if imported.stage == "mapping":
        return redirect("registry:import_columns", pk)
    register = staged.register_of(imported)
    if imported.stage == "reading":
        run = TaskRun.objects.filter(kind=uploads.KIND, args={"import": pk}).first()
        return brought.reading_page(
            request, "registry/import_reading.html", imported, run, imported=imported, register=register
        )
    context = _context(request, imported, register)
    if imported.stage == "checked":
        context |= _check(imported, register)
        return render(request, "registry/import.html", context)
    if imported.stage == "refused":
        data = imported.refusal or {}
        context["why"] = sentences.said(data.get("sentence", ""), data.get("facts", {}))
    if imported.stage == "undone":
        context["undone"] = _undone(imported)
    context |= brought.undoable(imported, undoing.may_undo)
    return render(request, "registry/import_done.html", context)


def _context(request: Any, imported: Import, register: Register) -> dict[str, Any]:
    return brought.counted(imported) | {
        "imported": imported,
        "register": register,
        "left_out": left_out(imported.counts),
        "taken": [one for one in brought.headings(imported, register) if one["column"]],
        "not_taken": [one["text"] for one in brought.headings(imported, register) if not one["column"]],
        "may_write": access.may(request.member, register.write_access, pairing_id=imported.pairing_id),
    }


def left_out(counts: dict[str, Any]) -> str:
    """What of the file is no row: title lines, totals, notes."""
    said = (
        (counts.get("n_title", 0), lambda n: ngettext("%(n)s title line", "%(n)s title lines", n)),
        (counts.get("n_total", 0), lambda n: ngettext("%(n)s total row", "%(n)s total rows", n)),
        (counts.get("n_note", 0), lambda n: ngettext("%(n)s note", "%(n)s notes", n)),
        (
            counts.get("n_repeated", 0),
            lambda n: ngettext("%(n)s repeated heading", "%(n)s repeated headings", n),
        ),
        (counts.get("left_out", 0), lambda n: ngettext("%(n)s double", "%(n)s doubles", n)),
    )
    return ", ".join(words(n) % {"n": num(n)} for n, words in said if n)


def _check(imported: Import, register: Register) -> dict[str, Any]:
    letters = {one["column"]: letter_of(one["index"]) for one in imported.counts.get("headings", [])}
    refused = ImportRow.objects.filter(of=imported, outcome="refused").order_by("row")[:SHOWN]
    changed = ImportRow.objects.filter(of=imported, outcome="changed").order_by("row")[:SHOWN]
    return {
        "refused": [line for row in refused for line in refused_lines(register, row, letters)],
        "changes": [line for row in changed for line in brought.changed_lines(register, row)][:SHOWN],
        "n_shown": len(refused),
    }


def refused_lines(register: Register, row: ImportRow, letters: dict[str, str]) -> list[dict[str, Any]]:
    """Per problem of a row a line of the table: where, what stands there, why, and the button."""
    lines = []
    for problem in row.problems:
        column = _column(register, problem["column"])
        cure = problem.get("cure")
        lines.append(
            {
                "row": row.row,
                "letter": letters.get(problem["column"], ""),
                "column": column.heading_with_unit if column else "",
                "name": problem["column"],
                "cell": cells.MASK if column and column.access and problem["cell"] else problem["cell"],
                "why": staged.say(problem),
                "cure": sentences.said(cure["sentence"], cure["facts"]) if cure else "",
            }
        )
    return lines


def _column(register: Register, name: str) -> Column | None:
    return next((column for column in register.columns if column.name == name), None)


# Name the columns


@member_required("registry.import")
def columns(request: Any, pk: int) -> HttpResponse:
    """Say which heading of the file is which column of the register."""
    imported = _found(request, pk)
    register = staged.register_of(imported)
    refusal = None
    if request.method == "POST":
        chosen = brought.chosen_columns(request, imported, register)
        try:
            bringing.remap(imported, chosen, by=request.member, sheet=_other_sheet(request, imported))
            return redirect("registry:import", pk)
        except Refused as refused:
            refusal = sentences.refusal(refused)
            imported.refresh_from_db()
    if imported.stage not in ("mapping", "checked"):
        return redirect("registry:import", pk)
    context = _context(request, imported, register) | brought.naming(imported, register, refusal)
    return render(request, "registry/import_columns.html", context, status=422 if refusal else 200)


def _other_sheet(request: Any, imported: Import) -> str:
    given: str = request.POST.get("sheet", "")
    return given if given in imported.counts.get("sheets", []) and given != imported.sheet else ""


# Settle, write, take back


@require_POST
@member_required("registry.import")
def cure(request: Any, pk: int) -> HttpResponse:
    """The button beside a refused cell."""
    imported = _found(request, pk)
    row = request.POST.get("row", "")
    if not (row.isascii() and row.isdigit()):
        raise BadInput(
            "registry.no_row", gettext_noop("The button did not say which row. Open the page again.")
        )
    settled = settling.cure(imported, int(row), request.POST.get("column", ""), by=request.member)
    if settled is None:
        said = gettext("Row %(row)s is left out.")
    elif settled.outcome == "refused":
        said = gettext("One problem of row %(row)s is settled; another is left.")
    else:
        said = gettext("Row %(row)s is settled.")
    messages.success(request, said % {"row": row})
    return redirect("registry:import", pk)


@require_POST
@member_required("registry.import")
def write(request: Any, pk: int) -> HttpResponse:
    """Write what changes; the refused rows stay out."""
    return brought.write(request, _found(request, pk), committing.write)


@require_POST
@member_required("registry.import")
def undo(request: Any, pk: int) -> HttpResponse:
    """Take a written import back."""
    imported = _found(request, pk)
    undoing.undo(imported, by=request.member)
    sentence = _undone(imported)
    return shared.done(request, sentence, reverse("registry:import", args=[pk]))


def _undone(imported: Import) -> str:
    """What an undone import left."""
    return gettext("The import is undone: the rows are as they were before.")


@require_POST
@member_required("registry.import")
def discard(request: Any, pk: int) -> HttpResponse:
    """Throw the staged file away."""
    imported = _found(request, pk)
    return brought.discard(request, imported, imported.file_name, settling.discard, "registry:imports")


# Files


@require_GET
@member_required("registry.import")
def refused(request: Any, pk: int) -> HttpResponse:
    """The refused rows as a workbook to correct and bring again."""
    imported = _found(request, pk)
    table = (staged.register_of(imported), "", staged.refused_of(imported))
    return brought.refused_file(imported.file_name, [table])


@require_GET
@member_required("registry.import")
def template(request: Any, code: str) -> HttpResponse:
    """An empty workbook of a register, to fill in."""
    register = queries.register_named(code)
    access.check(request.member, register.write_access)
    file = BytesIO()
    exporting.template(register, file)
    return downloads.sheet(file, f"{register.name}.xlsx", "xlsx")


@require_GET
@member_required("registry.import")
def export(request: Any, code: str, form: str) -> HttpResponse:
    """A register as a file that can be brought again."""
    register = queries.register_named(code)
    file = BytesIO()
    pairing = request.pairing if register.is_of_pairing else None
    exporting.export(register, file, form, member=request.member, pairing=pairing)
    return downloads.sheet(file, f"{register.name}.{form}", form)
