"""Officers seconded to the other side: term, tasks, appraisals, handover."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core.models import Stay
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.api.base import Code, ReasonIn, Where, pairing_of, router, row_schema
from shanhai.fields.pairing.models import Secondment
from shanhai.fields.pairing.queries import named, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Key, Paged, etag, idempotent, if_match, may


@row_schema(tables.SECONDMENTS)
class SecondmentOut(Schema):
    """An officer of one side in a post of the other for a term."""

    name_zh: str
    name_en: str
    version: int

    @staticmethod
    def resolve_name_zh(row: Any) -> str:
        return row.stay.person.name_zh

    @staticmethod
    def resolve_name_en(row: Any) -> str:
        return row.stay.person.name_en


class OfficerTaskOut(Schema):
    """What the officer is to do there, and what came of it."""

    id: int
    title: str
    title_en: str
    due_on: dt.date | None
    done_on: dt.date | None
    outcome: str
    outcome_en: str
    version: int


class AppraisalOut(Schema):
    """A half-yearly or final appraisal, due on a day."""

    id: int
    is_final: bool
    due_on: dt.date
    given_on: dt.date | None
    grade: str
    text: str
    version: int


class SecondmentWhole(SecondmentOut):
    """A secondment with tasks and appraisals."""

    tasks: list[OfficerTaskOut]
    appraisals: list[AppraisalOut]

    @staticmethod
    def resolve_tasks(row: Any) -> list[Any]:
        return list(row.stay.tasks.all())

    @staticmethod
    def resolve_appraisals(row: Any) -> list[Any]:
        return list(row.stay.appraisals.all())


class SecondmentsWhere(Where):
    """Which secondments."""

    stage: Stay.Stage | None = None
    sort: Literal["from_on", "to_on"] = "from_on"


class FirstTaskIn(Given):
    """Something to do there from the beginning; its English can come with a task that is given later."""

    title: str = Field(min_length=1, max_length=200)
    due_on: Day | None = None


class OfficerTaskIn(Given):
    """Something to do there."""

    title: str = Field(min_length=1, max_length=200)
    title_en: str = Field("", max_length=200)
    due_on: Day | None = None


class SecondmentIn(Given):
    """An officer to send to a post of the other side; the host unit appraises."""

    pairing: str = Field("", max_length=40)
    code: Code
    person: Code
    host_unit: Code
    host_post: str = Field(min_length=1, max_length=120)
    host_post_en: str = Field("", max_length=160)
    profession: Secondment.Profession = "cadre"  # type: ignore[assignment]
    from_on: Day
    to_on: Day | None = Field(None, description="Else the usual term of the rulebook.")
    tasks: list[FirstTaskIn] = Field(default_factory=list, max_length=50)


class OutcomeIn(Given):
    """What came of a task."""

    on: Day
    outcome: str = Field(min_length=1, max_length=2000)


class AppraisalIn(Given):
    """An appraisal by the side that hosts; once given it stands."""

    grade: Literal["excellent", "competent", "basic", "failed"]
    text: str = Field(min_length=1, max_length=4000)
    on: Day


class ProlongIn(ReasonIn):
    """The new last day, and why."""

    to_on: Day


class HandoverIn(Given):
    """The last day, who takes over, and what was handed over."""

    on: Day
    successor: Code
    handover: str = Field(min_length=1, max_length=4000)


@router.get("/secondments", response=Paged[SecondmentOut], summary="Seconded officers")
@may("pairing.view_secondments")
def list_secondments(request: Any, asked: Query[SecondmentsWhere]) -> Any:
    """Officers seconded in both directions in a pairing and those nested in it."""
    found = queries.secondments_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage:
        found = found.filter(stay__stage=asked.stage)
    return registers.paged(SecondmentOut, found, queries.SECONDMENT_SORTS[asked.sort], request)


@router.get("/secondments/{code}", response=SecondmentWhole, summary="One seconded officer")
@may("pairing.view_secondments")
def show_secondment(request: Any, response: HttpResponse, code: str) -> Any:
    """One secondment with tasks and appraisals; its version stands in ETag."""
    found = queries.secondment_of(request.member, code)
    etag(response, found)
    return found


@router.post("/secondments", response={201: SecondmentWhole}, summary="Second an officer")
@may("pairing.second_officer")
@idempotent(SecondmentWhole)
def second_officer(request: Any, data: SecondmentIn) -> Any:
    """Send an officer to the other side; appraisals are due each half-year and at the end."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    unit = named.unit_of(pairing, given.pop("host_unit"))
    given["person"] = named.member_of(pairing, data.person)
    given["tasks"] = [(one.title, one.due_on) for one in data.tasks]
    actions.second_officer(pairing, host=unit.organisation, host_unit=unit, by=request.member, **given)
    return queries.secondment_of(request.member, data.code)


