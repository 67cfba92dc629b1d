"""The inbox of a unit: what it decides and is asked, by what runs out first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shanhai.core import clock
from shanhai.core.counting import count_bounded
from shanhai.core.models import Member, WorkItem
from shanhai.fields.approval.models import CaseItem, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules.case_words import ASKED, SLACKS
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.remember import mark_at, remembered

KINDS = ("approval.decide", "approval.opinion", "approval.advice", "approval.accept")
PAGE = 100
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of what is asked (``decide``, ``opinion``, ``advice``, ``accept``), and how they stand (``late``, ``today``)."""

    kind: str = ""
    show: str = ""


ALL = Wanted()


def wanted(kind: str = "", show: str = "") -> Wanted:
    """Which rows are asked for.

    Raises
    ------
    BadInput
        ``approval.inbox_filter``
    """
    for given, known in ((kind, ASKED), (show, SLACKS)):
        if given and given not in {code for code, *_words in known}:
            raise BadInput(
                "approval.inbox_filter",
                gettext_noop("The inbox cannot be narrowed to {given}. Take one of: {known}."),
                given=given[:20],
                known=", ".join(code for code, *_words in known),
            )
    return Wanted(kind, show)


def waiting_of(member: Member, which: Wanted = ALL) -> QuerySet[WorkItem]:
    """What waits for a member's unit in joint review, by due day."""
    kinds = [f"approval.{which.kind}"] if which.kind else KINDS
    rows = WorkItem.objects.filter(unit_id=member.unit_id, stage=WorkItem.Stage.OPEN, kind__in=kinds)
    if which.show == "late":
        rows = rows.filter(sorted_on__lt=clock.today())
    elif which.show == "today":
        rows = rows.filter(sorted_on=clock.today())
    return rows.order_by("sorted_on", "pk")


def waiting(request: Any) -> int:
    """How much waits for the reader's unit; stands in the menu, and is counted once until the journal moves on."""
    member = request.member
    return remembered(
        "approval.inbox", (member.pk,), lambda: waiting_of(member)[:100].count(), mark_at(request), "readers"
    )


# Lists that deciding reads and a row does not: taking them apart for a hundred rows costs as much as the rows.
_UNREAD = ("after", "then", "asks", "materials", "levers")


def inbox_of(rows: Sequence[WorkItem]) -> list[dict[str, Any]]:
    """Rows of the inbox, each with the item or opinion that it is about (two statements)."""
    decided = {one.subject_id for one in rows if one.subject_kind == "approval.caseitem"}
    asked = {one.subject_id for one in rows if one.subject_kind == "approval.opinion"}
    of_items = CaseItem.objects.select_related("case__project", "case__enterprise").defer(*_UNREAD)
    of_opinions = Opinion.objects.select_related("item__case__project", "item__case__enterprise")
    items = of_items.in_bulk(decided)
    opinions = of_opinions.defer(*(f"item__{name}" for name in _UNREAD)).in_bulk(asked)
    found = []
    for row in rows:
        item = items.get(row.subject_id) if row.subject_kind == "approval.caseitem" else None
        opinion = opinions.get(row.subject_id) if row.subject_kind == "approval.opinion" else None
        found.append({"work": row, "item": item or (opinion.item if opinion else None), "opinion": opinion})
    return found


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``inbox_of`` for programs: what is asked of whom, until when, at which step; names in both languages."""
    work, item, opinion = row["work"], row["item"], row["opinion"]
    asked = opinion or item
    case = item.case if item is not None else None
    return {
        "asked": work.kind.rpartition(".")[2],
        "case": case.number if case else str(work.facts.get("number", "")),
        "item": item.code if item else "",
        "department": opinion.department if opinion else "",
        "name_zh": item.name_zh if item else "",
        "name_en": item.name_en if item else "",
        "project_zh": case.project.name_zh if case else str(work.facts.get("title", "")),
        "project_en": case.project.name_en if case else str(work.facts.get("title_en", "")),
        "enterprise": case.enterprise.code if case else "",
        "state": item.state if item else "",
        "step": asked.step if asked else "",
        "due_on": work.due_on,
        "slack_days": queries.slack_days(work.due_on),
        "version": asked.version if asked else None,
    }


@dataclass(frozen=True, slots=True)
class Head:
    """How much waits, is late and is due today; each is counted to ``MOST_COUNTED`` and one more."""

    n: int
    late: int
    today: int


def head_of(member: Member) -> Head:
    """What leads the inbox (three statements, each of which looks at ``MOST_COUNTED`` rows and one more at most)."""
    today, rows = clock.today(), waiting_of(member)
    asked = (rows, rows.filter(sorted_on__lt=today), rows.filter(sorted_on=today))
    return Head(*(count_bounded(one, MOST_COUNTED) for one in asked))
