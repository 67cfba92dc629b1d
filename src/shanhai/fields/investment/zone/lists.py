"""Quarterly lists and their lines in a zone folder, with what was told of each lead when the list was published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.investment.actions import list_loading as actions
from shanhai.fields.investment.models import QuarterlyList
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    JSON,
    TEXT,
    WHOLE,
    Read,
    Row,
    dumped,
    grouped,
    line_of,
    rows,
    seen,
    write_files,
)

LISTS: dict[str, Read] = {
    "number": TEXT, "pairing": TEXT, "year": WHOLE, "quarter": WHOLE, "edition": WHOLE, "stage": TEXT, "opened_on": DAY,
    "cut_off_on": DAY, "published_on": DAY, "acknowledge_due_on": DAY, "answer_due_on": DAY, "acknowledged_on": DAY,
    "sea_signed_on": DAY, "sea_signer": TEXT, "mountain_signed_on": DAY, "mountain_signer": TEXT, "owner": TEXT, "reach": TEXT,
    "standing": TEXT, "source": TEXT,
}  # fmt: skip
LINES: dict[str, Read] = {
    "list": TEXT, "position": WHOLE, "kind": TEXT, "lead": TEXT, "of_list": TEXT, "told": JSON, "answer": TEXT,
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
        yield line_of(one, LISTS, own)


def _lines(by: Member | None) -> Iterator[Row]:
    for its_list in _in_order(by):
        for one in queries.lines_of(its_list):
            own = {
                "list": its_list.number,
                "lead": one.lead.number,
                "of_list": one.of_line.quarterly_list.number if one.of_line else "",
                "told": dumped(one.told) if one.told else "",
            }
            yield line_of(one, LINES, own)
