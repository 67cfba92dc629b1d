"""What follows from the work on enterprises, in a zone folder: renewals and their quota pools, promises with checks, objections, agents.

Each file has what the table has, so what is loaded comes out equal; a row that is there already is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.office.zone.cells import (
    DAY,
    NUMBER,
    TEXT,
    WHOLE,
    Read,
    Row,
    line_of,
    rows,
    write_files,
)
from shanhai.fields.park.actions import part_loading as actions
from shanhai.fields.park.models.promises import NAMES
from shanhai.fields.park.queries import parts as queries

_NUMBERS = dict.fromkeys(NAMES, NUMBER)
COLUMNS: dict[str, dict[str, Read]] = {
    "renewals": {
        "number": TEXT, "firm": TEXT, "plot": TEXT, "begins_on": DAY, "land_mu": NUMBER, "reason": TEXT, "text": TEXT, "stage": TEXT,
        "rank": WHOLE, "stage_on": DAY, "path": TEXT, "value_fen": WHOLE, "energy_tce": NUMBER, "emission_t": NUMBER, "plant_m2": NUMBER,
        "new_firm": TEXT, "contract": TEXT, "contracted_on": DAY, "before_year": WHOLE, "tax_before": NUMBER, "jobs_before": WHOLE,
        "after_year": WHOLE, "tax_after": NUMBER, "jobs_after": WHOLE, "standing": TEXT, "source": TEXT,
    },
    "quota_pools": {"park": TEXT, "kind": TEXT, "released": NUMBER, "taken": NUMBER},
    "land_promises": {
        "number": TEXT, "firm": TEXT, "unit": TEXT, "plot": TEXT, "land_mu": NUMBER, "signed_on": DAY, "due_on": DAY, "stage": TEXT,
        "phase": TEXT, "deposit_fen": WHOLE, **_NUMBERS, "standing": TEXT, "source": TEXT,
    },
    "land_checks": {
        "promise": TEXT, "phase": TEXT, "on": DAY, "was_due_on": DAY, "measured": json.loads, "failed": json.loads, "after": TEXT,
        "tolerance_hash": TEXT, "member": TEXT,
    },
    "grade_appeals": {
        "grading": TEXT, "firm": TEXT, "stage": TEXT, "text": TEXT, "member": TEXT, "filed_on": DAY, "decision": TEXT,
        "decided_by": TEXT, "decided_on": DAY,
    },
    "firm_agents": {"firm": TEXT, "agent": TEXT, "begins_on": DAY, "ends_on": DAY},
}  # fmt: skip
FILES = tuple(COLUMNS)


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the files in the order in which they stand on one another."""
    counts: dict[str, int] = {}
    for stem, columns in COLUMNS.items():
        given = rows(folder / f"{stem}.csv", columns)
        if given:
            counts[f"{stem}.csv"] = actions.load_parts(stem, given, by=by)
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what a member sees, by number, or by enterprise and day."""
    files = {f"{stem}.csv": columns for stem, columns in COLUMNS.items()}
    lines: dict[str, Iterable[Row]] = {f"{stem}.csv": _lines(stem, by) for stem in COLUMNS}
    return write_files(folder, files, lines)


def _lines(stem: str, by: Member | None) -> Iterable[Row]:
    for one, own in queries.rows_of(stem, by):
        yield line_of(one, COLUMNS[stem], own)
