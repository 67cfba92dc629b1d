"""The inbox of a unit: what it decides and is asked, by what runs out first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shanhai.core import clock
from shanhai.core.models import Member, WorkItem
from shanhai.fields.approval.models import CaseItem, Opinion

KINDS = ("approval.decide", "approval.opinion", "approval.advice", "approval.accept")
PAGE = 100
MOST_COUNTED = 1_000


def waiting_of(member: Member) -> QuerySet[WorkItem]:
    """What waits for a member's unit in joint review, by due day."""
    return WorkItem.objects.filter(
        unit_id=member.unit_id, stage=WorkItem.Stage.OPEN, kind__in=KINDS
    ).order_by("sorted_on", "pk")


def waiting(request: Any) -> int:
    """How much waits for the reader's unit; stands in the menu."""
    return waiting_of(request.member)[:100].count()


def inbox_of(rows: Sequence[WorkItem]) -> list[dict[str, Any]]:
    """Rows of the inbox, each with the item or opinion that it is about (two statements)."""
    decided = {one.subject_id for one in rows if one.subject_kind == "approval.caseitem"}
    asked = {one.subject_id for one in rows if one.subject_kind == "approval.opinion"}
    items = CaseItem.objects.select_related("case__project", "case__enterprise").in_bulk(decided)
    opinions = Opinion.objects.select_related("item__case__project", "item__case__enterprise").in_bulk(asked)
    found = []
    for row in rows:
        item = items.get(row.subject_id) if row.subject_kind == "approval.caseitem" else None
        opinion = opinions.get(row.subject_id) if row.subject_kind == "approval.opinion" else None
        found.append({"work": row, "item": item or (opinion.item if opinion else None), "opinion": opinion})
    return found


@dataclass(frozen=True, slots=True)
class Head:
    """How much waits, is late and is due today; each is counted up to ``MOST_COUNTED``."""

    n: int
    late: int
    today: int


def head_of(member: Member) -> Head:
    """What leads the inbox (three statements, each of which looks at ``MOST_COUNTED`` rows at most)."""
    today, rows = clock.today(), waiting_of(member)
    return Head(
        _counted(rows), _counted(rows.filter(sorted_on__lt=today)), _counted(rows.filter(sorted_on=today))
    )


def _counted(rows: QuerySet[WorkItem]) -> int:
    return rows.order_by()[:MOST_COUNTED].count()
