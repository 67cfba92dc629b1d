"""Desks with queues: reviewers of several departments work off the parts of items, one at a time, never idle while work waits.

A part leaves the desk for check and signature, which take time but no reviewer; when it is back the part is answered.

The inside of ``review_simulation``; times are working days, arithmetic is plain floats, and nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import ceil

# In place of a reviewer in an event: a meeting decides an item, a part comes back signed.
MEETING, SIGNED = -1, -2
# What waits: rank, number that breaks ties, opened at, case, item, column.
_Waiting = tuple[float, int, float, int, int, int]
# What comes: time, number that breaks ties, department, reviewer, case, item, column.
_Coming = tuple[float, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """What one department does for an item; ``column`` is where its days at the desk stand in the row of a case.

    One column further stand the days until it is signed.
    """

    department: int
    column: int


@dataclass(frozen=True, slots=True)
class Path:
    """The items of a kind of case, by number, as they hang together in one mode with some levers."""

    codes: tuple[str, ...]
    parts: tuple[tuple[Part, ...], ...]
    behind: tuple[tuple[int, ...], ...]  # items that wait for it
    n_before: tuple[int, ...]  # how many items it waits for
    tail: tuple[
        float, ...
    ]  # expected working days from its opening to the end of the case when nothing waits
    meets: tuple[bool, ...]
    afterwards: tuple[Part | None, ...]  # work that is left when it is decided and that nobody waits for
    within: tuple[float, ...]  # working days in which that is to be done
    due: float  # promised working days of the case


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case: when it comes, its path, the working days of its parts."""

    at: float
    path: Path
    work: Sequence[float]


@dataclass(frozen=True, slots=True)
class Work:
    """One part done at a desk, for who wants to look: ``item`` is None for what is done after the decision."""

    department: int
    reviewer: int
    case: int
    item: str | None
    opened: float
    began: float
    ended: float
    signed: float


class Desks:
    """Reviewers at their desks; ``run`` works off cases until the first ``n`` of them are done.

    Examples
    --------
    One reviewer, two days of work for each case, signed at once: the second case waits for the first.

    >>> path = Path(("a",), ((Part(0, 0),),), ((),), (0,), (2.0,), (False,), (None,), (0.0,), 2.0)
    >>> Desks([1], by_slack=False).run([Arrival(0.0, path, (2.0, 0.0)), Arrival(1.0, path, (2.0, 0.0))], 2)
    [2.0, 4.0]
    """

    def __init__(
        self,
        reviewers: Sequence[int],
        *,
        by_slack: bool,
        meeting_every: float = 0.0,
        watch: Callable[[Work], None] | None = None,
    ) -> None:
        self.free = [list(range(n - 1, -1, -1)) for n in reviewers]
        self.by_slack, self.meeting_every, self.watch = by_slack, meeting_every, watch
        self.queues: list[list[_Waiting]] = [[] for _ in reviewers]
        self.events: list[_Coming] = []
        self.touched: list[int] = []  # departments where something new waits or a desk became free
        self.tie = 0

    def run(self, cases: Sequence[Arrival], n: int) -> list[float]:
        """(n,) when each of the first ``n`` cases was done."""
        self.cases = cases
        self.left_before: list[list[int]] = [[]] * len(cases)
        self.parts_left: list[list[int]] = [[]] * len(cases)
        self.items_left = [len(one.path.codes) for one in cases]
        self.done = [0.0] * len(cases)
        self.n, self.undone = n, n
        events, coming, last = self.events, 0, len(cases)
        while self.undone:
            if coming < last and (not events or cases[coming].at < events[0][0]):
                self._accept(coming)
                coming += 1
            else:
                self._happen(*heappop(events))
            # Only when all that opens at this moment stands in line is it known what comes first.
            for department in self.touched:
                self._hand_out(department)
            self.touched.clear()
        return self.done[:n]

    def _accept(self, case: int) -> None:
        one = self.cases[case]
        self.now = one.at
        self.left_before[case] = list(one.path.n_before)
        self.parts_left[case] = [0] * len(one.path.codes)
        if not one.path.codes:
            self._close(case, one.at)
        for item, waits in enumerate(one.path.n_before):
            if not waits:
                self._open(case, item, one.at)

    def _open(self, case: int, item: int, at: float) -> None:
        one = self.cases[case]
        path, work, n = one.path, one.work, 0
        rank = one.at + path.due - path.tail[item] if self.by_slack else at
        for part in path.parts[item]:
            if work[part.column] > 0:
                n += 1
                self._queue(part, rank, at, case, item)
        if n:
            self.parts_left[case][item] = n
        else:
            self._finish(case, item, at)

    def _queue(self, part: Part, rank: float, at: float, case: int, item: int) -> None:
        self.tie += 1
        heappush(self.queues[part.department], (rank, self.tie, at, case, item, part.column))
        self.touched.append(part.department)

    def _hand_out(self, department: int) -> None:
        free, queue, now = self.free[department], self.queues[department], self.now
        while free and queue:
            _rank, tie, opened, case, item, column = heappop(queue)
            reviewer = free.pop()
            one = self.cases[case]
            ends = now + one.work[column]
            heappush(self.events, (ends, tie, department, reviewer, case, item, column))
            if self.watch is not None:
                name = one.path.codes[item] if item >= 0 else None
                signed = ends + one.work[column + 1]
                self.watch(Work(department, reviewer, case, name, opened, now, ends, signed))

    def _happen(
        self, at: float, tie: int, department: int, reviewer: int, case: int, item: int, column: int
    ) -> None:
        self.now = at
        if reviewer >= 0:
            self.free[department].append(reviewer)
            self.touched.append(department)
            signing = self.cases[case].work[column + 1]
            if signing > 0:
                heappush(self.events, (at + signing, tie, department, SIGNED, case, item, column))
                return
        if reviewer == MEETING:
            self._decide(case, item, at)
        elif item >= 0:
            left = self.parts_left[case]
            left[item] -= 1
            if not left[item]:
                self._finish(case, item, at)

    def _finish(self, case: int, item: int, at: float) -> None:
        """All departments have answered: decided now, or in the next meeting."""
        if self.meeting_every and self.cases[case].path.meets[item]:
            self.tie += 1
            meeting = ceil(at / self.meeting_every) * self.meeting_every
            heappush(self.events, (max(meeting, at), self.tie, 0, MEETING, case, item, 0))
        else:
            self._decide(case, item, at)

    def _decide(self, case: int, item: int, at: float) -> None:
        one = self.cases[case]
        path, left = one.path, self.left_before[case]
        self.items_left[case] -= 1
        if not self.items_left[case]:
            self._close(case, at)
        for other in path.behind[item]:
            left[other] -= 1
            if not left[other]:
                self._open(case, other, at)
        later = path.afterwards[item]
        if later is not None and one.work[later.column] > 0:
            self._queue(later, at + path.within[item] if self.by_slack else at, at, case, -1 - item)

    def _close(self, case: int, at: float) -> None:
        self.done[case] = at
        if case < self.n:
            self.undone -= 1
