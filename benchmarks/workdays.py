"""How many due dates a second: our calendar beside the package chinesecalendar.

    python benchmarks/workdays.py [--answers 200000] [--json]

Asks both for "the n-th working day after this day", for the same random days and terms (1 to 60 working days,
2010 to 2026), and compares the answers. chinesecalendar answers with its own ``find_workday``, which goes day by
day; it counts its start as a day, so it is asked from the day after. This runs without it, too.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from shanhai.kernel import workdays

Question = tuple[date, int]
SEED = 20230918
TARGET_PER_SECOND = 200_000
ONE_DAY = timedelta(days=1)


def make_questions(n: int, seed: int = SEED) -> list[Question]:
    """The same n questions for the same seed; answers stay within 2026."""
    rng = random.Random(seed)
    first, last = date(2010, 1, 1), date(2026, 8, 31)
    days = (last - first).days
    return [(first + timedelta(days=rng.randrange(days)), rng.randint(1, 60)) for _ in range(n)]


def time_answers(add: Callable[[date, int], object], questions: list[Question]) -> tuple[list[object], float]:
    """All answers, and how many came in a second."""
    started = time.perf_counter()
    answers = [add(day, n) for day, n in questions]
    return answers, len(questions) / (time.perf_counter() - started)


def run(n: int) -> dict[str, object]:
    """All figures of one run."""
    questions = make_questions(n)
    calendar = workdays.official()
    ours, ours_per_second = time_answers(calendar.answer, questions)
    _, counts_per_second = time_answers(lambda day, n: calendar.count(day, day + n * ONE_DAY), questions)
    results: dict[str, object] = {
        "answers": n,
        "python": platform.python_version(),
        "shanhai_answers_per_second": round(ours_per_second),
        "shanhai_counts_per_second": round(counts_per_second),
        "target_answers_per_second": TARGET_PER_SECOND,
        "meets_target": ours_per_second >= TARGET_PER_SECOND,
    }
    if find_spec("chinese_calendar") is None:
        return results | {"chinesecalendar": "not installed"}
    from chinese_calendar import find_workday

    sample = questions[: max(1, n // 20)]  # It is slower by far; a twentieth is enough to time it.
    theirs, theirs_per_second = time_answers(lambda day, n: find_workday(n - 1, day + ONE_DAY), sample)
    return results | {
        "chinesecalendar": "installed",
        "chinesecalendar_answers_per_second": round(theirs_per_second),
        "times_as_fast": round(ours_per_second / theirs_per_second, 1),
        "answers_that_differ": sum(mine[0] != other for mine, other in zip(ours, theirs, strict=False)),  # type: ignore[index]
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answers", type=int, default=200_000, help="how many questions to ask")
    parser.add_argument("--json", action="store_true", help="only the JSON, no table")
    options = parser.parse_args()
    results = run(options.answers)
    if not options.json:
        width = max(len(name) for name in results)
        for name, value in results.items():
            shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
            print(f"{name.replace('_', ' '):<{width}}  {shown}")
        print()
    print(json.dumps(results))
    return 0 if results["meets_target"] and not results.get("answers_that_differ") else 1


if __name__ == "__main__":
    raise SystemExit(main())
