"""How long it takes to grade many enterprise-years, beside the plain arithmetic of their scores.

python -m benchmarks.land_grades [--years 100000]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.databases import tell  # noqa: E402
from shanhai.planners.land_grades import ABOVE_SCALE, LandScheme, LandYear, grade_land  # noqa: E402

GOAL_S = 1.0
MARKS = dict(zip(ABOVE_SCALE, (24.097, 136.16, 2.694, 4929.81, 18.14, 0.0302), strict=True))


def make_up(n: int) -> list[LandYear]:
    """Enterprises with ratios between nothing and twice the benchmark (fixed seed)."""
    chance = random.Random(2018)
    return [
        LandYear(f"e{i:06}", {name: chance.random() * 2 * mark for name, mark in MARKS.items()})
        for i in range(n)
    ]


def main() -> None:
    """Measure and tell: the best of five."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=100_000)
    years = make_up(parser.parse_args().years)
    scheme = LandScheme(MARKS)

    def floor() -> None:
        for one in years:
            sum(one.ratios[name] / mark * ABOVE_SCALE[name] for name, mark in MARKS.items())

    rows = []
    for name, run in (("graded", lambda: grade_land(years, scheme)), ("scores alone", floor)):
        took = []
        for _ in range(5):
            began = time.process_time()
            run()
            took.append(time.process_time() - began)
        rows.append({"what": name, "enterprise-years": len(years), "work s": round(min(took), 3)})
    rows[0] |= {"goal s": GOAL_S, "met": rows[0]["work s"] <= GOAL_S}
    tell(f"Grades by land, load {os.getloadavg()[0]:.1f}", rows)


if __name__ == "__main__":
    main()
