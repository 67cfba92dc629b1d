"""Writes of the clock: stopped for a reason that a paper shows, set going again, extended once."""

from __future__ import annotations

from datetime import date

from shanhai.core import access, clock, journal, rows, work
from shanhai.core.calendar import calendar
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.models import CaseItem, Service, Stop
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules import services as service_rules
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

State = rules.State


SERVICE_REASONS = {
    service_rules.Commissioned.OWNER: clocks.StopReason.SERVICE_OWNER,
    service_rules.Commissioned.GOVERNMENT: clocks.StopReason.SERVICE_GOV,
}


def check_lead(item: CaseItem, by: Member | None) -> None:
    """The department that decides stops its clock: any member of its unit."""
    queries.check_side(item.case, by)
    if by is not None and by.unit_id != item.unit_id:
        raise NotAllowed(
            "approval.not_lead",
            gettext_noop(
                "{item} is decided by {unit}, and only they stop its clock or set it going. Ask them."
            ),
            item=item.name_zh,
            unit=item.unit.name_zh,
        )


@action
def stop_item(
    item: CaseItem,
    *,
    reason: str,
    text: str,
    days: int,
    document: Document | None = None,
    evidence: str = "",
    by: Member | None,
) -> Stop:
    """Stop the clock of an item for some working days at most; it goes on by itself after them.

    Parameters
    ----------
    document, evidence
        The paper that shows why: filed here, or its name and number.
    """
    case = item.case
    shared.check_access(by, "stop_item", case)
    check_lead(item, by)
    rules.check_state(item.name_zh, item.state, State.OPEN, State.STOPPED)
    running = [one.halt for one in item.stops.filter(ended_on=None)]
    most = queries.figure(case, "stop_days")
    evidence = (evidence.strip() or (document.title if document is not None else ""))[:200]
    found = clocks.check_stop(item.name_zh, reason, bool(evidence), days, most, running)
    if not text.strip():
        raise BadInput(
            "approval.stop_text",
            gettext_noop("Say what the clock of {item} waits for: it stands in the notice to the applicant."),
            item=item.name_zh,
            field="text",
        )
    shared.hang(case, document, by=by)
    today = clock.today()
    until = calendar().add(today, days)
    halts = [*shared.halts_of(item), clocks.Halt(today, until, clocks.WHOSE[found])]
    rows.move(item, state=State.STOPPED, **shared.due_again(item, halts, today))
    stop = Stop.objects.create(
        item=item,
        reason=found,
        whose=clocks.WHOSE[found],
        text=text.strip()[:500],
        document=document,
        evidence=evidence,
        from_on=today,
        most_days=days,
        until_on=until,
        member=by,
    )
    _told(stop, by)
    return stop


def _told(stop: Stop, by: Member | None) -> None:
    """What follows when a clock has stopped: its entry, the days of who has it on the list, and who is told."""
    item, case, until = stop.item, stop.item.case, stop.until_on
    journal.record(item, "approval.stop_item", by=by, pairing_id=case.pairing_id, event="stopped",
                   reason=str(stop.reason), text=stop.text, until=until, evidence=stop.evidence,
                   is_by_itself=stop.is_by_itself)  # fmt: skip
    _move_work(item)
    shared.tell_owner(
        case, f"stopped:{stop.pk}", gettext_noop("The clock of {item} of {number} stands still"), item
    )
    if stop.whose == clocks.Whose.OWNER:
        shared.ask_owner(
            case, gettext_noop("Bring what {item} of {number} {title} waits for"), shared.facts_of(case, item), until,
            by=by,
        )  # fmt: skip


def wait_for_services(item: CaseItem, on: date, *, by: Member | None) -> None:
    """An item runs from a day on: where services are under way that were asked while it waited, it stands still for them.

    Called when an item opens and when a clock goes on. For whom it stands still is one at a time: the applicant first.
    """
    if not item.services_out:
        return
    out = Service.objects.filter(item=item, stage=service_rules.ServiceStage.ASKED, stop=None).select_related(
        "intermediary"
    )
    running = list(out.order_by("number"))
    whom = service_rules.waited_for(one.commissioned_by for one in running)
    if whom is None:
        return
    own, reason = [one for one in running if one.commissioned_by == whom], SERVICE_REASONS[whom]
    days = queries.figure(item.case, "stop_days")[str(reason)]
    until = calendar().add(on, days)
    halts = [*shared.halts_of(item), clocks.Halt(on, until, clocks.WHOSE[reason])]
    rows.move(
        item, state=State.STOPPED, services_out=item.services_out - len(own), **shared.due_again(item, halts, on)
    )  # fmt: skip
    stop = Stop.objects.create(
        item=item, reason=reason, whose=clocks.WHOSE[reason], is_by_itself=True, from_on=on, most_days=days,
        text="、".join(dict.fromkeys(one.intermediary.name_zh for one in own))[:500],
        evidence="、".join(one.evidence for one in own)[:200], until_on=until, member=None,
    )  # fmt: skip
    Service.objects.filter(pk__in=[one.pk for one in own]).update(stop=stop)
    _told(stop, by)


def is_untouched(item: CaseItem) -> bool:
    """Whether no clock of an item was stopped by anybody: at most it stands still by itself since it opened."""
    return not item.stops.exclude(is_by_itself=True, ended_on=None).exists()


