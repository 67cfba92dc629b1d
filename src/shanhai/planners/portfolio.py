"""Who is placed where: the assignment of a whole portfolio of leads that brings most under all limits together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shanhai.planners.lead_records import Cluster, Lead, MatchScheme, Parcel, check_records, check_scheme
from shanhai.planners.portfolio_bundles import neighbours_of
from shanhai.planners.portfolio_columns import Programme, columns_of
from shanhai.planners.portfolio_reasons import reasons_for
from shanhai.planners.portfolio_records import RESOURCES, Binding, Limits, Placed, Portfolio, check_limits
from shanhai.planners.portfolio_solving import Solved, Solver

if TYPE_CHECKING:
    import numpy as np

# What is counted in tax or jobs is not told apart below this.
_NOTHING = 1e-6


def place_leads(
    leads: Sequence[Lead],
    parcels: Sequence[Parcel],
    adjoining: Iterable[tuple[str, str]] = (),
    clusters: Iterable[Cluster] = (),
    scheme: MatchScheme | None = None,
    limits: Limits | None = None,
    *,
    value: str = "tax",
    per_point: float = 0.0,
    steps: Mapping[str, float] | None = None,
    gap: float = 1e-3,
    seconds: float = 60.0,
) -> Portfolio:
    """Place the leads of a portfolio on parcels so that the stated value is greatest.

    **What is decided.** Each lead is placed at most once, on one parcel or on two or three that hang together; a parcel goes whole
    to at most one lead, since splitting it is a decision about land that is taken, and recorded, before. Only where no filter of
    ``match_leads`` refuses the lead on the parcels taken as one. A lead starts in the first phase that both allow, or waits for a
    later one where the limits of that phase are used up.

    **Limits.** Land counts the mu of bare land that is given (or what a parcel says that it takes: nothing where its land was taken
    from a quota before), plant stands on land already built on. Energy and emissions count
    what leads need on parcels without a quota of their own; on a vacated plot that brings one it is held by the filter. Budget is
    the cost of lead and parcels.

    **Method.** A mixed-integer programme with a column for each lead, set of parcels and phase; a set of which a part would do as
    well is left out, and parcels that are alike in everything and adjoin none stand as one with copies (both lose nothing). The
    problem in which leads may be divided gives bound and prices (HiGHS). Up to 2,000 columns are solved to the end; of more, the best
    of each lead by those prices are, 4, 16, 64, then all, until the plan is within ``gap`` of the bound. What ``step`` more of a limit
    brings is found by solving again. The most that any plan with an unplaced lead could bring follows from the prices, for every
    such plan.

    **Ties.** Of plans with the same leads and the same value the one with the higher sum of scores is taken, then the earlier one. Columns stand in the order of lead and parcel numbers and the solver has no chance in it, so equal records give the same
    plan, whatever their order, as long as the time is not over.

    Parameters
    ----------
    adjoining
        Pairs of parcel numbers, either way round; ``portfolio_bundles.adjoining`` finds them from outlines.
    scheme
        Filters and scores; where it has no quota of the county, that of ``limits`` stands in.
    value
        What counts: ``tax``, ``output`` or ``investment`` in 10,000 yuan, ``jobs``, or ``score`` in points.
    per_point
        What a point of the match is worth beside it.
    steps
        How much more of each resource is tried; 1 where not said.
    gap
        How near the bound a large plan must come, as a share.
    seconds
        For the plan half of it, a quarter each for its ties and for what more would bring; when it is over the best plan so far comes with its gap.

    Raises
    ------
    BadInput
        What ``check_records``, ``check_scheme``, ``check_limits``, ``neighbours_of`` and ``bundles_of`` refuse.

    Source
    ------
    Assignment with side constraints as a set-packing programme: docs/sources.md#investment-leads.

    Examples
    --------
    >>> leads = [Lead("L1", "36", 9, 9, 50, land_mu=20, energy_tce=60), Lead("L2", "36", 9, 9, 40, land_mu=20, energy_tce=50)]
    >>> leads += [Lead("L3", "36", 9, 9, 30, land_mu=10, energy_tce=50)]
    >>> from shanhai.planners.portfolio_records import Amounts
    >>> parcels = [Parcel("P1", 10), Parcel("P2", 10), Parcel("P3", 10)]
    >>> plan = place_leads(leads, parcels, [("P1", "P2")], limits=Limits(Amounts(energy_tce=100)))
    >>> [(one.lead, one.parcels) for one in plan.assigned], plan.value, plan.bound
    ([('L2', ('P1', 'P2')), ('L3', ('P3',))], 70.0, 70.0)
    >>> [(one.limit, one.gain) for one in place_leads(
    ...     leads, parcels, [("P1", "P2")], limits=Limits(Amounts(energy_tce=100)), steps={"energy_tce": 10}).binding]
    [('energy_tce', 10.0)]
    """
    limits, steps = limits or Limits(), dict(steps or {})
    clusters = list(clusters)
    scheme = scheme_for(scheme or MatchScheme(), limits)
    check_limits(limits, value, steps, per_point)
    check_scheme(scheme)
    check_records(leads, parcels, clusters)
    leads = sorted(leads, key=lambda one: one.lead)
    neighbours = neighbours_of(parcels, adjoining)
    columns = columns_of(
        leads, parcels, neighbours, {one.cluster: one for one in clusters}, scheme, limits, value, per_point
    )
    programme = Programme(columns, limits)
    solver = Solver(programme, gap)
    solved = solver.better_matched(solver.solve(programme.most, seconds / 2), seconds / 4)
    each = seconds / 4 / max(len(programme.limits), 1)
    return Portfolio(
        _placed(programme, solved.chosen),
        solved.value,
        solved.bound,
        (solved.bound - solved.value) / solved.bound if solved.bound > 0 else 0.0,
        tuple(_binding(solver, solved, steps, each)),
        tuple(reasons_for(solver, solved)),
        {
            (name, phase): _used(programme, solved.chosen, n)
            for n, (name, phase, _) in enumerate(programme.limits)
        },
        solved.is_stopped,
        columns.n,
    )


def scheme_for(scheme: MatchScheme, limits: Limits) -> MatchScheme:
    """The scheme with what the county has left, as the limits say, where it does not say so itself."""
    whole = limits.whole
    return replace(
        scheme,
        energy_tce=whole.energy_tce if scheme.energy_tce is None else scheme.energy_tce,
        emission_t=whole.emission_t if scheme.emission_t is None else scheme.emission_t,
    )


# -- what comes back ----------------------------------------------------------------------------------------------------


def _placed(programme: Programme, chosen: np.ndarray) -> tuple[Placed, ...]:
    columns = programme.columns
    spare = {name: list(reversed(names)) for name, names in columns.copies.items()}
    found = []
    for at in chosen.tolist():
        lead, bundle = int(columns.lead[at]), int(columns.bundle[at])
        found.append(
            Placed(
                columns.leads[lead].lead,
                tuple(spare[name].pop() for name in columns.bundles[bundle]),
                int(columns.phase[at]),
                float(columns.value[at]),
                int(columns.matches.scores[lead, bundle]) / 100,
                dict(zip(RESOURCES, columns.takes[at].tolist(), strict=True)),
            )
        )
    return tuple(found)


def _used(programme: Programme, chosen: np.ndarray, limit: int) -> float:
    return float(programme.rows[[programme.first_limit + limit]][:, chosen].sum())


def _binding(solver: Solver, solved: Solved, steps: Mapping[str, float], seconds: float) -> Iterator[Binding]:
    """Limits that are worth something at the margin, or of which a step more is found to bring something."""
    programme = solver.programme
    for n, (name, phase, given) in enumerate(programme.limits):
        at, step = programme.first_limit + n, steps.get(name, 1.0)
        price, used = round(float(solver.prices[at]), 9), _used(programme, solved.chosen, n)
        if price <= _NOTHING and not _is_short(programme, solved.chosen, at, given - used):
            continue
        more = programme.most.copy()
        more[at] += step
        again = solver.solve(more, seconds, at_least=solved)
        gain = again.value - solved.value
        if price > _NOTHING or gain > _NOTHING:
            least = max(again.value - solved.bound, 0.0)
            yield Binding(
                name, phase, given, used, price, step, gain, least, max(again.bound - solved.value, gain)
            )


def _is_short(programme: Programme, chosen: np.ndarray, row: int, left: float) -> bool:
    """Whether some lead that is not placed takes more of a limit than is left."""
    import numpy as np

    columns = programme.columns
    is_out = ~np.isin(columns.lead, columns.lead[chosen])
    takes = programme.rows[[row]].toarray()[0]
    return bool((takes[is_out] > left + _NOTHING).any())
