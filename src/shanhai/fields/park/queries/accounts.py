"""The land account of a park, and the parcels and changes that stand behind each of its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.core import clock
from shanhai.fields.park.models import ParcelMove, Park
from shanhai.fields.park.queries import land
from shanhai.fields.park.rules import account as rules
from shanhai.kernel.refusals import NotNow, gettext_noop

_MOST_YEARS = 40


def account_of(park: Park) -> list[rules.Line]:
    """The account of a park from its opening, or its first parcel, to this year (one statement).

    Raises
    ------
    NotNow
        ``park.no_plan``
    """
    if park.planned_mu is None:
        raise NotNow(
            "park.no_plan",
            gettext_noop(
                "How much land park {park} plans is not known, so its account cannot add up. Say it on its page."
            ),
            park=park.number,
        )
    moves = [rules.Move(*row) for row in land.all_moves(park)]
    this = clock.today().year
    begun = [move.on.year for move in moves[:1]] + ([park.opened_on.year] if park.opened_on else [])
    first = max(min([*begun, this]), this - _MOST_YEARS)
    return rules.account(park.planned_mu, moves, range(first, this + 1))


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind one year of the account."""

    standing: list[ParcelMove]  # of each parcel the move that holds at its end
    moved: list[ParcelMove]  # what changed within it, latest first


def behind(park: Park, year: int, state: str = "") -> Behind:
    """The parcels of a year's end and the changes of the year, all or those of one state (two statements)."""
    standing = sorted(land.state_at(park, date(year, 12, 31)).values(), key=lambda move: move.parcel.number)
    moved = land.moves_in(park, year)
    if state:
        standing = [move for move in standing if move.to_state == state]
        moved = [move for move in moved if state in (move.from_state, move.to_state)]
    return Behind(standing, moved)


def total(moves: list[ParcelMove]) -> Decimal:
    """The land of some parcels."""
    return sum((move.mu for move in moves), Decimal("0.00"))
