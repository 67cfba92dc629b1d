"""How cases ran: their paths, how often each, how long between steps, and where time goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs.stamps import NO_TIME
from shanhai.planners.logs.table import COMPLETE, START, EventLog

if TYPE_CHECKING:
    import numpy as np

MOST_VARIANTS = 20
SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Durations:
    """``n`` durations in seconds. ``p90_s`` is the value at place round(0.9 (n - 1)) of the sorted ones, half to even."""

    n: int
    mean_s: float
    median_s: float
    p90_s: float


@dataclass(frozen=True, slots=True)
class Follow:
    """That one activity came right after another."""

    before: str
    after: str
    count: int
    took: Durations
    total_s: float


@dataclass(frozen=True, slots=True)
class Variant:
    """A path of activities, and how many cases took it."""

    activities: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Step:
    """One activity. Waiting and working are known where the log has starts; ``since_s`` is the time since the event before."""

    name: str
    events: int
    cases: int
    repeats: int  # events beyond the first of each case
    first_in: int  # cases that begin with it
    last_in: int
    since_s: float  # sum over its events
    waiting: Durations | None
    working: Durations | None


@dataclass(frozen=True, slots=True)
class Flow:
    """What a log says about how its cases ran; lists are in the order in which a reader wants them."""

    cases: int
    events: int
    activities: int
    variants: int
    lead_time: Durations
    directly_follows: tuple[Follow, ...]  # most frequent first, ties by name
    common_variants: tuple[Variant, ...]  # at most MOST_VARIANTS
    steps: tuple[Step, ...]  # most frequent first, ties by name
    bottlenecks: tuple[Follow, ...]  # most time in all first; at most 10
    reworked_cases: int  # cases in which an activity was done again
    working_share: float | None  # working time / (waiting + working), where the log tells


def mine_flow(log: EventLog) -> Flow:
    """Find how the cases of a log ran.

    Events follow one another by time, those of one time by their order in the file. All events count, also each of a start
    and a complete mark, as in other tools. Waiting and working times rest on starts: the k-th start mark of an activity in
    a case belongs to its k-th complete mark after it, or an event names its own start; waiting runs from the latest end
    before the start (of any activity of the case, else from the beginning of the case) to the start.

    Parameters
    ----------
    log
        n events, n >= 1.

    Returns
    -------
    Flow
        Durations in seconds. Every pair that occurs is in ``directly_follows``.

    Raises
    ------
    BadInput
        The log has no event.

    Source
    ------
    Directly-follows graph as in the literature on process mining, docs/sources.md#event-logs; figures are compared with
    pm4py in tests and benchmarks.

    Examples
    --------
    >>> from datetime import datetime
    >>> from shanhai.planners.logs import Event, log_of
    >>> days = {"a": (("ask", 18), ("sign", 20)), "b": (("ask", 18), ("sign", 22))}
    >>> flow = mine_flow(
    ...     log_of(Event(case, step, datetime(2023, 9, day)) for case, steps in days.items() for step, day in steps)
    ... )
    >>> flow.cases, flow.variants, flow.directly_follows[0].count, flow.lead_time.mean_s / 86_400
    (2, 1, 2, 3.0)
    """
    import numpy as np

    if not len(log):
        raise BadInput("flow.no_events", gettext_noop("The log has no event. Give one with at least one."))
    bounds = log.bounds()
    first, last = bounds[:-1], bounds[1:] - 1
    n_variants, common = _variants(log, bounds)
    follows = _follows(log)
    in_cases, repeats, reworked = _again(log)
    steps = _steps(log, bounds, in_cases, repeats)
    return Flow(
        cases=len(first),
        events=len(log),
        activities=int(np.count_nonzero(np.bincount(log.activity, minlength=len(log.activities)))),
        variants=n_variants,
        lead_time=durations(log.at[last] - log.at[first]),
        directly_follows=follows,
        common_variants=common,
        steps=steps,
        bottlenecks=tuple(sorted(follows, key=lambda one: (-one.total_s, one.before, one.after))[:10]),
        reworked_cases=reworked,
        working_share=_working_share(steps),
    )


def durations(took: np.ndarray) -> Durations:
    """Mean, median and 90th percentile of n >= 1 durations in microseconds, in seconds."""
    import numpy as np

    return _of_sorted(np.sort(took))


def _of_sorted(took: np.ndarray) -> Durations:
    n = len(took)
    median = (float(took[(n - 1) // 2]) + float(took[n // 2])) / 2
    return Durations(
        n, float(took.sum()) / n / SECOND, median / SECOND, float(took[round(0.9 * (n - 1))]) / SECOND
    )


def _variants(log: EventLog, bounds: np.ndarray) -> tuple[int, tuple[Variant, ...]]:
    """How many different paths there are, and the most common ones; ties by the names of their activities."""
    import numpy as np

    by_name = sorted(range(len(log.activities)), key=log.activities.__getitem__)
    rank = np.empty(len(by_name), ">i4")
    rank[by_name] = np.arange(len(by_name))
    # Numbers with the high byte first: as bytes they are in the order of the names.
    raw = rank[log.activity].tobytes()
    counts = Counter(raw[begin:end] for begin, end in pairwise((bounds * rank.itemsize).tolist()))
    common = nsmallest(MOST_VARIANTS, counts.items(), key=lambda one: (-one[1], one[0]))
    told = [
        Variant(tuple(log.activities[by_name[n]] for n in np.frombuffer(path, rank.dtype).tolist()), n_cases)
        for path, n_cases in common
    ]
    return len(counts), tuple(told)


def _follows(log: EventLog) -> tuple[Follow, ...]:
    import numpy as np

    same = log.case[1:] == log.case[:-1]
    took = np.diff(log.at)[same]
    if not len(took):
        return ()
    width = len(log.activities)
    pair = log.activity[:-1][same].astype(np.int64)
    pair *= width
    pair += log.activity[1:][same]
    del same
    pairs, counts, took = _sorted_within(pair, took)
    ends = np.cumsum(counts)
    found = []
    for key, begin, end in zip(pairs.tolist(), (ends - counts).tolist(), ends.tolist(), strict=True):
        part = took[begin:end]
        before, after = divmod(key, width)
        names = log.activities[before], log.activities[after]
        found.append(Follow(*names, end - begin, _of_sorted(part), float(part.sum()) / SECOND))
    return tuple(sorted(found, key=lambda one: (-one.count, one.before, one.after)))


def _sorted_within(pair: np.ndarray, took: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs, how often each, and the durations by pair and length."""
    import numpy as np

    pairs, number = _numbered(pair)
    counts = np.bincount(number, minlength=len(pairs))
    bits = int(took.max()).bit_length()
    if bits + len(pairs).bit_length() < 63:
        # Pair and duration in one number: sorting numbers in place takes a fifth of the time of sorting by two keys.
        number = number.astype(np.int64)
        number <<= bits
        number |= took
        number.sort()
        number &= (1 << bits) - 1
        return pairs, counts, number
    return pairs, counts, took[np.lexsort((took, number))]