def stand_back(item: CaseItem, *, by: Member | None) -> int:
    """An item waits again: what stood still by itself never did. Gives how many services are under way. Called within a recall."""
    stops = Stop.objects.filter(item=item, is_by_itself=True, ended_on=None)
    Service.objects.filter(stop__in=list(stops)).update(stop=None)
    stops.delete()
    _nobody_waited(item, by)
    return Service.objects.filter(item=item, stage=service_rules.ServiceStage.ASKED, stop=None).count()


def _nobody_waited(item: CaseItem, by: Member | None) -> None:
    waits = item.case.items.filter(state=State.STOPPED, stops__ended_on=None, stops__whose="owner")
    if not waits.exists():
        work.done(shared.OWNER, item.case, by=by)


@action
def ask_to_resume(item: CaseItem, *, by: Member | None) -> Stop:
    """Ask that a clock goes on, because what it waited for is there; the department sets it going."""
    case = item.case
    shared.check_access(by, "ask_to_resume", case)
    queries.check_applicant(case, by)
    stop = _running(item)
    if stop.asked_on is None:
        Stop.objects.filter(pk=stop.pk).update(asked_on=clock.today())
        stop.asked_on = clock.today()
        journal.record(item, "approval.ask_to_resume", by=by, pairing_id=case.pairing_id, event="asked")
        work.open_item(
            shared.DECIDE, item, item.unit_id,
            gettext_noop("The applicant has brought what {item} of {number} waited for: set its clock going"),
            shared.facts_of(case, item), item.address, clock.today(), by=by,
        )  # fmt: skip
    return stop


@action
def resume_item(item: CaseItem, *, by: Member | None) -> CaseItem:
    """Set a clock going again: what stood still moves the due day. The tick does so when the longest time is over."""
    case = item.case
    shared.check_access(by, "resume_item", case)
    check_lead(item, by)
    rules.check_state(item.name_zh, item.state, State.STOPPED)
    stop = _running(item)
    on = min(clock.today(), stop.until_on)
    if not Stop.objects.filter(pk=stop.pk, ended_on=None).update(ended_on=on):
        raise NotNow(
            "approval.goes_on_already",
            gettext_noop("The clock of {item} goes on already. Look at the case again."),
            item=item.name_zh,
        )
    stood = calendar().count(stop.from_on, on) if on > stop.from_on else 0
    # Days for which the government is waited for stay the government's.
    which = {clocks.Whose.OWNER: "owner_days", clocks.Whose.NOBODY: "granted_days"}.get(
        clocks.Whose(stop.whose)
    )
    told = {which: getattr(item, which) + stood} if which else {}
    rows.move(item, state=State.OPEN, **told, **shared.due_again(item, shared.halts_of(item), on))
    journal.record(item, "approval.resume_item", by=by, pairing_id=case.pairing_id, event="resumed",
                   on=on, days=stood, is_by_itself=by is None)  # fmt: skip
    shared.ask_again(item, item, by=by)
    _move_work(item)
    _nobody_waited(item, by)
    shared.tell_owner(
        case, f"resumed:{stop.pk}", gettext_noop("The clock of {item} of {number} goes on"), item
    )
    wait_for_services(item, on, by=by)
    return item


def _running(item: CaseItem) -> Stop:
    found = item.stops.filter(ended_on=None).first()
    if found is None:
        raise NotNow(
            "approval.goes_on_already",
            gettext_noop("The clock of {item} goes on already. Look at the case again."),
            item=item.name_zh,
        )
    return found


def _move_work(item: CaseItem) -> None:
    work.move_due(shared.DECIDE, item, item.due_on)
    for one in item.opinions.filter(replied_on=None):
        work.move_due(shared.words_of(one)[0], one, item.co_due_on)


@action
def extend_item(item: CaseItem, *, days: int, reason: str, by: Member | None) -> CaseItem:
    """Extend the days of an item, once, by who signs for the department or leads the side."""
    case = item.case
    shared.check_access(by, "extend_item", case)
    queries.check_side(case, by)
    _check_extends(item, by)
    rules.check_state(item.name_zh, item.state, *rules.RUNNING)
    clocks.check_extension(item.name_zh, days, queries.figure(case, "extension_days"), item.extended_on)
    if not reason.strip():
        raise BadInput(
            "approval.extension_reason",
            gettext_noop("The applicant is told why {item} is extended. Give the reason."),
            item=item.name_zh,
            field="reason",
        )
    item.extra_days += days
    due = shared.due_again(item, _with_planned_end(item), clock.today())
    rows.move(item, extra_days=item.extra_days, extended_on=clock.today(), **due)
    journal.record(item, "approval.extend_item", by=by, pairing_id=case.pairing_id, event="extended",
                   days=days, reason=reason.strip()[:300])  # fmt: skip
    _move_work(item)
    shared.tell_owner(case, f"extended:{item.pk}", gettext_noop("{item} of {number} is extended"), item)
    return item


def _check_extends(item: CaseItem, by: Member | None) -> None:
    if by is None or "leader" in access.standing(by).roles:
        return
    if by.unit.organisation_id != item.unit.organisation_id:
        raise NotAllowed(
            "approval.not_lead",
            gettext_noop(
                "{item} is decided by {unit}, and only they stop its clock or set it going. Ask them."
            ),
            item=item.name_zh,
            unit=item.unit.name_zh,
        )


def _with_planned_end(item: CaseItem) -> list[clocks.Halt]:
    return [
        clocks.Halt(one.from_on, one.ended_on or one.until_on, clocks.Whose(one.whose))
        for one in item.stops.all()
    ]
