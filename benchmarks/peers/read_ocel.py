"""What pm4py finds in an OCEL 2.0 log; runs in the peer's own environment: ``python read_ocel.py LOG [SCHEMA]``."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any


def main(log: str, schema: str = "") -> None:
    """Print what is in the log as one line of JSON."""
    import pm4py
    from pm4py.objects.ocel.validation import jsonocel

    began = time.perf_counter()
    ocel = pm4py.read_ocel2_json(log)
    seconds = time.perf_counter() - began
    found = {
        "events": [
            [row["ocel:eid"], row["ocel:activity"], int(row["ocel:timestamp"].timestamp() * 1e6)]
            for _, row in ocel.events.iterrows()
        ],
        "objects": [[row["ocel:oid"], row["ocel:type"]] for _, row in ocel.objects.iterrows()],
        "relations": [
            [row["ocel:eid"], row["ocel:oid"], row["ocel:qualifier"]] for _, row in ocel.relations.iterrows()
        ],
        "event values": values(ocel.events, "ocel:eid"),
        "object values": values(ocel.objects, "ocel:oid") + values(ocel.object_changes, "ocel:oid"),
        "types of values": dict(types(ocel.events) + types(ocel.objects)),
    }
    told: dict[str, Any] = {"version": pm4py.__version__, "read s": round(seconds, 2), "found": found}
    if schema:
        told["fits schema"] = jsonocel.apply(log, schema)
    print(json.dumps(told))


def values(table: Any, key: str) -> list[list[str]]:
    """What each row says in its own columns."""
    own = [name for name in table.columns if not name.startswith("ocel:")]
    return [
        [row[key], name, row[name]]
        for _, row in table.iterrows()
        for name in own
        if row[name] is not None and row[name] == row[name]
    ]


def types(table: Any) -> Counter[str]:
    """How many values of each Python type the attributes have."""
    return Counter(type(value).__name__ for _, _, value in values(table, table.columns[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
