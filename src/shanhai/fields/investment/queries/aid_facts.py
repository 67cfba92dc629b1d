"""Facts of firms and leads as policies ask for them, each with the record that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from shanhai.core.models import Pairing
from shanhai.fields.investment.models import Lead, PaidIn, Project, StatedFact
from shanhai.fields.investment.rules import aid_facts as rules
from shanhai.fields.park.queries import firms, for_policies, parks
from shanhai.planners.policy_aid import Fact

_FIGURES = (
    "revenue_fen", "output_fen", "value_added_fen", "tax_fen", "energy_tce", "emission_t", "staff_n", "rd_fen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A fact with where it comes from: a word for the kind of record, what of it, and the address of its page."""

    value: Fact
    source: str  # profile, figures, scale, grading, land, promises, lead, project, paid_in, stated, typed
    of: str = ""
    url: str = ""


Facts = Mapping[str, Known]


def plain(facts: Facts) -> dict[str, Fact | None]:
    """Facts as the planner takes them."""
    return {name: one.value for name, one in facts.items()}


def firms_in(pairing: Pairing, on: date) -> list[firms.Firm]:
    """The firms of a pairing that are in its parks on a day, by code."""
    rows = firms.firms_of(None, pairing).exclude(left_on__lte=on)
    return list(rows.order_by("organisation__code"))


def facts_of_firms(given: Sequence[firms.Firm], period: str, on: date) -> dict[int, dict[str, Known]]:
    """By key of the firm all facts that the registers know for a period as of a day; a dozen statements for all."""
    records = for_policies.on_record(given, period, on)
    found = {pk: _of_record(one, period, on) for pk, one in records.items()}
    by_organisation = {one.organisation_id: one.pk for one in given}
    for row in StatedFact.objects.filter(firm_id__in=list(found), period=period):
        found[row.firm_id][row.name] = Known(rules.of_stored(row.name, row.value), "stated", row.evidence)
    _of_projects(found, by_organisation, on)
    _of_leads(found, by_organisation, period, on)
    return found


def _of_record(one: for_policies.OnRecord, period: str, on: date) -> dict[str, Known]:
    firm, page = one.firm, one.firm.url
    found: dict[str, Known] = {}

    def put(name: str, value: Any, source: str, of: str = "") -> None:
        if value not in (None, ""):
            found[name] = Known(value, source, of, page)

    put("industry", firm.industry, "profile")
    put("cluster", firm.cluster.code if firm.cluster else None, "profile")
    put("came_from", firm.came_from, "profile")
    is_producing = firm.producing_on is not None and firm.producing_on <= on
    put("is_producing", is_producing, "profile")
    if is_producing and firm.producing_on is not None:
        whole = (
            on.year
            - firm.producing_on.year
            - ((on.month, on.day) < (firm.producing_on.month, firm.producing_on.day))
        )
        put("years_producing", whole, "profile")
    put("is_above_scale", one.above_since is not None, "scale", str(one.above_since or ""))
    is_new = one.first_above is not None and str(one.first_above.year) == period[:4]
    put("is_newly_above_scale", is_new, "scale", str(one.first_above or ""))
    put("grade", one.grade, "grading", str(one.graded_year or ""))
    put("land_mu", one.land_mu, "land", str(on))
    if one.promises:
        share = Decimal(100 * (one.promises - one.broken)) / one.promises
        put("promises_kept_percent", share.quantize(Decimal("0.01")), "promises", str(one.promises))
    if one.figures is not None:
        for name in _FIGURES:
            put(name, getattr(one.figures, name), "figures", period)
        _worked_out(put, one, period)
    return found


def _worked_out(put: Any, one: for_policies.OnRecord, period: str) -> None:
    now, before = one.figures, one.before
    assert now is not None
    if now.tax_fen is not None and one.land_mu > 0:
        put("tax_per_mu_fen", int(now.tax_fen / one.land_mu), "figures", period)
    if now.rd_fen is not None and now.revenue_fen:
        put("rd_intensity_percent", _percent(now.rd_fen, now.revenue_fen), "figures", period)
    if before is None:
        return
    both = f"{before.period}, {period}"
    if now.tax_fen is not None and before.tax_fen is not None:
        put("tax_growth_fen", now.tax_fen - before.tax_fen, "figures", both)
    if now.revenue_fen is not None and before.revenue_fen:
        growth = _percent(now.revenue_fen - before.revenue_fen, before.revenue_fen)
        put("revenue_growth_percent", growth, "figures", both)
    if now.staff_n is not None and before.staff_n is not None:
        put("jobs", max(0, now.staff_n - before.staff_n), "figures", both)


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01"))


