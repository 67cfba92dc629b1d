"""The programme behind a portfolio: a column for each lead on each set of parcels in each phase that is worth a thought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from shanhai.planners.lead_matching import Matches, match_checked
from shanhai.planners.lead_pairs import land_range
from shanhai.planners.lead_records import Cluster, Lead, MatchScheme, Parcel
from shanhai.planners.portfolio_bundles import bundles_of, merged
from shanhai.planners.portfolio_records import RESOURCES, Limits

if TYPE_CHECKING:
    import numpy as np


@dataclass(slots=True, eq=False)
class Columns:
    """n columns, sorted by lead, bundle and phase; all arrays have the length n.

    ``lead`` and ``bundle`` are places in ``leads`` and ``bundles``; ``takes`` (n, 4) float, by ``RESOURCES``. A class of parcels that
    are alike in everything stands for one of them, with as many ``copies``.
    """

    leads: Sequence[Lead]
    parcels: Sequence[Parcel]
    bundles: Sequence[tuple[str, ...]]
    matches: Matches
    copies: Mapping[str, list[str]]
    lead: np.ndarray
    bundle: np.ndarray
    phase: np.ndarray
    value: np.ndarray
    takes: np.ndarray

    @property
    def n(self) -> int:
        """How many."""
        return len(self.lead)


def columns_of(
    leads: Sequence[Lead],
    parcels: Sequence[Parcel],
    neighbours: Mapping[str, set[str]],
    clusters: dict[str, Cluster],
    scheme: MatchScheme,
    limits: Limits,
    value: str,
    per_point: float,
) -> Columns:
    """All columns of which none is beaten by another.

    A set of parcels is left out for a lead where a part of it would do and bring as much: the part takes no more of anything.

    Examples
    --------
    >>> parcels = [Parcel(name, 10) for name in "abc"]
    >>> near = {"a": {"b"}, "b": {"a"}, "c": set()}
    >>> found = columns_of([Lead("L", "36", 9, 9, 5, land_mu=20)], parcels, near, {}, MatchScheme(), Limits(), "tax", 0.0)
    >>> [found.bundles[one] for one in found.bundle], found.value.tolist()
    ([('a', 'b')], [5.0])
    """
    import numpy as np

    copies = _alike(parcels, neighbours)
    by_number = {one.parcel: one for one in parcels}
    kept = [by_number[name] for name in sorted(copies)]
    bundles = bundles_of(
        kept,
        neighbours,
        max((land_range(one, scheme)[1] for one in leads), default=0.0),
        max((one.plant_m2 * scheme.plant_slack for one in leads), default=0.0),
    )
    wholes = [merged([by_number[name] for name in bundle]) for bundle in bundles]
    matches = match_checked(leads, wholes, clusters, scheme)
    worth = _worth(leads, matches.scores, value, per_point)
    lead, bundle = _unbeaten(bundles, worth).nonzero()
    first = np.array([one.first_phase for one in leads] or [1])[lead]
    start = np.maximum(first, np.array([one.phase for one in wholes] or [1])[bundle])
    place, phase = _phases(start, [leads[n].last_phase for n in lead.tolist()], sorted(limits.phases))
    lead, bundle = lead[place], bundle[place]
    return Columns(
        leads,
        parcels,
        bundles,
        matches,
        copies,
        lead,
        bundle,
        phase,
        worth[lead, bundle],
        _takes(leads, wholes, lead, bundle),
    )


def _alike(parcels: Sequence[Parcel], neighbours: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Parcels by the first of those that are like it; only parcels without neighbours can be."""
    found: dict[Any, list[str]] = {}
    for one in sorted(parcels, key=lambda one: one.parcel):
        alike = tuple(getattr(one, name) for name in one.__dataclass_fields__ if name != "parcel")
        found.setdefault(one.parcel if neighbours[one.parcel] else alike, []).append(one.parcel)
    return {names[0]: names for names in found.values()}


def _worth(leads: Sequence[Lead], scores: np.ndarray, value: str, per_point: float) -> np.ndarray:
    """(leads, bundles) float: what each pair would bring, -1 where the lead may not come."""
    import numpy as np

    points = scores / 100.0
    own = points if value == "score" else np.array([getattr(one, value) for one in leads], float)[:, None]
    return np.where(scores >= 0, own + per_point * points, -1.0)


