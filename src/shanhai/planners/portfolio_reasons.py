"""Why a lead is in no place: what refuses it everywhere, which limit is used up, or who stands where it would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import gettext_noop
from shanhai.planners.lead_matching import match_checked
from shanhai.planners.lead_pairs import figure
from shanhai.planners.lead_records import Lead
from shanhai.planners.portfolio_columns import Columns, Programme
from shanhai.planners.portfolio_records import Unplaced
from shanhai.planners.portfolio_solving import Solved, Solver

if TYPE_CHECKING:
    import numpy as np

_TOLERANCE = 1e-9
# The limits as they stand in a sentence.
_OVER = {
    "land_mu": gettext_noop(
        "The land quota refuses it: on {parcels} it takes {need} mu, and {left} of {given} are left."
    ),
    "energy_tce": gettext_noop(
        "The energy quota refuses it: it takes {need} tce, and {left} of {given} are left."
    ),
    "emission_t": gettext_noop(
        "The emission quota refuses it: it takes {need} t, and {left} of {given} are left."
    ),
    "budget": gettext_noop(
        "The budget refuses it: on {parcels} it takes {need} (10,000 yuan), and {left} of {given} are left."
    ),
}
_OVER_IN_PHASE = {
    "land_mu": gettext_noop(
        "The land quota of phase {phase} refuses it: on {parcels} it takes {need} mu, and {left} of {given} are left."
    ),
    "energy_tce": gettext_noop(
        "The energy quota of phase {phase} refuses it: it takes {need} tce, and {left} of {given} are left."
    ),
    "emission_t": gettext_noop(
        "The emission quota of phase {phase} refuses it: it takes {need} t, and {left} of {given} are left."
    ),
    "budget": gettext_noop(
        "The budget of phase {phase} refuses it: on {parcels} it takes {need} (10,000 yuan), and {left} of {given} are left."
    ),
}


def reasons_for(solver: Solver, solved: Solved) -> Iterator[Unplaced]:
    """Every lead that is not placed, in order, with its reasons.

    Where no filter refuses it everywhere, the place is named at which least stands in the way: one that is free and passes the
    fewest limits, or else one whose holders bring least. The most that a plan with it brings is the bound less what its dearest
    place lacks at the prices of the relaxed problem, which holds for every plan.

    Examples
    --------
    >>> from shanhai.planners import Amounts, Lead, Limits, Parcel, place_leads
    >>> leads = [Lead(name, "36", 9, 9, 40, land_mu=mu, energy_tce=60) for name, mu in (("L1", 20), ("L2", 19), ("L3", 90))]
    >>> plan = place_leads(leads, [Parcel("P1", 20), Parcel("P2", 20)], limits=Limits(Amounts(energy_tce=100)))
    >>> [(one.lead, str(one.reasons[0]), one.most_with_it) for one in plan.unplaced]  # doctest: +NORMALIZE_WHITESPACE
    [('L2', 'The energy quota refuses it: it takes 60 tce, and 40 of 100 are left.', 66.66...),
     ('L3', '2 of 2 parcels, as P1: It needs 90 mu; there are 20.', None)]
    """
    import numpy as np

    programme, chosen = solver.programme, solved.chosen
    columns, bound = programme.columns, solver.bound(programme.most)
    is_placed = np.zeros(len(columns.leads), bool)
    is_placed[columns.lead[chosen]] = True
    used = (
        np.asarray(programme.rows[:, chosen].sum(axis=1)).ravel()
        if columns.n
        else np.zeros(len(programme.most))
    )
    edges = np.searchsorted(columns.lead, np.arange(len(columns.leads) + 1))
    for n, lead in enumerate(columns.leads):
        if is_placed[n]:
            continue
        its = np.arange(edges[n], edges[n + 1])
        if not len(its):
            yield Unplaced(lead.lead, tuple(_nowhere(columns, lead)))
            continue
        most = bound + min(float(solver.slack[its].max()), 0.0)
        yield Unplaced(lead.lead, tuple(_in_the_way(programme, chosen, its, used)), most)


def _nowhere(columns: Columns, lead: Lead) -> Iterator[Reason]:
    """It may come to no parcel and to no set of them; or only when it is too late for it."""
    whole = columns.matches
    if not columns.parcels:
        yield because("matching.no_parcels", gettext_noop("There is no parcel."))
        return
    if (whole.scores[columns.leads.index(lead)] >= 0).any():
        yield because(
            "portfolio.never_ready",
            gettext_noop("No parcel to which it may come is ready in the phases in which it can start."),
        )
        return
    yield from match_checked([lead], columns.parcels, whole.clusters, whole.scheme).why_nowhere(lead.lead)
    sets = [one for one, bundle in zip(whole.parcels, columns.bundles, strict=True) if len(bundle) > 1]
    if sets:
        found = match_checked([lead], sets, whole.clusters, whole.scheme)
        nearest = min(
            (near for *_, near in found.refusals_of(lead.lead)),
            key=lambda one: (len(one.refused), one.parcel),
        )
        yield because(
            "portfolio.no_set",
            gettext_noop("None of {n} sets of adjoining parcels either, as {parcels}: {why}"),
            n=len(sets),
            parcels=nearest.parcel,
            why=nearest.refused[0],
        )


def _in_the_way(
    programme: Programme, chosen: np.ndarray, its: np.ndarray, used: np.ndarray
) -> Iterator[Reason]:
    import numpy as np

    left = programme.most - used
    rows = programme.rows[:, its].toarray()
    over = rows > left[:, None] + _TOLERANCE * np.maximum(programme.most, 1.0)[:, None]
    taken = over[programme.n_leads : programme.first_limit]
    passed = over[programme.first_limit :].sum(axis=0)
    is_free = ~taken.any(axis=0)
    if is_free.any():
        best = min(is_free.nonzero()[0].tolist(), key=lambda one: (passed[one], one))
        yield from _limits(programme, int(its[best]), over[:, best], rows[:, best], left)
        if not passed[best]:
            yield because(
                "portfolio.brings_nothing", gettext_noop("It would bring nothing that the plan counts.")
            )
        return
    holder = _holders(programme, chosen)
    values = programme.columns.value
    weight = [
        sum(values[at] for at in {at for p in column.nonzero()[0].tolist() for at in holder[p]})
        for column in taken.T
    ]
    best = min(range(len(its)), key=lambda one: (weight[one], passed[one], one))
    standing = sorted({at for p in taken[:, best].nonzero()[0].tolist() for at in holder[p]})
    yield because(
        "portfolio.taken",
        gettext_noop(
            "Every place that fits it is taken; on {parcels} stands {leads}, which brings {value}, and it {own}."
        ),
        parcels=" + ".join(programme.columns.bundles[programme.columns.bundle[its[best]]]),
        leads=", ".join(programme.columns.leads[programme.columns.lead[at]].lead for at in standing),
        value=figure(float(weight[best])),
        own=figure(float(values[its[best]])),
    )
    yield from _limits(programme, int(its[best]), over[:, best], rows[:, best], left)


def _limits(
    programme: Programme, at: int, over: np.ndarray, takes: np.ndarray, left: np.ndarray
) -> Iterator[Reason]:
    """The limits that a column would pass, each with what is left of it."""
    parcels = " + ".join(programme.columns.bundles[programme.columns.bundle[at]])
    for n, (name, phase, given) in enumerate(programme.limits):
        row = programme.first_limit + n
        if over[row]:
            yield because(
                f"portfolio.{name}",
                (_OVER if phase is None else _OVER_IN_PHASE)[name],
                parcels=parcels,
                need=figure(float(takes[row])),
                left=figure(round(max(float(left[row]), 0.0), 6)),
                given=figure(given),
                phase=phase,
            )


def _holders(programme: Programme, chosen: np.ndarray) -> list[list[int]]:
    """For each parcel the chosen columns that hold it."""
    found: list[list[int]] = [[] for _ in programme.parcels]
    for at in chosen.tolist():
        for name in programme.columns.bundles[programme.columns.bundle[at]]:
            found[programme.parcels[name]].append(at)
    return found
