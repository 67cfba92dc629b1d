"""Intermediaries for programs: the register with its figures, and what is asked of them on items of cases."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.approval.actions import services as actions
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.queries import registers as tables
from shanhai.fields.approval.queries import services as queries
from shanhai.fields.approval.rules.services import Commissioned, ServiceStage
from shanhai.fields.office.api.base import pairing_of
from shanhai.fields.registry.queries import papers
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, changes_in, etag, idempotent, if_match, may

Days = Annotated[int, Field(ge=1, le=400)]
Kinds = Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=20)]


class IntermediaryOut(Schema):
    """An intermediary with its figures: working days in tenths, counted over what it delivered."""

    code: str
    name_zh: str
    name_en: str
    credit_code: str
    kinds: list[str]
    promised_days: int
    is_active: bool
    n: int
    n_out: int
    n_late_now: int
    n_delivered: int
    n_in_time: int
    mean_days_tenths: int | None
    mean_promised_tenths: int | None
    standing: str
    source: str
    version: int


@registers.schema(tables.SERVICES.register, tables.SERVICES.rows_of)
class ServiceOut(Schema):
    """What an intermediary was asked for on an item; ``late_days`` are working days past its day."""

    late_days: int
    version: int

    @staticmethod
    def resolve_late_days(row: Any) -> int:
        return queries.late_days(row)


class ServicesWhere(Schema):
    """Which services: of a stage, late now, by whose clock, of an intermediary."""

    pairing: str = Field("", max_length=40)
    stage: ServiceStage | None = None
    late: bool = False
    commissioned_by: Commissioned | None = None
    intermediary: str = Field("", max_length=40)


class IntermediaryIn(Given):
    """An intermediary: what it offers, and the working days that it promises."""

    code: str = Field(min_length=2, max_length=40, pattern=r"^[-\w]+$")
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    credit_code: str = Field("", max_length=18)
    kinds: Kinds
    promised_days: Days


class IntermediaryChange(Given):
    """What changes of an intermediary."""

    name_zh: str = Field("", max_length=120)
    name_en: str = Field("", max_length=160)
    credit_code: str = Field("", max_length=18)
    kinds: Kinds | None = None
    promised_days: Days | None = None
    is_active: bool | None = None


class ServiceIn(Given):
    """What is asked of which intermediary; who commissioned it decides whose clock runs."""

    intermediary: str = Field(min_length=1, max_length=40)
    kind: str = Field(min_length=1, max_length=20)
    commissioned_by: Commissioned
    evidence: str = Field(min_length=1, max_length=200)
    promised_days: Days | None = None
    on: Day | None = None


class ServiceDeliveredIn(Given):
    """When it was delivered, and the paper."""

    on: Day
    document: Annotated[int | None, Field(None, ge=1, le=2**62)] = None


class ServiceEndIn(Given):
    """Why it is given up."""

    reason: str = Field(min_length=1, max_length=300)


def _whole(one: Any) -> dict[str, Any]:
    row = tables.intermediary_row(one, queries.records([one])[one.pk])
    return row | {"kinds": one.kinds, "version": one.version}


def _service(request: Any, number: str, code: str, service: int) -> Any:
    found = queries.service_of(request.member, number, code, service)
    if_match(request, found)
    return found


@router.get("/intermediaries", response=list[IntermediaryOut], summary="Intermediaries")
@may("approval.view_intermediaries")
def list_intermediaries(request: Any) -> Any:
    """The register of intermediaries with their figures, in order of their codes."""
    return [_whole(one) for one in queries.intermediaries().order_by("code")]


@router.get("/intermediaries/{code}", response=IntermediaryOut, summary="One intermediary")
@may("approval.view_intermediaries")
def show_intermediary(request: Any, response: HttpResponse, code: str) -> Any:
    """One intermediary with its figures; its version stands in ETag."""
    found = queries.intermediary_of(code)
    etag(response, found)
    return _whole(found)


@router.post("/intermediaries", response={201: IntermediaryOut}, summary="Register an intermediary")
@may("approval.add_intermediary")
@idempotent(IntermediaryOut)
def add_intermediary(request: Any, data: IntermediaryIn) -> Any:
    """Register an intermediary."""
    return _whole(actions.add_intermediary(by=request.member, **data.dict()))


@router.patch(
    "/intermediaries/{code}", response=IntermediaryOut, summary="Change an intermediary",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.change_intermediary")
@idempotent(IntermediaryOut)
def change_intermediary(request: Any, code: str, data: IntermediaryChange) -> Any:
    """Change what an intermediary offers or promises, or say that it takes no more services."""
    found = queries.intermediary_of(code)
    if_match(request, found)
    return _whole(actions.change_intermediary(found, by=request.member, **changes_in(data)))


@router.get("/services", response=Paged[ServiceOut], summary="What intermediaries were asked for")
@may("approval.view_intermediaries")
def list_all_services(request: Any, asked: Query[ServicesWhere]) -> Any:
    """The services on cases of a pairing that the caller sees, the latest first."""
    found = queries.services_of(request.member, pairing_of(request, asked.pairing))
    if asked.late:
        found = queries.late(found)
    told = {
        "stage": asked.stage, "commissioned_by": asked.commissioned_by, "intermediary__code": asked.intermediary,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in told.items() if value})
    return registers.paged(ServiceOut, found, ("-asked_on", "-id"), request)


@router.get("/cases/{number}/services", response=list[ServiceOut], summary="Services on a case")
@may("approval.view_cases")
def list_services(request: Any, number: str) -> Any:
    """What intermediaries were asked for on the items of a case."""
    case = cases.case_of(request.member, number)
    items = {one.pk: one for one in cases.items_of(case)}
    found = []
    for key, rows in queries.of_case(case).items():
        for row in rows:
            row.item = items[key]
            found.append(row)
    return sorted(found, key=lambda row: (row.item.place, row.number))


@router.post(
    "/cases/{number}/items/{code}/services", response={201: ServiceOut}, summary="Ask an intermediary",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.ask_service")
@idempotent(ServiceOut)
def ask_service(request: Any, number: str, code: str, data: ServiceIn) -> Any:
    """Ask an intermediary for a service on an item; while it works an open item waits."""
    item = cases.item_of(request.member, number, code)
    if_match(request, item)
    who = queries.intermediary_of(data.intermediary)
    return actions.ask_service(item, who, by=request.member, **data.dict(exclude={"intermediary"}))


@router.post(
    "/cases/{number}/items/{code}/services/{service}/deliver", response=ServiceOut, summary="It is delivered",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.deliver_service")
@idempotent(ServiceOut)
def deliver_service(request: Any, number: str, code: str, service: int, data: ServiceDeliveredIn) -> Any:
    """Say that an intermediary has delivered; when nobody else works on the item, its clock goes on."""
    paper = papers.seen(request.member, data.document) if data.document is not None else None
    return actions.deliver_service(
        _service(request, number, code, service), on=data.on, document=paper, by=request.member
    )


@router.post(
    "/cases/{number}/items/{code}/services/{service}/end", response=ServiceOut, summary="Give a service up",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.end_service")
@idempotent(ServiceOut)
def end_service(request: Any, number: str, code: str, service: int, data: ServiceEndIn) -> Any:
    """Give a service up that was not delivered."""
    return actions.end_service(
        _service(request, number, code, service), reason=data.reason, by=request.member
    )
