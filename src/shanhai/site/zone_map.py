"""The schematic map of a zone: both sides drawn from the outlines of their townships, and what other fields add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from shanhai.core import access, signs
from shanhai.core.models import Member, Organisation, Pairing, Party, Region
from shanhai.webkit import signs as page_signs
from shanhai.webkit.maps import Feature, Point, ring

# Outlines are drawn in a box of this many units; each county gets a box of its own on the page.
BOX = 240.0
# Where the boxes of the two sides stand: the mountain lower left, the sea upper right and a little smaller.
PLACES = {"mountain": (0.0, 60.0, 0.94), "sea": (530.0, 0.0, 0.8), "host": (530.0, 0.0, 0.8)}
NEXT_BOX = 230.0
# The drawing keeps this width even where a zone has one side only, so that all maps have one scale.
RIGHT_EDGE = 760.0


def features(member: Member, pairing: Pairing, figures: Sequence[Feature] = ()) -> list[Feature]:
    """Everything on the map of the zone of a pairing; empty where no outline is known.

    Parameters
    ----------
    figures
        Sites and routes that the page itself knows, with ``side`` in place of points: they are put on the park of
        that side, a route from side to side.
    """
    counties = _counties(pairing)
    regions = list(
        Region.objects.filter(parent_id__in=counties, valid_to=None)
        .exclude(outline="")
        .order_by("parent_id", "code")
    )
    if not regions:
        return []
    paired = _paired(pairing)
    seats = access.standing(member).sides
    boxes = _boxes(counties)
    drawn: list[Feature] = []
    rings: dict[int, tuple[Point, ...]] = {}
    for region in regions:
        assert region.parent_id is not None  # filtered by it
        rings[region.pk] = points = _placed(ring(region.outline), boxes[region.parent_id])
        below = paired.get(region.pk)
        drawn.append(
            Feature(
                "area",
                points,
                side=counties[region.parent_id][0],
                label=region.name,
                # Without a seat in it there is nothing to open.
                url=f"/pairing/pairings/{below[1]}/" if below and below[0] in seats else "",
                is_paired=below is not None,
            )
        )
    drawn += _names(regions, rings, counties)
    drawn += _on_sites(figures, _parks(pairing, rings, regions, counties))
    drawn += _layers(member, pairing)
    return drawn


def count_paired(drawn: Iterable[Feature]) -> dict[str, int]:
    """How many paired areas each side has on the map."""
    found = {"mountain": 0, "sea": 0}
    for feature in drawn:
        if feature.kind == "area" and feature.is_paired and feature.side in found:
            found[feature.side] += 1
    return found


def _counties(pairing: Pairing) -> dict[int, tuple[str, str]]:
    """Region -> (side, name) of the parties of the zone, mountain first."""
    parties = (
        Party.objects.filter(pairing_id=pairing.zone_id or pairing.pk)
        .select_related("organisation__region")
        .order_by("role", "pk")
    )
    return {
        party.organisation.region_id: (party.role, party.organisation.region.name)
        for party in parties
        if party.organisation.region_id is not None
    }


def _paired(pairing: Pairing) -> dict[int, tuple[int, str]]:
    """Region of a township or village -> key and code of the pairing nested in this zone; of this one alone if nested."""
    nested = Party.objects.filter(organisation__region__level__in=("township", "village"))
    if pairing.parent_id is None:
        nested = nested.filter(pairing__zone_id=pairing.pk, pairing__ended_on=None)
    else:
        nested = nested.filter(pairing=pairing)
    nested = nested.exclude(pairing__parent=None)
    return {
        region: (key, code)
        for region, key, code in nested.values_list("organisation__region_id", "pairing_id", "pairing__code")
    }


def _boxes(counties: dict[int, tuple[str, str]]) -> dict[int, tuple[float, float, float]]:
    """Where each county's box stands: further ones of a side stand under the first."""
    boxes, used = {}, {"mountain": 0, "sea": 0, "host": 0}
    for region_id, (side, _name) in counties.items():
        left, top, scale = PLACES[side]
        boxes[region_id] = (left, top + used[side] * NEXT_BOX, scale)
        used[side] += 1
    return boxes


def _placed(points: Iterable[Point], box: tuple[float, float, float]) -> tuple[Point, ...]:
    left, top, scale = box
    return tuple((left + x * scale, top + y * scale) for x, y in points)


def _centre(points: Sequence[Point]) -> Point:
    n = len(points)
    return sum(x for x, _y in points) / n, sum(y for _x, y in points) / n


def _names(
    regions: Sequence[Region], rings: dict[int, tuple[Point, ...]], counties: dict[int, tuple[str, str]]
) -> list[Feature]:
    """The name of each county above its upper left corner."""
    found = []
    for county, (side, name) in counties.items():
        points = [p for region in regions if region.parent_id == county for p in rings[region.pk]]
        if points:
            left, top = min(x for x, _y in points), min(y for _x, y in points)
            found.append(Feature("name", ((left, top),), side=side, label=name, shift=(0.0, -8.0)))
    found.append(Feature("note", ((RIGHT_EDGE, 0.0),)))
    return found


def _parks(
    pairing: Pairing,
    rings: dict[int, tuple[Point, ...]],
    regions: Sequence[Region],
    counties: dict[int, tuple[str, str]],
) -> dict[str, Point]:
    """Where the park of each side lies: its own township if that is drawn, else the middle of the county."""
    committees = Organisation.objects.filter(
        kind="park_committee", seats__pairing_id=pairing.zone_id or pairing.pk, is_active=True
    ).values_list("seats__side", "region_id")
    found: dict[str, Point] = {}
    for side, region_id in committees.order_by("pk"):
        if region_id in rings:
            found.setdefault(side, _centre(rings[region_id]))
    for county, (side, _name) in counties.items():
        points = [p for region in regions if region.parent_id == county for p in rings[region.pk]]
        if points:
            found.setdefault(side, _centre(points))
    return found


def _on_sites(figures: Sequence[Feature], parks: dict[str, Point]) -> list[Feature]:
    """Figures at the parks and on the way between them."""
    drawn = []
    for feature in figures:
        if feature.kind == "route" and {"mountain", "sea"} <= set(parks):
            drawn.append(replace(feature, points=(parks["mountain"], parks["sea"]), shift=(-110.0, 44.0)))
        elif feature.kind != "route" and feature.side in parks:
            drawn.append(replace(feature, points=(parks[feature.side],)))
    return drawn


def _layers(member: Member, pairing: Pairing) -> list[Feature]:
    drawn: list[Feature] = []
    for layer in sorted(page_signs.map_layers, key=lambda layer: layer.rank):
        if access.may(member, layer.access, pairing_id=pairing.pk):
            drawn += signs.call(layer.features)(pairing)
    return drawn


def label(counties: Iterable[str]) -> str:
    """What a screen reader says of the drawing."""
    return _("Schematic map of the zone: {places}").format(places=", ".join(counties))
