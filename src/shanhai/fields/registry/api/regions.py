"""Regions: the register, and what changed of them on a day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from shanhai.core.actions import regions as actions
from shanhai.core.models import Region
from shanhai.fields.registry import columns
from shanhai.fields.registry.api.base import NameEn, NameZh, RegionCode, Source, region_of, router, row_schema
from shanhai.fields.registry.queries import region_changes, regions
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


@row_schema(columns.REGIONS, regions.as_row, "outline")
class RegionOut(Schema):
    """A region as it is now."""

    level: str
    parent: str | None
    version: int

    @staticmethod
    def resolve_parent(row: Region) -> str | None:
        return row.parent.code if row.parent else None


@row_schema(columns.REGION_CHANGES, region_changes.as_row)
class RegionChangeOut(Schema):
    """A dated change of a region."""


class RegionIn(Given):
    """A region to add; the one that it lies in must be there."""

    code: RegionCode
    name_zh: NameZh
    name_en: NameEn = ""
    valid_from: Day | None = None
    population: int | None = Field(None, ge=0, le=2_000_000_000)
    outline: str = Field("", max_length=20_000)
    seat: str = Field("", max_length=40)
    source: Source = ""
    is_illustrative: bool = False


class RegionPatch(Given):
    """A slip of the pen to put right; what really changed is recorded on the day it changed."""

    name_zh: NameZh | None = None
    name_en: NameEn | None = None
    population: int | None = Field(None, ge=0, le=2_000_000_000)
    outline: str | None = Field(None, max_length=20_000)
    seat: str | None = Field(None, max_length=40)
    source: Source | None = None
    is_illustrative: bool | None = None


class OnDay(Given):
    """The day from which a change holds, and where that is written."""

    on: Day
    source: Source = ""


class RenameIn(OnDay):
    """The new name."""

    name_zh: NameZh
    name_en: NameEn = ""


class RecodeIn(OnDay):
    """The new code; one that lies in another region moves the region there."""

    code: RegionCode


class MergeIn(OnDay):
    """Into which region."""

    into: RegionCode


class SplitIn(OnDay):
    """The new region that is founded on its land."""

    code: RegionCode
    name_zh: NameZh
    name_en: NameEn = ""


@router.get("/regions", response=Paged[RegionOut], summary="Regions by code")
@may("registry.view_regions")
def list_regions(request: HttpRequest, level: str = "", parent: str = "") -> Any:
    """All regions, or those of a level, or right under a region."""
    rows = Region.objects.select_related("parent")
    if level:
        rows = rows.filter(level=level[:10])
    if parent:
        rows = rows.filter(parent__code=parent[:12].ljust(12, "0"))
    return paged(rows, ("code",), request)


@router.get("/regions/{code}", response=RegionOut, summary="One region")
@may("registry.view_regions")
def get_region(request: HttpRequest, response: HttpResponse, code: str) -> Any:
    """One region; its version stands in ETag."""
    region = region_of(code)
    etag(response, region)
    return region


@router.get("/regions/{code}/changes", response=list[RegionChangeOut], summary="History of a region")
@may("registry.view_regions")
def list_region_changes(request: HttpRequest, code: str) -> Any:
    """Its dated changes and those of the regions that it took in, the latest 200."""
    return region_changes.changes_of(region_of(code))


@router.post("/regions", response={201: RegionOut}, summary="Add a region")
@may("registry.keep_places")
@idempotent(RegionOut)
def add_region(request: Any, data: RegionIn) -> Any:
    """Add a region of any level."""
    return actions.add_region(by=request.member, **data.dict())


@router.patch("/regions/{code}", response=RegionOut, summary="Correct what is written of a region")
@may("registry.keep_places")
def correct_region(request: Any, response: HttpResponse, code: str, data: RegionPatch) -> Any:
    """Put a slip of the pen right; a correction has no day."""
    region = _at_version(request, code)
    actions.correct_region(region, by=request.member, **changes_in(data, "population"))
    etag(response, region)
    return region


@router.post(
    "/regions/{code}/rename",
    response=RegionOut,
    summary="Rename a region on a day",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_places")
@idempotent(RegionOut, status=200)
def rename_region(request: Any, code: str, data: RenameIn) -> Any:
    """Give it another name from a day on; the old one stays in its history."""
    region = _at_version(request, code)
    return actions.rename_region(region, by=request.member, **data.dict())


@router.post(
    "/regions/{code}/recode",
    response=RegionOut,
    summary="Give a region another code, or move it",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_places")
@idempotent(RegionOut, status=200)
def recode_region(request: Any, code: str, data: RecodeIn) -> Any:
    """All regions under it get theirs."""
    region = _at_version(request, code)
    actions.recode_region(region, by=request.member, **data.dict())
    return Region.objects.select_related("parent").get(pk=region.pk)


@router.post(
    "/regions/{code}/merge",
    response=RegionOut,
    summary="Merge a region into another",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_places")
@idempotent(RegionOut, status=200)
def merge_region(request: Any, code: str, data: MergeIn) -> Any:
    """It ends on the day, and the other region has taken it in, with the organisations that stand in it."""
    region = _at_version(request, code)
    actions.merge_region(region, into=region_of(data.into), on=data.on, source=data.source, by=request.member)
    return region


@router.post(
    "/regions/{code}/split",
    response={201: RegionOut},
    summary="Split a new region off",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_places")
@idempotent(RegionOut)
def split_region(request: Any, code: str, data: SplitIn) -> Any:
    """Found a new region on its land; the answer is the new one."""
    return actions.split_region(_at_version(request, code), by=request.member, **data.dict())


@router.post(
    "/regions/{code}/abolish",
    response=RegionOut,
    summary="Abolish a region",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_places")
@idempotent(RegionOut, status=200)
def abolish_region(request: Any, code: str, data: OnDay) -> Any:
    """End it on a day; its past stays. Refused while regions lie or organisations stand in it."""
    region = _at_version(request, code)
    actions.abolish_region(region, by=request.member, **data.dict())
    return region


def _at_version(request: Any, code: str) -> Region:
    """The region, at the version that the caller has read."""
    return if_match(request, region_of(code))
