"""Writes of renewals: found, verified on site, published, a path chosen, valued, vacated, offered, contracted, measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, rows, rulebook
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Document, Import, Member, Pairing
from shanhai.core.writing import action
from shanhai.fields.office.actions import papers as papers_of
from shanhai.fields.office.actions.shared import checked_number, numbered, origin
from shanhai.fields.office.rules.shared import said
from shanhai.fields.park.actions import firms as firm_actions
from shanhai.fields.park.models import Firm, Holding, QuotaPool, Renewal
from shanhai.fields.park.queries import renewal as queries
from shanhai.fields.park.rules import renewal as rules
from shanhai.fields.park.rules import reserving
from shanhai.kernel.refusals import NotNow, gettext_noop

Stage = rules.RenewalStage


@action
def find_candidates(pairing: Pairing, *, by: Member | None) -> list[Renewal]:
    """Put every plot on the board that a rule makes a candidate: D twice running, idle, below the threshold."""
    access.check(by, "park.find_candidates", pairing_id=pairing.pk)
    value = rulebook.value(rules.BELOW, clock.today())
    found = queries.found_by_rule(pairing, Decimal(str(value.value)))
    return [_open(one.holding, one.reason, "", by, rule=rulebook.stamp(value)) for one in found]


@action
def nominate_plot(
    holding: Holding,
    *,
    reason: str,
    text: str,
    number: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> Renewal:
    """Put a plot on the board that an office knows to earn little: a promise expired, production stopped."""
    access.check(by, "park.nominate_plot", pairing_id=holding.firm.pairing_id)
    if Renewal.objects.filter(holding=holding).exclude(stage__in=(Stage.MEASURED, Stage.DROPPED)).exists():
        raise NotNow(
            "park.renewal_there",
            gettext_noop("Plot {plot} is on the board already. Look for it there."),
            plot=holding.plot,
            field="plot",
        )
    return _open(holding, reason, said(text, "text")[:500], by, number, **origin(on_import))


def _open(
    holding: Holding, reason: str, text: str, by: Member | None, number: str = "", **facts: Any
) -> Renewal:
    firm, today = holding.firm, clock.today()
    year = today.year - 1
    tax, jobs = queries.effect_of(firm, year)
    effect: dict[str, Any] = {"tax_before": tax, "jobs_before": jobs}
    one = Renewal(
        number=checked_number(Renewal, number),
        pairing_id=firm.pairing_id,
        zone_id=firm.zone_id,
        firm=firm,
        holding=holding,
        plot=holding.plot,
        land_mu=holding.land_mu,
        reason=reason,
        text=text,
        stage_on=today,
        before_year=year,
        is_illustrative=firm.is_illustrative,
        **effect,
    )
    one.save()
    numbered(one, "TL", today.year)
    journal.record(one, "park.nominate_plot", by=by, **facts)
    return one


def _move(
    one: Renewal,
    to: Stage,
    verb: str,
    by: Member | None,
    on: date | None = None,
    on_import: Import | None = None,
    **changes: Any,
) -> Renewal:
    rules.check_next(one.number, one.stage, to, one.path)
    on = on or clock.today()
    check_not_later(on)
    rules.check_later(one.number, on, one.stage_on)
    rows.move(one, stage=to, rank=rules.rank_of(to), stage_on=on, **changes)
    journal.record(one, verb, by=by, **origin(on_import))
    return one


@action
def verify_on_site(
    one: Renewal,
    *,
    text: str,
    on: date | None = None,
    papers: Sequence[Document],
    on_import: Import | None = None,
    by: Member | None,
) -> Renewal:
    """Say what was found on site, with photographs."""
    access.check(by, "park.verify_on_site", pairing_id=one.pairing_id)
    rules.check_photographed(one.number, len(papers))
    text = said(text, "text")[:500]
    _move(one, Stage.VERIFIED, "park.verify_on_site", by, on, on_import, text=text)
    papers_of.hang(one, papers, is_shared=True, by=by)
    return one


@action
def publish_renewal(one: Renewal, *, on_import: Import | None = None, by: Member | None) -> Renewal:
    """Publish that the plot is to be renewed."""
    access.check(by, "park.publish_renewal", pairing_id=one.pairing_id)
    return _move(one, Stage.PUBLISHED, "park.publish_renewal", by, on_import=on_import)


@action
def choose_path(one: Renewal, *, path: str, on_import: Import | None = None, by: Member | None) -> Renewal:
    """Say how the land comes to better use."""
    access.check(by, "park.choose_path", pairing_id=one.pairing_id)
    return _move(one, Stage.CHOSEN, "park.choose_path", by, on_import=on_import, path=rules.Path(path))


@action
def value_plot(
    one: Renewal, *, value_fen: int, on_import: Import | None = None, by: Member | None
) -> Renewal:
    """Record the value by which the enterprise is compensated."""
    access.check(by, "park.value_plot", pairing_id=one.pairing_id)
    rules.check_value(one.number, value_fen)
    return _move(one, Stage.VALUED, "park.value_plot", by, on_import=on_import, value_fen=value_fen)


@action
def vacate_plot(
    one: Renewal,
    *,
    on: date | None = None,
    energy_tce: Decimal = Decimal(0),
    emission_t: Decimal = Decimal(0),
    plant_m2: Decimal = Decimal(0),
    on_import: Import | None = None,
    by: Member | None,
) -> Renewal:
    """Say that the plot is vacated: its land and the quotas that come with it are released in the park.

    ``plant_m2`` is the floor that stands on it and is offered with the land.
    """
    access.check(by, "park.vacate_plot", pairing_id=one.pairing_id)
    rules.check_next(one.number, one.stage, Stage.VACATED, one.path)
    rules.check_quota(one.number, energy_tce, "energy_tce")
    rules.check_quota(one.number, emission_t, "emission_t")
    rules.check_quota(one.number, plant_m2, "plant_m2")
    on = on or clock.today()
    firm_actions.end_holding(one.holding, on=on, reason=one.number, on_import=on_import, by=by)
    released = {"land_mu": one.land_mu, "energy_tce": energy_tce, "emission_t": emission_t}
    for kind in sorted(released):
        _release(one, kind, released[kind], by)
    brought = {"energy_tce": energy_tce, "emission_t": emission_t, "plant_m2": plant_m2}
    return _move(one, Stage.VACATED, "park.vacate_plot", by, on, on_import, **brought)


def _release(one: Renewal, kind: str, amount: Decimal, by: Member | None) -> None:
    pool, _is_new = QuotaPool.objects.get_or_create(park_id=one.firm.park_id, kind=kind)
    QuotaPool.objects.filter(pk=pool.pk).update(released=F("released") + amount, version=F("version") + 1)
    _record_pool(pool, "park.vacate_plot", one, by)


def _take(one: Renewal, kind: str, amount: Decimal, by: Member | None) -> None:
    pool, _is_new = QuotaPool.objects.get_or_create(park_id=one.firm.park_id, kind=kind)
    taken = QuotaPool.objects.filter(pk=pool.pk, released__gte=F("taken") + amount).update(
        taken=F("taken") + amount, version=F("version") + 1
    )
    if not taken:
        pool.refresh_from_db()
        raise rules.quota_short(one.number, kind, pool.released - pool.taken, amount)
    _record_pool(pool, "park.contract_plot", one, by)


def _record_pool(pool: QuotaPool, verb: str, one: Renewal, by: Member | None) -> None:
    pool.refresh_from_db()
    journal.record(pool, verb, by=by, pairing_id=one.pairing_id, renewal=one.number)


@action
def offer_plot(one: Renewal, *, on_import: Import | None = None, by: Member | None) -> Renewal:
    """Offer the vacated plot to matching."""
    access.check(by, "park.offer_plot", pairing_id=one.pairing_id)
    return _move(one, Stage.OFFERED, "park.offer_plot", by, on_import=on_import)


@action
def contract_plot(
    one: Renewal,
    new_firm: Firm,
    *,
    contract: str,
    on: date | None = None,
    energy_tce: Decimal = Decimal(0),
    emission_t: Decimal = Decimal(0),
    reserved_for: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> Renewal:
    """Give the plot to another enterprise by a new contract, with quotas out of what was released in the park.

    A plot that is reserved goes to its lead: ``reserved_for`` names it.
    """
    access.check(by, "park.contract_plot", pairing_id=one.pairing_id)
    rules.check_next(one.number, one.stage, Stage.CONTRACTED, one.path)
    rules.check_quota(one.number, energy_tce, "energy_tce")
    rules.check_quota(one.number, emission_t, "emission_t")
    reserving.check_is_for(one.number, one.reserved_for, one.reserved_on, reserved_for)
    contract = said(contract, "contract")[:200]
    taken = {"land_mu": one.land_mu, "energy_tce": energy_tce, "emission_t": emission_t}
    for kind in sorted(taken):
        _take(one, kind, taken[kind], by)
    on = on or clock.today()
    told: dict[str, Any] = {"plot": one.plot, "land_mu": one.land_mu, "begins_on": on}
    firm_actions.add_holding(new_firm, tenure="own", on_import=on_import, by=by, **told)
    return _move(
        one,
        Stage.CONTRACTED,
        "park.contract_plot",
        by,
        on,
        on_import,
        new_firm=new_firm,
        contract=contract,
        contracted_on=on,
        reserved_for="",
        reserved_on=None,
    )


@action
def measure_effect(one: Renewal, *, year: int, on_import: Import | None = None, by: Member | None) -> Renewal:
    """Measure tax per mu and jobs of a whole year after, beside those before, from what was reported."""
    access.check(by, "park.measure_effect", pairing_id=one.pairing_id)
    rules.check_next(one.number, one.stage, Stage.MEASURED, one.path)
    rules.check_measured_year(one.number, year, one.stage_on)
    firm = one.new_firm or one.firm
    tax, jobs = queries.effect_of(firm, year)
    if tax is None or jobs is None:
        raise NotNow(
            "park.effect_not_reported",
            gettext_noop(
                "{firm} has not reported tax and staff of {year}. Ask for them in a round, or enter them."
            ),
            firm=firm.name,
            year=year,
            field="year",
        )
    return _move(
        one,
        Stage.MEASURED,
        "park.measure_effect",
        by,
        on_import=on_import,
        after_year=year,
        tax_after=tax,
        jobs_after=jobs,
    )


@action
def drop_renewal(one: Renewal, *, reason: str, on_import: Import | None = None, by: Member | None) -> Renewal:
    """Take a plot off the board before anything of it is released."""
    access.check(by, "park.drop_renewal", pairing_id=one.pairing_id)
    text = said(reason, "reason")[:500]
    return _move(one, Stage.DROPPED, "park.drop_renewal", by, on_import=on_import, text=text)
