"""Deliveries: recorded with evidence or planned for a day, confirmed by the other side, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from shanhai.core import clock
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.api.base import Papers, Quantity, papers_of, router, row_schema
from shanhai.fields.pairing.queries import registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may


@row_schema(tables.DELIVERIES)
class DeliveryOut(Schema):
    """What was delivered of a commitment, or is planned for a day."""

    of_plan: str | None
    withdrawn_on: dt.date | None
    reason: str
    version: int

    @staticmethod
    def resolve_of_plan(row: Any) -> str | None:
        return row.of_plan.code if row.of_plan else None


class DeliveryIn(Given):
    """A delivery to record or plan, in the unit of the commitment (fen for money)."""

    on: Day
    quantity: Quantity
    what: str = Field("", max_length=200)
    what_en: str = Field("", max_length=200)
    is_planned: bool = False
    of_plan: str = Field(
        "", max_length=60, description="Code of the planned entry that it takes the place of."
    )
    evidence: Papers = Field(default_factory=list)


@router.get(
    "/commitments/{code}/deliveries", response=Paged[DeliveryOut], summary="Deliveries of a commitment"
)
@may("pairing.view_commitments")
def list_deliveries(request: Any, code: str) -> Any:
    """What came and what is planned, newest first."""
    commitment = queries.commitment_of(request.member, code)
    return registers.paged(
        DeliveryOut,
        queries.deliveries_of(commitment).select_related("commitment", "of_plan"),
        ("-on", "-id"),
        request,
    )


@router.get("/deliveries/{code}", response=DeliveryOut, summary="One delivery")
@may("pairing.view_commitments")
def show_delivery(request: Any, response: HttpResponse, code: str) -> Any:
    """One delivery; its version stands in ETag."""
    found = queries.delivery_of(request.member, code)
    etag(response, found)
    return found


@router.post(
    "/commitments/{code}/deliveries", response={201: DeliveryOut}, summary="Record or plan a delivery"
)
@may("pairing.view_commitments")
@idempotent(DeliveryOut)
def record_delivery(request: Any, code: str, data: DeliveryIn) -> Any:
    """Record what was delivered with the papers that show it, or plan it for a day to come."""
    commitment = queries.commitment_of(request.member, code)
    if data.is_planned:
        return actions.plan_delivery(
            commitment,
            on=data.on,
            quantity=data.quantity,
            what=data.what,
            what_en=data.what_en,
            by=request.member,
        )
    return actions.record_delivery(
        commitment,
        on=data.on,
        quantity=data.quantity,
        what=data.what,
        what_en=data.what_en,
        evidence=papers_of(request, data.evidence),
        of_plan=registered.plan_of(commitment, data.of_plan) if data.of_plan else None,
        by=request.member,
    )


@router.post(
    "/deliveries/{code}/confirm",
    response=DeliveryOut,
    summary="Confirm a delivery",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.confirm_delivery")
@idempotent(DeliveryOut, status=200)
def confirm_delivery(request: Any, code: str) -> Any:
    """Confirm, as the side that receives, that it came or will come."""
    found = _at_version(request, code)
    return actions.confirm_delivery(found, on=clock.today(), by=request.member)


@router.post(
    "/deliveries/{code}/unconfirm",
    response=DeliveryOut,
    summary="Take a confirmation back",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.take_back_confirmation")
@idempotent(DeliveryOut, status=200)
def unconfirm_delivery(request: Any, code: str) -> Any:
    """Undo of confirming: it waits for it again."""
    return actions.take_back_confirmation(_at_version(request, code), by=request.member)


@router.delete("/deliveries/{code}", response=DeliveryOut, summary="Take a delivery back")
@may("pairing.withdraw_delivery")
def withdraw_delivery(request: Any, response: HttpResponse, code: str, reason: str = "") -> Any:
    """Take back a delivery that the other side has not confirmed; it stays on the record as withdrawn."""
    found = _at_version(request, code)
    actions.withdraw_delivery(found, reason=reason[:300], by=request.member)
    etag(response, found)
    return found


def _at_version(request: Any, code: str) -> Any:
    return if_match(request, queries.delivery_of(request.member, code))
