"""Projects for programs: registered, changed, moved along their way."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.investment import rules
from shanhai.fields.investment.actions import projects as actions
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.investment.queries import registers as tables
from shanhai.fields.investment.rules import pipeline
from shanhai.fields.office.api.base import OfficeWhere, Papers, pairing_of, papers_of
from shanhai.fields.registry.api.base import organisation_of, region_of
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
)

_LONG = ("about_zh", "about_en")
Fen = Annotated[int, Field(ge=0, le=rules.GREATEST_FEN)]
Measure = Annotated[Decimal, Field(ge=0, le=rules.GREATEST_NUMBER, decimal_places=2)]
Basis = Literal["", "filing", "approval"]
LandBy = Literal["", "transfer", "allocation", "lease", "existing"]
BuildingUse = Literal["", "plant", "warehouse", "innovation", "other"]
Eia = Literal["", "report", "form", "registration"]
# What may be said to be unknown again by giving null.
_NULLABLE = (
    "project_code", "investment_fen", "land_mu", "forest_mu", "building_m2", "energy_tce", "is_hazardous", "is_foreign",
    "is_low_risk", "touches_roads_or_rivers", "is_in_assessed_area", "output_fen", "tax_fen", "jobs",
)  # fmt: skip


@registers.schema(tables.PROJECTS.register, tables.PROJECTS.rows_of, _LONG)
class ProjectOut(Schema):
    """A project with the facts that decide which approvals it needs."""

    version: int


class ProjectWhole(ProjectOut):
    """A project with its texts."""

    about_zh: str
    about_en: str


class ProjectsWhere(OfficeWhere):
    """Which projects."""

    stage: rules.ProjectStage | None = None
    sort: Literal["registered_on", "name", "investment"] = "registered_on"


class _Facts(Given):
    project_code: str | None = Field(None, max_length=40)
    place_zh: str = Field("", max_length=120)
    place_en: str = Field("", max_length=160)
    industry: str = Field("", max_length=5)
    investment_fen: Fen | None = None
    basis: Basis = ""
    land_mu: Measure | None = None
    land_by: LandBy = ""
    forest_mu: Measure | None = None
    building_m2: Measure | None = None
    building_use: BuildingUse = ""
    energy_tce: Measure | None = None
    eia: Eia = ""
    is_hazardous: bool | None = None
    is_foreign: bool | None = None
    is_low_risk: bool | None = None
    touches_roads_or_rivers: bool | None = None
    is_in_assessed_area: bool | None = None
    output_fen: Fen | None = None
    tax_fen: Fen | None = None
    jobs: Annotated[int, Field(ge=0, le=pipeline.MOST_JOBS)] | None = None
    introducer_side: Literal["", "mountain", "sea"] = ""
    about_zh: str = Field("", max_length=4000)
    about_en: str = Field("", max_length=4000)
    source: str = Field("", max_length=200)


class ProjectIn(_Facts):
    """A project to register; what is null or left out is not known."""

    pairing: str = Field("", max_length=40)
    number: str = Field("", max_length=40)
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    enterprise: str = Field(min_length=1, max_length=40)
    region: str = Field(min_length=1, max_length=20)
    stage: rules.ProjectStage = rules.ProjectStage.LEAD
    registered_on: Day | None = None


class ProjectPatch(_Facts):
    """What changes of a project; null makes a fact unknown again."""

    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    enterprise: str | None = Field(None, min_length=1, max_length=40)
    region: str | None = Field(None, min_length=1, max_length=20)


class ProjectMoveIn(Given):
    """The stage to which it has come, since when, and the paper that shows it; a way back needs its reason."""

    to: rules.ProjectStage
    on: Day | None = None
    reason: str = Field("", max_length=300)
    paper: str = Field("", max_length=200)
    papers: Papers = Field(default_factory=list)


_SORTS = {
    "registered_on": ("-registered_on", "-id"),
    "name": ("name_sort", "id"),
    "investment": ("-investment_fen", "-id"),
}


@router.get("/projects", response=Paged[ProjectOut], summary="Projects")
@may("investment.view_projects")
def list_projects(request: Any, asked: Query[ProjectsWhere]) -> Any:
    """The projects of a pairing and those nested in it, as far as the caller sees them."""
    found = queries.projects_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    return registers.paged(ProjectOut, found, _SORTS[asked.sort], request)


@router.get("/projects/{number}", response=ProjectWhole, summary="One project")
@may("investment.view_projects")
def show_project(request: Any, response: HttpResponse, number: str) -> Any:
    """One project by its number or project code; its version stands in ETag."""
    found = queries.project_of(request.member, number)
    etag(response, found)
    return found


@router.post("/projects", response={201: ProjectWhole}, summary="Register a project")
@may("investment.add_project")
@idempotent(ProjectWhole)
def add_project(request: Any, data: ProjectIn) -> Any:
    """Register it; the system gives a number where none is given."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    given["enterprise"] = organisation_of(given["enterprise"])
    given["region"] = region_of(given["region"])
    return actions.add_project(pairing, by=request.member, **given)


@router.patch(
    "/projects/{number}", response=ProjectWhole, summary="Change a project", openapi_extra=CHANGES_A_ROW
)
@may("investment.change_project")
def change_project(request: Any, response: HttpResponse, number: str, data: ProjectPatch) -> Any:
    """Change what is known about it."""
    found = at_version(request, number)
    changes = changes_in(data, *_NULLABLE)
    if "enterprise" in changes:
        changes["enterprise"] = organisation_of(changes["enterprise"])
    if "region" in changes:
        changes["region"] = region_of(changes["region"])
    actions.change_project(found, by=request.member, **changes)
    etag(response, found)
    return found


@router.post(
    "/projects/{number}/move",
    response=ProjectWhole,
    summary="Say that a project has come to another stage",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.move_project")
@idempotent(ProjectWhole, status=200)
def move_project(request: Any, number: str, data: ProjectMoveIn) -> Any:
    """Forward once its facts are known; back, off the way and on it again with a reason."""
    return actions.move_project(
        at_version(request, number),
        to=data.to,
        on=data.on,
        reason=data.reason,
        paper=data.paper,
        papers=papers_of(request, data.papers),
        by=request.member,
    )


def at_version(request: Any, number: str) -> Any:
    """The project, at the version that the caller has read."""
    found = queries.project_of(request.member, number)
    if_match(request, found)
    return found
