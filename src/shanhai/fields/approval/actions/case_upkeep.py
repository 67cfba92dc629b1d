"""What time does to cases: accepted by the days gone by, clocks that go on, silence taken, reminders and levels."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shanhai.core import clock, journal, notices, rows, rulebook
from shanhai.core.calendar import Moved, calendar
from shanhai.core.models import WorkItem
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions import (
    certificates,
    commitments,
    filing,
    meetings,
    opinions,
    services,
    stopping,
)
from shanhai.fields.approval.models import Case, CaseItem, Opinion, Stop
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import meetings as find_meetings
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules.meetings import ReviewLevel
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.kernel.refusals import Refused, gettext_noop
from shanhai.kernel.workdays import Calendar

State = rules.State
_WITH_CASE = ("case__project", "case__pairing", "case__owner_unit", "unit")
LEVELS = {
    "lead": gettext_noop("Overdue, and before the lead of {unit}: {item} of {number} {title}"),
    "joint": gettext_noop("Overdue, for the joint meeting: {item} of {number} {title}"),
    "leaders": gettext_noop("Overdue, for the leaders’ special meeting: {item} of {number} {title}"),
}


def sweep(now: datetime) -> int:
    """Everything that a day brings; a second run finds nothing left to do."""
    today = clock.local(now).date()
    return (
        accept_by_time(today)
        + let_go_on(today)
        + take_silence(today)
        + remind(today)
        + services.tell_late(today)
        + commitments.remind(today)
        + certificates.remind(today)
    )


class _Figures:
    """Figures of the rulebook for many cases, with one query for all of them."""

    def __init__(self, *codes: str) -> None:
        self._read = rulebook.reader([f"approval.{code}" for code in codes])

    def of(self, case: Case, code: str, on: date) -> Any:
        return self._read(f"approval.{code}", on, queries.scopes_of(case.pairing)).value


def accept_by_time(today: date) -> int:
    """Files whose gaps nobody named in time count as accepted on the day received."""
    n, figures = 0, _Figures("gap_days")
    waiting = Case.objects.filter(stage=rules.CaseStage.RECEIVED, received_on__lt=today)
    for case in waiting.select_related("project", "pairing", "catalogue", "owner_unit").order_by("pk"):
        assert case.received_on is not None
        days = figures.of(case, "gap_days", case.received_on)
        if today > rules.last_day_for_gaps(case.received_on, days, calendar()):
            n += _tried(lambda case=case: filing.accept_by_time(case, by=None))
    return n


def let_go_on(today: date) -> int:
    """Clocks that stood still as long as they may go on by themselves."""
    n = 0
    over = Stop.objects.filter(ended_on=None, until_on__lt=today).order_by("pk")
    for item in CaseItem.objects.filter(stops__in=over).select_related(*_WITH_CASE).order_by("pk"):
        n += _tried(lambda item=item: stopping.resume_item(item, by=None))
    return n


def take_silence(today: date) -> int:
    """Co-reviewing departments that did not reply by their day agree by silence, where the rulebook takes it so."""
    n, figures = 0, _Figures("silence_consents")
    asked = Opinion.objects.filter(
        role="co", replied_on=None, item__state=State.OPEN, item__co_due_on__lt=today
    )
    for one in asked.select_related("item", *(f"item__{name}" for name in _WITH_CASE)).order_by("pk"):
        if figures.of(one.item.case, "silence_consents", today):
            n += _tried(lambda one=one: opinions.take_silence(one, by=None))
    return n


def remind(today: date) -> int:
    """Departments are told when most of the days are used, on the due day, and who stands above them after it.

    Items of which there is nothing new to say cost no statement: figures are read once, and what was told already is
    looked up for some hundred items at a time.
    """
    n, figures = 0, _Figures("remind_percent", "escalation_days")
    # Whoever waits for an intermediary of the government is not let off: that clock runs.
    waits = Stop.objects.filter(item=OuterRef("pk"), ended_on=None, whose=clocks.Whose.GOVERNMENT)
    running = Q(state=State.OPEN) | Q(Exists(waits), state=State.STOPPED)
    open_now = CaseItem.objects.filter(running).select_related(*_WITH_CASE).prefetch_related("stops")
    items = open_now.order_by("due_on", "pk").iterator(chunk_size=500)
    while some := list(islice(items, 500)):
        due = [(item, _reminder(item, today, figures)) for item in some]
        asked = [(item, *said) for item, said in due if said is not None]
        there = notices.told(_key_of(item, key) for item, key, _what in asked)
        for item, key, what in asked:
            if _key_of(item, key) not in there:
                n += _tell(item, key, what, people_of(item.unit_id))
        n += sum(_climb(item, today, figures) for item in some if item.due_on and today > item.due_on)
    return n


def _reminder(item: CaseItem, today: date, figures: _Figures) -> tuple[str, str] | None:
    """What is to be said of an open item today, and under which key."""
    assert item.opens_on is not None and item.due_on is not None
    if today == item.due_on:
        return f"reminder:{item.due_on}:due", gettext_noop("{item} of {number} {title} is due today")
    if today > item.due_on:
        return None
    halts = [one.halt for one in item.stops.all()]
    percent = figures.of(item.case, "remind_percent", item.opens_on)
    soon = clocks.reminded_on(item.opens_on, item.limit_days, halts, calendar(), today, percent)
    if soon > today:
        return None
    return f"reminder:{item.due_on}:soon", gettext_noop("{item} of {number} {title} is due on {due}")


def _climb(item: CaseItem, today: date, figures: _Figures) -> int:
    """Say to each level above, one after the other, that an item is overdue."""
    assert item.due_on is not None
    late = calendar().count(item.due_on, today)
    reached = rules.level_of(late, figures.of(item.case, "escalation_days", item.due_on))
    if not reached or item.level == reached:
        return 0
    n, order = 0, list(LEVELS)
    passed = order[order.index(item.level) + 1 if item.level else 0 : order.index(reached) + 1]
    for level in passed:
        n += _tell(item, f"escalated:{item.due_on}:{level}", LEVELS[level], _people_at(item, level))
    CaseItem.objects.filter(pk=item.pk).update(level=reached)
    item.level = reached
    for level in passed:
        if level in list(ReviewLevel):
            _bring_before(item, level)
    return n + 1


def _bring_before(item: CaseItem, level: str) -> None:
    """What has climbed to a meeting stands on the agenda of the next one, or the office is asked to call it."""
    meeting = find_meetings.next_meeting(item, level)
    if meeting is None:
        meetings.bring_forward(item, level, by=None)
    elif not meeting.points.filter(item=item).exists():
        _tried(lambda: meetings.put_climbed(meeting, item, by=None))


def _people_at(item: CaseItem, level: str) -> list[int]:
    case = item.case
    if level == "lead":
        return people_of(item.unit_id, case.owner_unit_id)
    role = {"joint": "office", "leaders": "leader"}[level]
    return people_of(unit_on(case.pairing_id, case.side, role), case.owner_unit_id)


def _key_of(item: CaseItem, key: str) -> str:
    return f"approval.item:{item.pk}:{key}"


def _tell(item: CaseItem, key: str, what: str, people: list[int]) -> int:
    facts = shared.facts_of(item.case, item) | {"due": str(item.due_on), "unit": item.department_zh}
    return notices.tell(
        _key_of(item, key),
        "approval.item",
        what,
        facts,
        item.address,
        people,
        item.case.pairing_id,
    )


def _tried(call: object) -> int:
    """One more done; what somebody did meanwhile is left to the next tick."""
    try:
        call()  # type: ignore[operator]
    except Refused:
        return 0
    return 1


def follow_notice(old: Calendar, new: Calendar, apply: bool) -> list[Moved]:
    """The deadline hook: ends of stops that run, and due days of items that run, move when the notice of a year arrives."""
    moved = []
    running = CaseItem.objects.filter(state__in=rules.RUNNING).select_related("case__project")
    for item in running.prefetch_related("stops").order_by("pk"):
        stops = list(item.stops.all())
        ends = {one.pk: new.add(one.from_on, one.most_days) for one in stops if one.ended_on is None}
        halts = [
            clocks.Halt(one.from_on, one.ended_on or ends[one.pk], clocks.Whose(one.whose)) for one in stops
        ]
        text = f"{item.case.number} {item.name}"
        for one in stops:
            if one.pk in ends and ends[one.pk] != one.until_on:
                moved.append(Moved("approval.stop", one.pk, text, item.address, one.until_on, ends[one.pk]))
                if apply:
                    _move_end(item, one, ends[one.pk])
        after = shared.due_again(item, halts, clock.today(), new)
        before = {name: getattr(item, name) for name in after}
        if before == after or item.due_on is None:
            continue
        moved.append(Moved("approval.item", item.pk, text, item.address, item.due_on, after["due_on"]))
        if apply:
            _move_due(item, after)
    return moved


def _move_end(item: CaseItem, stop: Stop, until: date) -> None:
    """A stop was given so many working days, so it ends on another day; what its owner owes is due then."""
    Stop.objects.filter(pk=stop.pk, ended_on=None).update(until_on=until)
    journal.record(
        item,
        "approval.move_stop",
        by=None,
        pairing_id=item.case.pairing_id,
        event="stop_moved",
        until=until,
        before=stop.until_on,
    )
    if stop.whose == clocks.Whose.OWNER:
        waiting = WorkItem.objects.filter(
            subject_kind=shared.FILE, subject_id=item.case_id, kind=shared.OWNER, due_on=stop.until_on
        )
        waiting.filter(stage=WorkItem.Stage.OPEN).update(due_on=until, sorted_on=until)


def _move_due(item: CaseItem, after: dict[str, date]) -> None:
    rows.move(item, **after)
    journal.record(
        item,
        "approval.move_due",
        by=None,
        pairing_id=item.case.pairing_id,
        event="moved",
        due_on=after["due_on"],
    )
    for label, keys, day in (
        (shared.ITEM, [item.pk], after["due_on"]),
        (shared.ASKED, [key for key, _unit, _role in item.asks], after["co_due_on"]),
    ):
        WorkItem.objects.filter(subject_kind=label, subject_id__in=keys, stage=WorkItem.Stage.OPEN).update(
            due_on=day, sorted_on=day
        )
