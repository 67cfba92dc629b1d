"""The way of projects for programs: the board, those that stand still, the ledger, the log, the team, what was promised."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Query, Schema
from pydantic import Field

from shanhai.core import clock
from shanhai.fields.investment import rules
from shanhai.fields.investment.actions import capacity, project_steps, service_teams, stalls
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.api.projects import Fen, ProjectWhole, at_version
from shanhai.fields.investment.queries import evidence, projects
from shanhai.fields.investment.queries import ledger as ledgers
from shanhai.fields.investment.queries import pipeline as queries
from shanhai.fields.investment.queries import stall_registers as tables
from shanhai.fields.investment.rules import pipeline
from shanhai.fields.office.api.base import Key, OfficeWhere, pairing_of, papers_of
from shanhai.fields.registry.api.base import member_of, unit_of
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, idempotent, may

Code = Annotated[str, Field(max_length=60)]
Place = Annotated[int, Field(ge=1, le=10**6)]


class ProjectColumnOut(Schema):
    """A column of the board: a stage, its projects, their investment, and how many stand still."""

    stage: rules.ProjectStage
    n: int
    investment_fen: int
    stalled: int


class ProjectPartOut(Schema):
    """What a side books of the projects; the parts add up to the whole."""

    side: str
    n: float
    investment_fen: int


class ProjectBoardOut(Schema):
    """All stages in their order, and whose the projects are."""

    columns: list[ProjectColumnOut]
    sides: list[ProjectPartOut]


@registers.schema(tables.STALLS.register, tables.STALLS.rows_of)
class ProjectStalledOut(Schema):
    """A project that stands still: where, since when, by how much too long, on which list, why, and what is done."""

    five: str
    version: int

    @staticmethod
    def resolve_five(row: Any) -> str:
        return pipeline.BY_STAGE[row.stage].five


class StalledWhere(OfficeWhere):
    """Which of them: one of the five lists, or the part of it that a stage names."""

    on: Literal[
        "", "unstarted", "unfinished", "unproductive", "below_scale", "below_capacity", "signed", "preparing", "approved",
        "building", "completed", "producing", "above_scale",
    ] = ""  # fmt: skip


class LedgerWhere(OfficeWhere):
    """Which week, as 2023-W38; this one where it is left out."""

    week: str = Field("", max_length=10)


class LedgerLineOut(Schema):
    """One line of the ledger: what happened, when, with which project, and its figures."""

    what: Literal["moved", "paid", "asked", "granted", "stalled", "explained"]
    on: dt.date
    project: str | None
    came_from: str = ""
    to: str = ""
    amount_fen: int | None = None
    quantity: int | None = None
    measure: str = ""
    record: str = ""
    text: str = ""


class LedgerOut(Schema):
    """A week of the ledger."""

    week: str
    first: dt.date
    last: dt.date
    paid_fen: int
    lines: list[LedgerLineOut]


class ProjectStepOut(Schema):
    """One line of the stage log, by its place from 1; one that was taken back says when. Papers are numbers of documents."""

    place: int
    papers: list[int]
    came_from: str
    to: rules.ProjectStage
    on: dt.date
    since_on: dt.date | None
    reason: str
    paper: str
    cause: str
    member: str | None
    at: dt.datetime
    taken_back_at: dt.datetime | None

    @staticmethod
    def resolve_member(row: Any) -> str | None:
        return row.member.code if row.member else None


class ProjectTeamOut(Schema):
    """Somebody of the service team."""

    member: str
    side: str
    task: pipeline.Task
    from_on: dt.date

    @staticmethod
    def resolve_member(row: Any) -> str:
        code: str = row.member.code
        return code


class ProjectCheckOut(Schema):
    """A check of what a project promised; the tax is read on the page of the enterprise, so it is left out here."""

    on: dt.date
    year: int
    base_year: int | None
    origin: str
    promised: dict[str, int | None]
    measured: dict[str, int | None]
    failed: list[str]
    reason: str

    @staticmethod
    def resolve_measured(row: Any) -> dict[str, int | None]:
        return {name: value for name, value in row.measured.items() if name != "tax_fen"}


class ProjectWayOut(Schema):
    """The way of a project: its log, what the next step lacks, its team, its attribution, its checks."""

    number: str
    version: int
    next: str | None
    missing: list[str]
    days_over: int
    steps: list[ProjectStepOut]
    team: list[ProjectTeamOut]
    team_lacks: list[str]
    attribution: dict[str, int]
    checks: list[ProjectCheckOut]


class StallIn(Given):
    """Why a project stands still, what is done about it and until when; the unit that keeps it where none is named."""

    reason: str = Field(min_length=1, max_length=300)
    measure: str = Field(min_length=1, max_length=300)
    due_on: Day
    unit: Code = ""


class StepPapersIn(Given):
    """Photographs and papers, by the numbers of their documents."""

    papers: Annotated[list[Key], Field(min_length=1, max_length=20)]


class ServiceTeamIn(Given):
    """Who joins the service team, for what."""

    member: Code
    task: pipeline.Task
    from_on: Day | None = None


class CheckIn(Given):
    """The year, and figures of it where a paper shows them and the park has none."""

    year: int | None = Field(None, ge=2000, le=2100)
    investment_fen: Fen | None = None
    output_fen: Fen | None = None
    tax_fen: Fen | None = None
    jobs: Annotated[int, Field(ge=0, le=pipeline.MOST_JOBS)] | None = None
    paper: str = Field("", max_length=200)
    reason: str = Field("", max_length=300)


@router.get("/board", response=ProjectBoardOut, summary="The board of projects")
@may("investment.view_board")
def show_project_board(request: Any, asked: Query[OfficeWhere]) -> Any:
    """How many projects stand at each stage and how many of them stand still; what each side books, each counted once."""
    pairing = pairing_of(request, asked.pairing)
    rows = projects.projects_of(request.member, pairing)
    figures = queries.figures(pairing, pipeline.STALL_DAYS, pipeline.ATTRIBUTION)
    found = queries.board(rows, figures[pipeline.STALL_DAYS], clock.today(), first=0)
    parts = queries.by_side(rows.exclude(stage="dropped"), figures[pipeline.ATTRIBUTION])
    return {
        "columns": [
            {"stage": one.stage, "n": one.n, "investment_fen": one.fen, "stalled": one.stalled}
            for one in found
        ],
        "sides": [{"side": one.side, "n": float(one.n), "investment_fen": int(one.fen)} for one in parts],
    }


@router.get("/stalled", response=Paged[ProjectStalledOut], summary="Projects that stand still")
@may("investment.view_board")
def list_stalled_projects(request: Any, asked: Query[StalledWhere]) -> Any:
    """Those longest there first, with what was said of each."""
    pairing = pairing_of(request, asked.pairing)
    table = queries.figure(pairing, pipeline.STALL_DAYS)
    rows = projects.projects_of(request.member, pairing)
    rows = rows.filter(queries.stalled_where(table, clock.today()))
    if asked.on:
        rows = queries.on_list(rows, asked.on)
    return registers.paged(ProjectStalledOut, rows.select_related("pairing"), ("stage_on", "id"), request)


@router.get("/ledger", response=LedgerOut, summary="The ledger of a week")
@may("investment.view_board")
def show_project_ledger(request: Any, asked: Query[LedgerWhere]) -> Any:
    """What moved, what was paid in, what was asked and granted, what began to stand still, what was explained."""
    found = ledgers.week(request.member, pairing_of(request, asked.pairing), asked.week, clock.today())
    lines = [ledgers.facts_of(line) for what in ledgers.WHAT for line in found.lines[what]]
    return {
        "week": found.week,
        "first": found.first,
        "last": found.last,
        "paid_fen": found.paid_fen,
        "lines": lines,
    }


@router.get("/projects/{number}/way", response=ProjectWayOut, summary="The way of a project")
@may("investment.view_projects")
def show_project_way(request: Any, number: str) -> Any:
    """Its log, what the next step lacks by name, who serves it, whose it is, what it kept of its promises."""
    return queries.way_of(projects.project_of(request.member, number), request.member)


@router.post(
    "/projects/{number}/take-back",
    response=ProjectWhole,
    summary="Take back the last step of a project",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.take_back_step")
@idempotent(ProjectWhole, status=200)
def take_back_step(request: Any, number: str) -> Any:
    """While it is fresh; later a project goes back with a reason."""
    return project_steps.take_back_step(at_version(request, number), by=request.member)


@router.post(
    "/projects/{number}/steps/{place}/papers",
    response=ProjectWayOut,
    summary="Add photographs and papers to a step of a project",
)
@may("investment.add_step_papers")
@idempotent(ProjectWayOut, status=200)
def add_step_papers(request: Any, number: str, place: Place, data: StepPapersIn) -> Any:
    """What shows that it was so; a step that was taken back gets none."""
    found = projects.project_of(request.member, number)
    step = evidence.step_of(found, place)
    project_steps.add_step_papers(step, papers_of(request, data.papers), by=request.member)
    return queries.way_of(found, request.member)


@router.post(
    "/projects/{number}/stall",
    response=ProjectWayOut,
    summary="Say why a project stands still",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.note_stall")
@idempotent(ProjectWayOut, status=200)
def note_stall(request: Any, number: str, data: StallIn) -> Any:
    """Said again it replaces what was said of the same stay."""
    found, given = at_version(request, number), data.dict()
    code = given.pop("unit")
    stalls.note_stall(found, unit=unit_of(code) if code else None, by=request.member, **given)
    return queries.way_of(found, request.member)


@router.post(
    "/projects/{number}/team",
    response=ProjectWayOut,
    summary="Put somebody into the service team",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.join_team")
@idempotent(ProjectWayOut, status=200)
def join_team(request: Any, number: str, data: ServiceTeamIn) -> Any:
    """Of either side or of the enterprise; one leads it."""
    found = at_version(request, number)
    service_teams.join_team(
        found, member=member_of(data.member), task=data.task, from_on=data.from_on, by=request.member
    )
    return queries.way_of(found, request.member)


@router.post(
    "/projects/{number}/team/{member}/leave",
    response=ProjectWayOut,
    summary="Let somebody leave the service team",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.leave_team")
@idempotent(ProjectWayOut, status=200)
def leave_team(request: Any, number: str, member: str) -> Any:
    """That they served stays on record."""
    found = at_version(request, number)
    service_teams.leave_team(queries.team_member_of(found, member), by=request.member)
    return queries.way_of(found, request.member)


@router.post(
    "/projects/{number}/check",
    response=ProjectWayOut,
    summary="Check what a project promised",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.check_promises")
@idempotent(ProjectWayOut, status=200)
def check_promises(request: Any, number: str, data: CheckIn) -> Any:
    """By the figures of the park, or by those of a paper where they are given."""
    found, given = at_version(request, number), data.dict()
    typed = {one.name: given.pop(one.name) for one in pipeline.PROMISES}
    is_typed = any(value is not None for value in typed.values())
    capacity.check_promises(found, measured=typed if is_typed else None, by=request.member, **given)
    return queries.way_of(found, request.member)
