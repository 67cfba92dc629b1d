"""How cases ran, for programs: those of this zone, and logs that are brought."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.core import sentences, tasks
from shanhai.fields.approval.actions import analysing
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import analyses
from shanhai.fields.approval.rules.log_analysis import Rule, orders_in
from shanhai.fields.office.api.base import pairing_of
from shanhai.webkit.api import FormText, Key, Paged, idempotent, may, paged


class DurationsOut(Schema):
    """``n`` durations in seconds by the calendar; of own cases that are counted in working days, a day is 86,400 s too."""

    n: int
    mean_s: float
    median_s: float
    p90_s: float


class FlowStepOut(Schema):
    """One step; ``since_s`` is the time since the event before, summed."""

    name: str
    events: int
    cases: int
    repeats: int
    since_s: float
    waiting: DurationsOut | None
    working: DurationsOut | None


class FlowFollowOut(Schema):
    """That one step came right after another."""

    from_: str = Field(alias="from")
    to: str
    count: int
    mean_s: float
    median_s: float
    p90_s: float
    total_s: float


class FlowPathOut(Schema):
    """A path of steps, its first twelve."""

    cases: int
    activities: list[str]
    length: int


class FlowGainOut(Schema):
    """How much of the saving comes from a step that no longer holds others up."""

    activity: str
    gain_s: float
    share: float


class FlowOrderOut(Schema):
    """That one step waits for another."""

    before: str
    after: str
    seen: int
    reversed: int
    declared: bool


class FlowPotentialOut(Schema):
    """What joint review would have taken; reckoned, not measured."""

    cases: int
    median_s_now: float
    median_s_joint: float
    median_s_bound: float
    cut: float
    cut_of_means: float
    gains: list[FlowGainOut]
    order_rules: list[FlowOrderOut]


class FlowOut(Schema):
    """How cases ran; lists are cut off where people stop reading, the command ``approval analyse`` gives all."""

    cases: int
    events: int
    activities: int
    variants: int
    lead_time: DurationsOut
    reworked_cases: int
    working_share: float | None
    steps: list[FlowStepOut]
    directly_follows: list[FlowFollowOut]
    bottlenecks: list[FlowFollowOut]
    paths: list[FlowPathOut]
    potential: FlowPotentialOut | None


class OwnFlowOut(Schema):
    """How the closed cases of a catalogue ran, by days, and how their working days counted."""

    catalogue: str
    days: str = Field(description="In which days times are counted: working or calendar.")
    cases: int
    is_cut_off: bool
    calendar_days: int
    government_days: int
    owner_days: int
    standing: str
    flow: FlowOut | None


class OwnFlowWhere(Schema):
    """Which cases, and by which orders joint review is reckoned."""

    pairing: str = Field("", max_length=40)
    catalogue: str = Field("", max_length=40)
    mode: Literal["", "joint", "serial"] = ""
    days: Literal["working", "calendar"] = "working"
    orders: Literal["log", "catalogue"] = "log"
    free_from: float = Field(0.0, ge=0, lt=1)


class LogRunOut(Schema):
    """The analysis of a log that was brought: how far it is, and what came out or why it was refused."""

    id: int
    file: str
    stage: str
    done: int
    total: int | None
    asked_at: dt.datetime
    why_failed: str
    flow: FlowOut | None

    @staticmethod
    def resolve_file(row: Any) -> str:
        return str(row.facts.get("file", ""))

    @staticmethod
    def resolve_why_failed(row: Any) -> str:
        return sentences.said(row.refusal["sentence"], row.refusal["facts"]) if row.refusal else ""

    @staticmethod
    def resolve_flow(row: Any) -> Any:
        return row.result


class LogIn(Schema):
    """The pairing, unusual names of columns, and the rule of orders; ``orders`` is text: before,after or before,after,no a line."""

    pairing: FormText = Field("", max_length=40)
    case: FormText = Field("", max_length=200)
    activity: FormText = Field("", max_length=200)
    time: FormText = Field("", max_length=200)
    orders: FormText = Field("", max_length=200_000)
    only_declared: bool = False
    free_from: float = Field(0.0, ge=0, lt=1)


@router.get("/flow", response=OwnFlowOut, by_alias=True, summary="How the closed cases of this zone ran")
@may("approval.view_analysis")
def show_own_flow(request: Any, asked: Query[OwnFlowWhere]) -> Any:
    """What follows what, where time goes, and what joint review would have taken; of at most 1,000 cases, the latest."""
    wanted = analyses.OwnWanted(asked.catalogue, asked.mode, asked.days, asked.orders, asked.free_from)
    found = analyses.own_flow(request.member, pairing_of(request, asked.pairing), wanted)
    names = ("catalogue", "days", "is_cut_off", "calendar_days", "government_days", "owner_days", "standing")
    return {name: getattr(found, name) for name in names} | {"cases": found.n, "flow": found.told}


@router.get("/logs", response=Paged[LogRunOut], by_alias=True, summary="Logs that the caller had analysed")
@may("approval.view_analysis")
def list_log_analyses(request: Any) -> Any:
    """The analyses that the caller asked for, latest first."""
    return paged(analyses.runs_of(request.member), ("-asked_at", "-id"), request)


@router.post("/logs", response={201: LogRunOut}, by_alias=True, summary="Have a log analysed")
@may("approval.analyse_log")
@idempotent(LogRunOut)
def analyse_log(request: Any, file: File[UploadedFile], data: Form[LogIn]) -> Any:
    """XES, CSV, Parquet or OCEL 2.0, also packed by gzip; a task reads it, ask for it again until its stage is done."""
    rule = Rule(orders_in(data.orders) if data.orders else (), data.only_declared, data.free_from)
    return analysing.analyse_log(
        pairing_of(request, data.pairing),
        file,
        file_name=file.name or "",
        columns=(data.case, data.activity, data.time),
        rule=rule,
        by=request.member,
    )


@router.get("/logs/{id}", response=LogRunOut, by_alias=True, summary="The analysis of a log")
@may("approval.view_analysis")
def show_log_analysis(request: Any, id: Key) -> Any:
    """One analysis that the caller asked for."""
    return analyses.run_of(request.member, id)


@router.post("/logs/{id}/cancel", response=LogRunOut, by_alias=True, summary="Stop the analysis of a log")
@may("approval.analyse_log")
@idempotent(LogRunOut, status=200)
def cancel_log_analysis(request: Any, id: Key) -> Any:
    """Stop it: at once while it waits, else where it next looks."""
    return tasks.cancel_task(analyses.run_of(request.member, id), by=request.member)
