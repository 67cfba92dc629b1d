"""Portfolio plans for programs: asked for, watched, adopted, given free again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import sentences, tasks
from shanhai.fields.investment.actions import plans as actions
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.queries import planning
from shanhai.fields.investment.queries import plans as queries
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import planning as rules
from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.fields.park.queries import parks
from shanhai.webkit.api import CHANGES_A_ROW, Given, Paged, etag, idempotent, if_match, may, paged

Amount = Annotated[float, Field(ge=0, le=1e9)]


class PlanIn(Given):
    """What a plan is made for. ``land_mu`` has the limit of each year from this one on, null for none; left out: what the records say.

    Without ``energy_tce``, ``emission_t`` or ``budget`` there is no limit on it. Money in 10,000 yuan.
    """

    pairing: str = Field("", max_length=40)
    park: str = Field("", max_length=40)
    stages: list[lead_rules.LeadStage] = Field(default_factory=list, max_length=10)
    kinds: list[lead_rules.LeadKind] = Field(default_factory=list, max_length=10)
    cluster: str = Field("", max_length=40)
    without: list[str] = Field(default_factory=list, max_length=200)
    value: Literal["tax", "output", "investment", "jobs", "score"] = "tax"
    years: int = Field(1, ge=1, le=rules.MOST_YEARS)
    land_mu: list[Amount | None] | None = Field(None, max_length=rules.MOST_YEARS)
    energy_tce: Amount | None = None
    emission_t: Amount | None = None
    budget: Amount | None = None
    grant_percent: float = Field(0, ge=0, le=100)
    cost_per_mu: Amount = 0.0
    with_levelled: bool = False
    step_mu: float = Field(1, gt=0, le=1e6)
    step_tce: float = Field(1, gt=0, le=1e6)
    seconds: int = Field(60, ge=1, le=rules.MOST_SECONDS)


class PlanOut(Schema):
    """A plan as it stands in the list; ``value``, ``bound`` and ``gap`` once it is ready."""

    number: str
    pairing: str
    park: str
    is_ready: bool
    stage: str
    why_failed: str
    made_on: dt.date
    fingerprint: str
    asked: dict[str, Any]
    value: Decimal | None
    bound: Decimal | None
    gap: Decimal | None
    placed_n: int
    left_n: int
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_park(row: Any) -> str:
        return row.park.number

    @staticmethod
    def resolve_stage(row: Any) -> str:
        return "done" if row.is_ready else row.task.stage if row.task else "failed"

    @staticmethod
    def resolve_why_failed(row: Any) -> str:
        refused = row.task.refusal if row.task else None
        return sentences.said(refused["sentence"], refused["facts"]) if refused else ""


class PlanLineOut(Schema):
    """A lead that the plan places; ``takes`` is what it draws on the limits, ``phase`` 1 the year in which the plan was made."""

    position: int
    lead: str
    plots: list[str]
    phase: int
    value: Decimal
    score: Decimal
    takes: dict[str, float]
    adopted_on: dt.date | None
    released_on: dt.date | None
    version: int

    @staticmethod
    def resolve_lead(row: Any) -> str:
        return row.lead.number


class PlanLimitOut(Schema):
    """A limit, what the plan uses of it, and where it binds what ``step`` more brings, found by solving again."""

    limit: str
    phase: int | None
    given: float
    used: float
    is_binding: bool
    price: float | None = None
    step: float | None = None
    gain: float | None = None
    gain_at_least: float | None = None
    gain_at_most: float | None = None


class PlanLeftOut(Schema):
    """A lead that stays out, why, and the most that any plan with it brings (null: there is none)."""

    lead: str
    reasons: list[str]
    codes: list[str]
    most_with_it: float | None


class PlanChangedOut(Schema):
    """What of the records is other than when the plan was made."""

    is_any: bool
    leads_new: list[str]
    leads_gone: list[str]
    leads_other: list[str]
    plots_new: list[str]
    plots_gone: list[str]
    plots_other: list[str]
    rules: bool


class PlanWhole(PlanOut):
    """A plan with its lines, limits, what stays out, and whether its records have changed since."""

    solver: str
    seconds: float
    is_stopped: bool
    lines: list[PlanLineOut]
    limits: list[PlanLimitOut]
    unplaced: list[PlanLeftOut]
    changed: PlanChangedOut | None

    @staticmethod
    def resolve_solver(row: Any) -> str:
        return str(row.result.get("solver", ""))

    @staticmethod
    def resolve_seconds(row: Any) -> float:
        return float(row.result.get("seconds", 0))

    @staticmethod
    def resolve_is_stopped(row: Any) -> bool:
        return bool(row.result.get("stopped", False))

    @staticmethod
    def resolve_lines(row: Any) -> list[Any]:
        return queries.lines_of(row)

    @staticmethod
    def resolve_limits(row: Any) -> list[dict[str, Any]]:
        binding = {(one["limit"], one["phase"]): one for one in row.result.get("binding", [])}
        return [
            {"is_binding": (one["limit"], one["phase"]) in binding, **binding.get((one["limit"], one["phase"]), {}), **one}
            for one in row.result.get("limits", [])
        ]  # fmt: skip

    @staticmethod
    def resolve_unplaced(row: Any) -> list[dict[str, Any]]:
        return [
            {
                "lead": one["lead"],
                "reasons": [sentences.reason(rules.reason_of(why)) for why in one["reasons"]],
                "codes": [why["code"] for why in one["reasons"]],
                "most_with_it": one["most_with_it"],
            }
            for one in row.result.get("unplaced", [])
        ]

    @staticmethod
    def resolve_changed(row: Any) -> Any:
        return planning.changed_since(row) if row.is_ready else None


class PlanPreviewOut(Schema):
    """What would go in: leads and plots, leads without the facts that are needed, and those that have land already."""

    leads: list[str]
    plots: list[str]
    land_mu: Decimal
    asked_mu: Decimal
    missing: dict[str, list[str]]
    kept: dict[str, list[str]]
    fingerprint: str


@router.get("/plans", response=Paged[PlanOut], summary="Portfolio plans")
@may("investment.view_plans")
def list_plans(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The plans that the caller sees, latest first."""
    found = queries.plans_of(request.member, pairing_of(request, asked.pairing))
    return paged(found, ("-made_on", "-id"), request)


