"""How near the bound, and how soon, a portfolio of 300 leads is placed on 400 parcels under all limits together.

python -m benchmarks.portfolio [--leads 300] [--parcels 400] [--instances 3] [--value tax]

Peers: the bound of the relaxed problem (what no plan exceeds), and the plan that takes leads by value per tonne of coal, one by
one, each on the smallest place that is free, as an office would by hand. Every plan is looked at by the independent check.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.databases import tell  # noqa: E402
from benchmarks.matching import CLUSTERS, SCHEME, make_up_leads, make_up_parcels  # noqa: E402
from shanhai.planners import Amounts, Lead, Limits, Parcel, check_portfolio, place_leads  # noqa: E402
from shanhai.planners.portfolio import Programme, columns_of, scheme_for  # noqa: E402
from shanhai.planners.portfolio_bundles import neighbours_of  # noqa: E402

GOAL_S, GOAL_GAP = 60.0, 0.01


def make_up(n: int, m: int, seed: int) -> tuple[list[Lead], list[Parcel], list[tuple[str, str]], Limits]:
    """Leads that may come to many places, and parcels on a grid 20 wide, each adjoining those beside, above and below it."""
    leads = [
        replace(one, industry=one.industry if i % 3 else "3670", safety_class="E", investment=one.investment * 2, output=one.output * 2, tax=one.tax + 200)
        for i, one in enumerate(make_up_leads(n, seed))
    ]  # fmt: skip
    parcels = [replace(one, forbidden=(), labour=200.0) for one in make_up_parcels(m, seed + 1)]
    adjoining = [
        (parcels[at].parcel, parcels[to].parcel)
        for at in range(m)
        for to in (at + 1 if (at + 1) % 20 else m, at + 20)
        if to < m and random.Random(seed * m + at).random() < 0.9
    ]
    needs = [
        sum(getattr(one, name) for one in leads) for name in ("land_mu", "energy_tce", "emission_t", "cost")
    ]
    limits = Limits(
        Amounts(round(needs[0] * 0.5), round(needs[1] * 0.4), round(needs[2] * 0.45), round(needs[3] * 0.7)),
        {1: Amounts(budget=round(needs[3] * 0.35), land_mu=round(needs[0] * 0.3))},
    )
    return leads, parcels, adjoining, limits


def by_hand(
    leads: list[Lead], parcels: list[Parcel], adjoining: list[tuple[str, str]], limits: Limits, value: str
) -> float:
    """What one gets by taking the best lead first."""
    columns = columns_of(
        sorted(leads, key=lambda one: one.lead), parcels, neighbours_of(parcels, adjoining), {one.cluster: one for one in CLUSTERS},
        scheme_for(SCHEME, limits), limits, value, 0.0,
    )  # fmt: skip
    programme = Programme(columns, limits)
    rows, left, got = programme.rows.tocsc(), programme.most.copy(), 0.0
    for at in sorted(
        range(columns.n),
        key=lambda at: (-columns.value[at] / (1 + columns.takes[at, 1]), columns.takes[at, 0]),
    ):
        takes = rows[:, [at]].toarray()[:, 0]
        if (takes <= left + 1e-9).all():
            left -= takes
            got += columns.value[at]
    return got


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=300)
    parser.add_argument("--parcels", type=int, default=400)
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--value", default="tax")
    given = parser.parse_args()
    rows = []
    for seed in range(1, given.instances + 1):
        leads, parcels, adjoining, limits = make_up(given.leads, given.parcels, seed)
        began = time.perf_counter(), time.process_time()
        plan = place_leads(
            leads, parcels, adjoining, CLUSTERS, SCHEME, limits, value=given.value, seconds=GOAL_S
        )
        took, work = time.perf_counter() - began[0], time.process_time() - began[1]
        wrong = check_portfolio(
            plan, leads, parcels, adjoining, CLUSTERS, scheme_for(SCHEME, limits), limits, given.value
        )
        rows.append(
            {
                "instance": seed,
                "columns": plan.n_columns,
                "placed": len(plan.assigned),
                "value": round(plan.value, 1),
                "bound": round(plan.bound, 1),
                "gap": f"{plan.gap:.4%}",
                "by hand": f"{by_hand(leads, parcels, adjoining, limits, given.value) / plan.value:.1%}",
                "binding": len(plan.binding),
                "s with all answers": round(took, 1),
                "work s": round(work, 1),
                "wrong": len(wrong),
                "met": plan.gap <= GOAL_GAP and took <= GOAL_S and not wrong,
            }
        )
    tell(
        f"A portfolio placed, {given.leads} leads on {given.parcels} parcels, load {os.getloadavg()[0]:.1f}",
        rows,
    )


if __name__ == "__main__":
    main()
