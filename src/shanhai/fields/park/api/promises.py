"""Standard land for programs: promised and checked."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.fields.park.actions import promises as actions
from shanhai.fields.park.api.base import Code, Mu, router
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import promise_tables as tables
from shanhai.fields.park.queries import promises as queries
from shanhai.fields.park.rules import promises as rules
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may

Measure = Annotated[Decimal, Field(ge=0, le=rules.MOST, decimal_places=4)]


@registers.schema(tables.PROMISES.register, tables.PROMISES.rows_of)
class PromiseOut(Schema):
    """What an enterprise promised for standard land."""

    version: int


class PromisesWhere(OfficeWhere):
    """Which promises."""

    stage: rules.PromiseStage | None = None


class PromiseIn(Given):
    """What is promised at transfer."""

    plot: Code
    land_mu: Mu
    signed_on: Day
    due_on: Day
    deposit_fen: int = Field(0, ge=0, le=10**15)
    investment_per_mu: Measure
    plot_ratio: Measure
    energy_per_value: Measure
    emission_per_value: Measure
    tax_per_mu: Measure


class PromiseCheckIn(Given):
    """What was measured: the indicators of the check that is due."""

    on: Day | None = None
    investment_per_mu: Measure | None = None
    plot_ratio: Measure | None = None
    energy_per_value: Measure | None = None
    emission_per_value: Measure | None = None
    tax_per_mu: Measure | None = None


@router.get("/promises", response=Paged[PromiseOut], summary="Promises of standard land")
@may("park.view_promises")
def list_promises(request: Any, asked: Query[PromisesWhere]) -> Any:
    """The promises of a pairing, the next check first."""
    found = queries.promises_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    return registers.paged(PromiseOut, found, ("due_on", "id"), request)


@router.get("/promises/{number}", response=PromiseOut, summary="One promise of standard land")
@may("park.view_promises")
def show_promise(request: Any, response: HttpResponse, number: str) -> Any:
    """One promise; its version stands in ETag."""
    found = queries.promise_of(request.member, number)
    etag(response, found)
    return found


@router.post(
    "/firms/{code}/promises", response={201: PromiseOut}, summary="Record a promise of standard land"
)
@may("park.promise_land")
@idempotent(PromiseOut)
def promise_land(request: Any, code: str, data: PromiseIn) -> Any:
    """Five indicators, a deposit, and by when it is built."""
    given = data.dict()
    promised = {name: given.pop(name) for name in rules.BY_NAME}
    firm = firms.firm_of(request.member, code)
    return actions.promise_land(firm, promised=promised, by=request.member, **given)


@router.post(
    "/promises/{number}/check", response=PromiseOut, summary="Check a promise", openapi_extra=CHANGES_A_ROW
)
@may("park.check_promise")
@idempotent(PromiseOut, status=200)
def check_promise(request: Any, number: str, data: PromiseCheckIn) -> Any:
    """Goes on where it holds within the tolerance, else one rung down the breach ladder."""
    found = queries.promise_of(request.member, number)
    if_match(request, found)
    given = data.dict()
    measured = {name: given[name] for name in rules.BY_NAME if given[name] is not None}
    return actions.check_promise(found, measured=measured, on=data.on, by=request.member)
