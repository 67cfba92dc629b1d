"""Writes of factor pools: what an organisation may grant of a factor in a year, declared and set anew."""

from __future__ import annotations

from shanhai.core import access, journal, rows, visibility
from shanhai.core.models import Import, Member, Organisation, Pairing
from shanhai.core.models.visibility import Visible
from shanhai.core.writing import action
from shanhai.fields.office.actions import shared
from shanhai.fields.office.models import FactorPool
from shanhai.fields.office.queries import shared as named
from shanhai.fields.office.rules import factors as rules
from shanhai.kernel.refusals import BadInput, gettext_noop

Reach = Visible.Reach


@action
def declare_pool(
    pairing: Pairing,
    *,
    organisation: Organisation,
    measure: str,
    year: int,
    available: int,
    source: str = "",
    is_shared: bool = False,
    is_illustrative: bool = False,
    on_import: Import | None = None,
    by: Member | None,
) -> FactorPool:
    """Say what an organisation may grant of a factor in a year; what it granted before counts from then on only."""
    access.check(by, "office.declare_pool", pairing_id=pairing.pk)
    check_pool_owner(pairing, organisation, by)
    rules.measure_of(measure)
    rules.check_pool(available, 0, measure)
    zone_id = shared.zone_of(pairing)
    taken = FactorPool.objects.filter(
        zone_id=zone_id, organisation=organisation, measure=measure, year=year
    ).exists()
    if taken:
        raise BadInput(
            "office.factor_pool_exists",
            gettext_noop("{organisation} has declared its pool of {measure} for {year}. Change that one instead."),
            organisation=organisation.name,
            measure=measure,
            year=year,
            field="measure",
        )  # fmt: skip
    pool = FactorPool(
        pairing=pairing,
        zone_id=zone_id,
        organisation=organisation,
        measure=measure,
        year=year,
        available=available,
        source=source.strip()[:300],
        is_illustrative=is_illustrative,
        reach=Reach.BOTH if is_shared else Reach.SIDE,
    )
    visibility.own(pool, by, named.side_of(pairing.pk, organisation.pk))
    if pool.owner_unit_id is None:
        pool.owner_unit = organisation.units.order_by("code").first()
    pool.save()
    visibility.place(pool, str(year))
    journal.record(
        pool, "office.declare_pool", by=by, organisation=organisation.code, **shared.origin(on_import)
    )
    return pool


@action
def change_pool(
    pool: FactorPool,
    *,
    available: int,
    source: str | None = None,
    on_import: Import | None = None,
    by: Member | None,
) -> FactorPool:
    """Set a pool anew, never below what was granted from it; without a source the one that is there stays."""
    access.check(by, "office.change_pool", pairing_id=pool.pairing_id)
    check_pool_owner(pool.pairing, pool.organisation, by)
    rules.check_pool(available, pool.granted, pool.measure)
    rows.move(pool, available=available, source=pool.source if source is None else source.strip()[:300])
    journal.record(pool, "office.change_pool", by=by, **shared.origin(on_import))
    return pool


def check_pool_owner(pairing: Pairing, organisation: Organisation, by: Member | None) -> None:
    """One's own organisation's pool, or as office or leader that of one's side.

    Raises
    ------
    BadInput
        ``office.factor_pool_of_another``
    """
    side = named.side_of(pairing.pk, organisation.pk)
    if side and by is None:
        return
    here = access.standing(by) if by is not None else None
    own = by is not None and by.unit.organisation_id == organisation.pk
    leads = here is not None and here.side_in(pairing.pk) == side and here.roles & {"office", "leader"}
    if not side or not (own or leads):
        raise BadInput(
            "office.factor_pool_of_another",
            gettext_noop(
                "The pools of {organisation} are not yours to set. Let it set them, or name one of your side."
            ),
            organisation=organisation.name,
            field="organisation",
        )
