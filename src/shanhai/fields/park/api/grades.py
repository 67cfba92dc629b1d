"""Gradings for programs: drafted, published, objected to, final; rulings, and what grades bring."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, Papers, Text, pairing_of, papers_of
from shanhai.fields.park.actions import grades as actions
from shanhai.fields.park.actions import policies
from shanhai.fields.park.api.base import Code, router
from shanhai.fields.park.columns.grades import INSTRUMENTS
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import grades as queries
from shanhai.fields.park.rules import grades as rules
from shanhai.fields.registry.api.base import organisation_of
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
    paged,
)

Year = Annotated[int, Field(ge=2000, le=2100)]
Grade = Literal["A", "B", "C", "D"]
Instrument = Annotated[
    str, Field(max_length=20, json_schema_extra={"enum": [value for value, _en, _zh in INSTRUMENTS]})
]


class GradingOut(Schema):
    """The grading of a year."""

    number: str
    year: int
    stage: str
    published_on: Day | None
    objections_until: Day | None
    final_on: Day | None
    version: int


class GradingWhole(GradingOut):
    """The grading of a year with the values of the rulebook that it used, and how many have each grade."""

    rules: list[dict[str, Any]]
    tally: dict[str, int]

    @staticmethod
    def resolve_rules(row: Any) -> list[dict[str, Any]]:
        return list(row.stamps.values())

    @staticmethod
    def resolve_tally(row: Any) -> dict[str, int]:
        return queries.tally_of(row)


class AppealOut(Schema):
    """An objection to a grade, and what was decided."""

    stage: str
    text: str
    filed_on: Day
    decision: str
    decided_on: Day | None
    version: int


class GradeOut(Schema):
    """The grade of one enterprise with the ratios and points that it came of."""

    firm: str
    grade: str
    first_grade: str
    score: Decimal | None
    is_above_scale: bool
    pool: str
    group: str
    land_mu: Decimal
    ratios: dict[str, float]
    items: dict[str, float]
    exempt: str
    veto: str
    version: int

    @staticmethod
    def resolve_firm(row: Any) -> str:
        return row.firm.code

    @staticmethod
    def resolve_ratios(row: Any) -> dict[str, float]:
        return row.ratios_read

    @staticmethod
    def resolve_items(row: Any) -> dict[str, float]:
        return row.items_read


class DutyOut(Schema):
    """One line of the execution list."""

    department: str
    firm: str
    grade: str
    policy: str
    instrument: str
    value: Decimal | None
    unit: str

    @staticmethod
    def resolve_department(row: Any) -> str:
        return row.department_code

    @staticmethod
    def resolve_firm(row: Any) -> str:
        return row.firm.code

    @staticmethod
    def resolve_policy(row: Any) -> str:
        return row.policy.code

    @staticmethod
    def resolve_instrument(row: Any) -> str:
        return row.policy.instrument

    @staticmethod
    def resolve_value(row: Any) -> Decimal | None:
        return row.policy.value

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.policy.unit


@registers.schema(tables.GRADE_POLICIES.register, tables.GRADE_POLICIES.rows_of)
class GradePolicyOut(Schema):
    """What a grade brings."""

    version: int


class RulingOut(Schema):
    """What is ruled on an enterprise for a year."""

    year: int
    kind: str
    cause: str
    text: str
    withdrawn_on: Day | None
    version: int


class GradingIn(Given):
    """The year to grade."""

    pairing: str = Field("", max_length=40)
    year: Year


class AppealIn(Given):
    """The objection, with the numbers of its evidence."""

    text: Text
    papers: Papers = Field(default_factory=list)


class AppealDecisionIn(Given):
    """What is decided on an objection, and why."""

    is_upheld: bool
    decision: str = Field(min_length=1, max_length=300)


class RulingIn(Given):
    """A ruling on an enterprise for a year."""

    year: Year
    kind: rules.RulingKind
    cause: rules.Cause
    text: str = Field(min_length=1, max_length=280)


class GradePolicyIn(Given):
    """What a grade brings from a day on."""

    pairing: str = Field("", max_length=40)
    code: Code
    grade: Grade
    instrument: Instrument
    value: Decimal | None = Field(None, ge=-1_000_000, le=1_000_000, decimal_places=4)
    unit: str = Field("", max_length=20)
    text_zh: str = Field("", max_length=200)
    text_en: str = Field("", max_length=200)
    department: Code
    begins_on: Day
    ends_on: Day | None = None
    status: Literal["verified", "assumed"] = "assumed"
    source: str = Field("", max_length=200)


class PolicyPatch(Given):
    """What changes of a policy; null takes its value or its last day out."""

    value: Decimal | None = Field(None, ge=-1_000_000, le=1_000_000, decimal_places=4)
    unit: str | None = Field(None, max_length=20)
    text_zh: str | None = Field(None, max_length=200)
    text_en: str | None = Field(None, max_length=200)
    ends_on: Day | None = None
    status: Literal["verified", "assumed"] | None = None


class DutiesWhere(Schema):
    """Which lines of the execution list."""

    department: str = Field("", max_length=40)


@router.get("/gradings", response=Paged[GradingOut], summary="Gradings")
@may("park.view_grading")
def list_gradings(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The gradings of a pairing, latest year first."""
    found = queries.runs_of(request.member, pairing_of(request, asked.pairing))
    return paged(found.order_by(), ("-year", "-id"), request)


