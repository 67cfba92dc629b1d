"""How a log ran, by pm4py; runs in the peer's own environment: ``python mine_log.py LOG [read]``."""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

warnings.filterwarnings("ignore")


def main(log: str, what: str = "all") -> None:
    """Print counts and seconds as one line of JSON."""
    began = time.process_time()
    import pandas
    import pm4py

    imported = time.process_time()
    table = _read(pandas, pm4py, log)
    was_read = time.process_time()
    told: dict[str, Any] = {"version": pm4py.__version__, "events": len(table)}
    if what == "all":
        told |= _mined(pm4py, table)
    told["seconds"] = {
        "import": imported - began,
        "read": was_read - imported,
        "mine": time.process_time() - was_read,
    }
    print(json.dumps(told))


def _read(pandas: Any, pm4py: Any, log: str) -> Any:
    if log.endswith((".xes", ".xes.gz")):
        return pm4py.read_xes(log, show_progress_bar=False)
    table = pandas.read_parquet(log) if log.endswith(".parquet") else pandas.read_csv(log)
    return pm4py.format_dataframe(
        table, case_id="case:concept:name", activity_key="concept:name", timestamp_key="time:timestamp"
    )


def _mined(pm4py: Any, table: Any) -> dict[str, Any]:
    counts, _, _ = pm4py.discover_dfg(table)
    times, _, _ = pm4py.discover_performance_dfg(table)
    leads = sorted(pm4py.get_all_case_durations(table))
    return {
        "cases": len(leads),
        "variants": len(pm4py.get_variants(table)),
        "mean_s": sum(leads) / len(leads),
        "follows": sorted(
            [a, b, int(n), round(times[a, b]["mean"], 3), round(times[a, b]["median"], 3)]
            for (a, b), n in counts.items()
        ),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
