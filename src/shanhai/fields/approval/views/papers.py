"""Pages of forms and samples: put with a material of a version of a catalogue, taken out of a draft."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shanhai.core.actions import documents
from shanhai.fields.approval.actions import papers as actions
from shanhai.fields.approval.forms import catalogues as forms
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.views.catalogues import crumbs
from shanhai.fields.office.views.shared import form_page, posted
from shanhai.fields.office.views.shared import said as told
from shanhai.webkit.pages import chosen_pairing, member_required


@member_required("approval.keep_paper")
def keep(request: Any, code: str, number: int, item: str, material: str) -> HttpResponse:
    """Put a blank form or a filled sample."""
    version = queries.version_of(code, number)
    form = forms.PaperForm(request, initial={"role": "form"})
    pairing = chosen_pairing(request)

    def write(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["papers"][:1], pairing, request.member,
            lambda filed: actions.keep_paper(version, material, data["role"], document=filed[0], by=request.member),
        )  # fmt: skip

    to = version.item_url(item)
    if form.sent(write):
        return told(request, _("It is there; applicants download it from their page."), to)
    way = [*crumbs(version.catalogue), (to, item)]
    return form_page(
        request, form, name=_("Put a form or sample"), finding=_("Which paper helps applicants with %s?") % material,
        sub=_("Whoever reads the catalogue can download it."), crumbs=way,
    )  # fmt: skip


@posted("approval.drop_paper")
def drop(request: Any, code: str, number: int, item: str, material: str, role: str) -> HttpResponse:
    """Take it out of a draft."""
    version = queries.version_of(code, number)
    actions.drop_paper(version, material, role, by=request.member)
    return told(request, _("Taken out of the draft."), version.item_url(item))
