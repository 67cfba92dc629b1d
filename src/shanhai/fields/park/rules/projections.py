"""Which coordinates a land file has: WGS 84 and CGCS2000 in degrees, and the Gauss–Kruger zones of CGCS2000 in metres.

Zones of 3 degrees are numbered 25 to 45 (central meridians 75 to 135), those of 6 degrees 13 to 23. An easting is
500,000 m at the central meridian; with the number of the zone before it, 40,500,000 m in zone 40. As no number is in
both ranges, an easting with a number says its zone; one without says it only together with the place of the park.

WGS 84 and CGCS2000 differ by some centimetres, less than land is measured to: degrees of one are taken for the other.
Other data (Beijing 1954, Xi'an 1980) are refused, since the shift to CGCS2000 is not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shanhai.fields.park.rules import outlines
from shanhai.kernel.refusals import BadInput, gettext_noop

Pair = tuple[float, float]
Kind = Literal["degrees", "numbered", "metres", "unknown"]
DEGREES = 4490
THREE, SIX = range(25, 46), range(13, 24)
_HALF_WIDTH_M = (
    400_000  # of an easting around 500,000: a zone of 6 degrees at the equator has 334 km on each side
)
_NORTHING = (300_000, 6_000_000)
_DATUM = re.compile(
    r"china.?(geodetic.*)?2000|cgcs.?2000|wgs.?(19)?84|world geodetic system 1984", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Look:
    """What numbers look like: their kind, the zone that they name, and whether the axes are swapped."""

    kind: Kind
    zone: int = 0
    is_swapped: bool = False


def look(pair: Pair) -> Look:
    """What one point looks like.

    Examples
    --------
    >>> look((119.1, 28.07)), look((28.07, 119.1)).is_swapped
    (Look(kind='degrees', zone=0, is_swapped=False), True)
    >>> look((40412000.0, 3106000.0)), look((3106000.0, 412000.0))
    (Look(kind='numbered', zone=40, is_swapped=False), Look(kind='metres', zone=0, is_swapped=True))
    """
    for is_swapped, (x, y) in ((False, pair), (True, pair[::-1])):
        if outlines.WEST <= x <= outlines.EAST and outlines.SOUTH <= y <= outlines.NORTH:
            return Look("degrees", is_swapped=is_swapped)
        if not _NORTHING[0] <= y <= _NORTHING[1]:
            continue
        zone, easting = divmod(x, 1_000_000)
        is_easting = abs(easting - 500_000) <= _HALF_WIDTH_M
        if is_easting and (int(zone) in THREE or int(zone) in SIX):
            return Look("numbered", int(zone), is_swapped)
        if is_easting and zone == 0 and y >= 1_000_000:
            return Look("metres", is_swapped=is_swapped)
    return Look("unknown")


def look_all(pairs: Iterable[Pair]) -> tuple[Look, Pair | None]:
    """What all points look like, and the first that looks otherwise than the first one (None if none does)."""
    found: Look | None = None
    for pair in pairs:
        here = look(pair)
        if found is None:
            found = here
        elif here != found:
            return found, pair
    return found or Look("unknown"), None


def zone_code(zone: int, *, is_numbered: bool = True) -> int:
    """The EPSG code of a Gauss–Kruger zone of CGCS2000, with or without the number in its eastings.

    Examples
    --------
    >>> zone_code(40), zone_code(40, is_numbered=False), zone_code(20), zone_code(20, is_numbered=False)
    (4528, 4549, 4498, 4509)
    """
    if zone in THREE:
        return (4513 if is_numbered else 4534) + zone - THREE[0]
    return (4491 if is_numbered else 4502) + zone - SIX[0]


def meridian(zone: int) -> int:
    """The central meridian of a zone in degrees."""
    return zone * 3 if zone in THREE else zone * 6 - 3


@dataclass(frozen=True, slots=True)
class Reference:
    """The coordinate reference that is taken for a file, and how that is known: ``given``, ``declared`` or ``guessed``."""

    code: str  # "EPSG:4528", or the name of one without a code
    how: str
    crs: Any = None  # pyproj's, for what has no code

    @property
    def is_degrees(self) -> bool:
        """Whether coordinates are degrees."""
        return bool(self._crs.is_geographic)

    @property
    def _crs(self) -> Any:
        from pyproj import CRS

        return self.crs if self.crs is not None else CRS.from_user_input(self.code)

    @property
    def false_easting(self) -> float:
        """The easting of the central meridian in metres; 0 for degrees."""
        operation = self._crs.coordinate_operation
        return (
            next((p.value for p in operation.params if p.name == "False easting"), 0.0) if operation else 0.0
        )

    @property
    def central_meridian(self) -> float:
        """In degrees; only of a projection."""
        return next(
            p.value for p in self._crs.coordinate_operation.params if p.name.startswith("Longitude of")
        )

    def to_degrees(self, points: Sequence[Pair]) -> list[Pair]:
        """Points as longitude and latitude in degrees; the datum stays as it is."""
        if self.is_degrees:
            return list(points)
        xs, ys = self._transformer().transform([x for x, _y in points], [y for _x, y in points])
        return list(zip(xs, ys, strict=True))

    def _transformer(self) -> Any:
        from pyproj import Transformer

        crs = self._crs
        return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def reference_of(text: str, how: str) -> Reference:
    """A reference that somebody named: "EPSG:4528", "4528", an OGC name, or the WKT of a .prj.

    Raises
    ------
    BadInput
        ``park.no_reference``, ``park.other_datum``
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    text = text.strip()
    try:
        crs = CRS.from_user_input(f"EPSG:{text}" if text.isdecimal() else text)
    except CRSError:
        raise BadInput(
            "park.no_reference",
            gettext_noop(
                "“{given}” is no coordinate reference that is known here. Name one by its EPSG code, as EPSG:4490 or EPSG:4528."
            ),
            given=text[:60],
            field="crs",
        ) from None
    datum = (
        str(getattr(crs.geodetic_crs, "datum", "") or "") + " " + str(getattr(crs.geodetic_crs, "name", ""))
    )
    name = getattr(getattr(crs.geodetic_crs, "datum", None), "name", "")
    if crs.geodetic_crs is None or not (_DATUM.search(name) or _DATUM.search(datum)):
        raise BadInput(
            "park.other_datum",
            gettext_noop(
                "The file is in {name}. Have it converted to CGCS2000 by the surveying office: the shift is not published."
            ),
            name=crs.name[:80],
            field="crs",
        )
    code = crs.to_epsg()
    return Reference(f"EPSG:{code}" if code else crs.name[:40], how, None if code else crs)


