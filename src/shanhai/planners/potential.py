"""What joint review would have saved: which steps had to wait for one another, and which only did by habit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.flow import SECOND, starts_of
from shanhai.planners.logs.stamps import NO_TIME
from shanhai.planners.logs.table import EventLog

if TYPE_CHECKING:
    import numpy as np

# More pairs of activities than this in one log are no work that people order.
MOST_PAIRS = 20_000_000
# A case with more doings than this is left out: what waits for what is looked at pair by pair.
MOST_DOINGS = 5_000


@dataclass(frozen=True, slots=True)
class OrderRule:
    """That ``after`` waits for ``before``. ``seen`` cases had this order, ``reversed`` another one."""

    before: str
    after: str
    seen: int
    reversed: int
    declared: bool


@dataclass(frozen=True, slots=True)
class CaseTime:
    """One case, in seconds: bound <= joint <= now."""

    case: str
    now_s: float
    joint_s: float
    bound_s: float


@dataclass(frozen=True, slots=True)
class StepGain:
    """How much of the whole gain comes from a step that no longer holds the others up; the shares sum to 1."""

    activity: str
    gain_s: float
    share: float


@dataclass(frozen=True, slots=True)
class Potential:
    """What joint review would have taken. ``cut`` is of the medians, ``cut_of_means`` of the means; 0 where nothing takes time."""

    cases: tuple[CaseTime, ...]  # in the order of the log
    median_s_now: float
    median_s_joint: float
    median_s_bound: float
    cut: float
    cut_of_means: float
    order_rules: tuple[OrderRule, ...]  # most often seen first, ties by name
    gains: tuple[StepGain, ...]  # greatest first, ties by name; those without a gain are left out
    notes: tuple[Reason, ...]  # cases left out, declared steps that the log does not have


def review_potential(
    log: EventLog,
    *,
    declared: Mapping[tuple[str, str], bool] | None = None,
    only_declared: bool = False,
    free_from: float = 0.0,
    repeats_move: bool = False,
) -> Potential:
    """Find which steps had to wait for one another, and what each case would have taken had the others run side by side.

    A **doing** is an event, with its start where the log tells (see ``starts_of``). It was *ready* when the latest doing
    before it had ended: before its start, or, with one time per step, at the latest earlier time. Its **own time** runs from
    ready to its end, so a wait that nobody before it explains stays with it. The first doings of a case whose start is not
    known have no own time.

    **Order rule.** For the first doings of two activities in each case that has both: *in order* where one had ended by the
    time the other was ready; *not in order* for the rest, that is the other way round or overlapping; the same single time
    tells nothing. ``before`` must precede ``after`` if some case has that order and the share of cases against it is at most
    ``free_from``. So an order that was never seen broken counts as needed, however few cases have it.

    **Joint.** Each doing begins when the doings it needs have ended: those that had ended when it was ready and whose
    activity must precede its own, earlier ones of its own activity, and, if it does its activity again, all that had ended:
    something again is an answer to what came before. **Bound**: as joint, but only one's own activity is waited for; with
    the same own times no order of steps is faster.

    Parameters
    ----------
    log
        n events, n >= 1.
    declared
        What is known of pairs (before, after): True for an order that is needed, False for one that is not, whatever the log
        says. A needed one binds in the cases that kept it; others are left as they ran.
    only_declared
        Take no rule from the log.
    free_from
        0 <= share < 1 of cases against an order up to which it still counts as needed.
    repeats_move
        Let a doing that repeats its activity begin as soon as its rules allow.

    Returns
    -------
    Potential
        Seconds by the calendar, not working time.

    Raises
    ------
    BadInput
        ``free_from`` is no such share, or the log has more than 20 million pairs of activities.

    Source
    ------
    Rule of the project, docs/why/potential.md; longest path through a graph without cycles.

    Examples
    --------
    Two reviews came in either order, so they need not wait for one another; the permit came after both.

    >>> from datetime import datetime
    >>> from shanhai.planners.logs import Event, log_of
    >>> days = {
    ...     "1": (("accept", 1), ("fire", 5), ("water", 11), ("permit", 13)),
    ...     "2": (("accept", 1), ("water", 7), ("fire", 11), ("permit", 13)),
    ... }
    >>> found = review_potential(
    ...     log_of(Event(case, step, datetime(2023, 9, day)) for case, steps in days.items() for step, day in steps)
    ... )
    >>> [round(seconds / 86_400, 1) for seconds in (found.median_s_now, found.median_s_joint, found.median_s_bound)]
    [12.0, 8.0, 6.0]
    >>> [(rule.before, rule.after) for rule in found.order_rules][:2]
    [('accept', 'fire'), ('accept', 'permit')]
    """
    import numpy as np

    if not 0 <= free_from < 1:
        raise BadInput(
            "potential.no_share",
            gettext_noop("{share} is no share of cases. Give a number from 0 up to, but not including, 1."),
            share=free_from,
        )
    doings = [one for one in _doings(log) if len(one.end) <= MOST_DOINGS]
    seen = _Orders(len(log.activities))
    for one in doings:
        seen.add(one)
    needed = _Needed(log, seen, declared or {}, only_declared, free_from)
    gain = np.zeros(len(log.activities))
    cases = tuple(_timed(one, needed, repeats_move, gain, log.cases) for one in doings)
    now, joint, bound = (
        np.array([getattr(one, name) for one in cases]) for name in ("now_s", "joint_s", "bound_s")
    )
    medians = [float(np.median(one)) if len(one) else 0.0 for one in (now, joint, bound)]
    return Potential(
        cases,
        median_s_now=medians[0],
        median_s_joint=medians[1],
        median_s_bound=medians[2],
        cut=1 - medians[1] / medians[0] if medians[0] else 0.0,
        cut_of_means=float(1 - joint.sum() / now.sum()) if now.sum() else 0.0,
        order_rules=needed.rules(),
        gains=_gains(gain, log.activities),
        notes=_notes(log, len(log.bounds()) - 1 - len(doings), declared or {}),
    )


def _notes(log: EventLog, n_left_out: int, declared: Mapping[tuple[str, str], bool]) -> tuple[Reason, ...]:
    strange = sorted({name for pair in declared for name in pair} - set(log.activities))
    notes = []
    if n_left_out:
        notes.append(
            because(
                "potential.long_cases",
                gettext_noop("{n} cases have more than {most} steps and were left out."),
                n=n_left_out,
                most=MOST_DOINGS,
            )
        )
    if strange:
        notes.append(
            because(
                "potential.unknown_steps",
                gettext_noop("The log does not have these declared steps: {names}."),
                names=", ".join(strange),
            )
        )
    return tuple(notes)


# --- doings ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Doings:
    """The doings of one case by their end: arrays of equal length, microseconds."""

    case: int
    activity: np.ndarray
    ready: np.ndarray
    end: np.ndarray
    begin: int  # of the case

    def firsts(self) -> np.ndarray:
        """The places of the first doing of each activity."""
        import numpy as np

        return np.unique(self.activity, return_index=True)[1]


def _doings(log: EventLog) -> Iterator[_Doings]:
    import numpy as np

    index, start = starts_of(log)
    bounds = log.bounds()
    edges = np.searchsorted(index, bounds)
    for first, low, high in zip(bounds[:-1].tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        end, begun = log.at[index[low:high]], start[low:high]
        known = begun != NO_TIME
        # An event that names its own start may have begun before the first event.
        begin = min([int(log.at[first]), *begun[known].tolist()])
        # What had ended before: by its start, or strictly before its one time.
        before = np.where(
            known, np.searchsorted(end, begun, side="right"), np.searchsorted(end, end, side="left")
        )
        before = np.minimum(before, np.searchsorted(end, end, side="left"))
        ready = np.where(before > 0, end[np.maximum(before - 1, 0)] if len(end) else end, begin)
        yield _Doings(int(log.case[first]), log.activity[index[low:high]], ready, end, begin)


# --- which order was seen --------------------------------------------------------------------------------------------


class _Orders:
    """Counts, for pairs of activities, the cases in order and those not in order."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.seen, self.against = _Tally(), _Tally()

    def add(self, one: _Doings) -> None:
        """One case."""
        import numpy as np

        firsts = one.firsts()
        activity, ready, end = (
            column[firsts].astype(np.int64) for column in (one.activity, one.ready, one.end)
        )
        # One time for both, with no start known to tell them apart, says nothing.
        tied = (end[:, None] == end[None, :]) & (ready[:, None] == ready[None, :])
        in_order = (end[:, None] <= ready[None, :]) & ~tied
        pair = activity[:, None] * self.width + activity[None, :]
        self.seen.add(pair[in_order])
        self.against.add(pair[~in_order & ~tied])


