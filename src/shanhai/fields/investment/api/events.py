"""Joint promotion events for programs: planned, convened by each side, firms invited, who came, what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.investment.actions import events as actions
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.api.projects import Fen
from shanhai.fields.investment.queries import events as queries
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.fields.registry.api.base import organisation_of, unit_of
from shanhai.webkit.api import Day, Given, idempotent, may

Number = Annotated[str, Field(min_length=1, max_length=40)]
Firm = Annotated[str, Field(max_length=120)]


class PromotionOut(Schema):
    """A promotion event with its counts."""

    number: str
    title_zh: str
    title_en: str
    on: dt.date
    place_zh: str
    place_en: str
    stage: str
    is_joint: bool
    invited: int
    came: int
    leads: int
    cost_fen: int

    @staticmethod
    def resolve_is_joint(row: Any) -> bool:
        return (row.n_sides or 0) == 2

    @staticmethod
    def resolve_invited(row: Any) -> int:
        return row.n_invited or 0

    @staticmethod
    def resolve_came(row: Any) -> int:
        return row.n_came or 0

    @staticmethod
    def resolve_leads(row: Any) -> int:
        return row.n_leads or 0

    @staticmethod
    def resolve_cost_fen(row: Any) -> int:
        return row.cost_fen or 0


class EventSideOut(Schema):
    """What a side gives to an event."""

    side: Literal["mountain", "sea"]
    convened_on: dt.date
    budget_fen: int | None
    cost_fen: int | None
    version: int


class EventGuestOut(Schema):
    """A firm of an event; ``came`` is null while it is not known, ``lead`` the number of the lead that came from it."""

    firm: str
    organisation: str | None
    invited_by: str
    invited_on: dt.date
    came: bool | None
    people: str
    lead: str | None
    version: int

    @staticmethod
    def resolve_organisation(row: Any) -> str | None:
        return row.organisation.code if row.organisation else None

    @staticmethod
    def resolve_lead(row: Any) -> str | None:
        return row.lead.number if row.lead else None


class EventWhole(Schema):
    """An event with its sides and firms; ``credit`` is what each side books of the leads, which the zone counts once."""

    number: str
    title_zh: str
    title_en: str
    on: dt.date
    stage: str
    sides: list[EventSideOut]
    guests: list[EventGuestOut]
    leads: int
    credit: dict[str, int]
    budget_fen: int
    cost_fen: int
    cost_per_lead_fen: int | None


class EventsWhere(OfficeWhere):
    """Which events."""


class EventIn(Given):
    """An event to plan; the caller's side convenes it at once."""

    pairing: str = Field("", max_length=40)
    number: Number
    title_zh: str = Field(min_length=1, max_length=160)
    title_en: str = Field("", max_length=200)
    on: Day
    until_on: Day | None = None
    place_zh: str = Field("", max_length=120)
    place_en: str = Field("", max_length=160)
    lead: Literal["mountain", "sea"]
    mountain_unit: Number
    sea_unit: Number
    budget_fen: Fen | None = None


class EventConveneIn(Given):
    """What the caller's side gives."""

    budget_fen: Fen | None = None


class EventMoneyIn(Given):
    """What the caller's side gives and spent; what is left out stays."""

    budget_fen: Fen | None = None
    cost_fen: Fen | None = None


class EventGuestIn(Given):
    """A firm to invite, by its name or its code in the register."""

    firm: Firm = ""
    organisation: str = Field("", max_length=40)
    people: str = Field("", max_length=160)


class EventCameIn(Given):
    """Whether a firm came."""

    firm: Firm
    came: bool
    people: str = Field("", max_length=160)


class EventLeadIn(Given):
    """The lead that came from a firm."""

    firm: Firm
    lead: Number


class EventFirmIn(Given):
    """A firm of the event."""

    firm: Firm


@router.get("/events", response=list[PromotionOut], summary="Joint promotion events")
@may("investment.view_events")
def list_events(request: Any, asked: Query[EventsWhere]) -> Any:
    """The promotions of a pairing and those nested in it, latest first; the last 500."""
    found = queries.events_of(request.member, pairing_of(request, asked.pairing))
    return list(found.order_by("-on", "-pk")[:500])


