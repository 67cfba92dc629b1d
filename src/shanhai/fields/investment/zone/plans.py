"""Portfolio plans in a zone folder: what was asked, what went in and came out, and what was adopted by whom.

Inputs and result may be longer than a cell of a table may be, so they stand in parts in a file of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.investment.actions import plan_loading as actions
from shanhai.fields.investment.models import PortfolioPlan
from shanhai.fields.investment.queries import plans as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    Read,
    Row,
    dumped,
    grouped,
    in_parts,
    line_of,
    of_parts,
    rows,
    said,
    seen,
    write_files,
)

PLANS: dict[str, Read] = {
    "number": TEXT, "park": TEXT, "member": TEXT, "owner": TEXT, "reach": TEXT, "made_on": DAY, "asked": json.loads,
}  # fmt: skip
PARTS: dict[str, Read] = {"plan": TEXT, "part": WHOLE, "json": json.loads}
ADOPTIONS: dict[str, Read] = {
    "plan": TEXT, "lead": TEXT, "adopted_on": DAY, "adopted_by": TEXT, "released_on": DAY,
}  # fmt: skip
FILES = {
    "portfolio_plans.csv": PLANS, "portfolio_plan_parts.csv": PARTS, "portfolio_plan_adoptions.csv": ADOPTIONS,
}  # fmt: skip


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the plans of a folder that are not there yet."""
    parts = grouped("plan", rows(folder / "portfolio_plan_parts.csv", PARTS))
    adopted = grouped("plan", rows(folder / "portfolio_plan_adoptions.csv", ADOPTIONS))
    given = rows(folder / "portfolio_plans.csv", PLANS)
    n = 0
    for row in given:
        n += actions.load_plan(row, of_parts(parts[row["number"]]), adopted[row["number"]], by=by)
    return {"portfolio_plans.csv": n} if given else {}


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the plans that are ready and that a member sees, by number."""
    lines: dict[str, Iterable[Row]] = {
        "portfolio_plans.csv": map(_line, _ready(by)),
        "portfolio_plan_parts.csv": (line for one in _ready(by) for line in _parts(one)),
        "portfolio_plan_adoptions.csv": (line for one in _ready(by) for line in _adoptions(one)),
    }
    return write_files(folder, FILES, lines)


def _ready(by: Member | None) -> Iterator[PortfolioPlan]:
    found = seen(PortfolioPlan, by).filter(is_ready=True).select_related("park", "member", "owner_unit")
    yield from found.order_by("number")


def _line(one: PortfolioPlan) -> Row:
    own = {
        "park": one.park.number, "member": one.member.code if one.member else "",
        "owner": one.owner_unit.code if one.owner_unit else "", "asked": dumped(one.asked),
    }  # fmt: skip
    return line_of(one, PLANS, own)


def _parts(one: PortfolioPlan) -> Iterator[Row]:
    for part in in_parts({"inputs": one.inputs, "result": one.result}):
        yield {"plan": one.number} | part


def _adoptions(one: PortfolioPlan) -> Iterator[Row]:
    for line in queries.lines_of(one):
        if line.adopted_on is not None:
            yield {
                "plan": one.number, "lead": line.lead.number, "adopted_on": line.adopted_on,
                "adopted_by": line.adopted_by.code if line.adopted_by else "", "released_on": said(line.released_on),
            }  # fmt: skip
