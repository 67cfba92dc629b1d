"""Notes on records and who sees a record, for programs."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from shanhai.core import records
from shanhai.core.actions import notes, sharing
from shanhai.core.actions.notes import LONGEST
from shanhai.core.queries import notes as queries
from shanhai.fields.office.api.base import router
from shanhai.fields.registry.api.base import organisation_of
from shanhai.webkit.api import CHANGES_A_ROW, Given, Key, Paged, idempotent, if_match, may, paged

SHARING = {
    "keep": sharing.keep_to_unit,
    "side": sharing.share_with_own_side,
    "both": sharing.share_with_other_side,
    "public": sharing.make_public,
    "back": sharing.take_back,
}


class MentionOut(Schema):
    """Whom a note asks to look, and whether they have answered."""

    id: int
    member: str
    settled: str

    @staticmethod
    def resolve_member(row: Any) -> str:
        return row.member.code


class NoteOut(Schema):
    """A note; ``text`` is empty once it is withdrawn."""

    id: int
    kind: str
    object_id: int
    text: str
    reach: str
    owner_side: str
    by: str
    at: dt.datetime
    edited_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    mentions: list[MentionOut]
    version: int

    @staticmethod
    def resolve_by(row: Any) -> str:
        return row.by.code if row.by else ""

    @staticmethod
    def resolve_mentions(row: Any) -> list[Any]:
        return list(row.mentions.select_related("member"))


class NoteIn(Given):
    """A note: internal to the unit or side, or shared by both sides; codes of people who shall look."""

    text: str = Field(min_length=1, max_length=LONGEST)
    reach: Literal["unit", "side", "both"] = "side"
    mention: list[str] = Field(default_factory=list, max_length=20)


class ChangedNoteIn(Given):
    """What the note shall say."""

    text: str = Field(min_length=1, max_length=LONGEST)
    mention: list[str] = Field(default_factory=list, max_length=20)


class ReachOut(Schema):
    """Who sees a record now."""

    kind: str
    id: int
    reach: str
    version: int

    @staticmethod
    def resolve_kind(row: Any) -> str:
        return str(row._meta.label_lower)


class RecordShareIn(Given):
    """The next step: keep to the unit, show to the side or both sides, make public, take back."""

    to: Literal["keep", "side", "both", "public", "back"]


class RecordGuestIn(Given):
    """Code of the organisation."""

    organisation: str = Field(min_length=1, max_length=40)


@router.get("/records/{kind}/{id}/notes", response=Paged[NoteOut], summary="Notes on a record")
@may("core.write_note")
def list_notes(request: Any, kind: str, id: Key) -> Any:
    """The thread of a record as the caller may read it, oldest first."""
    record = records.found(request.member, kind, id)
    return paged(queries.thread(request.member, record), ("at", "id"), request)


@router.post("/records/{kind}/{id}/notes", response={201: NoteOut}, summary="Write a note")
@may("core.write_note")
@idempotent(NoteOut)
def write_note(request: Any, kind: str, id: Key, data: NoteIn) -> Any:
    """Write a note on a record; it is internal unless it is written for both sides."""
    record = records.found(request.member, kind, id)
    return notes.write_note(
        record,
        text=data.text,
        reach=data.reach,
        mention=data.mention,
        pairing=request.pairing,
        by=request.member,
    )


@router.post("/notes/{id}/change", response=NoteOut, summary="Change a note", openapi_extra=CHANGES_A_ROW)
@may("core.change_note")
@idempotent(NoteOut, status=200)
def change_note(request: Any, id: Key, data: ChangedNoteIn) -> Any:
    """Mend one's own note while it can be taken back."""
    note = queries.note_of(request.member, id)
    if_match(request, note)
    return notes.change_note(note, text=data.text, mention=data.mention, by=request.member)


@router.post("/notes/{id}/withdraw", response=NoteOut, summary="Withdraw a note", openapi_extra=CHANGES_A_ROW)
@may("core.withdraw_note")
@idempotent(NoteOut, status=200)
def withdraw_note(request: Any, id: Key) -> Any:
    """Withdraw one's own note while it can be taken back."""
    note = queries.note_of(request.member, id)
    if_match(request, note)
    return notes.withdraw_note(note, by=request.member)


@router.post("/mentions/{id}/seen", response=MentionOut, summary="Say that a note is seen")
@may("core.see_mention")
@idempotent(MentionOut, status=200)
def see_mention(request: Any, id: Key) -> Any:
    """The note no longer waits for the caller."""
    return notes.see_mention(queries.mention_of(request.member, id), by=request.member)


@router.post(
    "/records/{kind}/{id}/share",
    response=ReachOut,
    summary="Say who sees a record",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.share_with_own_side")
@idempotent(ReachOut, status=200)
def share_record(request: Any, kind: str, id: Key, data: RecordShareIn) -> Any:
    """Show a record to others step by step, or take it back; only the side that owns it may."""
    record = _at_version(request, kind, id)
    SHARING[data.to](record, by=request.member)
    return record


@router.post(
    "/records/{kind}/{id}/guests",
    response=ReachOut,
    summary="Show a record to a named organisation",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.share_with_guest")
@idempotent(ReachOut, status=200)
def share_record_with_guest(request: Any, kind: str, id: Key, data: RecordGuestIn) -> Any:
    """One organisation more, by its code."""
    record = _at_version(request, kind, id)
    sharing.share_with_guest(record, organisation_of(data.organisation), by=request.member)
    return record


def _at_version(request: Any, kind: str, id: int) -> Any:
    record = records.with_reach(records.found(request.member, kind, id))
    if_match(request, record)
    return record
