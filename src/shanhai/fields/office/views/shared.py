"""What the pages of the field share: form pages, one-button posts, what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shanhai.core import access
from shanhai.core.models import Document
from shanhai.fields.registry.queries import papers
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.pages import View, member_required


def form_page(
    request: HttpRequest,
    form: ShanhaiForm,
    *,
    name: str,
    finding: str,
    crumbs: Sequence[tuple[str, str]],
    sub: str = "",
) -> HttpResponse:
    """A page that is one form: its name stands in the tab and over the fields, the sentence is its headline."""
    context = {"form": form, "name": name, "finding": finding, "sub": sub, "crumbs": crumbs}
    context["back"] = crumbs[-1][0] if crumbs else ""
    return render(request, "office/form.html", context, status=form.status)


def posted(code: str) -> Callable[[View], View]:
    """A view that one button posts to."""

    def wrap(view: View) -> View:
        guarded = require_POST(member_required(code)(view))
        guarded.access = code  # type: ignore[attr-defined]
        return guarded

    return wrap


def papers_named(request: Any, number: int | None) -> list[Document]:
    """The paper of a number that was typed, for those who see it; none where none was."""
    return [papers.seen(request.member, number)] if number else []


def at_version(request: HttpRequest, row: Any) -> Any:
    """A row at the version that the page showed, so that a button pressed on an old page is refused."""
    given = request.POST.get("version", "")
    if given.isascii() and given.isdigit():
        row.version = int(given)
    return row


def said(request: HttpRequest, sentence: str, url: str) -> HttpResponse:
    """Say what was done, on the page where it shows."""
    messages.success(request, sentence)
    return redirect(url)


def may(request: Any, code: str, pairing_id: int | None = None) -> bool:
    """Whether a button is shown."""
    return access.may(request.member, code, pairing_id=pairing_id)
