"""Writes of enterprises: entered, changed, above scale and below, their plots and agents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, rows, rulebook, search, visibility
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.models import Import, Member, Organisation
from shanhai.core.writing import action
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.park.models import Agency, Cluster, Firm, Holding, Park, ScaleSpell
from shanhai.fields.park.queries import firms as queries
from shanhai.fields.park.rules import firms as rules
from shanhai.kernel.refusals import ChangedMeanwhile, NotNow, gettext_noop

THRESHOLD = "park.scale.threshold_fen"


@action
def enter_firm(
    park: Park,
    organisation: Organisation,
    *,
    cluster: Cluster | None = None,
    industry: str = "",
    came_from: str = "",
    opened_on: date | None = None,
    producing_on: date | None = None,
    is_utility: bool = False,
    masters_n: int = 0,
    heritage: str = "",
    is_gi: bool = False,
    group: Organisation | None = None,
    is_illustrative: bool = False,
    source: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> Firm:
    """Put an enterprise on the register of a park; it is there once, whatever parks it may have plots in."""
    access.check(by, "park.enter_firm", pairing_id=park.pairing_id)
    name = organisation.name
    rules.check_is_firm(name, organisation.kind in visibility.FIRMS)
    if Firm.objects.filter(organisation=organisation).exists():
        raise NotNow(
            "park.firm_there",
            gettext_noop("{firm} is on the register already. Change its profile there."),
            firm=name,
            field="organisation",
        )
    _check_profile(organisation, industry, opened_on, producing_on, group)
    rules.check_masters(name, masters_n)
    firm = Firm.objects.create(
        organisation=organisation,
        park=park,
        pairing_id=park.pairing_id,
        zone_id=park.zone_id,
        cluster=cluster,
        name_sort=organisation.name_sort,
        industry=industry,
        came_from=came_from,
        opened_on=opened_on,
        producing_on=producing_on,
        is_utility=is_utility,
        masters_n=masters_n,
        heritage=heritage,
        is_gi=is_gi,
        group=group,
        is_illustrative=is_illustrative,
        source=source.strip()[:200],
    )
    search.put_many([queries.found_as(firm)])
    journal.record(firm, "park.enter_firm", by=by, **origin(on_import))
    return firm


@action
def change_firm(firm: Firm, *, on_import: Import | None = None, by: Member | None, **changes: Any) -> Firm:
    """Change the profile of an enterprise; scale, plots and figures have actions of their own."""
    access.check(by, "park.change_firm", pairing_id=firm.pairing_id)
    now = {
        name: changes.get(name, getattr(firm, name))
        for name in ("industry", "opened_on", "producing_on", "group")
    }
    _check_profile(firm.organisation, **now)
    rules.check_masters(firm.name, changes.get("masters_n", firm.masters_n))
    park = changes.get("park")
    if park is not None and park.pk != firm.park_id:
        changes |= {"pairing_id": park.pairing_id, "zone_id": park.zone_id}
    changes = differing(firm, changes)
    if not changes:
        return firm
    rows.move(firm, **changes)
    search.put_many([queries.found_as(firm)])
    changed = sorted(name.removesuffix("_id") for name in changes)
    journal.record(firm, "park.change_firm", by=by, changed=changed, **origin(on_import))
    return firm


def _check_profile(
    organisation: Organisation,
    industry: str,
    opened_on: date | None,
    producing_on: date | None,
    group: Organisation | None,
) -> None:
    rules.check_industry(industry, organisation.name)
    rules.check_days(organisation.name, opened_on, producing_on)
    rules.check_group(organisation.name, group is not None and group.pk == organisation.pk)


@action
def leave_park(firm: Firm, *, on: date | None = None, reason: str, by: Member | None) -> Firm:
    """Say that an enterprise has left the park; it gives its plots up, and its record stays."""
    access.check(by, "park.leave_park", pairing_id=firm.pairing_id)
    on = on or clock.today()
    check_not_later(on)
    if firm.left_on is not None:
        return firm
    for holding in firm.holdings.filter(ends_on=None).order_by("pk"):
        end_holding(holding, on=max(on, holding.begins_on), by=by)
    firm.refresh_from_db()
    rows.move(firm, left_on=on)
    journal.record(firm, "park.leave_park", by=by, reason=reason.strip()[:300])
    return firm


# -- above scale ---------------------------------------------------------------------------------------------------


@action
def raise_above_scale(
    firm: Firm, *, on: date, revenue_fen: int, on_import: Import | None = None, by: Member | None
) -> Firm:
    """Say that an enterprise is above scale from a day on: its main revenue of a year has reached the threshold."""
    access.check(by, "park.raise_above_scale", pairing_id=firm.pairing_id)
    check_not_later(on)
    rules.check_not_above(firm.name, firm.above_scale_on)
    threshold = rulebook.value(THRESHOLD, on)
    rules.check_scale(firm.name, revenue_fen, int(str(threshold.value)))
    last = firm.spells.order_by("-begins_on").first()
    if last is not None:
        rules.check_above(firm.name, last.ends_on or last.begins_on, on)
    spell = ScaleSpell.objects.create(
        firm=firm,
        begins_on=on,
        revenue_fen=revenue_fen,
        rule_hash=threshold.hash,
        is_illustrative=firm.is_illustrative,
    )
    _move_scale(firm, on, is_brought=on_import is not None)
    journal.record(spell, "park.raise_above_scale", by=by, pairing_id=firm.pairing_id, **origin(on_import))
    journal.record(firm, "park.raise_above_scale", by=by, rule=rulebook.stamp(threshold), **origin(on_import))
    return firm


@action
def drop_below_scale(firm: Firm, *, on: date, reason: str, by: Member | None) -> Firm:
    """Say that an enterprise is no longer above scale from a day on."""
    access.check(by, "park.drop_below_scale", pairing_id=firm.pairing_id)
    check_not_later(on)
    rules.check_above(firm.name, firm.above_scale_on, on)
    spell = firm.spells.get(ends_on=None)
    rows.move(spell, ends_on=on)
    _move_scale(firm, None)
    said = reason.strip()[:300]
    journal.record(spell, "park.drop_below_scale", by=by, pairing_id=firm.pairing_id, reason=said)
    journal.record(firm, "park.drop_below_scale", by=by, reason=said)
    return firm


def _move_scale(firm: Firm, on: date | None, *, is_brought: bool = False) -> None:
    """Say on the enterprise since when it is above scale: from where it was seen to stand, so of two one is told.

    What an import of times above scale brings is that import’s own, and goes with it when it is taken back: like the land of brought
    plots it leaves the version of the enterprise alone, so that the import of enterprises can be taken back after it.
    """
    seen = Firm.objects.filter(pk=firm.pk, above_scale_on=firm.above_scale_on)
    if is_brought:
        moved = seen.update(above_scale_on=on)
    else:
        moved = seen.filter(version=firm.version).update(above_scale_on=on, version=F("version") + 1)
    if not moved:
        raise ChangedMeanwhile(
            "park.scale_meanwhile",
            gettext_noop(
                "Whether {firm} is above scale was changed by someone else. Look at its page again."
            ),
            firm=firm.name,
        )
    firm.above_scale_on = on
    firm.version += not is_brought


# -- plots ---------------------------------------------------------------------------------------------------------


@action
def add_holding(
    firm: Firm,
    *,
    plot: str,
    tenure: str,
    land_mu: Decimal,
    lessor: Firm | None = None,
    begins_on: date,
    ends_on: date | None = None,
    on_import: Import | None = None,
    by: Member | None,
) -> Holding:
    """Say that an enterprise uses a plot from a day on. What it leases is no longer carried by who lets it.

    One that it had until ``ends_on`` is history: nobody carries it today.
    """
    access.check(by, "park.add_holding", pairing_id=firm.pairing_id)
    check_not_later(begins_on)
    plot = plot.strip()
    rules.check_land(firm.name, plot, land_mu)
    rules.check_tenure(firm.name, tenure, lessor is not None, lessor is not None and lessor.pk == firm.pk)
    if ends_on is None:
        _check_plot_free(firm, plot)
        _carry(firm, tenure, land_mu, lessor)
    else:
        check_not_later(ends_on)
        rules.check_held(firm.name, plot, None, begins_on, ends_on)
    holding = Holding.objects.create(
        firm=firm,
        plot=plot,
        tenure=tenure,
        land_mu=land_mu,
        lessor=lessor,
        begins_on=begins_on,
        ends_on=ends_on,
    )
    journal.record(holding, "park.add_holding", by=by, pairing_id=firm.pairing_id, **origin(on_import))
    return holding


@action
def end_holding(
    holding: Holding, *, on: date, reason: str = "", on_import: Import | None = None, by: Member | None
) -> Holding:
    """Say on which day an enterprise had a plot for the last time; whoever let it carries the land again."""
    firm = holding.firm
    access.check(by, "park.end_holding", pairing_id=firm.pairing_id)
    check_not_later(on)
    rules.check_held(firm.name, holding.plot, holding.ends_on, holding.begins_on, on)
    rows.move(holding, ends_on=on)
    _carry(firm, holding.tenure, -holding.land_mu, holding.lessor)
    journal.record(
        holding, "park.end_holding", by=by, pairing_id=firm.pairing_id, reason=reason.strip()[:300],
        **origin(on_import),
    )  # fmt: skip
    return holding


def _check_plot_free(firm: Firm, plot: str) -> None:
    if firm.holdings.filter(plot=plot, ends_on=None).exists():
        raise NotNow(
            "park.plot_held",
            gettext_noop(
                "{firm} uses plot {plot} already. End that first, or give the other plot its own code."
            ),
            firm=firm.name,
            plot=plot,
            field="plot",
        )


def give_back(holding: Holding, by: Member | None, on_import: Import | None) -> None:
    """What a plot had moved, for one that goes with the import that brought it."""
    if holding.ends_on is None:
        _carry(holding.firm, holding.tenure, -holding.land_mu, holding.lessor)


def take_up_again(holding: Holding, by: Member | None, on_import: Import | None) -> None:
    """Open the time of a plot again, for the import that ended it and is taken back."""
    firm = holding.firm
    _check_plot_free(firm, holding.plot)
    rows.move(holding, ends_on=None)
    _carry(firm, holding.tenure, holding.land_mu, holding.lessor)
    journal.record(holding, "park.write_holdings", by=by, pairing_id=firm.pairing_id, **origin(on_import))


def no_longer_above(spell: ScaleSpell, by: Member | None, on_import: Import | None) -> None:
    """What a time above scale had moved, for one that goes with the import that brought it."""
    if spell.ends_on is None:
        _move_scale(spell.firm, None, is_brought=True)
        journal.record(spell.firm, "park.write_scale_spells", by=by, **origin(on_import))


def _carry(firm: Firm, tenure: str, land_mu: Decimal, lessor: Firm | None) -> None:
    """Move the guards of lessee and lessor by so much land, the lower key first, so that no two wait for each other."""
    column = "own_mu" if tenure == rules.Tenure.OWN else "leased_mu"
    moves = {firm.pk: (firm, column)} | ({lessor.pk: (lessor, "let_mu")} if lessor is not None else {})
    for pk in sorted(moves):
        one, name = moves[pk]
        carried = -land_mu if name == "let_mu" else land_mu
        free = F("own_mu") + F("leased_mu") + carried
        moved = Firm.objects.filter(pk=pk, let_mu__lte=free).update(
            **{name: F(name) + land_mu, "land_mu": F("land_mu") + carried}
        )
        if not moved:
            one.refresh_from_db()
            raise rules.no_land_left(one.name, one.own_mu + one.leased_mu - one.let_mu, abs(land_mu))


# -- agents --------------------------------------------------------------------------------------------------------


@action
def name_agent(
    firm: Firm, agent: Organisation, *, on_import: Import | None = None, by: Member | None
) -> Agency:
    """Let an agent see and file what an enterprise sees and files, from today on."""
    access.check(by, "park.name_agent", pairing_id=firm.pairing_id)
    queries.check_names_agents(firm, by)
    if agent.pk == firm.organisation_id or firm.agencies.filter(agent=agent, ends_on=None).exists():
        raise NotNow(
            "park.agent_there",
            gettext_noop("{agent} acts for {firm} already. Nothing is to be done."),
            agent=agent.name,
            firm=firm.name,
            field="agent",
        )
    agency = Agency.objects.create(firm=firm, agent=agent, begins_on=clock.today())
    facts = origin(on_import) | {"agent": agent.code}
    journal.record(agency, "park.name_agent", by=by, pairing_id=firm.pairing_id, **facts)
    return agency


@action
def end_agent(agency: Agency, *, on_import: Import | None = None, by: Member | None) -> Agency:
    """Say that an agent acts for an enterprise no longer."""
    firm = agency.firm
    access.check(by, "park.end_agent", pairing_id=firm.pairing_id)
    queries.check_names_agents(firm, by)
    if agency.ends_on is None:
        rows.move(agency, ends_on=clock.today())
        journal.record(agency, "park.end_agent", by=by, pairing_id=firm.pairing_id, **origin(on_import))
    return agency


def let_act_again(agency: Agency, by: Member | None, on_import: Import | None) -> None:
    """Open the time of an agent again, for the import that ended it and is taken back."""
    rows.move(agency, ends_on=None)
    pairing_id = agency.firm.pairing_id
    journal.record(agency, "park.write_agents", by=by, pairing_id=pairing_id, **origin(on_import))
