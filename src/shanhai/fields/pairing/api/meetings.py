"""Joint meetings: called, invited to, with agenda and papers, held, minuted, signed."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.api.base import (
    Code,
    LongText,
    Papers,
    ReasonIn,
    Where,
    pairing_of,
    papers_of,
    router,
    row_schema,
)
from shanhai.fields.pairing.queries import named, pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    Given,
    Instant,
    Key,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
)


@row_schema(tables.MEETINGS, "minutes_zh", "minutes_en")
class MeetingOut(Schema):
    """A joint meeting."""

    at: dt.datetime
    cancel_reason: str
    version: int


class GuestOut(Schema):
    """One name on the list of a meeting."""

    id: int
    side: str
    person: str
    post: str
    post_en: str
    member: str | None
    answer: str
    is_present: bool

    @staticmethod
    def resolve_member(row: Any) -> str | None:
        return row.member.code if row.member else None


class PointOut(Schema):
    """One point of the agenda, with the numbers of its papers."""

    order: int
    title_zh: str
    title_en: str
    side: str
    asks_zh: str
    asks_en: str
    needs_paper: bool
    papers: list[int]


class MinutesSignatureOut(Schema):
    """That one side signed the minutes, and in which way: ``system``, ``scan`` or ``noted`` (from a file)."""

    side: str
    person: str
    on: dt.date
    minutes_sha256: str
    way: Literal["system", "scan", "noted"]
    confirmed_at: dt.datetime | None


class MeetingWhole(MeetingOut):
    """A meeting with its list, agenda, minutes and resolutions."""

    guests: list[GuestOut]
    agenda: list[PointOut]
    minutes_zh: str
    minutes_en: str
    signatures: list[MinutesSignatureOut]
    resolutions: list[str]

    @staticmethod
    def resolve_guests(row: Any) -> list[Any]:
        return list(row.attendees.all())

    @staticmethod
    def resolve_agenda(row: Any) -> list[Any]:
        return registered.agenda_with_papers(row)

    @staticmethod
    def resolve_signatures(row: Any) -> list[Any]:
        return list(row.signatures.all())

    @staticmethod
    def resolve_resolutions(row: Any) -> list[str]:
        return [one.number for one in row.resolutions.all()]


class MeetingIn(Given):
    """A joint meeting; both sides see it from the start."""

    pairing: str = Field("", max_length=40)
    number: Code
    level: rules.MeetingLevel
    title_zh: str = Field(min_length=1, max_length=160)
    title_en: str = Field("", max_length=200)
    at: Instant
    place_zh: str = Field("", max_length=120)
    place_en: str = Field("", max_length=160)
    convenor_mountain: Code | None = Field(None, description="Code of a member.")
    convenor_sea: Code | None = Field(None, description="Code of a member.")
    quorum_mountain: int = Field(ge=1, le=99)
    quorum_sea: int = Field(ge=1, le=99)


class MeetingPatch(Given):
    """What changes of a meeting to come; a convenor of null is nobody named."""

    level: rules.MeetingLevel | None = None
    title_zh: str | None = Field(None, min_length=1, max_length=160)
    title_en: str | None = Field(None, max_length=200)
    at: Instant | None = None
    place_zh: str | None = Field(None, max_length=120)
    place_en: str | None = Field(None, max_length=160)
    convenor_mountain: Code | None = None
    convenor_sea: Code | None = None
    quorum_mountain: int | None = Field(None, ge=1, le=99)
    quorum_sea: int | None = Field(None, ge=1, le=99)


class GuestIn(Given):
    """A member by code, or somebody without a login by name."""

    side: rules.Side
    member: Code | None = None
    person: str = Field("", max_length=120)
    post: str = Field("", max_length=120)


class InvitationsIn(Given):
    """Who is asked to come; names that are on the list already are passed over."""

    guests: list[GuestIn] = Field(min_length=1, max_length=200)


class AnswerIn(Given):
    """Whether the person comes."""

    is_coming: bool


class PointIn(Given):
    """One point of the agenda, in order; ``papers`` has all that lie on the table for it."""

    title_zh: str = Field(min_length=1, max_length=200)
    title_en: str = Field("", max_length=240)
    side: rules.Owes = "both"  # type: ignore[assignment]
    asks_zh: str = Field("", max_length=300)
    asks_en: str = Field("", max_length=400)
    needs_paper: bool = True
    papers: Papers = Field(default_factory=list)


class AgendaIn(Given):
    """The whole agenda: what is left out is off it."""

    points: list[PointIn] = Field(max_length=40)


class PapersIn(Given):
    """Papers to lay on the table."""

    papers: Papers = Field(min_length=1)


class HeldIn(Given):
    """Who was there, by the numbers of the list."""

    on: Day
    present: list[Key] = Field(max_length=400)


class MinutesIn(Given):
    """The minutes; what one side had signed before it must sign again."""

    text_zh: str = Field(min_length=1, max_length=20_000)
    text_en: LongText = ""


class MinutesSignIn(Given):
    """A signature for the caller's side, under the minutes of the version in If-Match."""

    on: Day
    person: str = Field("", max_length=120)