@router.get("/events/{number}", response=EventWhole, summary="One event")
@may("investment.view_events")
def show_event(request: Any, number: str) -> Any:
    """One event with its sides and firms."""
    return whole(queries.event_of(request.member, number))


def whole(event: Any) -> dict[str, Any]:
    """An event as programs read it."""
    result = queries.result_of(event)
    facts = {name: getattr(event, name) for name in ("number", "title_zh", "title_en", "on", "stage")}
    told = {name: getattr(result, name) for name in ("leads", "budget_fen", "cost_fen", "cost_per_lead_fen")}
    sides = [one for _side, one in sorted(queries.sides_of(event).items())]
    return facts | told | {"sides": sides, "guests": queries.guests_of(event), "credit": dict(result.credit)}


@router.post("/events", response={201: EventWhole}, summary="Plan an event")
@may("investment.plan_event")
@idempotent(EventWhole)
def plan_event(request: Any, data: EventIn) -> Any:
    """It is an activity of the partnership from the first."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    units: dict[str, Any] = {name: unit_of(given.pop(name)) for name in ("mountain_unit", "sea_unit")}
    return whole(actions.plan_event(pairing, by=request.member, **given, **units))


@router.post("/events/{number}/convene", response=EventWhole, summary="Convene an event")
@may("investment.convene_event")
@idempotent(EventWhole, status=200)
def convene_event(request: Any, number: str, data: EventConveneIn) -> Any:
    """For the caller's side."""
    event = queries.event_of(request.member, number)
    actions.convene_event(event, budget_fen=data.budget_fen, by=request.member)
    return whole(event)


@router.post("/events/{number}/money", response=EventWhole, summary="Budget and cost of a side")
@may("investment.set_event_money")
@idempotent(EventWhole, status=200)
def set_event_money(request: Any, number: str, data: EventMoneyIn) -> Any:
    """For the caller's side."""
    event = queries.event_of(request.member, number)
    actions.set_event_money(event, by=request.member, **data.dict(exclude_unset=True))
    return whole(event)


@router.post("/events/{number}/guests", response=EventWhole, summary="Invite a firm")
@may("investment.invite_firm")
@idempotent(EventWhole, status=200)
def invite_firm(request: Any, number: str, data: EventGuestIn) -> Any:
    """Once, whichever side does it."""
    event = queries.event_of(request.member, number)
    organisation = organisation_of(data.organisation) if data.organisation else None
    actions.invite_firm(
        event, firm=data.firm, organisation=organisation, people=data.people, by=request.member
    )
    return whole(event)


@router.post("/events/{number}/came", response=EventWhole, summary="Say whether a firm came")
@may("investment.mark_guest")
@idempotent(EventWhole, status=200)
def mark_guest(request: Any, number: str, data: EventCameIn) -> Any:
    """After the event was held."""
    event = queries.event_of(request.member, number)
    guest = queries.guest_of(event, data.firm)
    actions.mark_guest(guest, came=data.came, people=data.people, by=request.member)
    return whole(event)


@router.post("/events/{number}/leads", response=EventWhole, summary="Say which lead came from a firm")
@may("investment.lead_from_event")
@idempotent(EventWhole, status=200)
def lead_from_event(request: Any, number: str, data: EventLeadIn) -> Any:
    """It counts once, and both sides book it."""
    event = queries.event_of(request.member, number)
    lead = lead_queries.lead_of(request.member, data.lead)
    actions.lead_from_event(queries.guest_of(event, data.firm), lead, by=request.member)
    return whole(event)


@router.post("/events/{number}/leads/take-off", response=EventWhole, summary="Take a lead off an event")
@may("investment.take_lead_off_event")
@idempotent(EventWhole, status=200)
def take_lead_off_event(request: Any, number: str, data: EventFirmIn) -> Any:
    """The lead stays as it is."""
    event = queries.event_of(request.member, number)
    actions.take_lead_off_event(queries.guest_of(event, data.firm), by=request.member)
    return whole(event)
