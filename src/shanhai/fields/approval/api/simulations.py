"""Simulations of joint review for programs: asked for, watched, compared."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from ninja import Query, Schema
from pydantic import Field

from shanhai.core import sentences, tasks
from shanhai.fields.approval.actions import analysing
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import simulations as queries
from shanhai.fields.approval.rules.simulating import MOST_CASES, Asked
from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.webkit.api import Given, Key, Paged, idempotent, may, paged

Lever = Literal["deferred", "commitment", "regional", "abolished"]


class SimulationIn(Given):
    """What is simulated: a shipped regime (``zhejiang-90``) or a version of a catalogue (``LQ-ZJ90:2``), and by whom it is reviewed."""

    pairing: str = Field("", max_length=40)
    source: str = Field(queries.DEFAULT, max_length=60)
    mode: Literal["both", "joint", "serial"] = "both"
    cases: int = Field(1_000, ge=50, le=MOST_CASES)
    reviewers: int = Field(3, ge=1, le=50)
    load: float = Field(0.7, gt=0, lt=1)
    order: Literal["fifo", "slack"] = "fifo"
    levers: list[Lever] = Field(default_factory=list, max_length=4)
    seed: int = Field(1, ge=0, le=2**31)
    meeting_every: int = Field(0, ge=0, le=60)
    hours: float = Field(8.0, ge=1, le=24)
    other_hours: float = Field(2.0, ge=0, le=23)


class SimulatedSpanOut(Schema):
    """Working days; ``ci95`` of the mean."""

    mean: float
    median: float
    p90: float
    ci95: list[float] | None


class SimulatedSideOut(Schema):
    """Cases of one mode, and the longest path of each without a queue."""

    lead_wd: SimulatedSpanOut
    bound_wd: SimulatedSpanOut
    late_share: float
    late_ci95: list[float] | None


class SimulatedCutOut(Schema):
    """How much shorter joint review is in the mean, and the bound that no order of work can beat."""

    cut: float
    ci95: list[float] | None
    bound_cut: float
    bound_ci95: list[float] | None


class SimulatedLeverOut(Schema):
    """What a lever adds to all others that are on."""

    lever: str
    saved_wd: float
    cut: float
    ci95: list[float] | None


class SimulationOut(Schema):
    """A simulation: what was asked, how far it is, and what came out; simulated from stated assumptions."""

    id: int
    source: str
    asked: dict[str, Any]
    stage: str
    asked_at: dt.datetime
    why_failed: str
    simulated: bool = True
    serial: SimulatedSideOut | None
    joint: SimulatedSideOut | None
    cut: SimulatedCutOut | None
    levers: list[SimulatedLeverOut]
    assumptions: list[str]

    @staticmethod
    def resolve_source(row: Any) -> str:
        return str(row.args["source"])

    @staticmethod
    def resolve_asked(row: Any) -> Any:
        return row.args["asked"]

    @staticmethod
    def resolve_why_failed(row: Any) -> str:
        return sentences.said(row.refusal["sentence"], row.refusal["facts"]) if row.refusal else ""

    @staticmethod
    def resolve_serial(row: Any) -> Any:
        return (row.result or {}).get("serial")

    @staticmethod
    def resolve_joint(row: Any) -> Any:
        return (row.result or {}).get("joint")

    @staticmethod
    def resolve_cut(row: Any) -> Any:
        return (row.result or {}).get("cut")

    @staticmethod
    def resolve_levers(row: Any) -> Any:
        return (row.result or {}).get("levers", [])

    @staticmethod
    def resolve_assumptions(row: Any) -> list[str]:
        return [
            sentences.said(one["sentence"], one["facts"]) for one in (row.result or {}).get("assumptions", [])
        ]


@router.get("/simulations", response=Paged[SimulationOut], summary="Simulations of joint review")
@may("approval.view_analysis")
def list_simulations(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The simulations of a pairing, latest first."""
    found = queries.simulations_of(request.member, pairing_of(request, asked.pairing))
    return paged(found, ("-asked_at", "-id"), request)


@router.post("/simulations", response={201: SimulationOut}, summary="Have joint review simulated")
@may("approval.simulate_cases")
@idempotent(SimulationOut)
def simulate_cases(request: Any, data: SimulationIn) -> Any:
    """Joint beside serial review, with the bound and what each lever adds; a task, ask for it until its stage is done."""
    given = data.dict()
    pairing, source = pairing_of(request, given.pop("pairing")), given.pop("source")
    asked = Asked(**{**given, "levers": tuple(dict.fromkeys(given["levers"]))})
    return analysing.simulate_cases(pairing, source, asked=asked, by=request.member)


@router.get("/simulations/{id}", response=SimulationOut, summary="One simulation")
@may("approval.view_analysis")
def show_simulation(request: Any, id: Key, asked: Query[OfficeWhere]) -> Any:
    """One simulation of a pairing."""
    return queries.simulation_of(request.member, pairing_of(request, asked.pairing), id)


@router.post("/simulations/{id}/cancel", response=SimulationOut, summary="Stop a simulation")
@may("approval.simulate_cases")
@idempotent(SimulationOut, status=200)
def cancel_simulation(request: Any, id: Key, asked: Query[OfficeWhere]) -> Any:
    """Stop what the caller asked for: at once while it waits, else where it next looks."""
    run = queries.simulation_of(request.member, pairing_of(request, asked.pairing), id)
    return tasks.cancel_task(run, by=request.member)
