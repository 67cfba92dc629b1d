"""Writes of factor requests: asked, granted in part or whole, refused, withdrawn, opened again.

Other fields ask here: ``office.actions.factors.ask(...)`` (docs/howto/ask-for-a-factor.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F

from shanhai.core import (
    access,
    clock,
    journal,
    notices,
    records,
    replies,
    rows,
    rulebook,
    search,
    visibility,
    work,
)
from shanhai.core.calendar import calendar
from shanhai.core.models import Document, Import, Member, Organisation, Pairing, Unit
from shanhai.core.models.visibility import Visible
from shanhai.core.writing import action
from shanhai.fields.office.actions import papers as papers_of
from shanhai.fields.office.actions import shared
from shanhai.fields.office.models import FactorGrant, FactorPassing, FactorPool, FactorRequest, FactorStep
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.queries import shared as named
from shanhai.fields.office.rules import factors as rules
from shanhai.fields.office.rules.problems import Level
from shanhai.fields.office.rules.shared import said
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

Stage, What, Reach = rules.Stage, FactorStep.What, Visible.Reach
WORK = "office.factor"


@action
def ask(
    pairing: Pairing,
    *,
    measure: str,
    quantity: int,
    unit: Unit,
    needed_by: date,
    title_zh: str,
    title_en: str = "",
    text: str = "",
    record: Any = None,
    is_park: bool = False,
    park_reason: str = "",
    needs_whole: bool = False,
    asker: Organisation | None = None,
    is_shared: bool = False,
    number: str = "",
    papers: Sequence[Document] = (),
    on_import: Import | None = None,
    by: Member,
) -> FactorRequest:
    """Ask a unit for land quota, energy, funds or talent; the request takes its place in the one queue of its factor.

    Parameters
    ----------
    measure, quantity
        ``rules.factors.MEASURES``; the quantity in its smallest steps (``rules.factors.steps_of``).
    unit
        Who fulfils it: a unit of the other side needs ``is_shared``, since that side could not read it otherwise.
    record
        The record of any field that it is for.
    is_park
        A park project comes first. The record shows that it is one; without a record ``park_reason`` says why.
    needs_whole
        A part is of no use, so it is served in whole or not at all.
    asker
        The firm or village for which a public body asks; else one's own organisation.
    papers
        What shows the need: whoever reads the request can open them.
    on_import
        The spreadsheet that brings it.
    """
    access.check(by, "office.ask", pairing_id=pairing.pk)
    today, title = clock.today(), shared.titles(title_zh, title_en)
    of = rules.measure_of(measure)
    rules.steps_of(rules.quantity_of(quantity, measure), measure)
    rules.check_asked(title[0], needed_by, today)
    park_reason = park_reason.strip()[:300]
    rules.check_park(title[0], is_park, record is not None, park_reason)
    if record is not None:
        records.check(by, record)
    rule = queries.class_rule(pairing, today)
    request = FactorRequest(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=shared.checked_number(FactorRequest, number),
        title_zh=title[0],
        title_en=title[1],
        text=text.strip(),
        kind=of.kind,
        measure=measure,
        quantity=quantity,
        needs_whole=needs_whole,
        asker=asker_for(pairing, asker, by),
        asker_unit=by.unit,
        record_kind=record._meta.label_lower if record is not None else "",
        record_id=record.pk if record is not None else None,
        is_park=is_park,
        park_reason=park_reason if is_park else "",
        priority=_place_of(rule, is_park),
        priority_rule=rulebook.stamp(rule),
        asked_on=today,
        since_on=today,
        needed_by=needed_by,
        fulfiller=unit.organisation,
        side=side_of_granter(pairing, unit, is_shared, by),
        handler=unit,
        unit=unit,
        reach=Reach.BOTH if is_shared else Reach.SIDE,
    )
    visibility.own(request, by)
    request.save()
    shared.numbered(request, "YS", today.year)
    visibility.place(request, today)
    shared.findable(queries.found_as(request))
    journal.record(request, "office.ask", by=by, asker=request.asker.code, **shared.origin(on_import))
    _hang(request, papers, by)
    _step(request, What.ASKED, by, quantity=quantity)
    put_on_list(request, by)
    return request


@replies.climbs("office.grant_factor")
@action
def grant_factor(
    request: FactorRequest,
    *,
    quantity: int,
    paper: str = "",
    papers: Sequence[Document] = (),
    reason: str = "",
    by: Member | None,
) -> FactorGrant:
    """Grant a request in part or whole, shown by a paper, from the year's pool where one is declared.

    The paper is one that is filed here, the first of ``papers``, or its name and number.

    Granting while one that stands before it could be served passes over that one: it needs a reason, which stands on
    both. The pool is moved first, so two grants at once cannot give out more than it holds.
    """
    access.check(by, "office.grant_factor", pairing_id=request.pairing_id)
    rules.check_has_it(request.number, request.unit.name, queries.has_it(request, by))
    rules.check_can_grant(request.number, request.stage, quantity, request.missing, request.measure)
    rules.steps_of(rules.quantity_of(quantity, request.measure), request.measure)
    rules.check_whole(request.number, request.needs_whole, quantity, request.missing)
    paper = _paper(request, paper, papers, by)
    today, reason = clock.today(), reason.strip()[:300]
    pool, available = _take(request, quantity, today.year, by)
    queue = {one.number: one for one in queries.queue_of(request)}
    over = rules.passed_over((one.place for one in queue.values()), request.number, available)
    rules.check_passing(request.number, over, reason)
    _move_granted(request, quantity, today)
    grant = FactorGrant.objects.create(
        request=request,
        pool=pool,
        quantity=quantity,
        on=today,
        member=by,
        document=papers[0] if papers else None,
        paper=paper,
    )
    _hang(request, papers, by)
    journal.record(request, "office.grant_factor", by=by, grant=grant.pk, quantity=quantity, paper=paper,
                   over=[one.number for one in over], reason=reason)  # fmt: skip
    _step(request, What.GRANTED, by, reason, quantity=quantity)
    for place in over:
        _pass_over(grant, queue[place.number], reason, by)
    if request.stage == Stage.FULFILLED:
        work.done(WORK, request, by=by)
    else:
        put_on_list(request, by)
    _tell_asker(
        request, f"granted:{grant.pk}", gettext_noop("Granted {quantity} for {number} {title}"), quantity
    )
    return grant


@action
def take_back_grant(grant: FactorGrant, *, reason: str, by: Member | None) -> FactorRequest:
    """Take a grant back, as the undo of granting: the request returns to its place, the pool gets its part."""
    request = grant.request
    access.check(by, "office.take_back_grant", pairing_id=request.pairing_id)
    rules.check_has_it(request.number, request.unit.name, queries.has_it(request, by))
    reason = said(reason, "reason")[:300]
    today = clock.today()
    if not FactorGrant.objects.filter(pk=grant.pk, taken_back_on=None).update(taken_back_on=today):
        raise NotNow(
            "office.factor_grant_gone",
            gettext_noop("This grant of {number} was taken back already. Look at its page again."),
            number=request.number,
        )
    if grant.pool_id is not None:
        FactorPool.objects.filter(pk=grant.pool_id).update(
            granted=F("granted") - grant.quantity, version=F("version") + 1
        )
        _record_pool(grant.pool_id, "office.take_back_grant", by, grant=grant.pk)
    grant.taken_back_on = today
    left = request.grants.filter(taken_back_on=None)
    first = left.order_by("on", "pk").first()
    rows.move(
        request,
        granted=request.granted - grant.quantity,
        stage=request.stage if request.stage in rules.OVER else Stage.PART if first else Stage.WAITING,
        first_granted_on=first.on if first is not None else None,
        first_days=calendar().count(request.asked_on, first.on) if first is not None else None,
        fulfilled_on=None,
        fulfilled_days=None,
        since_on=today,
    )
    journal.record(request, "office.take_back_grant", by=by, grant=grant.pk, reason=reason)
    _step(request, What.TAKEN_BACK, by, reason, quantity=grant.quantity)
    if request.is_waiting:
        put_on_list(request, by)
    _tell_asker(
        request,
        f"taken-back:{grant.pk}",
        gettext_noop("A grant of {quantity} for {number} {title} was taken back"),
        grant.quantity,
    )
    return request


@replies.climbs("office.refuse_request")
@action
def refuse_request(
    request: FactorRequest, *, reason: str, papers: Sequence[Document] = (), by: Member | None
) -> FactorRequest:
    """Refuse what is missing of a request, with a reason that the asker reads; what was granted stays granted."""
    access.check(by, "office.refuse_request", pairing_id=request.pairing_id)
    rules.check_has_it(request.number, request.unit.name, queries.has_it(request, by))
    rules.check_waits(request.number, request.stage)
    _close(request, Stage.REFUSED, What.REFUSED, "office.refuse_request", reason, by)
    _hang(request, papers, by)
    _tell_asker(request, f"refused:{request.version}", gettext_noop("Refused: {number} {title}"))
    return request


@action
def withdraw_request(request: FactorRequest, *, reason: str, by: Member | None) -> FactorRequest:
    """Withdraw one's own request: what is missing is needed no more. The undo of asking."""
    access.check(by, "office.withdraw_request", pairing_id=request.pairing_id)
    rules.check_asker(request.number, request.asker.name, queries.is_asker(request, by))
    rules.check_waits(request.number, request.stage)
    _close(request, Stage.WITHDRAWN, What.WITHDRAWN, "office.withdraw_request", reason, by)
    search.drop("office.factorrequest", request.pk)
    return request


