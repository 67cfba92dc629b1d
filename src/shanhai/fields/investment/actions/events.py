"""Writes of joint promotion events: convened by each side, firms invited, who came, and the lead that came from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from shanhai.core import access, clock, journal, rows
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.models import Import, Member, Organisation, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.investment.models import EventGuest, EventSide, Lead
from shanhai.fields.investment.queries import events as queries
from shanhai.fields.investment.rules import events as rules
from shanhai.fields.investment.rules.teams import EVENT_INDICATORS
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.pairing import actions as pairing_actions
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


@action
def plan_event(
    pairing: Pairing,
    *,
    number: str,
    title_zh: str,
    title_en: str = "",
    on: date,
    until_on: date | None = None,
    place_zh: str = "",
    place_en: str = "",
    lead: str,
    mountain_unit: Unit,
    sea_unit: Unit,
    budget_fen: int | None = None,
    by: Member,
) -> Any:
    """Plan a promotion as an activity of the partnership; the side of its writer convenes it at once."""
    access.check(by, "investment.plan_event", pairing_id=pairing.pk)
    rules.check_side(access.standing(by).side_in(pairing.pk) or "")
    event = pairing_actions.plan_activity(
        pairing, number=number, kind=queries.PROMOTION, field="investment", title_zh=title_zh, title_en=title_en, on=on,
        until_on=until_on, place_zh=place_zh, place_en=place_en, lead=lead, mountain_unit=mountain_unit, sea_unit=sea_unit,
        by=by,
    )  # fmt: skip
    convene_event(event, budget_fen=budget_fen, by=by)
    return event


@action
def convene_event(
    event: Any,
    *,
    budget_fen: int | None = None,
    cost_fen: int | None = None,
    side: str = "",
    on: date | None = None,
    is_illustrative: bool = False,
    source: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> EventSide:
    """Convene an event for one's side. When both sides have, it is a joint one, and counts as such once it was held.

    Parameters
    ----------
    side
        For the system, which sits on none.
    """
    access.check(by, "investment.convene_event", pairing_id=event.pairing_id)
    rules.check_takes_place(event.number, event.stage)
    side = queries.side_in(event, by) if by is not None else side
    rules.check_side(side)
    there = event.event_sides.filter(side=side).first()
    rules.check_not_convened(event.number, there.convened_on if there else None)
    rules.check_money(event.number, "budget_fen", budget_fen)
    rules.check_money(event.number, "cost_fen", cost_fen)
    on = on or clock.today()
    check_not_later(on)
    row = EventSide.objects.create(
        activity=event,
        side=side,
        convened_on=on,
        convened_by=by,
        budget_fen=budget_fen,
        cost_fen=cost_fen,
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    _record(row, "investment.convene_event", by, side=side, **origin(on_import))
    return row


@action
def set_event_money(
    event: Any, *, side: str = "", on_import: Import | None = None, by: Member | None, **money: int | None
) -> EventSide:
    """Say what one's own side gives to an event and what it spent: ``budget_fen``, ``cost_fen``."""
    access.check(by, "investment.set_event_money", pairing_id=event.pairing_id)
    side = queries.side_in(event, by) if by is not None else side
    rules.check_side(side)
    row = event.event_sides.filter(side=side).first()
    rules.check_convened(event.number, row.convened_on if row else None)
    row.activity = event
    for name, fen in money.items():
        rules.check_money(event.number, name, fen)
    changes = differing(row, money)
    if not changes:
        return row
    rows.move(row, **changes)
    _record(row, "investment.set_event_money", by, side=side, **origin(on_import))
    return row


@action
def invite_firm(
    event: Any,
    *,
    firm: str = "",
    organisation: Organisation | None = None,
    people: str = "",
    side: str = "",
    on: date | None = None,
    is_illustrative: bool = False,
    source: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> EventGuest:
    """Invite a firm to an event, once, whichever side does it."""
    access.check(by, "investment.invite_firm", pairing_id=event.pairing_id)
    rules.check_takes_place(event.number, event.stage)
    firm = rules.check_firm(firm or (organisation.name_zh if organisation is not None else ""))[:120]
    if event.event_guests.filter(firm=firm).exists():
        raise NotNow(
            "investment.guest_there",
            gettext_noop("{firm} is invited to event {number} already. Say whether it came instead."),
            firm=firm,
            number=event.number,
            field="firm",
        )
    row = EventGuest.objects.create(
        activity=event,
        firm=firm,
        organisation=organisation,
        invited_by=queries.side_in(event, by) if by is not None else side,
        invited_on=on or min(clock.today(), event.on),
        people=people.strip()[:160],
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    _record(row, "investment.invite_firm", by, **origin(on_import))
    return row


@action
def mark_guest(
    guest: EventGuest, *, came: bool, people: str = "", on_import: Import | None = None, by: Member | None
) -> EventGuest:
    """Say whether an invited firm came; who brought a lead came."""
    event = guest.activity
    access.check(by, "investment.mark_guest", pairing_id=event.pairing_id)
    rules.check_held(event.number, event.stage)
    if guest.lead_id is not None and not came:
        raise NotNow(
            "investment.guest_has_lead",
            gettext_noop("A lead came from {firm}, so it came. Take the lead off it first."),
            firm=guest.firm,
        )
    if guest.came == came and not people:
        return guest
    rows.move(guest, came=came, people=people.strip()[:160] or guest.people)
    _record(guest, "investment.mark_guest", by, **origin(on_import))
    return guest


@action
def lead_from_event(
    guest: EventGuest, lead: Lead, *, on_import: Import | None = None, by: Member | None
) -> EventGuest:
    """Say which lead came from a firm of an event: it counts once, and both sides book it."""
    event = guest.activity
    access.check(by, "investment.lead_from_event", pairing_id=event.pairing_id)
    rules.check_held(event.number, event.stage)
    if lead.zone_id != event.zone_id:
        raise BadInput(
            "investment.event_lead_zone",
            gettext_noop("Lead {lead} belongs to another zone than event {number}. Choose another lead."),
            lead=lead.number,
            number=event.number,
            field="lead",
        )
    if EventGuest.objects.filter(lead=lead).exists():
        raise _taken(lead)
    try:
        # Of two events that claim a lead at once the database lets one have it.
        with transaction.atomic():
            rows.move(guest, came=True, lead=lead)
    except IntegrityError:
        raise _taken(lead) from None
    _record(guest, "investment.lead_from_event", by, lead=lead.number, **origin(on_import))
    return guest


def _taken(lead: Lead) -> NotNow:
    other = EventGuest.objects.filter(lead=lead).select_related("activity").first()
    return NotNow(
        "investment.event_lead_taken",
        gettext_noop("Lead {lead} came from event {number} already, and counts there. Leave it there."),
        lead=lead.number,
        number=other.activity.number if other is not None else "–",
        field="lead",
    )


@action
def take_lead_off_event(guest: EventGuest, *, by: Member | None) -> EventGuest:
    """The undo of saying that a lead came from a firm of an event."""
    event = guest.activity
    access.check(by, "investment.take_lead_off_event", pairing_id=event.pairing_id)
    if guest.lead_id is None:
        return guest
    rows.move(guest, lead=None)
    _record(guest, "investment.take_lead_off_event", by)
    return guest


def _record(row: Any, verb: str, by: Member | None, **facts: Any) -> None:
    event = row.activity
    journal.record(row, verb, by=by, pairing_id=event.pairing_id, event=event.number, **facts)
    standings.follow(measured_by([event.pairing_id], *EVENT_INDICATORS))
