"""Addresses of the pages that these tests make for themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from shanhai.core import rows
from shanhai.core.models import Organisation
from shanhai.kernel.refusals import BadInput, NotAllowed, TooOften
from shanhai.site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from shanhai.site.urls import urlpatterns as site_urls
from shanhai.webkit import listing
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.listing import Column, Filter, Table


def _export(request: Any, queryset: Any, wanted: str) -> HttpResponse:
    return HttpResponse(f"{wanted}:{queryset.count()}")


TABLE = Table(
    code="tests.organisations",
    columns=(
        Column(
            "name", _("Organisation"), kind="link", href=lambda row: f"/o/{row.pk}", sort=("name_sort",), index="organisation_name"
        ),
        Column("code", _("Code"), kind="code", sort=("code",), index="unique"),
        Column("region", _("Region"), value="region.name"),
    ),
    filters=(
        Filter("kind", _("Kind"), choices=Organisation.Kind.choices),
        Filter("q", _("Name"), kind="search", apply=lambda q, text: q.filter(name_sort__startswith=text)),
        Filter("on", _("On"), kind="date", apply=lambda q, text: q),
    ),
    default_sort="name",
    empty=(_("No organisations yet."), _("Import them from a workbook.")),
    export=_export,
)  # fmt: skip


class OrganisationForm(ShanhaiForm):
    form_code = "tests.organisation"
    name_zh = forms.CharField(label="Name", max_length=40)
    address = forms.CharField(label="Address", required=False)


@login_not_required
def organisations(request: Any) -> HttpResponse:
    return listing.render(
        request, "webkit_tests/list.html", TABLE, Organisation.objects.select_related("region")
    )


@login_not_required
def change(request: Any, pk: int) -> HttpResponse:
    organisation = Organisation.objects.get(pk=pk)
    form = OrganisationForm(request, subject=organisation)

    def save(data: dict[str, Any]) -> None:
        if data["address"] == "nowhere":
            raise BadInput("tests.nowhere", "There is no such address.", field="address")
        rows.move(organisation, **data)

    if form.sent(save):
        return HttpResponse(f"saved {organisation.version}")
    return render(request, "webkit/form.html", {"form": form}, status=form.status)


@login_not_required
def refuse(request: Any, kind: str) -> HttpResponse:
    if kind == "broken":
        raise RuntimeError("a mistake of ours")
    refusal = {"403": NotAllowed, "422": BadInput, "429": TooOften}[kind]
    raise refusal("tests.refused", "No: {what}.", what="<b>this</b>")


urlpatterns = [
    path("t/organisations/", organisations),
    path("t/organisations/<int:pk>/", change),
    path("t/refuse/<kind>/", refuse),
    path("", include((site_urls, None))),
]
