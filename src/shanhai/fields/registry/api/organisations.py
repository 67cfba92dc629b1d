"""Organisations: the register, added, changed, closed, reopened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from shanhai.core.actions import organisations as actions
from shanhai.core.models import Organisation
from shanhai.core.sheets.cells import MASK
from shanhai.fields.registry import columns
from shanhai.fields.registry.api.base import (
    NameEn,
    NameZh,
    RegionCode,
    RowCode,
    Source,
    organisation_of,
    region_of,
    router,
    row_schema,
)
from shanhai.fields.registry.queries import organisations
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Given,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
    paged,
)


@row_schema(columns.ORGANISATIONS, organisations.as_row)
class OrganisationOut(Schema):
    """An organisation."""

    is_active: bool
    version: int


class OrganisationIn(Given):
    """An organisation to add."""

    code: RowCode
    kind: Organisation.Kind
    region: RegionCode = Field(description="Code of its region.")
    parent: RowCode | None = Field(None, description="Code of the organisation above it.")
    name_zh: NameZh
    name_en: NameEn = ""
    credit_code: str | None = Field(None, max_length=18)
    address: str = Field("", max_length=200)
    phone: str = Field("", max_length=40)
    source: Source = ""
    is_illustrative: bool = False


class OrganisationPatch(Given):
    """What changes; null takes the organisation above or the credit code away."""

    kind: Organisation.Kind | None = None
    region: RegionCode | None = None
    parent: RowCode | None = None
    name_zh: NameZh | None = None
    name_en: NameEn | None = None
    credit_code: str | None = Field(None, max_length=18)
    address: str | None = Field(None, max_length=200)
    phone: str | None = Field(None, max_length=40)
    source: Source | None = None
    is_illustrative: bool | None = None


@router.get("/organisations", response=Paged[OrganisationOut], summary="Organisations by code")
@may("registry.view_organisations")
def list_organisations(request: HttpRequest, kind: str = "", region: str = "") -> Any:
    """All organisations, or those of a kind, or in a region."""
    rows = Organisation.objects.select_related("region", "parent")
    if kind:
        rows = rows.filter(kind=kind[:20])
    if region:
        rows = rows.filter(region__code=region[:12].ljust(12, "0"))
    return paged(rows, ("code",), request)


@router.get("/organisations/{code}", response=OrganisationOut, summary="One organisation")
@may("registry.view_organisations")
def get_organisation(request: HttpRequest, response: HttpResponse, code: str) -> Any:
    """One organisation; its version stands in ETag."""
    organisation = organisation_of(code)
    etag(response, organisation)
    return organisation


@router.post("/organisations", response={201: OrganisationOut}, summary="Add an organisation")
@may("registry.keep_places")
@idempotent(OrganisationOut)
def add_organisation(request: Any, data: OrganisationIn) -> Any:
    """Add it; its seats in pairings follow from where it stands."""
    return actions.add_organisation(by=request.member, **_placed(data.dict()))


@router.patch("/organisations/{code}", response=OrganisationOut, summary="Change an organisation")
@may("registry.keep_places")
def change_organisation(request: Any, response: HttpResponse, code: str, data: OrganisationPatch) -> Any:
    """Change what is known of it; a mask that is sent back means "as it is"."""
    organisation = _at_version(request, code)
    changes = changes_in(data, "parent", "credit_code")
    changes = {name: value for name, value in changes.items() if value != MASK}
    actions.change_organisation(organisation, by=request.member, **_placed(changes))
    etag(response, organisation)
    return organisation


@router.post(
    "/organisations/{code}/close",
    response=OrganisationOut,
    summary="Close an organisation",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_places")
@idempotent(OrganisationOut, status=200)
def close_organisation(request: Any, code: str) -> Any:
    """Close one that has no open work and nobody in it; its past stays."""
    return actions.close_organisation(_at_version(request, code), by=request.member)


@router.post(
    "/organisations/{code}/reopen",
    response=OrganisationOut,
    summary="Reopen an organisation",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_places")
@idempotent(OrganisationOut, status=200)
def reopen_organisation(request: Any, code: str) -> Any:
    """Undo of closing."""
    return actions.reopen_organisation(_at_version(request, code), by=request.member)


def _at_version(request: Any, code: str) -> Organisation:
    """The organisation, at the version that the caller has read."""
    return if_match(request, organisation_of(code))


def _placed(given: dict[str, Any]) -> dict[str, Any]:
    """Codes of region and organisation above, as rows."""
    if given.get("region"):
        given["region"] = region_of(given["region"])
    if given.get("parent"):
        given["parent"] = organisation_of(given["parent"])
    return given
