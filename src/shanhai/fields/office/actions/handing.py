"""Who stands in for whom and who has which open work, as a zone folder says: a handover in progress."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import access, journal, records, rows, work
from shanhai.core.actions import members
from shanhai.core.models import Deputy, Member, Unit, WorkItem
from shanhai.core.writing import action


@action
def write_standing_in(
    member: Member,
    *,
    deputy: Member,
    from_on: date,
    to_on: date | None,
    ended_on: date | None,
    by: Member | None,
) -> Deputy:
    """Write of a zone folder that one member stands in for another, and that it ended if it did."""
    access.check(by, "office.write_standing_in")
    row = members.write_deputy(member, deputy=deputy, from_on=from_on, to_on=to_on, by=by)
    if ended_on is not None:
        rows.move(row, ended_on=ended_on)
        journal.record(row, "core.end_deputy", by=by)
    return row


@action
def put_in_hand(
    record: Any,
    *,
    kind: str,
    unit: Unit,
    member: Member,
    what: str,
    facts: dict[str, Any],
    due_on: date | None,
    counted_from: date | None,
    counted_days: int | None,
    by: Member | None,
) -> bool:
    """Give the open work on a record to whom a zone folder names; work that somebody has already stays there."""
    access.check(by, "office.put_in_hand")
    item = WorkItem.objects.filter(
        kind=kind,
        subject_kind=record._meta.label_lower,
        subject_id=record.pk,
        unit=unit,
        stage=WorkItem.Stage.OPEN,
    ).first()
    if item is None:
        due: Any = due_on
        if counted_from is not None and counted_days is not None:
            due = work.WorkingDays(counted_from, counted_days)
        item = work.open_item(kind, record, unit, what, facts, records.url(record), due, by=by)
    if item.member_id is not None:
        return False
    rows.move(item, member=member)
    journal.record(
        unit, "office.put_in_hand", by=by, state={}, to=member.code, items=[{"item": item.pk, "kind": kind}]
    )
    return True
