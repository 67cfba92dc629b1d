"""Proposals for programs: made, adopted, in force, and what they changed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.actions import proposals as actions
from shanhai.fields.office.api.base import (
    FieldOf,
    Number,
    OfficeReasonIn,
    OfficeWhere,
    Optional,
    pairing_of,
    router,
)
from shanhai.fields.office.queries import proposals as queries
from shanhai.fields.registry.queries import papers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Key, Paged, etag, idempotent, if_match, may, paged

Figure = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
Percent = Annotated[Decimal, Field(max_digits=9, decimal_places=2)]


class EffectOut(Schema):
    """What a proposal changed; numbers travel as text."""

    id: int
    what_zh: str
    what_en: str
    indicator: str
    before: str | None
    after: str | None
    change_percent: str | None
    unit_zh: str
    period_before: str
    period_after: str
    standing: str
    source: str
    version: int

    @staticmethod
    def resolve_before(row: Any) -> str | None:
        return _plain(row.before)

    @staticmethod
    def resolve_after(row: Any) -> str | None:
        return _plain(row.after)

    @staticmethod
    def resolve_change_percent(row: Any) -> str | None:
        return _plain(queries.change_of(row))


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


class ProposalOut(Schema):
    """A proposal with its author, its adoption and its effects; ``_to`` says how exactly a day is known."""

    number: str
    pairing: str
    field: str
    title_zh: str
    title_en: str
    text: str
    author: str
    author_zh: str
    author_en: str
    stage: str
    proposed_on: dt.date
    proposed_to: str
    adopted_on: dt.date | None
    adopted_to: str
    adopted_by_zh: str
    paper_zh: str
    document: int | None
    in_force_on: dt.date | None
    in_force_to: str
    withdrawn_on: dt.date | None
    reason: str
    reach: str
    standing: str
    source: str
    effects: list[EffectOut]
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_author(row: Any) -> str:
        return row.author.code if row.author else ""

    @staticmethod
    def resolve_document(row: Any) -> int | None:
        return row.document_id

    @staticmethod
    def resolve_effects(row: Any) -> list[Any]:
        return queries.effects_of(row)


class ProposalIn(Given):
    """A proposal; its author is the caller."""

    pairing: str = Field("", max_length=40)
    title_zh: str = Field(min_length=1, max_length=160)
    title_en: str = Field("", max_length=200)
    text: Optional = ""
    text_en: Optional = ""
    field: FieldOf = "partnership"
    on: Day | None = None
    number: Number = ""


class AdoptionIn(Given):
    """Who adopted it, when, and by which paper: the number of a filed document, or its name."""

    on: Day
    adopted_by: str = Field(min_length=1, max_length=160)
    paper: str = Field("", max_length=200)
    document: Key | None = None


class ForceIn(Given):
    """Since when it holds."""

    on: Day


class EffectIn(Given):
    """A figure before and after, or the change alone; from an indicator, or stated with its source."""

    what_zh: str = Field(min_length=1, max_length=120)
    what_en: str = Field("", max_length=160)
    before: Figure | None = None
    after: Figure | None = None
    change_percent: Percent | None = None
    unit: str = Field("", max_length=20)
    period_before: str = Field("", max_length=10)
    period_after: str = Field("", max_length=10)
    indicator: str = Field("", max_length=80)
    source: str = Field("", max_length=300)
    is_illustrative: bool = False


@router.get("/proposals", response=Paged[ProposalOut], summary="Proposals")
@may("office.view_proposals")
def list_proposals(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The proposals of a pairing and those nested in it, as far as the caller sees them, latest first."""
    found = queries.proposals_of(request.member, pairing_of(request, asked.pairing))
    return paged(found, ("-proposed_on", "-id"), request)


@router.get("/proposals/{number}", response=ProposalOut, summary="One proposal")
@may("office.view_proposals")
def show_proposal(request: Any, response: HttpResponse, number: str) -> Any:
    """One proposal; its version stands in ETag."""
    found = queries.proposal_of(request.member, number)
    etag(response, found)
    return found


@router.post("/proposals", response={201: ProposalOut}, summary="Make a proposal")
@may("office.propose")
@idempotent(ProposalOut)
def propose(request: Any, data: ProposalIn) -> Any:
    """Make a proposal; it keeps its author's name."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    return actions.propose(pairing, by=request.member, **given)


@router.post(
    "/proposals/{number}/adopt",
    response=ProposalOut,
    summary="Record the adoption",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.adopt_proposal")
@idempotent(ProposalOut, status=200)
def adopt_proposal(request: Any, number: str, data: AdoptionIn) -> Any:
    """Name the paper that adopts it."""
    proposal = _at_version(request, number)
    document = papers.seen(request.member, data.document) if data.document else None
    return actions.adopt_proposal(
        proposal,
        on=data.on,
        adopted_by=data.adopted_by,
        paper=data.paper,
        document=document,
        by=request.member,
    )


@router.post(
    "/proposals/{number}/force",
    response=ProposalOut,
    summary="Bring into force",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.bring_into_force")
@idempotent(ProposalOut, status=200)
def bring_into_force(request: Any, number: str, data: ForceIn) -> Any:
    """Say since when it holds."""
    return actions.bring_into_force(_at_version(request, number), on=data.on, by=request.member)


@router.post(
    "/proposals/{number}/withdraw",
    response=ProposalOut,
    summary="Withdraw a proposal",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.withdraw_proposal")
@idempotent(ProposalOut, status=200)
def withdraw_proposal(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Withdraw one's own proposal that is not in force."""
    return actions.withdraw_proposal(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/proposals/{number}/step-back",
    response=ProposalOut,
    summary="Take the last step back",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.step_back")
@idempotent(ProposalOut, status=200)
def step_back(request: Any, number: str) -> Any:
    """Undo of adopting, of bringing into force and of withdrawing."""
    return actions.step_back(_at_version(request, number), by=request.member)


@router.post("/proposals/{number}/effects", response={201: EffectOut}, summary="Record an effect")
@may("office.record_effect")
@idempotent(EffectOut)
def record_effect(request: Any, number: str, data: EffectIn) -> Any:
    """Write down what it changed."""
    return actions.record_effect(
        queries.proposal_of(request.member, number), by=request.member, **data.dict()
    )


@router.post(
    "/effects/{id}/drop", response=EffectOut, summary="Strike an effect out", openapi_extra=CHANGES_A_ROW
)
@may("office.drop_effect")
@idempotent(EffectOut, status=200)
def drop_effect(request: Any, id: Key) -> Any:
    """Undo of recording it."""
    effect = queries.effect_of(request.member, id)
    if_match(request, effect)
    return actions.drop_effect(effect, by=request.member)


def _at_version(request: Any, number: str) -> Any:
    """The proposal, at the version that the caller has read."""
    found = queries.proposal_of(request.member, number)
    if_match(request, found)
    return found