@action
def reopen_request(request: FactorRequest, *, reason: str, by: Member | None) -> FactorRequest:
    """Put a refused or withdrawn request back into the queue, at its old place; its days begin anew.

    Whoever asked does so, or, as the undo of a refusal, whoever refused.
    """
    access.check(by, "office.reopen_request", pairing_id=request.pairing_id)
    rules.check_can_reopen(request.number, request.stage)
    takes_back = request.stage == Stage.REFUSED and queries.has_it(request, by)
    if not takes_back:
        rules.check_asker(request.number, request.asker.name, queries.is_asker(request, by))
    reason, today = said(reason, "reason")[:300], clock.today()
    stage = Stage.PART if request.granted else Stage.WAITING
    rows.move(
        request,
        stage=stage,
        since_on=today,
        reason="",
        reason_en="",
        level=Level.HANDLER,
        unit=request.handler,
    )
    journal.record(request, "office.reopen_request", by=by, reason=reason)
    _step(request, What.REOPENED, by, reason)
    shared.findable(queries.found_as(request))
    put_on_list(request, by)
    return request


@action
def climb_request(request: FactorRequest, *, to: str, since_on: date, by: Member | None) -> FactorRequest:
    """Move a request up a level, because the days of its level are over: its unit, its work item and notices go along."""
    access.check(by, "office.climb_request", pairing_id=request.pairing_id)
    unit = queries.unit_for(request, to)
    if unit is None:
        return request
    before, left = request.level, request.unit
    work.drop(WORK, request, by=by)
    rows.move(request, level=to, unit=unit, since_on=since_on)
    journal.record(request, "office.climb_request", by=by, before=before, on=since_on)
    _step(request, What.CLIMBED, by, on=since_on)
    put_on_list(request, by)
    notices.tell(
        f"office.factor:{request.pk}:{to}:{since_on}",
        WORK,
        gettext_noop("Not granted in time, {number} {title} is now with {unit}"),
        shared.facts_of(request),
        request.url,
        named.people_of(unit, left, request.asker_unit_id),
        request.pairing_id,
    )
    return request


