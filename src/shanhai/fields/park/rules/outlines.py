"""Outlines as text: WKT and GeoJSON in, one canonical WKT out, in degrees of CGCS2000 to 1e-7 (about 1 cm).

Plain Python, so that pages read and draw outlines without a geometry library. Whether a ring crosses itself or leaves
its park is asked in ``geometry``.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shanhai.kernel.refusals import BadInput, gettext_noop

# Whole numbers of 1e-7 degrees: longitude, latitude.
Point = tuple[int, int]
Ring = tuple[Point, ...]  # closed by its first point, which is not written twice

UNIT = 10_000_000
MOST_POINTS = 20_000  # of one parcel
# Where land of ours can lie: the mainland and its seas, in degrees.
WEST, EAST, SOUTH, NORTH = 73, 136, 3, 54
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_LINE = re.compile(r"LINESTRING\s*\(([^()]*)\)", re.ASCII)
_WKT = re.compile(r"(?:SRID=4490;)?\s*(MULTI)?POLYGON\s*(?:Z|M|ZM)?\s*(\(.*\))\s*", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon: its outer ring, then the rings of its holes."""

    rings: tuple[Ring, ...]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """West, south, east, north in 1e-7 degrees."""
        xs = [x for x, _y in self.rings[0]]
        ys = [y for _x, y in self.rings[0]]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def wkt(self) -> str:
        """The canonical text: the outer ring against the clock from its least point, holes with it, in their order."""
        return f"POLYGON ({', '.join(_told(ring) for ring in self.rings)})"

    @property
    def sha256(self) -> str:
        """What the journal carries of it."""
        return hashlib.sha256(self.wkt.encode()).hexdigest()

    @property
    def points(self) -> int:
        """How many corners it has."""
        return sum(map(len, self.rings))

    @property
    def coordinates(self) -> list[list[list[float]]]:
        """As GeoJSON writes it: closed rings of degrees."""
        return [[[x / UNIT, y / UNIT] for x, y in (*ring, ring[0])] for ring in self.rings]


def outline_of(rings: Iterable[Iterable[tuple[float, float]]], field: str = "outline") -> Outline:
    """An outline of rings in degrees: rounded to 1e-7, points that repeat left out, turned and begun one way.

    Raises
    ------
    BadInput
        ``park.ring_too_short``, ``park.not_in_degrees``, ``park.too_many_points``
    """
    found = [_ring(ring, field) for ring in rings]
    if not found:
        raise _no_outline("", field)
    outer, *holes = found
    outline = Outline((_turned(outer, 1), *sorted(_turned(hole, -1) for hole in holes)))
    if outline.points > MOST_POINTS:
        raise BadInput(
            "park.too_many_points",
            gettext_noop("An outline with {n} points is more than {most}. Simplify it before it is brought."),
            n=outline.points,
            most=MOST_POINTS,
            field=field,
        )
    return outline


def read(text: str, field: str = "outline") -> Outline:
    """An outline from WKT or GeoJSON in degrees, longitude first.

    Takes ``POLYGON``, a ``MULTIPOLYGON`` of one part, a GeoJSON geometry, feature, or collection of one feature.

    Raises
    ------
    BadInput
        ``park.no_outline``, ``park.several_parts``, and what ``outline_of`` refuses.
    """
    text = text.strip()
    parts = _of_geojson(text, field) if text.startswith("{") else _of_wkt(text, field)
    if len(parts) > 1:
        raise BadInput(
            "park.several_parts",
            gettext_noop(
                "The outline has {n} parts. A parcel is one piece of land: bring each part as a parcel."
            ),
            n=len(parts),
            field=field,
        )
    return outline_of(parts[0], field)


