"""Annual focus: the key points of a year, and how the commitments under them stand."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema, Status
from pydantic import Field

from shanhai.core import clock
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.api.base import Code, Where, pairing_of, router
from shanhai.fields.pairing.queries import focus as reads
from shanhai.fields.pairing.queries import pages
from shanhai.webkit.api import Given, Key, changes_in, etag, idempotent, if_match, may

Year = Annotated[int, Field(ge=2000, le=2100)]
Codes = Annotated[list[Code], Field(max_length=200, description="Codes of the commitments under it.")]


class CommitmentUnderOut(Schema):
    """A commitment and how it stands."""

    commitment: str
    name_zh: str
    name_en: str
    status: str


class FocusPointOut(Schema):
    """A key point of a year."""

    id: int
    pairing: str
    year: int
    order: int
    text_zh: str
    text_en: str
    resolution: str | None
    standing: str
    version: int
    commitments: list[CommitmentUnderOut]


class FocusWhere(Where):
    """Which year; this one if none is named."""

    year: Year | None = None


class FocusPointIn(Given):
    """A key point to set."""

    pairing: str = Field("", max_length=40)
    year: Year
    order: int | None = Field(None, ge=1, le=999, description="The last one if left out.")
    text_zh: str = Field(min_length=1, max_length=300)
    text_en: str = Field("", max_length=400)
    resolution: str | None = Field(None, max_length=48)
    commitments: Codes = Field(default_factory=list)


class FocusPointPatch(Given):
    """What changes of a key point."""

    order: int | None = Field(None, ge=1, le=999)
    text_zh: str | None = Field(None, min_length=1, max_length=300)
    text_en: str | None = Field(None, max_length=400)
    resolution: str | None = Field(None, max_length=48)
    commitments: Codes | None = None


@router.get("/focus", response=list[FocusPointOut], summary="Annual focus")
@may("pairing.view_focus")
def show_focus(request: Any, asked: Query[FocusWhere]) -> Any:
    """The key points of a year in their order, each with its commitments."""
    pairing = pairing_of(request, asked.pairing)
    points = reads.focus_of(request.member, pairing, asked.year or clock.today().year)
    return [reads.focus_as_plain(point) for point in points]


@router.post("/focus", response={201: FocusPointOut}, summary="Set a key point")
@may("pairing.set_focus_point")
@idempotent(FocusPointOut)
def set_focus_point(request: Any, data: FocusPointIn) -> Any:
    """Set it with the resolution that set it and the commitments under it."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    given["commitments"] = reads.commitments_named(given["commitments"], pairing)
    given["resolution"] = _resolution(request, given["resolution"])
    return _answer(request, actions.set_focus_point(pairing, by=request.member, **given))


@router.patch("/focus/{id}", response=FocusPointOut, summary="Change a key point")
@may("pairing.change_focus_point")
def change_focus_point(request: Any, response: HttpResponse, id: Key, data: FocusPointPatch) -> Any:
    """Change its text, place, resolution or what hangs under it."""
    point = reads.focus_point_of(request.member, id)
    if_match(request, point)
    changes = changes_in(data, "resolution")
    if "commitments" in changes:
        changes["commitments"] = reads.commitments_named(changes["commitments"], point.pairing)
    if "resolution" in changes:
        changes["resolution"] = _resolution(request, changes["resolution"])
    actions.change_focus_point(point, by=request.member, **changes)
    etag(response, point)
    return _answer(request, point)


@router.delete("/focus/{id}", response={204: None}, summary="Take a key point out of its year")
@may("pairing.drop_focus_point")
def drop_focus_point(request: Any, id: Key) -> Any:
    """The commitments under it stand as they were signed."""
    point = reads.focus_point_of(request.member, id)
    if_match(request, point)
    actions.drop_focus_point(point, by=request.member)
    return Status(204, None)


def _resolution(request: Any, number: str | None) -> Any:
    """The resolution of a number; none of null or an empty text."""
    return pages.resolution_of(request.member, number) if number else None


def _answer(request: Any, point: Any) -> dict[str, Any]:
    found = reads.focus_of(request.member, point.pairing, point.year)
    return reads.focus_as_plain(next(one for one in found if one.focus.pk == point.pk))