def guessed(seen: Look, sample: Sequence[Pair], park: tuple[int, int, int, int] | None) -> Reference | None:
    """The reference that numbers speak for; None where they speak for none.

    Parameters
    ----------
    sample
        Some points with the axes put right.
    park
        The box around the park in 1e-7 degrees: of the zones that eastings without a number may be in, the one is taken
        that lays the points into it, or within half a degree of it.
    """
    if seen.kind == "degrees":
        return Reference(f"EPSG:{DEGREES}", "guessed")
    if seen.kind == "numbered":
        return Reference(f"EPSG:{zone_code(seen.zone)}", "guessed")
    if seen.kind == "metres" and park is not None:
        middle = (park[0] + park[2]) / 2 / outlines.UNIT
        near = sorted((*THREE, *SIX), key=lambda zone: (abs(meridian(zone) - middle), zone))
        fitting = [
            reference
            for zone in near[:4]
            if _lies_in(
                reference := Reference(f"EPSG:{zone_code(zone, is_numbered=False)}", "guessed"), sample, park
            )
        ]
        codes = {reference.central_meridian for reference in fitting}
        return fitting[0] if len(codes) == 1 else None
    return None


def _lies_in(reference: Reference, sample: Sequence[Pair], park: tuple[int, int, int, int]) -> bool:
    half = outlines.UNIT // 2
    west, south, east, north = park[0] - half, park[1] - half, park[2] + half, park[3] + half
    return all(
        west <= x * outlines.UNIT <= east and south <= y * outlines.UNIT <= north
        for x, y in reference.to_degrees(sample)
    )
