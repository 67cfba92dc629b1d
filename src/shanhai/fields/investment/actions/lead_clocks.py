"""The clocks of leads: started and stopped with each step, put on the lists of whoever holds the lead, and looked after by the tick."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Q

from shanhai.core import clock, journal, notices, rows, rulebook, work
from shanhai.core.calendar import Moved, calendar
from shanhai.core.models import Member, WorkItem
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import gettext_noop
from shanhai.kernel.workdays import Calendar

WORK = {name: f"investment.{name}_lead" for name in rules.CLOCKS}
_DAYS = {
    rules.CONTACT: "contact_days",
    rules.TRIAGE: "triage_days",
    rules.FEEDBACK: "feedback_days",
    rules.FOLLOW: "follow_up_days",
}
WHAT = {
    rules.CONTACT: gettext_noop("Contact the investor of {number} {title}"),
    rules.TRIAGE: gettext_noop("Triage {number} {title}"),
    rules.FEEDBACK: gettext_noop("Tell who introduced {number} {title} what becomes of it"),
    rules.FOLLOW: gettext_noop("Follow up {number} {title}"),
}
_SOON = gettext_noop("{number} {title} is due on {due}")
_LATE = {
    "office": gettext_noop("Overdue since {due}, and before the office: {number} {title} of {unit}"),
    "leaders": gettext_noop("Overdue since {due}, and before the leaders: {number} {title} of {unit}"),
}
_ROLES = {"office": "office", "leaders": "leader"}


def facts_of(lead: Lead) -> dict[str, str]:
    """What sentences about a lead name."""
    return {
        "number": lead.number,
        "title": lead.name_zh,
        "title_en": lead.name_en or lead.name_zh,
        "unit": lead.unit.name_zh,
        "unit_en": lead.unit.name_en or lead.unit.name_zh,
    }


def counted(lead: Lead, name: str) -> work.WorkingDays:
    """From when and for how many working days a clock runs, by the rulebook of the day on which it starts."""
    start = (lead.followed_on or lead.stage_on) if name == rules.FOLLOW else lead.registered_on
    code = "expert_days" if name == rules.TRIAGE and lead.with_experts else _DAYS[name]
    return work.WorkingDays(
        start, rulebook.whole(f"investment.{code}", start, queries.scopes_of(lead.pairing))
    )


def dues(lead: Lead) -> dict[str, Any]:
    """The due days of a lead at its stage; those of clocks that have stopped stay, to be looked at."""
    live = live_clocks(lead)
    found: dict[str, Any] = {f"{name}_due_on": counted(lead, name).due_on() for name in live}
    if rules.FOLLOW not in live:
        found["follow_due_on"] = None
    found["next_due_on"] = min((found[f"{name}_due_on"] for name in live), default=None)
    return found


def live_clocks(lead: Lead) -> tuple[str, ...]:
    """The clocks that run for a lead as it stands."""
    return rules.running(
        lead.stage, is_introduced=lead.is_introduced, is_fed_back=lead.fed_back_on is not None
    )


def advance(lead: Lead, *, by: Member | None, **changes: Any) -> None:
    """Move a lead only if it is still where we saw it; its clocks, and what waits for whom, follow."""
    before = {name: getattr(lead, name) for name in changes}
    for name, value in changes.items():
        setattr(lead, name, value)
    changes |= dues(lead)
    for name, value in before.items():
        setattr(lead, name, value)
    rows.move(lead, **changes)
    await_all(lead, by=by)
    figures_follow(lead.pairing_id)


def figures_follow(pairing_id: int) -> None:
    """Commitments that are measured by what leads become follow."""
    standings.follow(measured_by([pairing_id], *rules.INDICATORS))


def set_dues(lead: Lead, moved: dict[str, Any], *, by: Member | None) -> None:
    """Say when the clocks of a lead that a sheet brought are due, on the record."""
    rows.move(lead, **moved)
    journal.record(lead, "investment.move_due", by=by)


def await_all(lead: Lead, *, by: Member | None) -> None:
    """Put what runs on the list of the unit that holds the lead, and take off what does not."""
    live = live_clocks(lead)
    for name in rules.CLOCKS:
        if name in live:
            due_on = counted(lead, name)
            others = WorkItem.objects.filter(
                kind=WORK[name], subject_kind="investment.lead", subject_id=lead.pk, stage=WorkItem.Stage.OPEN
            ).exclude(unit_id=lead.unit_id)
            if others.exists():
                work.drop(WORK[name], lead, by=by)
            work.open_item(WORK[name], lead, lead.unit, WHAT[name], facts_of(lead), lead.url, due_on, by=by)
        elif lead.is_open:
            work.done(WORK[name], lead, by=by)
        else:
            work.drop(WORK[name], lead, by=by)


# -- what time does to leads ---------------------------------------------------------------------------------------


def sweep(now: datetime) -> int:
    """Say on the last day that a clock runs out, and to who stands above when it has; a second run says nothing new."""
    today = clock.local(now).date()
    tomorrow = calendar().add(today, 1)
    levels = rulebook.reader(["investment.escalation_days"])
    due = Lead.objects.filter(stage__in=rules.OPEN, next_due_on__lte=tomorrow)
    found = due.select_related("pairing", "unit").order_by("next_due_on", "pk").iterator(chunk_size=200)
    n = 0
    while some := list(islice(found, 200)):
        asked = [one for lead in some for one in _to_say(lead, today, levels)]
        there = notices.told(key for _lead, key, *_ in asked)
        n += sum(_tell(*one) for one in asked if one[1] not in there)
    return n


def _to_say(lead: Lead, today: date, levels: Any) -> list[tuple[Lead, str, str, date, str]]:
    """What is to be said of an open lead today: key, sentence, due day and the level that hears it."""
    said = []
    for name in live_clocks(lead):
        due_on: date = getattr(lead, f"{name}_due_on")
        key = f"investment.lead:{lead.pk}:{name}:{due_on.toordinal()}"
        if today <= due_on <= calendar().add(today, 1):
            said.append((lead, f"{key}:soon", _SOON, due_on, ""))
        late = calendar().count(due_on, today) if today > due_on else 0
        table = levels("investment.escalation_days", due_on, queries.scopes_of(lead.pairing)).value
        reached = rules.level_of(late, table)
        order = [level for level, _days in sorted(table.items(), key=lambda one: one[1])]
        for level in order[: order.index(reached) + 1] if reached else ():
            said.append((lead, f"{key}:{level}", _LATE[level], due_on, level))
    return said


def _tell(lead: Lead, key: str, what: str, due_on: date, level: str) -> int:
    unit = unit_on(lead.pairing_id, lead.owner_side, _ROLES[level]) if level else lead.unit
    facts = facts_of(lead) | {"due": str(due_on)}
    return notices.tell(key, "investment.lead", what, facts, lead.url, people_of(unit), lead.pairing_id)


def follow_notice(old: Calendar, new: Calendar, apply: bool) -> list[Moved]:
    """The deadline hook: due days of open leads move when the notice of a year arrives."""
    moved = []
    waiting = Lead.objects.filter(~Q(next_due_on=None), stage__in=rules.OPEN).select_related(
        "pairing", "unit"
    )
    for lead in waiting.order_by("pk"):
        after = {f"{name}_due_on": counted(lead, name).due_on(new) for name in live_clocks(lead)}
        after = {name: day for name, day in after.items() if getattr(lead, name) != day}
        for name, day in after.items():
            moved.append(
                Moved(
                    "investment.lead",
                    lead.pk,
                    f"{lead.number} {lead.name}",
                    lead.url,
                    getattr(lead, name),
                    day,
                )
            )
        if after and apply:
            all_dues = {
                f"{name}_due_on": getattr(lead, f"{name}_due_on") for name in live_clocks(lead)
            } | after
            rows.move(lead, **after, next_due_on=min(all_dues.values()))
            journal.record(lead, "investment.move_due", by=None)
    return moved
