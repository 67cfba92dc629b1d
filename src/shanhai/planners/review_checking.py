"""Whether simulated work could have been done like that: looked at from the records alone, without the simulator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import gettext_noop
from shanhai.planners.review_desks import Work

# Sums of floats are not exact.
_NEAR = 1e-7


def check_review(
    works: Iterable[Work],
    reviewers: Mapping[int, int],
    after: Mapping[int, Mapping[str, Sequence[str]]],
) -> list[Reason]:
    """What of the work of one replication cannot have been so; empty where all of it can.

    Held up are four things: a reviewer does one part at a time; there are no more reviewers than a department has; a part
    opens only when everything that its item waits for is signed; and no reviewer rests while work waits.

    Parameters
    ----------
    works
        Parts done, in any order.
    reviewers
        Department to the number of its reviewers.
    after
        Case to its items and the items that each waits for; items without work hand on what they wait for.

    Returns
    -------
    list[Reason]
        One for each thing that is wrong.

    Examples
    --------
    >>> one = Work(0, 0, 7, "eia", 0.0, 0.0, 2.0, 2.0)
    >>> two = Work(0, 0, 7, "permit", 2.0, 2.0, 3.0, 3.0)
    >>> check_review([one, two], {0: 1}, {7: {"eia": (), "permit": ("eia",)}})
    []
    >>> rushed = Work(0, 0, 7, "permit", 1.0, 1.0, 3.0, 3.0)
    >>> [reason.code for reason in check_review([one, rushed], {0: 1}, {7: {"eia": (), "permit": ("eia",)}})]
    ['review_checking.two_at_once', 'review_checking.too_early']
    """
    done = sorted(works, key=lambda one: (one.began, one.ended))
    return [*_two_at_once(done, reviewers), *_too_early(done, after), *_idle(done, reviewers)]


def _two_at_once(works: Sequence[Work], reviewers: Mapping[int, int]) -> Iterable[Reason]:
    by_desk: dict[tuple[int, int], list[Work]] = defaultdict(list)
    for one in works:
        by_desk[one.department, one.reviewer].append(one)
        if not 0 <= one.reviewer < reviewers[one.department] or not one.opened <= one.began <= one.ended:
            yield because(
                "review_checking.nobody",
                gettext_noop("Department {department}: reviewer {reviewer} cannot have worked at {at}."),
                department=one.department,
                reviewer=one.reviewer,
                at=one.began,
            )
    for (department, reviewer), own in by_desk.items():
        for before, one in pairwise(own):
            if one.began < before.ended - _NEAR:
                yield because(
                    "review_checking.two_at_once",
                    gettext_noop("Department {department}: reviewer {reviewer} does two parts at {at}."),
                    department=department,
                    reviewer=reviewer,
                    at=one.began,
                )


def _too_early(works: Sequence[Work], after: Mapping[int, Mapping[str, Sequence[str]]]) -> Iterable[Reason]:
    signed: dict[tuple[int, str], float] = {}
    for one in works:
        if one.item is not None:
            key = one.case, one.item
            signed[key] = max(signed.get(key, one.signed), one.signed)
    for one in works:
        if one.item is None or one.case not in after:
            continue
        for before in _before(one.case, one.item, after[one.case], signed):
            if one.opened < signed[one.case, before] - _NEAR:
                yield because(
                    "review_checking.too_early",
                    gettext_noop("Case {case}: {item} opens before {before} is signed."),
                    case=one.case,
                    item=one.item,
                    before=before,
                )


def _before(
    case: int, item: str, after: Mapping[str, Sequence[str]], signed: Mapping[tuple[int, str], float]
) -> Iterable[str]:
    """The items with work that one waits for, over those without."""
    waiting, seen = list(after.get(item, ())), set()
    while waiting:
        before = waiting.pop()
        if before in seen:
            continue
        seen.add(before)
        if (case, before) in signed:
            yield before
        else:
            waiting += after.get(before, ())


def _idle(works: Sequence[Work], reviewers: Mapping[int, int]) -> Iterable[Reason]:
    """Whoever waits does so only while all reviewers of the department are at work."""
    by_department: dict[int, list[Work]] = defaultdict(list)
    for one in works:
        by_department[one.department].append(one)
    for department, own in by_department.items():
        # At each moment: how many are at work after all that happens then, and how many wait.
        steps: list[tuple[float, int, int]] = []
        for one in own:
            steps += [(one.began, 1, 0), (one.ended, -1, 0), (one.opened, 0, 1), (one.began, 0, -1)]
        steps.sort()
        busy = waiting = 0
        for n, (at, more_busy, more_waiting) in enumerate(steps):
            busy, waiting = busy + more_busy, waiting + more_waiting
            is_over = n + 1 == len(steps) or steps[n + 1][0] > at + _NEAR
            if is_over and waiting and busy < reviewers[department]:
                yield because(
                    "review_checking.idle",
                    gettext_noop("Department {department}: work waits at {at} while a reviewer is free."),
                    department=department,
                    at=at,
                )
