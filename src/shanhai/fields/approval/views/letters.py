"""Letters to the applicant: to read, and as PDF in either language with the code of the public page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from shanhai.core import access
from shanhai.core.printing import making
from shanhai.fields.approval import printed_letters
from shanhai.fields.approval.actions import status_codes as actions
from shanhai.fields.approval.forms.cases import RevokeCodeForm
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import public_status
from shanhai.fields.approval.queries.letters import letter_of
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.pages import member_required


@member_required("approval.view_cases")
def letter(request: Any, number: str, key: str) -> HttpResponse:
    """One letter to the applicant, to read, to print, and to take away."""
    one = queries.case_of(request.member, number)
    found = letter_of(one, key)
    page = public_status.address_for(one)
    address = request.build_absolute_uri(page) if page else ""
    keeps = queries.is_keeper(one, request.member)
    context = {
        "case": one,
        "letter": found,
        "name": printed_letters.name_of(found),
        "sender": printed_letters.sender_of(one, found),
        "paragraphs": printed_letters.paragraphs(one, found),
        "lines": printed_letters.lines_of(found),
        "address": address,
        "qr": mark_safe(_drawing(address)) if address else "",
        "may_revoke": keeps and access.may(request.member, "approval.revoke_code", pairing_id=one.pairing_id),
    }
    return render(request, "approval/letter.html", context)


def _drawing(address: str) -> str:
    """The QR code as a drawing inside the page; ours from the first sign to the last."""
    return making.qr_of(address, "svg").decode().partition("?>")[2].strip()


@member_required("approval.revoke_code")
def revoke_code(request: Any, number: str) -> HttpResponse:
    """Revoke the code of the public page, with a new one at once or without."""
    one = queries.case_of(request.member, number)
    form = RevokeCodeForm(request, subject=one)

    if form.sent(lambda data: actions.revoke_code(one, by=request.member, **data)):
        return said(request, _("Revoked. Who has the old code is told so."), one.url)
    return form_page(
        request, form, name=_("Revoke the code"), finding=_("Why does the code of %s hold no more?") % one.number,
        sub=one.project.name, crumbs=[(reverse("approval:cases"), _("Joint review")), (one.url, one.number)],
    )  # fmt: skip


@posted("approval.issue_code")
def issue_code(request: Any, number: str) -> HttpResponse:
    """Issue a new code of the public page."""
    one = queries.case_of(request.member, number)
    actions.issue_code(one, by=request.member)
    return said(
        request, _("A new code is issued. Print the letters that the applicant needs again."), one.url
    )


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
