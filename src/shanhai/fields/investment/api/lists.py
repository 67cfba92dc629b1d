"""Quarterly lists for programs: opened, compiled, published, acknowledged, answered, receipted."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.investment.actions import lists as actions
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import list_registers as tables
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.investment.rules import lists as rules
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, pairing_of
from shanhai.fields.registry.api.base import organisation_of, unit_of
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may, paged

Code = Annotated[str, Field(max_length=40)]


class ListOut(Schema):
    """One edition of the list of a quarter; edition 1 is the list, later ones are supplements."""

    number: str
    pairing: str
    year: int
    quarter: int
    edition: int
    stage: rules.ListStage
    cut_off_on: dt.date
    published_on: dt.date | None
    acknowledge_due_on: dt.date | None
    answer_due_on: dt.date | None
    acknowledged_on: dt.date | None
    sea_signed_on: dt.date | None
    sea_signer: str
    mountain_signed_on: dt.date | None
    mountain_signer: str
    standing: str
    source: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code


@registers.schema(tables.LINES.register, tables.LINES.rows_of)
class ListLineOut(Schema):
    """A line: the lead as it was published, and the answer to it."""

    version: int


class ListWhole(ListOut):
    """An edition with its lines."""

    lines: list[ListLineOut]

    @staticmethod
    def resolve_lines(row: Any) -> list[Any]:
        return queries.lines_of(row)


class ConversionOut(Schema):
    """What became of the listed leads of a quarter (2023Q3) or an introducer (code), each counted once."""

    name: str
    listed: int
    open: int
    accepted: int
    rejected: int
    transferred: int
    late: int
    signed: int
    started: int
    paid_in_fen: int


class ConversionWhere(OfficeWhere):
    """By what."""

    by: Annotated[str, Field("quarter", pattern="^(quarter|introducer)$")] = "quarter"


class ListIn(Given):
    """The quarter, and until when its list is compiled."""

    pairing: str = Field("", max_length=40)
    year: int = Field(ge=2000, le=2100)
    quarter: int = Field(ge=1, le=4)
    cut_off_on: Day | None = None


class ListLineIn(Given):
    """Which lead."""

    lead: str = Field(min_length=1, max_length=40)


class ListWithdrawalIn(OfficeReasonIn):
    """Which line: the list on which it stands, and its lead."""

    of: str = Field(min_length=1, max_length=40)
    lead: str = Field(min_length=1, max_length=40)


class ListAnswerIn(Given):
    """The answer; whatever is not accepted has its reason, a transfer its receiver and share."""

    answer: rules.Answer
    reason: str = Field("", max_length=300)
    to: Code = ""
    credit_percent: int | None = Field(None, ge=0, le=100)
    unit: Code = ""


class ListReceiptIn(Given):
    """Who signs for the caller's side, and when."""

    person: str = Field("", max_length=60)
    on: Day | None = None


