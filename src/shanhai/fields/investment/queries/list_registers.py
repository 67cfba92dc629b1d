"""The rows of lines of quarterly lists: what a sheet of a list says."""

from __future__ import annotations

from typing import Any

from shanhai.fields.investment import columns
from shanhai.fields.investment.models import ListLine
from shanhai.fields.pairing.queries.registers import Table

_FILLED = ("name", "investor", "kind_of_lead", "counted_fen")


def _fill(rows: list[dict[str, Any]]) -> None:
    """What was told of the leads when the list was published; of a draft how they stand."""
    found = ListLine.objects.select_related("lead").in_bulk([row["_id"] for row in rows])
    for row in rows:
        line = found[row["_id"]]
        row["name"], row["investor"] = line.told_of("name_zh"), line.told_of("investor_zh")
        row["kind_of_lead"], row["counted_fen"] = line.told_of("kind"), line.told_of("counted_fen")


LINES = Table(
    columns.LIST_LINES,
    ListLine,
    "quarterly_list__pairing",
    {
        "list": "quarterly_list__number",
        "lead": "lead__number",
        "transferred_to": "transferred_to__code",
    },
    visible="quarterly_list__",
    extra=_fill,
    derived=frozenset(_FILLED),
)

lines_rows = LINES.rows
lines_current = LINES.current