def read_line(text: str, field: str = "line") -> list[tuple[float, float]]:
    """The points of a line from WKT or GeoJSON in degrees, longitude first.

    Raises
    ------
    BadInput
        ``park.no_line``
    """
    text = text.strip()
    points: list[tuple[float, float]] = []
    try:
        if text.startswith("{"):
            data = json.loads(text)
            data = data.get("geometry") or data
            if data["type"] == "LineString":
                points = [(float(p[0]), float(p[1])) for p in data["coordinates"]]
        elif found := _LINE.fullmatch(text.upper()):
            points = _pairs(found[1], text, field)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        points = []
    if not 2 <= len(points) <= MOST_POINTS or not all(
        WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in points
    ):
        raise BadInput(
            "park.no_line",
            gettext_noop(
                "“{text}” is no line. Draw it on the map, or write it as WKT or GeoJSON LineString in degrees, longitude first."
            ),
            text=text[:40],
            field=field,
        )
    return points


def kept(wkt: str) -> Outline:
    """An outline from our own canonical text, without checks."""
    rings = wkt.partition("(")[2].rpartition(")")[0]
    return Outline(
        tuple(
            tuple(_fixed(pair) for pair in ring.split(", "))[:-1]
            for ring in re.findall(r"\(([^()]*)\)", rings)
        )
    )


def spot(x: float, y: float) -> str:
    """A place as refusals name it: longitude, latitude in degrees, six decimals (0.1 m)."""
    return f"{x:.6f}, {y:.6f}"


def middle(outline: Outline) -> tuple[float, float]:
    """The centre of the box in degrees."""
    west, south, east, north = outline.box
    return (west + east) / 2 / UNIT, (south + north) / 2 / UNIT


# -- drawing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """A flat drawing of a few kilometres: degrees to units, north up.

    ``x = (longitude - west) * across``, ``y = (north - latitude) * down``, both in units of the drawing.
    """

    west: float
    north: float
    across: float
    down: float
    width: float
    height: float

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point of an outline is drawn."""
        return (point[0] / UNIT - self.west) * self.across, (self.north - point[1] / UNIT) * self.down

    def path(self, outline: Outline, within: float = 0.0) -> str:
        """The outline as an SVG path, to a tenth of a unit; points that fall on one another are left out.

        ``within``: so far from the line between its neighbours, in units, a corner may lie and be left out.
        """
        return "".join(f"M{' '.join(self._pairs(ring, within))}z" for ring in outline.rings)

    def _pairs(self, ring: Ring, within: float) -> list[str]:
        points = [self.at(point) for point in ring]
        if within:
            points = _straightened(points, within)
        told: list[str] = []
        for x, y in points:
            pair = f"{x:.1f},{y:.1f}".replace(".0,", ",").removesuffix(".0")
            if not told or told[-1] != pair:
                told.append(pair)
        return told


def _straightened(points: list[tuple[float, float]], within: float) -> list[tuple[float, float]]:
    """A ring without the corners that lie on the way from the last kept one to the next; three are always kept."""
    kept = [points[0]]
    for (x, y), (x2, y2) in zip(points[1:], [*points[2:], points[0]], strict=True):
        x1, y1 = kept[-1]
        dx, dy = x2 - x1, y2 - y1
        if abs(dx * (y1 - y) - dy * (x1 - x)) > within * math.hypot(dx, dy):
            kept.append((x, y))
    return kept if len(kept) > 2 else points


def frame_of(boxes: Sequence[tuple[int, int, int, int]], width: float = 734.0, margin: float = 12.0) -> Frame:
    """The frame in which boxes (west, south, east, north) fill a width; at least 1e-5 degrees wide."""
    west, south = min(b[0] for b in boxes) / UNIT, min(b[1] for b in boxes) / UNIT
    east, north = max(b[2] for b in boxes) / UNIT, max(b[3] for b in boxes) / UNIT
    down_per_across = 1 / math.cos(math.radians((south + north) / 2))
    across = (width - 2 * margin) / max(east - west, 1e-5)
    down = across * down_per_across
    height = max((north - south) * down + 2 * margin, 120.0)
    return Frame(west - margin / across, north + margin / down, across, down, width, height)


