"""Reading and mining event logs beside pm4py: time and memory of whole processes, in turns, and whether both agree.

    python -m benchmarks.logs [--events 1000000] [--rounds 3] [--xes LOG ...]

A log of approvals is made up (fixed seed, by time as an office writes it) and laid down as Parquet and CSV; XES are the
logs given with ``--xes``, each as it is and written otherwise (``OTHERWISE``), and one made up. Three ways: the planner in a bare interpreter, the command
``shanhai approval analyse LOG --json``, and pm4py doing the same work (read, both directly-follows graphs, variants, case
durations) in its own environment. Goals: ten times pm4py's speed and a third of its memory on Parquet and CSV, five times
its rate of reading XES. pm4py is AGPL: it is installed into ``var/peers`` and runs in a process there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import peers  # noqa: E402

from benchmarks.databases import tell  # noqa: E402

PEER = ROOT / "benchmarks" / "peers" / "mine_log.py"
OURS = """
import json, sys, time
if sys.argv[2] == "read":
    import numpy
from shanhai.planners import mine_flow
from shanhai.planners.logs import read_log
began = time.process_time()
log = read_log(sys.argv[1])
was_read = time.process_time()
told = {"events": len(log)}
if sys.argv[2] == "all":
    flow = mine_flow(log)
    told |= {"cases": flow.cases, "variants": flow.variants, "mean_s": flow.lead_time.mean_s, "follows": sorted(
        [one.before, one.after, one.count, round(one.took.mean_s, 3), round(one.took.median_s, 3)]
        for one in flow.directly_follows
    )}
told["seconds"] = {"read": was_read - began, "mine": time.process_time() - was_read}
print(json.dumps(told))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    seconds: float
    work: float  # on the processor
    peak_mb: float
    told: dict[str, Any]


def run(*command: str | Path) -> Run:
    """Run a process; what it says last is JSON."""
    began = time.perf_counter()
    with (
        tempfile.TemporaryFile() as out,
        subprocess.Popen(list(map(str, command)), stdout=out, stderr=subprocess.DEVNULL) as process,
    ):
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        out.seek(0)
        text = out.read().decode()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    told = json.loads(text if text.startswith("{\n") else text.splitlines()[-1])
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, told)


