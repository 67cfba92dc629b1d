"""Letters to the applicant: to read, and as PDF in either language with the code of the public page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe

from shanhai.core.printing import making
from shanhai.fields.approval import printed_letters
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import public_status
from shanhai.fields.approval.queries.letters import letter_of
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.pages import member_required


@member_required("approval.view_cases")
def letter(request: Any, number: str, key: str) -> HttpResponse:
    """One letter to the applicant, to read, to print, and to take away."""
    one = queries.case_of(request.member, number)
    found = letter_of(one, key)
    address = request.build_absolute_uri(public_status.address_of(one.number))
    context = {
        "case": one,
        "letter": found,
        "name": printed_letters.name_of(found),
        "sender": printed_letters.sender_of(one, found),
        "paragraphs": printed_letters.paragraphs(one, found),
        "lines": printed_letters.lines_of(found),
        "address": address,
        "qr": mark_safe(_drawing(address)),
    }
    return render(request, "approval/letter.html", context)


def _drawing(address: str) -> str:
    """The QR code as a drawing inside the page; ours from the first sign to the last."""
    return making.qr_of(address, "svg").decode().partition("?>")[2].strip()


@member_required("approval.view_cases")
def letter_file(request: Any, number: str, key: str, language: str) -> HttpResponse:
    """A letter as PDF."""
    one = queries.case_of(request.member, number)
    found = letter_of(one, key)
    if language not in printed_letters.LANGUAGES:
        raise NotFound(
            "approval.letter_language",
            gettext_noop("Letters come in zh or en, not in {language}. Ask for one of the two."),
            language=language[:20],
        )
    data, name = printed_letters.as_pdf(one, found, language, request.build_absolute_uri("/").rstrip("/"))
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    return answer
