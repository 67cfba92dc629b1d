"""Instructions for programs: given on a record, reported back, closed or sent back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import records
from shanhai.fields.office.actions import instructions as actions
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, Optional, Text, pairing_of, router
from shanhai.fields.office.queries import instructions as queries
from shanhai.fields.office.rules import instructions as rules
from shanhai.fields.registry.api.base import unit_of
from shanhai.fields.registry.queries import papers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Key, Paged, etag, idempotent, if_match, may, paged


class InstructionOut(Schema):
    """A leader's line on a record, who carries it out, and what was reported back."""

    number: str
    pairing: str
    record_kind: str
    record_id: int
    text: str
    text_en: str
    leader: str
    unit: str
    given_on: dt.date
    due_on: dt.date
    stage: str
    report: str
    reported_on: dt.date | None
    sent_back: int
    word: str
    closed_on: dt.date | None
    reach: str
    standing: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_leader(row: Any) -> str:
        return row.leader.code

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code


class InstructionsWhere(OfficeWhere):
    """Which instructions."""

    is_open: bool = False


class InstructionIn(Given):
    """One line, the unit that carries it out, and the day by which it reports back."""

    text: str = Field(min_length=1, max_length=rules.LONGEST)
    text_en: str = Field("", max_length=300)
    unit: str = Field(min_length=1, max_length=40)
    due_on: Day


class InstructionReportIn(Given):
    """How it was carried out; numbers of papers that show it."""

    text: Text
    text_en: Optional = ""
    evidence: list[Key] = Field(default_factory=list, max_length=20)


class WordIn(Given):
    """What is missing."""

    word: str = Field(min_length=1, max_length=300)


@router.get("/instructions", response=Paged[InstructionOut], summary="Instructions")
@may("office.view_instructions")
def list_instructions(request: Any, asked: Query[InstructionsWhere]) -> Any:
    """The instructions of a pairing and those nested in it, as far as the caller sees them, soonest due first."""
    found = queries.instructions_of(request.member, pairing_of(request, asked.pairing))
    if asked.is_open:
        found = found.filter(stage__in=rules.UNFINISHED)
    return paged(found, ("due_on", "id"), request)


@router.get("/instructions/{number}", response=InstructionOut, summary="One instruction")
@may("office.view_instructions")
def show_instruction(request: Any, response: HttpResponse, number: str) -> Any:
    """One instruction; its version stands in ETag."""
    found = queries.instruction_of(request.member, number)
    etag(response, found)
    return found


@router.post(
    "/records/{kind}/{id}/instructions", response={201: InstructionOut}, summary="Give an instruction"
)
@may("office.instruct")
@idempotent(InstructionOut)
def instruct(request: Any, kind: str, id: Key, data: InstructionIn) -> Any:
    """Write one line on a record."""
    record = records.found(request.member, kind, id)
    return actions.instruct(
        record,
        text=data.text,
        text_en=data.text_en,
        unit=unit_of(data.unit),
        due_on=data.due_on,
        pairing=request.pairing,
        by=request.member,
    )


@router.post(
    "/instructions/{number}/report",
    response=InstructionOut,
    summary="Report back",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.report_back")
@idempotent(InstructionOut, status=200)
def report_back(request: Any, number: str, data: InstructionReportIn) -> Any:
    """Say how it was carried out; a unit with further steps prepares it so (``/replies``)."""
    one = _at_version(request, number)
    evidence = [papers.seen(request.member, key) for key in dict.fromkeys(data.evidence)]
    actions.report_back(one, text=data.text, text_en=data.text_en, evidence=evidence, by=request.member)
    return one


@router.post(
    "/instructions/{number}/close",
    response=InstructionOut,
    summary="Close an instruction",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.close_instruction")
@idempotent(InstructionOut, status=200)
def close_instruction(request: Any, number: str) -> Any:
    """Close what was reported back."""
    return actions.close_instruction(_at_version(request, number), by=request.member)


@router.post(
    "/instructions/{number}/send-back",
    response=InstructionOut,
    summary="Send an instruction back",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.send_back")
@idempotent(InstructionOut, status=200)
def send_back(request: Any, number: str, data: WordIn) -> Any:
    """Send it back with a word; also the undo of closing."""
    return actions.send_back(_at_version(request, number), word=data.word, by=request.member)


@router.post(
    "/instructions/{number}/drop",
    response=InstructionOut,
    summary="Drop an instruction",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.drop_instruction")
@idempotent(InstructionOut, status=200)
def drop_instruction(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Drop what need not be carried out any more."""
    return actions.drop_instruction(_at_version(request, number), reason=data.reason, by=request.member)


def _at_version(request: Any, number: str) -> Any:
    """The instruction, at the version that the caller has read."""
    found = queries.instruction_of(request.member, number)
    if_match(request, found)
    return found
