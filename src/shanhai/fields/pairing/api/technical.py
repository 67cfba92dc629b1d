"""Technical problems for programs: posted, shared, answered, accepted, closed with a result."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core.models import Climb
from shanhai.fields.office.api.base import Papers, papers_of
from shanhai.fields.pairing.actions import technical as actions
from shanhai.fields.pairing.api.base import ReasonIn, Where, pairing_of, router, row_schema
from shanhai.fields.pairing.models.technical import INDUSTRIES
from shanhai.fields.pairing.queries import activities, named
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries import technical as queries
from shanhai.fields.pairing.rules import technical as rules
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Given, Key, Paged, etag, idempotent, if_match, may

Industry = Annotated[str, Field(max_length=12, json_schema_extra={"enum": list(INDUSTRIES)})]


class TechnicalAnswerOut(Schema):
    """An answer to a technical problem; without a number while it climbs the ladder of its unit."""

    id: int | None
    organisation: str
    side: str
    on: dt.date
    text: str
    text_en: str
    papers: list[int]

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return row.organisation.code

    @staticmethod
    def resolve_papers(row: Any) -> list[int]:
        return [paper.pk for paper in queries.papers_of_answer(row)]


@row_schema(tables.TECHNICAL_PROBLEMS)
class TechnicalProblemOut(Schema):
    """A technical problem, with what came of it."""

    accepted: int | None
    activity: str
    version: int

    @staticmethod
    def resolve_accepted(row: Any) -> int | None:
        return row.accepted_id

    @staticmethod
    def resolve_activity(row: Any) -> str:
        return row.activity.number if row.activity else ""


class TechnicalProblemWhole(TechnicalProblemOut):
    """A technical problem with its answers."""

    answers: list[TechnicalAnswerOut]

    @staticmethod
    def resolve_answers(row: Any) -> list[Any]:
        return list(row.answers.select_related("organisation"))


class TechnicalWhere(Where):
    """Which technical problems."""

    stage: str = Field("", max_length=9, json_schema_extra={"enum": ["", *rules.TechnicalStage]})
    industry: str = Field("", max_length=12, json_schema_extra={"enum": ["", *INDUSTRIES]})


class TechnicalProblemIn(Given):
    """A technical problem of the caller's firm or village, or of ``asker``, one of the caller's side."""

    pairing: str = Field("", max_length=40)
    title_zh: str = Field(min_length=1, max_length=160)
    title_en: str = Field("", max_length=200)
    text: str = Field("", max_length=4000)
    industry: Industry
    asker: str = Field("", max_length=40)
    is_shared: bool = False
    number: str = Field("", max_length=40)
    papers: Papers = Field(default_factory=list)


class TechnicalAnswerIn(Given):
    """The answer."""

    text: str = Field(min_length=1, max_length=4000)
    text_en: str = Field("", max_length=4000)
    papers: Papers = Field(default_factory=list)


class TechnicalResultIn(Given):
    """What came of it, and how good the help was."""

    result: Annotated[str, Field(max_length=8, json_schema_extra={"enum": list(rules.TechnicalResult)})]
    effect: str = Field(min_length=1, max_length=4000)
    effect_fen: int = Field(0, ge=0, le=rules.MOST_FEN)
    paper: str = Field("", max_length=200)
    document: Key | None = None
    papers: Papers = Field(default_factory=list)
    activity: str = Field("", max_length=40)
    rating: int = Field(ge=1, le=5)


@router.get("/technical-problems", response=Paged[TechnicalProblemOut], summary="Technical problems")
@may("pairing.view_technical_problems")
def list_technical_problems(request: Any, asked: Query[TechnicalWhere]) -> Any:
    """The technical problems of a pairing and those nested in it, as far as the caller sees them, latest first."""
    found = queries.problems_of(request.member, pairing_of(request, asked.pairing))
    for name in ("stage", "industry"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    return registers.paged(TechnicalProblemOut, found, ("-posted_on", "-id"), request)


@router.get("/technical-problems/{number}", response=TechnicalProblemWhole, summary="One technical problem")
@may("pairing.view_technical_problems")
def show_technical_problem(request: Any, response: HttpResponse, number: str) -> Any:
    """One technical problem with its answers; its version stands in ETag."""
    found = queries.problem_of(request.member, number)
    etag(response, found)
    return found


@router.post("/technical-problems", response={201: TechnicalProblemOut}, summary="Post a technical problem")
@may("pairing.post_technical_problem")
@idempotent(TechnicalProblemOut)
def post_technical_problem(request: Any, data: TechnicalProblemIn) -> Any:
    """Post a technical problem; it is shared at once or later."""
    given = data.dict(exclude={"pairing", "asker", "papers"})
    asker = named.organisation_of(data.asker) if data.asker else None
    return actions.post_technical_problem(
        pairing_of(request, data.pairing),
        asker=asker,
        papers=papers_of(request, data.papers),
        by=request.member,
        **given,
    )


@router.post(
    "/technical-problems/{number}/share",
    response=TechnicalProblemOut,
    summary="Share a technical problem",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.share_technical_problem")
@idempotent(TechnicalProblemOut, status=200)
def share_technical_problem(request: Any, number: str) -> Any:
    """Show it to firms and experts of both sides."""
    return actions.share_technical_problem(_at_version(request, number), by=request.member)


@router.post(
    "/technical-problems/{number}/unshare",
    response=TechnicalProblemOut,
    summary="Share a technical problem no longer",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.unshare_technical_problem")
@idempotent(TechnicalProblemOut, status=200)
def unshare_technical_problem(request: Any, number: str) -> Any:
    """Undo of sharing, until somebody has answered."""
    return actions.unshare_technical_problem(_at_version(request, number), by=request.member)


@router.post(
    "/technical-problems/{number}/answers",
    response={201: TechnicalAnswerOut},
    summary="Answer a technical problem",
)
@may("pairing.answer_technical_problem")
@idempotent(TechnicalAnswerOut)
def answer_technical_problem(request: Any, number: str, data: TechnicalAnswerIn) -> Any:
    """Answer a problem of another; a unit with further steps prepares it so (``office/replies``)."""
    found = queries.problem_of(request.member, number)
    given = data.dict(exclude={"papers"})
    papers = papers_of(request, data.papers)
    made = actions.answer_technical_problem(found, papers=papers, by=request.member, **given)
    return queries.answer_on_its_way(made, request.member) if isinstance(made, Climb) else made


@router.post(
    "/technical-problems/{number}/answers/{answer}/accept",
    response=TechnicalProblemOut,
    summary="Accept an answer",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.accept_technical_answer")
@idempotent(TechnicalProblemOut, status=200)
def accept_technical_answer(request: Any, number: str, answer: Key) -> Any:
    """Take an answer: it is being tried."""
    found = _at_version(request, number)
    return actions.accept_technical_answer(found, queries.answer_of(found, answer), by=request.member)


@router.post(
    "/technical-problems/{number}/take-back-acceptance",
    response=TechnicalProblemOut,
    summary="Accept an answer no longer",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.take_back_technical_acceptance")
@idempotent(TechnicalProblemOut, status=200)
def take_back_technical_acceptance(request: Any, number: str) -> Any:
    """Say that the accepted answer did not do."""
    return actions.take_back_technical_acceptance(_at_version(request, number), by=request.member)


@router.post(
    "/technical-problems/{number}/result",
    response=TechnicalProblemOut,
    summary="Record what came of a technical problem",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.record_technical_result")
@idempotent(TechnicalProblemOut, status=200)
def record_technical_result(request: Any, number: str, data: TechnicalResultIn) -> Any:
    """Solved, in part or not; the effect in words and money; a rating."""
    found = _at_version(request, number)
    given = data.dict(exclude={"document", "papers", "activity"})
    activity = activities.activity_of(request.member, data.activity) if data.activity else None
    shown_by = papers_of(request, [*([data.document] if data.document else []), *data.papers])
    return actions.record_technical_result(
        found, activity=activity, papers=shown_by, by=request.member, **given
    )


@router.post(
    "/technical-problems/{number}/withdraw",
    response=TechnicalProblemOut,
    summary="Withdraw a technical problem",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.withdraw_technical_problem")
@idempotent(TechnicalProblemOut, status=200)
def withdraw_technical_problem(request: Any, number: str, data: ReasonIn) -> Any:
    """Withdraw one's own problem; its answers stay to be read."""
    return actions.withdraw_technical_problem(
        _at_version(request, number), reason=data.reason, by=request.member
    )


@router.post(
    "/technical-problems/{number}/reopen",
    response=TechnicalProblemOut,
    summary="Open a technical problem again",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.reopen_technical_problem")
@idempotent(TechnicalProblemOut, status=200)
def reopen_technical_problem(request: Any, number: str, data: ReasonIn) -> Any:
    """Its result is off the record, its answers stand."""
    return actions.reopen_technical_problem(
        _at_version(request, number), reason=data.reason, by=request.member
    )


def _at_version(request: Any, number: str) -> Any:
    """The problem, at the version that the caller has read."""
    found = queries.problem_of(request.member, number)
    if_match(request, found)
    return found
