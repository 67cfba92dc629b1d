"""What joint meetings resolved, and who does what about it by when."""

from __future__ import annotations

from typing import Any

from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.api.base import Code, CooperationField, Where, pairing_of, router, row_schema
from shanhai.fields.pairing.api.items import ItemOut
from shanhai.fields.pairing.queries import named, pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import Day, Given, Paged, idempotent, may


@row_schema(tables.RESOLUTIONS)
class ResolutionOut(Schema):
    """What a meeting resolved, with the numbers of the action items that follow."""

    items: list[str]
    version: int

    @staticmethod
    def resolve_items(row: Any) -> list[str]:
        return [item.number for item in row.items.all()]


class ResolutionIn(Given):
    """What a meeting that was held resolved."""

    text_zh: str = Field(min_length=1, max_length=4000)
    text_en: str = Field("", max_length=4000)


class ItemIn(Given):
    """Something to do, with an owner on each side; the leading side does it."""

    title_zh: str = Field(min_length=1, max_length=200)
    title_en: str = Field("", max_length=240)
    field: CooperationField = "partnership"
    lead: rules.Side
    mountain_unit: Code
    sea_unit: Code
    due_on: Day


@router.get("/resolutions", response=Paged[ResolutionOut], summary="Resolutions")
@may("pairing.view_meetings")
def list_resolutions(request: Any, asked: Query[Where]) -> Any:
    """What the joint meetings of a pairing and those nested in it resolved, by number."""
    found = registered.resolutions(request.member, pairing_of(request, asked.pairing))
    return registers.paged(ResolutionOut, found, ("number",), request)


@router.post(
    "/meetings/{number}/resolutions", response={201: ResolutionOut}, summary="Put a resolution on record"
)
@may("pairing.adopt_resolution")
@idempotent(ResolutionOut)
def adopt_resolution(request: Any, number: str, data: ResolutionIn) -> Any:
    """Write down what a meeting that was held resolved."""
    found = queries.meeting_of(request.member, number)
    return actions.adopt_resolution(found, by=request.member, **data.dict())


@router.post("/resolutions/{number}/items", response={201: ItemOut}, summary="Assign an action item")
@may("pairing.assign_action_item")
@idempotent(ItemOut)
def assign_action_item(request: Any, number: str, data: ItemIn) -> Any:
    """Turn a resolution into something to do, with an owner on each side."""
    resolution = pages.resolution_of(request.member, number)
    given = data.dict()
    for side in rules.SIDES:
        given[f"{side}_unit"] = named.unit_of(resolution.pairing, given[f"{side}_unit"], side)
    return actions.assign_action_item(resolution, by=request.member, **given)