@router.get("/gradings/{number}", response=GradingWhole, summary="One grading")
@may("park.view_grading")
def show_grading(request: Any, response: HttpResponse, number: str) -> Any:
    """One grading with the values that it used; its version stands in ETag."""
    found = queries.run_of(request.member, number)
    etag(response, found)
    return found


@router.get("/gradings/{number}/grades", response=Paged[GradeOut], summary="Grades of a year")
@may("park.view_grading")
def list_grades(request: Any, number: str) -> Any:
    """All grades of a grading, highest tax per mu first."""
    run = queries.run_of(request.member, number)
    return paged(queries.grades_of(request.member, run).order_by(), ("-id",), request)


@router.get("/gradings/{number}/execution", response=list[DutyOut], summary="Execution list of a grading")
@may("park.view_grading")
def list_duties(request: Any, number: str, asked: Query[DutiesWhere]) -> Any:
    """Who carries out what the grades bring, by department."""
    return list(queries.duties_of(queries.run_of(request.member, number), asked.department))


@router.post("/gradings", response={201: GradingWhole}, summary="Grade a year")
@may("park.draft_grading")
@idempotent(GradingWhole)
def draft_grading(request: Any, data: GradingIn) -> Any:
    """Compute the grades of a year as a draft."""
    return actions.draft_grading(pairing_of(request, data.pairing), data.year, by=request.member)


