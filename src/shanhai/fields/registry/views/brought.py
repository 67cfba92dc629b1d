"""What pages of imports and of batches share: how far each is, what its rows do, written and thrown away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import access, clock, masking, sentences, signs
from shanhai.core import undo as undo_rule
from shanhai.core.models import Batch, Import, ImportRow, TaskRun
from shanhai.core.sheets import (
    batches,
    cells,
    exporting,
    kept,
    staged,
)
from shanhai.core.sheets.columns import Column, Register
from shanhai.core.sheets.headings import letter_of
from shanhai.fields.registry.views import shared
from shanhai.kernel.refusals import Refused
from shanhai.webkit import downloads, words
from shanhai.webkit import undo as undo_bar
from shanhai.webkit.pages import read_again
from shanhai.webkit.templatetags.shanhai import num

STEPS = (_("File"), _("Columns"), _("Check"), _("Write"))


def writable(request: Any) -> list[Register]:
    """The registers that the member may write."""
    return [
        register
        for register in signs.registers
        if access.may(request.member, register.write_access)
        and (not register.is_of_pairing or request.pairing is not None)
    ]


STAGES = {
    "reading": ("paused", _("is read")),
    "mapping": ("at_risk", _("columns to confirm")),
    "checked": ("at_risk", _("waits for you")),
    "written": ("done", _("written")),
    "discarded": ("not_started", _("discarded")),
    "refused": ("late", _("refused")),
    "undone": ("not_started", _("undone")),
}


def at_version(request: Any, found: Any) -> Any:
    """What was brought, at the version that the page showed."""
    given = request.POST.get("version", "")
    if given.isascii() and given.isdigit():
        found.version = int(given)
    return found


def counted(brought: Import | Batch) -> dict[str, Any]:
    """What the head of its page says of the rows, and for how long it is kept."""
    counts = brought.counts
    return {
        "brought": brought,
        "counts": counts,
        "n_all": sum(counts.get(name, 0) for name in batches.OUTCOMES),
        "n_write": counts.get("changed", 0) + counts.get("new", 0),
        "kept_until": clock.local(brought.brought_at).date() + kept.KEPT_FOR,
        "steps": STEPS,
        "undo_minutes": undo_rule.minutes(),
    } | {f"{name}_url": _url(brought, name) for name in ("write", "undo", "discard", "refused")}


def undoable(brought: Import | Batch, may_undo: Callable[[Any], bool]) -> dict[str, Any]:
    """Whether and until when what was written may be taken back."""
    if brought.written_at is None or brought.stage != "written":
        return {}
    return {"may_undo": may_undo(brought), "until": clock.local(undo_rule.until(brought.written_at))}


def _url(brought: Import | Batch, step: str = "") -> str:
    name = f"registry:{brought._meta.model_name}{f'_{step}' if step else ''}"
    return reverse(name, args=[brought.pk])


def write(request: Any, brought: Import | Batch, act: Callable[..., Any]) -> HttpResponse:
    """Write what changes; the refused rows stay out."""
    n = brought.counts.get("changed", 0) + brought.counts.get("new", 0)
    try:
        act(brought, by=request.member)
    except Refused as refused:
        # The rows that somebody else changed are on the page again, compared anew.
        messages.error(request, sentences.refusal(refused))
        return redirect(_url(brought))
    sentence = ngettext("%(n)s row is written.", "%(n)s rows are written.", n) % {"n": num(n)}
    undo_bar.offer(request, sentence, _url(brought, "undo"))
    return redirect(_url(brought))


def discard(request: Any, brought: Any, name: str, act: Callable[..., Any], to: str) -> HttpResponse:
    """Throw away what is not written."""
    act(brought, by=request.member)
    sentence = gettext("%(file)s is discarded. Nothing was written.") % {"file": name}
    return shared.done(request, sentence, reverse(to))


def refused_file(name: str, tables: Sequence[Any]) -> HttpResponse:
    """The refused rows as a workbook to correct and bring again."""
    file = BytesIO()
    exporting.refused_rows(tables, file)
    return downloads.sheet(file, f"{name.rpartition('.')[0] or name}-{gettext('refused')}.xlsx", "xlsx")


def chosen_columns(request: Any, of: Import, register: Register) -> dict[str, str]:
    """Which heading the form says is which column."""
    return {one["text"]: request.POST.get(f"column-{one['index']}", "") for one in headings(of, register)}


def naming(of: Import, register: Register, refusal: str | None) -> dict[str, Any]:
    """What the form shows in which headings are named."""
    lines = headings(of, register)
    return {
        "headings": lines,
        "columns": register.inputs,
        "refusal": refusal,
        "n_guessed": sum(line["how"] == "guess" for line in lines),
    }


def said_counts(counts: dict[str, Any]) -> str:
    """What an import's rows do, in a few words."""
    if "n_rows" not in counts and "new" not in counts:
        return ""
    parts = [
        ngettext("%(n)s changed", "%(n)s changed", counts.get("changed", 0)),
        ngettext("%(n)s new", "%(n)s new", counts.get("new", 0)),
        ngettext("%(n)s refused", "%(n)s refused", counts.get("refused", 0)),
    ]
    numbers = (counts.get("changed", 0), counts.get("new", 0), counts.get("refused", 0))
    return ", ".join(part % {"n": num(n)} for part, n in zip(parts, numbers, strict=True) if n) or gettext(
        "nothing changes"
    )


def reading_page(
    request: Any, template: str, brought: Import | Batch, run: TaskRun | None, **more: Any
) -> HttpResponse:
    """What was brought while it is read: progress, or why it could not be."""
    is_running = run is not None and run.stage in ("waiting", "running")
    if request.htmx and not is_running:
        return read_again()
    context = more | {
        "brought": brought,
        "run": run,
        "is_running": is_running,
        "share": None,
        "url": _url(brought),
        "discard_url": _url(brought, "discard"),
        "why": sentences.said(run.refusal["sentence"], run.refusal["facts"]) if run and run.refusal else "",
        "steps": STEPS,
    }
    return render(request, "webkit/progress.html" if request.htmx else template, context)


def headings(imported: Import, register: Register) -> list[dict[str, Any]]:
    """The headings of the file with the letter of their column and what each is taken for."""
    names = {column.name: column for column in register.columns}
    return [
        {
            **one,
            "letter": letter_of(one["index"]),
            "heading": names[one["column"]].heading if one["column"] in names else "",
        }
        for one in imported.counts.get("headings", [])
    ]


def changed_lines(register: Register, row: ImportRow) -> list[dict[str, Any]]:
    """Per changed cell of a row what it was and what it will be."""
    change = staged.change_of(register, row)
    # Reading a masked value is on the record elsewhere; here it says only that it changes.
    before, values = masking.hide(register, change.before or {}), masking.hide(register, change.values)
    label = next((str(change.values[c.name]) for c in register.columns if c.name.startswith("name")), "")
    return [
        {
            "key": change.key,
            "label": label or change.key,
            "column": register.column(name).heading,
            "old": shown(register.column(name), before.get(name)),
            "new": shown(register.column(name), values.get(name)),
        }
        for name in change.differs(register.columns)
    ]


def shown(column: Column, value: Any) -> str:
    """A value as people write it, on one line."""
    if value in (None, ""):
        return "–"
    if column.type == "choice":
        return column.choice(value)
    if column.type == "bool":
        return gettext("yes") if value else gettext("no")
    if column.type == "fen":
        return format(exporting.from_fen(column, value), ",f")
    if column.type == "date":
        return words.day(value, "year")
    return str(cells.encode(value))[:80]
