"""Writes of parks: registered, changed, planned in phases, and what they are connected to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core import access, clock, journal, rows, search
from shanhai.core.actions.naming import check_not_later, differing, named
from shanhai.core.models import Member, Pairing, Region
from shanhai.core.writing import action
from shanhai.fields.park.actions.shared import chosen
from shanhai.fields.park.models import Infrastructure, LandQuota, Park, Phase
from shanhai.fields.park.queries import land
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.rules import geometry
from shanhai.fields.park.rules import parks as rules
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

_NAMES = ("name_zh", "name_en")


@action
def add_park(
    pairing: Pairing,
    *,
    number: str,
    kind: str,
    name_zh: str,
    name_en: str = "",
    region: Region,
    outline: str = "",
    by: Member | None,
    **facts: Any,
) -> Park:
    """Register a park of either kind.

    Parameters
    ----------
    outline
        Its border as WKT or GeoJSON in degrees of CGCS2000; its parcels must lie within. Empty: not known.
    facts
        ``company``, ``planned_mu``, ``opened_on``, ``about_zh``, ``about_en``, ``source``.
    """
    access.check(by, "park.add_park", pairing_id=pairing.pk)
    number = number.strip()
    rules.check_number(number)
    rules.check_mu(facts.get("planned_mu"), "planned_mu")
    if Park.objects.filter(number=number).exists():
        raise NotNow(
            "park.number_taken",
            gettext_noop("The number {number} is taken. Choose another one."),
            number=number,
            field="number",
        )
    park = Park(
        pairing=pairing,
        zone_id=pairing.zone_id or pairing.pk,
        number=number,
        kind=chosen(rules.ParkKind, kind, "kind"),
        region=region,
        outline=geometry.checked(outline).wkt if outline else "",
        **named(name_zh, name_en),
        **facts,
    )
    park.save()
    search.put_many([queries.park_found_as(park)])
    journal.record(park, "park.add_park", by=by)
    return park


@action
def change_park(park: Park, *, by: Member | None, **changes: Any) -> Park:
    """Change what is known about a park; its border and plan still hold what lies in it.

    Raises
    ------
    BadInput
        ``park.parcels_over_plan``, ``park.parcel_outside``, ``park.phases_over_plan``
    """
    access.check(by, "park.change_park", pairing_id=park.pairing_id)
    if "kind" in changes:
        changes["kind"] = chosen(rules.ParkKind, changes["kind"], "kind")
    if set(changes) & set(_NAMES):
        zh, en = (changes.pop(name, getattr(park, name)) for name in _NAMES)
        changes |= named(zh, en)
    if changes.get("outline"):
        changes["outline"] = geometry.checked(changes["outline"]).wkt
    changes = differing(park, changes)
    if not changes:
        return park
    if "planned_mu" in changes:
        planned = changes["planned_mu"]
        rules.check_mu(planned, "planned_mu")
        rules.check_phases(park.number, planned, [one.planned_mu for one in queries.phases_of(park)])
    rows.move(park, **changes)
    _check_holds_its_land(park, changes)
    search.put_many([queries.park_found_as(park)])
    journal.record(park, "park.change_park", by=by, changed=sorted(changes))
    return park


def _check_holds_its_land(park: Park, changes: dict[str, Any]) -> None:
    """What is drawn in the park stays within its plan and its border; asked after the row has moved."""
    if "planned_mu" in changes and park.planned_mu is not None:
        parcelled = Park.objects.values_list("parcelled_mu", flat=True).get(pk=park.pk)
        if parcelled > park.planned_mu:
            raise BadInput(
                "park.parcels_over_plan",
                gettext_noop(
                    "The parcels of park {park} have {mu} mu and would be more than the {planned} mu planned. Plan more."
                ),
                park=park.number,
                mu=parcelled,
                planned=park.planned_mu,
                field="planned_mu",
            )
    if changes.get("outline"):
        border = geometry.checked(park.outline)
        for number, outline in land.outlines_in(park):
            geometry.check_within(number, outline, park.number, border)


@action
def plan_phase(
    park: Park,
    *,
    number: int,
    planned_mu: Decimal,
    begins_on: date,
    ends_on: date | None = None,
    source: str = "",
    by: Member | None,
) -> Phase:
    """Say which land a phase of a park has and when; an earlier word about the same phase is put right."""
    access.check(by, "park.plan_phase", pairing_id=park.pairing_id)
    rules.check_mu(planned_mu, "planned_mu")
    rules.check_days(begins_on, ends_on)
    # The row of the park is the guard of its phases: of two who plan at once the second is told.
    rows.move(park)
    phases = {one.number: one for one in queries.phases_of(park)}
    others = [one.planned_mu for one in phases.values() if one.number != number]
    rules.check_phases(park.number, park.planned_mu, [*others, planned_mu])
    values = {"planned_mu": planned_mu, "begins_on": begins_on, "ends_on": ends_on, "source": source}
    phase = phases.get(number)
    if phase is None:
        phase = Phase.objects.create(park=park, number=number, **values)
    else:
        rows.move(phase, **values)
    journal.record(phase, "park.plan_phase", by=by, pairing_id=park.pairing_id)
    return phase


@action
def say_infrastructure(
    park: Park,
    *,
    kind: str,
    phase: int = 0,
    state: str,
    since: date | None = None,
    capacity: str = "",
    source: str = "",
    by: Member | None,
) -> Infrastructure:
    """Say how far a connection of a park is, as a whole (phase 0) or in one phase."""
    access.check(by, "park.say_infrastructure", pairing_id=park.pairing_id)
    kind, state = chosen(rules.Utility, kind, "kind"), chosen(rules.UtilityState, state, "state")
    since = since or clock.today()
    check_not_later(since)
    if phase and queries.phase_at(park, phase) is None:
        raise BadInput(
            "park.no_phase",
            gettext_noop("Park {park} has no phase {phase}. Plan it first, or take 0 for the whole park."),
            park=park.number,
            phase=phase,
            field="phase",
        )
    values = {"state": state, "since": since, "capacity": capacity.strip(), "source": source}
    found = queries.infrastructure_at(park, kind, phase)
    if found is None:
        found = Infrastructure.objects.create(park=park, kind=kind, phase_number=phase, **values)
    else:
        rows.move(found, **values)
    journal.record(found, "park.say_infrastructure", by=by, pairing_id=park.pairing_id)
    return found


@action
def set_quota(park: Park, *, year: int, quota_mu: Decimal, by: Member | None) -> LandQuota:
    """Say how much land a park may allot in a year; not less than was allotted under it.

    Raises
    ------
    NotNow
        ``park.quota_used``
    """
    access.check(by, "park.set_quota", pairing_id=park.pairing_id)
    rules.check_mu(quota_mu, "quota_mu")
    quota = LandQuota.objects.filter(park=park, year=year).first()
    if quota is None:
        rows.move(park)  # Of two who set it first at once the second is told.
        quota = LandQuota.objects.create(park=park, year=year, quota_mu=quota_mu)
    else:
        if quota.used_mu > quota_mu:
            raise NotNow(
                "park.quota_used",
                gettext_noop("Of the quota of {year} {used} mu are allotted. It cannot be only {quota} mu."),
                year=year,
                used=quota.used_mu,
                quota=quota_mu,
                field="quota_mu",
            )
        rows.move(quota, quota_mu=quota_mu)
    journal.record(quota, "park.set_quota", by=by, pairing_id=park.pairing_id)
    return quota
