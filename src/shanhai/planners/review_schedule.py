"""When steps of a review can start and must be done: critical path, slack and due dates over a precedence graph.

Times are working days from the day of acceptance, which is day 0. A step of d days that starts at s is done at the end
of working day s + d; what waits for it starts at s + d. A step of 0 days is done at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its code, how long it takes, and the codes of the steps that must be done before it."""

    code: str
    days: int  # working days, >= 0
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A step with its times, all in working days from acceptance."""

    code: str
    days: int
    starts: int  # the earliest it can start
    ends: int  # starts + days
    latest_start: int  # the latest it may start without moving the end of the whole
    latest_end: int

    @property
    def slack(self) -> int:
        """How many working days it may be late without moving the end."""
        return self.latest_start - self.starts

    @property
    def is_critical(self) -> bool:
        """Whether each day that it is late moves the end."""
        return self.slack == 0


@dataclass(frozen=True, slots=True)
class ReviewSchedule:
    """All steps with their times, in the order of their start (ties: the order given)."""

    steps: tuple[Placed, ...]
    days: int  # of the whole: the longest path
    critical: tuple[str, ...]  # one longest path, from its first step to its last
    days_serial: int  # one after the other

    def __getitem__(self, code: str) -> Placed:
        return next(step for step in self.steps if step.code == code)


def find_cycle(after: Mapping[str, Iterable[str]]) -> list[str]:
    """A ring of steps that wait for one another, with its first step again at the end; empty without one.

    Parameters
    ----------
    after
        Step to the steps that must be done before it. Steps that are named only there have no predecessors.

    Returns
    -------
    list[str]
        In the order in which the steps would be done: each one waits for the one before it.

    Examples
    --------
    >>> find_cycle({"a": ["c"], "b": ["a"], "c": ["b"]})
    ['a', 'b', 'c', 'a']
    >>> find_cycle({"a": [], "b": ["a"]})
    []
    """
    # Depth first without recursion: a chain of items may be longer than Python's stack.
    done: set[str] = set()
    for first in after:
        if first in done:
            continue
        path, on_path = [first], {first}
        waiting = [iter(after.get(first, ()))]
        while path:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
                done.add(path[-1])
                on_path.discard(path.pop())
            elif found in on_path:
                ring = path[path.index(found) :]
                return [found, *reversed(ring)]
            elif found not in done:
                path.append(found)
                on_path.add(found)
                waiting.append(iter(after.get(found, ())))
    return []


def behind(after: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Predecessors among the wanted steps only: what is left out hands its own predecessors on.

    An item that does not apply to a project stops nobody, but whoever waited for it waits for what it waited for.

    Examples
    --------
    >>> behind({"a": [], "b": ["a"], "c": ["b"]}, ["a", "c"])
    {'a': (), 'c': ('a',)}

    Raises
    ------
    BadInput
        ``review_schedule.cycle``
    """
    keep = set(wanted)
    order = sequence_of(after)
    through: dict[str, list[str]] = {}
    for code in order:
        found: dict[str, None] = {}
        for one in after.get(code, ()):
            found |= dict.fromkeys([one] if one in keep else through.get(one, ()))
        through[code] = list(found)
    return {code: tuple(through.get(code, ())) for code in after if code in keep}


def sequence_of(after: Mapping[str, Iterable[str]]) -> list[str]:
    """Steps so that each comes after those it waits for; of those that may come next, the one given first.

    Examples
    --------
    >>> sequence_of({"permit": ["eia", "plan"], "eia": [], "plan": []})
    ['eia', 'plan', 'permit']

    Raises
    ------
    BadInput
        ``review_schedule.cycle``
    """
    ring = find_cycle(after)
    if ring:
        raise BadInput(
            "review_schedule.cycle",
            gettext_noop("These steps wait for one another: {path}. Take one of the arrows out."),
            path=" → ".join(ring),
        )
    left = {code: {one for one in before if one in after} for code, before in after.items()}
    behind_it: dict[str, list[str]] = {code: [] for code in after}
    for code, before in left.items():
        for one in before:
            behind_it[one].append(code)
    ready = [code for code, before in left.items() if not before]
    order = []
    for code in ready:  # grows while it is read
        order.append(code)
        for one in behind_it[code]:
            left[one].discard(code)
            if not left[one]:
                ready.append(one)
    return order


