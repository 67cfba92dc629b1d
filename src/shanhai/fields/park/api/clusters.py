"""Clusters for programs: founded, changed, their dated codes, links and the firms on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.fields.park.actions import clusters as actions
from shanhai.fields.park.api.base import Code, router
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.queries import registers as tables
from shanhai.fields.park.rules import parks as rules
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
)


@registers.schema(tables.CLUSTERS.register, tables.CLUSTERS.rows_of, ("about_zh", "about_en"))
class ClusterOut(Schema):
    """A cluster."""

    version: int


class ClusterIndustryOut(Schema):
    """A code of GB/T 4754 that belongs to a cluster, from when to when."""

    industry: str
    begins_on: dt.date
    ends_on: dt.date | None


class ChainLinkOut(Schema):
    """A link of the chain with the codes of its firms; ``is_gap`` where there are none."""

    code: str
    name_zh: str
    name_en: str
    position: rules.Position
    industries: list[str]
    firms: list[str]
    is_gap: bool
    version: int

    @staticmethod
    def resolve_industries(row: Any) -> list[str]:
        return row.industries.split()

    @staticmethod
    def resolve_firms(row: Any) -> list[str]:
        return [firm.code for firm in row.standing_firms]

    @staticmethod
    def resolve_is_gap(row: Any) -> bool:
        return not row.standing_firms


class ClusterWhole(ClusterOut):
    """A cluster with its texts, codes and chain."""

    about_zh: str
    about_en: str
    industries: list[ClusterIndustryOut]
    links: list[ChainLinkOut]

    @staticmethod
    def resolve_industries(row: Any) -> Any:
        return queries.industries_of(row)

    @staticmethod
    def resolve_links(row: Any) -> Any:
        return queries.links_of(row)


class ClusterIn(Given):
    """A cluster to found."""

    pairing: str = Field("", max_length=40)
    code: Code
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    group: rules.Group = rules.Group.INDUSTRY
    about_zh: str = Field("", max_length=4000)
    about_en: str = Field("", max_length=4000)
    source: str = Field("", max_length=200)


class ClusterPatch(Given):
    """What changes of a cluster."""

    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    group: rules.Group | None = None
    about_zh: str | None = Field(None, max_length=4000)
    about_en: str | None = Field(None, max_length=4000)
    source: str | None = Field(None, max_length=200)


class ClusterIndustryIn(Given):
    """A code that belongs to a cluster from a day on."""

    industry: str = Field(min_length=1, max_length=5)
    begins_on: Day
    ends_on: Day | None = None


class IndustryEndIn(Given):
    """On which day a code belongs to a cluster for the last time."""

    ends_on: Day


class ChainLinkIn(Given):
    """A link of the chain; one that is there is put right."""

    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    position: rules.Position
    industries: str = Field("", max_length=120)


@router.get("/clusters", response=Paged[ClusterOut], summary="Clusters")
@may("park.view_clusters")
def list_clusters(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The clusters of a pairing and those nested in it that the caller has a seat in."""
    found = queries.clusters_of(request.member, pairing_of(request, asked.pairing))
    return registers.paged(ClusterOut, found, ("code", "id"), request)


@router.get("/clusters/{code}", response=ClusterWhole, summary="One cluster")
@may("park.view_clusters")
def show_cluster(request: Any, response: HttpResponse, code: str) -> Any:
    """One cluster with its codes and chain; its version stands in ETag."""
    found = queries.cluster_of(request.member, code)
    etag(response, found)
    return found


@router.post("/clusters", response={201: ClusterWhole}, summary="Found a cluster")
@may("park.add_cluster")
@idempotent(ClusterWhole)
def add_cluster(request: Any, data: ClusterIn) -> Any:
    """Found a cluster."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    return actions.add_cluster(pairing, by=request.member, **given)


@router.patch(
    "/clusters/{code}", response=ClusterWhole, summary="Change a cluster", openapi_extra=CHANGES_A_ROW
)
@may("park.change_cluster")
def change_cluster(request: Any, response: HttpResponse, code: str, data: ClusterPatch) -> Any:
    """Change what is known about it."""
    found = _at_version(request, code)
    actions.change_cluster(found, by=request.member, **changes_in(data))
    etag(response, found)
    return found


@router.post(
    "/clusters/{code}/industries",
    response={201: ClusterIndustryOut},
    summary="Let an industry belong to a cluster",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.add_industry")
@idempotent(ClusterIndustryOut)
def add_industry(request: Any, code: str, data: ClusterIndustryIn) -> Any:
    """Once at a time."""
    return actions.add_industry(_at_version(request, code), by=request.member, **data.dict())


@router.post(
    "/clusters/{code}/industries/{industry}/{begins_on}/end",
    response=ClusterIndustryOut,
    summary="End that an industry belongs to a cluster",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.end_industry")
@idempotent(ClusterIndustryOut, status=200)
def end_industry(request: Any, code: str, industry: str, begins_on: dt.date, data: IndustryEndIn) -> Any:
    """The last day on which it belongs to it."""
    row = queries.industry_at(_at_version(request, code), industry, begins_on)
    return actions.end_industry(row, ends_on=data.ends_on, by=request.member)


@router.put(
    "/clusters/{code}/links/{link}",
    response=ChainLinkOut,
    summary="Put a link into the chain",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.put_link")
def put_link(request: Any, code: str, link: str, data: ChainLinkIn) -> Any:
    """Put it in, or say anew what it is."""
    cluster = _at_version(request, code)
    made = actions.put_link(cluster, code=link, by=request.member, **data.dict())
    return _with_firms(cluster, made.code)


@router.put(
    "/clusters/{code}/links/{link}/firms/{firm}",
    response=ChainLinkOut,
    summary="Put a firm on a link",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.put_firm")
def put_firm(request: Any, code: str, link: str, firm: str) -> Any:
    """Put a firm on a link of the chain."""
    cluster = _at_version(request, code)
    actions.put_firm(queries.link_of(cluster, link), firm=organisation_of(firm), by=request.member)
    return _with_firms(cluster, link)


@router.delete(
    "/clusters/{code}/links/{link}/firms/{firm}",
    response=ChainLinkOut,
    summary="Take a firm off a link",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.take_firm")
def take_firm(request: Any, code: str, link: str, firm: str) -> Any:
    """Take a firm off a link of the chain."""
    cluster = _at_version(request, code)
    actions.take_firm(queries.link_of(cluster, link), firm=organisation_of(firm), by=request.member)
    return _with_firms(cluster, link)


def _with_firms(cluster: Any, code: str) -> Any:
    return next(one for one in queries.links_of(cluster) if one.code == code)


def _at_version(request: Any, code: str) -> Any:
    """The cluster, at the version that the caller has read."""
    found = queries.cluster_of(request.member, code)
    if_match(request, found)
    return found
