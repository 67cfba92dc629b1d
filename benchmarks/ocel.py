"""Another tool reads the journal's export: what pm4py finds in it is what stands in it.

    python -m benchmarks.ocel [--log LOG] [--schema SCHEMA]

Without ``--log`` the example zone is loaded into a folder of its own and its journal exported. pm4py is AGPL: it is
installed into ``var/peers`` and runs in a process there. The published JSON schema of OCEL 2.0 is not ours to carry, nor
does pm4py; with ``--schema`` the log is held against it, too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import peers  # noqa: E402

from benchmarks.databases import tell  # noqa: E402

READER = ROOT / "benchmarks" / "peers" / "read_ocel.py"
# How pm4py reads an empty value.
MISSING = "null"


def export(folder: Path) -> Path:
    """The journal of the example zone, freshly loaded."""
    shanhai, log = Path(sys.executable).parent / "shanhai", folder / "log.json"
    env = {**os.environ, "SHANHAI_DATA": str(folder / "zone"), "SHANHAI_TODAY": "2023-09-18T09:00"}
    env.pop("DATABASE_URL", None)
    for words in (("demo", "load"), ("journal", "export", str(log))):
        subprocess.run([shanhai, *words], env=env, check=True, stdout=subprocess.DEVNULL)
    return log


def written(log: Path) -> dict[str, list[list[Any]]]:
    """What stands in the log, by the standard library alone."""
    held = json.loads(log.read_text(encoding="utf-8"))
    events, objects = held["events"], held["objects"]
    return {
        "events": [[one["id"], one["type"], _microseconds(one["time"])] for one in events],
        "objects": [[one["id"], one["type"]] for one in objects],
        "relations": [
            [one["id"], other["objectId"], other["qualifier"]]
            for one in events
            for other in one["relationships"]
        ],
        "event values": _values(events),
        "object values": _values(objects),
    }


def _microseconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp() * 1e6)


def _values(held: list[dict[str, Any]]) -> list[list[str]]:
    return [
        [one["id"], said["name"], said["value"]]
        for one in held
        for said in one["attributes"]
        if said["value"] != MISSING
    ]


def read(log: Path, schema: str = "") -> dict[str, Any]:
    """What pm4py finds, in its own environment."""
    command = [str(peers.python_of(peers.PM4PY)), str(READER), str(log), *([schema] if schema else [])]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return answer


def compare(log: Path, schema: str = "") -> list[dict[str, Any]]:
    """One row for each thing that both have counted; ``same`` means the same ones, not only as many."""
    ours, told = written(log), read(log, schema)
    rows = [
        {
            "what": what,
            "written": len(ours[what]),
            "pm4py": len(told["found"][what]),
            "same": sorted(map(tuple, ours[what])) == sorted(map(tuple, told["found"][what])),
        }
        for what in ours
    ]
    kinds = told["found"]["types of values"]
    rows.append(
        {
            "what": "types of values",
            "written": "str",
            "pm4py": ", ".join(kinds),
            "same": set(kinds) == {"str"},
        }
    )
    if schema:
        rows.append({"what": "published schema", "written": "", "pm4py": "", "same": told["fits schema"]})
    return rows


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--log", type=Path)
    asked.add_argument("--schema", default="")
    options = asked.parse_args()
    peers.make(peers.PM4PY)
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(options.log or export(Path(folder)), options.schema)
    tell("The journal's export, read by pm4py", rows)
    sys.exit(0 if all(row["same"] for row in rows) else 1)


if __name__ == "__main__":
    main()