def schedule_review(steps: Sequence[Step]) -> ReviewSchedule:
    """Place steps as early as their predecessors allow, and say which of them hold the end.

    Parameters
    ----------
    steps
        n steps with different codes; ``after`` names steps among them.

    Returns
    -------
    ReviewSchedule
        Of several longest paths, ``critical`` is the one that goes back from the step given first among those that end
        last, over the predecessor named first among those that end last.

    Raises
    ------
    BadInput
        ``review_schedule.cycle`` with the ring; ``review_schedule.unknown_step``; ``review_schedule.negative``;
        ``review_schedule.twice``.

    Source
    ------
    Critical path method (Kelley and Walker 1959), forward and backward pass.

    Examples
    --------
    >>> plan = schedule_review([Step("eia", 7), Step("plan", 7, ("eia",)), Step("energy", 3)])
    >>> plan.days, plan.critical, plan["energy"].slack, plan.days_serial
    (14, ('eia', 'plan'), 11, 17)
    """
    by_code = _checked(steps)
    order = sequence_of({step.code: step.after for step in steps})
    finish: dict[str, int] = {}
    for code in order:
        step = by_code[code]
        finish[code] = max((finish[one] for one in step.after), default=0) + step.days
    whole = max(finish.values(), default=0)
    latest = dict.fromkeys(by_code, whole)
    for code in reversed(order):
        for one in by_code[code].after:
            latest[one] = min(latest[one], latest[code] - by_code[code].days)
    placed = [
        Placed(
            one.code,
            one.days,
            finish[one.code] - one.days,
            finish[one.code],
            latest[one.code] - one.days,
            latest[one.code],
        )
        for one in steps
    ]
    return ReviewSchedule(
        tuple(sorted(placed, key=lambda one: one.starts)),
        whole,
        _longest(steps, by_code, finish, whole),
        sum(step.days for step in steps),
    )


def due_dates(plan: ReviewSchedule, accepted_on: date, calendar: Calendar) -> dict[str, tuple[date, date]]:
    """The day on which each step opens and the last day on which it may be done, by code.

    The day of acceptance is day 0 [assumed], so a step of 5 days that opens at once is due on the fifth working day
    after it; one of 0 days is due on the day on which it opens.

    Examples
    --------
    >>> from shanhai.kernel.workdays import official
    >>> plan = schedule_review([Step("plan", 5), Step("permit", 3, ("plan",))])
    >>> due_dates(plan, date(2023, 9, 18), official())["permit"]
    (datetime.date(2023, 9, 25), datetime.date(2023, 9, 28))
    """
    return {
        step.code: (calendar.add(accepted_on, step.starts), calendar.add(accepted_on, step.ends))
        for step in plan.steps
    }


def _checked(steps: Sequence[Step]) -> dict[str, Step]:
    by_code: dict[str, Step] = {}
    for step in steps:
        if step.code in by_code:
            raise BadInput(
                "review_schedule.twice",
                gettext_noop("The step {step} is given twice. Give each step a code of its own."),
                step=step.code,
            )
        if step.days < 0:
            raise BadInput(
                "review_schedule.negative",
                gettext_noop("The step {step} takes {days} working days. Give 0 or more."),
                step=step.code,
                days=step.days,
            )
        by_code[step.code] = step
    for step in steps:
        for one in step.after:
            if one not in by_code:
                raise BadInput(
                    "review_schedule.unknown_step",
                    gettext_noop(
                        "The step {step} waits for {before}, which is not among the steps. Correct it."
                    ),
                    step=step.code,
                    before=one,
                )
    return by_code


def _longest(
    steps: Sequence[Step], by_code: Mapping[str, Step], finish: Mapping[str, int], whole: int
) -> tuple[str, ...]:
    at = next((step.code for step in steps if finish[step.code] == whole), None)
    path: list[str] = []
    while at is not None:
        path.append(at)
        step = by_code[at]
        start = finish[at] - step.days
        # Only a step that ends when this one starts holds it; one that starts at 0 waits for nobody.
        at = next((one for one in step.after if finish[one] == start), None)
    return tuple(reversed(path))
