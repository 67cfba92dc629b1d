"""Factor requests and pools for programs: asked, granted, refused, with what a grant would mean."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import records
from shanhai.fields.office import columns
from shanhai.fields.office.actions import factor_pools
from shanhai.fields.office.actions import factors as actions
from shanhai.fields.office.api.base import (
    Number,
    OfficeReasonIn,
    OfficeWhere,
    Optional,
    Papers,
    pairing_of,
    papers_of,
    router,
)
from shanhai.fields.office.queries import factor_sheets
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.rules import factors as rules
from shanhai.fields.registry.api.base import organisation_of, unit_of
from shanhai.kernel.text import plain_decimal
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Key, Paged, etag, idempotent, if_match, may

Measure = Annotated[str, Field(max_length=8, json_schema_extra={"enum": list(rules.MEASURES)})]
Quantity = Annotated[
    Decimal, Field(gt=0, le=rules.MOST, description="In the measure: mu, MWh, kW, fen, persons.")
]


class FactorStepOut(Schema):
    """One thing that happened to a factor request."""

    what: str
    on: dt.date
    level: str
    quantity: str
    text: str

    @staticmethod
    def resolve_quantity(row: Any) -> str:
        return _plain(row.quantity, row.request.measure)


class FactorGrantOut(Schema):
    """What was granted, and by which paper."""

    id: int
    quantity: str
    on: dt.date
    paper: str
    document: int | None
    pool: int | None
    taken_back_on: dt.date | None

    @staticmethod
    def resolve_quantity(row: Any) -> str:
        return _plain(row.quantity, row.request.measure)

    @staticmethod
    def resolve_document(row: Any) -> int | None:
        return row.document_id

    @staticmethod
    def resolve_pool(row: Any) -> int | None:
        return row.pool_id


@registers.schema(columns.FACTOR_REQUESTS, factor_sheets.request_rows)
class FactorRequestOut(Schema):
    """A factor request, where it stands and what was granted."""

    pairing: str
    record_kind: str
    record: int | None
    priority_rule: dict[str, Any]
    side: str
    unit: str
    level: str
    climbs_on: dt.date | None
    reason: str
    reach: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_record(row: Any) -> int | None:
        return row.record_id

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code

    @staticmethod
    def resolve_climbs_on(row: Any) -> dt.date | None:
        return queries.climbs_on(row)


class FactorRequestWhole(FactorRequestOut):
    """A factor request with its grants and steps."""

    grants: list[FactorGrantOut]
    steps: list[FactorStepOut]

    @staticmethod
    def resolve_grants(row: Any) -> list[Any]:
        return list(row.grants.select_related("request"))

    @staticmethod
    def resolve_steps(row: Any) -> list[Any]:
        return list(row.steps.select_related("request"))


@registers.schema(columns.FACTOR_POOLS, factor_sheets.pool_rows)
class FactorPoolOut(Schema):
    """What an organisation may grant of a factor in a year."""

    id: int
    reach: str
    version: int


class FactorBeforeOut(Schema):
    """One that stands before a request, and what the grant would mean for it."""

    number: str
    could_be_served: bool
    could_be_served_after: bool


class FactorPreviewOut(Schema):
    """What granting a quantity would mean."""

    quantity: str
    left: str | None
    left_after: str | None
    passes_over: list[str]
    before: list[FactorBeforeOut]


class FactorsWhere(OfficeWhere):
    """Which factor requests."""

    in_queue: bool = False
    kind: str = Field("", max_length=8, json_schema_extra={"enum": ["", *rules.Kind]})


class FactorPoolsWhere(OfficeWhere):
    """Which pools."""

    year: int | None = Field(None, ge=2002, le=2100)


class FactorRequestIn(Given):
    """A factor request; ``unit`` fulfils it, ``kind`` and ``record`` name what it is about."""

    pairing: str = Field("", max_length=40)
    title_zh: str = Field(min_length=1, max_length=160)
    title_en: str = Field("", max_length=200)
    text: Optional = ""
    measure: Measure
    quantity: Quantity
    needs_whole: bool = False
    needed_by: Day
    unit: str = Field(max_length=40)
    asker: str = Field("", max_length=40)
    kind: str = Field("", max_length=40)
    record: Key | None = None
    is_park: bool = False
    park_reason: str = Field("", max_length=300)
    is_shared: bool = False
    number: Number = ""
    papers: Papers = Field(default_factory=list)


class FactorGrantIn(Given):
    """How much is granted, by which paper, and why others are passed over."""

    quantity: Quantity
    paper: str = Field("", max_length=200)
    document: Key | None = None
    papers: Papers = Field(default_factory=list)
    reason: str = Field("", max_length=300)


class FactorRefusalIn(OfficeReasonIn):
    """Why, and the papers that show it."""

    papers: Papers = Field(default_factory=list)


class FactorPoolIn(Given):
    """What an organisation may grant of a factor in a year."""

    pairing: str = Field("", max_length=40)
    organisation: str = Field(max_length=40)
    measure: Measure
    year: int = Field(ge=2002, le=2100)
    available: Annotated[Decimal, Field(ge=0, le=rules.MOST)]
    source: str = Field("", max_length=300)
    is_shared: bool = False


class FactorPoolChange(Given):
    """What the pool holds from now on."""

    available: Annotated[Decimal, Field(ge=0, le=rules.MOST)]
    source: str = Field("", max_length=300)


@router.get("/factors", response=Paged[FactorRequestOut], summary="Factor requests")
@may("office.view_factors")
def list_factor_requests(request: Any, asked: Query[FactorsWhere]) -> Any:
    """The factor requests of a pairing and those nested in it, as far as the caller sees them, in the queue's order."""
    found = queries.requests_of(request.member, pairing_of(request, asked.pairing))
    if asked.in_queue:
        found = found.filter(stage__in=rules.IN_QUEUE)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    return registers.paged(FactorRequestOut, found, queries.ORDER, request)