@router.post(
    "/gradings/{number}/compute",
    response=GradingWhole,
    summary="Compute a grading anew",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.compute_again")
@idempotent(GradingWhole, status=200)
def compute_again(request: Any, number: str) -> Any:
    """From the figures of now, with the values of the rulebook that it keeps."""
    return actions.compute_again(_at_version(request, number), by=request.member)


@router.post(
    "/gradings/{number}/publish",
    response=GradingWhole,
    summary="Publish a grading",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.publish_grading")
@idempotent(GradingWhole, status=200)
def publish_grading(request: Any, number: str) -> Any:
    """Every enterprise is told, and may object until the day that the rulebook gives."""
    return actions.publish_grading(_at_version(request, number), by=request.member)


@router.post(
    "/gradings/{number}/finish",
    response=GradingWhole,
    summary="Make a grading final",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.finish_grading")
@idempotent(GradingWhole, status=200)
def finish_grading(request: Any, number: str) -> Any:
    """After its window, once every objection is decided."""
    return actions.finish_grading(_at_version(request, number), by=request.member)


@router.post(
    "/gradings/{number}/withdraw",
    response=GradingWhole,
    summary="Withdraw a grading",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.withdraw_grading")
@idempotent(GradingWhole, status=200)
def withdraw_grading(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """A grading that is not final; the list of enterprises shows the year before again."""
    return actions.withdraw_grading(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/gradings/{number}/grades/{firm}/object", response={201: AppealOut}, summary="Object to a grade"
)
@may("park.object_to_grade")
@idempotent(AppealOut)
def object_to_grade(request: Any, number: str, firm: str, data: AppealIn) -> Any:
    """Object to a published grade, with evidence."""
    grade = queries.grade_of(queries.run_of(request.member, number), firm)
    brought = papers_of(request, data.papers)
    return actions.object_to_grade(grade, text=data.text, papers=brought, by=request.member)


@router.post("/gradings/{number}/grades/{firm}/decide", response=AppealOut, summary="Decide on an objection")
@may("park.decide_appeal")
@idempotent(AppealOut, status=200)
def decide_appeal(request: Any, number: str, firm: str, data: AppealDecisionIn) -> Any:
    """Where it is upheld the grading is computed anew from the figures of now."""
    appeal = queries.appeal_of(queries.grade_of(queries.run_of(request.member, number), firm))
    return actions.decide_appeal(appeal, is_upheld=data.is_upheld, decision=data.decision, by=request.member)


@router.post("/firms/{code}/rulings", response={201: RulingOut}, summary="Rule on an enterprise for a year")
@may("park.rule_on_firm")
@idempotent(RulingOut)
def rule_on_firm(request: Any, code: str, data: RulingIn) -> Any:
    """D whatever its score, or not graded."""
    given = data.dict()
    firm = firms.firm_of(request.member, code)
    return actions.rule_on_firm(firm, given.pop("year"), by=request.member, **given)


@router.post("/firms/{code}/rulings/{year}/{kind}/withdraw", response=RulingOut, summary="Take a ruling back")
@may("park.withdraw_ruling")
@idempotent(RulingOut, status=200)
def withdraw_ruling(request: Any, code: str, year: Year, kind: rules.RulingKind, data: OfficeReasonIn) -> Any:
    """The next computing of the year leaves it out."""
    ruling = queries.ruling_of(firms.firm_of(request.member, code), year, kind)
    return actions.withdraw_ruling(ruling, reason=data.reason, by=request.member)


@router.get("/grade-policies", response=Paged[GradePolicyOut], summary="What grades bring")
@may("park.view_grading")
def list_policies(request: Any, asked: Query[OfficeWhere]) -> Any:
    """What grades bring in a pairing, by code."""
    found = queries.policies_of(pairing_of(request, asked.pairing))
    return registers.paged(GradePolicyOut, found.order_by(), ("code", "id"), request)


@router.post("/grade-policies", response={201: GradePolicyOut}, summary="Say what a grade brings")
@may("park.add_policy")
@idempotent(GradePolicyOut)
def add_policy(request: Any, data: GradePolicyIn) -> Any:
    """An instrument with its value, from a day on, carried out by a department."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    given["department"] = organisation_of(given["department"])
    return policies.add_policy(pairing, by=request.member, **given)


@router.patch(
    "/grade-policies/{code}", response=GradePolicyOut, summary="Change a policy", openapi_extra=CHANGES_A_ROW
)
@may("park.change_policy")
def change_policy(request: Any, response: HttpResponse, code: str, data: PolicyPatch) -> Any:
    """Change what it says, or end it."""
    found = queries.policy_of(request.member, code)
    if_match(request, found)
    policies.change_policy(found, by=request.member, **changes_in(data, "value", "ends_on"))
    etag(response, found)
    return found


def _at_version(request: Any, number: str) -> Any:
    """The grading, at the version that the caller has read."""
    found = queries.run_of(request.member, number)
    if_match(request, found)
    return found
