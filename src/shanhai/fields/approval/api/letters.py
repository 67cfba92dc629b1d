"""Letters of a case for programs: what they say, and as PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Schema
from pydantic import Field

from shanhai.fields.approval import printed_letters
from shanhai.fields.approval.actions import status_codes as actions
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import public_status
from shanhai.fields.approval.queries.letters import letter_of, letters_of
from shanhai.webkit.api import CHANGES_A_ROW, Given, idempotent, if_match, may


class LetterOut(Schema):
    """A letter to the applicant: what it is about, and what it says in the language of the caller."""

    key: str
    kind: str
    on: dt.date
    item: str
    text: list[str]
    lines: list[str]


class LettersOut(Schema):
    """The letters of a case by day, and the address of its public page, which stands as a QR code on each; empty while the
    code is revoked."""

    status_url: str
    letters: list[LetterOut]


class StatusCodeOut(Schema):
    """The address of a case's public page; empty while its code is revoked. ``code_no`` says how often it was issued anew."""

    status_url: str
    code_no: int
    is_code_revoked: bool
    version: int


class CodeRevokedIn(Given):
    """Why the code holds no more; it stands on the record."""

    reason: str = Field(min_length=1, max_length=300)
    with_new: bool = False


def _status_url(request: Any, case: Any) -> str:
    page = public_status.address_for(case)
    return request.build_absolute_uri(page) if page else ""


def _code(request: Any, case: Any) -> dict[str, Any]:
    told = {name: getattr(case, name) for name in ("code_no", "is_code_revoked", "version")}
    return {"status_url": _status_url(request, case)} | told


_PDF = {
    "responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
}


@router.get("/cases/{number}/letters", response=LettersOut, summary="Letters to the applicant")
@may("approval.view_cases")
def list_letters(request: Any, number: str) -> Any:
    """Acceptance, the notice of all gaps, stops, extensions, decisions: read from what happened."""
    case = queries.case_of(request.member, number)
    found = letters_of(case, queries.whole(case), queries.materials_of(case))
    return {
        "status_url": _status_url(request, case),
        "letters": [
            {
                "key": one.key,
                "kind": str(one.kind),
                "on": one.on,
                "item": one.item.code if one.item is not None else "",
                "text": printed_letters.paragraphs(case, one),
                "lines": printed_letters.lines_of(one),
            }
            for one in found
        ],
    }


@router.get(
    "/cases/{number}/letters/{key}/{language}.pdf",
    response={200: None},
    summary="A letter as PDF",
    openapi_extra=_PDF,
)
@may("approval.view_cases")
def print_letter(request: Any, number: str, key: str, language: Literal["zh", "en"]) -> Any:
    """In official layout, with a QR code that opens the public page of the case."""
    case = queries.case_of(request.member, number)
    site = request.build_absolute_uri("/").rstrip("/")
    data, name = printed_letters.as_pdf(case, letter_of(case, key), language, site)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    return answer


@router.post(
    "/cases/{number}/status-code/revoke", response=StatusCodeOut, summary="Revoke the code of the public page",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.revoke_code")
@idempotent(StatusCodeOut, status=200)
def revoke_status_code(request: Any, number: str, data: CodeRevokedIn) -> Any:
    """Revoke the code: who has it is told so, and letters have none until one is issued."""
    case = queries.case_of(request.member, number)
    if_match(request, case)
    return _code(request, actions.revoke_code(case, by=request.member, **data.dict()))


@router.post(
    "/cases/{number}/status-code/issue", response=StatusCodeOut, summary="Issue a new code of the public page",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.issue_code")
@idempotent(StatusCodeOut, status=200)
def issue_status_code(request: Any, number: str) -> Any:
    """Issue a new code in place of one that was revoked."""
    case = queries.case_of(request.member, number)
    if_match(request, case)
    return _code(request, actions.issue_code(case, by=request.member))
