"""Joint promotion events: convened by both sides, each with its budget and cost; who was invited, who came, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shanhai.kernel.attribution import Method, attribute
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

SIDES = ("mountain", "sea")
# A joint event is both sides' doing, so each books a lead of it in full; the zone counts it once.
CREDIT = Method.FULL_BOTH
GREATEST_FEN = 10**15


def check_side(side: str) -> None:
    """Only the two sides convene."""
    if side not in SIDES:
        raise NotAllowed(
            "investment.event_side",
            gettext_noop("An event is convened by the mountain side and the sea side. You sit on neither."),
        )


def check_not_convened(number: str, convened_on: date | None) -> None:
    """A side convenes once."""
    if convened_on is not None:
        raise NotNow(
            "investment.event_convened",
            gettext_noop("Your side convened event {number} on {on}. Change its budget instead."),
            number=number,
            on=convened_on,
        )


def check_convened(number: str, convened_on: date | None) -> None:
    """Who spends on an event has convened it."""
    if convened_on is None:
        raise NotNow(
            "investment.event_not_convened",
            gettext_noop("Your side has not convened event {number} yet. Convene it first."),
            number=number,
        )


def check_money(number: str, field: str, fen: int | None) -> None:
    """An amount of nothing or more."""
    if fen is not None and not 0 <= fen <= GREATEST_FEN:
        raise BadInput(
            "investment.event_money",
            gettext_noop("{fen} fen is no budget or cost of event {number}. Give nothing or more."),
            number=number,
            fen=fen,
            field=field,
        )


def check_takes_place(number: str, stage: str) -> None:
    """A called-off event invites nobody."""
    if stage == "cancelled":
        raise NotNow(
            "investment.event_off",
            gettext_noop("Event {number} was called off. Plan another one."),
            number=number,
        )


def check_held(number: str, stage: str) -> None:
    """Who came is known after it was held."""
    if stage not in ("held", "completed"):
        raise NotNow(
            "investment.event_not_held",
            gettext_noop("Event {number} was not held yet. Say on its page that it was, then who came."),
            number=number,
        )


def check_firm(firm: str) -> str:
    """The tidied name of an invited firm, or of one in the register."""
    firm = firm.strip()
    if not firm:
        raise BadInput(
            "investment.event_firm",
            gettext_noop("The firm is missing. Write the name of whom is invited."),
            field="firm",
        )
    return firm


@dataclass(frozen=True, slots=True)
class EventGuest:
    """An invited firm, whether it came (None: not known yet), and the key of the lead that came from it."""

    firm: str
    came: bool | None
    lead: int | None


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of an event. ``credit`` is what each side may book of the leads; the zone counts ``leads``."""

    invited: int
    came: int
    leads: int
    credit: Mapping[str, int]
    budget_fen: int
    cost_fen: int
    cost_per_lead_fen: int | None


def result(guests: Iterable[EventGuest], sides: Mapping[str, Mapping[str, Any]]) -> EventResult:
    """Count an event.

    Parameters
    ----------
    guests
        Its firms. A lead that several of them stand for counts once.
    sides
        ``budget_fen`` and ``cost_fen`` (fen or None) of each side that convened it.

    Returns
    -------
    EventResult
        Cost per lead is of both sides' cost, half a fen up; None without leads or cost.
    """
    found = list(guests)
    leads = {one.lead for one in found if one.lead is not None}
    cost = sum(side.get("cost_fen") or 0 for side in sides.values())
    return EventResult(
        invited=len(found),
        came=sum(one.came is True for one in found),
        leads=len(leads),
        credit={
            side: int(part) for side, part in attribute(Decimal(len(leads)), CREDIT, list(SIDES)).items()
        },
        budget_fen=sum(side.get("budget_fen") or 0 for side in sides.values()),
        cost_fen=cost,
        cost_per_lead_fen=int((Decimal(cost) / len(leads)).quantize(Decimal(1), ROUND_HALF_UP))
        if leads and cost
        else None,
    )