@router.get("/factor-pools", response=Paged[FactorPoolOut], summary="Factor pools")
@may("office.view_factors")
def list_factor_pools(request: Any, asked: Query[FactorPoolsWhere]) -> Any:
    """What may be granted of each factor, latest year first."""
    found = queries.pools_of(request.member, pairing_of(request, asked.pairing), asked.year)
    return registers.paged(FactorPoolOut, found, ("-year", "-id"), request)


@router.post("/factor-pools", response={201: FactorPoolOut}, summary="Declare a factor pool")
@may("office.declare_pool")
@idempotent(FactorPoolOut)
def declare_pool(request: Any, data: FactorPoolIn) -> Any:
    """Say what an organisation may grant of a factor in a year."""
    given = data.dict(exclude={"pairing", "organisation", "available"})
    return factor_pools.declare_pool(
        pairing_of(request, data.pairing),
        organisation=organisation_of(data.organisation),
        available=_steps(data.available, data.measure),
        by=request.member,
        **given,
    )


@router.patch(
    "/factor-pools/{pool}",
    response=FactorPoolOut,
    summary="Set a factor pool anew",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.change_pool")
def change_pool(request: Any, pool: Key, data: FactorPoolChange) -> Any:
    """Set a pool anew, never below what was granted from it."""
    found = queries.pool_of(request.member, pool)
    if_match(request, found)
    available = _steps(data.available, found.measure)
    return factor_pools.change_pool(found, available=available, source=data.source or None, by=request.member)


@router.get("/factors/{number}", response=FactorRequestWhole, summary="One factor request")
@may("office.view_factors")
def show_factor_request(request: Any, response: HttpResponse, number: str) -> Any:
    """One factor request with its grants and steps; its version stands in ETag."""
    found = queries.request_of(request.member, number)
    etag(response, found)
    return found


@router.get("/factors/{number}/preview", response=FactorPreviewOut, summary="What a grant would mean")
@may("office.grant_factor")
def preview_grant(request: Any, number: str, quantity: Quantity) -> Any:
    """What granting a quantity today would mean for those who stand before; nothing is written."""
    found = queries.request_of(request.member, number)
    told = queries.preview(found, rules.steps_of(quantity, found.measure))
    return {
        "quantity": _plain(told.quantity, found.measure),
        "left": None if told.left is None else _plain(told.left, found.measure),
        "left_after": None if told.left_after is None else _plain(told.left_after, found.measure),
        "passes_over": [one.number for one in told.over],
        "before": [
            {
                "number": one.request.number,
                "could_be_served": one.could_be_served,
                "could_be_served_after": one.could_be_served_after,
            }
            for one in told.before
        ],
    }


@router.post("/factors", response={201: FactorRequestOut}, summary="Ask for a factor")
@may("office.ask")
@idempotent(FactorRequestOut)
def ask_for_factor(request: Any, data: FactorRequestIn) -> Any:
    """Ask a unit for land quota, energy, funds or talent."""
    given = data.dict(exclude={"pairing", "unit", "asker", "kind", "record", "quantity", "papers"})
    return actions.ask(
        pairing_of(request, data.pairing),
        unit=unit_of(data.unit),
        asker=organisation_of(data.asker) if data.asker else None,
        record=records.found(request.member, data.kind, data.record) if data.record else None,
        quantity=_steps(data.quantity, data.measure),
        papers=papers_of(request, data.papers),
        by=request.member,
        **given,
    )


@router.post(
    "/factors/{number}/grant",
    response=FactorRequestWhole,
    summary="Grant a factor",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.grant_factor")
@idempotent(FactorRequestWhole, status=200)
def grant_factor(request: Any, number: str, data: FactorGrantIn) -> Any:
    """Grant it in part or whole; passing others over needs a reason. A unit with further steps prepares it so (``/replies``)."""
    found = _at_version(request, number)
    actions.grant_factor(
        found,
        quantity=_steps(data.quantity, found.measure),
        paper=data.paper,
        papers=papers_of(request, [*([data.document] if data.document else []), *data.papers]),
        reason=data.reason,
        by=request.member,
    )
    return found


@router.post(
    "/factors/{number}/grants/{grant}/take-back",
    response=FactorRequestWhole,
    summary="Take a grant back",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.take_back_grant")
@idempotent(FactorRequestWhole, status=200)
def take_back_grant(request: Any, number: str, grant: Key, data: OfficeReasonIn) -> Any:
    """Undo of granting: the request returns to its place, the pool gets its part."""
    found = _at_version(request, number)
    given = queries.grant_of(found, grant)
    return actions.take_back_grant(given, reason=data.reason, by=request.member)


@router.post(
    "/factors/{number}/refuse",
    response=FactorRequestOut,
    summary="Refuse a factor request",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.refuse_request")
@idempotent(FactorRequestOut, status=200)
def refuse_request(request: Any, number: str, data: FactorRefusalIn) -> Any:
    """Refuse what is missing; what was granted stays granted. A unit with further steps prepares it so (``/replies``)."""
    found = _at_version(request, number)
    shown_by = papers_of(request, data.papers)
    actions.refuse_request(found, reason=data.reason, papers=shown_by, by=request.member)
    return found


@router.post(
    "/factors/{number}/withdraw",
    response=FactorRequestOut,
    summary="Withdraw a factor request",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.withdraw_request")
@idempotent(FactorRequestOut, status=200)
def withdraw_request(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Withdraw one's own request."""
    return actions.withdraw_request(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/factors/{number}/reopen",
    response=FactorRequestOut,
    summary="Put a factor request back into the queue",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.reopen_request")
@idempotent(FactorRequestOut, status=200)
def reopen_request(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Back into the queue at its old place; its days begin anew."""
    return actions.reopen_request(_at_version(request, number), reason=data.reason, by=request.member)


def _at_version(request: Any, number: str) -> Any:
    """The request, at the version that the caller has read."""
    found = queries.request_of(request.member, number)
    if_match(request, found)
    return found


def _steps(quantity: Decimal, measure: str) -> int:
    return rules.steps_of(quantity, measure) if quantity else 0


def _plain(steps: int, measure: str) -> str:
    return plain_decimal(rules.quantity_of(steps, measure))
