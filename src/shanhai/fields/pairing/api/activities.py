"""Activities and aid: planned, held, paid and used with vouchers, closed with what came of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.pairing import actions, rules
from shanhai.fields.pairing.api.base import (
    Code,
    CooperationField,
    Fen,
    LongText,
    Papers,
    ReasonIn,
    Where,
    pairing_of,
    papers_of,
    router,
    row_schema,
)
from shanhai.fields.pairing.api.items import ItemOut
from shanhai.fields.pairing.api.resolutions import ItemIn
from shanhai.fields.pairing.queries import activities as reads
from shanhai.fields.pairing.queries import named
from shanhai.fields.pairing.queries import registers as tables
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

Side = Literal["mountain", "sea"]


_LONG = ("delegation", "outcome_zh", "outcome_en", "reason")


@row_schema(tables.ACTIVITIES, *_LONG)
class ActivityOut(Schema):
    """An activity with its units and its money, in fen."""

    paid_fen: int
    used_fen: int
    version: int


class AidEntryOut(Schema):
    """Money that was paid or used; a contra entry is negative."""

    code: str
    kind: str
    on: dt.date
    amount_fen: int
    about: str
    standing: str


class ActivityWhole(ActivityOut):
    """An activity with its people, its outcome, its money and what was agreed."""

    delegation: str
    outcome_zh: str
    outcome_en: str
    reason: str
    entries: list[AidEntryOut]
    items: list[str]
    photos: list[int]

    @staticmethod
    def resolve_entries(row: Any) -> list[Any]:
        return list(row.entries.all())

    @staticmethod
    def resolve_items(row: Any) -> list[str]:
        return [one.number for one in row.items.all()]

    @staticmethod
    def resolve_photos(row: Any) -> list[int]:
        return [one.pk for one in reads.photos_of(row)]


class ActivitiesWhere(Where):
    """Which activities."""

    kind: rules.ActivityKind | None = None
    stage: rules.ActivityStage | None = None
    sort: Literal["on", "planned"] = "on"


class ActivityIn(Given):
    """An activity to plan, with a unit of each side."""

    pairing: str = Field("", max_length=40)
    number: Code
    kind: rules.ActivityKind
    field: CooperationField = "partnership"
    title_zh: str = Field(min_length=1, max_length=160)
    title_en: str = Field("", max_length=200)
    on: Day
    until_on: Day | None = None
    place_zh: str = Field("", max_length=120)
    place_en: str = Field("", max_length=160)
    lead: Side
    mountain_unit: Code
    sea_unit: Code
    leader: str = Field("", max_length=120)
    leader_en: str = Field("", max_length=160)
    delegation: str = Field("", max_length=4000, description="One person a line.")
    payer: Literal["", "mountain", "sea"] = ""
    planned_fen: Annotated[int, Field(ge=0, le=10**15)] = 0


class ActivityPatch(Given):
    """What changes of an activity that is planned or held."""

    field: CooperationField | None = None
    title_zh: str | None = Field(None, min_length=1, max_length=160)
    title_en: str | None = Field(None, max_length=200)
    on: Day | None = None
    until_on: Day | None = None
    place_zh: str | None = Field(None, max_length=120)
    place_en: str | None = Field(None, max_length=160)
    lead: Side | None = None
    mountain_unit: Code | None = None
    sea_unit: Code | None = None
    leader: str | None = Field(None, max_length=120)
    leader_en: str | None = Field(None, max_length=160)
    delegation: str | None = Field(None, max_length=4000)
    payer: Literal["", "mountain", "sea"] | None = None
    planned_fen: Annotated[int, Field(ge=0, le=10**15)] | None = None


class ActivityHeldIn(Given):
    """On which day it took place, and photographs."""

    on: Day
    until_on: Day | None = None
    photos: Papers = Field(default_factory=list)


class PhotosIn(Given):
    """Photographs that were filed."""

    photos: Annotated[list[int], Field(min_length=1, max_length=20)]


class ActivityOutcomeIn(Given):
    """What came of it."""

    outcome_zh: str = Field(min_length=1, max_length=4000)
    outcome_en: LongText = ""
    papers: Papers = Field(default_factory=list)


class AidIn(Given):
    """Money that was paid or used, with its voucher."""

    kind: rules.AidKind
    on: Day
    amount_fen: Fen
    about: str = Field("", max_length=300)
    vouchers: Papers


class AidBackIn(ReasonIn):
    """How much of what was paid or used was recorded wrongly, and why."""

    kind: rules.AidKind
    amount_fen: Fen


@router.get("/activities", response=Paged[ActivityOut], summary="Activities and aid")
@may("pairing.view_activities")
def list_activities(request: Any, asked: Query[ActivitiesWhere]) -> Any:
    """The activities of a pairing and those nested in it."""
    found = reads.activities_of(request.member, pairing_of(request, asked.pairing))
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.stage:
        found = found.filter(stage=asked.stage)
    return registers.paged(ActivityOut, found, reads.ACTIVITY_SORTS[asked.sort], request)


@router.get("/activities/{number}", response=ActivityWhole, summary="One activity")
@may("pairing.view_activities")
def show_activity(request: Any, response: HttpResponse, number: str) -> Any:
    """One activity with its money; its version stands in ETag."""
    found = reads.activity_of(request.member, number)
    etag(response, found)
    return found


@router.post("/activities", response={201: ActivityWhole}, summary="Plan an activity")
@may("pairing.plan_activity")
@idempotent(ActivityWhole)
def plan_activity(request: Any, data: ActivityIn) -> Any:
    """Plan a visit, promotion, exhibition, matching of technology, donation or consumption aid."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    for side in rules.SIDES:
        given[f"{side}_unit"] = named.unit_of(pairing, given[f"{side}_unit"], side)
    actions.plan_activity(pairing, by=request.member, **given)
    return reads.activity_of(request.member, data.number)


