"""Joint review simulated: how much it cuts, how much the bound permits, and what each lever adds; and how long that takes.

    python -m benchmarks.simulation [--cases 10000] [--seed 1]

For 1, 3 and 6 reviewers in each department and loads of the busiest one of 0.5, 0.7 and 0.85, with 95 % intervals of replications taken in
pairs. Beside it stand the 40 % that Longquan reported for its reform; nothing is fitted to them. Then each lever alone and all without it
(ablation), single queues beside Erlang's formula, how the cut hangs on what is assumed, and the time of 10,000 cases of 20 items.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from math import factorial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.databases import tell  # noqa: E402
from shanhai.fields.approval.rules.profiles import profile  # noqa: E402
from shanhai.fields.approval.rules.workload import kinds_of  # noqa: E402
from shanhai.planners.review_simulation import (  # noqa: E402
    LEVERS,
    Assumptions,
    CaseKind,
    ReviewItem,
    ReviewSimulation,
    cut_between,
    simulate_review,
)

REPORTED = "40 %"
LOADS, REVIEWERS = (0.5, 0.7, 0.85), (1, 3, 6)


def cuts(kinds: Any, cases: int, seed: int) -> list[dict[str, Any]]:
    """A row for each number of reviewers, load and order, levers off."""
    rows = []
    for reviewers in REVIEWERS:
        for load in LOADS:
            for order in ("fifo", "slack"):
                asked = {"cases": cases, "order": order, "reviewers": reviewers, "load": load, "seed": seed}
                serial = simulate_review(kinds, mode="serial", **asked)  # type: ignore[arg-type]
                joint = simulate_review(kinds, mode="joint", **asked)  # type: ignore[arg-type]
                rows.append({"reviewers": reviewers, "load": load, "order": order, **compared(serial, joint)})
    return rows


def compared(serial: ReviewSimulation, joint: ReviewSimulation) -> dict[str, Any]:
    """The two modes beside one another and beside the bound."""
    cut = cut_between(serial, joint)
    return {
        "serial wd": round(serial.lead_wd.mean, 1),
        "joint wd": round(joint.lead_wd.mean, 1),
        "bound wd": round(joint.bound_wd.mean, 1),
        "cut": f"{cut.cut:.1%} {told(cut.ci95)}",
        "bound permits": f"{cut.bound_cut:.1%} {told(cut.bound_ci95)}",
        "of it": f"{cut.cut / cut.bound_cut:.0%}",
        "late, serial": f"{serial.late_share:.2%}",
        "late, joint": f"{joint.late_share:.2%}",
        "reported": REPORTED,
    }


def told(interval: tuple[float, float] | None) -> str:
    """An interval of shares."""
    return "" if interval is None else f"[{interval[0]:.1%}, {interval[1]:.1%}]"


def levers(kinds: Any, cases: int, seed: int) -> list[dict[str, Any]]:
    """What each lever adds in joint mode: alone, and as the last one."""
    asked = {"cases": cases, "order": "slack", "seed": seed}
    off, on = simulate_review(kinds, **asked), simulate_review(kinds, levers=LEVERS, **asked)  # type: ignore[arg-type]
    whole = off.lead_wd.mean - on.lead_wd.mean
    rows = [
        {"levers": "all", "wd": round(on.lead_wd.mean, 1), "cut by it": cut_told(off, on), "share": "100 %"}
    ]
    for lever in LEVERS:
        alone = simulate_review(kinds, levers=[lever], **asked)  # type: ignore[arg-type]
        without = simulate_review(kinds, levers=[one for one in LEVERS if one != lever], **asked)  # type: ignore[arg-type]
        saved = without.lead_wd.mean - on.lead_wd.mean
        rows.append(
            {
                "levers": lever,
                "wd": round(alone.lead_wd.mean, 1),
                "cut by it": cut_told(off, alone),
                "as the last": cut_told(without, on),
                "share": f"{saved / whole:.0%}",
            }
        )
    return rows


def cut_told(before: ReviewSimulation, after: ReviewSimulation) -> str:
    """A cut with its interval."""
    cut = cut_between(before, after)
    return f"{cut.cut:.1%} {told(cut.ci95)}"


def queues(cases: int, seed: int) -> list[dict[str, Any]]:
    """Single queues beside Erlang's C formula."""
    given = Assumptions(work_hours=6.0, signing=0.0, spread=1.0)
    rows = []
    for servers, load in ((1, 0.5), (1, 0.85), (3, 0.7), (6, 0.7), (6, 0.85)):
        kinds = [CaseKind("q", (ReviewItem("a", 1, "d"),))]
        found = simulate_review(
            kinds, cases=cases, reviewers=servers, load=load, seed=seed, assumptions=given
        )
        offered = servers * load
        below = sum(offered**k / factorial(k) for k in range(servers))
        waits = offered**servers / factorial(servers) / (1 - load)
        stay = 1 + waits / (below + waits) / (servers * (1 - load))
        rows.append(
            {
                "queue": f"M/M/{servers}",
                "load": load,
                "theory": round(stay, 4),
                "simulated": round(found.lead_wd.mean, 4),
                "off": f"{found.lead_wd.mean / stay - 1:+.2%}",
            }
        )
    return rows


