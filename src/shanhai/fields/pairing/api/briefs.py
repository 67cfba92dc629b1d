"""Briefing books of joint meetings: asked for, watched while they are made, found among the papers."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from ninja import Schema

from shanhai.core import sentences, tasks
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.api.base import router
from shanhai.webkit.api import Given, idempotent, may


class BookOut(Schema):
    """A finished book: ``document`` is the number of its paper.

    ``moved`` says how many entries came after the latest book of a language; null of the older ones.
    """

    document: int
    language: str
    form: str
    made_at: dt.datetime
    moved: int | None


class BookMakingOut(Schema):
    """The making of a book: how far it is, and why it failed where it did."""

    stage: str
    done: int
    total: int | None
    asked_at: dt.datetime
    document: int | None
    why_failed: str

    @staticmethod
    def resolve_document(row: Any) -> int | None:
        return row.document_id

    @staticmethod
    def resolve_why_failed(row: Any) -> str:
        return sentences.said(row.refusal["sentence"], row.refusal["facts"]) if row.refusal else ""


class BooksOut(Schema):
    """The books of a meeting, latest first, and the last making that the caller asked for."""

    books: list[BookOut]
    making: BookMakingOut | None


class BookIn(Given):
    """In which language, and as PDF or Word."""

    language: Literal["both", "zh", "en"] = "both"
    form: Literal["pdf", "docx"] = "pdf"


@router.get("/meetings/{number}/books", response=BooksOut, summary="Briefing books of a meeting")
@may("pairing.view_meetings")
def list_books(request: Any, number: str) -> Any:
    """Read a book with GET /registry/documents/{document}/file; one with ``moved`` above 0 is not up to date."""
    meeting = queries.meeting_of(request.member, number)
    books, seen = [], set()
    for book in queries.books_of(meeting, request.member):
        kept = (book.language, book.form)
        is_latest = kept not in seen
        seen.add(kept)
        books.append(
            {
                "document": book.document_id,
                "language": book.language,
                "form": book.form,
                "made_at": book.made_at,
                "moved": queries.moved_since(book) if is_latest else None,
            }
        )
    return {
        "books": books,
        "making": queries.brief_runs(meeting, request.member).first(),
    }


@router.post("/meetings/{number}/books", response={201: BookMakingOut}, summary="Have a briefing book made")
@may("pairing.ask_for_brief")
@idempotent(BookMakingOut)
def ask_for_book(request: Any, number: str, data: BookIn) -> Any:
    """Commitments, overdue items, figures and what each side asks of the other; made by a task."""
    meeting = queries.meeting_of(request.member, number)
    return actions.ask_for_brief(meeting, language=data.language, form=data.form, by=request.member)


@router.post("/meetings/{number}/books/cancel", response=BookMakingOut, summary="Stop the making of a book")
@may("pairing.ask_for_brief")
@idempotent(BookMakingOut, status=200)
def cancel_book(request: Any, number: str) -> Any:
    """Stop what the caller asked for: at once while it waits, else where it next looks."""
    meeting = queries.meeting_of(request.member, number)
    return tasks.cancel_task(queries.brief_at_work(meeting, request.member), by=request.member)
