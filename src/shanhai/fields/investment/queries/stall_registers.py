"""The rows of projects that stand still: where they are, by how much too long, and what was said of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shanhai.core import clock, rulebook
from shanhai.core.models import Member, Pairing
from shanhai.fields.investment import columns
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import pipeline
from shanhai.fields.investment.queries.leads import scopes_of
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.pairing.queries.registers import Table
from shanhai.kernel.rulebook import NATIONAL

Row = dict[str, Any]
_FILLED = ("days_over", "unit", "reason", "measure", "due_on")


def _fill(rows: list[Row]) -> None:
    """By how many days they are over, and what was said of them where they stand (three statements)."""
    found = Project.objects.select_related("pairing").in_bulk([row["_id"] for row in rows])
    pipeline.with_notes(list(found.values()))
    read, today = rulebook.reader([rules.STALL_DAYS]), clock.today()
    for row in rows:
        one: Any = found[row["_id"]]
        table: Any = read(rules.STALL_DAYS, today, scopes_of(one.pairing)).value
        row["days_over"] = rules.days_over(one.stage, one.stage_on, table, today)
        note = one.note
        row["unit"] = note.unit.code if note else ""
        row["reason"], row["measure"] = (note.reason, note.measure) if note else ("", "")
        row["due_on"] = note.due_on if note else None


STALLS = Table(columns.STALLS, Project, "pairing", visible="", extra=_fill, derived=frozenset(_FILLED))

stalls_current = STALLS.current


def stalls_rows(member: Member | None, pairing: Pairing | None = None, **filters: Any) -> Iterator[Row]:
    """Those that stand still today and that a member may take away, in key order; of all pairings by the national rule."""
    scopes = scopes_of(pairing) if pairing is not None else ()
    table: Any = rulebook.value(rules.STALL_DAYS, clock.today(), scopes or (NATIONAL,)).value
    keys = Project.objects.filter(pipeline.stalled_where(table, clock.today())).order_by().values("pk")
    rows = Project.objects.filter(pk__in=keys).filter(**filters).order_by().values("pk")
    return STALLS.rows(member, pairing, pk__in=rows)
