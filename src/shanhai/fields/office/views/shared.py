"""What the pages of the field share: form pages, one-button posts, what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shanhai.core import access, records
from shanhai.core.models import Document
from shanhai.fields.office.queries import said as said_words
from shanhai.fields.registry.queries import papers
from shanhai.kernel.refusals import NotFound
from shanhai.webkit import timeline, words
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


def form_view(
    request: HttpRequest,
    form: ShanhaiForm,
    call: Callable[[dict[str, Any]], Any],
    *,
    done: str,
    to: str,
    name: str,
    finding: str,
    crumbs: Sequence[tuple[str, str]],
) -> HttpResponse:
    """A page that is one form and what comes of it: ``call`` takes what was given, then ``done`` is said at the address ``to``."""
    if form.sent(call):
        return said(request, done, to)
    return form_page(request, form, name=name, finding=finding, crumbs=crumbs)


def posted(code: str) -> Callable[[View], View]:
    """A view that one button posts to."""

    def wrap(view: View) -> View:
        guarded = require_POST(member_required(code)(view))
        guarded.access = code  # type: ignore[attr-defined]
        return guarded

    return wrap


def days(n: int | None) -> str:
    """Working days, as tables say them."""
    return ngettext("%(n)s wd", "%(n)s wd", n or 0) % {"n": words.num(n or 0)}


def record_named(request: Any) -> Any:
    """The record of the page that led here: ``?kind=pairing.agreement&id=3``."""
    kind, pk = request.GET.get("kind", ""), request.GET.get("id", "")
    return records.found(request.member, kind, int(pk)) if kind and pk.isdecimal() and pk.isascii() else None


def about(request: Any, one: Any) -> tuple[str, str] | None:
    """Title and address of the record that a request or problem is about, for those who see that too."""
    if not one.record_kind or one.record_id is None:
        return None
    try:
        record = records.found(request.member, one.record_kind, one.record_id)
    except NotFound:
        return None
    return records.title(record), records.url(record)


Stops = Callable[[date, date], list[timeline.Span]]


def rows_of_levels(
    moves: Sequence[Any],
    last: date,
    ends: date | None,
    *,
    is_waiting: bool,
    stopped: Stops = lambda _first, _last: [],
) -> list[timeline.Item]:
    """One row for each level that a record was at, and until when it may stay at the last one.

    Parameters
    ----------
    moves
        The steps by which it came to a level, in their order.
    last
        Until when it was at the last of them.
    ends
        When it climbs from there.
    stopped
        When its days stood still between two days.
    """
    rows = []
    for step, later in zip(moves, [*moves[1:], None], strict=True):
        to = max(step.on, later.on - timedelta(days=1)) if later is not None else max(step.on, last)
        spans = [timeline.Span("actual", step.on, to), *stopped(step.on, to)]
        if later is None and ends is not None and ends > to:
            spans.append(timeline.Span("forecast", to, ends))
        rows.append(
            timeline.Item(
                str(said_words.LEVELS[step.level]),
                spans,
                who=step.unit.organisation.name if step.unit else "",
                is_current=later is None and is_waiting,
            )
        )
    return rows


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