class _Tally:
    """Counts numbers, many at a time, in memory that goes by how many different ones there are."""

    def __init__(self) -> None:
        import numpy as np

        self.keys, self.counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.waiting: list[np.ndarray] = []
        self.n_waiting = 0

    def add(self, keys: np.ndarray) -> None:
        """Each of the keys once more."""
        self.waiting.append(keys)
        self.n_waiting += len(keys)
        if self.n_waiting > 4_000_000:
            self.settle()

    def settle(self) -> None:
        """Bring keys and counts up to date."""
        import numpy as np

        keys, counts = np.unique(np.concatenate([self.keys[:0], *self.waiting]), return_counts=True)
        whole, place = np.unique(np.concatenate([self.keys, keys]), return_inverse=True)
        self.counts = np.bincount(place, np.concatenate([self.counts, counts]), len(whole)).astype(np.int64)
        self.keys, self.waiting, self.n_waiting = whole, [], 0
        if len(whole) > MOST_PAIRS:
            raise BadInput(
                "potential.too_many_pairs",
                gettext_noop(
                    "The log has more than {most} pairs of activities that follow one another; its activities may be "
                    "numbers of documents. Name another column with --activity."
                ),
                most=MOST_PAIRS,
            )

    def of(self, keys: np.ndarray) -> np.ndarray:
        """The counts of keys."""
        import numpy as np

        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.counts[place], 0)


