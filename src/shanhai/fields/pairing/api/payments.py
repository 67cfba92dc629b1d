"""Money and land clauses: what falls due of them, what was paid and handed over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.pairing import actions
from shanhai.fields.pairing.api.base import (
    Fen,
    Mu,
    Papers,
    Where,
    pairing_of,
    papers_of,
    router,
    row_schema,
)
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may


@row_schema(tables.MONEY_DUES)
class MoneyDueOut(Schema):
    """One payment of a money clause, in fen."""

    agreement: str
    payer: str
    payee: str
    open_fen: int
    escalated_on: dt.date | None
    version: int

    @staticmethod
    def resolve_agreement(row: Any) -> str:
        return row.clause.agreement.number

    @staticmethod
    def resolve_payer(row: Any) -> str:
        return row.clause.payer.organisation.code

    @staticmethod
    def resolve_payee(row: Any) -> str:
        return row.clause.payee.organisation.code


@row_schema(tables.MONEY_CLAUSES)
class MoneyClauseOut(Schema):
    """Who pays whom how much, when and on what condition; no amount where it follows from what happens."""

    dues: list[str]

    @staticmethod
    def resolve_dues(row: Any) -> list[str]:
        return [due.code for due in row.dues.all()]


@row_schema(tables.LAND_CLAUSES)
class LandClauseOut(Schema):
    """Land or land quota that one party gives another, in mu."""

    version: int


class MoneyDuesWhere(Where):
    """Which payments: ``is_open`` leaves out what is paid in full."""

    is_open: bool = False


class PaymentIn(Given):
    """A payment with its voucher; in parts where it comes in parts."""

    on: Day
    amount_fen: Fen
    vouchers: Papers = Field(default_factory=list)


class ContraIn(Given):
    """What was recorded as paid and was not."""

    amount_fen: Fen
    reason: str = Field(min_length=1, max_length=300)


class LandIn(Given):
    """Land that was handed over, with the paper that shows it."""

    on: Day
    land_mu: Mu
    papers: Papers = Field(default_factory=list)


@router.get("/money-dues", response=Paged[MoneyDueOut], summary="Payments that fall due")
@may("pairing.view_agreements")
def list_money_dues(request: Any, asked: Query[MoneyDuesWhere]) -> Any:
    """Payments of the agreements in force of a pairing and those nested in it, soonest first."""
    found = registered.money_dues(request.member, pairing_of(request, asked.pairing), is_open=asked.is_open)
    return registers.paged(MoneyDueOut, found, ("due_on", "id"), request)


@router.get("/money-dues/{code}", response=MoneyDueOut, summary="One payment")
@may("pairing.view_agreements")
def show_money_due(request: Any, response: HttpResponse, code: str) -> Any:
    """One payment; its version stands in ETag."""
    found = pages.money_due_of(request.member, code)
    etag(response, found)
    return found


@router.post(
    "/money-dues/{code}/pay", response=MoneyDueOut, summary="Record a payment", openapi_extra=CHANGES_A_ROW
)
@may("pairing.pay_money_due")
@idempotent(MoneyDueOut, status=200)
def pay_money_due(request: Any, code: str, data: PaymentIn) -> Any:
    """Record a payment of the own side with its voucher; more than is open is refused."""
    found = pages.money_due_of(request.member, code)
    if_match(request, found)
    return actions.pay_money_due(
        found,
        on=data.on,
        amount_fen=data.amount_fen,
        vouchers=papers_of(request, data.vouchers),
        by=request.member,
    )


@router.post(
    "/money-dues/{code}/take-back",
    response=MoneyDueOut,
    summary="Put a payment right",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.take_back_payment")
@idempotent(MoneyDueOut, status=200)
def take_back_payment(request: Any, code: str, data: ContraIn) -> Any:
    """Take a wrongly recorded payment back; both entries stay in the journal."""
    found = pages.money_due_of(request.member, code)
    if_match(request, found)
    return actions.take_back_payment(found, amount_fen=data.amount_fen, reason=data.reason, by=request.member)


@router.get("/land-clauses", response=Paged[LandClauseOut], summary="Land clauses")
@may("pairing.view_agreements")
def list_land_clauses(request: Any, asked: Query[Where]) -> Any:
    """Land clauses of the agreements in force of a pairing and those nested in it, by code."""
    return registers.paged(
        LandClauseOut,
        registered.land_clauses(request.member, pairing_of(request, asked.pairing)),
        ("code",),
        request,
    )


@router.get("/land-clauses/{code}", response=LandClauseOut, summary="One land clause")
@may("pairing.view_agreements")
def show_land_clause(request: Any, response: HttpResponse, code: str) -> Any:
    """One land clause; its version stands in ETag."""
    found = pages.land_clause_of(request.member, code)
    etag(response, found)
    return found


@router.post(
    "/land-clauses/{code}/hand-over",
    response=LandClauseOut,
    summary="Record land handed over",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.hand_over_land")
@idempotent(LandClauseOut, status=200)
def hand_over_land(request: Any, code: str, data: LandIn) -> Any:
    """Record land or land quota that was handed over, with the paper that shows it."""
    found = pages.land_clause_of(request.member, code)
    if_match(request, found)
    return actions.hand_over_land(
        found,
        land_mu=data.land_mu,
        on=data.on,
        papers=papers_of(request, data.papers),
        by=request.member,
    )
