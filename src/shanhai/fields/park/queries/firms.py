"""Reads of enterprises: who sees which, what leads the list, what land each carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Model, Q, QuerySet

from shanhai.core import access, clock, search, visibility
from shanhai.core.counting import MOST_COUNTED
from shanhai.core.models import Member, Pairing
from shanhai.core.queries.pairings import within
from shanhai.core.search import Found
from shanhai.fields.park.models import Agency, Firm, Holding
from shanhai.fields.park.queries.named import organisations_coded
from shanhai.kernel.refusals import NotAllowed, NotFound, gettext_noop

SHOWN = ("organisation", "park", "cluster", "group")


def firms_of(member: Member | None, pairing: Pairing) -> QuerySet[Firm]:
    """The enterprises of a pairing and those nested in it that a member sees; sort by ``name_sort, id``."""
    rows = Firm.objects.select_related(*SHOWN)
    if pairing.zone_id in (None, pairing.pk):
        rows = rows.filter(zone_id=pairing.pk)
    else:
        rows = rows.filter(pairing_id__in=within(pairing))
    return rows.filter(seen_by(member)) if member is not None else rows


def seen_by(member: Member) -> Q:
    """Offices of both sides see every enterprise of their parks; an enterprise and its agents see their own."""
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return Q()
    if member.unit.organisation.kind in visibility.FIRMS:
        return Q(pk__in=own_firms(here.organisation_id))
    return Q(pairing_id__in=list(here.sides))


def own_firms(organisation_id: int) -> QuerySet:
    """The enterprises that an organisation is, or files for today."""
    today = clock.today()
    filed = Agency.objects.filter(agent_id=organisation_id, begins_on__lte=today).exclude(ends_on__lt=today)
    return Firm.objects.filter(
        Q(organisation_id=organisation_id) | Q(pk__in=filed.values("firm_id"))
    ).values("pk")  # fmt: skip


def is_own(member: Member | None, firm: Firm) -> bool:
    """Whether a member belongs to the enterprise or to an agent of it."""
    return member is not None and own_firms(member.unit.organisation_id).filter(pk=firm.pk).exists()


def check_may_act(firm: Firm, by: Member | None) -> None:
    """For an enterprise act its own people, its agents, and the offices of its park.

    Raises
    ------
    NotAllowed
        ``park.not_for_firm``.
    """
    if by is not None and by.unit.organisation.kind in visibility.FIRMS and not is_own(by, firm):
        raise _not_for(firm)


def check_names_agents(firm: Firm, by: Member | None) -> None:
    """Who acts for an enterprise is said by its own people and the offices of its park; an agent names no other.

    Raises
    ------
    NotAllowed
        ``park.not_for_firm``.
    """
    if by is None or by.unit.organisation.kind not in visibility.FIRMS:
        return
    if by.unit.organisation_id != firm.organisation_id:
        raise _not_for(firm)


def _not_for(firm: Firm) -> NotAllowed:
    return NotAllowed(
        "park.not_for_firm",
        gettext_noop("This is done by {firm} itself or by the park. Ask one of them."),
        firm=firm.name,
    )


def sees(member: Member, firm: Firm) -> bool:
    """Whether a member sees one: what the list says."""
    return Firm.objects.filter(seen_by(member), pk=firm.pk).exists()


def firm_of(member: Member | None, code: str) -> Firm:
    """One enterprise by the code of its organisation, for those who see it.

    Raises
    ------
    NotFound
        ``park.no_firm_seen``
    """
    found = Firm.objects.select_related(*SHOWN, "pairing").filter(organisation__code=code)
    one = (found.filter(seen_by(member)) if member is not None else found).first()
    if one is None:
        raise NotFound(
            "park.no_firm_seen",
            gettext_noop(
                "There is no enterprise {code} that you may see. Look for it in the list of enterprises."
            ),
            code=code[:40],
        )
    return one


def by_codes(codes: Iterable[str]) -> dict[str, Firm]:
    """Enterprises by the code of their organisation, whoever sees them (one statement)."""
    rows = Firm.objects.select_related("organisation").filter(organisation__code__in=set(codes))
    return {one.organisation.code: one for one in rows}


def holding_of(firm: Firm, plot: str) -> Holding:
    """The plot that an enterprise uses today.

    Raises
    ------
    NotFound
        ``park.no_holding``
    """
    found = firm.holdings.select_related("firm__organisation", "lessor__organisation").filter(
        plot=plot, ends_on=None
    )
    one = found.first()
    if one is None:
        raise NotFound(
            "park.no_holding",
            gettext_noop("{firm} uses no plot {plot}. Its page names those that it uses."),
            firm=firm.name,
            plot=plot[:40],
        )
    return one


def agency_of(firm: Firm, agent: str) -> Agency:
    """The agent of a code that acts for an enterprise today.

    Raises
    ------
    NotFound
        ``park.no_agent``
    """
    one = (
        firm.agencies.select_related("agent", "firm__organisation")
        .filter(agent__code=agent, ends_on=None)
        .first()
    )
    if one is None:
        raise NotFound(
            "park.no_agent",
            gettext_noop("{agent} does not act for {firm}. Its page names who does."),
            agent=agent[:40],
            firm=firm.name,
        )
    return one


def land_on(firm_ids: Collection[int], day: date) -> dict[int, Decimal]:
    """What land each of some enterprises carried on a day: its own and leased, without what it let (two statements)."""
    held = Holding.objects.filter(begins_on__lte=day).exclude(ends_on__lt=day)
    found: dict[int, Decimal] = defaultdict(Decimal)
    for firm, mu in held.filter(firm_id__in=firm_ids).values_list("firm_id", "land_mu"):
        found[firm] += mu
    for lessor, mu in held.filter(lessor_id__in=firm_ids).values_list("lessor_id", "land_mu"):
        found[lessor] -= mu
    return dict(found)


def head_of(rows: QuerySet[Firm]) -> dict[str, Any]:
    """What leads the list: how many produce, how many are above scale, and how many pay little for their land.

    ``low`` are those below a third of the ``median`` tax per mu (10,000 yuan) of the last published grades; the bars
    stand against ``most``.
    """
    today = clock.today()
    here = rows.filter(left_on=None).order_by()
    producing = Q(producing_on__lte=today)
    head: dict[str, Any] = here.aggregate(
        n=Count("pk"),
        producing=Count("pk", producing),
        above=Count("pk", Q(above_scale_on__isnull=False)),
        most=Max("tax_per_mu"),
        year=Max("graded_year"),
    )
    known = here.filter(tax_per_mu__isnull=False)
    head["median"] = _median(known.order_by("tax_per_mu").values_list("tax_per_mu", flat=True))
    head["low"] = known.filter(tax_per_mu__lt=head["median"] / 3).count() if head["median"] is not None else 0
    return head


def _median(values: QuerySet[Any, Any]) -> Decimal | None:
    """The middle of sorted values, found in their index: they are not read."""
    n = values.count()
    middle = list(values[(n - 1) // 2 : n // 2 + 1]) if n else []
    return sum(middle, Decimal(0)) / len(middle) if middle else None


def named(rows: QuerySet[Firm], text: str) -> QuerySet[Firm]:
    """Of the enterprises, those whose code or credit code begins so, or whose name holds the text."""
    found = Firm.objects.filter(
        Q(organisation__in=organisations_coded(text))
        | Q(pk__in=search.keys_of("park.firm", text, is_narrowed=True))
    )
    # The limit has the database begin with them, and not walk the list in its order until it meets a hundred.
    return rows.filter(pk__in=found.order_by().values("pk")[: MOST_COUNTED + 1])


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: Model) -> Found:
    """By its name, code and credit code, for those who have a seat."""
    firm: Any = one
    known = " ".join(filter(None, (firm.organisation.code, firm.organisation.credit_code)))
    return Found(
        "park.firm",
        firm.pk,
        firm.organisation.name_zh,
        firm.url,
        firm.organisation.name_en,
        known,
        firm.pairing_id,
        "pairing",
    )


def entries() -> Iterator[Found]:
    """All enterprises."""
    return map(found_as, Firm.objects.select_related("organisation").iterator())
