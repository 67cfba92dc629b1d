"""Which parcels suit a lead best, and which leads a parcel: filters, then a score with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.planners.industries import is_within
from shanhai.planners.lead_pairs import (
    FILTERS,
    Match,
    chain_share,
    cluster_of,
    industry_share,
    land_range,
    match_pair,
    quotas_of,
    score_pair,
)
from shanhai.planners.lead_records import Cluster, Lead, MatchScheme, Parcel, check_records, check_scheme

if TYPE_CHECKING:
    import numpy as np

# A block of pairs of this many numbers stays in the processor's cache while it is worked on.
_BLOCK = 16_000
_BIT = {name: 1 << n for n, name in enumerate(FILTERS)}


@dataclass(frozen=True, slots=True)
class Matches:
    """Every lead matched with every parcel.

    ``scores`` (n leads, n parcels) int16: hundredths of a point, -1 where a filter refuses; ``refused`` (same shape) uint16: a
    bit for each filter of ``FILTERS``. Rows and columns are in the order of ``leads`` and ``parcels``.
    """

    leads: Sequence[Lead]
    parcels: Sequence[Parcel]
    clusters: dict[str, Cluster]
    scheme: MatchScheme
    scores: np.ndarray
    refused: np.ndarray
    _row: dict[str, int] = field(default_factory=dict)
    _column: dict[str, int] = field(default_factory=dict)
    # Worked out when first asked for.
    _row_order: list[np.ndarray] = field(default_factory=list)
    _column_order: list[np.ndarray] = field(default_factory=list)
    _points: dict[str, int] = field(default_factory=dict)
    _pool: dict[str, np.ndarray] = field(default_factory=dict)

    def between(self, lead: str, parcel: str) -> Match:
        """One pair with its reasons."""
        row, column = self._at(lead, parcel)
        return self._match(row, column)

    def best_parcels(self, lead: str, most: int = 10) -> list[Match]:
        """The parcels to which a lead may come, best first, at most so many of each pool.

        Parcels of different pools are not compared: those of one stand together, pools in the order of their names. Equal
        scores go by number.
        """
        import numpy as np

        row = self._at(lead, None)[0]
        scores, pools = self.scores[row], self._pools(self.leads[row].cluster)
        columns = (scores >= 0).nonzero()[0]
        columns = columns[np.lexsort((self._order()[columns], -scores[columns], pools[columns]))]
        its = pools[columns]
        place_in_pool = np.arange(len(its)) - np.searchsorted(its, its)
        return [self._match(row, column) for column in columns[place_in_pool < most].tolist()]

    def best_leads(self, parcel: str, most: int = 10) -> list[Match]:
        """The leads that may come to a parcel, best first; equal scores go by number."""
        column = self._at(None, parcel)[1]
        import numpy as np

        scores, order = self.scores[:, column], self._order_of_leads()
        rows = (scores >= 0).nonzero()[0]
        rows = rows[np.lexsort((order[rows], -scores[rows]))]
        return [self._match(row, column) for row in rows[:most].tolist()]

    def refusals_of(self, lead: str) -> list[tuple[str, int, Match]]:
        """What keeps a lead from parcels: filter, how many parcels it refuses, and the one where least stands in the way.

        Most parcels first. The parcel named is the one that the filter refuses and the fewest others do, by number where
        several are.
        """
        import numpy as np

        row = self._at(lead, None)[0]
        bits, order = self.refused[row], self._order()
        key = np.bitwise_count(bits).astype(np.int64) * len(order) + order
        found, matched = [], {}
        for name, bit in _BIT.items():
            columns = (bits & bit).nonzero()[0]
            if len(columns):
                nearest = int(columns[key[columns].argmin()])
                # One parcel is often the nearest for several filters.
                if nearest not in matched:
                    matched[nearest] = self._match(row, nearest)
                found.append((name, len(columns), matched[nearest]))
        return sorted(found, key=lambda one: -one[1])

    def why_nowhere(self, lead: str) -> list[Reason]:
        """Why a lead may come to no parcel at all: each filter with its count and its figures at one; empty if it may."""
        row = self._at(lead, None)[0]
        if (self.scores[row] >= 0).any():
            return []
        if not self.parcels:
            return [because("matching.no_parcels", gettext_noop("There is no parcel."))]
        return [
            because(
                "matching.refused_by",
                gettext_noop("{n} of {all} parcels, as {parcel}: {why}"),
                filter=name,
                n=n,
                all=len(self.parcels),
                parcel=nearest.parcel,
                why=next(one for one in nearest.refused if one.code == f"matching.{name}"),
            )
            for name, n, nearest in self.refusals_of(lead)
        ]

    def _at(self, lead: str | None, parcel: str | None) -> tuple[int, int]:
        if not self._row:
            self._row.update((one.lead, n) for n, one in enumerate(self.leads))
            self._column.update((one.parcel, n) for n, one in enumerate(self.parcels))
        for name, known in ((lead, self._row), (parcel, self._column)):
            if name is not None and name not in known:
                raise NotFound(
                    "matching.unknown",
                    gettext_noop("{number} is none of those that were matched. Check the number."),
                    number=name,
                )
        return self._row.get(lead or "", -1), self._column.get(parcel or "", -1)

    def _match(self, row: int, column: int) -> Match:
        lead, parcel = self.leads[row], self.parcels[column]
        cluster = cluster_of(lead, parcel, self.clusters)
        if self.scores[row, column] < 0:
            return match_pair(lead, parcel, cluster, self.scheme)
        if not self._points:
            self._points.update(self.scheme.points())
        return score_pair(lead, parcel, cluster, self.scheme, self._points)

    def _pools(self, cluster: str) -> np.ndarray:
        """For each parcel the pool, by its place among their names, in which a lead of this cluster would be on it."""
        import numpy as np

        if cluster not in self._pool:
            on = [self.clusters.get(one.cluster or cluster) for one in self.parcels]
            names = [one.pool if one else "" for one in on]
            place = {name: n for n, name in enumerate(sorted(set(names)))}
            self._pool[cluster] = np.array([place[name] for name in names], np.int64)
        return self._pool[cluster]

    def _order(self) -> np.ndarray:
        """The place of each parcel in the order of numbers."""
        if not self._column_order:
            self._column_order.append(_places([one.parcel for one in self.parcels]))
        return self._column_order[0]

    def _order_of_leads(self) -> np.ndarray:
        if not self._row_order:
            self._row_order.append(_places([one.lead for one in self.leads]))
        return self._row_order[0]


def _places(numbers: Sequence[str]) -> np.ndarray:
    """For each number its place in their order."""
    import numpy as np

    found = np.empty(len(numbers), np.int64)
    found[sorted(range(len(numbers)), key=lambda n: numbers[n])] = np.arange(len(numbers))
    return found


def match_leads(
    leads: Sequence[Lead],
    parcels: Sequence[Parcel],
    clusters: Iterable[Cluster] = (),
    scheme: MatchScheme | None = None,
) -> Matches:
    """Match leads with parcels and vacated plots: where a lead may come at all, and how well it fits there.

    **Filters.** The negative list; industries forbidden on the parcel; those it is for; the safety class; land or plant, its kind
    and size; investment, output and tax per mu of the land that is given, against the thresholds of the cluster's pool; energy
    for the value added; energy and emission quota of the parcel, or what is left to the county; the phase.

    **Score.** Points of each item are its weight times a share: industry by nearness of codes to those of the parcel's cluster;
    land (or plant) by the smaller of asked and given over the larger; intensity by the mean of investment and tax per mu over
    ``full_at`` times their thresholds, at most 1; quota by the mean of what would be left of energy and of emissions; labour by
    people in reach over jobs, at most 1, nothing where not known; chain by a gap closed or a link; policy as given. Each item is
    rounded to hundredths, half to even, and the score is their sum, so that reasons add up to it exactly.

    On a parcel without a cluster a lead fits that to which it would belong itself; where it names none there is nothing to fit an
    industry to: no points for industry and chain.

    Parameters
    ----------
    leads, parcels
        n and m, with numbers of their own; the order does not matter.
    clusters
        Those in which parcels lie.
    scheme
        None for ``MatchScheme()``: the weights of the article's field and no thresholds.

    Returns
    -------
    Matches
        Scores of all n × m pairs; reasons are worked out for those that are looked at.

    Raises
    ------
    BadInput
        What ``check_records`` and ``check_scheme`` refuse.

    Source
    ------
    Weights assumed, thresholds as documents of mountain counties state them: docs/sources.md#investment-leads.

    Examples
    --------
    >>> leads = [Lead("L1", "3670", 6000, 9000, 500, land_mu=20), Lead("L2", "3670", 900, 900, 20, land_mu=20)]
    >>> parcels = [Parcel("P1", 20, "auto"), Parcel("P2", 24, "auto"), Parcel("P3", 9, "auto")]
    >>> from shanhai.planners.lead_records import Entry
    >>> found = match_leads(leads, parcels, [Cluster("auto", ("36",))], MatchScheme(entry={"": Entry(investment_per_mu=220)}))
    >>> [(one.parcel, one.score) for one in found.best_parcels("L1")]
    [('P1', 86.82), ('P2', 82.35)]
    >>> [(name, n, str(near.refused[0])) for name, n, near in found.refusals_of("L2")][0]
    ('investment', 3, 'It invests 45 (10,000 yuan) per mu on 20 mu; the threshold is 220.')
    """
    scheme = scheme or MatchScheme()
    clusters = list(clusters)
    check_scheme(scheme)
    check_records(leads, parcels, clusters)
    return match_checked(leads, parcels, {one.cluster: one for one in clusters}, scheme)


def match_checked(
    leads: Sequence[Lead], parcels: Sequence[Parcel], clusters: dict[str, Cluster], scheme: MatchScheme
) -> Matches:
    """``match_leads`` for records that were looked at before."""
    import numpy as np

    scores = np.full((len(leads), len(parcels)), -1, np.int16)
    refused = np.zeros((len(leads), len(parcels)), np.uint16)
    if leads and parcels:
        work = _Work(leads, parcels, clusters, scheme)
        rows = max(1, _BLOCK // len(parcels))
        for first in range(0, len(leads), rows):
            block = slice(first, min(first + rows, len(leads)))
            refused[block] = work.filters(block)
            row, column = (refused[block] == 0).nonzero()
            row += first
            with np.errstate(over="ignore"):
                scores[row, column] = work.scores(row, column)
    return Matches(leads, parcels, clusters, scheme, scores, refused)


class _Work:
    """Columns of leads and parcels, and the arithmetic of ``lead_pairs`` on blocks of them.

    Each step is the step of the plain function, in the same order and in 64 bits, so that both round alike.
    """

    def __init__(
        self,
        leads: Sequence[Lead],
        parcels: Sequence[Parcel],
        clusters: dict[str, Cluster],
        scheme: MatchScheme,
    ) -> None:
        import numpy as np

        def of_leads(name: str) -> Any:
            return np.array([getattr(one, name) for one in leads], float)[:, None]

        def of_parcels(name: str) -> Any:
            return np.array([getattr(one, name) for one in parcels], float)

        self.scheme, self.points = scheme, scheme.points()
        self.investment, self.output, self.tax = of_leads("investment"), of_leads("output"), of_leads("tax")
        self.asked_mu, self.asked_m2 = of_leads("land_mu"), of_leads("plant_m2")
        self.energy, self.emission = of_leads("energy_tce"), of_leads("emission_t")
        self.jobs, self.policy = of_leads("jobs"), of_leads("policy")
        self.least, self.most = np.array([land_range(one, scheme) for one in leads], float).T[:, :, None]
        self.last_phase = np.array([np.inf if one.last_phase is None else one.last_phase for one in leads])[
            :, None
        ]
        self.mu, self.m2, self.phase = of_parcels("land_mu"), of_parcels("plant_m2"), of_parcels("phase")
        self.labour = np.array([one.labour or 0.0 for one in parcels], float)
        quotas = [quotas_of(one, scheme) for one in parcels]
        self.quotas = np.array([[np.inf if q is None else q for q in pair] for pair in quotas], float).T
        self._by_cluster(leads, parcels, clusters, scheme)
        self._by_words(leads, parcels, scheme)

    def _by_cluster(
        self,
        leads: Sequence[Lead],
        parcels: Sequence[Parcel],
        clusters: dict[str, Cluster],
        scheme: MatchScheme,
    ) -> None:
        """What depends on lead and cluster alone: a small table, and the cluster of each parcel."""
        import numpy as np

        codes = sorted({one.cluster for one in parcels})
        known = [clusters.get(code) for code in codes]
        place = {code: n for n, code in enumerate(codes)}
        self.cluster = np.array([place[one.cluster] for one in parcels])
        # Where land lies in no cluster, what is asked depends on the lead: a row of thresholds for each of their own clusters.
        own = sorted({one.cluster for one in leads}) if "" in place else [""]
        row = {code: n for n, code in enumerate(own)}
        self.own = np.array([row.get(one.cluster, 0) for one in leads])
        per_own = [[clusters.get(code) if one is None else one for one in known] for code in own]
        entries = [[scheme.entry_of(one.pool if one else "") for one in line] for line in per_own]
        self.entries = {
            name: np.array([[getattr(one, name) for one in line] for line in entries], float)[:, self.cluster]
            for name in ("investment_per_mu", "output_per_mu", "tax_per_mu")
        }
        shares: dict[tuple[str, int], list[float]] = {}
        most_industry, most_chain = self.points.get("industry", 0), self.points.get("chain", 0)
        keys = [(lead.industry, its) for lead, its in zip(leads, self.own.tolist(), strict=True)]
        for lead, key in zip(leads, keys, strict=True):
            if key not in shares:
                shares[key] = [
                    round(industry_share(lead, one, scheme) * most_industry)
                    + round(chain_share(lead, one, scheme) * most_chain)
                    for one in per_own[key[1]]
                ]
        self.fixed = np.array([shares[key] for key in keys], float)
        # What is not known is no number, and no number is over a threshold.
        most_energy = np.array([[one.tce_per_value_added for one in line] for line in entries], float)
        added = np.array([one.value_added for one in leads], float)[:, None]
        self.too_hungry = self.energy > added * most_energy[self.own]

    def _asked_of(self, name: str, rows: slice) -> Any:
        """(rows or 1, parcels): the thresholds that hold for leads on parcels."""
        table = self.entries[name]
        return table if len(table) == 1 else table[self.own[rows]]

    def _by_words(self, leads: Sequence[Lead], parcels: Sequence[Parcel], scheme: MatchScheme) -> None:
        """What is compared by words: industries and their lists, classes, kinds of plant; as tables of the different ones."""
        import numpy as np

        industries = {one: n for n, one in enumerate(dict.fromkeys(lead.industry for lead in leads))}
        lists = {one: n for n, one in enumerate(dict.fromkeys((p.forbidden, p.only) for p in parcels))}
        self.industry = np.array([industries[one.industry] for one in leads])
        self.list_of = np.array([lists[one.forbidden, one.only] for one in parcels])
        table = np.zeros((len(industries), len(lists)), np.uint16)
        for code, row in industries.items():
            nowhere = _BIT["forbidden"] * any(is_within(code, one) for one in scheme.forbidden)
            for (forbidden, only), column in lists.items():
                here = _BIT["forbidden_here"] * any(is_within(code, one) for one in forbidden)
                not_here = _BIT["not_allowed_here"] * (
                    bool(only) and not any(is_within(code, one) for one in only)
                )
                table[row, column] = nowhere | here | not_here
        self.by_industry = table
        self.class_of_lead = np.array([ord(one.safety_class) for one in leads], np.uint8)[:, None]
        self.class_of_parcel = np.array([ord(one.safety_class) for one in parcels], np.uint8)
        kinds = {"": 0}
        self.kind_asked, self.kind_given = (
            np.array([kinds.setdefault(one.plant_kind, len(kinds)) for one in records], np.int32)
            for records in (leads, parcels)
        )
        self.kind_asked = self.kind_asked[:, None]

    def filters(self, rows: slice) -> Any:
        """(rows, parcels) uint16: the bits of the filters that refuse."""
        import numpy as np

        bits = self.by_industry[self.industry[rows]][:, self.list_of]
        has_plant = self.m2 > 0

        def mark(name: str, where: Any) -> None:
            np.bitwise_or(bits, where.astype(np.uint16) << _BIT[name].bit_length() - 1, out=bits)

        mark("safety", self.class_of_lead[rows] < self.class_of_parcel)
        wants_mu, wants_m2 = self.asked_mu[rows], self.asked_m2[rows]
        fits_kind = np.where(has_plant, wants_m2 > 0, wants_mu > 0)
        mark("kind", ~fits_kind)
        asked = self.kind_asked[rows]
        mark("plant_kind", has_plant & fits_kind & (asked != 0) & (asked != self.kind_given))
        too_small = np.where(has_plant, self.m2 < wants_m2, self.mu < self.least[rows])
        too_large = np.where(
            has_plant, self.m2 > wants_m2 * self.scheme.plant_slack, self.mu > self.most[rows]
        )
        mark("too_small", too_small & fits_kind)
        mark("too_large", too_large & fits_kind)
        for name, column in (("investment", self.investment), ("output", self.output), ("tax", self.tax)):
            mark(name, column[rows] / self.mu < self._asked_of(f"{name}_per_mu", rows))
        mark("energy_use", self.too_hungry[rows][:, self.cluster])
        mark("energy", self.energy[rows] > self.quotas[0])
        mark("emission", self.emission[rows] > self.quotas[1])
        mark("phase", self.phase > self.last_phase[rows])
        return bits

    def scores(self, row: Any, column: Any) -> Any:
        """(k,) float: hundredths of a point, whole, of k pairs that no filter refuses."""
        import numpy as np

        def of(per_lead: Any) -> Any:
            return per_lead[row, 0]

        points, m2 = self.points, self.m2[column]
        total = self.fixed[row, self.cluster[column]]
        if "policy" in points:
            total += np.rint(of(self.policy) * points["policy"])
        if "land" in points:
            asked = np.where(m2 > 0, of(self.asked_m2), of(self.asked_mu))
            given = np.where(m2 > 0, m2, self.mu[column])
            total += np.rint(np.minimum(asked, given) / np.maximum(asked, given) * points["land"])
        if "intensity" in points:
            mu = self.mu[column]
            own = self.own[row]
            both = self._over(of(self.investment) / mu, self.entries["investment_per_mu"][own, column])
            both += self._over(of(self.tax) / mu, self.entries["tax_per_mu"][own, column])
            total += np.rint(both / 2 * points["intensity"])
        if "quota" in points:
            both = self._spare(of(self.energy), self.quotas[0][column])
            both += self._spare(of(self.emission), self.quotas[1][column])
            total += np.rint(both / 2 * points["quota"])
        if "labour" in points:
            jobs = of(self.jobs)
            share = np.minimum(self.labour[column] / np.where(jobs > 0, jobs, np.inf), 1.0)
            total += np.rint(np.where(jobs > 0, share, 1.0) * points["labour"])
        return total

    def _over(self, value: Any, threshold: Any) -> Any:
        import numpy as np

        asked = threshold * self.scheme.full_at
        return np.where(asked > 0, np.minimum(value / np.where(asked > 0, asked, np.inf), 1.0), 1.0)

    @staticmethod
    def _spare(need: Any, quota: Any) -> Any:
        import numpy as np

        # No need against no quota: divided by infinity it takes nothing of it.
        return 1.0 - need / np.where(quota > 0, quota, np.inf)
