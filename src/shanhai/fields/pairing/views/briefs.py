"""The briefing book of a meeting: have it made, watch it being made, open it, see whether records moved since."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock, sentences, tasks
from shanhai.core.models import TaskRun
from shanhai.core.printing import making
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.models import BriefingBook, Meeting
from shanhai.fields.pairing.views import shared
from shanhai.webkit import words
from shanhai.webkit.pages import member_required, read_again

TONGUES = {
    "both": gettext_lazy("Chinese and English"),
    "zh": gettext_lazy("Chinese"),
    "en": gettext_lazy("English"),
}
AT_WORK = (TaskRun.Stage.WAITING, TaskRun.Stage.RUNNING)


@member_required("pairing.view_meetings")
def brief(request: Any, number: str) -> HttpResponse:
    """Is the briefing book made, does it hold what is known now, and where is it?"""
    one = queries.meeting_of(request.member, number)
    run = queries.brief_runs(one, request.member).first()
    is_running = run is not None and run.stage in AT_WORK
    if request.htmx and not is_running:
        return read_again()
    address = reverse("pairing:brief", args=[one.number])
    context: dict[str, Any] = {
        "meeting": one,
        "run": run if run is not None and run.stage != TaskRun.Stage.DONE else None,
        "is_running": is_running,
        "share": 100 * run.done // run.total if run is not None and run.total else None,
        "url": address,
        "cancel_url": reverse("pairing:brief_cancel", args=[one.number]),
    }
    if request.htmx:
        return render(request, "webkit/progress.html", context)
    books = book_lines(one, request)
    context |= {
        "books": books,
        "finding": _finding(books, is_running),
        "why": sentences.said(run.refusal["sentence"], run.refusal["facts"])
        if run and run.refusal and run.stage == TaskRun.Stage.FAILED
        else "",
        "tongues": TONGUES.items(),
        "forms": [("pdf", "PDF"), ("docx", "Word")],
        "may_make": shared.may(request, "ask_for_brief", one.pairing_id),
    }
    return render(request, "pairing/brief.html", context)


def book_lines(one: Meeting, request: Any) -> list[dict[str, Any]]:
    """The books of a meeting as rows; only of the latest in each language it is asked what moved since."""
    lines, seen = [], set()
    for book in queries.books_of(one, request.member):
        kept = (book.language, book.form)
        is_latest = kept not in seen
        seen.add(kept)
        # Word does not open in place; it is saved.
        name = "registry:document_preview" if book.form == "pdf" else "registry:document_file"
        moved = queries.moved_since(book) if is_latest else 0
        lines.append(
            {
                "book": book,
                "tongue": TONGUES[book.language],
                "open_url": shared.address(name, book.document_id),
                "form": making.NAMES.get(book.form, book.form),
                "paper_url": shared.address("registry:document", book.document_id),
                "status": _status(book, is_latest, moved),
                "moved": moved,
            }
        )
    return lines


def _status(book: BriefingBook, is_latest: bool, moved: int) -> tuple[str, str]:
    if not is_latest:
        return "paused", _("replaced by a later one")
    if not moved and clock.local(book.made_at).date() == clock.today():
        return "done", _("up to date")
    if not moved:
        return "done", _("nothing moved since")
    if moved > queries.MOST_MOVED:
        return "at_risk", _("stale: more than %(n)s changes since") % {"n": queries.MOST_MOVED}
    return "at_risk", ngettext("stale: %(n)s change since", "stale: %(n)s changes since", moved) % {
        "n": moved
    }


def _finding(books: list[dict[str, Any]], is_running: bool) -> str:
    if is_running:
        return _("The briefing book is being made.")
    if not books:
        return _("The briefing book is not made yet.")
    latest = books[0]
    facts = {"moment": words.moment(latest["book"].made_at)}
    if latest["moved"]:
        return _("Records moved since the briefing book was made (%(moment)s).") % facts
    return _("The briefing book is ready, made %(moment)s; nothing has moved since.") % facts


@shared.posted("pairing.ask_for_brief")
def make(request: Any, number: str) -> HttpResponse:
    """The button that has it made."""
    one = queries.meeting_of(request.member, number)
    language = request.POST.get("language", "")
    actions.ask_for_brief(
        one,
        language=language if language in TONGUES else "both",
        form="docx" if request.POST.get("form") == "docx" else "pdf",
        by=request.member,
    )
    return redirect("pairing:brief", one.number)


@shared.posted("pairing.ask_for_brief")
def cancel(request: Any, number: str) -> HttpResponse:
    """Stop the making."""
    one = queries.meeting_of(request.member, number)
    tasks.cancel_task(queries.brief_at_work(one, request.member), by=request.member)
    return redirect("pairing:brief", one.number)


@member_required("pairing.view_meetings")
def latest(request: Any, number: str) -> HttpResponse:
    """The book that holds what is known now, else the page on which it is made."""
    one = queries.meeting_of(request.member, number)
    for line in book_lines(one, request):
        if line["status"][0] == "done" and line["open_url"] and line["book"].form == "pdf":
            return redirect(line["open_url"])
    return redirect("pairing:brief", one.number)
