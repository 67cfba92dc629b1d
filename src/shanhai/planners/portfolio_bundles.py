"""Which parcels a project may take together: one, or up to three that adjoin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.lead_records import Parcel

MOST_PARCELS = 3
# 400 parcels of a real plan have some 8,000; where all adjoin one another there is no plan to be read off.
MOST_BUNDLES = 200_000


def neighbours_of(parcels: Sequence[Parcel], adjoining: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Each parcel with those that it adjoins, both ways.

    Raises
    ------
    BadInput
        ``portfolio.unknown_neighbour``: a pair names no parcel, or one twice.

    Examples
    --------
    >>> sorted(neighbours_of([Parcel("a", 1), Parcel("b", 1)], [("a", "b")])["b"])
    ['a']
    """
    found: dict[str, set[str]] = {one.parcel: set() for one in parcels}
    for one, other in adjoining:
        wrong = next((name for name in (one, other) if name not in found), one if one == other else None)
        if wrong is not None:
            raise BadInput(
                "portfolio.unknown_neighbour",
                gettext_noop(
                    "Parcel {one} is said to adjoin {other}. Name two different parcels of the list; {wrong} is not right."
                ),
                one=one,
                other=other,
                wrong=wrong,
            )
        found[one].add(other)
        found[other].add(one)
    return found


def bundles_of(
    parcels: Sequence[Parcel],
    neighbours: Mapping[str, set[str]],
    most_mu: float,
    most_m2: float,
    most_parcels: int = MOST_PARCELS,
) -> list[tuple[str, ...]]:
    """Every set of one to three parcels that hang together and may be given as one, numbers in order, smaller sets first.

    They are all land or all plant, of one cluster, one kind of plant and one list of allowed industries. Sets of several with
    more than any lead can use (``most_mu`` of land, ``most_m2`` of plant) are left out.

    Examples
    --------
    >>> parcels = [Parcel(name, 10) for name in "abcd"]
    >>> joined = neighbours_of(parcels, [("a", "b"), ("b", "c")])
    >>> bundles_of(parcels, joined, 30, 0)
    [('a',), ('b',), ('c',), ('d',), ('a', 'b'), ('b', 'c'), ('a', 'b', 'c')]
    """
    by_number = {one.parcel: one for one in parcels}
    found: list[tuple[str, ...]] = [(name,) for name in sorted(by_number)]
    last = found
    for _ in range(most_parcels - 1):
        larger: set[tuple[str, ...]] = set()
        for bundle in last:
            first = by_number[bundle[0]]
            for other in sorted(set().union(*(neighbours[name] for name in bundle)) - set(bundle)):
                grown = tuple(sorted((*bundle, other)))
                if (
                    grown not in larger
                    and _go_together(first, by_number[other])
                    and _fits(grown, by_number, most_mu, most_m2)
                ):
                    larger.add(grown)
            if len(found) + len(larger) > MOST_BUNDLES:
                raise BadInput(
                    "portfolio.too_many_bundles",
                    gettext_noop(
                        "More than {most} sets of adjoining parcels could be given as one. Name fewer neighbours."
                    ),
                    most=MOST_BUNDLES,
                )
        last = sorted(larger)
        found = found + last
    return found


def _go_together(one: Parcel, other: Parcel) -> bool:
    return (one.cluster, one.plant_kind, one.only, one.plant_m2 > 0) == (
        other.cluster,
        other.plant_kind,
        other.only,
        other.plant_m2 > 0,
    )


def _fits(bundle: tuple[str, ...], by_number: Mapping[str, Parcel], most_mu: float, most_m2: float) -> bool:
    its = [by_number[name] for name in bundle]
    if its[0].plant_m2:
        return sum(one.plant_m2 for one in its) <= most_m2
    return sum(one.land_mu for one in its) <= most_mu


def merged(its: Sequence[Parcel]) -> Parcel:
    """Parcels given as one: areas, quotas and costs added, the strictest rules of each, ready when the last is.

    Without a quota of its own in one of them the whole has none. People in reach are those of the parcel that has most: neighbours
    share them.

    Examples
    --------
    >>> found = merged([Parcel("a", 10, labour=50, phase=2), Parcel("b", 15, labour=80, safety_class="D")])
    >>> found.parcel, found.land_mu, found.labour, found.safety_class, found.phase
    ('a+b', 25, 80, 'D', 2)
    """
    if len(its) == 1:
        return its[0]
    return replace(
        its[0],
        parcel="+".join(one.parcel for one in its),
        land_mu=sum(one.land_mu for one in its),
        plant_m2=sum(one.plant_m2 for one in its),
        energy_tce=_sum([one.energy_tce for one in its]),
        emission_t=_sum([one.emission_t for one in its]),
        labour=max((one.labour for one in its if one.labour is not None), default=None),
        safety_class=max(one.safety_class for one in its),
        forbidden=tuple(dict.fromkeys(code for one in its for code in one.forbidden)),
        cost=sum(one.cost for one in its),
        phase=max(one.phase for one in its),
        quota_mu=sum(one.takes_mu for one in its),
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def adjoining(
    outlines: Mapping[str, str], shared_m: float = 1.0, apart_m: float = 0.5
) -> list[tuple[str, str]]:
    """Which parcels adjoin, by their outlines: they share at least so much of their boundary, or lie that near along it.

    Parameters
    ----------
    outlines
        Number to polygon as WKT, in metres of one projection.
    shared_m
        The least length along which two adjoin; a corner is no neighbour.
    apart_m
        How far apart two boundaries may lie: surveys never meet to the millimetre.

    Raises
    ------
    BadInput
        ``portfolio.outline``.

    Examples
    --------
    >>> squares = {name: f"POLYGON(({x} 0,{x + 10} 0,{x + 10} 10,{x} 10,{x} 0))" for name, x in (("a", 0), ("b", 10), ("c", 30))}
    >>> adjoining(squares)
    [('a', 'b')]
    """
    import shapely

    names = sorted(outlines)
    shapes = []
    for name in names:
        shape = shapely.from_wkt(outlines[name], on_invalid="ignore")
        if (
            shape is None
            or shape.is_empty
            or not shape.is_valid
            or shape.geom_type not in ("Polygon", "MultiPolygon")
        ):
            raise BadInput(
                "portfolio.outline",
                gettext_noop(
                    "The outline of parcel {parcel} is no valid polygon. Give it as WKT: POLYGON((x y, …)), in metres."
                ),
                parcel=name,
            )
        shapes.append(shape)
    tree = shapely.STRtree(shapes)
    found = []
    for one, other in sorted(
        {(min(a, b), max(a, b)) for a, b in tree.query(shapes, "dwithin", apart_m).T.tolist() if a != b}
    ):
        along = shapes[one].boundary.intersection(shapes[other].buffer(apart_m, join_style="mitre")).length
        if along >= shared_m + 2 * apart_m:
            found.append((names[one], names[other]))
    return found