@router.get("/lists", response=Paged[ListOut], summary="Quarterly lists")
@may("investment.view_lists")
def list_lists(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The editions that the caller sees, latest quarter first."""
    found = queries.lists_of(request.member, pairing_of(request, asked.pairing)).select_related("pairing")
    return paged(found, ("-year", "-quarter", "-edition", "-id"), request)


@router.get("/lists/{number}", response=ListWhole, summary="One quarterly list")
@may("investment.view_lists")
def show_list(request: Any, response: HttpResponse, number: str) -> Any:
    """One edition with its lines; its version stands in ETag."""
    found = queries.list_of(request.member, number)
    etag(response, found)
    return found


@router.get("/lists/{number}/lines", response=list[ListLineOut], summary="Lines of a quarterly list")
@may("investment.view_lists")
def list_lines(request: Any, number: str) -> Any:
    """In the order of the list; a line's version is what its answer carries in If-Match."""
    return registers.fill(ListLineOut, queries.lines_of(queries.list_of(request.member, number)))


@router.get("/list-conversion", response=list[ConversionOut], summary="What became of the listed leads")
@may("investment.view_lists")
def show_conversion(request: Any, asked: Query[ConversionWhere]) -> Any:
    """By quarter of the list, or by introducer."""
    rows = queries.listed(request.member, pairing_of(request, asked.pairing))
    return rules.conversion(rows, asked.by)


@router.post("/lists", response={201: ListWhole}, summary="Begin a quarterly list")
@may("investment.open_list")
@idempotent(ListWhole)
def open_list(request: Any, data: ListIn) -> Any:
    """The list of a quarter; its supplement where one is published."""
    given = data.dict()
    return actions.open_list(pairing_of(request, given.pop("pairing")), by=request.member, **given)


@router.post(
    "/lists/{number}/lines", response=ListWhole, summary="Put a lead on a list", openapi_extra=CHANGES_A_ROW
)
@may("investment.add_to_list")
@idempotent(ListWhole, status=200)
def add_to_list(request: Any, number: str, data: ListLineIn) -> Any:
    """Until the cut-off day."""
    one = _at_version(request, number)
    actions.add_to_list(one, lead_queries.lead_of(request.member, data.lead), by=request.member)
    return one


@router.post(
    "/lists/{number}/withdrawals",
    response=ListWhole,
    summary="Withdraw a published line",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.withdraw_from_list")
@idempotent(ListWhole, status=200)
def withdraw_from_list(request: Any, number: str, data: ListWithdrawalIn) -> Any:
    """In a supplement; it is withdrawn when that is published."""
    one = _at_version(request, number)
    line = queries.line_of(queries.list_of(request.member, data.of), data.lead)
    actions.withdraw_from_list(one, line, reason=data.reason, by=request.member)
    return one


@router.post(
    "/lists/{number}/lines/{lead}/take-off",
    response=ListWhole,
    summary="Take a line off a draft",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.take_off_list")
@idempotent(ListWhole, status=200)
def take_off_list(request: Any, number: str, lead: str) -> Any:
    """While it is compiled."""
    one = _at_version(request, number)
    actions.take_off_list(queries.line_of(one, lead), by=request.member)
    return queries.list_of(request.member, number)


@router.post(
    "/lists/{number}/publish", response=ListWhole, summary="Publish a list", openapi_extra=CHANGES_A_ROW
)
@may("investment.publish_list")
@idempotent(ListWhole, status=200)
def publish_list(request: Any, number: str) -> Any:
    """From the cut-off day on."""
    return actions.publish_list(_at_version(request, number), by=request.member)


@router.post(
    "/lists/{number}/acknowledge",
    response=ListWhole,
    summary="Acknowledge a list",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.acknowledge_list")
@idempotent(ListWhole, status=200)
def acknowledge_list(request: Any, number: str) -> Any:
    """The mountain side has it."""
    return actions.acknowledge_list(_at_version(request, number), by=request.member)


@router.post(
    "/lists/{number}/lines/{lead}/answer",
    response=ListLineOut,
    summary="Answer a lead of a list",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.answer_line")
@idempotent(ListLineOut, status=200)
def answer_line(request: Any, number: str, lead: str, data: ListAnswerIn) -> Any:
    """If-Match carries the version of the line."""
    line = queries.line_of(queries.list_of(request.member, number), lead)
    if_match(request, line)
    given = data.dict()
    given["to"] = organisation_of(given["to"]) if given["to"] else None
    given["unit"] = unit_of(given["unit"]) if given["unit"] else None
    return actions.answer_line(line, by=request.member, **given)


@router.post(
    "/lists/{number}/receipt", response=ListWhole, summary="Sign the receipt", openapi_extra=CHANGES_A_ROW
)
@may("investment.sign_receipt")
@idempotent(ListWhole, status=200)
def sign_receipt(request: Any, number: str, data: ListReceiptIn) -> Any:
    """For the caller's side."""
    return actions.sign_receipt(
        _at_version(request, number), person=data.person, on=data.on, by=request.member
    )


def _at_version(request: Any, number: str) -> Any:
    """The list, at the version that the caller has read."""
    found = queries.list_of(request.member, number)
    if_match(request, found)
    return found