def _of_projects(found: dict[int, dict[str, Known]], by_organisation: Mapping[int, int], on: date) -> None:
    """The latest project of each firm: how far it is, and what it invests."""
    rows = Project.objects.filter(enterprise_id__in=by_organisation, registered_on__lte=on)
    for one in rows.order_by("registered_on", "pk"):
        facts = found[by_organisation[one.enterprise_id]]
        facts["project_stage"] = Known(str(one.stage), "project", one.number, one.url)
        if one.investment_fen is not None:
            facts["investment_fen"] = Known(one.investment_fen, "project", one.number, one.url)


def _of_leads(
    found: dict[int, dict[str, Known]], by_organisation: Mapping[int, int], period: str, on: date
) -> None:
    """The lead that brought each firm, and what of its capital came in during the period's year."""
    rows = Lead.objects.filter(investor_id__in=by_organisation, registered_on__lte=on, merged_into=None)
    leads = {}
    for one in rows.order_by("registered_on", "pk"):
        assert one.investor_id is not None
        pk = by_organisation[one.investor_id]
        leads[one.pk] = (pk, one)
        found[pk]["kind"] = Known(str(one.kind), "lead", one.number, one.url)
    paid = PaidIn.objects.filter(lead_id__in=leads, taken_back_on=None, on__year=int(period[:4]), on__lte=on)
    for lead_id, fen in paid.values_list("lead_id").annotate(fen=Sum("amount_fen")).order_by("lead_id"):
        pk, lead = leads[lead_id]
        had = found[pk].get("paid_in_fen")
        total = fen + (int(had.value) if had is not None else 0)
        found[pk]["paid_in_fen"] = Known(total, "paid_in", lead.number, lead.url)


def facts_of_firm(firm: firms.Firm, period: str, on: date) -> dict[str, Known]:
    """The facts of one firm."""
    return facts_of_firms([firm], period, on)[firm.pk]


def facts_of_lead(lead: Lead) -> dict[str, Known]:
    """What a lead says of itself, as policies ask for it; what it would be once it is here."""
    found: dict[str, Known] = {}
    for name in (
        "industry",
        "kind",
        "land_mu",
        "plant_m2",
        "output_fen",
        "tax_fen",
        "energy_tce",
        "jobs",
        "investment_fen",
    ):
        value = getattr(lead, name)
        if value not in (None, ""):
            found[name] = Known(value, "lead", lead.number, lead.url)
    if lead.emissions_t is not None:
        found["emission_t"] = Known(lead.emissions_t, "lead", lead.number, lead.url)
    if lead.paid_in_fen:
        found["paid_in_fen"] = Known(lead.paid_in_fen, "paid_in", lead.number, lead.url)
    covering = (
        parks.clusters_for(lead.industry, parks.clusters_of(None, lead.pairing)) if lead.industry else []
    )
    if covering:
        found["cluster"] = Known(covering[0].code, "lead", lead.number, lead.url)
    return found


def typed(pairs: Iterable[tuple[str, str]]) -> dict[str, Known]:
    """Facts that somebody typed to try a policy out.

    Raises
    ------
    BadInput
        ``investment.aid_fact``, ``investment.aid_value``
    """
    return {name: Known(rules.read(name, text), "typed") for name, text in pairs}


def as_rows(facts: Facts, names: Iterable[str]) -> list[dict[str, str]]:
    """Facts as a claim keeps them for ever: value as text, where from, and the page."""
    return [
        {"name": name, "value": rules.stored(one.value), "source": one.source, "of": one.of, "url": one.url}
        for name, one in ((name, facts[name]) for name in names if name in facts)
    ]


def of_rows(rows: Iterable[Mapping[str, str]]) -> dict[str, Known]:
    """Facts that a claim kept."""
    return {
        row["name"]: Known(rules.of_stored(row["name"], row["value"]), row["source"], row["of"], row["url"])
        for row in rows
    }