@router.post("/secondments/{code}/tasks", response={201: OfficerTaskOut}, summary="Give an officer a task")
@may("pairing.give_officer_task")
@idempotent(OfficerTaskOut)
def give_officer_task(request: Any, code: str, data: OfficerTaskIn) -> Any:
    """One more task there."""
    found = queries.secondment_of(request.member, code)
    return actions.give_officer_task(found, by=request.member, **data.dict())


@router.post(
    "/secondments/{code}/tasks/{id}/finish",
    response=OfficerTaskOut,
    summary="Write what came of a task",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.finish_officer_task")
@idempotent(OfficerTaskOut, status=200)
def finish_officer_task(request: Any, code: str, id: Key, data: OutcomeIn) -> Any:
    """Say that it is done; If-Match names the version of the task."""
    found = queries.secondment_of(request.member, code)
    task = registered.task_of(found, id)
    if_match(request, task)
    return actions.finish_officer_task(found, task, by=request.member, **data.dict())


@router.post(
    "/secondments/{code}/appraisals/{id}",
    response=AppraisalOut,
    summary="Appraise an officer",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.appraise")
@idempotent(AppraisalOut, status=200)
def appraise(request: Any, code: str, id: Key, data: AppraisalIn) -> Any:
    """Appraise as the side that hosts; If-Match names the version of the appraisal."""
    found = queries.secondment_of(request.member, code)
    appraisal = registered.appraisal_of(found, id)
    if_match(request, appraisal)
    return actions.appraise(found, appraisal, by=request.member, **data.dict())


@router.post(
    "/secondments/{code}/prolong",
    response=SecondmentWhole,
    summary="Give a secondment another last day",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.prolong_secondment")
@idempotent(SecondmentWhole, status=200)
def prolong_secondment(request: Any, code: str, data: ProlongIn) -> Any:
    """Prolong or shorten it; the final appraisal moves with it."""
    found = _at_version(request, code)
    actions.prolong_secondment(found, to_on=data.to_on, reason=data.reason, by=request.member)
    return queries.secondment_of(request.member, code)


@router.post(
    "/secondments/{code}/hand-over",
    response=SecondmentWhole,
    summary="Hand over and end a secondment",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.end_secondment")
@idempotent(SecondmentWhole, status=200)
def end_secondment(request: Any, code: str, data: HandoverIn) -> Any:
    """End it: only with a successor and what was handed over."""
    found = _at_version(request, code)
    actions.end_secondment(
        found,
        on=data.on,
        successor=named.member_of(found.pairing, data.successor),
        handover=data.handover,
        by=request.member,
    )
    return queries.secondment_of(request.member, code)


@router.post(
    "/secondments/{code}/cancel",
    response=SecondmentWhole,
    summary="Call off a secondment",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.cancel_secondment")
@idempotent(SecondmentWhole, status=200)
def cancel_secondment(request: Any, code: str, data: ReasonIn) -> Any:
    """Call off one that has not begun."""
    actions.cancel_secondment(_at_version(request, code), reason=data.reason, by=request.member)
    return queries.secondment_of(request.member, code)


def _at_version(request: Any, code: str) -> Any:
    """The secondment, at the version that the caller has read."""
    return if_match(request, queries.secondment_of(request.member, code))