# -- helpers -------------------------------------------------------------------------------------------------------


def _place_of(rule: Any, is_park: bool) -> int:
    classes: Any = rule.value
    return int(classes[rules.Class.PARK if is_park else rules.Class.OTHER])


def asker_for(pairing: Pairing, asker: Organisation | None, by: Member) -> Organisation:
    """For whom a member asks: the own organisation, or one of the own side where a public body does.

    Raises
    ------
    BadInput
        ``office.factor_for_another``
    """
    own = by.unit.organisation
    if asker is None or asker.pk == own.pk:
        return own
    own_side = access.standing(by).side_in(pairing.pk)
    if own.kind in visibility.FIRMS or named.side_of(pairing.pk, asker.pk) != own_side:
        raise BadInput(
            "office.factor_for_another",
            gettext_noop("You cannot ask for {asker}. Leave the asker out, or let it ask by itself."),
            asker=asker.name,
            field="asker",
        )
    return asker


def side_of_granter(pairing: Pairing, unit: Unit, is_shared: bool, by: Member) -> str:
    """The side of a unit that is asked, which must be able to read the request.

    Raises
    ------
    BadInput
        ``office.factor_unit_elsewhere``
    NotNow
        ``office.factor_not_shared``
    """
    side = named.side_of(pairing.pk, unit.organisation_id)
    if not side or unit.organisation.kind in visibility.FIRMS:
        raise BadInput(
            "office.factor_unit_elsewhere",
            gettext_noop(
                "{unit} grants nothing in this pairing. Name a unit of a public body that works in it."
            ),
            unit=unit.name,
            field="unit",
        )
    if side != access.standing(by).side_in(pairing.pk) and not is_shared:
        raise NotNow(
            "office.factor_not_shared",
            gettext_noop(
                "{unit} is on the other side. Share the request with both sides, or name a unit of yours."
            ),
            unit=unit.name,
            field="is_shared",
        )
    return side


def _paper(request: FactorRequest, paper: str, filed: Sequence[Document], by: Member | None) -> str:
    """The name of the paper that shows a grant."""
    paper = papers_of.named(paper, filed, by)
    if not paper:
        raise BadInput(
            "office.factor_paper_missing",
            gettext_noop("Say which paper grants {number}: file it, or write its name and number."),
            number=request.number,
            field="paper",
        )
    return paper


