"""Simulations and analysed logs in a zone folder: what was asked, what came of it, by whom and when.

The answer of a run may be longer than a cell of a table may be, so it stands in parts in a file of its own. The bytes of a
log do not travel: what was found in it does, and it is brought again where it is to be looked at in another way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from shanhai.core.models import Member, Pairing, TaskRun
from shanhai.fields.approval.actions import analysing as actions
from shanhai.fields.approval.queries import simulations as queries
from shanhai.fields.office.zone.cells import (
    TEXT,
    WHOLE,
    Read,
    Row,
    dumped,
    grouped,
    in_parts,
    of_parts,
    one,
    rows,
    write_files,
)

RUNS: dict[str, Read] = {
    "run": WHOLE, "kind": TEXT, "pairing": TEXT, "member": TEXT, "what": TEXT, "facts": json.loads, "args": json.loads,
    "stage": TEXT, "asked_at": datetime.fromisoformat, "ended_at": datetime.fromisoformat,
}  # fmt: skip
RESULTS: dict[str, Read] = {"run": WHOLE, "part": WHOLE, "json": json.loads}
FILES = {"case_runs.csv": RUNS, "case_run_results.csv": RESULTS}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the runs of a folder; one that is there already is left alone."""
    parts = grouped("run", rows(folder / "case_run_results.csv", RESULTS))
    n, given = 0, rows(folder / "case_runs.csv", RUNS)
    for row in given:
        n += _write(row, of_parts(parts[row["run"]]), by)
    return {"case_runs.csv": n} if given else {}


def _write(row: Row, told: dict[str, Any], by: Member | None) -> int:
    pairing, member = one(Pairing, row["pairing"]), one(Member, row["member"])
    values = {name: row[name] for name in RUNS if name not in ("run", "pairing", "member")}
    return actions.load_run(pairing, member, by=by, **values, **told)


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the runs that are over and that a member sees, the first that was asked for first."""
    found = list(queries.over(by))
    members = dict(Member.objects.filter(pk__in={row.member_id for row in found}).values_list("pk", "code"))
    pairings = dict(
        Pairing.objects.filter(pk__in={row.pairing_id for row in found}).values_list("pk", "code")
    )
    lines: dict[str, Iterable[Row]] = {
        "case_runs.csv": (
            _line(n, row, pairings[row.pairing_id or 0], members[row.member_id or 0])
            for n, row in enumerate(found, 1)
        ),
        "case_run_results.csv": (line for n, row in enumerate(found, 1) for line in _parts(n, row)),
    }
    return write_files(folder, FILES, lines)


def _line(n: int, row: TaskRun, pairing: str, member: str) -> Row:
    return {
        "run": n, "kind": row.kind, "pairing": pairing, "member": member, "what": row.what, "facts": dumped(row.facts),
        "args": dumped(row.args), "stage": row.stage, "asked_at": row.asked_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else "",
    }  # fmt: skip


def _parts(n: int, row: TaskRun) -> Iterator[Row]:
    for part in in_parts({"result": row.result, "refusal": row.refusal}):
        yield {"run": n} | part
