"""Answers of units to rounds: values given, passed up and down, accepted or returned cell by cell."""

from __future__ import annotations

import datetime as dt
from typing import Any, BinaryIO, cast

from django.http import HttpResponse
from ninja import File, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.fields.office import actions
from shanhai.fields.office.api.base import answer_at, router
from shanhai.fields.office.models import RoundAnswer
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.queries import workbooks
from shanhai.fields.office.rules import rounds as rules
from shanhai.webkit.api import CHANGES_A_ROW, Given, Paged, etag, idempotent, may, paged


class AnswerOut(Schema):
    """What one unit answers to a round, without its values."""

    round: str
    unit: str
    organisation: str
    stage: str
    form_version: int
    n_given: int
    n_returned: int
    filled_by: str | None
    filled_at: dt.datetime | None
    confirmed_by: str | None
    confirmed_at: dt.datetime | None
    digest: str
    accepted_at: dt.datetime | None
    version: int

    @staticmethod
    def resolve_round(row: Any) -> str:
        return row.round.number

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return row.unit.organisation.code

    @staticmethod
    def resolve_filled_by(row: Any) -> str | None:
        return row.filled_by.code if row.filled_by else None

    @staticmethod
    def resolve_confirmed_by(row: Any) -> str | None:
        return row.confirmed_by.code if row.confirmed_by else None


class ValueOut(Schema):
    """One value with its source: unit, person, file, round."""

    question: str
    line: str
    value: str
    measure: str
    state: str
    word: str
    unit: str
    member: str | None
    at: dt.datetime
    file_name: str
    file_sha256: str


class CellIn(Given):
    """One cell: the value as one would write it, empty to take it out."""

    question: str = Field(min_length=1, max_length=40)
    line: str = Field("", max_length=40)
    value: str = Field(max_length=500)


class ValuesIn(Given):
    """Cells to write; those that are not named stay."""

    values: list[CellIn] = Field(min_length=1, max_length=rules.MOST_CELLS)


class StepWordIn(Given):
    """A word along with it."""

    word: str = Field("", max_length=300)


class ReturnedCell(Given):
    """A cell that goes back, and why."""

    question: str = Field(min_length=1, max_length=40)
    line: str = Field("", max_length=40)
    word: str = Field(min_length=1, max_length=300)


class ReviewIn(Given):
    """Cells that go back; none accepts the answer."""

    returned: list[ReturnedCell] = Field(default_factory=list, max_length=rules.MOST_CELLS)


class ToIn(Given):
    """The unit that goes on."""

    to: str = Field(min_length=1, max_length=40)


@router.get("/rounds/{number}/answers", response=Paged[AnswerOut], summary="Answers of a round")
@may("office.view_rounds")
def list_answers(request: Any, number: str) -> Any:
    """The answers that the caller may read: the own unit's, all of them for the office that asks."""
    one = queries.round_of(request.member, number[:40])
    rows = RoundAnswer.objects.filter(round=one).select_related(
        "round", "unit__organisation", "filled_by", "confirmed_by"
    )
    if not queries.reads_all(request.member, one):
        rows = rows.filter(unit__organisation_id=request.member.unit.organisation_id)
    return paged(rows, ("id",), request)


@router.get("/rounds/{number}/answers/{unit}", response=AnswerOut, summary="One answer")
@may("office.view_rounds")
def show_answer(request: Any, response: HttpResponse, number: str, unit: str) -> Any:
    """One answer; its version, which guards all its cells, stands in ETag."""
    found = queries.answer_of(request.member, number[:40], unit[:40])
    etag(response, found)
    return found


@router.get("/rounds/{number}/answers/{unit}/values", response=list[ValueOut], summary="Values of an answer")
@may("office.view_rounds")
def list_answer_values(request: Any, number: str, unit: str) -> Any:
    """All values with their sources, by line and question."""
    found = queries.answer_of(request.member, number[:40], unit[:40])
    queries.check_sees_values(request.member, found)
    return queries.sourced_values(found)


@router.put("/rounds/{number}/answers/{unit}/values", response=AnswerOut, summary="Fill cells in")
@may("office.fill_answer")
def fill_answer(request: Any, response: HttpResponse, number: str, unit: str, data: ValuesIn) -> Any:
    """Write cells: all that are named, or none where one cannot be read."""
    found = answer_at(request, number, unit)
    given = {(cell.question, cell.line): cell.value for cell in data.values}
    actions.fill_answer(found, given, by=request.member)
    etag(response, found)
    return found


@router.post(
    "/rounds/{number}/answers/{unit}/file",
    response=AnswerOut,
    summary="Bring a workbook",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.fill_answer")
@idempotent(AnswerOut, status=200)
def bring_workbook(request: Any, number: str, unit: str, file: File[UploadedFile]) -> Any:
    """Fill cells in from a workbook or CSV file."""
    found = answer_at(request, number, unit)
    actions.check_in_unit(found, request.member)
    brought = workbooks.read(found, cast(BinaryIO, file.file), file.name or "file.csv")
    return actions.fill_answer(
        found,
        brought.values,
        file_name=brought.file_name,
        file_sha256=brought.sha256,
        by=request.member,
    )


@router.post(
    "/rounds/{number}/answers/{unit}/up",
    response=AnswerOut,
    summary="Pass an answer up",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.hand_up")
@idempotent(AnswerOut, status=200)
def hand_up(request: Any, number: str, unit: str, data: StepWordIn) -> Any:
    """To the next step of the unit; the last one confirms it."""
    return actions.hand_up(answer_at(request, number, unit), word=data.word, by=request.member)


@router.post(
    "/rounds/{number}/answers/{unit}/down",
    response=AnswerOut,
    summary="Return an answer within its unit",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.hand_down")
@idempotent(AnswerOut, status=200)
def hand_down(request: Any, number: str, unit: str, data: StepWordIn) -> Any:
    """To the step below, with a word."""
    return actions.hand_down(answer_at(request, number, unit), word=data.word, by=request.member)


@router.post(
    "/rounds/{number}/answers/{unit}/review",
    response=AnswerOut,
    summary="Accept an answer or return cells",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.review_answer")
@idempotent(AnswerOut, status=200)
def review_answer(request: Any, number: str, unit: str, data: ReviewIn) -> Any:
    """Cells that are named go back with their words, the others are accepted."""
    returned = {(cell.question, cell.line): cell.word for cell in data.returned}
    return actions.review_answer(answer_at(request, number, unit), returned=returned, by=request.member)


@router.post(
    "/rounds/{number}/answers/{unit}/unaccept",
    response=AnswerOut,
    summary="Take an acceptance back",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.take_back_acceptance")
@idempotent(AnswerOut, status=200)
def take_back_acceptance(request: Any, number: str, unit: str) -> Any:
    """It waits to be looked through again."""
    return actions.take_back_acceptance(answer_at(request, number, unit), by=request.member)


@router.post(
    "/rounds/{number}/answers/{unit}/hand-over",
    response=AnswerOut,
    summary="Let another unit answer",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.hand_over_answer")
@idempotent(AnswerOut, status=200)
def hand_over_answer(request: Any, number: str, unit: str, data: ToIn) -> Any:
    """For a unit that merged into another one of the round."""
    found = answer_at(request, number, unit)
    return actions.hand_over_answer(
        found, to=queries.answer_of(request.member, number[:40], data.to), by=request.member
    )
