"""Land renewal for programs: found, verified, published, vacated, contracted, measured."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, Papers, pairing_of, papers_of
from shanhai.fields.park.actions import renewal as actions
from shanhai.fields.park.api.base import Code, router
from shanhai.fields.park.columns.renewal import STEP_CELLS
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import renewal as queries
from shanhai.fields.park.rules import renewal as rules
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may

Quota = Annotated[Decimal, Field(ge=0, le=rules.MOST_QUOTA, decimal_places=2)]


@registers.schema(tables.RENEWALS.register, tables.RENEWALS.rows_of, STEP_CELLS)
class RenewalOut(Schema):
    """The renewal of a plot."""

    version: int


class RenewalsWhere(OfficeWhere):
    """Which renewals."""

    stage: rules.RenewalStage | None = None


class RenewalFindIn(Given):
    """Where to look for candidates."""

    pairing: str = Field("", max_length=40)


class NominateIn(Given):
    """A plot that an office knows to earn little."""

    plot: Code
    reason: rules.RenewalReason
    text: str = Field(min_length=1, max_length=500)


class RenewalVerifyIn(Given):
    """What was found on site, with the numbers of the photographs."""

    text: str = Field(min_length=1, max_length=500)
    on: Day | None = None
    papers: Papers


class RenewalPathIn(Given):
    """How the land comes to better use."""

    path: rules.Path


class RenewalValueIn(Given):
    """The value by which the enterprise is compensated."""

    value_fen: int = Field(ge=0, le=rules.MOST_FEN)


class RenewalQuotasIn(Given):
    """The day, and the quotas that are released or taken."""

    on: Day | None = None
    energy_tce: Quota = Decimal(0)
    emission_t: Quota = Decimal(0)


class VacateIn(RenewalQuotasIn):
    """What is released beside the land, and the floor that stays on it."""

    plant_m2: Quota = Decimal(0)


class RenewalContractIn(RenewalQuotasIn):
    """Who comes instead, by which contract, and what it takes of what was released."""

    new_firm: Code
    contract: str = Field(min_length=1, max_length=200)
    reserved_for: str = Field("", max_length=40)


class RenewalMeasureIn(Given):
    """The whole year that shows the effect."""

    year: int = Field(ge=2000, le=2100)


@router.get("/renewals", response=Paged[RenewalOut], summary="Renewals of land")
@may("park.view_renewals")
def list_renewals(request: Any, asked: Query[RenewalsWhere]) -> Any:
    """The board, first stage first."""
    found = queries.renewals_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    return registers.paged(RenewalOut, found, ("rank", "id"), request)


@router.get("/renewals/{number}", response=RenewalOut, summary="One renewal")
@may("park.view_renewals")
def show_renewal(request: Any, response: HttpResponse, number: str) -> Any:
    """One renewal; its version stands in ETag."""
    found = queries.renewal_of(request.member, number)
    etag(response, found)
    return found


@router.post("/renewals", response=list[RenewalOut], summary="Look for candidates of renewal")
@may("park.find_candidates")
def find_candidates(request: Any, data: RenewalFindIn) -> Any:
    """Put every plot on the board that a rule makes a candidate; those that are there stay."""
    return actions.find_candidates(pairing_of(request, data.pairing), by=request.member)


@router.post("/firms/{code}/renewals", response={201: RenewalOut}, summary="Nominate a plot for renewal")
@may("park.nominate_plot")
@idempotent(RenewalOut)
def nominate_plot(request: Any, code: str, data: NominateIn) -> Any:
    """Put a plot on the board that an office knows to earn little."""
    holding = firms.holding_of(firms.firm_of(request.member, code), data.plot)
    return actions.nominate_plot(holding, reason=data.reason, text=data.text, by=request.member)


def _step(path: str, summary: str, code: str) -> Any:
    """A step of a renewal: what changes the row, asks its version and is done once."""

    def wrap(operation: Any) -> Any:
        once = idempotent(RenewalOut, status=200)(operation)
        return router.post(
            f"/renewals/{{number}}/{path}", response=RenewalOut, summary=summary, openapi_extra=CHANGES_A_ROW
        )(may(code)(once))

    return wrap


@_step("verify", "Verify a renewal on site", "park.verify_on_site")
def verify_on_site(request: Any, number: str, data: RenewalVerifyIn) -> Any:
    """With photographs."""
    brought = papers_of(request, data.papers)
    one = _at_version(request, number)
    return actions.verify_on_site(one, text=data.text, on=data.on, papers=brought, by=request.member)


@_step("publish", "Publish a renewal", "park.publish_renewal")
def publish_renewal(request: Any, number: str) -> Any:
    """Say publicly that the plot is to be renewed."""
    return actions.publish_renewal(_at_version(request, number), by=request.member)


@_step("path", "Choose the path of a renewal", "park.choose_path")
def choose_path(request: Any, number: str, data: RenewalPathIn) -> Any:
    """How the land comes to better use."""
    return actions.choose_path(_at_version(request, number), path=data.path, by=request.member)


@_step("value", "Record the value of a renewal", "park.value_plot")
def value_plot(request: Any, number: str, data: RenewalValueIn) -> Any:
    """By which the enterprise is compensated."""
    return actions.value_plot(_at_version(request, number), value_fen=data.value_fen, by=request.member)


@_step("vacate", "Say that a plot is vacated", "park.vacate_plot")
def vacate_plot(request: Any, number: str, data: VacateIn) -> Any:
    """Its land and quotas are released in the park."""
    return actions.vacate_plot(_at_version(request, number), by=request.member, **data.dict())


@_step("offer", "Offer a vacated plot to matching", "park.offer_plot")
def offer_plot(request: Any, number: str) -> Any:
    """Leads are matched with it from now on."""
    return actions.offer_plot(_at_version(request, number), by=request.member)


@_step("contract", "Record the new contract of a plot", "park.contract_plot")
def contract_plot(request: Any, number: str, data: RenewalContractIn) -> Any:
    """With quotas out of what was released in the park."""
    given = data.dict()
    new_firm = firms.firm_of(request.member, given.pop("new_firm"))
    return actions.contract_plot(_at_version(request, number), new_firm, by=request.member, **given)


@_step("measure", "Measure the effect of a renewal", "park.measure_effect")
def measure_effect(request: Any, number: str, data: RenewalMeasureIn) -> Any:
    """Tax per mu and jobs, before and after."""
    return actions.measure_effect(_at_version(request, number), year=data.year, by=request.member)


@_step("drop", "Take a plot off the board", "park.drop_renewal")
def drop_renewal(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Before anything of it is released."""
    return actions.drop_renewal(_at_version(request, number), reason=data.reason, by=request.member)


def _at_version(request: Any, number: str) -> Any:
    """The renewal, at the version that the caller has read."""
    found = queries.renewal_of(request.member, number)
    if_match(request, found)
    return found
