"""Reporting rounds: written, opened, changed, reminded of, merged, taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any, BinaryIO, cast

from django.http import HttpResponse
from ninja import File, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.core.models import Pairing
from shanhai.core.queries import pairings
from shanhai.fields.office import actions
from shanhai.fields.office.api.base import Codes, PeriodText, RoundNumber, round_at, router
from shanhai.fields.office.api.told import PersonReached
from shanhai.fields.office.queries import merged, round_reach, told, workbooks
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, may, paged


class QuestionShape(Given):
    """One question of a form, and what its accepted values count for."""

    code: str = Field(min_length=1, max_length=40)
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    type: str = Field("decimal", json_schema_extra={"enum": list(rules.TYPES)}, max_length=8)
    unit: str = Field("", max_length=20)
    is_required: bool = True
    least: int | None = Field(None, ge=-(10**17), le=10**17)
    most: int | None = Field(None, ge=-(10**17), le=10**17)
    feeds: str = Field("", max_length=1000, description="Code of a commitment or indicator, or UNIT:CODE ...")


class LineShape(Given):
    """A fixed row of a form."""

    code: str = Field(min_length=1, max_length=40)
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    unit: str = Field("", max_length=40, description="Code of the only unit that has it; empty for all.")


class RoundOut(Schema):
    """A round: what is asked, for which period, by when, and what merging did."""

    number: str
    pairing: str
    office: str | None
    name_zh: str
    name_en: str
    period: str
    due_on: dt.date
    stage: str
    repeats: str
    previous: str | None
    form_version: int
    about: str
    merged_at: dt.datetime | None
    workbook: int | None
    outcomes: list[dict[str, Any]]
    standing: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_office(row: Any) -> str | None:
        return row.owner_unit.code if row.owner_unit else None

    @staticmethod
    def resolve_previous(row: Any) -> str | None:
        return row.previous.number if row.previous else None

    @staticmethod
    def resolve_workbook(row: Any) -> int | None:
        return row.workbook_id


class RoundWhole(RoundOut):
    """A round with its form."""

    questions: list[QuestionShape]
    lines: list[LineShape]

    @staticmethod
    def resolve_questions(row: Any) -> list[rules.Question]:
        return queries.questions_of(row)

    @staticmethod
    def resolve_lines(row: Any) -> list[rules.Line]:
        return queries.lines_of(row)


class RoundIn(Given):
    """A round to write. Nobody is asked before it is opened."""

    pairing: str = Field("", max_length=40, description="The one chosen on the pages where left out.")
    number: RoundNumber | None = Field(None, description="The next free one where left out.")
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    period: PeriodText
    due_on: Day
    questions: list[QuestionShape] = Field(min_length=1, max_length=rules.MOST_COLUMNS)
    lines: list[LineShape] = Field(default_factory=list, max_length=rules.MOST_CELLS)
    units: Codes
    repeats: str = Field("", json_schema_extra={"enum": list(rules.REPEATS)}, max_length=8)
    about: str = Field("", max_length=500)
    previous: RoundNumber | None = Field(
        None, description="The round whose values units see beside their own."
    )


class FormIn(Given):
    """What is asked from now on."""

    questions: list[QuestionShape] = Field(min_length=1, max_length=rules.MOST_COLUMNS)


class DueIn(Given):
    """The due day."""

    due_on: Day


class WhyIn(Given):
    """Why; the units read it."""

    reason: str = Field(min_length=1, max_length=300)


class RoundToldOut(Schema):
    """Whom something reached."""

    n: int


class ReachedOut(Schema):
    """A unit that owes its answer, and how many people a reminder reaches there."""

    unit: str
    organisation: str
    stage: str
    people: int


class OutcomeOut(Schema):
    """What merging does about one target, and which source wins."""

    target: str
    reported: str
    recorded: str
    adds: str
    winner: str
    reason: str


class PreviewOut(Schema):
    """What merging would do."""

    accepted: int
    left_out: list[str]
    figure_wins: str
    outcomes: list[OutcomeOut]


@router.get("/rounds", response=Paged[RoundOut], summary="Rounds by due day")
@may("office.view_rounds")
def list_rounds(request: Any, pairing: str = Query("", max_length=40)) -> Any:
    """The rounds of a pairing that the caller sees, latest due first."""
    found = queries.rounds_of(request.member, _pairing(request, pairing)).select_related("previous")
    return paged(found, ("-due_on", "-id"), request)


@router.get("/rounds/{number}", response=RoundWhole, summary="One round")
@may("office.view_rounds")
def show_round(request: Any, response: HttpResponse, number: str) -> Any:
    """One round with its form; its version stands in ETag."""
    found = queries.round_of(request.member, number[:40])
    etag(response, found)
    return found


@router.post("/rounds", response={201: RoundOut}, summary="Write a round")
@may("office.draft_round")
@idempotent(RoundOut)
def draft_round(request: Any, data: RoundIn) -> Any:
    """Write what is asked of whom."""
    pairing = _pairing(request, data.pairing)
    return actions.draft_round(
        pairing,
        number=data.number or "",
        name_zh=data.name_zh,
        name_en=data.name_en,
        period=data.period,
        due_on=data.due_on,
        questions=_questions(data.questions),
        lines=[rules.Line(**line.dict()) for line in data.lines],
        units=queries.units_by_code(pairing, data.units),
        repeats=data.repeats,
        about=data.about,
        previous=queries.round_of(request.member, data.previous) if data.previous else None,
        by=request.member,
    )


class RoundFormOut(Schema):
    """A form as a workbook has it: what ``POST /rounds`` takes as questions and lines."""

    title: str
    questions: list[QuestionShape]
    lines: list[LineShape]


@router.post("/round-forms/read", response=RoundFormOut, summary="Read the form of a workbook")
@may("office.draft_round")
def read_round_form(request: Any, file: File[UploadedFile]) -> Any:
    """Questions and fixed rows of a table that the office has; nothing is written."""
    asks = workbooks.read_form(cast(BinaryIO, file.file), file.name or "file.csv")
    return {"title": asks.title, "questions": map(asdict, asks.questions), "lines": map(asdict, asks.lines)}


@router.post("/rounds/{number}/open", response=RoundOut, summary="Open a round", openapi_extra=CHANGES_A_ROW)
@may("office.open_round")
@idempotent(RoundOut, status=200)
def open_round(request: Any, number: str) -> Any:
    """Ask the units."""
    return actions.open_round(round_at(request, number), by=request.member)


@router.put("/rounds/{number}/form", response=RoundWhole, summary="Change the form")
@may("office.change_round_form")
def change_round_form(request: Any, response: HttpResponse, number: str, data: FormIn) -> Any:
    """Change what is asked; answers that lack a new question go back to their units."""
    found = round_at(request, number)
    actions.change_round_form(found, questions=_questions(data.questions), by=request.member)
    etag(response, found)
    return found


@router.patch("/rounds/{number}", response=RoundOut, summary="Move the due day")
@may("office.extend_round")
def extend_round(request: Any, response: HttpResponse, number: str, data: DueIn) -> Any:
    """Give the units more time, or less."""
    found = round_at(request, number)
    actions.extend_round(found, due_on=data.due_on, by=request.member)
    etag(response, found)
    return found


@router.post(
    "/rounds/{number}/call-off", response=RoundOut, summary="Call a round off", openapi_extra=CHANGES_A_ROW
)
@may("office.call_off_round")
@idempotent(RoundOut, status=200)
def call_off_round(request: Any, number: str, data: WhyIn) -> Any:
    """Nobody need answer it any more."""
    return actions.call_off_round(round_at(request, number), reason=data.reason, by=request.member)


@router.get("/rounds/{number}/missing", response=list[ReachedOut], summary="Who is missing")
@may("office.view_rounds")
def list_missing(request: Any, number: str) -> Any:
    """The units that owe their answer: whom a reminder would reach."""
    return [
        {
            "unit": row.answer.unit.code,
            "organisation": row.answer.unit.organisation.code,
            "stage": row.answer.stage,
            "people": len(row.members),
        }
        for row in queries.missing(queries.round_of(request.member, number[:40]))
    ]


@router.get("/rounds/{number}/reach", response=list[PersonReached], summary="Whom reminding would reach")
@may("office.remind_missing")
def list_reached(request: Any, number: str) -> Any:
    """By name: how and when, and who was reminded lately and is left in peace."""
    found = round_reach.reach_of(queries.round_of(request.member, number[:40]))
    return [told.reached_row(one, found) for one in found.people]


@router.post("/rounds/{number}/remind", response=RoundToldOut, summary="Remind all missing units")
@may("office.remind_missing")
@idempotent(RoundToldOut, status=200)
def remind_missing(request: Any, number: str) -> Any:
    """Who was reminded lately is not told again."""
    n = actions.remind_missing(queries.round_of(request.member, number[:40]), by=request.member)
    return RoundToldOut(n=n)


@router.post("/rounds/{number}/accept", response=RoundToldOut, summary="Accept all confirmed answers")
@may("office.accept_confirmed")
@idempotent(RoundToldOut, status=200)
def accept_confirmed(request: Any, number: str) -> Any:
    """Accept what units have confirmed, as it is."""
    n = actions.accept_confirmed(queries.round_of(request.member, number[:40]), by=request.member)
    return RoundToldOut(n=n)


@router.get("/rounds/{number}/merge", response=PreviewOut, summary="What merging would do")
@may("office.merge_round")
def preview_merge(request: Any, number: str) -> Any:
    """What counts for what, where sources differ and which wins, and who is left out."""
    found = merged.preview_of(queries.round_of(request.member, number[:40]))
    return {
        "accepted": found.accepted,
        "left_out": [answer.unit.code for answer in found.left_out],
        "figure_wins": found.rule,
        "outcomes": found.outcomes,
    }


@router.post(
    "/rounds/{number}/merge", response=RoundOut, summary="Merge a round", openapi_extra=CHANGES_A_ROW
)
@may("office.merge_round")
@idempotent(RoundOut, status=200)
def merge_round(request: Any, number: str) -> Any:
    """One workbook, and accepted values into the records."""
    return actions.merge_round(round_at(request, number), by=request.member)


@router.post(
    "/rounds/{number}/unmerge", response=RoundOut, summary="Take a merging back", openapi_extra=CHANGES_A_ROW
)
@may("office.take_back_merging")
@idempotent(RoundOut, status=200)
def take_back_merging(request: Any, number: str, data: WhyIn) -> Any:
    """Withdraw what was recorded; the round is open again."""
    return actions.take_back_merging(round_at(request, number), reason=data.reason, by=request.member)


def _questions(given: list[QuestionShape]) -> list[rules.Question]:
    return [rules.Question(**one.dict()) for one in given]


def _pairing(request: Any, code: str) -> Pairing:
    if code:
        found = pairings.pairings_of(request.member).filter(code=code).first()
        if found is not None:
            return found
        raise NotFound(
            "office.no_pairing",
            gettext_noop("There is no pairing {pairing} that you may see. Correct the code."),
            pairing=code,
        )
    if request.pairing is None:
        raise NotFound(
            "core.no_pairing",
            gettext_noop(
                "You have no seat in any pairing yet. Ask the administrator to give your organisation one."
            ),
        )
    return request.pairing
