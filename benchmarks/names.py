"""How long a lead is checked against 100,000 names, in which memory, and how much of the labelled pairs is found.

python -m benchmarks.names [--names 100000]

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

from benchmarks.databases import tell  # noqa: E402
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


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", type=int, default=100_000)
    names = make_up(parser.parse_args().names)
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
