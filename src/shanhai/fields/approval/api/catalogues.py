"""Catalogues for programs: read, and asked what a project needs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema

from shanhai.core import access
from shanhai.fields.approval.api.base import CatalogueData, FaultOut, Number, VersionOut, router
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.queries import told
from shanhai.fields.approval.rules import applying, checks
from shanhai.fields.approval.rules.catalogue import as_plain
from shanhai.fields.approval.rules.differences import differences
from shanhai.fields.investment.api.projects import Basis, BuildingUse, Eia, Fen, LandBy, Measure
from shanhai.fields.investment.queries import projects
from shanhai.fields.investment.rules import BY_NAME
from shanhai.webkit.api import Paged, etag, may, paged


class CatalogueOut(Schema):
    """A catalogue, with the version that was published last and the draft, if there are any."""

    code: str
    name_zh: str
    name_en: str
    profile: str
    region: str
    latest: int | None
    valid_from: dt.date | None
    draft: int | None
    standing: str
    source: str
    version: int

    @staticmethod
    def resolve_region(row: Any) -> str:
        return row.region.code


class CatalogueWhole(CatalogueOut):
    """A catalogue with its versions."""

    versions: list[VersionOut]

    @staticmethod
    def resolve_versions(row: Any) -> list[Any]:
        return queries.versions_of(row)


class VersionWhole(VersionOut):
    """A version with what it says and what is wrong with it."""

    document: CatalogueData
    faults: list[FaultOut]
    days_together: int | None
    days_serial: int | None

    @staticmethod
    def resolve_document(row: Any) -> Any:
        return as_plain(row.document)

    @staticmethod
    def resolve_faults(row: Any) -> list[Any]:
        return checks.faults_of(row.document, queries.known(row.document))


class DifferenceOut(Schema):
    """One thing that is new, gone or says something else than in the published version before."""

    of: str
    code: str
    kind: str
    name: str
    before: str
    after: str


class NeededItemOut(Schema):
    """An item and what the catalogue says of it; times in working days from acceptance, where it counts."""

    code: str
    name_zh: str
    name_en: str
    lead: str
    verdict: str
    unknown: list[str]
    days: int | None
    start: int | None
    finish: int | None
    slack: int | None
    is_critical: bool


class NeededLimitOut(Schema):
    """A limit of the regime and how long the items of its stages take."""

    stages: list[int]
    limit: int
    days: int


class NeededOut(Schema):
    """What a project needs, and the critical path of it."""

    items: list[NeededItemOut]
    days_together: int
    days_serial: int
    critical: list[str]
    unknown: list[str]
    limits: list[NeededLimitOut]


class FactsWhere(Schema):
    """Facts of a project: those of ``project``, and over them what is said here; what is left out is not known."""

    project: str = ""
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


@router.get("/catalogues", response=Paged[CatalogueOut], summary="Catalogues of approval items")
@may("approval.view_catalogues")
def list_catalogues(request: Any) -> Any:
    """All catalogues by name."""
    return paged(queries.catalogues(), ("name_sort", "id"), request)


@router.get("/catalogues/{code}", response=CatalogueWhole, summary="One catalogue")
@may("approval.view_catalogues")
def show_catalogue(request: Any, response: HttpResponse, code: str) -> Any:
    """One catalogue with its versions."""
    found = queries.catalogue_of(code)
    etag(response, found)
    return found


@router.get("/catalogues/{code}/versions/{number}", response=VersionWhole, summary="A version of a catalogue")
@may("approval.view_catalogues")
def show_version(request: Any, response: HttpResponse, code: str, number: Number) -> Any:
    """A version with its items; the version of its row stands in ETag."""
    found = queries.version_of(code, number)
    sound = not any(one.refuses for one in checks.faults_of(found.document))
    plan = applying.whole(found.document) if sound else None
    found.days_together = plan.days if plan else None  # type: ignore[attr-defined]
    found.days_serial = plan.days_serial if plan else None  # type: ignore[attr-defined]
    etag(response, found)
    return found


@router.get(
    "/catalogues/{code}/versions/{number}/differences",
    response=list[DifferenceOut],
    summary="What a version changes",
)
@may("approval.view_catalogues")
def show_differences(request: Any, code: str, number: Number) -> Any:
    """What a version changes against the published one before it."""
    found = queries.version_of(code, number)
    before = queries.before(found)
    return differences(before.document if before else None, found.document)


@router.get("/catalogues/{code}/versions/{number}/needed", response=NeededOut, summary="What a project needs")
@may("approval.view_catalogues")
def show_needed(request: Any, code: str, number: Number, asked: Query[FactsWhere]) -> Any:
    """Which items a project with these facts needs, in how many promised working days."""
    version = queries.version_of(code, number)
    given = {
        name: value for name, value in asked.dict().items() if name in BY_NAME and value not in ("", None)
    }
    if asked.project:
        access.check(request.member, "investment.view_projects")
        given = projects.project_of(request.member, asked.project).facts | given
    checks.check(version.document)
    return told.needed_as_plain(applying.needed(version.document, given))
