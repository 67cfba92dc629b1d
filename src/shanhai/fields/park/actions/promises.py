"""Writes of standard land: promised at transfer, checked at completion and after the initial period, reminded of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from shanhai.core import access, clock, journal, rows, rulebook, work
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Import, Member
from shanhai.core.writing import action
from shanhai.fields.office.actions.shared import checked_number, numbered, origin
from shanhai.fields.office.queries.shared import unit_on
from shanhai.fields.park.models import Firm, LandCheck, LandPromise
from shanhai.fields.park.queries import promises as queries
from shanhai.fields.park.rules import firms as firm_rules
from shanhai.fields.park.rules import promises as rules
from shanhai.kernel.refusals import gettext_noop
from shanhai.kernel.text import plain_decimal

CHECK = "park.check_promise"


@action
def promise_land(
    firm: Firm,
    *,
    plot: str,
    land_mu: Decimal,
    signed_on: date,
    due_on: date,
    promised: Mapping[str, Decimal],
    deposit_fen: int = 0,
    number: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> LandPromise:
    """Record what an enterprise promises at the transfer of standard land, by when it builds, and its deposit."""
    access.check(by, "park.promise_land", pairing_id=firm.pairing_id)
    check_not_later(signed_on)
    firm_rules.check_land(firm.name, plot, land_mu)
    rules.check_promised(firm.name, promised)
    rules.check_days(number or plot, signed_on, due_on)
    one = LandPromise(
        number=checked_number(LandPromise, number),
        pairing_id=firm.pairing_id,
        zone_id=firm.zone_id,
        firm=firm,
        unit=by.unit if by is not None else unit_on(firm.pairing_id, "mountain", "office"),
        plot=plot.strip(),
        land_mu=land_mu,
        signed_on=signed_on,
        due_on=due_on,
        deposit_fen=deposit_fen,
        is_illustrative=firm.is_illustrative,
        **{one.name: promised[one.name] for one in rules.INDICATORS},
    )
    one.save()
    numbered(one, "BZD", signed_on.year)
    journal.record(one, "park.promise_land", by=by, **origin(on_import))
    return one


@action
def check_promise(
    one: LandPromise,
    *,
    measured: Mapping[str, Decimal],
    on: date | None = None,
    on_import: Import | None = None,
    by: Member | None,
) -> LandPromise:
    """Check a promise at completion or after the initial period.

    What holds within the tolerance goes on: to the initial period, or kept. What fails goes one rung down: rectify, the
    deposit forfeited, buy-back; each rung but the last has its months until the next check of the same indicators.
    """
    access.check(by, "park.check_promise", pairing_id=one.pairing_id)
    on = on or clock.today()
    check_not_later(on)
    rules.check_open(one.number, one.stage)
    if one.stage == rules.PromiseStage.RUNNING:
        rules.check_not_early(one.number, one.phase, one.due_on, on)
    rules.check_measured(one.number, one.phase, measured)
    asked = {name.name: measured[name.name] for name in rules.asked_in(one.phase)}
    values = rulebook.values_of([rules.TOLERANCE, rules.MONTHS, rules.RECTIFY], on)
    failed = rules.failed(one.promised, asked, Decimal(str(values[rules.TOLERANCE].value)))
    phase, was_due_on = one.phase, one.due_on
    after = rules.after(one.stage, one.phase, bool(failed))
    changes: dict[str, object] = {"stage": after}
    if after == rules.PromiseStage.RUNNING:
        months = int(str(values[rules.MONTHS].value))
        changes |= {"phase": rules.Phase.PERFORMANCE, "due_on": rules.months_later(on, months)}
    elif after in rules.LADDER:
        changes["due_on"] = rules.months_later(on, int(str(values[rules.RECTIFY].value)))
    rows.move(one, **changes)
    LandCheck.objects.create(
        promise=one,
        phase=phase,
        on=on,
        was_due_on=was_due_on,
        measured={name: plain_decimal(value) for name, value in asked.items()},
        failed=failed,
        after=after,
        tolerance_hash=values[rules.TOLERANCE].hash,
        member=by,
    )
    work.done(CHECK, one, by=by)
    stamp = rulebook.stamp(values[rules.TOLERANCE])
    journal.record(one, "park.check_promise", by=by, failed=failed, rule=stamp, **origin(on_import))
    return one


def take_back(check: LandCheck, by: Member | None, on_import: Import | None) -> None:
    """Put a promise back to where it stood, for its last check, which goes with the import that brought it."""
    one = check.promise
    before = one.checks.filter(pk__lt=check.pk).order_by("-pk").first()
    stage = before.after if before is not None else rules.PromiseStage.PROMISED
    rules.check_last(one.number, check.on, one.checks.filter(pk__gt=check.pk).exists())
    rows.move(one, stage=stage, phase=check.phase, due_on=check.was_due_on or one.due_on)
    journal.record(one, "park.write_promise_checks", by=by, **origin(on_import))


def remind(now: datetime) -> int:
    """Put checks of standard land that fall due on the list of whoever checks; gives how many are there."""
    today = clock.today()
    days = rulebook.whole(rules.REMIND, today)
    return _ask(today + timedelta(days=days), by=None)


@action
def _ask(until: date, *, by: Member | None) -> int:
    n = 0
    for one in queries.to_remind(until):
        if one.unit is not None:
            what = gettext_noop("Check the standard land of {firm} ({number}), due on {due}")
            work.open_item(CHECK, one, one.unit, what, queries.said(one), one.url, one.due_on, by=by)
            n += 1
    return n
