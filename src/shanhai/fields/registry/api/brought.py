"""What imports and batches share for programs: their rows counted, at a version, acted on, the refused rows as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from ninja import Schema

from shanhai.core.models import Batch, Import
from shanhai.core.queries import pairings
from shanhai.core.sheets import exporting, staged
from shanhai.fields.registry.queries import shared
from shanhai.webkit import downloads
from shanhai.webkit.api import (
    etag,
    if_match,
)

# So many refused cells are listed; the rest is in the workbook of refused rows.
PROBLEMS_SHOWN = 500


def a_file(*media_types: str) -> dict[str, Any]:
    """How an operation declares that it answers with a file."""
    content = {one: {"schema": {"type": "string", "format": "binary"}} for one in media_types}
    return {"responses": {200: {"description": "The file.", "content": content}}}


class BroughtOut(Schema):
    """What was brought, by whom, and what its rows would do or did."""

    id: int
    stage: str
    pairing: str | None
    by: str | None
    brought_at: datetime
    written_at: datetime | None
    same: int
    changed: int
    new: int
    refused: int
    version: int

    @staticmethod
    def resolve_pairing(row: Import | Batch) -> str | None:
        return row.pairing.code if row.pairing else None

    @staticmethod
    def resolve_by(row: Import | Batch) -> str | None:
        return row.by.code if row.by else None

    @staticmethod
    def resolve_same(row: Import | Batch) -> int:
        return row.counts.get("same", 0)

    @staticmethod
    def resolve_changed(row: Import | Batch) -> int:
        return row.counts.get("changed", 0)

    @staticmethod
    def resolve_new(row: Import | Batch) -> int:
        return row.counts.get("new", 0)

    @staticmethod
    def resolve_refused(row: Import | Batch) -> int:
        return row.counts.get("refused", 0)


class ProblemOut(Schema):
    """What is wrong with one cell; ``has_cure`` where POST /imports/{id}/cure can settle it."""

    row: int
    column: str
    cell: str
    code: str
    why: str
    has_cure: bool


class HeadingOut(Schema):
    """A heading of the file and the column that it is taken for, empty for none."""

    text: str
    column: str


def headings_of(row: Import) -> list[dict[str, str]]:
    """The headings of a file with what each is taken for."""
    return [{"text": one["text"], "column": one["column"] or ""} for one in row.counts.get("headings", [])]


def why_refused(row: Import | Batch) -> str:
    """Why it was refused as a whole; empty where it was not."""
    return staged.say(row.refusal) if row.refusal else ""


def pairing_named(request: Any, code: str) -> Any:
    """The pairing that rows of a pairing's registers belong to; the caller's own where none is named."""
    return shared.found(pairings.pairings_of(request.member), code=code) if code else request.pairing


def acted(
    request: Any, response: HttpResponse, found: Callable[[Any, int], Any], id: int, act: Callable[..., Any]
) -> Any:
    """Do something to what was brought, at the version that the caller has read; gives it as it stands then.

    No Idempotency-Key for what reads or writes whole files: it would keep other writers out all the while. Bringing a
    file twice writes nothing, and what was written or undone has another version.
    """
    act(if_match(request, found(request.member, id)), by=request.member)
    return shown(response, found(request.member, id))


def shown(response: HttpResponse, row: Import | Batch) -> Any:
    """What was brought, with its version in ETag."""
    etag(response, row)
    return row


def refused_file(name: str, tables: Sequence[Any]) -> Any:
    """The refused rows as a workbook to correct and bring again."""
    file = BytesIO()
    exporting.refused_rows(tables, file)
    return downloads.sheet(file, f"{name}-refused.xlsx", "xlsx")
