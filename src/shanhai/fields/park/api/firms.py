"""Enterprises for programs: entered, changed, above scale and below, their plots and agents."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, pairing_of
from shanhai.fields.park.actions import firms as actions
from shanhai.fields.park.api.base import router
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import firms as queries
from shanhai.fields.park.queries import named
from shanhai.fields.park.rules import figures
from shanhai.fields.park.rules import firms as rules
from shanhai.fields.registry.api.base import organisation_of
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, changes_in, etag, idempotent, if_match, may

Heritage = Literal["", "county", "city", "province", "nation"]
Side = Literal["", "mountain", "sea"]
Mu = Annotated[Decimal, Field(gt=0, le=rules.MOST_MU, decimal_places=2)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
_NULLABLE = ("opened_on", "producing_on", "cluster", "group")


@registers.schema(tables.FIRMS.register, tables.FIRMS.rows_of)
class FirmOut(Schema):
    """An enterprise of a park."""

    version: int


class HoldingOut(Schema):
    """A plot that an enterprise uses or used."""

    plot: str
    tenure: str
    land_mu: Decimal
    lessor: str
    begins_on: Day
    ends_on: Day | None
    version: int

    @staticmethod
    def resolve_lessor(row: Any) -> str:
        return row.lessor.code if row.lessor else ""


class AgencyOut(Schema):
    """An agent that files for an enterprise."""

    agent: str
    begins_on: Day
    ends_on: Day | None
    version: int

    @staticmethod
    def resolve_agent(row: Any) -> str:
        return row.agent.code


class FirmWhole(FirmOut):
    """An enterprise with its plots and agents."""

    holdings: list[HoldingOut]
    agents: list[AgencyOut]

    @staticmethod
    def resolve_holdings(row: Any) -> list[Any]:
        return list(row.holdings.select_related("lessor__organisation"))

    @staticmethod
    def resolve_agents(row: Any) -> list[Any]:
        return list(row.agencies.select_related("agent"))


class FirmsWhere(OfficeWhere):
    """Which enterprises."""

    came_from: Side = ""
    grade: Literal["", "A", "B", "C", "D"] = ""
    is_above_scale: bool | None = None
    sort: Literal["name", "land_mu", "tax_per_mu", "staff_n"] = "name"


class _Profile(Given):
    industry: str = Field("", max_length=5)
    came_from: Side = ""
    opened_on: Day | None = None
    producing_on: Day | None = None
    is_utility: bool = False
    masters_n: int = Field(0, ge=0, le=rules.MOST_MASTERS)
    heritage: Heritage = ""
    is_gi: bool = False
    source: str = Field("", max_length=200)
    cluster: str | None = Field(None, max_length=40)
    group: str | None = Field(None, max_length=40)


class FirmIn(_Profile):
    """An enterprise to enter: the code of its organisation and the number of its park."""

    organisation: Code
    park: Code


class FirmPatch(_Profile):
    """What changes of an enterprise; null takes a day, the cluster or the group out."""

    park: str | None = Field(None, min_length=1, max_length=40)


class AboveScaleIn(Given):
    """Since when, and by what main revenue of a year."""

    on: Day
    revenue_fen: int = Field(ge=0, le=figures.GREATEST_FEN)


class BelowScaleIn(OfficeReasonIn):
    """Since when, and why."""

    on: Day


class LeaveIn(OfficeReasonIn):
    """When it left, today by default, and why."""

    on: Day | None = None


class HoldingIn(Given):
    """A plot that it uses from a day on."""

    plot: Code
    tenure: rules.Tenure
    land_mu: Mu
    lessor: str = Field("", max_length=40)
    begins_on: Day


class HoldingEndIn(Given):
    """The last day on which it had the plot."""

    on: Day
    reason: str = Field("", max_length=300)


class AgentIn(Given):
    """Code of the organisation that files for it."""

    agent: Code


_SORTS = {
    "name": ("name_sort", "id"),
    "land_mu": ("-land_mu", "-id"),
    "tax_per_mu": ("-tax_per_mu", "-id"),
    "staff_n": ("-staff_n", "-id"),
}


@router.get("/firms", response=Paged[FirmOut], summary="Enterprises")
@may("park.view_firms")
def list_firms(request: Any, asked: Query[FirmsWhere]) -> Any:
    """The enterprises of a pairing and those nested in it, as far as the caller sees them."""
    found = queries.firms_of(request.member, pairing_of(request, asked.pairing))
    for name in ("came_from", "grade"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    if asked.is_above_scale is not None:
        found = found.filter(above_scale_on__isnull=not asked.is_above_scale)
    return registers.paged(FirmOut, found, _SORTS[asked.sort], request)


@router.get("/firms/{code}", response=FirmWhole, summary="One enterprise")
@may("park.view_firms")
def show_firm(request: Any, response: HttpResponse, code: str) -> Any:
    """One enterprise by the code of its organisation; its version stands in ETag."""
    found = queries.firm_of(request.member, code)
    etag(response, found)
    return found


@router.post("/firms", response={201: FirmWhole}, summary="Enter an enterprise")
@may("park.enter_firm")
@idempotent(FirmWhole)
def enter_firm(request: Any, data: FirmIn) -> Any:
    """Put an enterprise on the register of a park."""
    given = _named(request, data.dict())
    return actions.enter_firm(given.pop("park"), given.pop("organisation"), by=request.member, **given)


@router.patch(
    "/firms/{code}", response=FirmWhole, summary="Change an enterprise", openapi_extra=CHANGES_A_ROW
)
@may("park.change_firm")
def change_firm(request: Any, response: HttpResponse, code: str, data: FirmPatch) -> Any:
    """Change its profile; scale, plots and figures have operations of their own."""
    found = _at_version(request, code)
    actions.change_firm(found, by=request.member, **_named(request, changes_in(data, *_NULLABLE)))
    etag(response, found)
    return found


@router.post(
    "/firms/{code}/leave",
    response=FirmWhole,
    summary="Say that an enterprise has left",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.leave_park")
@idempotent(FirmWhole, status=200)
def leave_park(request: Any, code: str, data: LeaveIn) -> Any:
    """It gives its plots up; its record stays."""
    return actions.leave_park(_at_version(request, code), on=data.on, reason=data.reason, by=request.member)


@router.post(
    "/firms/{code}/above-scale",
    response=FirmWhole,
    summary="Say that an enterprise is above scale",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.raise_above_scale")
@idempotent(FirmWhole, status=200)
def raise_above_scale(request: Any, code: str, data: AboveScaleIn) -> Any:
    """Its main revenue of a year has reached the threshold of the rulebook."""
    found = _at_version(request, code)
    return actions.raise_above_scale(found, on=data.on, revenue_fen=data.revenue_fen, by=request.member)


@router.post(
    "/firms/{code}/below-scale",
    response=FirmWhole,
    summary="Say that an enterprise is above scale no longer",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.drop_below_scale")
@idempotent(FirmWhole, status=200)
def drop_below_scale(request: Any, code: str, data: BelowScaleIn) -> Any:
    """From a day on it is below scale."""
    found = _at_version(request, code)
    return actions.drop_below_scale(found, on=data.on, reason=data.reason, by=request.member)


@router.post("/firms/{code}/holdings", response={201: HoldingOut}, summary="Enter a plot of an enterprise")
@may("park.add_holding")
@idempotent(HoldingOut)
def add_holding(request: Any, code: str, data: HoldingIn) -> Any:
    """It uses the plot from a day on; what it leases is no longer carried by who lets it."""
    given = data.dict()
    lessor = queries.firm_of(request.member, data.lessor) if given.pop("lessor") else None
    firm = queries.firm_of(request.member, code)
    return actions.add_holding(firm, lessor=lessor, by=request.member, **given)


@router.post("/firms/{code}/holdings/{plot}/end", response=HoldingOut, summary="End a plot of an enterprise")
@may("park.end_holding")
@idempotent(HoldingOut, status=200)
def end_holding(request: Any, code: str, plot: str, data: HoldingEndIn) -> Any:
    """It had the plot for the last time on that day."""
    holding = queries.holding_of(queries.firm_of(request.member, code), plot)
    return actions.end_holding(holding, on=data.on, reason=data.reason, by=request.member)


@router.post("/firms/{code}/agents", response={201: AgencyOut}, summary="Name an agent of an enterprise")
@may("park.name_agent")
@idempotent(AgencyOut)
def name_agent(request: Any, code: str, data: AgentIn) -> Any:
    """The people of the agent see what the enterprise sees, from today on."""
    firm = queries.firm_of(request.member, code)
    return actions.name_agent(firm, organisation_of(data.agent), by=request.member)


@router.post("/firms/{code}/agents/{agent}/end", response=AgencyOut, summary="End an agent of an enterprise")
@may("park.end_agent")
@idempotent(AgencyOut, status=200)
def end_agent(request: Any, code: str, agent: str) -> Any:
    """The agent acts for it no longer."""
    found = queries.agency_of(queries.firm_of(request.member, code), agent)
    return actions.end_agent(found, by=request.member)


def _named(request: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The rows that codes of a request name."""
    for name in ("organisation", "group"):
        if given.get(name):
            given[name] = organisation_of(given[name])
    if given.get("park"):
        given["park"] = named.park_of(given["park"])
    if given.get("cluster"):
        given["cluster"] = named.cluster_of(given["cluster"])
    return {name: value for name, value in given.items() if value != "" or name not in _NULLABLE}


def _at_version(request: Any, code: str) -> Any:
    """The enterprise, at the version that the caller has read."""
    found = queries.firm_of(request.member, code)
    if_match(request, found)
    return found
