"""When each item of a joint review may begin and must end, and which items nobody can be late with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a case: its own working days (>= 0) and the items that must be done before it opens."""

    code: str
    days_working: int
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """An item in the plan. Offsets count working days from the day of acceptance, which is 0."""

    code: str
    opens: int  # all that it waits for is done
    ends: int  # opens + its own days; of a finished item, the day on which it was finished
    latest_opens: int  # later, and the case ends later
    latest_ends: int
    slack: int  # latest_ends - ends; 0 of a finished item
    opens_on: date
    due_on: date
    latest_due_on: date
    is_critical: bool  # open, and without slack
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """The plan of a case, items in the order in which they were given."""

    items: tuple[Planned, ...]
    days_working: int  # of the whole case
    ends_on: date
    critical_path: tuple[str, ...]  # from the beginning to the end; of several the one whose codes come first


def schedule_review(
    items: Sequence[Item],
    accepted_on: date,
    calendar: Calendar,
    *,
    finished: Mapping[str, date] | None = None,
) -> Schedule:
    """Plan a joint review: earliest and latest days, due dates, slack and the critical path.

    Every item opens when all that it waits for is done and may take its own working days. The day of acceptance is day 0,
    so an item of n days that opens on day s is due on working day s + n; one of 0 days is due on the day on which it
    opens. An item that is finished ends when it did.

    Parameters
    ----------
    items
        n items, n >= 1, each code once.
    accepted_on
        Day of acceptance; the clock starts on the working day after it.
    calendar
        Working days.
    finished
        Day on which an item was finished, for those that are. A day before acceptance counts as the day of acceptance.

    Returns
    -------
    Schedule
        The latest days are those that keep the end of the whole case where it is.

    Raises
    ------
    BadInput
        No item, a code twice, days below 0, an unknown item, or items that wait for one another in a circle, which is shown.

    Source
    ------
    Critical path method (J. E. Kelley and M. R. Walker, 1959), docs/sources.md#critical-path.

    Examples
    --------
    >>> from shanhai.kernel.workdays import official
    >>> items = [Item("fire", 7), Item("water", 3), Item("permit", 5, ("fire", "water"))]
    >>> plan = schedule_review(items, date(2023, 9, 18), official())
    >>> plan.days_working, plan.ends_on, plan.critical_path
    (12, datetime.date(2023, 10, 10), ('fire', 'permit'))
    >>> [(one.code, one.slack, one.due_on.isoformat()) for one in plan.items][1]
    ('water', 4, '2023-09-21')
    """
    by_code = {one.code: one for one in items}
    _check(items, by_code)
    order = _in_order(by_code)
    ended = {
        code: max(0, calendar.count(accepted_on, day))
        for code, day in (finished or {}).items()
        if code in by_code
    }
    opens: dict[str, int] = {}
    ends: dict[str, int] = {}
    for code in order:
        opens[code] = max((ends[one] for one in by_code[code].after), default=0)
        ends[code] = ended.get(code, opens[code] + by_code[code].days_working)
    whole = max(ends.values())
    latest = _latest(by_code, order, whole, ended)

    def day(offset: int) -> date:
        return calendar.add(accepted_on, offset) if offset else accepted_on

    planned = tuple(
        Planned(
            code=code,
            opens=opens[code],
            ends=ends[code],
            latest_opens=latest[code] - one.days_working,
            latest_ends=latest[code],
            slack=0 if code in ended else latest[code] - ends[code],
            opens_on=day(opens[code]),
            due_on=day(ends[code]),
            latest_due_on=day(latest[code]),
            is_critical=code not in ended and latest[code] == ends[code],
            is_finished=code in ended,
        )
        for code, one in by_code.items()
    )
    return Schedule(planned, whole, day(whole), _critical_path(by_code, opens, ends, whole))


def _check(items: Sequence[Item], by_code: Mapping[str, Item]) -> None:
    if not items:
        raise BadInput("schedule.no_items", gettext_noop("There is no item to plan. Give at least one."))
    seen: set[str] = set()
    for one in items:
        if one.code in seen:
            raise BadInput(
                "schedule.twice",
                gettext_noop("Item {code} is given twice. Leave one of them out."),
                code=one.code,
            )
        seen.add(one.code)
        if one.days_working < 0:
            raise BadInput(
                "schedule.negative_days",
                gettext_noop("Item {code} has {days} working days. Give 0 or more."),
                code=one.code,
                days=one.days_working,
            )
        for other in one.after:
            if other not in by_code:
                raise BadInput(
                    "schedule.unknown_item",
                    gettext_noop(
                        "Item {code} waits for {other}, which is not among the items. Add it, or correct its code."
                    ),
                    code=one.code,
                    other=other,
                )


def _in_order(by_code: Mapping[str, Item]) -> list[str]:
    """The codes so that each comes after all that it waits for."""
    order: list[str] = []
    is_done: set[str] = set()
    for start in by_code:
        path, waiting = [start], [iter(by_code[start].after)]
        while path and path[-1] not in is_done:
            other = next((one for one in waiting[-1] if one not in is_done), None)
            if other is None:
                is_done.add(path[-1])
                order.append(path.pop())
                waiting.pop()
            elif other in path:
                raise BadInput(
                    "schedule.circle",
                    gettext_noop(
                        "The items wait for one another in a circle: {path}. Take one of these orders out."
                    ),
                    path=" ← ".join([*path[path.index(other) :], other]),
                )
            else:
                path.append(other)
                waiting.append(iter(by_code[other].after))
    return order


def _latest(
    by_code: Mapping[str, Item], order: Sequence[str], whole: int, ended: Mapping[str, int]
) -> dict[str, int]:
    """The last offset at which each item may end without moving the end of the case."""
    latest = dict.fromkeys(order, whole)
    for code in reversed(order):
        # What is finished waits for nothing any more.
        for other in () if code in ended else by_code[code].after:
            latest[other] = min(latest[other], latest[code] - by_code[code].days_working)
    return latest


def _critical_path(
    by_code: Mapping[str, Item], opens: Mapping[str, int], ends: Mapping[str, int], whole: int
) -> tuple[str, ...]:
    """Backwards from the item that ends last, each time to what it waited for last; ties to the lower code."""
    path = [min(code for code, end in ends.items() if end == whole)]
    while by_code[path[-1]].after:
        after = by_code[path[-1]].after
        path.append(min(one for one in after if ends[one] == opens[path[-1]]))
    return tuple(reversed(path))
