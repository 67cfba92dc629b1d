"""The map of a team's itinerary: its stops in their order, at the seats of the regions that they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shanhai.core.models import Region
from shanhai.fields.investment.models import Stop, Team
from shanhai.fields.investment.queries import visited
from shanhai.fields.investment.rules import itinerary
from shanhai.webkit import words
from shanhai.webkit.maps import Feature

_WIDE = 34  # letters that fit beside a place


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table below the map: the number of a stop on it, and where it is; no number where nobody knows."""

    stop: Stop
    number: int | None
    region: Region | None


def drawn(team: Team, stops: Sequence[Stop]) -> dict[str, Any]:
    """What the panel of the map needs: what is drawn, the stops in their order, and how many are not on it."""
    at = visited.regions_of(stops)
    known = [one for one in stops if one.pk in at]
    numbers = {one.pk: number for number, one in enumerate(known, 1)}
    return {
        "features": _features(team, known, at),
        "lines": [Line(one, numbers.get(one.pk), at.get(one.pk)) for one in stops],
        "unknown": len(stops) - len(known),
        "known": len(known),
    }


def _features(team: Team, known: Sequence[Stop], at: dict[int, Region]) -> list[Feature]:
    if not known:
        return []
    homes = visited.home_regions(team)
    way = [at[one.pk].code for one in known]
    regions = {row.code: row for row in [*homes.values(), *at.values()]}
    places = [_place(regions[code]) for code in dict.fromkeys(way)]
    beside = itinerary.about(places, [_place(row) for row in homes.values() if row.code not in way])
    spots = itinerary.lay_out([*places, *beside])
    found = [
        _site(regions[code], spots[code], [(n, known[n - 1]) for n in numbers], homes)
        for code, numbers in itinerary.order_of(way).items()
    ]
    found += [_site(regions[one.key], spots[one.key], [], homes) for one in beside]
    found += [_leg(spots[a], spots[b]) for a, b in itinerary.legs_of(way)]
    # The frame of the drawing, so that there is room for names right of the places and below them.
    low = max(spot.y + spot.shift[1] for spot in spots.values())
    return [*found, Feature("note", ((0.0, 0.0),)), Feature("note", ((itinerary.WHOLE, low + 24),))]


def _site(
    region: Region, spot: itinerary.Spot, stops: Sequence[tuple[int, Stop]], homes: dict[str, Region]
) -> Feature:
    numbers = " · ".join(str(n) for n, _stop in stops)
    return Feature(
        "site",
        (_point(spot),),
        side=next(
            (side for side, home in homes.items() if region.code.startswith(home.code.rstrip("0"))), ""
        ),
        label=f"{numbers} {region.name}".strip(),
        note=_note([f"{words.day(one.on)} {one.whom}" for _n, one in stops]),
        shift=spot.shift,
    )


def _leg(a: itinerary.Spot, b: itinerary.Spot) -> Feature:
    # With a point in its middle a leg is drawn straight.
    return Feature("route", (_point(a), ((a.x + b.x) / 2, (a.y + b.y) / 2), _point(b)))


def _note(said: list[str]) -> str:
    """Days and firms beside a place, as many as fit on its line; the table below has all."""
    if not said:
        return ""
    joint, shown = pgettext("joint", "; "), 1
    while shown < len(said) and _wide(joint.join(said[: shown + 1])) <= _WIDE:
        shown += 1
    note = joint.join(said[:shown])
    if shown == len(said):
        return note
    return _("%(shown)s and %(n)s more") % {"shown": note, "n": words.num(len(said) - shown)}


def _wide(text: str) -> int:
    """A Chinese character takes the room of two letters."""
    return sum(2 if ord(one) > 0x2E80 else 1 for one in text)


def _place(region: Region) -> itinerary.Place:
    east, north = region.seat_at or (0.0, 0.0)
    return itinerary.Place(region.code, east, north)


def _point(spot: itinerary.Spot) -> tuple[float, float]:
    return spot.x, spot.y
