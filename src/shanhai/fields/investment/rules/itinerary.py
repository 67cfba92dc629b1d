"""The map of an itinerary: where places stand on the drawing and where their names go; no Django."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# The drawing in its own units: places stand in the left part, their names right of them.
LAND, WHOLE, TALL = 330.0, 702.0, 400.0
# Places that lie nearer to one another than this many degrees are not drawn further apart.
_LEAST_SPAN = 0.12
_LINE, _ASIDE = 40.0, 28.0  # a name and what is below it take two lines


@dataclass(frozen=True, slots=True)
class Place:
    """Something on the globe, in degrees."""

    key: str
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a place stands on the drawing, x to the right and y downwards, and how far from there its name begins."""

    x: float
    y: float
    shift: tuple[float, float]


def order_of(keys: Sequence[str]) -> dict[str, list[int]]:
    """The numbers, from 1, that each place has in the order of the visits.

    Examples
    --------
    >>> order_of(["guali", "beigan", "guali"])
    {'guali': [1, 3], 'beigan': [2]}
    """
    found: dict[str, list[int]] = {}
    for number, key in enumerate(keys, 1):
        found.setdefault(key, []).append(number)
    return found


def legs_of(keys: Sequence[str]) -> list[tuple[str, str]]:
    """The legs of the way, each once, whichever way and however often it is gone.

    Examples
    --------
    >>> legs_of(["guali", "beigan", "beigan", "guali", "linpu"])
    [('guali', 'beigan'), ('guali', 'linpu')]
    """
    legs = [(a, b) for a, b in pairwise(keys) if a != b]
    return list({frozenset(leg): leg for leg in reversed(legs)}.values())[::-1]


def about(places: Sequence[Place], others: Sequence[Place]) -> list[Place]:
    """Those of the others that lie among the places or near them, so that they do not make the drawing much smaller."""
    if not places:
        return []
    box = [
        (min(values), max(values)) for values in ([one.east for one in places], [one.north for one in places])
    ]
    beyond = max(most - least for least, most in box) / 2
    return [
        one
        for one in others
        if all(
            least - beyond <= at <= most + beyond
            for at, (least, most) in zip((one.east, one.north), box, strict=True)
        )
    ]


def lay_out(places: Sequence[Place]) -> dict[str, Spot]:
    """Places to their scale, north up, with their names in a column right of all of them, so that none covers a way.

    One degree of longitude is drawn as long as it is at the middle latitude. From north to south each name stands where
    its place does, or a line below the one above it.
    """
    if not places:
        return {}
    middle = (min(one.north for one in places) + max(one.north for one in places)) / 2
    narrow = max(math.cos(math.radians(middle)), 0.01)
    at = {one.key: (one.east * narrow, -one.north) for one in places}
    left, top = (min(point[n] for point in at.values()) for n in (0, 1))
    wide, tall = (max(point[n] for point in at.values()) - least for n, least in ((0, left), (1, top)))
    scale = min(LAND / max(wide, _LEAST_SPAN), TALL / max(tall, _LEAST_SPAN))
    drawn = {key: ((x - left) * scale, (y - top) * scale) for key, (x, y) in at.items()}
    most = max(x for x, _y in drawn.values())
    spots, free = {}, -math.inf
    for key, (x, y) in sorted(drawn.items(), key=lambda one: (one[1][1], one[1][0])):
        line = max(y, free)
        free = line + _LINE
        spots[key] = Spot(x, y, (most - x + _ASIDE, line - y))
    return spots