def _unbeaten(bundles: Sequence[tuple[str, ...]], worth: np.ndarray) -> np.ndarray:
    """(leads, bundles) bool: the pairs that are possible and that no part of the bundle equals."""
    place = {bundle: n for n, bundle in enumerate(bundles)}
    kept = worth >= 0
    for n, bundle in enumerate(bundles):
        for size in range(1, len(bundle)):
            for part in combinations(bundle, size):
                of_part = place.get(part)
                if of_part is not None:
                    kept[:, n] &= worth[:, of_part] < worth[:, n]
    return kept


def _phases(
    start: np.ndarray, last: Sequence[int | None], limited: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """For each pair the phases in which it might start: places of the pairs, phases.

    That is every phase with limits of its own up to the first without; in that one nothing is gained by waiting longer.
    """
    import numpy as np

    places, phases = [], []
    for n, (first, end) in enumerate(zip(start.tolist(), last, strict=True)):
        at = first
        while end is None or at <= end:
            places.append(n)
            phases.append(at)
            if at not in limited:
                break
            at += 1
    return np.array(places, int), np.array(phases, int)


def _takes(
    leads: Sequence[Lead], wholes: Sequence[Parcel], lead: np.ndarray, bundle: np.ndarray
) -> np.ndarray:
    """(n, 4): land that the limit counts, energy and emissions where the parcels bring no quota of their own, cost."""
    import numpy as np

    def of_leads(name: str) -> Any:
        return np.array([getattr(one, name) for one in leads], float)[lead]

    def of_wholes(what: Any) -> Any:
        return np.array([what(one) for one in wholes], float)[bundle]

    takes = np.zeros((len(lead), len(RESOURCES)))
    if len(lead):
        takes[:, 0] = of_wholes(lambda one: one.takes_mu)
        takes[:, 1] = of_leads("energy_tce") * of_wholes(lambda one: one.energy_tce is None)
        takes[:, 2] = of_leads("emission_t") * of_wholes(lambda one: one.emission_t is None)
        takes[:, 3] = of_leads("cost") + of_wholes(lambda one: one.cost)
    return takes


class Programme:
    """Columns with their rows: each lead once, each parcel as often as there are copies, each limit."""

    def __init__(self, columns: Columns, limits: Limits) -> None:
        import numpy as np

        self.columns = columns
        self.limits = list(limits.given())
        self.n_leads = len(columns.leads)
        self.parcels = {name: n for n, name in enumerate(columns.copies)}
        self.most = np.array(
            [1.0] * self.n_leads
            + [len(names) for names in columns.copies.values()]
            + [amount for *_, amount in self.limits]
        )

    @property
    def first_limit(self) -> int:
        """The row of the first limit."""
        return self.n_leads + len(self.parcels)

    @cached_property
    def rows(self) -> Any:
        """(rows, n) sparse: what each column takes of each row."""
        import numpy as np
        from scipy import sparse

        columns, n = self.columns, np.arange(self.columns.n)
        row, column, amount = [columns.lead], [n], [np.ones(len(n))]
        sizes = np.array([len(one) for one in columns.bundles] or [0])[columns.bundle]
        of_bundle = [[self.parcels[name] for name in bundle] for bundle in columns.bundles]
        row.append(
            self.n_leads + np.array([one for b in columns.bundle.tolist() for one in of_bundle[b]], int)
        )
        column.append(np.repeat(n, sizes))
        amount.append(np.ones(int(sizes.sum())))
        for at, (name, phase, _) in enumerate(self.limits, self.first_limit):
            takes = columns.takes[:, RESOURCES.index(name)] * (phase is None or columns.phase == phase)
            used = takes.nonzero()[0]
            row.append(np.full(len(used), at))
            column.append(used)
            amount.append(takes[used])
        parts = tuple(np.concatenate(one) for one in (amount, row, column))
        return sparse.csr_array((parts[0], (parts[1], parts[2])), shape=(len(self.most), len(n)))
