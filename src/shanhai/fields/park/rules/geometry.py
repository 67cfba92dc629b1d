"""Geometry of outlines: valid, within its park, apart from others; geodesic areas; cutting and joining.

shapely and pyproj are loaded when something is asked, never with the web process. Areas are geodesic on the ellipsoid
of CGCS2000 (GRS80: a = 6,378,137 m, f = 1/298.257222101). Tolerance: what overlaps, sticks out or is missing by at
most ``TOLERANCE_M2`` is noise of drawing and rounding (1e-7 degrees are about 1 cm).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shanhai.fields.park.rules import outlines
from shanhai.fields.park.rules.outlines import Outline
from shanhai.kernel.land import round_half_even
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

TOLERANCE_M2 = 1
LEAST_WIDTH_M = 1  # Twice the area by the perimeter: what is narrower is a sliver, not a parcel.
_MU_MM2 = Fraction(2_000_000_000, 3)
_SPOT = re.compile(r"\[(\S+) (\S+)\]")


def checked(text: str | Outline, field: str = "outline") -> Outline:
    """An outline that is one whole piece of land.

    Raises
    ------
    BadInput
        ``park.ring_broken`` with the spot, ``park.sliver``, and what ``outlines.read`` refuses.
    """
    from shapely.validation import explain_validity

    outline = outlines.read(text, field) if isinstance(text, str) else text
    why = explain_validity(_shape(outline))
    if why != "Valid Geometry":
        at = _SPOT.search(why)
        raise BadInput(
            "park.ring_broken",
            gettext_noop(
                "The outline is broken at {spot}: it crosses or touches itself there. Move that corner, then send it again."
            ),
            spot=outlines.spot(float(at[1]), float(at[2]))
            if at
            else outlines.spot(*outlines.middle(outline)),
            why=why.partition("[")[0].strip(),
            field=field,
        )
    area, perimeter = _measured(outline)
    if 2 * area < LEAST_WIDTH_M * perimeter or area <= TOLERANCE_M2:
        raise BadInput(
            "park.sliver",
            gettext_noop(
                "The outline at {spot} is a sliver, on average less than {width} m wide. Join it to its neighbour."
            ),
            spot=outlines.spot(*outlines.middle(outline)),
            width=LEAST_WIDTH_M,
            field=field,
        )
    return outline


def area_mm2(outline: Outline) -> int:
    """The geodesic area in square millimetres, holes left out."""
    return round(_measured(outline)[0] * 1_000_000)


def area_mu(outline: Outline) -> Decimal:
    """The geodesic area in mu to 0.01, halves to even."""
    return round_half_even(Fraction(area_mm2(outline)) / _MU_MM2, 2)


def check_within(number: str, outline: Outline, park: str, border: Outline) -> None:
    """A parcel lies in its park.

    Raises
    ------
    BadInput
        ``park.parcel_outside`` with a spot outside.
    """
    outside = _shape(outline).difference(_shape(border))
    found = _largest(outside)
    if found is not None:
        raise BadInput(
            "park.parcel_outside",
            gettext_noop(
                "Parcel {number} leaves park {park} at {spot} by {m2} m². Draw it within the park, or correct the park’s border."
            ),
            number=number,
            park=park,
            spot=found[0],
            m2=found[1],
            field="outline",
        )


def check_apart(number: str, outline: Outline, others: Iterable[tuple[str, Outline]]) -> None:
    """A parcel overlaps no other.

    Raises
    ------
    BadInput
        ``park.parcels_overlap`` with a spot in both.
    """
    shape = _shape(outline)
    for other, there in others:
        if not _boxes_meet(outline.box, there.box):
            continue
        found = _largest(shape.intersection(_shape(there)))
        if found is not None:
            raise BadInput(
                "park.parcels_overlap",
                gettext_noop(
                    "Parcel {number} overlaps parcel {other} at {spot} by {m2} m². Move the border between the two."
                ),
                number=number,
                other=other,
                spot=found[0],
                m2=found[1],
                field="outline",
            )


def neighbours(given: Sequence[Outline]) -> Iterator[tuple[int, int]]:
    """The pairs of outlines whose boxes meet, by their places, each pair once."""
    from shapely import STRtree, box

    boxes = [box(*one.box) for one in given]
    firsts, seconds = STRtree(boxes).query(boxes) if boxes else ((), ())
    yield from ((int(n), int(m)) for n, m in zip(firsts, seconds, strict=True) if n < m)


def cut(whole: Outline, line: Sequence[tuple[float, float]]) -> list[Outline]:
    """The parts of a parcel on the two sides of a line, from west to east.

    Parameters
    ----------
    line
        n points in degrees, n >= 2; it begins and ends outside the parcel or on its border.

    Raises
    ------
    BadInput
        ``park.line_cuts_nothing``
    """
    from shapely import LineString
    from shapely.ops import split

    pieces = [piece for piece in split(_shape(whole), LineString(line)).geoms if piece.geom_type == "Polygon"]
    if len(pieces) < 2:
        raise BadInput(
            "park.line_cuts_nothing",
            gettext_noop(
                "The line does not cut the parcel. Begin and end it outside, and go all the way through."
            ),
            spot=outlines.spot(*line[0]),
            field="line",
        )
    return sorted((checked(_outline(piece), "line") for piece in pieces), key=lambda part: part.box)


def check_parts(number: str, whole: Outline, parts: Sequence[Outline]) -> None:
    """Given parts are the whole, and no more: apart from one another, nothing left out, nothing outside.

    Raises
    ------
    BadInput
        ``park.parts_differ`` with the spot; ``park.parcels_overlap``
    """
    import shapely

    for n, part in enumerate(parts):
        check_apart(f"{number}-{n + 1}", part, ((f"{number}-{m + 1}", parts[m]) for m in range(n)))
    together = shapely.union_all([_shape(part) for part in parts])
    found = _largest(_shape(whole).symmetric_difference(together))
    if found is not None:
        raise BadInput(
            "park.parts_differ",
            gettext_noop(
                "The parts are not the whole of parcel {number}: {m2} m² differ at {spot}. Let the parts meet its border."
            ),
            number=number,
            spot=found[0],
            m2=found[1],
            field="parts",
        )


def joined(given: Sequence[Outline]) -> Outline:
    """One outline for parcels that adjoin; gaps of less than the tolerance are closed.

    Raises
    ------
    NotNow
        ``park.not_adjoining`` with the spot of a part that stands apart.
    """
    import shapely

    shapes = [_shape(one) for one in given]
    # The grid is that of our coordinates: a corner of one on the side of the other meets it within 1 cm.
    union = shapely.union_all(shapes, grid_size=1e-7)
    parts = list(getattr(union, "geoms", [union]))
    if len(parts) != 1 or parts[0].geom_type != "Polygon":
        apart = min(parts, key=lambda part: part.area)
        spot = apart.representative_point()
        raise NotNow(
            "park.not_adjoining",
            gettext_noop(
                "The parcels do not adjoin: what lies at {spot} stands apart. Choose parcels that share a border."
            ),
            spot=outlines.spot(spot.x, spot.y),
        )
    rings = [parts[0].exterior, *(hole for hole in parts[0].interiors if _ring_m2(hole) > TOLERANCE_M2)]
    return checked(outlines.outline_of([list(ring.coords) for ring in rings]))


def without_small_holes(outline: Outline) -> tuple[Outline, int]:
    """The outline without holes up to the tolerance, and how many were closed."""
    from shapely import LinearRing

    outer, *holes = outline.rings
    large = [hole for hole in holes if _ring_m2(LinearRing(_degrees(hole))) > TOLERANCE_M2]
    return Outline((outer, *large)), len(holes) - len(large)


# -- shapes --------------------------------------------------------------------------------------------------------


def _degrees(ring: outlines.Ring) -> list[tuple[float, float]]:
    return [(x / outlines.UNIT, y / outlines.UNIT) for x, y in ring]


def _shape(outline: Outline) -> Any:
    from shapely import Polygon

    outer, *holes = outline.rings
    return Polygon(_degrees(outer), [_degrees(hole) for hole in holes])


def _outline(polygon: Any) -> Outline:
    return outlines.outline_of([list(ring.coords) for ring in (polygon.exterior, *polygon.interiors)])


def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="GRS80")


def _measured(outline: Outline) -> tuple[float, float]:
    """Area in square metres and length of all rings in metres."""
    geod, area, length = _geod(), 0.0, 0.0
    for n, ring in enumerate(outline.rings):
        lons, lats = zip(*_degrees(ring), strict=True)
        ring_area, ring_length = geod.polygon_area_perimeter(lons, lats)
        area += abs(ring_area) if n == 0 else -abs(ring_area)
        length += ring_length
    return area, length


def _ring_m2(ring: Any) -> float:
    lons, lats = zip(*((x, y) for x, y, *_z in ring.coords), strict=True)
    return abs(_geod().polygon_area_perimeter(lons, lats)[0])


def _largest(shape: Any) -> tuple[str, int] | None:
    """A spot within the largest piece of a shape and its area in m², rounded up; None if all of it is noise."""
    pieces = [
        one for one in getattr(shape, "geoms", [shape]) if one.geom_type == "Polygon" and not one.is_empty
    ]
    measured = [(abs(_geod().geometry_area_perimeter(piece)[0]), piece) for piece in pieces]
    if sum(area for area, _piece in measured) <= TOLERANCE_M2:
        return None
    area, piece = max(measured, key=lambda pair: pair[0])
    at = piece.representative_point()
    return outlines.spot(at.x, at.y), int(-(-area // 1))


def _boxes_meet(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
