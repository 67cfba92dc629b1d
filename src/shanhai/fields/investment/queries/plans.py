"""Reads of portfolio plans: the list, one of them with its lines, what can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Max, Model, Q, QuerySet

from shanhai.core.models import Member, Pairing
from shanhai.core.search import Found
from shanhai.fields.investment.models import Lead, PlanLine, PortfolioPlan
from shanhai.fields.investment.queries import leads
from shanhai.fields.office.queries import shared
from shanhai.kernel.refusals import NotFound, gettext_noop

SHOWN = ("pairing", "park__pairing", "member__unit__organisation", "owner_unit__organisation", "task")


def plans_of(member: Member | None, pairing: Pairing) -> QuerySet[PortfolioPlan]:
    """The plans of a pairing and those nested in it that a member sees, without what went in and came out."""
    rows = shared.seen_in(PortfolioPlan.objects.all(), member, pairing).select_related(*SHOWN)
    rows = rows.defer("inputs", "result")
    return rows.annotate(
        adopted_n=Count("lines", Q(lines__adopted_on__isnull=False, lines__released_on=None))
    )


def plan_of(member: Member | None, number: str) -> PortfolioPlan:
    """One plan, for those who see it.

    Raises
    ------
    NotFound
        ``investment.no_plan``
    """
    found = PortfolioPlan.objects.select_related(*SHOWN).filter(number=number[:40]).first()
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "investment.no_plan",
            gettext_noop("There is no plan {number} that you may see. Look for it in the list of plans."),
            number=number[:40],
        )
    return found


def lines_of(plan: PortfolioPlan) -> list[PlanLine]:
    """The lines of a plan in their order (one statement)."""
    rows = PlanLine.objects.filter(plan=plan).select_related(
        "lead__unit__organisation", "lead__pairing", "lead__owner_unit__organisation", "adopted_by"
    )
    found = list(rows.order_by("position"))
    for one in found:
        one.plan = plan
    return found


def line_of(plan: PortfolioPlan, lead: str) -> PlanLine:
    """The line of a lead.

    Raises
    ------
    NotFound
        ``investment.no_plan_line``
    """
    found = next((one for one in lines_of(plan) if one.lead.number == lead), None)
    if found is None:
        raise NotFound(
            "investment.no_plan_line",
            gettext_noop("Plan {number} places no lead {lead}. Look at its lines."),
            number=plan.number,
            lead=lead[:40],
        )
    return found


def placed(plan: PortfolioPlan) -> dict[str, list[str]]:
    """The plots of each lead that a plan places, by number of the lead."""
    return {one["lead"]: list(one["plots"]) for one in plan.result.get("assigned", [])}


def others_of(plan: PortfolioPlan, member: Member | None) -> list[PortfolioPlan]:
    """Other plans of the same park that are ready, latest first, to be compared with; at most 30."""
    rows = plans_of(member, plan.pairing).filter(park_id=plan.park_id, is_ready=True).exclude(pk=plan.pk)
    return list(rows.order_by("-made_on", "-pk")[:30])


def leads_named(member: Member | None, numbers: Iterable[str]) -> dict[str, Lead]:
    """Of some leads those that a member sees, by number."""
    found = leads.by_number(numbers)
    return {number: one for number, one in found.items() if shared.may_see(member, one)}


def adopted_for(lead: Lead) -> PlanLine | None:
    """The line by which a lead has land reserved."""
    rows = PlanLine.objects.filter(lead=lead, adopted_on__isnull=False, released_on=None)
    return rows.select_related("plan").order_by("-adopted_on", "-pk").first()


def head_of(rows: QuerySet[PortfolioPlan]) -> dict[str, Any]:
    """What leads the list: how many are ready, and the day of the latest."""
    return rows.order_by().aggregate(n=Count("pk", distinct=True), last=Max("made_on"))


# -- finding -----------------------------------------------------------------------------------------------------------


def found_as(one: Model) -> Found:
    """By its number and park, for those who see it."""
    plan: Any = one
    return Found(
        "investment.portfolioplan", plan.pk, plan.title_zh, plan.url, plan.title_en, plan.number, plan.pairing_id, "seen"
    )  # fmt: skip


def entries() -> Iterator[Found]:
    """All plans that are ready."""
    return map(found_as, PortfolioPlan.objects.filter(is_ready=True).defer("inputs", "result").iterator())
