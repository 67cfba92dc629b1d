"""Pages on which tables of several registers come in together: all of them checked, written and taken back as one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from shanhai.core import sentences
from shanhai.core.counting import count_bounded
from shanhai.core.models import Batch, Import, ImportRow, TaskRun
from shanhai.core.sheets import batches, staged
from shanhai.fields.registry.actions import uploads
from shanhai.fields.registry.queries import batches as queries
from shanhai.fields.registry.views import brought, shared
from shanhai.kernel.refusals import Refused
from shanhai.webkit import cells, listing
from shanhai.webkit.listing import Table
from shanhai.webkit.pages import member_required, read_again
from shanhai.webkit.remember import mark_at, remembered

SHOWN = 200  # Faults, and changed cells, on the page; the rest of the faults is in the Excel file.

BATCHES = Table(
    code="registry.batches",
    columns=(
        listing.Column(
            "files", _("Files"), kind="link", value="name", href=cells.link("registry:batch"), stack="grow"
        ),
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
        _("No tables of several registers were brought yet."),
        _(
            "Bring a workbook with a sheet for each register, or several files; all of them are checked together."
        ),
    ),
)


@require_GET
@member_required("registry.import")
def list_batches(request: Any) -> HttpResponse:
    """What the member's unit brought for several registers at once, newest first."""
    rows = queries.own(request.member)
    waiting = remembered(
        "registry.batches",
        (request.member.pk,),
        lambda: count_bounded(rows.filter(stage="checked")),
        mark_at(request),
        "readers",
    )
    context = {"waiting": waiting, "may_bring": bool(brought.writable(request))}
    return listing.render(request, "registry/batches.html", BATCHES, rows, context)


def _found(request: Any, pk: int) -> Batch:
    found: Batch = brought.at_version(request, queries.found(request.member, pk))
    return found


# One batch, whatever its stage


@require_safe
@member_required("registry.import")
def show(request: Any, pk: int) -> HttpResponse:
    """The batch as it stands: progress, the check of all its tables, or what was written."""
    batch = _found(request, pk)
    if request.htmx and batch.stage != "reading":
        return read_again()
    if batch.stage == "reading":
        run = TaskRun.objects.filter(kind=uploads.BATCH_KIND, args={"batch": batch.pk}).first()
        return brought.reading_page(request, "registry/batch_reading.html", batch, run, batch=batch)
    parts = queries.parts_of(batch)
    context = _context(batch, parts)
    if batch.stage == "checked":
        return render(request, "registry/batch.html", context | _check(batch, parts))
    if batch.stage == "refused" and batch.refusal:
        context["why"] = staged.say(batch.refusal)
    context |= brought.undoable(batch, batches.may_undo)
    return render(request, "registry/batch_done.html", context)


def _context(batch: Batch, parts: list[Import]) -> dict[str, Any]:
    return brought.counted(batch) | {
        "batch": batch,
        "tables": [_table(part, parts) for part in parts],
        "strange": queries.strange_of(batch),
    }


def _table(part: Import, parts: list[Import]) -> dict[str, Any]:
    return {
        "part": part,
        "title": queries.title_of(part, parts),
        "status": brought.STAGES[part.stage],
        "why": queries.why_refused(part),
        "said": brought.said_counts(part.counts),
        "is_unclear": part.stage == "mapping",
        "not_taken": [one["text"] for one in part.counts.get("headings", []) if not one["column"]],
    }


def _check(batch: Batch, parts: list[Import]) -> dict[str, Any]:
    """Faults and changes of all tables, each grouped by its table, as many as can be read."""
    faults, changes = [], []
    left = left_changes = SHOWN
    for part in parts:
        title = queries.title_of(part, parts)
        if part.counts.get("refused"):
            lines, pointing = queries.problems_of(part, max(left, 0))
            left -= len(lines)
            faults.append({"title": title, "lines": lines, "pointing": pointing, "n": part.counts["refused"]})
        if part.counts.get("changed") and left_changes > 0:
            changed = ImportRow.objects.filter(of=part, outcome="changed").order_by("row")[:left_changes]
            register = staged.register_of(part)
            lines = [line for row in changed for line in brought.changed_lines(register, row)][:left_changes]
            left_changes -= len(lines)
            changes.append({"title": title, "lines": lines, "n": part.counts["changed"]})
    whole = sum(part.stage in ("refused", "mapping") for part in parts)
    return {
        "faults": faults,
        "changes": changes,
        "is_cut": left <= 0,
        "n_whole": whole,
        "n_strange": len(batch.counts.get("strange", [])),
    }


# Name the columns of a table


@member_required("registry.import")
def columns(request: Any, pk: int, part: int) -> HttpResponse:
    """Say which heading of a table is which column of its register; all tables are checked again with it."""
    batch = _found(request, pk)
    one = queries.part_of(batch, part)
    register = staged.register_of(one)
    refusal = None
    if request.method == "POST":
        chosen = brought.chosen_columns(request, one, register)
        try:
            batches.name_columns(one, chosen, by=request.member)
            return redirect("registry:batch", pk)
        except Refused as refused:
            refusal = sentences.refusal(refused)
    if batch.stage != "checked":
        return redirect("registry:batch", pk)
    context = brought.naming(one, register, refusal) | {
        "imported": one,
        "register": register,
        "counts": {},
        "steps": brought.STEPS,
        "action": reverse("registry:batch_columns", args=[pk, part]),
        "batch": batch,
    }
    return render(request, "registry/import_columns.html", context, status=422 if refusal else 200)


# Write, take back, throw away


@require_POST
@member_required("registry.import")
def write(request: Any, pk: int) -> HttpResponse:
    """Write what changes in all tables; the refused rows stay out."""
    return brought.write(request, _found(request, pk), batches.write)


@require_POST
@member_required("registry.import")
def undo(request: Any, pk: int) -> HttpResponse:
    """Take a written batch back, all tables of it."""
    batches.undo_batch(_found(request, pk), by=request.member)
    sentence = gettext("The batch is undone: the rows of all tables are as they were before.")
    return shared.done(request, sentence, reverse("registry:batch", args=[pk]))


@require_POST
@member_required("registry.import")
def discard(request: Any, pk: int) -> HttpResponse:
    """Throw a batch away that is not written."""
    batch = _found(request, pk)
    return brought.discard(request, batch, batch.name, batches.discard_batch, "registry:batches")


@require_GET
@member_required("registry.import")
def refused(request: Any, pk: int) -> HttpResponse:
    """The refused rows of all tables as a workbook, a sheet for each, to correct and bring again."""
    batch = _found(request, pk)
    return brought.refused_file(batch.files[0]["name"], batches.refused_of(batch))
