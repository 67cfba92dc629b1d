"""Reads land files: GeoJSON, GeoPackage, Shapefile and CSV with WKT. Runs in a child, without Django and the database.

A file is read in three steps: its features with raw coordinates (``land_formats``), the coordinate reference that is
taken for all of them, and the checks of each outline and between them. What is repaired is said, what is not is refused
with its row and spot:

- swapped axes are put right; the number of the zone is taken off an easting whose reference has none, and the reverse;
- repeated points go, open rings are closed, heights go, holes up to 1 m² are closed;
- rings that cross themselves, slivers, parts that lie apart, points in another projection than the file, overlaps and
  what leaves the park are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from shanhai.fields.park.rules import geometry, land_formats, outlines, projections
from shanhai.fields.park.rules.land_formats import Raw, RawFeature
from shanhai.fields.park.rules.land_plan import Fault, Feature, Read
from shanhai.fields.park.rules.outlines import Outline
from shanhai.fields.park.rules.projections import Look, Pair, Reference
from shanhai.kernel.refusals import BadInput, Refused, gettext_noop

_SAMPLE = 200
_Remarks = list[tuple[str, dict[str, Any]]]


def read_file(
    path: str, crs: str = "", park: str = "", border: str = "", there: Sequence[tuple[str, str]] = ()
) -> Read:
    """Read a land file, with every check that needs no record.

    Parameters
    ----------
    path
        A file (.geojson, .json, .gpkg, .csv, .shp, .zip) or a folder with one .shp.
    crs
        The coordinate reference, where the file does not say it, or says it wrongly.
    park, border
        Number of the park and its border as WKT; empty: any place will do.
    there
        Number and WKT of the parcels that lie in the park now.

    Raises
    ------
    BadInput
        What is wrong with the file as a whole.
    """
    raw = land_formats.read(path)
    if not raw.features:
        raise BadInput(
            "park.file_empty",
            gettext_noop("The file has no parcels. Choose the layer that has them, and export it again."),
            field="file",
        )
    within = outlines.kept(border) if border else None
    reference, remarks = _reference(raw, crs, within)
    features: list[tuple[Feature, Outline]] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for one in raw.features:
        try:
            features.append(_checked(one, reference, seen))
        except Refused as refused:
            faults.append(_fault(one.row, one.values.get("number", ""), refused))
    kept, more = _between(features, park, within, there)
    return Read(
        reference.code,
        reference.how,
        tuple(kept),
        tuple(sorted([*faults, *more], key=lambda f: f.row)),
        tuple(remarks),
    )


# -- which coordinates ---------------------------------------------------------------------------------------------


def _pairs(one: RawFeature) -> Iterator[Pair]:
    return chain.from_iterable(ring for part in one.parts for ring in part)


def _put_right(pairs: Sequence[Pair], seen: Look) -> list[Pair]:
    return [(y, x) for x, y in pairs] if seen.is_swapped else list(pairs)


def _reference(raw: Raw, crs: str, border: Outline | None) -> tuple[Reference, _Remarks]:
    """The reference of a file and what to say about it."""
    sample = list(islice(chain.from_iterable(_pairs(one) for one in raw.features), _SAMPLE))
    seen = projections.look(sample[0]) if sample else Look("unknown")
    guess = projections.guessed(
        seen,
        [pair for pair in _put_right(sample, seen) if projections.look(pair).kind == seen.kind],
        border.box if border is not None else None,
    )
    if crs:
        return _as_numbered(projections.reference_of(crs, "given"), seen)
    if raw.crs:
        return _as_numbered(projections.reference_of(raw.crs, "declared"), seen)
    if not sample and any(one.fault for one in raw.features):
        # No outline could be read: what is wrong with each row is told, and the numbers of none are wanted.
        return projections.reference_of(f"EPSG:{projections.DEGREES}", "guessed"), []
    if raw.needs_crs or guess is None:
        raise BadInput(
            "park.no_prj",
            gettext_noop(
                "The file does not say its coordinate reference{why}. By its numbers it may be {guess}: name the reference and send it again."
            ),
            why=" (.prj)" if raw.needs_crs else "",
            guess=guess.code if guess else "–",
            field="crs",
        )
    said = gettext_noop("The file does not say its coordinate reference; by its numbers {guess} is taken.")
    is_plain = raw.is_degrees_by_rule and guess.is_degrees
    return replace(guess, how="declared") if is_plain else guess, [] if is_plain else [
        (said, {"guess": guess.code})
    ]


def _as_numbered(reference: Reference, seen: Look) -> tuple[Reference, _Remarks]:
    """Where eastings have the number of a zone and the reference has none, or the reverse: the zone of the same meridian."""
    if reference.is_degrees or seen.kind not in ("numbered", "metres"):
        return reference, []
    has_number = reference.false_easting > 1_000_000
    meridian = reference.central_meridian
    zones = [
        zone for zone in (*projections.THREE, *projections.SIX) if projections.meridian(zone) == meridian
    ]
    if seen.kind == "numbered" and not has_number and seen.zone in zones:
        taken = projections.zone_code(seen.zone)
        said = gettext_noop(
            "The eastings have the number of their zone: {taken} is taken in place of {named}."
        )
    elif seen.kind == "metres" and has_number:
        taken = projections.zone_code(int(reference.false_easting // 1_000_000), is_numbered=False)
        said = gettext_noop(
            "The eastings lack the number of their zone: {taken} is taken in place of {named}."
        )
    else:
        return reference, []
    made = Reference(f"EPSG:{taken}", reference.how)
    return made, [(said, {"taken": made.code, "named": reference.code})]


# -- each outline --------------------------------------------------------------------------------------------------


def _checked(one: RawFeature, reference: Reference, seen: set[str]) -> tuple[Feature, Outline]:
    number = one.values.get("number", "").strip()
    if not number or number in seen:
        raise BadInput(
            "park.number_twice" if number else "park.number_missing",
            gettext_noop("The number {number} stands in the file twice. Give each parcel its own.")
            if number
            else gettext_noop("The parcel has no number. Fill the column for it: number or 地块编号."),
            number=number,
        )
    if one.fault is not None:
        raise one.fault
    seen.add(number)
    remarks: _Remarks = []
    if len(one.parts) != 1:
        raise BadInput(
            "park.several_parts",
            gettext_noop(
                "The outline has {n} parts. A parcel is one piece of land: bring each part as a parcel."
            ),
            n=len(one.parts),
            spot=_spot_of(one, reference),
        )
    rings = [_in_degrees(ring, reference, remarks) for ring in one.parts[0]]
    outline = outlines.outline_of(rings)
    outline, closed = geometry.without_small_holes(outline)
    if closed:
        remarks.append((gettext_noop("{n} holes of at most 1 m² are closed."), {"n": closed}))
    geometry.checked(outline)
    made = Feature(one.row, number, one.values, outline.wkt, str(geometry.area_mu(outline)), tuple(remarks))
    return made, outline


def _in_degrees(ring: Sequence[Pair], reference: Reference, remarks: _Remarks) -> list[Pair]:
    wanted = (
        "degrees" if reference.is_degrees else "numbered" if reference.false_easting > 1_000_000 else "metres"
    )
    seen, other = projections.look_all(ring)
    number = int(reference.false_easting // 1_000_000)
    if other is not None or seen.kind != wanted or (wanted == "numbered" and seen.zone != number):
        x, y = other or ring[0]
        raise BadInput(
            "park.mixed_projections",
            gettext_noop(
                "The point {spot} is not in {reference} as the file is. Convert the parcel to the projection of the others."
            ),
            spot=f"{x:.3f}, {y:.3f}",
            reference=reference.code,
        )
    if seen.is_swapped:
        said = gettext_noop("The axes were swapped; they are put right.")
        if (said, {}) not in remarks:
            remarks.append((said, {}))
    return reference.to_degrees(_put_right(ring, seen))


def _spot_of(one: RawFeature, reference: Reference) -> str:
    first = next(_pairs(one), None)
    if first is None:
        return ""
    seen = projections.look(first)
    if seen.kind == "unknown" or (seen.kind == "degrees") != reference.is_degrees:
        return f"{first[0]:.3f}, {first[1]:.3f}"
    return outlines.spot(*reference.to_degrees(_put_right([first], seen))[0])


# -- between them --------------------------------------------------------------------------------------------------


def _between(
    features: Sequence[tuple[Feature, Outline]],
    park: str,
    border: Outline | None,
    there: Sequence[tuple[str, str]],
) -> tuple[list[Feature], list[Fault]]:
    """Parcels that lie in the park and overlap none of the file or of the park; of two that overlap, both are refused."""
    numbers = {feature.number for feature, _outline in features}
    others = [(number, outlines.kept(wkt)) for number, wkt in there if number not in numbers]
    wrong: dict[int, Fault] = {}
    for n, fault in _overlaps(features, others):
        wrong.setdefault(n, fault)
    for n, (feature, outline) in enumerate(features):
        if border is None or n in wrong:
            continue
        try:
            geometry.check_within(feature.number, outline, park, border)
        except Refused as refused:
            wrong[n] = _fault(feature.row, feature.number, refused)
    kept = [feature for n, (feature, _outline) in enumerate(features) if n not in wrong]
    return kept, [wrong[n] for n in sorted(wrong)]


def _overlaps(
    features: Sequence[tuple[Feature, Outline]], others: Sequence[tuple[str, Outline]]
) -> Iterator[tuple[int, Fault]]:
    all_of = [(feature.number, outline) for feature, outline in features] + list(others)
    for n, m in geometry.neighbours([outline for _number, outline in all_of]):
        first, second = min(n, m), max(n, m)
        if first >= len(features):
            continue
        for one, other in ((first, second), (second, first)):
            if one < len(features):
                feature, outline = features[one]
                try:
                    geometry.check_apart(feature.number, outline, [all_of[other]])
                except Refused as refused:
                    yield one, _fault(feature.row, feature.number, refused)


def _fault(row: int, number: str, refused: Refused) -> Fault:
    facts = {name: value for name, value in refused.facts.items() if name != "field"}
    return Fault(row, number, refused.code, refused.sentence, facts)
