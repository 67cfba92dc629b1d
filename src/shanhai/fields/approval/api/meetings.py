"""Joint review meetings for programs: called, their agenda, held, decided, minuted, signed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import access
from shanhai.fields.approval.actions import meetings as actions
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import cases, said
from shanhai.fields.approval.queries import meetings as queries
from shanhai.fields.approval.queries import registers as tables
from shanhai.fields.approval.rules import meetings as rules
from shanhai.fields.office.api.base import pairing_of
from shanhai.webkit import registers
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    Given,
    Instant,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
)

Title = Annotated[str, Field(min_length=1, max_length=160)]
_VERDICTS: list[Any] = [code for code, _en, _zh in said.VERDICTS]


@registers.schema(tables.MEETINGS.register, tables.MEETINGS.rows_of)
class ReviewMeetingOut(Schema):
    """A joint review meeting."""

    pairing: str
    at: dt.datetime
    cancel_reason: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code


class SeatOut(Schema):
    """A body that sits in a meeting; ``is_counted`` says whether it is part of the quorum."""

    code: str
    role: str
    unit: str
    name_zh: str
    name_en: str
    is_counted: bool
    is_present: bool
    person: str

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code


class ReviewPointOut(Schema):
    """An item on the agenda, and what the meeting decided on it."""

    order: int
    case: str
    item: str
    why: str
    verdict: str
    text: str
    due_on: dt.date | None
    decided_on: dt.date | None
    is_followed: bool | None
    version: int

    @staticmethod
    def resolve_case(row: Any) -> str:
        return row.item.case.number

    @staticmethod
    def resolve_item(row: Any) -> str:
        return row.item.code

    @staticmethod
    def resolve_is_followed(row: Any) -> bool | None:
        return queries.is_followed(row)


class ReviewSignatureOut(Schema):
    """That a body signed the minutes, and in which way: ``system``, ``scan`` or ``noted`` (from a file)."""

    seat: str
    person: str
    on: dt.date
    minutes_sha256: str
    way: Literal["system", "scan", "noted"]

    @staticmethod
    def resolve_seat(row: Any) -> str:
        return row.seat.code


class ReviewMeetingWhole(ReviewMeetingOut):
    """A meeting with its agenda, seats, minutes and signatures; ``missing`` are those whom the quorum lacks."""

    points: list[ReviewPointOut]
    seats: list[SeatOut]
    missing: list[str]
    minutes_zh: str
    minutes_en: str
    signatures: list[ReviewSignatureOut]

    @staticmethod
    def resolve_points(row: Any) -> list[Any]:
        return queries.points_of(row)

    @staticmethod
    def resolve_seats(row: Any) -> list[Any]:
        return queries.seats_of(row)

    @staticmethod
    def resolve_missing(row: Any) -> list[str]:
        return rules.missing([one.sits for one in queries.seats_of(row)])

    @staticmethod
    def resolve_signatures(row: Any) -> list[Any]:
        return list(row.signatures.select_related("seat").order_by("pk"))


class RipeOut(Schema):
    """An open item that a meeting should have on its agenda, and why."""

    case: str
    item: str
    why: str
    due_on: dt.date | None

    @staticmethod
    def resolve_case(row: Any) -> str:
        return row.item.case.number

    @staticmethod
    def resolve_item(row: Any) -> str:
        return row.item.code

    @staticmethod
    def resolve_due_on(row: Any) -> dt.date | None:
        return row.item.due_on


class MeetingsWhere(Schema):
    """Which meetings."""

    pairing: str = Field("", max_length=40)
    stage: rules.MeetingStage | None = None


class RipeWhere(Schema):
    """Ripe for which level, in which pairing."""

    pairing: str = Field("", max_length=40)
    level: rules.ReviewLevel = rules.ReviewLevel.JOINT


class ItemName(Given):
    """An item of a case."""

    case: str = Field(min_length=1, max_length=40)
    item: str = Field(min_length=1, max_length=30)


class ReviewMeetingIn(Given):
    """A meeting of the caller’s side; what has climbed to its level stands on its agenda by itself."""

    pairing: str = Field("", max_length=40)
    level: rules.ReviewLevel = rules.ReviewLevel.JOINT
    title_zh: Title
    title_en: str = Field("", max_length=199)
    at: Instant
    place_zh: str = Field("", max_length=120)
    place_en: str = Field("", max_length=160)
    items: list[ItemName] = Field(default_factory=list, max_length=200)
    number: str = Field("", max_length=40)


class ReviewMeetingChange(Given):
    """What changes of a meeting that is still to come."""

    title_zh: str = Field("", max_length=160)
    title_en: str = Field("", max_length=199)
    at: Instant | None = None
    place_zh: str = Field("", max_length=120)
    place_en: str = Field("", max_length=160)


class ReviewAgendaIn(Given):
    """Items that are put on the agenda."""

    items: list[ItemName] = Field(min_length=1, max_length=200)


class ReviewHeldIn(Given):
    """Code of each body that was there, to who came for it."""

    present: dict[str, Annotated[str, Field(max_length=120)]] = Field(default_factory=dict, max_length=200)


class VerdictIn(Given):
    """What the meeting decided on an item."""

    verdict: str = Field(max_length=10, json_schema_extra={"enum": _VERDICTS})
    text: str = Field("", max_length=1000)
    due_on: Day | None = None


class ReviewMinutesIn(Given):
    """The minutes; one language may stand for the other."""

    text_zh: str = Field("", max_length=20_000)
    text_en: str = Field("", max_length=20_000)


class ReviewSignIn(Given):
    """When the caller signs, and who."""

    on: Day
    person: str = Field("", max_length=120)


class MeetingReasonIn(Given):
    """Why; all who sit in the meeting read it."""

    reason: str = Field(min_length=1, max_length=300)


def _meeting(request: Any, number: str) -> Any:
    found = queries.meeting_of(request.member, number)
    if_match(request, found)
    return found


def _items(request: Any, named: list[ItemName]) -> list[Any]:
    return [cases.item_of(request.member, one.case, one.item) for one in named]


@router.get("/review-meetings", response=Paged[ReviewMeetingOut], summary="Joint review meetings")
@may("approval.view_review_meetings")
def list_review_meetings(request: Any, asked: Query[MeetingsWhere]) -> Any:
    """The meetings of a pairing and those nested in it that the caller sees, latest first."""
    found = queries.meetings_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    return registers.paged(ReviewMeetingOut, found, ("-at", "-id"), request)


@router.get("/review-meetings/ripe", response=list[RipeOut], summary="What is ripe for a review meeting")
@may("approval.call_review_meeting")
def list_ripe_items(request: Any, asked: Query[RipeWhere]) -> Any:
    """Open items of the caller’s side that are ripe for a meeting and wait for none, the most overdue first."""
    pairing = pairing_of(request, asked.pairing)
    return queries.ripe(pairing, access.standing(request.member).side_in(pairing.pk) or "", asked.level)


@router.get("/review-meetings/{number}", response=ReviewMeetingWhole, summary="One review meeting")
@may("approval.view_review_meetings")
def show_review_meeting(request: Any, response: HttpResponse, number: str) -> Any:
    """One meeting with its agenda, seats, minutes and signatures; its version stands in ETag."""
    found = queries.meeting_of(request.member, number)
    etag(response, found)
    return found


@router.post("/review-meetings", response={201: ReviewMeetingWhole}, summary="Call a review meeting")
@may("approval.call_review_meeting")
@idempotent(ReviewMeetingWhole)
def call_review_meeting(request: Any, data: ReviewMeetingIn) -> Any:
    """Call a meeting of the caller’s side."""
    given = data.dict(exclude={"pairing", "items"})
    pairing, items = pairing_of(request, data.pairing), _items(request, data.items)
    return actions.call_review_meeting(pairing, items=items, by=request.member, **given)


@router.patch(
    "/review-meetings/{number}", response=ReviewMeetingWhole, summary="Move a review meeting",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.change_review_meeting")
@idempotent(ReviewMeetingWhole)
def change_review_meeting(request: Any, number: str, data: ReviewMeetingChange) -> Any:
    """Change title, time or place of a meeting that is still to come."""
    return actions.change_review_meeting(_meeting(request, number), by=request.member, **changes_in(data))


@router.post(
    "/review-meetings/{number}/agenda", response=ReviewMeetingWhole, summary="Put items on the agenda",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.put_on_agenda")
@idempotent(ReviewMeetingWhole)
def put_on_agenda(request: Any, number: str, data: ReviewAgendaIn) -> Any:
    """Put open items of cases on the agenda."""
    return actions.put_on_agenda(_meeting(request, number), _items(request, data.items), by=request.member)


@router.post(
    "/review-meetings/{number}/agenda/{order}/take-off", response=ReviewMeetingWhole,
    summary="Take an item off the agenda",
)  # fmt: skip
@may("approval.take_off_agenda")
@idempotent(ReviewMeetingWhole)
def take_off_agenda(request: Any, number: str, order: int) -> Any:
    """Take an item off the agenda of a meeting that is still to come."""
    return actions.take_off_agenda(queries.point_of(request.member, number, order), by=request.member)


@router.post(
    "/review-meetings/{number}/hold", response=ReviewMeetingWhole, summary="Note who was there",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.hold_review_meeting")
@idempotent(ReviewMeetingWhole)
def hold_review_meeting(request: Any, number: str, data: ReviewHeldIn) -> Any:
    """Say who was there."""
    return actions.hold_review_meeting(_meeting(request, number), present=data.present, by=request.member)


@router.post(
    "/review-meetings/{number}/agenda/{order}/decision", response=ReviewPointOut,
    summary="Write down what the meeting decided", openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.decide_point")
@idempotent(ReviewPointOut)
def decide_point(request: Any, number: str, order: int, data: VerdictIn) -> Any:
    """What the meeting decided on an item; refused without the quorum."""
    point = queries.point_of(request.member, number, order)
    if_match(request, point)
    return actions.decide_point(point, by=request.member, **data.dict())


@router.put(
    "/review-meetings/{number}/minutes", response=ReviewMeetingWhole, summary="Write the minutes",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("approval.write_review_minutes")
@idempotent(ReviewMeetingWhole)
def write_review_minutes(request: Any, number: str, data: ReviewMinutesIn) -> Any:
    """Write the minutes, or write them anew; nothing given takes them from the record."""
    found = _meeting(request, number)
    zh, en = (data.text_zh, data.text_en) if data.text_zh or data.text_en else queries.drafted(found)
    return actions.write_review_minutes(found, text_zh=zh, text_en=en, by=request.member)


@router.post("/review-meetings/{number}/sign", response=ReviewMeetingWhole, summary="Sign the minutes",
             openapi_extra=CHANGES_A_ROW)  # fmt: skip
@may("approval.sign_review_minutes")
@idempotent(ReviewMeetingWhole)
def sign_review_minutes(request: Any, number: str, data: ReviewSignIn) -> Any:
    """Sign the minutes for the caller’s department."""
    return actions.sign_review_minutes(
        _meeting(request, number), on=data.on, person=data.person, by=request.member
    )


@router.post("/review-meetings/{number}/cancel", response=ReviewMeetingWhole, summary="Call a meeting off",
             openapi_extra=CHANGES_A_ROW)  # fmt: skip
@may("approval.cancel_review_meeting")
@idempotent(ReviewMeetingWhole)
def cancel_review_meeting(request: Any, number: str, data: MeetingReasonIn) -> Any:
    """Call a meeting off that is still to come."""
    return actions.cancel_review_meeting(_meeting(request, number), reason=data.reason, by=request.member)
