"""Pairings: the list, one with its parties, opening and ending."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from shanhai.core.actions import pairings as core_actions
from shanhai.core.models import Pairing, Party
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import printed
from shanhai.fields.pairing.api.base import Code, EndIn, LongText, router, row_schema
from shanhai.fields.pairing.queries import named, pages
from shanhai.fields.pairing.queries import registers as tables
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


class PartyOut(Schema):
    """One side of a pairing."""

    role: str
    organisation: str
    name_zh: str
    name_en: str
    from_on: dt.date | None
    to_on: dt.date | None

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return row.organisation.code

    @staticmethod
    def resolve_name_zh(row: Any) -> str:
        return row.organisation.name_zh

    @staticmethod
    def resolve_name_en(row: Any) -> str:
        return row.organisation.name_en


@row_schema(tables.PAIRINGS)
class PairingOut(Schema):
    """A lasting cooperation of two or more parties."""

    parties: list[PartyOut]
    version: int

    @staticmethod
    def resolve_parties(row: Any) -> list[Any]:
        return list(row.parties.all())


class PartyIn(Given):
    """A party by the code of its organisation."""

    organisation: Code
    role: Party.Role
    from_on: Day | None = None


class PairingIn(Given):
    """A pairing to open: at least a party of the mountain side and one of the sea side."""

    code: Code
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    level: Pairing.Level
    parent: Code | None = Field(None, description="Code of the pairing above it.")
    started_on: Day
    parties: list[PartyIn] = Field(min_length=2, max_length=40)
    about: LongText = ""
    source: str = Field("", max_length=200)


class PairingPatch(Given):
    """What changes; what is left out stays."""

    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    level: Pairing.Level | None = None
    started_on: Day | None = None
    about: LongText | None = None


@router.get("/pairings", response=Paged[PairingOut], summary="Pairings")
@may("pairing.view_pairings")
def list_pairings(request: Any) -> Any:
    """The pairings that the caller has a seat in, by code."""
    return registers.paged(PairingOut, core_pairings.pairings_of(request.member), ("code",), request)


@router.get("/pairings/{code}", response=PairingOut, summary="One pairing")
@may("pairing.view_pairings")
def show_pairing(request: Any, response: HttpResponse, code: str) -> Any:
    """One pairing with its parties; its version stands in ETag."""
    found = pages.pairing_of(request.member, code)
    etag(response, found)
    return found


@router.post("/pairings", response={201: PairingOut}, summary="Open a pairing")
@may("core.open_pairing")
@idempotent(PairingOut)
def open_pairing(request: Any, data: PairingIn) -> Any:
    """Open a pairing; the organisations of its parties take their seats."""
    given = data.dict()
    given["parties"] = [(named.organisation_of(one.organisation), one.role) for one in data.parties]
    given["parent"] = pages.pairing_of(request.member, data.parent) if data.parent else None
    opened = core_actions.open_pairing(by=request.member, **given)
    return core_pairings.pairings_of(None).get(pk=opened.pk)


@router.patch("/pairings/{code}", response=PairingOut, summary="Change a pairing")
@may("core.change_pairing")
def change_pairing(request: Any, response: HttpResponse, code: str, data: PairingPatch) -> Any:
    """Change name, level, first day or description."""
    found = pages.pairing_of(request.member, code)
    if_match(request, found)
    core_actions.change_pairing(found, by=request.member, **changes_in(data))
    etag(response, found)
    return found


@router.post(
    "/pairings/{code}/parties",
    response={201: PairingOut},
    summary="Add a party",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.add_party")
@idempotent(PairingOut)
def add_party(request: Any, code: str, data: PartyIn) -> Any:
    """Take one more party in; it sees from then on what both sides share."""
    found = pages.pairing_of(request.member, code)
    if_match(request, found)
    core_actions.add_party(
        found, named.organisation_of(data.organisation), data.role, from_on=data.from_on, by=request.member
    )
    return pages.pairing_of(request.member, code)


@router.post(
    "/pairings/{code}/end", response=PairingOut, summary="End a pairing", openapi_extra=CHANGES_A_ROW
)
@may("core.end_pairing")
@idempotent(PairingOut, status=200)
def end_pairing(request: Any, code: str, data: EndIn) -> Any:
    """End it with a reason that all its parties read; its records stay."""
    found = pages.pairing_of(request.member, code)
    if_match(request, found)
    return core_actions.end_pairing(found, on=data.on, reason=data.reason, by=request.member)


@router.post(
    "/pairings/{code}/reopen", response=PairingOut, summary="Reopen a pairing", openapi_extra=CHANGES_A_ROW
)
@may("core.reopen_pairing")
@idempotent(PairingOut, status=200)
def reopen_pairing(request: Any, code: str) -> Any:
    """Take back that it ended."""
    found = pages.pairing_of(request.member, code)
    if_match(request, found)
    return core_actions.reopen_pairing(found, by=request.member)


class ZoneTextOut(Schema):
    """A few lines for a chat group."""

    text: str


@router.get(
    "/pairings/{code}/text", response=ZoneTextOut, summary="How a pairing stands, as text for a chat group"
)
@may("pairing.view_home")
def get_zone_text(request: Any, code: str) -> Any:
    """The finding, what is late and with whom, the next meeting, the link."""
    found = pages.pairing_of(request.member, code)
    root = request.build_absolute_uri("/").rstrip("/")
    return {"text": printed.zone_text(request.member, found, root)}
