"""Factor requests climb by the days they waited; requests and pools of a zone folder are written as they stood."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from shanhai.core import access, clock, journal, rulebook, visibility
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.office.actions import factors, shared
from shanhai.fields.office.models import FactorGrant, FactorPassing, FactorPool, FactorRequest, FactorStep
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.queries import shared as named
from shanhai.fields.office.rules import problems as ladder
from shanhai.fields.office.rules.factors import Stage


def sweep(now: datetime) -> int:
    """Let what has waited too long climb; a second run finds nothing left to do."""
    today, moved = clock.local(now).date(), 0
    for request in queries.waiting():
        steps = ladder.climbs(
            request.level,
            request.since_on,
            queries.days_of(request.pairing, request.asked_on),
            today,
            calendar().add,
            lambda level, one=request: queries.unit_for(one, level) is not None,  # type: ignore[misc]
        )
        for step in steps:
            factors.climb_request(request, to=step.level, since_on=step.since_on, by=None)
        moved += len(steps)
    return moved


@action
def write_request(
    pairing: Pairing,
    *,
    number: str,
    asker: Organisation,
    asker_unit: Unit | None,
    handler: Unit,
    asked_on: date,
    grants: list[dict[str, Any]],
    steps: list[dict[str, Any]],
    by: Member | None,
    **values: Any,
) -> FactorRequest:
    """Write a request of a zone folder as it stood, with what was granted and the steps that it went through.

    The counters of pools stand in the file of pools, so they are not moved here.
    """
    access.check(by, "office.write_request")
    owner = asker_unit or handler
    request = FactorRequest(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=shared.checked_number(FactorRequest, number),
        asker=asker,
        asker_unit=asker_unit,
        handler=handler,
        fulfiller=handler.organisation,
        side=named.side_of(pairing.pk, handler.organisation_id),
        asked_on=asked_on,
        granted=sum(one["quantity"] for one in grants if one["taken_back_on"] is None),
        owner_unit=owner,
        owner_side=named.side_of(pairing.pk, owner.organisation_id),
        **values,
    )
    request.priority_rule = rulebook.stamp(queries.class_rule(pairing, asked_on))
    request.save()
    for grant in grants:
        pool = queries.pool_for(request, grant["on"].year)
        FactorGrant.objects.create(request=request, pool=pool, **grant)
    for step in steps:
        FactorStep.objects.create(request=request, **step)
    visibility.place(request, asked_on)
    if request.stage != Stage.WITHDRAWN:
        shared.findable(queries.found_as(request))
    journal.record(request, "office.write_request", by=by)
    if request.is_waiting:
        factors.put_on_list(request, by)
    return request


@action
def write_passing(
    over: FactorRequest, *, grant: FactorGrant, by: Member | None, **values: Any
) -> FactorPassing:
    """Write of a zone folder that a grant passed over a request, and why."""
    access.check(by, "office.write_passing")
    made = FactorPassing.objects.create(over=over, grant=grant, **values)
    journal.record(over, "office.pass_over", by=by, for_request=grant.request.number, reason=made.reason)
    return made


@action
def write_pool(
    pairing: Pairing, *, organisation: Organisation, by: Member | None, **values: Any
) -> FactorPool:
    """Write a pool of a zone folder as it stood, with what was granted from it."""
    access.check(by, "office.write_pool")
    pool = FactorPool(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        organisation=organisation,
        owner_unit=organisation.units.order_by("code").first(),
        owner_side=named.side_of(pairing.pk, organisation.pk),
        **values,
    )
    pool.save()
    visibility.place(pool, str(pool.year))
    journal.record(pool, "office.declare_pool", by=by, organisation=organisation.code)
    return pool
