"""Whether a plan for a portfolio is right: looked at again from the records, without what made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isclose

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import gettext_noop
from shanhai.planners.lead_pairs import cluster_of, match_pair
from shanhai.planners.lead_records import Cluster, Lead, MatchScheme, Parcel
from shanhai.planners.portfolio_bundles import MOST_PARCELS, merged
from shanhai.planners.portfolio_records import Limits, Placed, Portfolio

_TOLERANCE = 1e-6


def check_portfolio(
    plan: Portfolio,
    leads: Sequence[Lead],
    parcels: Sequence[Parcel],
    adjoining: Iterable[tuple[str, str]],
    clusters: Iterable[Cluster],
    scheme: MatchScheme,
    limits: Limits,
    value: str = "tax",
    per_point: float = 0.0,
) -> list[Reason]:
    """What is wrong with a plan; nothing if it holds.

    Each lead and each parcel stands at most once; a lead has one to three parcels that hang together by ``adjoining``; no filter
    refuses it there; it starts when it can and they are ready; nothing takes more than its limit; values add up; the bound is no
    less than the value; everyone is either placed or told why not.

    Examples
    --------
    >>> plan = Portfolio((Placed("L1", ("P1",), 1, 40, 0, {}),), 40, 39, 0, (), (), {}, False, 1)
    >>> parcels = [Parcel("P1", 20)]
    >>> found = check_portfolio(plan, [Lead("L1", "36", 9, 9, 40, land_mu=30)], parcels, [], [], MatchScheme(), Limits())
    >>> [one.code for one in found]
    ['matching.too_small', 'portfolio.above_bound']
    """
    return list(
        _Check(
            {one.lead: one for one in leads},
            {one.parcel: one for one in parcels},
            adjoining,
            clusters,
            scheme,
            limits,
        ).run(plan, value, per_point)
    )


class _Check:
    def __init__(
        self,
        leads: Mapping[str, Lead],
        parcels: Mapping[str, Parcel],
        adjoining: Iterable[tuple[str, str]],
        clusters: Iterable[Cluster],
        scheme: MatchScheme,
        limits: Limits,
    ) -> None:
        self.leads, self.parcels, self.scheme, self.limits = leads, parcels, scheme, limits
        self.pairs = {frozenset(pair) for pair in adjoining}
        self.clusters = {one.cluster: one for one in clusters}

    def run(self, plan: Portfolio, value: str, per_point: float) -> Iterator[Reason]:
        """Everything, in the order of the docstring above."""
        counts = Counter([("lead", one.lead) for one in plan.assigned])
        counts += Counter([("parcel", name) for one in plan.assigned for name in one.parcels])
        counts += Counter([("lead", one.lead) for one in plan.unplaced])
        for (_, name), n in sorted(counts.items()):
            if n > 1:
                yield because(
                    "portfolio.stands_twice",
                    gettext_noop("{name} stands {n} times in the plan."),
                    name=name,
                    n=n,
                )
        missing = sorted(set(self.leads) - {name for kind, name in counts if kind == "lead"})
        if missing:
            yield because(
                "portfolio.left_out",
                gettext_noop("The plan says nothing of {names}."),
                names=", ".join(missing),
            )
        whole = 0.0
        for one in plan.assigned:
            worth = self._worth(one, value, per_point)
            whole += worth
            yield from self._placed(one)
            if not isclose(worth, one.value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE):
                yield _differs(one.lead, one.value, worth)
        yield from self._limits(plan)
        if not isclose(whole, plan.value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE):
            yield _differs("–", plan.value, whole)
        if plan.value > plan.bound * (1 + _TOLERANCE) + _TOLERANCE:
            yield because(
                "portfolio.above_bound",
                gettext_noop("The value {value} is above the bound {bound}."),
                value=plan.value,
                bound=plan.bound,
            )

    def _whole(self, one: Placed) -> Parcel:
        return merged([self.parcels[name] for name in one.parcels])

    def _worth(self, one: Placed, value: str, per_point: float) -> float:
        parcel = self._whole(one)
        lead = self.leads[one.lead]
        score = match_pair(lead, parcel, cluster_of(lead, parcel, self.clusters), self.scheme).score
        return (
            score if value == "score" else float(getattr(self.leads[one.lead], value))
        ) + per_point * score

    def _placed(self, one: Placed) -> Iterator[Reason]:
        lead, parcel = self.leads[one.lead], self._whole(one)
        if not 1 <= len(one.parcels) <= MOST_PARCELS or not self._hang_together(one.parcels):
            yield because(
                "portfolio.apart",
                gettext_noop("{lead} has {parcels}, which are not one to three adjoining parcels."),
                lead=one.lead,
                parcels=", ".join(one.parcels),
            )
        if len({self.parcels[name].plant_m2 > 0 for name in one.parcels}) > 1:
            yield because(
                "portfolio.mixed", gettext_noop("{lead} has land and plant together."), lead=one.lead
            )
        for name in one.parcels:
            # Rules of a parcel hold for whoever takes it together with others.
            own = self.parcels[name]
            if own.cluster != parcel.cluster or own.phase > one.phase or own.safety_class > lead.safety_class:
                yield because(
                    "portfolio.rule",
                    gettext_noop("{lead} breaks a rule of {parcel}."),
                    lead=one.lead,
                    parcel=name,
                )
        cluster = cluster_of(lead, parcel, self.clusters)
        yield from match_pair(lead, parcel, cluster, self.scheme).refused
        if one.phase < lead.first_phase or (lead.last_phase is not None and one.phase > lead.last_phase):
            yield because(
                "portfolio.not_then",
                gettext_noop("{lead} cannot start in phase {phase}."),
                lead=one.lead,
                phase=one.phase,
            )

    def _hang_together(self, names: Sequence[str]) -> bool:
        reached, waiting = {names[0]}, [names[0]]
        while waiting:
            here = waiting.pop()
            more = {name for name in names if frozenset((here, name)) in self.pairs} - reached
            reached |= more
            waiting += more
        return reached == set(names)

    def _limits(self, plan: Portfolio) -> Iterator[Reason]:
        for name, phase, amount in self.limits.given():
            used = sum(self._takes(one)[name] for one in plan.assigned if phase in (None, one.phase))
            if used > amount * (1 + _TOLERANCE) + _TOLERANCE:
                yield because(
                    "portfolio.over_limit",
                    gettext_noop("The plan takes {used} of {limit}; there are {amount}."),
                    used=used,
                    limit=name,
                    amount=amount,
                )

    def _takes(self, one: Placed) -> dict[str, float]:
        lead, its = self.leads[one.lead], [self.parcels[name] for name in one.parcels]
        return {
            "land_mu": sum(parcel.takes_mu for parcel in its),
            "energy_tce": lead.energy_tce if any(parcel.energy_tce is None for parcel in its) else 0.0,
            "emission_t": lead.emission_t if any(parcel.emission_t is None for parcel in its) else 0.0,
            "budget": lead.cost + sum(parcel.cost for parcel in its),
        }


def _differs(lead: str, said: float, worth: float) -> Reason:
    return because(
        "portfolio.other_value",
        gettext_noop("{lead}: the plan says {said}; the records give {worth}."),
        lead=lead,
        said=said,
        worth=worth,
    )