class _Needed:
    """The order rules of a log."""

    def __init__(
        self,
        log: EventLog,
        orders: _Orders,
        declared: Mapping[tuple[str, str], bool],
        only_declared: bool,
        free_from: float,
    ) -> None:
        import numpy as np

        orders.seen.settle()
        orders.against.settle()
        self.names, self.width, self.orders = log.activities, orders.width, orders
        keys = orders.seen.keys
        if only_declared:
            keys = keys[:0]
        seen, against = orders.seen.of(keys), orders.against.of(keys)
        keys = keys[against <= free_from * (seen + against)]
        numbers = {name: n for n, name in enumerate(log.activities)}
        told = {
            numbers[before] * self.width + numbers[after]: is_needed
            for (before, after), is_needed in declared.items()
            if before in numbers and after in numbers and before != after
        }
        without = keys[~np.isin(keys, np.array(list(told), np.int64))]
        self.declared = np.array(sorted(key for key, is_needed in told.items() if is_needed), np.int64)
        self.keys = np.sort(np.concatenate([without, self.declared]))

    def among(self, activities: np.ndarray) -> np.ndarray:
        """(m, m) bool for m activities: whether the one of the row must precede the one of the column."""
        import numpy as np

        if not len(self.keys):
            return np.zeros((len(activities), len(activities)), bool)
        pair = activities[:, None].astype(np.int64) * self.width + activities[None, :]
        place = np.minimum(np.searchsorted(self.keys, pair), len(self.keys) - 1)
        return self.keys[place] == pair

    def rules(self) -> tuple[OrderRule, ...]:
        """The rules as they are told."""
        import numpy as np

        seen, against = self.orders.seen.of(self.keys), self.orders.against.of(self.keys)
        is_declared = np.isin(self.keys, self.declared)
        found = [
            OrderRule(self.names[key // self.width], self.names[key % self.width], n, m, declared)
            for key, n, m, declared in zip(
                self.keys.tolist(), seen.tolist(), against.tolist(), is_declared.tolist(), strict=True
            )
        ]
        return tuple(sorted(found, key=lambda one: (-one.seen, one.before, one.after)))


# --- what a case would have taken ------------------------------------------------------------------------------------


def _timed(
    one: _Doings, needed: _Needed, repeats_move: bool, gain: np.ndarray, names: Sequence[str]
) -> CaseTime:
    """The times of one case; what each activity no longer holds up is added to ``gain``, in seconds."""
    import numpy as np

    own = one.end - one.ready
    if not len(own):
        return CaseTime(names[one.case], 0.0, 0.0, 0.0)
    finish, came_from, bound = _scheduled(one, own, needed, repeats_move)
    now, joint = int(one.end[-1]) - one.begin, int(finish.max())
    saved = now - joint
    if saved:
        path = []
        at = int(finish.argmax())
        while at >= 0:
            path.append(at)
            at = int(came_from[at])
        weight = _off_path(one, own, path)
        np.add.at(gain, one.activity, weight * (saved / SECOND / weight.sum()))
    return CaseTime(names[one.case], now / SECOND, joint / SECOND, bound / SECOND)


def _scheduled(
    one: _Doings, own: np.ndarray, needed: _Needed, repeats_move: bool
) -> tuple[np.ndarray, np.ndarray, int]:
    """When each doing ends in joint review, what it waited for last (-1: nothing), and the bound of the case."""
    import numpy as np

    n = len(own)
    kinds, kind = np.unique(one.activity, return_inverse=True)
    waits = needed.among(kinds)
    np.fill_diagonal(waits, True)
    ended = np.minimum(np.searchsorted(one.end, one.ready, side="right"), np.arange(n)).tolist()
    is_first = np.zeros(n, bool)
    is_first[one.firsts()] = True
    finish, alone = np.zeros(n, np.int64), np.zeros(n, np.int64)
    came_from = np.full(n, -1)
    for k, m in enumerate(ended):
        finish[k] = alone[k] = own[k]
        if not m:
            continue
        earlier = kind[:m]
        candidates = (
            finish[:m]
            if not (is_first[k] or repeats_move)
            else np.where(waits[earlier, kind[k]], finish[:m], 0)
        )
        last = int(candidates.argmax())
        if candidates[last]:
            came_from[k] = last
            finish[k] += candidates[last]
        if not is_first[k]:
            alone[k] += np.where(earlier == kind[k], alone[:m], 0).max()
    return finish, came_from, int(alone.max())


def _off_path(one: _Doings, own: np.ndarray, path: list[int]) -> np.ndarray:
    """The own times that are not on the longest path; doings of one time share it, and not at all with one on the path."""
    import numpy as np

    span = np.stack([one.ready, one.end])
    _, group, size = np.unique(span, axis=1, return_inverse=True, return_counts=True)
    group = group.ravel()
    weight = own / size[group]
    weight[np.isin(group, group[path])] = 0
    return weight


def _gains(gain: np.ndarray, names: Sequence[str]) -> tuple[StepGain, ...]:
    whole = float(gain.sum())
    found = [StepGain(names[n], one, one / whole) for n, one in enumerate(gain.tolist()) if one > 0]
    return tuple(sorted(found, key=lambda one: (-one.gain_s, one.activity)))