# -- reading -------------------------------------------------------------------------------------------------------


def _fixed(pair: str) -> Point:
    x, y = pair.split(" ")
    return _whole(x), _whole(y)


def _whole(degrees: str) -> int:
    whole, _point, rest = degrees.partition(".")
    return int(whole + rest.ljust(7, "0"))


def _of_wkt(text: str, field: str) -> list[list[list[tuple[float, float]]]]:
    found = _WKT.fullmatch(text.upper())
    if found is None or len(text) > 4_000_000:
        raise _no_outline(text, field)
    is_multi, body = found.groups()
    polygons = re.split(r"\)\s*\)\s*,\s*\(\s*\(", body.strip()[1:-1]) if is_multi else [body]
    return [
        [_pairs(ring, text, field) for ring in re.findall(r"[^()]+", part) if ring.strip(" ,\n\r\t")]
        for part in polygons
    ]


def _pairs(ring: str, text: str, field: str) -> list[tuple[float, float]]:
    pairs = []
    for corner in ring.strip(" ,\n\r\t").split(","):
        numbers = corner.split()
        if not 2 <= len(numbers) <= 4 or not all(_NUMBER.fullmatch(number) for number in numbers):
            raise _no_outline(text, field)
        pairs.append((float(numbers[0]), float(numbers[1])))
    return pairs


def _of_geojson(text: str, field: str) -> list[list[list[tuple[float, float]]]]:
    try:
        data = json.loads(text)
        while data["type"] in ("Feature", "FeatureCollection"):
            if data["type"] == "FeatureCollection":
                (data,) = data["features"]
            data = data["geometry"]
        parts = {"Polygon": [data["coordinates"]], "MultiPolygon": data["coordinates"]}[data["type"]]
        return [[[(float(p[0]), float(p[1])) for p in ring] for ring in part] for part in parts]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise _no_outline(text, field) from None


def _no_outline(text: str, field: str) -> BadInput:
    return BadInput(
        "park.no_outline",
        gettext_noop(
            "“{text}” is no outline. Draw it on the map, or write a polygon as WKT or GeoJSON in degrees, longitude first."
        ),
        text=text[:40],
        field=field,
    )


def _ring(ring: Iterable[tuple[float, float]], field: str) -> list[Point]:
    points: list[Point] = []
    for x, y in ring:
        if not (WEST <= x <= EAST and SOUTH <= y <= NORTH):
            raise BadInput(
                "park.not_in_degrees",
                gettext_noop(
                    "The point {spot} lies outside the country. Write degrees of CGCS2000, longitude first, latitude second."
                ),
                spot=spot(x, y) if math.isfinite(x) and math.isfinite(y) else f"{x}, {y}",
                field=field,
            )
        point = (round(x * UNIT), round(y * UNIT))
        if not points or points[-1] != point:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(set(points)) < 3:
        raise BadInput(
            "park.ring_too_short",
            gettext_noop("A ring with {n} different points encloses no land. Give three or more."),
            n=len(set(points)),
            spot=spot(points[0][0] / UNIT, points[0][1] / UNIT) if points else "",
            field=field,
        )
    return points


def _turned(ring: Sequence[Point], way: int) -> Ring:
    """The ring turned against the clock (1) or with it (-1), from its least point."""
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True))
    points = list(ring) if doubled * way >= 0 else list(ring)[::-1]
    start = points.index(min(points))
    return tuple(points[start:] + points[:start])


def _told(ring: Ring) -> str:
    return f"({', '.join(f'{_degrees(x)} {_degrees(y)}' for x, y in (*ring, ring[0]))})"


def _degrees(value: int) -> str:
    whole, rest = divmod(value, UNIT)
    return f"{whole}.{rest:07d}".rstrip("0").rstrip(".")
