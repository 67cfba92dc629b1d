"""One's own work for programs: the lists, and what is done to their items."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Query, Schema
from pydantic import Field

from shanhai.core.actions import work as actions
from shanhai.core.models import Deputy, Member, WorkItem
from shanhai.core.queries import work
from shanhai.fields.office import work_kinds
from shanhai.fields.office.api.base import router
from shanhai.fields.office.api.told import PersonReached
from shanhai.fields.office.queries import told
from shanhai.fields.office.queries import work as own
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Key, Paged, idempotent, if_match, may, paged

Keys = Annotated[list[Key], Field(min_length=1, max_length=actions.MOST_AT_ONCE)]
MemberCode = Annotated[str, Field(min_length=1, max_length=40)]


class WorkOut(Schema):
    """Something that waits, or waited, for a unit or a member."""

    id: int
    kind: str
    what: str
    url: str
    due_on: dt.date | None
    unit: str
    member: str | None
    pairing: str | None
    stage: str
    actions: list[str]
    version: int

    @staticmethod
    def resolve_what(row: Any) -> str:
        return work.words(row)

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code

    @staticmethod
    def resolve_member(row: Any) -> str | None:
        return row.member.code if row.member else None

    @staticmethod
    def resolve_pairing(row: Any) -> str | None:
        return row.pairing.code if row.pairing else None

    @staticmethod
    def resolve_actions(row: Any) -> list[str]:
        return [one.code for one in work_kinds.actions_of(row)]


class WorkWhere(Schema):
    """Which list: what waits, the unit's, what one started, watches or finished."""

    of: Literal["waiting", "unit", "started", "watched", "finished"] = "waiting"


class ManyOut(Schema):
    """How many rows moved, and the people who were told."""

    count: int
    members: list[str] = Field(default_factory=list)


class AssignIn(Given):
    """Which items, and to whom of the unit; null gives them back to it."""

    items: Keys
    to: MemberCode | None = None


class HandedOut(Schema):
    """One item that changed hands; all three are given back to undo it."""

    item: int
    before: int | None
    version: int


class AssignedOut(Schema):
    """What changed hands."""

    moved: list[HandedOut]


class UnassignIn(Given):
    """What an assignment answered."""

    moved: Annotated[list[HandedOut], Field(min_length=1, max_length=actions.MOST_AT_ONCE)]


class ItemsIn(Given):
    """Which items."""

    items: Keys


class DoIn(Given):
    """What is done to an item, with a word where it needs one."""

    action: str = Field(min_length=1, max_length=40)
    word: str = Field("", max_length=500)


class DoneOut(Schema):
    """The sentence that says what was done."""

    said: str


class StandInIn(Given):
    """Who stands in, for oneself where no member is named."""

    deputy: MemberCode
    from_on: Day
    to_on: Day | None = None
    member: MemberCode | None = None


class StandInOut(Schema):
    """That one member stands in for another."""

    id: int
    member: str
    deputy: str
    from_on: dt.date
    to_on: dt.date | None
    ended_on: dt.date | None
    version: int

    @staticmethod
    def resolve_member(row: Any) -> str:
        return row.member.code

    @staticmethod
    def resolve_deputy(row: Any) -> str:
        return row.deputy.code


class HandOverIn(Given):
    """Who takes all open work over, of oneself where no member is named."""

    to: MemberCode
    member: MemberCode | None = None


def _item(request: Any, pk: int) -> WorkItem:
    found = own.chosen(request.member, [pk])
    if not found:
        raise NotFound(
            "office.no_such_work",
            gettext_noop("There is no work {id} in your lists. It may be done already; read the list again."),
            id=pk,
        )
    return found[0]


def _items(request: Any, keys: list[int]) -> list[WorkItem]:
    return [_item(request, key) for key in dict.fromkeys(keys)]


@router.get("/my-work", response=Paged[WorkOut], summary="One's own work")
@may("office.view_work")
def list_work(request: Any, where: Query[WorkWhere]) -> Any:
    """What waits for the caller, soonest first; what is finished, latest first."""
    rows = own.items_of(request.member, where.of).select_related("unit", "member", "pairing")
    return paged(rows, ["-done_at"] if where.of == "finished" else ["sorted_on"], request)


@router.post("/my-work/assign", response=AssignedOut, summary="Give work out")
@may("core.assign_items")
@idempotent(AssignedOut, status=200)
def assign_work(request: Any, data: AssignIn) -> Any:
    """Give open work of the own unit to one of its people, all of it or none."""
    to = own.member_named(request.member, data.to) if data.to else None
    return {"moved": actions.assign_items(_items(request, data.items), to=to, by=request.member)}