def _numbered(pair: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values, and for each value its place among them."""
    import numpy as np

    most = int(pair.max()) + 1
    if most > 4_000_000:
        return np.unique(pair, return_inverse=True)
    is_there = np.zeros(most, bool)
    is_there[pair] = True
    place = np.cumsum(is_there, dtype=np.int32) - 1
    return np.flatnonzero(is_there), place[pair]


def _again(log: EventLog) -> tuple[np.ndarray, np.ndarray, int]:
    """(activities,) in how many cases each was done, and how often again in one; and how many cases did something again.

    A start and its complete mark are one doing: start marks are not counted where there are others.
    """
    import numpy as np

    case, activity, width = log.case, log.activity, len(log.activities)
    if log.transition is not None and (log.transition != START).any():
        ends = log.transition != START
        case, activity = case[ends], activity[ends]
    key = case.astype(np.int64)
    key *= width
    key += activity
    key.sort()
    is_again = key[1:] == key[:-1]
    again = key[1:][is_again]
    done = np.bincount(activity, minlength=width)
    repeats = np.bincount(again % width, minlength=width)
    return done - repeats, repeats, int(np.count_nonzero(np.diff(again // width))) + bool(len(again))


def _steps(log: EventLog, bounds: np.ndarray, in_cases: np.ndarray, repeats: np.ndarray) -> tuple[Step, ...]:
    import numpy as np

    width = len(log.activities)
    first, last = bounds[:-1], bounds[1:] - 1
    since = np.diff(log.at, prepend=log.at[:1])
    since[first] = 0
    columns = (
        np.bincount(log.activity, minlength=width),
        in_cases,
        repeats,
        np.bincount(log.activity[first], minlength=width),
        np.bincount(log.activity[last], minlength=width),
        np.bincount(log.activity, weights=since, minlength=width) / SECOND,
    )
    spans = spans_of(log, bounds)
    waited = _by_activity(spans, lambda one: one.start - one.ready)
    worked = _by_activity(spans, lambda one: one.end - one.start)
    steps = [
        Step(
            name,
            events=int(columns[0][n]),
            cases=int(columns[1][n]),
            repeats=int(columns[2][n]),
            first_in=int(columns[3][n]),
            last_in=int(columns[4][n]),
            since_s=float(columns[5][n]),
            waiting=waited.get(n),
            working=worked.get(n),
        )
        for n, name in enumerate(log.activities)
        if columns[0][n]
    ]
    return tuple(sorted(steps, key=lambda one: (-one.events, one.name)))


def _working_share(steps: Sequence[Step]) -> float | None:
    waiting = sum(one.waiting.n * one.waiting.mean_s for one in steps if one.waiting)
    working = sum(one.working.n * one.working.mean_s for one in steps if one.working)
    return working / (waiting + working) if waiting + working else None


def _by_activity(spans: Spans | None, took: Callable[[Spans], np.ndarray]) -> dict[int, Durations]:
    import numpy as np

    if spans is None:
        return {}
    numbers, counts, times = _sorted_within(spans.activity.astype(np.int64), took(spans))
    ends = np.cumsum(counts)
    return {
        number: _of_sorted(times[begin:end])
        for number, begin, end in zip(numbers.tolist(), (ends - counts).tolist(), ends.tolist(), strict=True)
    }


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """k doings with a known start: arrays of equal length, times in microseconds; ready <= start <= end."""

    activity: np.ndarray
    ready: np.ndarray
    start: np.ndarray
    end: np.ndarray


def spans_of(log: EventLog, bounds: np.ndarray) -> Spans | None:
    """The doings of a log whose start is known, with when the latest doing before had ended; None where there are none."""
    import numpy as np

    index, start = starts_of(log)
    known = start != NO_TIME
    if not known.any():
        return None
    end = log.at[index]
    ready = np.empty(len(index), np.int64)
    edges = np.searchsorted(index, bounds)
    for begin, low, high in zip(bounds[:-1].tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        before = np.searchsorted(end[low:high], start[low:high], side="right") - 1
        ready[low:high] = np.where(before >= 0, end[low:high][before], log.at[begin])
    ready = np.minimum(ready, start)
    return Spans(log.activity[index][known], ready[known], start[known], end[known])


def starts_of(log: EventLog) -> tuple[np.ndarray, np.ndarray]:
    """Which events end a doing, and when each was started (NO_TIME where that is not known).

    An event that names its own start has it, if that is not later than its time. Otherwise the k-th complete mark of an
    activity in a case takes the earliest start mark of it that is still free. Start marks are no doings of their own, but
    those that never complete are left out.
    """
    import numpy as np

    if log.transition is None or not (log.transition == START).any():
        index = np.arange(len(log))
    else:
        index = np.flatnonzero(log.transition != START)
    start = np.full(len(index), NO_TIME, np.int64)
    if log.started is not None:
        own = log.started[index]
        start = np.where((own != NO_TIME) & (own <= log.at[index]), own, NO_TIME)
    if log.transition is not None and len(index) < len(log):
        _pair_marks(log, start)
    return index, start


def _pair_marks(log: EventLog, start: np.ndarray) -> None:
    free: dict[tuple[int, int], list[int]] = {}
    place = 0
    assert log.transition is not None
    for case, activity, at, mark in zip(
        log.case.tolist(), log.activity.tolist(), log.at.tolist(), log.transition.tolist(), strict=True
    ):
        if mark == START:
            free.setdefault((case, activity), []).append(at)
            continue
        if mark == COMPLETE and start[place] == NO_TIME and (begun := free.get((case, activity))):
            start[place] = begun.pop(0)
        place += 1
