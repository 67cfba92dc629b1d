"""Reads of joint promotion events: the promotions of a partnership with what each side gives, and the firms of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from shanhai.core import access
from shanhai.core.models import Member, Pairing
from shanhai.fields.investment.models import EventGuest, EventSide
from shanhai.fields.investment.rules import events as rules
from shanhai.fields.pairing.queries import activities
from shanhai.kernel.refusals import NotFound, gettext_noop

PROMOTION = "promotion"


def events_of(member: Member | None, pairing: Pairing) -> QuerySet[Any]:
    """The promotions of a pairing and those nested in it, with counts of their sides, firms and leads; sort by ``on, id``."""
    sides = EventSide.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    guests = EventGuest.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    return (
        activities.activities_of(member, pairing)
        .filter(kind=PROMOTION)
        .annotate(
            n_sides=Subquery(sides.annotate(n=Count("pk")).values("n")),
            cost_fen=Subquery(sides.annotate(fen=Sum("cost_fen")).values("fen")),
            n_invited=Subquery(guests.annotate(n=Count("pk")).values("n")),
            n_came=Subquery(guests.filter(came=True).annotate(n=Count("pk")).values("n")),
            n_leads=Subquery(guests.annotate(n=Count("lead")).values("n")),
        )
    )


def event_of(member: Member | None, number: str) -> Any:
    """One promotion, for those who see it.

    Raises
    ------
    NotFound
        ``investment.no_event``, ``pairing.no_activity``
    """
    found = activities.activity_of(member, number)
    if found.kind != PROMOTION:
        raise NotFound(
            "investment.no_event",
            gettext_noop("Activity {number} is no promotion. Look for the event in the list of events."),
            number=number[:40],
        )
    return found


def sides_of(event: Any) -> dict[str, EventSide]:
    """What each side gives, by side; a side that has not convened it is missing."""
    found = {one.side: one for one in event.event_sides.select_related("convened_by__unit__organisation")}
    for one in found.values():
        one.activity = event
    return found


def guests_of(event: Any) -> list[EventGuest]:
    """Its firms, by name, with the leads that came from them (one statement)."""
    rows = event.event_guests.select_related("organisation", "lead__owner_unit", "lead__pairing")
    found = list(rows.order_by("firm", "pk"))
    for one in found:
        one.activity = event
    return found


def guest_of(event: Any, firm: str) -> EventGuest:
    """One of its firms by name.

    Raises
    ------
    NotFound
        ``investment.no_guest``
    """
    found = event.event_guests.select_related("lead").filter(firm=firm).first()
    if found is None:
        raise NotFound(
            "investment.no_guest",
            gettext_noop("{firm} was not invited to event {number}. Look at those who were, or invite it."),
            firm=firm[:60],
            number=event.number,
        )
    found.activity = event
    return found


def result_of(event: Any) -> rules.EventResult:
    """What became of it; a merged lead counts as the one that it was merged into."""
    guests = [
        rules.EventGuest(
            one.firm, one.came, (one.lead.merged_into_id or one.lead_id) if one.lead is not None else None
        )
        for one in guests_of(event)
    ]
    sides = {
        side: {"budget_fen": one.budget_fen, "cost_fen": one.cost_fen}
        for side, one in sides_of(event).items()
    }
    return rules.result(guests, sides)


def side_in(event: Any, member: Member | None) -> str:
    """The side on which a member sits in the pairing of an event; empty above and outside."""
    if member is None:
        return ""
    found = access.standing(member).side_in(event.pairing_id) or ""
    return found if found in rules.SIDES else ""
