"""Commitment letters for programs: given, verified, and what is outstanding."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.approval.actions import commitments as actions
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.queries import commitments as queries
from shanhai.fields.approval.queries import registers as tables
from shanhai.fields.approval.rules import commitments as rules
from shanhai.fields.office.api.base import pairing_of
from shanhai.fields.registry.queries import papers
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may


@registers.schema(tables.LETTERS.register, tables.LETTERS.rows_of)
class CommitmentLetterOut(Schema):
    """A commitment letter on which an item is or was decided, and its verification."""

    unit: str
    version: int

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code


class PromisedOut(Schema):
    """A material that the applicant promised, and until when; null while no item that needs it is open."""

    case: str
    material: str
    name_zh: str
    name_en: str
    until: dt.date | None
    is_late: bool
    is_covered: bool

    @staticmethod
    def resolve_case(row: Any) -> str:
        return row.material.case.number

    @staticmethod
    def resolve_material(row: Any) -> str:
        return row.material.code

    @staticmethod
    def resolve_name_zh(row: Any) -> str:
        return row.material.name_zh

    @staticmethod
    def resolve_name_en(row: Any) -> str:
        return row.material.name_en

    @staticmethod
    def resolve_is_covered(row: Any) -> bool:
        return row.letter is not None


class LettersWhere(Schema):
    """Which letters."""

    pairing: str = Field("", max_length=40)
    state: rules.LetterState | None = None
    outstanding: bool = False


class PromisedWhere(Schema):
    """Of which pairing."""

    pairing: str = Field("", max_length=40)


class LetterIn(Given):
    """What is promised, and the signed letter: a document, or its number."""

    text: str = Field(min_length=1, max_length=1000)
    evidence: str = Field("", max_length=200)
    document: Annotated[int | None, Field(None, ge=1, le=2**62)] = None


class LetterResultIn(Given):
    """What the verification found."""

    result: rules.Result
    reasons: str = Field("", max_length=1000)
    mend_until: Day | None = None


@router.get("/letters", response=Paged[CommitmentLetterOut], summary="Commitment letters")
@may("approval.view_letters")
def list_commitment_letters(request: Any, asked: Query[LettersWhere]) -> Any:
    """The letters on cases of a pairing that the caller sees, the latest first."""
    found = queries.letters_of(request.member, pairing_of(request, asked.pairing))
    if asked.outstanding:
        found = queries.outstanding(found)
    if asked.state is not None:
        found = found.filter(state=asked.state)
    return registers.paged(CommitmentLetterOut, found, ("-given_on", "-id"), request)


@router.get("/promised-materials", response=list[PromisedOut], summary="Materials that come later")
@may("approval.view_letters")
def list_promised_materials(request: Any, asked: Query[PromisedWhere]) -> Any:
    """Materials that applicants promised and have not brought, the first to be brought first."""
    return queries.promised_in(cases.cases_of(request.member, pairing_of(request, asked.pairing)))


@router.get(
    "/cases/{number}/items/{code}/letter", response=CommitmentLetterOut, summary="The letter of an item"
)
@may("approval.view_cases")
def show_commitment_letter(request: Any, response: HttpResponse, number: str, code: str) -> Any:
    """The commitment letter of an item; its version stands in ETag."""
    found = queries.letter_of(request.member, number, code)
    etag(response, found)
    return found


@router.post(
    "/cases/{number}/items/{code}/letter",
    response={201: CommitmentLetterOut},
    summary="Give a commitment letter",
)
@may("approval.give_letter")
@idempotent(CommitmentLetterOut)
def give_letter(request: Any, number: str, code: str, data: LetterIn) -> Any:
    """Give a commitment letter for an item, before it is decided."""
    item = cases.item_of(request.member, number, code)
    paper = papers.seen(request.member, data.document) if data.document is not None else None
    return actions.give_letter(
        item, text=data.text, evidence=data.evidence, document=paper, by=request.member
    )


@router.post(
    "/cases/{number}/items/{code}/letter/verify", response=CommitmentLetterOut, summary="Verify a promise",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.verify_letter")
@idempotent(CommitmentLetterOut)
def verify_letter(request: Any, number: str, code: str, data: LetterResultIn) -> Any:
    """Write down what the verification found: kept, not kept, to be put right by a day, revoked."""
    found = queries.letter_of(request.member, number, code)
    if_match(request, found)
    return actions.verify_letter(found, by=request.member, **data.dict())
