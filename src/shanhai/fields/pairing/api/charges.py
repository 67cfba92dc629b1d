"""Who is in charge on each side."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.pairing import actions, rules
from shanhai.fields.pairing.api.base import Code, CooperationField, Where, pairing_of, router, row_schema
from shanhai.fields.pairing.queries import named, pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Key, Paged, etag, idempotent, if_match, may


@row_schema(tables.CHARGES)
class ChargeOut(Schema):
    """Who is in charge on one side: of one field, or of the whole pairing where ``field`` is ``all``."""

    id: int
    name_zh: str
    name_en: str
    title: str
    title_en: str
    organisation: str
    version: int

    @staticmethod
    def resolve_name_zh(row: Any) -> str:
        return row.member.name_zh

    @staticmethod
    def resolve_name_en(row: Any) -> str:
        return row.member.name_en

    @staticmethod
    def resolve_title(row: Any) -> str:
        return row.member.title

    @staticmethod
    def resolve_title_en(row: Any) -> str:
        return row.member.title_en

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return row.member.unit.organisation.code


class ChargesWhere(Where):
    """Whose: ``is_now`` leaves out who was in charge before, or will be."""

    is_now: bool = False


class ChargeIn(Given):
    """Somebody of the caller's side to put in charge; an empty field is the whole pairing."""

    pairing: str = Field("", max_length=40)
    member: Code
    field: CooperationField = ""
    level: rules.MeetingLevel = "leaders_in_charge"  # type: ignore[assignment]
    from_on: Day


class LastDayIn(Given):
    """The last day."""

    on: Day


@router.get("/charges", response=Paged[ChargeOut], summary="Who is in charge")
@may("pairing.view_pairings")
def list_charges(request: Any, asked: Query[ChargesWhere]) -> Any:
    """Who is and was in charge in a pairing and those nested in it, the latest first."""
    found = registered.charges(request.member, pairing_of(request, asked.pairing), is_now=asked.is_now)
    return registers.paged(ChargeOut, found, ("-from_on", "-id"), request)


@router.get("/charges/{id}", response=ChargeOut, summary="One line of who is in charge")
@may("pairing.view_pairings")
def show_charge(request: Any, response: HttpResponse, id: Key) -> Any:
    """One line; its version stands in ETag."""
    found = pages.charge_of(request.member, id)
    etag(response, found)
    return found


@router.post("/charges", response={201: ChargeOut}, summary="Put somebody in charge")
@may("pairing.put_in_charge")
@idempotent(ChargeOut)
def put_in_charge(request: Any, data: ChargeIn) -> Any:
    """Put a member of the own side in charge; who was before ends the day before."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    member = named.member_of(pairing, given.pop("member"))
    return actions.put_in_charge(pairing, member, by=request.member, **given)


@router.post(
    "/charges/{id}/end",
    response=ChargeOut,
    summary="Say that somebody is no longer in charge",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.end_charge")
@idempotent(ChargeOut, status=200)
def end_charge(request: Any, id: Key, data: LastDayIn) -> Any:
    """End it on a day; what is late then goes to whoever is in charge of the whole pairing."""
    found = pages.charge_of(request.member, id)
    if_match(request, found)
    return actions.end_charge(found, on=data.on, by=request.member)