@router.get("/meetings", response=Paged[MeetingOut], summary="Joint meetings")
@may("pairing.view_meetings")
def list_meetings(request: Any, asked: Query[Where]) -> Any:
    """The joint meetings of a pairing and those nested in it, newest first."""
    found = queries.meetings_of(request.member, pairing_of(request, asked.pairing))
    return registers.paged(MeetingOut, found, ("-at", "-id"), request)


@router.get("/meetings/{number}", response=MeetingWhole, summary="One joint meeting")
@may("pairing.view_meetings")
def show_meeting(request: Any, response: HttpResponse, number: str) -> Any:
    """One joint meeting with list, agenda and minutes; its version stands in ETag."""
    found = queries.meeting_of(request.member, number)
    etag(response, found)
    return found


@router.post("/meetings", response={201: MeetingWhole}, summary="Call a joint meeting")
@may("pairing.call_meeting")
@idempotent(MeetingWhole)
def call_meeting(request: Any, data: MeetingIn) -> Any:
    """Call it; then invite both sides and set the agenda."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    made = actions.call_meeting(pairing, by=request.member, **_with_convenors(given, pairing))
    return queries.meeting_of(request.member, made.number)


@router.patch("/meetings/{number}", response=MeetingWhole, summary="Change a meeting to come")
@may("pairing.change_meeting")
def change_meeting(request: Any, response: HttpResponse, number: str, data: MeetingPatch) -> Any:
    """Change title, time, place, convenors or quorum; who is invited is told of a new time or place."""
    found = _at_version(request, number)
    changes = changes_in(data, "convenor_mountain", "convenor_sea")
    actions.change_meeting(found, by=request.member, **_with_convenors(changes, found.pairing))
    etag(response, found)
    return found


@router.post(
    "/meetings/{number}/guests",
    response=MeetingWhole,
    summary="Invite people",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.invite")
@idempotent(MeetingWhole, status=200)
def invite(request: Any, number: str, data: InvitationsIn) -> Any:
    """Invite members of both sides, and guests without a login."""
    found = _at_version(request, number)
    guests = []
    for one in data.guests:
        member = named.member_of(found.pairing, one.member, one.side) if one.member else None
        guests.append(actions.Guest(one.side, one.person, member, one.post))
    actions.invite(found, guests, by=request.member)
    return queries.meeting_of(request.member, number)


@router.delete("/meetings/{number}/guests/{id}", response=MeetingWhole, summary="Take a person off the list")
@may("pairing.uninvite")
def uninvite(request: Any, response: HttpResponse, number: str, id: Key) -> Any:
    """Undo of inviting."""
    found = _at_version(request, number)
    actions.uninvite(found, pages.attendee_of(found, id), by=request.member)
    again = queries.meeting_of(request.member, number)
    etag(response, again)
    return again


@router.post("/meetings/{number}/guests/{id}/answer", response=MeetingWhole, summary="Answer an invitation")
@may("pairing.answer_invitation")
@idempotent(MeetingWhole, status=200)
def answer_invitation(request: Any, number: str, id: Key, data: AnswerIn) -> Any:
    """Say whether one comes; the office answers for people of its side."""
    found = queries.meeting_of(request.member, number)
    actions.answer_invitation(pages.attendee_of(found, id), is_coming=data.is_coming, by=request.member)
    return queries.meeting_of(request.member, number)


@router.put("/meetings/{number}/agenda", response=MeetingWhole, summary="Set the agenda")
@may("pairing.set_agenda")
def set_agenda(request: Any, response: HttpResponse, number: str, data: AgendaIn) -> Any:
    """Write the agenda anew: points, what each side asks of the other, papers on the table."""
    found = _at_version(request, number)
    points = [
        actions.Point(**one.dict(exclude={"papers"}), papers=tuple(papers_of(request, one.papers)))
        for one in data.points
    ]
    actions.set_agenda(found, points, by=request.member)
    again = queries.meeting_of(request.member, number)
    etag(response, again)
    return again


@router.post(
    "/meetings/{number}/agenda/{order}/papers", response=MeetingWhole, summary="Lay papers on the table"
)
@may("pairing.add_paper")
@idempotent(MeetingWhole, status=200)
def add_paper(request: Any, number: str, order: Key, data: PapersIn) -> Any:
    """Lay papers on the table for one point; both sides can open them."""
    found = queries.meeting_of(request.member, number)
    actions.add_paper(registered.point_of(found, order), papers_of(request, data.papers), by=request.member)
    return queries.meeting_of(request.member, number)


@router.post(
    "/meetings/{number}/cancel",
    response=MeetingWhole,
    summary="Call a meeting off",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.cancel_meeting")
@idempotent(MeetingWhole, status=200)
def cancel_meeting(request: Any, number: str, data: ReasonIn) -> Any:
    """Call it off; who was invited is told why."""
    return actions.cancel_meeting(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/meetings/{number}/reinstate",
    response=MeetingWhole,
    summary="Let a meeting take place after all",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.reinstate_meeting")
@idempotent(MeetingWhole, status=200)
def reinstate_meeting(request: Any, number: str) -> Any:
    """Undo of calling off."""
    return actions.reinstate_meeting(_at_version(request, number), by=request.member)


@router.post(
    "/meetings/{number}/hold",
    response=MeetingWhole,
    summary="Say that a meeting was held",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.hold_meeting")
@idempotent(MeetingWhole, status=200)
def hold_meeting(request: Any, number: str, data: HeldIn) -> Any:
    """Say who was there; without the quorum of both sides it was no joint meeting."""
    actions.hold_meeting(_at_version(request, number), present=data.present, on=data.on, by=request.member)
    return queries.meeting_of(request.member, number)


@router.put("/meetings/{number}/minutes", response=MeetingWhole, summary="Write the minutes")
@may("pairing.write_minutes")
def write_minutes(request: Any, response: HttpResponse, number: str, data: MinutesIn) -> Any:
    """Write the minutes, or write them anew; both sides are asked to sign."""
    actions.write_minutes(_at_version(request, number), by=request.member, **data.dict())
    again = queries.meeting_of(request.member, number)
    etag(response, again)
    return again


@router.post(
    "/meetings/{number}/sign",
    response=MeetingWhole,
    summary="Sign the minutes for the own side",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.sign_minutes")
@idempotent(MeetingWhole, status=200)
def sign_minutes(request: Any, number: str, data: MinutesSignIn) -> Any:
    """Sign the minutes that were read."""
    actions.sign_minutes(_at_version(request, number), on=data.on, person=data.person, by=request.member)
    return queries.meeting_of(request.member, number)


def _at_version(request: Any, number: str) -> Any:
    """The meeting, at the version that the caller has read."""
    return if_match(request, queries.meeting_of(request.member, number))


def _with_convenors(given: dict[str, Any], pairing: Any) -> dict[str, Any]:
    """Codes of convenors, as members of their side."""
    for side in rules.SIDES:
        code = given.get(f"convenor_{side}")
        if code:
            given[f"convenor_{side}"] = named.member_of(pairing, code, side)
    return given
