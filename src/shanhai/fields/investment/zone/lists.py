"""Quarterly lists and their lines in a zone folder, with what was told of each lead when the list was published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.investment.actions import list_loading as actions
from shanhai.fields.investment.models import QuarterlyList
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    Read,
    Row,
    grouped,
    rows,
    said,
    seen,
    write_files,
)

_TOLD: Read = lambda text: json.loads(text) if text else {}  # noqa: E731
LISTS: dict[str, Read] = {
    "number": TEXT, "pairing": TEXT, "year": WHOLE, "quarter": WHOLE, "edition": WHOLE, "stage": TEXT, "opened_on": DAY,
    "cut_off_on": DAY, "published_on": DAY, "acknowledge_due_on": DAY, "answer_due_on": DAY, "acknowledged_on": DAY,
    "sea_signed_on": DAY, "sea_signer": TEXT, "mountain_signed_on": DAY, "mountain_signer": TEXT, "owner": TEXT, "reach": TEXT,
    "standing": TEXT, "source": TEXT,
}  # fmt: skip
LINES: dict[str, Read] = {
    "list": TEXT, "position": WHOLE, "kind": TEXT, "lead": TEXT, "of_list": TEXT, "told": _TOLD, "answer": TEXT,
    "answered_on": DAY, "answered_by": TEXT, "late_days": WHOLE, "reason": TEXT, "transferred_to": TEXT, "credit_percent": WHOLE,
    "withdrawn_on": DAY,
}  # fmt: skip
FILES = {"quarterly_lists.csv": LISTS, "quarterly_list_lines.csv": LINES}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load lists that are not there yet, with their lines, in the order of the file."""
    counts: dict[str, int] = {}
    lines = grouped("list", rows(folder / "quarterly_list_lines.csv", LINES))
    for row in rows(folder / "quarterly_lists.csv", LISTS):
        counts["quarterly_lists.csv"] = counts.get("quarterly_lists.csv", 0) + actions.load_list(
            row, lines[row["number"]], by=by
        )
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the lists that a member sees, earlier ones first."""
    return write_files(
        folder, FILES, {"quarterly_lists.csv": _lists(by), "quarterly_list_lines.csv": _lines(by)}
    )


def _in_order(by: Member | None) -> Iterator[QuarterlyList]:
    found = seen(QuarterlyList, by).select_related("pairing", "owner_unit")
    yield from found.order_by("year", "quarter", "edition", "number")


def _lists(by: Member | None) -> Iterator[Row]:
    for one in _in_order(by):
        own = {"pairing": one.pairing.code, "owner": one.owner_unit.code if one.owner_unit else ""}
        yield {name: own[name] if name in own else said(getattr(one, name)) for name in LISTS}


def _lines(by: Member | None) -> Iterator[Row]:
    for one in _in_order(by):
        for line in queries.lines_of(one):
            own = {
                "list": one.number,
                "lead": line.lead.number,
                "of_list": line.of_line.quarterly_list.number if line.of_line else "",
                "told": json.dumps(line.told, ensure_ascii=False, sort_keys=True) if line.told else "",
            }
            yield {name: own[name] if name in own else said(getattr(line, name)) for name in LINES}