def _hang(request: FactorRequest, filed: Sequence[Document], by: Member | None) -> None:
    """Hang papers on a request; whoever reads it can open them, the firm that asks included."""
    is_shared = request.reach in (Reach.BOTH, Reach.PUBLIC)
    papers_of.hang(request, filed, is_shared=is_shared, guests=[request.asker], by=by)


def _take(
    request: FactorRequest, quantity: int, year: int, by: Member | None
) -> tuple[FactorPool | None, int | None]:
    """Take a quantity out of the year's pool; gives the pool and what it held before, None and None without one."""
    pool = queries.pool_for(request, year)
    if pool is None:
        return None, None
    moved = FactorPool.objects.filter(pk=pool.pk, granted__lte=F("available") - quantity).update(
        granted=F("granted") + quantity, version=F("version") + 1
    )
    pool.refresh_from_db()
    if not moved:
        raise NotNow(
            "office.factor_pool_empty",
            gettext_noop(
                "{left} {measure} are left of the pool of {year}; {given} is more. Grant less, or set the pool anew first."
            ),
            left=rules.quantity_of(pool.left, pool.measure),
            given=rules.quantity_of(quantity, pool.measure),
            measure=pool.measure,
            year=year,
            field="quantity",
        )
    _record_pool(pool.pk, "office.grant_factor", by, request=request.number)
    return pool, pool.left + quantity


def _record_pool(pk: int, verb: str, by: Member | None, **facts: Any) -> None:
    """The entry that carries the moved counter of a pool."""
    journal.record(FactorPool.objects.get(pk=pk), verb, by=by, **facts)


def _move_granted(request: FactorRequest, quantity: int, today: date) -> None:
    granted, days = request.granted + quantity, calendar().count(request.asked_on, today)
    is_first, is_whole = request.first_granted_on is None, granted == request.quantity
    rows.move(
        request,
        granted=granted,
        stage=Stage.FULFILLED if is_whole else Stage.PART,
        first_granted_on=today if is_first else request.first_granted_on,
        first_days=days if is_first else request.first_days,
        fulfilled_on=today if is_whole else None,
        fulfilled_days=days if is_whole else None,
        since_on=today,
    )


def _pass_over(grant: FactorGrant, over: FactorRequest, reason: str, by: Member | None) -> None:
    """Put on the record of the one passed over that it was, and why; its asker is told."""
    FactorPassing.objects.create(grant=grant, over=over, on=grant.on, reason=reason)
    journal.record(over, "office.pass_over", by=by, for_request=grant.request.number, reason=reason)
    _step(over, What.PASSED_OVER, by, reason, quantity=grant.quantity)
    _tell_asker(over, f"passed:{grant.pk}", gettext_noop("Passed over in the queue: {number} {title}"))


def _close(request: FactorRequest, stage: str, what: str, verb: str, reason: str, by: Member | None) -> None:
    reason = said(reason, "reason")[:300]
    rows.move(request, stage=stage, reason=reason, reason_en="", since_on=clock.today())
    journal.record(request, verb, by=by, reason=reason)
    _step(request, what, by, reason)
    work.drop(WORK, request, by=by)


def _step(
    request: FactorRequest,
    what: str,
    by: Member | None,
    text: str = "",
    *,
    quantity: int = 0,
    on: date | None = None,
) -> None:
    FactorStep.objects.create(
        request=request,
        what=what,
        on=on or clock.today(),
        level=request.level,
        unit=request.unit,
        member=by,
        quantity=quantity,
        text=text,
    )


def put_on_list(request: FactorRequest, by: Member | None) -> None:
    """It waits for the unit that has it, until the day it is needed or climbs, whichever is first."""
    climbs = queries.days_of(request.pairing, request.asked_on).get(request.level)
    due: Any = request.needed_by
    if climbs is not None and calendar().add(request.since_on, climbs) < request.needed_by:
        due = work.WorkingDays(request.since_on, climbs)
    what = gettext_noop("Grant or refuse {number} {title}")
    if request.level == Level.MEETING:
        what = gettext_noop("Bring {number} before the joint meeting: {title}")
    work.open_item(WORK, request, request.unit_id, what, shared.facts_of(request), request.url, due, by=by)


def _tell_asker(request: FactorRequest, key: str, what: str, quantity: int | None = None) -> None:
    facts = shared.facts_of(request)
    if quantity is not None:
        facts["quantity"] = f"{rules.quantity_of(quantity, request.measure)} {request.measure}"
    notices.tell(
        f"office.factor:{request.pk}:{key}",
        WORK,
        what,
        facts,
        request.url,
        named.people_of(request.asker_unit_id),
        request.pairing_id,
    )