def assumed(kinds: Any, cases: int, seed: int) -> list[dict[str, Any]]:
    """How much of what the bound permits is cut with six reviewers at a load of 0.85, under other assumptions."""
    plain = Assumptions()
    others = {
        "as assumed": plain,
        "1.5 hours a promised day, signing a quarter": replace(plain, work_hours=1.5, signing=0.25),
        "1 hour a promised day, signing a quarter": replace(plain, signing=0.25),
        "spread 100 %": replace(plain, spread=1.0),
        "co-review as much work as the lead": replace(plain, co_share=1.0),
        "meeting every 5 days": replace(plain, meeting_every=5),
    }
    rows = []
    for name, given in others.items():
        for order in ("fifo", "slack"):
            asked = {"cases": cases, "order": order, "reviewers": 6, "load": 0.85, "seed": seed}
            serial, joint = (
                simulate_review(kinds, mode=mode, assumptions=given, **asked)  # type: ignore[arg-type]
                for mode in ("serial", "joint")
            )
            rows.append({"assumed": name, "order": order, **compared(serial, joint)})
    return rows


def speed(cases: int) -> list[dict[str, Any]]:
    """The time of cases with 20 items."""
    items = tuple(
        ReviewItem(
            f"i{n}",
            5,
            f"d{n % 7}",
            co=(f"d{(n + 3) % 7}",) if n % 3 == 0 else (),
            after=() if n < 4 else (f"i{n - 4}",),
        )
        for n in range(20)
    )
    rows = []
    for mode in ("joint", "serial"):
        for order in ("fifo", "slack"):
            began, worked = time.perf_counter(), time.process_time()
            simulate_review([CaseKind("twenty", items)], cases=cases, mode=mode, order=order)  # type: ignore[arg-type]
            rows.append(
                {
                    "mode": mode,
                    "order": order,
                    "cases of 20 items": cases,
                    "seconds": round(time.perf_counter() - began, 2),
                    "work s": round(time.process_time() - worked, 2),
                    "goal": "10 s",
                }
            )
    return rows


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    kinds = kinds_of(profile("zhejiang-90"))
    load = f"load of the machine {os.getloadavg()[0]:.1f}"
    tell("Joint review, simulated; zhejiang-90, levers off", cuts(kinds, options.cases, options.seed))
    tell("Each lever, joint, least slack, 3 reviewers, load 0.7", levers(kinds, options.cases, options.seed))
    tell("What the cut hangs on", assumed(kinds, options.cases, options.seed))
    tell("Single queues", queues(400_000, options.seed))
    tell(f"Speed, {load}", speed(options.cases))


if __name__ == "__main__":
    main()
