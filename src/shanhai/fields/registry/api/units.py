"""Units: added to organisations, changed, closed, reopened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from shanhai.core.actions import units as actions
from shanhai.core.models import Unit
from shanhai.fields.registry import columns
from shanhai.fields.registry.api.base import (
    NameEn,
    NameZh,
    RowCode,
    member_of,
    organisation_of,
    router,
    row_schema,
    unit_of,
)
from shanhai.fields.registry.queries import units
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


@row_schema(columns.UNITS, units.as_row)
class UnitOut(Schema):
    """A unit of an organisation, with the steps that its papers climb."""

    is_active: bool
    version: int


class UnitIn(Given):
    """A unit to add."""

    code: RowCode
    organisation: RowCode
    name_zh: NameZh
    name_en: NameEn = ""
    ladder: str = Field("handle check sign", max_length=20)


class UnitPatch(Given):
    """What changes; a dispatcher of null is nobody."""

    name_zh: NameZh | None = None
    name_en: NameEn | None = None
    ladder: str | None = Field(None, max_length=20)
    dispatcher: RowCode | None = Field(None, description="Code of a member of the unit.")


@router.get("/units", response=Paged[UnitOut], summary="Units by code")
@may("registry.view_units")
def list_units(request: HttpRequest, organisation: str = "") -> Any:
    """All units, or those of an organisation."""
    rows = Unit.objects.select_related("organisation", "dispatcher")
    if organisation:
        rows = rows.filter(organisation__code=organisation[:40])
    return paged(rows, ("code",), request)


@router.get("/units/{code}", response=UnitOut, summary="One unit")
@may("registry.view_units")
def get_unit(request: HttpRequest, response: HttpResponse, code: str) -> Any:
    """One unit; its version stands in ETag."""
    unit = unit_of(code)
    etag(response, unit)
    return unit


@router.post("/units", response={201: UnitOut}, summary="Add a unit")
@may("registry.keep_people")
@idempotent(UnitOut)
def add_unit(request: Any, data: UnitIn) -> Any:
    """Add it to an organisation that is open."""
    given = data.dict()
    return actions.add_unit(organisation_of(given.pop("organisation")), by=request.member, **given)


@router.patch("/units/{code}", response=UnitOut, summary="Change a unit")
@may("registry.keep_people")
def change_unit(request: Any, response: HttpResponse, code: str, data: UnitPatch) -> Any:
    """Change name, ladder and dispatcher."""
    unit = _at_version(request, code)
    changes = changes_in(data, "dispatcher")
    if changes.get("dispatcher"):
        changes["dispatcher"] = member_of(changes["dispatcher"])
    actions.change_unit(unit, by=request.member, **changes)
    etag(response, unit)
    return unit


@router.post("/units/{code}/close", response=UnitOut, summary="Close a unit", openapi_extra=CHANGES_A_ROW)
@may("registry.keep_people")
@idempotent(UnitOut, status=200)
def close_unit(request: Any, code: str) -> Any:
    """Close one that has no open work and no active member."""
    return actions.close_unit(_at_version(request, code), by=request.member)


@router.post("/units/{code}/reopen", response=UnitOut, summary="Reopen a unit", openapi_extra=CHANGES_A_ROW)
@may("registry.keep_people")
@idempotent(UnitOut, status=200)
def reopen_unit(request: Any, code: str) -> Any:
    """Undo of closing."""
    return actions.reopen_unit(_at_version(request, code), by=request.member)


def _at_version(request: Any, code: str) -> Unit:
    """The unit, at the version that the caller has read."""
    return if_match(request, unit_of(code))
