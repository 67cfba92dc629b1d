"""Slope projects for programs: proposed, put right, moved on."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.fields.park.actions import slopes as actions
from shanhai.fields.park.api.base import Code, router
from shanhai.fields.park.queries import land_registers as tables
from shanhai.fields.park.queries import parks
from shanhai.fields.park.queries import slopes as queries
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules.parks import MOST_MU
from shanhai.webkit import registers
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    Given,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
)

Area = Annotated[Decimal, Field(ge=0, le=MOST_MU, decimal_places=2)]
Degrees = Annotated[Decimal, Field(ge=0, le=90, decimal_places=1)]
Fen = Annotated[int, Field(ge=0, le=10**15)]
Shape = Annotated[str, Field(min_length=1, max_length=400_000)]


@registers.schema(tables.SLOPES.register, tables.SLOPES.rows_of, ("outline", "about_zh", "about_en"))
class SlopeOut(Schema):
    """A slope project."""

    version: int


class SlopeWhole(SlopeOut):
    """A slope project with its outline and texts."""

    outline: str
    about_zh: str
    about_en: str


class SlopesWhere(OfficeWhere):
    """Which slope projects."""

    state: rules.SlopeState | None = None


class _SlopeFacts(Given):
    cost_per_mu_fen: Fen | None = None
    farmland_lost_mu: Area = Decimal(0)
    farmland_compensated_mu: Area = Decimal(0)
    forest_lost_mu: Area = Decimal(0)
    forest_compensated_mu: Area = Decimal(0)
    about_zh: str = Field("", max_length=4000)
    about_en: str = Field("", max_length=4000)
    source: str = Field("", max_length=200)


class SlopeIn(_SlopeFacts):
    """A slope project to propose."""

    park: Code
    number: Code
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    outline: Shape
    mean_slope_degrees: Degrees
    gained_mu: Area


class SlopePatch(_SlopeFacts):
    """What changes of a slope project."""

    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    outline: Shape | None = None
    mean_slope_degrees: Degrees | None = None
    gained_mu: Area | None = None


class SlopeMoveIn(Given):
    """The step to which it has come: approved with its document; back with a reason."""

    to: rules.SlopeState
    on: Day | None = None
    approval_number: str = Field("", max_length=80)
    reason: str = Field("", max_length=300)


@router.get("/slopes", response=Paged[SlopeOut], summary="Slope projects")
@may("park.view_slopes")
def list_slopes(request: Any, asked: Query[SlopesWhere]) -> Any:
    """The slope projects of a pairing and those nested in it, by number."""
    found = queries.slopes_of(request.member, pairing_of(request, asked.pairing))
    if asked.state is not None:
        found = found.filter(state=asked.state)
    return registers.paged(SlopeOut, found, ("number", "id"), request)


@router.get("/slopes/{number}", response=SlopeWhole, summary="One slope project")
@may("park.view_slopes")
def show_slope(request: Any, response: HttpResponse, number: str) -> Any:
    """One slope project; its version stands in ETag."""
    found = queries.slope_of(request.member, number)
    etag(response, found)
    return found


@router.post("/slopes", response={201: SlopeWhole}, summary="Propose a slope project")
@may("park.add_slope")
@idempotent(SlopeWhole)
def add_slope(request: Any, data: SlopeIn) -> Any:
    """It begins as planned."""
    given = data.dict()
    park = parks.park_of(request.member, given.pop("park"))
    return actions.add_slope(park, by=request.member, **given)


@router.patch(
    "/slopes/{number}", response=SlopeWhole, summary="Change a slope project", openapi_extra=CHANGES_A_ROW
)
@may("park.change_slope")
def change_slope(request: Any, response: HttpResponse, number: str, data: SlopePatch) -> Any:
    """Change what is known about it."""
    found = _at_version(request, number)
    actions.change_slope(found, by=request.member, **changes_in(data, "cost_per_mu_fen"))
    etag(response, found)
    return found


@router.post(
    "/slopes/{number}/move",
    response=SlopeWhole,
    summary="Say that a slope project has come further",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.move_slope")
@idempotent(SlopeWhole, status=200)
def move_slope(request: Any, number: str, data: SlopeMoveIn) -> Any:
    """One step at a time; back with a reason."""
    return actions.move_slope(_at_version(request, number), by=request.member, **data.dict())


def _at_version(request: Any, number: str) -> Any:
    """The slope project, at the version that the caller has read."""
    found = queries.slope_of(request.member, number)
    if_match(request, found)
    return found
