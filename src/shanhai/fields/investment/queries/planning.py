"""What a plan of a portfolio would be made from: the leads and land of a park, the limits that its records suggest, what is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from shanhai.core import clock
from shanhai.core.models import Member
from shanhai.fields.investment.models import Lead, PlanLine, PortfolioPlan
from shanhai.fields.investment.queries import leads, places
from shanhai.fields.investment.queries.places import Place
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import planning as rules
from shanhai.fields.investment.rules.planning import Asked, Inputs, Plot
from shanhai.fields.park.queries import land, parks, renewal, reserving
from shanhai.kernel.refusals import TooLarge, gettext_noop
from shanhai.planners import lead_records


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would be made from, before anybody waits for it.

    Attributes
    ----------
    leads, places
        What goes in.
    missing
        Open leads that nobody can place yet, each with the facts that are not given.
    kept
        Leads that have land reserved already, each with the numbers of its plots.
    """

    inputs: Inputs
    leads: tuple[Lead, ...]
    places: tuple[Place, ...]
    missing: tuple[tuple[Lead, tuple[str, ...]], ...]
    kept: tuple[tuple[Lead, tuple[str, ...]], ...]

    @property
    def land_mu(self) -> Decimal:
        """The land of all places."""
        return sum((one.mu for one in self.places), Decimal(0))

    @property
    def asked_mu(self) -> Decimal:
        """The land that the leads ask for."""
        return sum((one.land_mu or Decimal(0) for one in self.leads), Decimal(0))


def preview(member: Member | None, park: parks.Park, asked: Asked, kept_for: Iterable[str] = ()) -> Preview:
    """What goes in: a handful of statements and two for each cluster.

    Parameters
    ----------
    kept_for
        Leads whose reservations are looked through: those that a plan has adopted itself.

    Raises
    ------
    TooLarge
        ``investment.plan_too_large``
    """
    pairing, own = park.pairing, set(kept_for)
    kept = {
        holder: numbers for holder, numbers in reserving.all_reserved(pairing).items() if holder not in own
    }
    found = list(_chosen(member, park, asked, own))
    clusters = places.clusters_of(member, pairing)
    of_lead = {one.pk: clusters.covering(one.industry) if one.industry else None for one in found}
    if asked.cluster:
        found = [one for one in found if (its := of_lead[one.pk]) is not None and its.code == asked.cluster]
    held = [one for one in found if one.number in kept]
    rest = [one for one in found if one.number not in kept]
    missing = [(one, unknown) for one in rest if (unknown := places.unknown_of(one))]
    lacking = {one.pk for one, _unknown in missing}
    taken = [one for one in rest if one.pk not in lacking]
    its_places = places.in_park(
        places.free_places(member, pairing, own, with_levelled=asked.with_levelled and asked.years > 1), park
    )
    _check_size(len(taken), len(its_places))
    used = {its.pk: its for one in taken if (its := of_lead[one.pk]) is not None}
    inputs = Inputs(
        tuple(_lead(one, of_lead[one.pk], asked) for one in taken),
        tuple(_plot(one, asked) for one in its_places),
        tuple(clusters.as_record(its) for its in sorted(used.values(), key=lambda its: its.code)),
        places.scheme_of(pairing),
    )
    return Preview(
        inputs,
        tuple(taken),
        tuple(its_places),
        tuple(missing),
        tuple((one, tuple(kept[one.number])) for one in held),
    )


def _chosen(member: Member | None, park: parks.Park, asked: Asked, own: set[str]) -> Iterable[Lead]:
    stages = [one for one in asked.stages if one in lead_rules.OPEN] or list(lead_rules.OPEN)
    rows = leads.leads_of(member, park.pairing).filter(stage__in=stages)
    if asked.kinds:
        rows = rows.filter(kind__in=asked.kinds)
    return rows.exclude(number__in=set(asked.without) - own).order_by("number")


def _check_size(n_leads: int, n_plots: int) -> None:
    if n_leads > rules.MOST_LEADS or n_plots > rules.MOST_PLOTS:
        raise TooLarge(
            "investment.plan_too_large",
            gettext_noop(
                "{leads} leads and {plots} plots are more than a page plans ({most} each). Choose fewer leads, or plan them by command from files."
            ),
            leads=n_leads,
            plots=n_plots,
            most=rules.MOST_LEADS,
        )


def _lead(one: Lead, cluster: Any, asked: Asked) -> lead_records.Lead:
    found = places.as_lead(one, cluster.code if cluster is not None else "")
    year = clock.today().year
    first = min(max((one.start_on.year if one.start_on else year) - year + 1, 1), asked.years)
    return replace(
        found,
        cost=round(found.investment * asked.grant_percent / 100, 6),
        first_phase=first,
        last_phase=asked.years,
    )


def _plot(one: Place, asked: Asked) -> Plot:
    record = one.as_record()
    if one.is_levelled:
        record = replace(record, phase=2, cost=round(record.land_mu * asked.cost_per_mu, 6))
    return Plot(
        record,
        one.parcel.outline if one.parcel is not None else "",
        one.parcel.number if one.parcel is not None else "",
        one.plot.number if one.plot is not None else "",
    )


def suggested(member: Member | None, park: parks.Park, years: int = 1) -> dict[str, Any]:
    """The limits that the records of a park suggest (four statements).

    Land of a year: what its quota has left, less what is reserved of serviced land already; without a quota no land may be
    allotted, so this year's is 0 and that of later years is open. Energy and emissions: what renewals released and nobody took,
    less what comes with the plots that are offered, which have it for themselves; open where nothing beside those is known, for a
    park has quota that was never on a plot.
    """
    today = clock.today()
    quotas = {one.year: one for one in parks.quotas_of(park)}
    promised = sum(
        (one.mu for one in land.in_park(park) if one.reserved_for and one.state == "serviced"), Decimal(0)
    )
    land_mu: list[float | None] = []
    for n in range(years):
        quota = quotas.get(today.year + n)
        left = quota.quota_mu - quota.used_mu - (0 if n else promised) if quota else Decimal(0)
        land_mu.append(None if quota is None and n else float(max(left, Decimal(0))))
    found: dict[str, Any] = {"land_mu": tuple(land_mu)}
    pools = {
        one.kind: one.released - one.taken for one in renewal.pools_of(park.pairing) if one.park_id == park.pk
    }
    plots = [one for one in reserving.plots_offered(member, park.pairing) if one.firm.park_id == park.pk]
    for name in ("energy_tce", "emission_t"):
        if name in pools:
            own = sum((getattr(one, name) for one in plots), Decimal(0))
            if pools[name] > own:
                found[name] = float(pools[name] - own)
    return found


# -- a plan and the records since --------------------------------------------------------------------------------------


def changed_since(plan: PortfolioPlan) -> rules.Changed:
    """What of a plan’s inputs is other than when it was made; what the plan itself reserved counts as unchanged."""
    adopted = [one.lead.number for one in _adopted(plan)]
    now = preview(plan.member, plan.park, rules.asked_of(plan.asked), adopted)
    return rules.changed_between(plan.inputs, now.inputs.as_plain())


def _adopted(plan: PortfolioPlan) -> Iterable[PlanLine]:
    return plan.lines.filter(adopted_on__isnull=False, released_on=None).select_related("lead")
