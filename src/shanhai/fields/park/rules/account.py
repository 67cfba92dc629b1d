"""The land account: how much of a park's land is in which state at the end of each year; it always adds up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.fields.park.rules.land import ParcelState


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a parcel: from that day it is ``to_state`` with so much land; empty: it is no more."""

    parcel: str
    sequence: int
    on: date
    to_state: str
    mu: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """The land of a park at the end of a year.

    ``by_state`` has every state. ``not_parcelled_mu`` is what of the plan lies in no parcel: the plan less all states,
    so that the line adds up by construction; it is never negative, as no parcel is drawn beyond the plan.
    """

    year: int
    planned_mu: Decimal
    by_state: dict[ParcelState, Decimal]

    @property
    def parcelled_mu(self) -> Decimal:
        """The land of all parcels."""
        return sum(self.by_state.values(), Decimal("0.00"))

    @property
    def not_parcelled_mu(self) -> Decimal:
        """The rest of the plan."""
        return self.planned_mu - self.parcelled_mu


def account(planned_mu: Decimal, moves: Iterable[Move], years: Sequence[int]) -> list[Line]:
    """The account of a park at the end of each year.

    Parameters
    ----------
    planned_mu
        The planned land of the park, in mu.
    moves
        All moves of its parcels, in any order; of one parcel and day the one with the higher sequence holds.
    years
        n years, ascending.

    Returns
    -------
    list[Line]
        n lines in the order of ``years``. The states of each and what is not parcelled sum to ``planned_mu``, exactly.

    Source
    ------
    Our own bookkeeping: a parcel has one state at a time, and splitting and merging conserve its land.

    Examples
    --------
    >>> made = [Move("A", 1, date(2020, 5, 1), "levelled", Decimal("30.00"))]
    >>> [(line.by_state[State.LEVELLED], line.not_parcelled_mu) for line in account(Decimal(100), made, [2019, 2020])]
    [(Decimal('0.00'), Decimal('100.00')), (Decimal('30.00'), Decimal('70.00'))]
    """
    ordered = sorted(moves, key=lambda move: (move.on, move.parcel, move.sequence))
    by_state = dict.fromkeys(ParcelState, Decimal("0.00"))
    standing: dict[str, Move] = {}
    lines, at = [], 0
    for year in years:
        while at < len(ordered) and ordered[at].on.year <= year:
            _apply(ordered[at], standing, by_state)
            at += 1
        lines.append(Line(year, planned_mu, dict(by_state)))
    return lines


def _apply(move: Move, standing: dict[str, Move], by_state: dict[ParcelState, Decimal]) -> None:
    before = standing.pop(move.parcel, None)
    if before is not None:
        by_state[ParcelState(before.to_state)] -= before.mu
    if move.to_state:
        standing[move.parcel] = move
        by_state[ParcelState(move.to_state)] += move.mu


# The groups in which the picture shows the states, from the slope to the plant; the rest comes first.
GROUPS: tuple[tuple[str, tuple[ParcelState, ...]], ...] = (
    ("raw", (ParcelState.NOT_LEVELLED,)),
    ("ready", (ParcelState.LEVELLED, ParcelState.SERVICED)),
    ("taken", (ParcelState.ALLOTTED, ParcelState.BUILDING)),
    ("in_use", (ParcelState.IN_USE,)),
    ("idle", (ParcelState.IDLE, ParcelState.VACATED)),
    ("public", (ParcelState.PUBLIC,)),
)


def grouped(line: Line) -> dict[str, Decimal]:
    """The line by the groups of the picture; what is not parcelled counts to ``raw``."""
    found = {name: sum((line.by_state[one] for one in states), Decimal("0.00")) for name, states in GROUPS}
    return found | {"raw": found["raw"] + line.not_parcelled_mu}
