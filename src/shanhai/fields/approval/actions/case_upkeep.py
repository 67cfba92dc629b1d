"""What time does to cases: accepted by the days gone by, clocks that go on, silence taken, reminders and levels."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from shanhai.core import clock, journal, notices, rows
from shanhai.core.calendar import Moved, calendar
from shanhai.core.models import WorkItem
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions import commitments, filing, meetings, opinions, services, stopping
from shanhai.fields.approval.models import Case, CaseItem, Opinion, Stop
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import meetings as find_meetings
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules.meetings import Level as MeetingLevel
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
    )


def accept_by_time(today: date) -> int:
    """Files whose gaps nobody named in time count as accepted on the day received."""
    n = 0
    waiting = Case.objects.filter(stage=rules.Stage.RECEIVED, received_on__lt=today)
    for case in waiting.select_related("project", "pairing", "catalogue", "owner_unit").order_by("pk"):
        if today > queries.last_day_for_gaps(case):
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
    n = 0
    asked = Opinion.objects.filter(
        role="co", replied_on=None, item__state=State.OPEN, item__co_due_on__lt=today
    )
    for one in asked.select_related("item", *(f"item__{name}" for name in _WITH_CASE)).order_by("pk"):
        if queries.figure(one.item.case, "silence_consents"):
            n += _tried(lambda one=one: opinions.take_silence(one, by=None))
    return n


def remind(today: date) -> int:
    """Departments are told when most of the days are used, on the due day, and who stands above them after it."""
    n = 0
    # Whoever waits for an intermediary of the government is not let off: that clock runs.
    waits = Stop.objects.filter(item=OuterRef("pk"), ended_on=None, whose=clocks.Whose.GOVERNMENT)
    running = Q(state=State.OPEN) | Q(Exists(waits), state=State.STOPPED)
    open_now = CaseItem.objects.filter(running).select_related(*_WITH_CASE).prefetch_related("stops")
    for item in open_now.order_by("due_on", "pk").iterator(chunk_size=500):
        n += _remind_of(item, today)
    return n


def _remind_of(item: CaseItem, today: date) -> int:
    assert item.opens_on is not None and item.due_on is not None
    case, n = item.case, 0
    halts = [one.halt for one in item.stops.all()]
    percent = queries.figure(case, "remind_percent", item.opens_on)
    soon = clocks.reminded_on(item.opens_on, item.limit_days, halts, calendar(), today, percent)
    if soon <= today < item.due_on:
        n += _tell(
            item,
            f"reminder:{item.due_on}:soon",
            gettext_noop("{item} of {number} {title} is due on {due}"),
            people_of(item.unit_id),
        )
    if today == item.due_on:
        n += _tell(
            item,
            f"reminder:{item.due_on}:due",
            gettext_noop("{item} of {number} {title} is due today"),
            people_of(item.unit_id),
        )
    if today > item.due_on:
        n += _climb(item, today)
    return n


def _climb(item: CaseItem, today: date) -> int:
    """Say to each level above, one after the other, that an item is overdue."""
    assert item.due_on is not None
    late = calendar().count(item.due_on, today)
    reached = rules.level_of(late, queries.figure(item.case, "escalation_days", item.due_on))
    if not reached or item.level == reached:
        return 0
    n, order = 0, list(LEVELS)
    passed = order[order.index(item.level) + 1 if item.level else 0 : order.index(reached) + 1]
    for level in passed:
        n += _tell(item, f"escalated:{item.due_on}:{level}", LEVELS[level], _people_at(item, level))
    CaseItem.objects.filter(pk=item.pk).update(level=reached)
    item.level = reached
    for level in passed:
        if level in list(MeetingLevel):
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


def _tell(item: CaseItem, key: str, what: str, people: list[int]) -> int:
    facts = shared.facts_of(item.case, item) | {"due": str(item.due_on), "unit": item.department_zh}
    return notices.tell(
        f"approval.item:{item.pk}:{key}",
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
    """The deadline hook: due days of items that run move when the notice of a year arrives."""
    moved = []
    running = CaseItem.objects.filter(state__in=rules.RUNNING).select_related("case__project")
    for item in running.prefetch_related("stops").order_by("pk"):
        halts = [
            clocks.Halt(one.from_on, one.ended_on or one.until_on, clocks.Whose(one.whose))
            for one in item.stops.all()
        ]
        after = shared.due_again(item, halts, clock.today(), new)
        before = {name: getattr(item, name) for name in after}
        if before == after or item.due_on is None:
            continue
        text = f"{item.case.number} {item.name}"
        moved.append(Moved("approval.item", item.pk, text, item.address, item.due_on, after["due_on"]))
        if apply:
            _move_due(item, after)
    return moved


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
