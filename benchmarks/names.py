"""How long a lead is checked against 100,000 names, in which memory, and how much of the labelled pairs is found.

python -m benchmarks.names [--names 100000] [--register]

``--register`` asks the register instead of an index in memory: the names stand as investors of leads in a database of its own
(SQLite, or beside the one of ``DATABASE_URL``), and each is looked up as the page of a new lead does it.

Peer: difflib's ratio over all names as they are written, the first thing one would try, on the same pairs.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import statistics
import sys
import time
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.databases import Work, empty_database, tell  # noqa: E402
from shanhai.planners import NameIndex, find_same_names  # noqa: E402
from shanhai.planners.name_parts import Vocabulary  # noqa: E402
from shanhai.planners.name_words import REGIONS, TRADES  # noqa: E402
from shanhai.planners.same_names import LOOK, SAME, compare_names  # noqa: E402

GOAL_MS = 100
SYLLABLES = "康盛凯尊瑞丰华兴达恒泰宏远天成金鑫海博美佳信诚永利东方宝青云山水明珠新光大同力合中正和顺安福隆祥源润德智创伟业腾飞银河长城星辰绿野春晖"


def make_up(n: int) -> list[str]:
    """Names of firms, one in five in English, brands of two to four syllables (fixed seed)."""
    chance = random.Random(2018)
    vocabulary, found = Vocabulary(), []
    for _ in range(n):
        region, (zh, en) = chance.choice(REGIONS), chance.choice(TRADES)
        brand = "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3, 4))))
        if chance.random() < 0.2:
            found.append(
                f"{region[1].title()} {vocabulary.parts(brand).key.title()} {en[0].title()} Co., Ltd."
            )
        else:
            found.append(
                f"{region[0]}{brand}{zh[0]}{chance.choice(('有限公司', '股份有限公司', '厂', '集团有限公司'))}"
            )
    return found


def quality() -> list[dict[str, object]]:
    """Recall and precision on the labelled pairs, by half, beside the peer at its own best threshold."""
    pairs = list(csv.DictReader((ROOT / "tests/planners/name_pairs.csv").open(encoding="utf-8", newline="")))
    words = Vocabulary()
    rows = []
    for half in ("first", "second"):
        its = [one for one in pairs if one["half"] == half]
        truth = [one["same"] == "1" for one in its]
        ours = [compare_names(words.parts(one["one"]), words.parts(one["other"]), words)[0] for one in its]
        plain = [SequenceMatcher(None, one["one"], one["other"]).ratio() for one in its]
        best = max((at / 100 for at in range(5, 100)), key=lambda at: _f1(plain, truth, at))
        for name, found, at in (
            ("taken for one", ours, SAME),
            ("to be looked at", ours, LOOK),
            ("difflib", plain, best),
        ):
            recall, precision = _measured(found, truth, at)
            rows.append(
                {
                    "half": half,
                    "what": name,
                    "at": at,
                    "pairs": len(its),
                    "recall": f"{recall:.1%}",
                    "precision": f"{precision:.1%}",
                }
            )
    return rows


def _measured(found: list[float], truth: list[bool], at: float) -> tuple[float, float]:
    right = sum(one >= at and same for one, same in zip(found, truth, strict=True))
    return right / sum(truth), right / max(sum(one >= at for one in found), 1)


def _f1(found: list[float], truth: list[bool], at: float) -> float:
    recall, precision = _measured(found, truth, at)
    return 2 * recall * precision / max(recall + precision, 1e-9)


def _investor(name: str) -> dict[str, str]:
    return {"investor_en" if name.isascii() else "investor_zh": name}


def lay(names: list[str]) -> int:
    """A lead for each name, in bulk; gives the key of their zone."""
    from benchmarks import scale_zone
    from shanhai.core.models import Member, Pairing
    from shanhai.fields.investment.actions import lead_names, leads
    from shanhai.fields.investment.models import Lead

    scale_zone.stage()
    zone, keeper = Pairing.objects.get(code="LQXS"), Member.objects.get(code="M0")
    first = leads.add_lead(zone, name_zh="线索", by=keeper)
    like = {
        "zone": zone,
        "pairing": zone,
        "unit": keeper.unit,
        "owner_unit": keeper.unit,
        "owner_side": "mountain",
    }
    days = {"stage_on": first.stage_on, "registered_on": first.registered_on}
    for at in range(0, len(names), 2_000):
        rows = [
            Lead(number=f"N{i}", name_zh=f"线索{i}", name_sort=f"{i:06}", **_investor(name), **like, **days)
            for i, name in enumerate(names[at : at + 2_000], at)
        ]
        lead_names.follow(Lead.objects.bulk_create(rows))
    return int(zone.pk)


def register(n: int) -> dict[str, object]:
    """Each of 300 names against those of the register: by the clock, and the work of both processes."""
    with empty_database(os.environ.get("DATABASE_URL", "")) as connection:
        from shanhai.fields.investment.models import Lead
        from shanhai.fields.investment.queries import duplicates

        names = make_up(n + 301)
        zone = lay(names[:n])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        meter, took, work, found = Work(connection), [], [], 0
        for name in names[n:]:
            began, worked = time.perf_counter(), meter.ms()
            found += len(duplicates.alike(Lead(zone_id=zone, **_investor(name))))
            took.append((time.perf_counter() - began) * 1000)
            work.append(meter.ms() - worked)
        # The first brings the words and the dictionary of pinyin.
        took, work = sorted(took[1:]), sorted(work[1:])
        return {
            "database": connection.vendor, "names": n, "found": found, "median ms": round(statistics.median(took), 1),
            "p95 ms": round(took[-15], 1), "worst ms": round(took[-1], 1), "work ms": round(statistics.median(work), 1),
            "worst work ms": round(work[-1], 1), "goal ms": GOAL_MS, "met": took[-1] <= GOAL_MS,
        }  # fmt: skip


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument(
        "--register", action="store_true", help="names in the database, not in an index in memory"
    )
    asked = parser.parse_args()
    if asked.register:
        tell(f"A lead checked against the register, load {os.getloadavg()[0]:.1f}", [register(asked.names)])
        return
    names = make_up(asked.names)
    find_same_names(names[0], NameIndex(names[:10]))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    index = NameIndex(names)
    built = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took, work = [], []
    for name in make_up(len(names) + 300)[-300:]:
        began = time.perf_counter(), time.process_time()
        find_same_names(name, index)
        took.append((time.perf_counter() - began[0]) * 1000)
        work.append((time.process_time() - began[1]) * 1000)
    row = {
        "names": len(names), "built s of work": round(built, 1), "MB for the index": round((peak - before) / 1024),
        "median ms": round(statistics.median(took), 1), "p99 ms": round(sorted(took)[-4], 1), "worst ms": round(max(took), 1),
        "worst ms of work": round(max(work), 1), "goal ms": GOAL_MS, "met": max(took) <= GOAL_MS,
    }  # fmt: skip
    tell(f"A lead checked against known names, load {os.getloadavg()[0]:.1f}", [row])
    tell("What is found of the labelled pairs", quality())


if __name__ == "__main__":
    main()
