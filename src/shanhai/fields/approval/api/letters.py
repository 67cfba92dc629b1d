"""Letters of a case for programs: what they say, and as PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Schema

from shanhai.fields.approval import printed_letters
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import public_status
from shanhai.fields.approval.queries.letters import letter_of, letters_of
from shanhai.webkit.api import may


class LetterOut(Schema):
    """A letter to the applicant: what it is about, and what it says in the language of the caller."""

    key: str
    kind: str
    on: dt.date
    item: str
    text: list[str]
    lines: list[str]


class LettersOut(Schema):
    """The letters of a case by day, and the address of its public page, which stands as a QR code on each."""

    status_url: str
    letters: list[LetterOut]


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
        "status_url": request.build_absolute_uri(public_status.address_of(case.number)),
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
