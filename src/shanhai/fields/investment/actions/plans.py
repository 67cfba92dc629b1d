"""Writes of portfolio plans: asked for, made by a task, kept, adopted line by line or whole, given free again."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

from shanhai.core import access, clock, heavy, journal, rows, search, tasks, visibility
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.investment.models import Lead, PlanLine, PortfolioPlan
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import planning
from shanhai.fields.investment.queries import plans as queries
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import planning as rules
from shanhai.fields.office.actions.shared import checked_number, numbered, zone_of
from shanhai.fields.park.actions import reserving
from shanhai.fields.park.queries import parks
from shanhai.fields.park.queries import reserving as reservations
from shanhai.kernel.refusals import NotNow, gettext_noop

KIND = "investment.make_plan"
MEMORY_MB = 1_536
# Reading, checking and keeping beside the seconds that the solver has.
_BESIDE_S = 120


@action
def make_plan(park: parks.Park, asked: rules.Asked, *, by: Member) -> PortfolioPlan:
    """Have the portfolio of a park planned: what goes in is kept with its fingerprint, a task does the rest.

    Raises
    ------
    BadInput
        What ``rules.planning.check_asked`` refuses.
    NotNow
        ``investment.nothing_to_plan``
    TooLarge
        ``investment.plan_too_large``
    """
    access.check(by, "investment.make_plan", pairing_id=park.pairing_id)
    rules.check_asked(asked)
    inputs = planning.preview(by, park, asked).inputs
    if not inputs.leads or not inputs.plots:
        raise NotNow(
            "investment.nothing_to_plan",
            gettext_noop(
                "There are {leads} leads to place and {plots} plots free in {park}. Choose other leads, or offer land first."
            ),
            leads=len(inputs.leads),
            plots=len(inputs.plots),
            park=park.number,
        )
    plain = inputs.as_plain()
    one = PortfolioPlan(
        number=checked_number(PortfolioPlan, ""),
        pairing_id=park.pairing_id,
        zone_id=zone_of(park.pairing),
        park=park,
        asked=asked.as_plain(),
        inputs=plain,
        fingerprint=rules.fingerprint(plain),
        member=by,
        made_on=clock.today(),
    )
    visibility.own(one, by)
    one.save()
    numbered(one, "AP", one.made_on.year)
    one.task = tasks.start(
        KIND,
        gettext_noop("Place {n} leads on the land of {park}"),
        {"n": len(inputs.leads), "park": park.number},
        run="shanhai.fields.investment.actions.plans.run",
        args={"plan": one.pk},
        pairing_id=park.pairing_id,
        by=by,
    )
    one.save(update_fields=["task"])
    visibility.place(one, one.made_on)
    journal.record(one, "investment.make_plan", by=by, leads=len(inputs.leads), plots=len(inputs.plots))
    return one


def run(progress: tasks.Progress, *, plan: int) -> dict[str, Any]:
    """What the task does: a child makes the plan and has it checked; only what stands up to the check is kept.

    It may run twice: what is kept already stays.
    """
    one = PortfolioPlan.objects.select_related("member", "park").get(pk=plan)
    if one.is_ready:
        return {"plan": one.number}
    seconds, began = int(one.asked["seconds"]), time.monotonic()

    def look() -> bool:
        # The solver says nothing while it works, so what is told is the time that it has had of its time.
        progress(min(int(time.monotonic() - began), seconds - 1), seconds)
        return progress.is_cancelled()

    found = heavy.run_in_child(
        "shanhai.fields.investment.rules.planning.place",
        (one.inputs, one.asked),
        timeout=float(seconds + _BESIDE_S),
        memory_mb=MEMORY_MB,
        should_stop=look,
    )
    keep_plan(one, found, by=None)
    progress(seconds, seconds)
    return {"plan": one.number}


@action
def keep_plan(one: PortfolioPlan, result: dict[str, Any], *, by: Member | None) -> PortfolioPlan:
    """Keep what came out: the plan is ready, a line for each lead that it places."""
    access.check(by, "investment.keep_plan", pairing_id=one.pairing_id)
    fill(one, result)
    names = ("is_ready", "result", "value", "bound", "gap", "placed_n", "left_n")
    rows.move(one, **{name: getattr(one, name) for name in names})
    for line in lines_for(one):
        line.save()
        journal.record(line, "investment.keep_plan", by=by, pairing_id=one.pairing_id, plots=line.plots)
    search.put_many([queries.found_as(one)])
    journal.record(one, "investment.keep_plan", by=by, solver=result["solver"])
    return one


def fill(one: PortfolioPlan, result: dict[str, Any]) -> None:
    """Say on a plan that is not saved yet what came out."""
    one.is_ready, one.result = True, result
    one.value, one.bound = _four(result["value"]), _four(result["bound"])
    one.gap = round(Decimal(str(result["gap"])), 6)
    one.placed_n, one.left_n = len(result["assigned"]), len(result["unplaced"])


def lines_for(one: PortfolioPlan) -> list[PlanLine]:
    """The lines of what came out, not saved yet.

    Raises
    ------
    NotFound
        ``investment.no_lead``
    """
    given = one.result["assigned"]
    known = lead_queries.by_number([each["lead"] for each in given])
    found = []
    for n, each in enumerate(given, 1):
        if each["lead"] not in known:
            raise lead_queries.no_lead(each["lead"])
        found.append(
            PlanLine(
                plan=one, position=n, lead=known[each["lead"]], plots=each["plots"], phase=each["phase"],
                value=_four(each["value"]), score=round(Decimal(str(each["score"])), 2), takes=each["takes"],
            )
        )  # fmt: skip
    return found


def _four(value: float) -> Decimal:
    return round(Decimal(str(value)), 4)


# -- adopting ----------------------------------------------------------------------------------------------------------


@action
def adopt_line(line: PlanLine, *, by: Member | None) -> PlanLine:
    """Take over what a plan says of one lead: its plots are reserved for it, all or none.

    Raises
    ------
    NotNow
        ``investment.line_adopted``, ``investment.has_land``, ``investment.plot_gone``; what ``park.reserve_plot`` refuses.
    ChangedMeanwhile
        Somebody reserved or changed one of them at the same time.
    """
    access.check(by, "investment.adopt_line", pairing_id=line.plan.pairing_id)
    _adopt([line], by)
    return line


@action
def adopt_plan(one: PortfolioPlan, *, by: Member | None) -> list[PlanLine]:
    """Take over all lines of a plan that were not; where one cannot be, none is, and the refusal says which."""
    access.check(by, "investment.adopt_plan", pairing_id=one.pairing_id)
    lines = [line for line in queries.lines_of(one) if not line.is_adopted]
    if not lines:
        raise NotNow(
            "investment.plan_adopted",
            gettext_noop("Every line of plan {number} is adopted already. Release one to free its land."),
            number=one.number,
        )
    _adopt(lines, by)
    journal.record(one, "investment.adopt_plan", by=by, lines=len(lines))
    return lines


def _adopt(lines: list[PlanLine], by: Member | None) -> None:
    """Reserve the plots of lines; lines, leads and plots are moved in the order of their keys, each the guard of what is its own."""
    for line in lines:
        _check_can_adopt(line)
    found = {line.pk: _plots_of(line) for line in lines}
    for line in sorted(lines, key=lambda each: each.pk):
        rows.move(line, adopted_on=clock.today(), adopted_by=by, released_on=None)
    for line in sorted(lines, key=lambda each: each.lead_id):
        # Two plans may give one lead other land at the same time: the lead is moved, though nothing of it changes.
        rows.move(line.lead, stage=line.lead.stage)
    plots = [(number, line) for line in lines for number in found[line.pk]]
    for number, line in sorted(plots, key=lambda pair: pair[0]):
        reserving.reserve_plot(found[line.pk][number], reserved_for=line.lead.number, by=by)
    for line in lines:
        facts = {"plan": line.plan.number, "plots": line.plots}
        journal.record(line, "investment.adopt_plan", by=by, pairing_id=line.plan.pairing_id, **facts)
        journal.record(line.lead, "investment.adopt_plan", by=by, **facts)


def _check_can_adopt(line: PlanLine) -> None:
    plan, lead = line.plan, line.lead
    if line.is_adopted:
        raise NotNow(
            "investment.line_adopted",
            gettext_noop(
                "What plan {number} says of {lead} is adopted already. Look at the page of the lead."
            ),
            number=plan.number,
            lead=lead.number,
        )
    lead_rules.check_stage(lead.number, lead.stage, *lead_rules.OPEN)
    held = reservations.reserved_for(lead.number)
    if held:
        raise NotNow(
            "investment.has_land",
            gettext_noop("Lead {lead} has {plots} reserved already. Release that first."),
            lead=lead.number,
            plots=", ".join(each.number for each in held),
        )


def _plots_of(line: PlanLine) -> dict[str, Any]:
    """The parcels and renewals that the plots of a line are, by number."""
    plots = {each["record"]["parcel"]: each for each in line.plan.inputs["plots"]}
    its = [plots[number] for number in line.plots]
    numbers = [each[name] for each in its for name in ("parcel", "renewal") if each[name]]
    found = reservations.plots_numbered(numbers)
    gone = [number for number in numbers if number not in found]
    if gone:
        raise NotNow(
            "investment.plot_gone",
            gettext_noop("{plot} lies there no more, so {lead} cannot have it. Make a new plan."),
            plot=gone[0],
            lead=line.lead.number,
        )
    return found


@action
def release_line(line: PlanLine, *, reason: str = "", by: Member | None) -> PlanLine:
    """Give the land free again that was reserved by a line: the undo of adopting it.

    Raises
    ------
    NotNow
        ``investment.line_not_adopted``
    """
    access.check(by, "investment.release_line", pairing_id=line.plan.pairing_id)
    if not line.is_adopted:
        raise NotNow(
            "investment.line_not_adopted",
            gettext_noop("What plan {number} says of {lead} is not adopted. Look at the lines that are."),
            number=line.plan.number,
            lead=line.lead.number,
        )
    _release(line, reason, by)
    return line


@action
def release_plan(one: PortfolioPlan, *, reason: str = "", by: Member | None) -> list[PlanLine]:
    """Give all land free again that lines of a plan have reserved: the undo of adopting the whole."""
    access.check(by, "investment.release_plan", pairing_id=one.pairing_id)
    lines = [line for line in queries.lines_of(one) if line.is_adopted]
    if not lines:
        raise NotNow(
            "investment.nothing_adopted",
            gettext_noop("Nothing of plan {number} is adopted. Adopt a line first, or look at another plan."),
            number=one.number,
        )
    for line in lines:
        _release(line, reason, by)
    return lines


def _release(line: PlanLine, reason: str, by: Member | None) -> None:
    rows.move(line, released_on=clock.today())
    reserving.release_all(line.lead.number, reason=reason, by=by)
    facts: dict[str, Any] = {"plan": line.plan.number, "reason": reason.strip()[:300]}
    journal.record(line, "investment.release_line", by=by, pairing_id=line.plan.pairing_id, **facts)
    journal.record(line.lead, "investment.release_line", by=by, **facts)


def let_go(lead: Lead, reason: str, by: Member | None) -> None:
    """Free the land of a lead that is over: rejected, transferred or merged."""
    line = queries.adopted_for(lead)
    if line is not None:
        _release(line, reason, by)
