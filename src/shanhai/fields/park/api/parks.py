"""Parks for programs: registered, changed, planned in phases, connected, given a quota."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.fields.park.actions import parks as actions
from shanhai.fields.park.api.base import Code, Mu, router
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.queries import registers as tables
from shanhai.fields.park.rules import parks as rules
from shanhai.fields.registry.api.base import organisation_of, region_of
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

_LONG = ("about_zh", "about_en", "outline")


@registers.schema(tables.PARKS.register, tables.PARKS.rows_of, _LONG)
class ParkOut(Schema):
    """A park; ``parcelled_mu`` is the sum of its parcels."""

    parcelled_mu: Decimal
    version: int


class PhaseOut(Schema):
    """A phase of a park."""

    number: int
    planned_mu: Decimal
    begins_on: dt.date
    ends_on: dt.date | None
    standing: str
    source: str


class InfrastructureOut(Schema):
    """A connection of a park, as a whole (phase 0) or of one phase."""

    kind: rules.Utility
    phase: int = Field(alias="phase_number")
    state: rules.UtilityState
    since: dt.date
    capacity: str
    standing: str
    source: str


class QuotaOut(Schema):
    """How much land may be allotted in a year, and how much was."""

    year: int
    quota_mu: Decimal
    used_mu: Decimal


class ParkWhole(ParkOut):
    """A park with its texts and parts."""

    about_zh: str
    about_en: str
    outline: str
    phases: list[PhaseOut]
    infrastructure: list[InfrastructureOut]
    quotas: list[QuotaOut]

    @staticmethod
    def resolve_phases(row: Any) -> Any:
        return queries.phases_of(row)

    @staticmethod
    def resolve_infrastructure(row: Any) -> Any:
        return queries.infrastructure_of(row)

    @staticmethod
    def resolve_quotas(row: Any) -> Any:
        return queries.quotas_of(row)


class _ParkFacts(Given):
    company: str | None = Field(None, max_length=40)
    planned_mu: Mu | None = None
    opened_on: Day | None = None
    outline: str = Field("", max_length=400_000)
    about_zh: str = Field("", max_length=4000)
    about_en: str = Field("", max_length=4000)
    source: str = Field("", max_length=200)


class ParkIn(_ParkFacts):
    """A park to register."""

    pairing: str = Field("", max_length=40)
    number: Code
    kind: rules.ParkKind
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    region: str = Field(min_length=1, max_length=20)


class ParkPatch(_ParkFacts):
    """What changes of a park; null makes a fact unknown again."""

    kind: rules.ParkKind | None = None
    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    region: str | None = Field(None, min_length=1, max_length=20)


class PhaseIn(Given):
    """A phase of a park; one that is there is put right."""

    planned_mu: Mu
    begins_on: Day
    ends_on: Day | None = None
    source: str = Field("", max_length=200)


class InfrastructureIn(Given):
    """How far a connection is, as a whole (phase 0) or in one phase."""

    kind: rules.Utility
    phase: Annotated[int, Field(ge=0, le=99)] = 0
    state: rules.UtilityState
    since: Day | None = None
    capacity: str = Field("", max_length=120)
    source: str = Field("", max_length=200)


class QuotaIn(Given):
    """How much land may be allotted in a year."""

    quota_mu: Mu


@router.get("/parks", response=Paged[ParkOut], summary="Parks")
@may("park.view_parks")
def list_parks(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The parks of a pairing and those nested in it that the caller has a seat in."""
    found = queries.parks_of(request.member, pairing_of(request, asked.pairing))
    return registers.paged(ParkOut, found, ("name_sort", "id"), request)


@router.get("/parks/{number}", response=ParkWhole, summary="One park")
@may("park.view_parks")
def show_park(request: Any, response: HttpResponse, number: str) -> Any:
    """One park with its phases, infrastructure and quotas; its version stands in ETag."""
    found = queries.park_of(request.member, number)
    etag(response, found)
    return found


@router.post("/parks", response={201: ParkWhole}, summary="Register a park")
@may("park.add_park")
@idempotent(ParkWhole)
def add_park(request: Any, data: ParkIn) -> Any:
    """Register a park of either kind."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    given["region"] = region_of(given["region"])
    given["company"] = organisation_of(given["company"]) if given["company"] else None
    return actions.add_park(pairing, by=request.member, **given)


@router.patch("/parks/{number}", response=ParkWhole, summary="Change a park", openapi_extra=CHANGES_A_ROW)
@may("park.change_park")
def change_park(request: Any, response: HttpResponse, number: str, data: ParkPatch) -> Any:
    """Change what is known about it."""
    found = _at_version(request, number)
    changes = changes_in(data, "company", "planned_mu", "opened_on")
    if changes.get("company"):
        changes["company"] = organisation_of(changes["company"])
    if "region" in changes:
        changes["region"] = region_of(changes["region"])
    actions.change_park(found, by=request.member, **changes)
    etag(response, found)
    return found


@router.put(
    "/parks/{number}/phases/{phase}",
    response=PhaseOut,
    summary="Plan a phase of a park",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.plan_phase")
def plan_phase(request: Any, number: str, phase: int, data: PhaseIn) -> Any:
    """Say which land a phase has, and when."""
    return actions.plan_phase(_at_version(request, number), number=phase, by=request.member, **data.dict())


@router.post(
    "/parks/{number}/infrastructure",
    response=InfrastructureOut,
    summary="Say how far a connection of a park is",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.say_infrastructure")
@idempotent(InfrastructureOut, status=200)
def say_infrastructure(request: Any, number: str, data: InfrastructureIn) -> Any:
    """As a whole (phase 0) or in one phase."""
    return actions.say_infrastructure(_at_version(request, number), by=request.member, **data.dict())


@router.put(
    "/parks/{number}/quotas/{year}",
    response=QuotaOut,
    summary="Set the land quota of a year",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.set_quota")
def set_quota(request: Any, number: str, year: int, data: QuotaIn) -> Any:
    """Not less than was allotted under it."""
    return actions.set_quota(
        _at_version(request, number), year=year, quota_mu=data.quota_mu, by=request.member
    )


def _at_version(request: Any, number: str) -> Any:
    """The park, at the version that the caller has read."""
    found = queries.park_of(request.member, number)
    if_match(request, found)
    return found
