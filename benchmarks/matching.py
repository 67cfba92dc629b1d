"""How long it takes to match 10,000 leads with 1,000 parcels, beside the plain array work that its arithmetic needs at least.

python -m benchmarks.matching [--leads 10000] [--parcels 1000]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.databases import tell  # noqa: E402
from shanhai.planners import Cluster, Entry, Lead, MatchScheme, Parcel, match_leads  # noqa: E402

GOAL_S, GOAL_MB = 2.0, 1024
CLUSTERS = (
    Cluster("auto", ("3670", "3670"), links=("3389", "3484"), gaps=("3463", "3824")),
    Cluster("craft", ("2437", "3071", "3074"), links=("1030",), pool="craft"),
    Cluster("medicine", ("27",), links=("2614",), gaps=("2770",)),
    Cluster("farm", ("13", "14", "20"), links=("2239",)),
    Cluster("logistics", ("54", "59"), pool="logistics"),
)
SCHEME = MatchScheme(
    entry={"": Entry(220, 300, 10, 0.52), "craft": Entry(100, 100, 5), "logistics": Entry(150)},
    forbidden=("2511", "3110", "2621"),
    energy_tce=9000,
    emission_t=400,
)


def make_up_leads(n: int, seed: int = 5) -> list[Lead]:
    """Leads of many industries; most ask for land, some for plant, some for either (fixed seed)."""
    chance = random.Random(seed)
    industries = [
        f"{d:02}{c:02}" for d in (13, 14, 20, 24, 27, 30, 33, 34, 36, 38, 54, 59) for c in range(10, 90, 7)
    ]
    found = []
    for i in range(n):
        mu = round(chance.lognormvariate(3.2, 0.6), 1)
        wants = chance.random()
        found.append(
            Lead(
                f"L{i:05}",
                chance.choice(industries),
                investment=round(mu * chance.uniform(150, 600)),
                output=round(mu * chance.uniform(200, 900)),
                tax=round(mu * chance.uniform(5, 45)),
                land_mu=mu if wants < 0.8 else 0.0,
                land_min_mu=round(mu * 0.8, 1) if wants < 0.8 else None,
                land_max_mu=round(mu * 1.4, 1) if wants < 0.8 else None,
                plant_m2=round(mu * 600) if wants > 0.6 else 0.0,
                value_added=round(mu * chance.uniform(60, 250)),
                energy_tce=round(mu * chance.uniform(2, 60)),
                emission_t=round(mu * chance.uniform(0, 1.5), 1),
                jobs=round(mu * chance.uniform(2, 9)),
                safety_class=chance.choice("CDDDEEE"),
                cost=round(mu * chance.uniform(0, 12)),
                first_phase=1,
                last_phase=chance.choice((1, 2, 3, None)),
            )
        )
    return found


def make_up_parcels(n: int, seed: int = 6) -> list[Parcel]:
    """Parcels of five clusters, one in five with plant on it (fixed seed)."""
    chance = random.Random(seed)
    found = []
    for i in range(n):
        mu = round(chance.lognormvariate(3.0, 0.5), 1)
        has_plant = chance.random() < 0.2
        found.append(
            Parcel(
                f"P{i:04}",
                mu,
                cluster=CLUSTERS[(i * 5 // n) % 5].cluster,
                plant_m2=round(mu * 700) if has_plant else 0.0,
                plant_kind=chance.choice(("standard", "clean")) if has_plant else "",
                energy_tce=round(mu * 60) if has_plant else None,
                labour=round(chance.uniform(50, 600)),
                safety_class=chance.choice("BCCD"),
                forbidden=chance.choice(((), (), ("27",))),
                cost=round(mu * chance.uniform(1, 8)),
                phase=chance.choice((1, 1, 2, 3)),
            )
        )
    return found


def floor(n: int, m: int) -> None:
    """The arithmetic that no program on arrays can leave out: four shares by division, and 15 comparisons, a block at a time."""
    import numpy as np

    a, b = np.random.default_rng(1).random((n, 1)) + 1, np.random.default_rng(2).random(m) + 1
    scores = np.empty((n, m), np.int16)
    rows = max(1, 32_000 // m)
    for first in range(0, n, rows):
        part = a[first : first + rows]
        total = np.zeros((len(part), m))
        for _ in range(7):
            share = part / b
            np.minimum(share, 1.0, out=share)
            total += share
        for _ in range(4):
            np.rint(total, out=total)
        bits = np.zeros((len(part), m), np.uint16)
        for n_bit in range(15):
            bits |= (part > b).astype(np.uint16) << n_bit
        scores[first : first + rows] = np.where(bits == 0, total, -1)


def main() -> None:
    """Measure and tell: the best of five."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--parcels", type=int, default=1_000)
    given = parser.parse_args()
    leads, parcels = make_up_leads(given.leads), make_up_parcels(given.parcels)
    rows = []
    for name, run in (
        ("matched", lambda: match_leads(leads, parcels, CLUSTERS, SCHEME)),
        ("plain arrays", lambda: floor(len(leads), len(parcels))),
    ):
        took = []
        for _ in range(5):
            began = time.perf_counter(), time.process_time()
            run()
            took.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        rows.append(
            {
                "what": name,
                "pairs": len(leads) * len(parcels),
                "s": round(min(took)[0], 2),
                "work s": round(min(w for _, w in took), 2),
            }
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = match_leads(leads, parcels, CLUSTERS, SCHEME)
    began = time.perf_counter()
    for one in leads[:100]:
        found.best_parcels(one.lead)
    rows[0] |= {
        "goal s": GOAL_S, "MB": round(peak), "goal MB": GOAL_MB, "met": rows[0]["s"] <= GOAL_S and peak <= GOAL_MB,
        "of floor": round(rows[0]["work s"] / rows[1]["work s"], 1), "may come": f"{(found.scores >= 0).mean():.1%}",
        "ms a lead with reasons": round((time.perf_counter() - began) * 10, 1),
    }  # fmt: skip
    tell(f"Leads matched with parcels, load {os.getloadavg()[0]:.1f}", rows)


if __name__ == "__main__":
    main()
