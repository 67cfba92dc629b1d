"""Reads of quarterly lists: the editions, one with its lines, what can come on it, and what became of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shanhai.core import access, clock
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Pairing
from shanhai.fields.investment.models import Lead, ListLine, QuarterlyList
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import lists as rules
from shanhai.fields.office.queries import shared
from shanhai.kernel.refusals import NotFound, gettext_noop

Stage = rules.ListStage
_LEAD = (
    "lead__introduced_by",
    "lead__project",
    "lead__unit__organisation",
    "lead__pairing",
    "lead__owner_unit",
)
# What a published line keeps of its lead.
TOLD = (
    "name_zh", "name_en", "investor_zh", "investor_en", "kind", "industry", "counted_fen", "land_mu", "plant_m2", "output_fen",
    "tax_fen",
)  # fmt: skip
_STARTED = ("building", "completed", "producing", "above_scale", "at_capacity")


def lists_of(member: Member | None, pairing: Pairing) -> QuerySet[QuarterlyList]:
    """The editions of a pairing and those nested in it that a member sees, with how their lines were answered."""
    rows = shared.seen_in(QuarterlyList.objects.all(), member, pairing)
    adds = Q(lines__kind=rules.LineKind.ADDS)
    return rows.annotate(
        n_lines=Count("lines", adds),
        n_waiting=Count("lines", adds & Q(lines__answer="", lines__withdrawn_on=None)),
        n_accepted=Count("lines", adds & Q(lines__answer=rules.Answer.ACCEPTED)),
        n_late=Count("lines", adds & Q(lines__late_days__gt=0)),
    )


def list_of(member: Member | None, number: str) -> QuarterlyList:
    """One edition, for those who see it.

    Raises
    ------
    NotFound
        ``investment.no_list``
    """
    rows = QuarterlyList.objects.select_related("pairing", "owner_unit__organisation")
    found = rows.filter(number=number).first()
    if found is None or not shared.may_see(member, found):
        raise no_list(number)
    return found


def no_list(number: str) -> NotFound:
    """The refusal of a list that is not there, or not shown: ``investment.no_list``."""
    return NotFound(
        "investment.no_list",
        gettext_noop("There is no list {number} that you may see. Look for it among the quarterly lists."),
        number=number[:40],
    )


def lines_of(one: QuarterlyList) -> list[ListLine]:
    """The lines of an edition in their order, with their leads (one statement)."""
    rows = one.lines.select_related(*_LEAD, "answered_by", "transferred_to", "of_line__quarterly_list")
    found = list(rows.order_by("position"))
    for row in found:
        row.quarterly_list = one
    return found


def line_of(one: QuarterlyList, lead: str) -> ListLine:
    """The line of a lead on an edition.

    Raises
    ------
    NotFound
        ``investment.no_line``
    """
    rows = one.lines.select_related(*_LEAD, "of_line__quarterly_list")
    found = rows.filter(lead__number=lead).order_by("kind").first()
    if found is None:
        raise NotFound(
            "investment.no_line",
            gettext_noop("Lead {lead} does not stand on list {number}. Look at its lines."),
            lead=lead[:40],
            number=one.number,
        )
    found.quarterly_list = one
    return found


def open_line_of(lead: Lead) -> ListLine | None:
    """The line of a published list on which a lead waits for its answer."""
    rows = ListLine.objects.filter(lead=lead, kind=rules.LineKind.ADDS, answer="", withdrawn_on=None).exclude(
        quarterly_list__stage=Stage.DRAFT
    )
    return rows.select_related("quarterly_list", "lead").order_by("-pk").first()


def can_come_on(member: Member | None, one: QuarterlyList) -> QuerySet[Lead]:
    """The open leads of the sea side that stand on no list yet, or were taken off it again: latest first."""
    listed = ListLine.objects.filter(kind=rules.LineKind.ADDS, withdrawn_on=None)
    rows = lead_queries.leads_of(member, one.pairing).filter(stage__in=lead_rules.OPEN)
    rows = rows.filter(Q(owner_side="sea") | Q(introducer_side="sea"))
    return rows.exclude(pk__in=listed.values("lead")).order_by("-registered_on", "-pk")


def can_be_withdrawn(one: QuarterlyList) -> QuerySet[ListLine]:
    """The lines of earlier editions of the pairing that nobody has answered yet."""
    rows = ListLine.objects.filter(
        quarterly_list__pairing_id=one.pairing_id, kind=rules.LineKind.ADDS, answer="", withdrawn_on=None
    ).exclude(quarterly_list__stage=Stage.DRAFT)
    return rows.exclude(lead__in=one.lines.values("lead")).select_related("lead", "quarterly_list")


def editions_of(one: QuarterlyList, member: Member | None) -> list[QuarterlyList]:
    """All editions of the same quarter that a member sees, in order."""
    rows = QuarterlyList.objects.filter(pairing_id=one.pairing_id, year=one.year, quarter=one.quarter)
    found = rows.select_related("pairing", "owner_unit__organisation").order_by("edition")
    return [row for row in found if shared.may_see(member, row)]


def side_in(one: QuarterlyList, member: Member | None) -> str:
    """The side on which a member sits in the pairing of a list; the system sits on both."""
    if member is None:
        return ""
    return access.standing(member).side_in(one.pairing_id) or "above"


def late_days(due_on: date | None, on: date) -> int:
    """Working days past a due day; 0 in time."""
    return calendar().count(due_on, on) if due_on is not None and on > due_on else 0


def listed(member: Member | None, pairing: Pairing) -> Iterator[rules.Listed]:
    """All leads of published lists that a member sees, in the order of the editions, with what became of them.

    One statement; a merged lead counts as the one that it was merged into.
    """
    seen = shared.seen_in(QuarterlyList.objects.exclude(stage=Stage.DRAFT), member, pairing).order_by()
    rows = ListLine.objects.filter(
        quarterly_list__in=seen.values("pk"), kind=rules.LineKind.ADDS, withdrawn_on=None
    ).select_related("quarterly_list", "lead__introduced_by", "lead__project", "lead__merged_into__project")
    for row in rows.order_by(
        "quarterly_list__year", "quarterly_list__quarter", "quarterly_list__edition", "position"
    ):
        lead = row.lead.merged_into or row.lead
        of = row.quarterly_list
        yield rules.Listed(
            lead.pk,
            f"{of.year}Q{of.quarter}",
            row.lead.introduced_by.code if row.lead.introduced_by else "",
            row.answer,
            row.late_days,
            lead.project_id is not None,
            lead.project is not None and lead.project.stage in _STARTED,
            lead.paid_in_fen,
        )


def head_of(rows: QuerySet[Any]) -> dict[str, int]:
    """What leads the page: published editions, leads that wait for an answer, and how many are late by now."""
    published = list(rows.exclude(stage=Stage.DRAFT).values_list("n_lines", "n_waiting", "answer_due_on"))
    today = clock.today()
    return {
        "n": len(published),
        "lines": sum(one[0] for one in published),
        "waiting": sum(one[1] for one in published),
        "overdue": sum(one[1] for one in published if one[2] is not None and one[2] < today),
    }