@router.patch("/activities/{number}", response=ActivityWhole, summary="Change an activity")
@may("pairing.change_activity")
def change_activity(request: Any, response: HttpResponse, number: str, data: ActivityPatch) -> Any:
    """Change its day, people, places or the money planned."""
    found = _at_version(request, number)
    changes = changes_in(data, "until_on")
    for side in rules.SIDES:
        if changes.get(f"{side}_unit"):
            changes[f"{side}_unit"] = named.unit_of(found.pairing, changes[f"{side}_unit"], side)
    actions.change_activity(found, by=request.member, **changes)
    etag(response, found)
    return reads.activity_of(request.member, number)


@router.post(
    "/activities/{number}/held",
    response=ActivityWhole,
    summary="Say that an activity took place",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.hold_activity")
@idempotent(ActivityWhole, status=200)
def hold_activity(request: Any, number: str, data: ActivityHeldIn) -> Any:
    """The unit that organised it is asked what came of it."""
    actions.hold_activity(
        _at_version(request, number),
        on=data.on,
        until_on=data.until_on,
        photos=papers_of(request, data.photos),
        by=request.member,
    )
    return reads.activity_of(request.member, number)


@router.post("/activities/{number}/photos", response={201: ActivityWhole}, summary="Add photographs")
@may("pairing.add_photos")
@idempotent(ActivityWhole)
def add_photos(request: Any, number: str, data: PhotosIn) -> Any:
    """Hang photographs on an activity that took place."""
    found = reads.activity_of(request.member, number)
    actions.add_photos(found, papers_of(request, data.photos), by=request.member)
    return reads.activity_of(request.member, number)


@router.post(
    "/activities/{number}/close",
    response=ActivityWhole,
    summary="Write what came of an activity",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.close_activity")
@idempotent(ActivityWhole, status=200)
def close_activity(request: Any, number: str, data: ActivityOutcomeIn) -> Any:
    """Close it with its outcome."""
    actions.close_activity(
        _at_version(request, number),
        outcome_zh=data.outcome_zh,
        outcome_en=data.outcome_en,
        papers=papers_of(request, data.papers),
        by=request.member,
    )
    return reads.activity_of(request.member, number)


@router.post(
    "/activities/{number}/cancel",
    response=ActivityWhole,
    summary="Call off an activity",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.cancel_activity")
@idempotent(ActivityWhole, status=200)
def cancel_activity(request: Any, number: str, data: ReasonIn) -> Any:
    """Call off what has not taken place."""
    actions.cancel_activity(_at_version(request, number), reason=data.reason, by=request.member)
    return reads.activity_of(request.member, number)


@router.post(
    "/activities/{number}/reopen",
    response=ActivityWhole,
    summary="Take an activity one step back",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.reopen_activity")
@idempotent(ActivityWhole, status=200)
def reopen_activity(request: Any, number: str) -> Any:
    """Undo of holding, closing and calling off."""
    actions.reopen_activity(_at_version(request, number), by=request.member)
    return reads.activity_of(request.member, number)


@router.post(
    "/activities/{number}/money",
    response={201: AidEntryOut},
    summary="Record money of an activity",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.record_aid")
@idempotent(AidEntryOut)
def record_aid(request: Any, number: str, data: AidIn) -> Any:
    """No more is paid than was planned, and no more used than was paid; If-Match names the activity's version."""
    given = data.dict()
    vouchers = papers_of(request, given.pop("vouchers"))
    return actions.record_aid(_at_version(request, number), vouchers=vouchers, by=request.member, **given)


@router.post(
    "/activities/{number}/money/take-back",
    response={201: AidEntryOut},
    summary="Put money of an activity right",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.take_back_aid")
@idempotent(AidEntryOut)
def take_back_aid(request: Any, number: str, data: AidBackIn) -> Any:
    """A contra entry of today for what was recorded wrongly."""
    return actions.take_back_aid(_at_version(request, number), by=request.member, **data.dict())


@router.post("/activities/{number}/items", response={201: ItemOut}, summary="Assign what an activity agreed")
@may("pairing.assign_action_item")
@idempotent(ItemOut)
def assign_agreed_point(request: Any, number: str, data: ItemIn) -> Any:
    """What was agreed becomes an action item, with an owner on each side."""
    found = reads.activity_of(request.member, number)
    given = data.dict()
    for side in rules.SIDES:
        given[f"{side}_unit"] = named.unit_of(found.pairing, given[f"{side}_unit"], side)
    return actions.assign_action_item(found, by=request.member, **given)


def _at_version(request: Any, number: str) -> Any:
    """The activity, at the version that the caller has read."""
    found = reads.activity_of(request.member, number)
    if_match(request, found)
    return found