@router.post("/plans", response={201: PlanOut}, summary="Have a portfolio planned")
@may("investment.make_plan")
@idempotent(PlanOut)
def make_plan(request: Any, data: PlanIn) -> Any:
    """From the records of a park; a task, ask for the plan until its stage is done."""
    park, asked = _asked(request, data)
    return actions.make_plan(park, asked, by=request.member)


@router.post("/plan-preview", response=PlanPreviewOut, summary="What a plan would be made from")
@may("investment.make_plan")
def preview_plan(request: Any, data: PlanIn) -> Any:
    """Nothing is written."""
    park, asked = _asked(request, data)
    rules.check_asked(asked)
    found = planning.preview(request.member, park, asked)
    return {
        "leads": [one.number for one in found.leads],
        "plots": [one.number for one in found.places],
        "land_mu": found.land_mu,
        "asked_mu": found.asked_mu,
        "missing": {one.number: list(names) for one, names in found.missing},
        "kept": {one.number: list(numbers) for one, numbers in found.kept},
        "fingerprint": rules.fingerprint(found.inputs.as_plain()),
    }


@router.get("/plans/{number}", response=PlanWhole, summary="One portfolio plan")
@may("investment.view_plans")
def show_plan(request: Any, response: HttpResponse, number: str) -> Any:
    """With its lines, limits, and what stays out; its version stands in ETag."""
    found = queries.plan_of(request.member, number)
    etag(response, found)
    return found


@router.post(
    "/plans/{number}/adopt", response=PlanWhole, summary="Adopt a whole plan", openapi_extra=CHANGES_A_ROW
)
@may("investment.adopt_plan")
@idempotent(PlanWhole, status=200)
def adopt_plan(request: Any, number: str) -> Any:
    """Every plot is reserved for its lead, or none is."""
    found = _at_version(request, number)
    actions.adopt_plan(found, by=request.member)
    return found


@router.post(
    "/plans/{number}/release",
    response=PlanWhole,
    summary="Release what a plan reserved",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.release_plan")
@idempotent(PlanWhole, status=200)
def release_plan(request: Any, number: str) -> Any:
    """All of it."""
    found = _at_version(request, number)
    actions.release_plan(found, by=request.member)
    return found


@router.post(
    "/plans/{number}/lines/{lead}/adopt",
    response=PlanLineOut,
    summary="Adopt a line of a plan",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.adopt_line")
@idempotent(PlanLineOut, status=200)
def adopt_plan_line(request: Any, number: str, lead: str) -> Any:
    """If-Match carries the version of the line."""
    line = queries.line_of(queries.plan_of(request.member, number), lead)
    if_match(request, line)
    return actions.adopt_line(line, by=request.member)


@router.post(
    "/plans/{number}/lines/{lead}/release",
    response=PlanLineOut,
    summary="Release the land of a line",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.release_line")
@idempotent(PlanLineOut, status=200)
def release_plan_line(request: Any, number: str, lead: str) -> Any:
    """If-Match carries the version of the line."""
    line = queries.line_of(queries.plan_of(request.member, number), lead)
    if_match(request, line)
    return actions.release_line(line, by=request.member)


@router.post("/plans/{number}/cancel", response=PlanOut, summary="Stop making a plan")
@may("investment.make_plan")
@idempotent(PlanOut, status=200)
def cancel_plan(request: Any, number: str) -> Any:
    """What the caller asked for: at once while it waits, else where it next looks."""
    found = queries.plan_of(request.member, number)
    if found.task is not None:
        tasks.cancel_task(found.task, by=request.member)
    return found


def _at_version(request: Any, number: str) -> Any:
    found = queries.plan_of(request.member, number)
    if_match(request, found)
    return found


def _asked(request: Any, data: PlanIn) -> tuple[Any, rules.Asked]:
    """The park and what is asked; land limits that nobody gave are those that the records suggest."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    park = parks.park_chosen(request.member, pairing, given.pop("park"))
    if given["land_mu"] is None:
        given["land_mu"] = planning.suggested(request.member, park, given["years"])["land_mu"]
    return park, rules.asked_of(
        {name: list(one) if isinstance(one, tuple) else one for name, one in given.items()}
    )
