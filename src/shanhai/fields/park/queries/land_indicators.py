"""What is measured of land: made usable, in use, idle, gained from slopes; in mu, one statement a figure.

Land is booked by the side on whose ground it lies: a home park by the mountain side, an enclave by the sea side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.park.models import ParcelDescent, ParcelMove, SlopeProject
from shanhai.fields.park.rules.land import USABLE, ParcelState, SlopeState
from shanhai.fields.park.rules.parks import ParkKind
from shanhai.kernel.periods import Period

_KIND_OF_SIDE = {"mountain": ParkKind.HOME, "sea": ParkKind.ENCLAVE}


@dataclass(frozen=True, slots=True)
class Counted:
    """One record that counts: so much land, on which day."""

    pairing_id: int
    on: date
    mu: Decimal
    kind: str
    key: int
    text: str
    url: str
    is_illustrative: bool

    @property
    def standing(self) -> str:
        """Of what kind the record is."""
        return "illustrative" if self.is_illustrative else "reported"


Find = Callable[[Sequence[int], Sequence[Period], str | None, date], dict[tuple[int, Period], list[Counted]]]


def of_side(rows: Any, path: str, side: str | None) -> Any:
    if side is None:
        return rows
    kind = _KIND_OF_SIDE.get(side)
    return rows.filter(**{f"{path}kind": kind}) if kind else rows.none()


def _counted(move: ParcelMove, mu: Decimal, on: date | None = None) -> Counted:
    parcel = move.parcel
    return Counted(
        parcel.pairing_id,
        on or move.on,
        mu,
        "park.parcel",
        parcel.pk,
        parcel.number,
        parcel.url,
        parcel.is_illustrative,
    )


def _moves(pairings: Sequence[int], last: date, side: str | None) -> Iterable[ParcelMove]:
    descends = ParcelDescent.objects.filter(child=OuterRef("parcel_id"))
    rows = ParcelMove.objects.filter(parcel__pairing_id__in=pairings, on__lte=last)
    rows = rows.select_related("parcel").annotate(descends=Exists(descends))
    return of_side(rows, "parcel__park__", side).order_by("on", "parcel_id", "sequence")


def _usable(
    pairings: Sequence[int], periods: Sequence[Period], side: str | None, as_of: date
) -> dict[tuple[int, Period], list[Counted]]:
    """Parcels that became usable; one that goes back to the raw slope is taken off again."""
    found: dict[tuple[int, Period], list[Counted]] = defaultdict(list)
    last = min(max(period.end for period in periods), as_of)
    for move in _moves(pairings, last, side):
        begins = move.from_state == "" and not move.descends  # type: ignore[attr-defined]
        is_made = move.to_state in USABLE and (begins or move.from_state == ParcelState.NOT_LEVELLED)
        is_lost = move.to_state == ParcelState.NOT_LEVELLED and move.from_state in USABLE
        if is_made or is_lost:
            for period in periods:
                if move.on in period:
                    key = (move.parcel.pairing_id, period)
                    found[key].append(_counted(move, move.mu if is_made else -move.mu))
    return found


def _standing_in(state: ParcelState) -> Find:
    """The parcels in a state at the end of each period, or today where it has not ended."""

    def find(
        pairings: Sequence[int], periods: Sequence[Period], side: str | None, as_of: date
    ) -> dict[tuple[int, Period], list[Counted]]:
        found: dict[tuple[int, Period], list[Counted]] = defaultdict(list)
        moves = list(_moves(pairings, min(max(period.end for period in periods), as_of), side))
        for period in periods:
            end = min(period.end, as_of)
            standing: dict[int, ParcelMove] = {}
            for move in moves:
                if move.on <= end:
                    standing[move.parcel_id] = move
            for move in standing.values():
                if move.to_state == state and period.start <= as_of:
                    found[move.parcel.pairing_id, period].append(_counted(move, move.mu, end))
        return found

    return find


def _gained(
    pairings: Sequence[int], periods: Sequence[Period], side: str | None, as_of: date
) -> dict[tuple[int, Period], list[Counted]]:
    first, last = min(p.start for p in periods), min(max(p.end for p in periods), as_of)
    rows = SlopeProject.objects.filter(
        pairing_id__in=pairings, state=SlopeState.ACCEPTED, accepted_on__gte=first, accepted_on__lte=last
    )
    found: dict[tuple[int, Period], list[Counted]] = defaultdict(list)
    for one in of_side(rows, "park__", side).order_by("accepted_on", "pk"):
        for period in periods:
            if one.accepted_on in period:
                found[one.pairing_id, period].append(
                    Counted(
                        one.pairing_id,
                        one.accepted_on,
                        one.gained_mu,
                        "park.slopeproject",
                        one.pk,
                        one.number,
                        one.url,
                        one.is_illustrative,
                    )
                )
    return found


def _made(find: Find) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally()
        for (pairing_id, period), counted in find(pairing_ids, periods, side, as_of).items():
            for one in counted:
                tally.add(pairing_id, period, one.standing, one.mu)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(one.kind, one.key, one.text, one.on, one.mu, one.url, standing=one.standing)
            for one in find([pairing_id], [period], side, as_of).get((pairing_id, period), ())
        ]

    return measure, evidence


land_usable, land_usable_evidence = _made(_usable)
land_in_use, land_in_use_evidence = _made(_standing_in(ParcelState.IN_USE))
land_idle, land_idle_evidence = _made(_standing_in(ParcelState.IDLE))
slope_gained, slope_gained_evidence = _made(_gained)