@router.post("/my-work/unassign", response=ManyOut, summary="Take an assignment back")
@may("core.take_back_assignment")
@idempotent(ManyOut, status=200)
def unassign_work(request: Any, data: UnassignIn) -> Any:
    """Undo an assignment: what was not touched since goes back to whoever had it."""
    moved = [actions.Moved(one.item, one.before, one.version) for one in data.moved]
    return {"count": actions.take_back_assignment(moved, by=request.member)}


@router.post("/my-work/reach", response=list[PersonReached], summary="Whom reminding would reach")
@may("core.remind_of")
def list_reached_by_work(request: Any, data: ItemsIn) -> Any:
    """By name: of what, how and when, and who was reminded lately; nothing is sent."""
    found = actions.reach_of(_items(request, data.items), request.member)
    return [told.reached_row(one, found) for one in found.people]


@router.post("/my-work/remind", response=ManyOut, summary="Remind of work")
@may("core.remind_of")
@idempotent(ManyOut, status=200)
def remind_of_work(request: Any, data: ItemsIn) -> Any:
    """Remind the people whom items wait for; each once a day."""
    told_now = actions.remind_of(_items(request, data.items), by=request.member)
    return {"count": len(told_now), "members": sorted(one.code for one in told_now)}


@router.post("/my-work/hand-over", response=ManyOut, summary="Hand open work over for good")
@may("core.hand_over_work")
@idempotent(ManyOut, status=200)
def hand_work_over(request: Any, data: HandOverIn) -> Any:
    """All open work that waits for a member by name goes to another."""
    member = own.member_named(request.member, data.member) if data.member else request.member
    to = own.member_named(request.member, data.to)
    return {"count": actions.hand_over_work(member, to=to, by=request.member), "members": [to.code]}


@router.post("/my-work/{id}/claim", response=WorkOut, openapi_extra=CHANGES_A_ROW, summary="Take work up")
@may("core.claim_item")
@idempotent(WorkOut, status=200)
def claim_work(request: Any, id: Key) -> Any:
    """Take up work of one's own unit that nobody has."""
    item = _item(request, id)
    if_match(request, item)
    return actions.claim_item(item, by=request.member)


@router.post("/my-work/{id}/watch", response={204: None}, summary="Watch the record of an item")
@may("core.watch")
def watch_work(request: Any, id: Key) -> Any:
    """Follow what waits on the same record."""
    actions.watch(_item(request, id), by=request.member)
    return 204, None


@router.post("/my-work/{id}/unwatch", response={204: None}, summary="Watch it no longer")
@may("core.unwatch")
def unwatch_work(request: Any, id: Key) -> Any:
    """Follow the record no longer."""
    actions.unwatch(_item(request, id), by=request.member)
    return 204, None


@router.post("/my-work/{id}/do", response=DoneOut, summary="Do what an item offers")
@may("office.view_work")
@idempotent(DoneOut, status=200)
def do_work(request: Any, id: Key, data: DoIn) -> Any:
    """Do one of the actions that an item offers, as in its row."""
    return {"said": own.do(_item(request, id), data.action, data.word, request.member)}


@router.get("/deputies", response=list[StandInOut], summary="Who stands in")
@may("office.view_work")
def list_stand_ins(request: Any) -> Any:
    """Who stands in for the caller, and for whom the caller stands in, latest first; at most 100."""
    return list(own.deputies_of(request.member)[:100])


@router.post("/deputies", response={201: StandInOut}, summary="Name a deputy")
@may("core.name_deputy")
@idempotent(StandInOut)
def name_stand_in(request: Any, data: StandInIn) -> Deputy:
    """Say who stands in, for dates or until it is ended."""
    member: Member = own.member_named(request.member, data.member) if data.member else request.member
    deputy = own.member_named(request.member, data.deputy)
    return actions.name_deputy(
        member, deputy=deputy, from_on=data.from_on, to_on=data.to_on, by=request.member
    )


@router.post("/deputies/{id}/end", response=StandInOut, openapi_extra=CHANGES_A_ROW, summary="End it")
@may("core.dismiss_deputy")
@idempotent(StandInOut, status=200)
def end_stand_in(request: Any, id: Key) -> Deputy:
    """End a standing-in today."""
    row = own.deputy_of(request.member, id)
    if_match(request, row)
    return actions.dismiss_deputy(row, by=request.member)
