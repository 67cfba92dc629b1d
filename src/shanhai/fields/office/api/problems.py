"""Problems for programs: raised, answered, asked back, rated, opened again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import records
from shanhai.fields.office.actions import problems as actions
from shanhai.fields.office.api.base import (
    FieldOf,
    Number,
    OfficeReasonIn,
    OfficeWhere,
    Optional,
    Text,
    pairing_of,
    router,
)
from shanhai.fields.office.queries import problems as queries
from shanhai.fields.office.rules import problems as rules
from shanhai.fields.registry.api.base import organisation_of, unit_of
from shanhai.webkit.api import CHANGES_A_ROW, Given, Key, Paged, etag, idempotent, if_match, may, paged


class StepOut(Schema):
    """One thing that happened to a problem."""

    what: str
    on: dt.date
    level: str
    text: str


class RaisedProblemOut(Schema):
    """A problem, with whom it is and how it went."""

    number: str
    pairing: str
    field: str
    title_zh: str
    title_en: str
    text: str
    asker: str
    stage: str
    level: str
    side: str
    unit: str
    since_on: dt.date
    climbs_on: dt.date | None
    raised_on: dt.date
    answer: str
    answered_on: dt.date | None
    answer_days: int | None
    rating: int | None
    rating_word: str
    reach: str
    standing: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_asker(row: Any) -> str:
        return row.asker.code

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code

    @staticmethod
    def resolve_climbs_on(row: Any) -> dt.date | None:
        return queries.climbs_on(row)


class ProblemWhole(RaisedProblemOut):
    """A problem with its climb."""

    steps: list[StepOut]

    @staticmethod
    def resolve_steps(row: Any) -> list[Any]:
        return list(row.steps.all())


class ProblemsWhere(OfficeWhere):
    """Which problems."""

    is_open: bool = False


class ProblemIn(Given):
    """A problem; ``unit`` shall answer it, ``kind`` and ``record`` name what it is about."""

    pairing: str = Field("", max_length=40)
    title_zh: str = Field(min_length=1, max_length=160)
    title_en: str = Field("", max_length=200)
    text: Optional = ""
    field: FieldOf = "partnership"
    unit: str = Field("", max_length=40)
    asker: str = Field("", max_length=40)
    kind: str = Field("", max_length=40)
    record: Key | None = None
    is_shared: bool = False
    number: Number = ""


class ProblemAnswerIn(Given):
    """The answer."""

    text: Text
    text_en: Optional = ""


class QuestionIn(Given):
    """What must be known before it can be answered."""

    question: Text


class ReplyIn(Given):
    """The reply to the question."""

    text: Text


class RatingIn(Given):
    """From 1, not solved, to 5, solved well."""

    rating: int = Field(ge=1, le=5)
    word: str = Field("", max_length=300)


@router.get("/problems", response=Paged[RaisedProblemOut], summary="Problems")
@may("office.view_problems")
def list_problems(request: Any, asked: Query[ProblemsWhere]) -> Any:
    """The problems of a pairing and those nested in it, as far as the caller sees them, latest first."""
    found = queries.problems_of(request.member, pairing_of(request, asked.pairing))
    if asked.is_open:
        found = found.filter(stage__in=rules.UNFINISHED)
    return paged(found, ("-raised_on", "-id"), request)


@router.get("/problems/{number}", response=ProblemWhole, summary="One problem")
@may("office.view_problems")
def show_problem(request: Any, response: HttpResponse, number: str) -> Any:
    """One problem with its climb; its version stands in ETag."""
    found = queries.problem_of(request.member, number)
    etag(response, found)
    return found


@router.post("/problems", response={201: RaisedProblemOut}, summary="Raise a problem")
@may("office.raise_problem")
@idempotent(RaisedProblemOut)
def raise_problem(request: Any, data: ProblemIn) -> Any:
    """Bring a problem before the unit that can answer it, or the office where none is named."""
    record = records.found(request.member, data.kind, data.record) if data.kind and data.record else None
    return actions.raise_problem(
        pairing_of(request, data.pairing),
        title_zh=data.title_zh,
        title_en=data.title_en,
        text=data.text,
        field=data.field,
        unit=unit_of(data.unit) if data.unit else None,
        asker=organisation_of(data.asker) if data.asker else None,
        record=record,
        is_shared=data.is_shared,
        number=data.number,
        by=request.member,
    )


@router.post(
    "/problems/{number}/answer",
    response=RaisedProblemOut,
    summary="Answer a problem",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.answer_problem")
@idempotent(RaisedProblemOut, status=200)
def answer_problem(request: Any, number: str, data: ProblemAnswerIn) -> Any:
    """Answer it; the asker is asked to rate the answer.

    A unit with further steps prepares it so: the problem stays open, and its ladder has the answer (``/replies``).
    """
    one = _at_version(request, number)
    actions.answer_problem(one, text=data.text, text_en=data.text_en, by=request.member)
    return one


@router.post(
    "/problems/{number}/take-back",
    response=RaisedProblemOut,
    summary="Take an answer back",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.take_back_answer")
@idempotent(RaisedProblemOut, status=200)
def take_back_answer(request: Any, number: str) -> Any:
    """Undo of answering, until the answer is rated."""
    return actions.take_back_answer(_at_version(request, number), by=request.member)


@router.post(
    "/problems/{number}/ask-back", response=RaisedProblemOut, summary="Ask back", openapi_extra=CHANGES_A_ROW
)
@may("office.ask_back")
@idempotent(RaisedProblemOut, status=200)
def ask_back(request: Any, number: str, data: QuestionIn) -> Any:
    """Ask the asker something; until they reply, the days stand still."""
    return actions.ask_back(_at_version(request, number), question=data.question, by=request.member)


@router.post(
    "/problems/{number}/reply",
    response=RaisedProblemOut,
    summary="Reply to a question",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.reply_to_question")
@idempotent(RaisedProblemOut, status=200)
def reply_to_question(request: Any, number: str, data: ReplyIn) -> Any:
    """Reply; the days run on."""
    return actions.reply_to_question(_at_version(request, number), text=data.text, by=request.member)


@router.post(
    "/problems/{number}/rate",
    response=RaisedProblemOut,
    summary="Rate an answer",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.rate_answer")
@idempotent(RaisedProblemOut, status=200)
def rate_answer(request: Any, number: str, data: RatingIn) -> Any:
    """Say how well the answer solved it."""
    return actions.rate_answer(
        _at_version(request, number), rating=data.rating, word=data.word, by=request.member
    )


@router.post(
    "/problems/{number}/reopen",
    response=RaisedProblemOut,
    summary="Open a problem again",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.reopen_problem")
@idempotent(RaisedProblemOut, status=200)
def reopen_problem(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Open again what the answer did not solve."""
    return actions.reopen_problem(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/problems/{number}/withdraw",
    response=RaisedProblemOut,
    summary="Withdraw a problem",
    openapi_extra=CHANGES_A_ROW,
)
@may("office.withdraw_problem")
@idempotent(RaisedProblemOut, status=200)
def withdraw_problem(request: Any, number: str) -> Any:
    """Undo of raising, until it is answered."""
    return actions.withdraw_problem(_at_version(request, number), by=request.member)


def _at_version(request: Any, number: str) -> Any:
    """The problem, at the version that the caller has read."""
    found = queries.problem_of(request.member, number)
    if_match(request, found)
    return found