def make_up(folder: Path, events: int) -> tuple[Path, Path, Path]:
    """A log of approvals as Parquet and CSV, and a tenth of it as XES."""
    import duckdb

    parquet, table, xes = (folder / f"approvals.{ending}" for ending in ("parquet", "csv", "xes"))
    # Every case has 8 to 19 steps; which follows which goes by numbers of the case, so that each run has the same log.
    duckdb.sql(f"""
        COPY (
            SELECT 'LQXS-2016-' || lpad(c::VARCHAR, 6, '0') AS "case:concept:name",
                '步骤 ' || lpad(((hash(c, 1) % 3 + s + hash(c, s) % 3) % 20)::VARCHAR, 2, '0') || ' review' AS "concept:name",
                to_timestamp(1451606400 + hash(c, 2) % 189216000 + s * 172800 + hash(c, s, 3) % 172800)
                    AS "time:timestamp",
                'u' || (hash(c, s, 4) % 60)::VARCHAR AS "org:resource"
            FROM (SELECT c, unnest(range((8 + hash(c) % 12)::BIGINT)) AS s FROM range({events // 13 + 1000}) AS t(c))
            ORDER BY "time:timestamp", "case:concept:name" LIMIT {events}
        ) TO '{parquet}' (FORMAT parquet)
    """)
    duckdb.sql("SET TimeZone = 'UTC'")
    duckdb.sql(
        f'COPY (SELECT * REPLACE (strftime("time:timestamp", \'%Y-%m-%d %H:%M:%S+00:00\') AS "time:timestamp") '
        f"FROM '{parquet}') TO '{table}'"
    )
    _write_xes(duckdb, parquet, xes, events // 10)
    return parquet, table, xes


def _write_xes(duckdb: Any, parquet: Path, xes: Path, events: int) -> None:
    rows = duckdb.sql(
        f'SELECT * FROM (SELECT * FROM \'{parquet}\' LIMIT {events}) ORDER BY "case:concept:name", "time:timestamp"'
    ).fetchall()
    last = None
    with xes.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        for case, activity, at, who in rows:
            if case != last:
                file.write("</trace>\n" * (last is not None))
                file.write(f'<trace>\n<string key="concept:name" value="{case}"/>\n')
                last = case
            file.write(
                f'<event>\n<string key="concept:name" value="{activity}"/>\n'
                f'<date key="time:timestamp" value="{at.isoformat()}"/>\n'
                f'<string key="org:resource" value="{who}"/>\n</event>\n'
            )
        file.write("</trace>\n</log>\n")


def measure(log: Path, what: str, rounds: int) -> list[dict[str, Any]]:
    """Rows of the ways in which one log was read or mined; each takes its turn in every round."""
    ways: dict[str, list[str | Path]] = {
        "planner": [sys.executable, "-c", OURS, log, what],
        "command": [Path(sys.executable).parent / "shanhai", "approval", "analyse", log, "--json"],
        "pm4py": [peers.python_of(peers.PM4PY), PEER, log, what],
    }
    if what == "read":
        del ways["command"]
    runs: dict[str, list[Run]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, command in ways.items():
            runs[way].append(run(*command))
    peer = runs["pm4py"]
    return [_row(log, what, way, held, peer) for way, held in runs.items()]


def _row(log: Path, what: str, way: str, held: Sequence[Run], peer: Sequence[Run]) -> dict[str, Any]:
    def middle(runs: Sequence[Run], name: str) -> float:
        return statistics.median(getattr(run, name) for run in runs)

    events = peer[0].told["events"]
    row: dict[str, Any] = {"log": log.name, "what": what, "way": way, "events": events}
    for name, unit in (("seconds", "s"), ("work", "work s"), ("peak_mb", "peak MB")):
        row[unit] = round(middle(held, name), 2 if name != "peak_mb" else None)
        row[f"{unit}, pm4py's by ours"] = round(middle(peer, name) / middle(held, name), 1)
    if "seconds" in held[0].told:
        reading = statistics.median(run.told["seconds"]["read"] for run in held)
        of_peer = statistics.median(run.told["seconds"]["read"] for run in peer)
        row["events a second of work, reading alone"] = round(events / reading)
        row["rate by pm4py's"] = round(of_peer / reading, 1)
        row["same"] = _is_same(held[0].told, peer[0].told)
    return row


# How else the same log may be written. Another encoding than UTF-8 is not among them: the peer refuses it.
OTHERWISE = {
    "nested": (
        rb'(<string key="org:resource" value="[^"]*")/>',
        rb'\1><string key="of" value="1"/></string>',
    ),
    "remarked": (rb"(?=<event>)", rb"<!-- one more -->"),
    "asked_for_within": (
        rb'(<string key="org:resource" value="[^"]*")/>',
        rb'\1><string key="time:timestamp" value="1"/></string>',
    ),
    "single_quotes": (rb'key="([^"]*)" value="([^"\']*)"', rb"key='\1' value='\2'"),
}


def write_otherwise(log: Path, folder: Path, name: str) -> Path:
    """The log in one of the other ways, unpacked."""
    raw = log.read_bytes()
    text = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    path = folder / f"{log.name.split('.')[0]}-{name}.xes"
    path.write_bytes(re.sub(*OTHERWISE[name], text))
    return path


def _is_same(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether both found the same; means may differ in the last digits."""
    names = ("events", "cases", "variants")
    if any(ours.get(name) != theirs.get(name) for name in names):
        return False
    pairs = zip(ours.get("follows", ()), theirs.get("follows", ()), strict=True)
    near = all(
        one[:3] == other[:3] and all(abs(a - b) < 0.01 for a, b in zip(one[3:], other[3:], strict=True))
        for one, other in pairs
    )
    return near and abs(ours.get("mean_s", 0) - theirs.get("mean_s", 0)) < 0.01


def apart(make: Callable[..., Any], *given: object) -> Any:
    """Call in a process of its own: a child begins with the peak of its parent."""
    with get_context("spawn").Pool(1) as maker:
        return maker.apply(make, given)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--xes", type=Path, nargs="*", default=[])
    asked.add_argument(
        "--quick", action="store_true", help="leave out the comparison of what both find in --xes"
    )
    options = asked.parse_args()
    peers.make(peers.PM4PY)
    with tempfile.TemporaryDirectory() as folder:
        parquet, table, xes = apart(make_up, Path(folder), options.events)
        rows = [row for log in (parquet, table) for row in measure(log, "all", options.rounds)]
        tell(f"Mining event logs, load {os.getloadavg()[0]:.1f}", rows)
        rows = [row for log in (xes, *options.xes) for row in measure(log, "read", options.rounds)]
        for log in options.xes:
            for name in OTHERWISE:
                rows += measure(apart(write_otherwise, log, Path(folder), name), "read", options.rounds)
        tell(f"Reading XES, load {os.getloadavg()[0]:.1f}", rows)
    if options.xes and not options.quick:
        rows = [row for log in options.xes for row in measure(log, "all", 1)]
        tell("The same logs, mined: do both agree?", rows)


if __name__ == "__main__":
    main()
