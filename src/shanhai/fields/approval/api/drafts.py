"""Drafts of catalogues for programs: opened, written, published."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Schema, Status
from pydantic import Field

from shanhai.fields.approval.actions import catalogues as actions
from shanhai.fields.approval.api.base import (
    CatalogueData,
    Code,
    ItemData,
    VersionOut,
    draft_at,
    plain,
    router,
)
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.rules.catalogue import from_plain, item_from_plain
from shanhai.fields.registry.api.base import region_of
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, etag, idempotent, if_match, may


class CatalogueIn(Given):
    """A catalogue to open for a region; its items come from the profile, or from ``document``."""

    code: Code
    region: str = Field(min_length=1, max_length=20)
    profile: str = Field("own", max_length=20)
    name_zh: str = Field("", max_length=120)
    name_en: str = Field("", max_length=160)
    source: str = Field("", max_length=200)
    document: CatalogueData | None = None


class PublishIn(Given):
    """From when on it holds, today if left out, and what changed."""

    valid_from: Day | None = None
    why: str = Field("", max_length=300)
    why_en: str = Field("", max_length=300)


class OpenedOut(Schema):
    """A catalogue that was opened."""

    code: str
    name_zh: str
    name_en: str
    profile: str
    version: int


@router.post("/catalogues", response={201: OpenedOut}, summary="Open a catalogue")
@may("approval.open_catalogue")
@idempotent(OpenedOut)
def open_catalogue(request: Any, data: CatalogueIn) -> Any:
    """Open it with a first draft."""
    given = data.dict(exclude={"document"})
    given["region"] = region_of(given["region"])
    document = from_plain(plain(data.document)) if data.document is not None else None
    return actions.open_catalogue(document=document, by=request.member, **given)


@router.post(
    "/catalogues/{code}/draft",
    response={201: VersionOut},
    summary="Begin the next version",
    openapi_extra=CHANGES_A_ROW,
)
@may("approval.open_draft")
@idempotent(VersionOut)
def open_draft(request: Any, code: str) -> Any:
    """A draft that says what the latest published version says."""
    found = queries.catalogue_of(code)
    if_match(request, found)
    return actions.open_draft(found, by=request.member)


@router.put(
    "/catalogues/{code}/draft",
    response=VersionOut,
    summary="Write a whole draft",
    openapi_extra=CHANGES_A_ROW,
)
@may("approval.bring_draft")
def bring_draft(request: Any, response: HttpResponse, code: str, data: CatalogueData) -> Any:
    """The document takes the place of all that the draft says."""
    draft = actions.bring_draft(draft_at(request, code), from_plain(plain(data)), by=request.member)
    etag(response, draft)
    return draft


@router.post(
    "/catalogues/{code}/draft/items",
    response=VersionOut,
    summary="Put an item into a draft",
    openapi_extra=CHANGES_A_ROW,
)
@may("approval.write_item")
@idempotent(VersionOut, status=200)
def write_item(request: Any, code: str, data: ItemData) -> Any:
    """A new item; whatever has its code already is refused."""
    return actions.write_item(draft_at(request, code), item_from_plain(plain(data)), by=request.member)


@router.put(
    "/catalogues/{code}/draft/items/{item}",
    response=VersionOut,
    summary="Change an item of a draft",
    openapi_extra=CHANGES_A_ROW,
)
@may("approval.write_item")
def change_item(request: Any, response: HttpResponse, code: str, item: str, data: ItemData) -> Any:
    """The whole item anew, under another code if it says so."""
    found = item_from_plain(plain(data))
    draft = actions.write_item(draft_at(request, code), found, was=item, by=request.member)
    etag(response, draft)
    return draft


@router.delete(
    "/catalogues/{code}/draft/items/{item}",
    response=VersionOut,
    summary="Take an item out of a draft",
    openapi_extra=CHANGES_A_ROW,
)
@may("approval.drop_item")
def drop_item(request: Any, response: HttpResponse, code: str, item: str) -> Any:
    """Whoever waited for it waits for what it waited for."""
    draft = actions.drop_item(draft_at(request, code), item, by=request.member)
    etag(response, draft)
    return draft


@router.post(
    "/catalogues/{code}/draft/publish",
    response=VersionOut,
    summary="Publish a draft",
    openapi_extra=CHANGES_A_ROW,
)
@may("approval.publish_draft")
@idempotent(VersionOut, status=200)
def publish_draft(request: Any, code: str, data: PublishIn) -> Any:
    """From then on it never changes; all that is wrong refuses it."""
    return actions.publish_draft(draft_at(request, code), by=request.member, **data.dict())


@router.delete(
    "/catalogues/{code}/draft",
    response={204: None},
    summary="Throw a draft away",
    openapi_extra=CHANGES_A_ROW,
)
@may("approval.discard_draft")
def discard_draft(request: Any, code: str) -> Any:
    """What is published holds; a catalogue that was never published goes with its draft."""
    actions.discard_draft(draft_at(request, code), by=request.member)
    return Status(204, None)
