"""What the pages of the field share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shanhai.core import access, signs
from shanhai.core.models import JournalEntry
from shanhai.core.queries import journal
from shanhai.core.sheets.columns import Register
from shanhai.fields.registry.queries import entries
from shanhai.fields.registry.queries.shared import found
from shanhai.webkit import downloads
from shanhai.webkit import signs as page_signs
from shanhai.webkit.forms import ShanhaiForm

__all__ = ["done", "export_of", "form_page", "found", "history", "latest", "may", "panels", "versioned"]


def form_page(
    request: Any, form: ShanhaiForm, *, title: Any, sub: Any = "", crumbs: list[tuple[Any, str]]
) -> HttpResponse:
    """The one page that all forms of the field stand on."""
    return render(
        request,
        "registry/form.html",
        {"form": form, "title": title, "sub": sub, "crumbs": crumbs},
        status=form.status,
    )


def done(request: Any, sentence: Any, url: str) -> HttpResponse:
    """Say what was done and go there."""
    messages.success(request, str(sentence))
    return redirect(url)


def versioned(request: HttpRequest, row: Any) -> Any:
    """A row at the version that the page showed, so that a button pressed on an old page is refused."""
    given = request.POST.get("version", "")
    if given.isascii() and given.isdigit():
        row.version = int(given)
    return row


def export_of(register: Register) -> Callable[[Any, QuerySet, str], HttpResponse]:
    """The export of a list page: its filtered rows as the register's own columns, masked as on the page."""

    def export(request: Any, chosen: QuerySet, form: str) -> HttpResponse:
        from shanhai.core.sheets import exporting

        file = BytesIO()
        exporting.export(register, file, form, member=request.member, chosen=chosen)
        return downloads.sheet(file, f"{register.file_stem}.{form}", form)

    return export


def may(request: Any, code: str) -> bool:
    """Whether a button is shown."""
    return access.may(request.member, code)


class Line:
    """One line of a history panel."""

    def __init__(self, entry: JournalEntry) -> None:
        body = journal.body_of(entry)
        self.pk = entry.pk
        self.at = entry.at
        self.what = entries.what(entry)
        self.by = journal.by_name(body) or gettext("the system")
        self.n = 1


def history(row: Model, n: int = 8) -> list[Line]:
    """The latest entries of the journal about one row (one statement)."""
    return [Line(entry) for entry in journal.of_subject(row)[:n]]


def latest(entries: Iterable[JournalEntry], n: int = 8) -> list[Line]:
    """The latest things that were done; what one file or one person did in a row is one line with its number."""
    lines: list[Line] = []
    for entry in entries:
        line = Line(entry)
        if lines and (lines[-1].what, lines[-1].by) == (line.what, line.by):
            lines[-1].n += 1
        elif len(lines) == n:
            break
        else:
            lines.append(line)
    return lines


def panels(request: Any, place: str, subject: Any) -> list[Any]:
    """What other fields show on this page, in the order of their rank."""
    drawn = []
    for panel in sorted(page_signs.panels, key=lambda panel: (panel.rank, panel.code)):
        if panel.place == place and access.may(request.member, panel.access):
            drawn.append(signs.call(panel.render)(request, subject))
    return [one for one in drawn if one]
