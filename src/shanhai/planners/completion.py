"""When open cases will be done: an interval for each, the risk of missing its due date, and how often such intervals held."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs.stamps import microseconds
from shanhai.planners.logs.table import EventLog

if TYPE_CHECKING:
    import numpy as np

Basis = Literal["step", "activity", "all", "none"]
# Fewer cases that went on to their end say too little.
LEAST = 20
# The third time that a step is done and later ones are alike.
MOST_TIMES = 3
# The moments of the test, as shares of the cases that had begun by then.
TESTED_AT = (0.5, 0.6, 0.7, 0.8, 0.9)
DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class CaseForecast:
    """An open case. Ends are None where the history does not reach so far; ``n`` cases speak for it."""

    case: str
    last: str
    since: datetime  # of its last event
    low: datetime | None
    median: datetime | None
    high: datetime | None
    risk: float | None  # of ending after its due date; None without one
    n: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Tested:
    """How the same forecast held at earlier moments, from what was known then. ``held`` is a share of ``n``; None of none."""

    nominal: float
    n: int
    held: float | None
    unknown: int  # forecasts that nothing in the log confirms or refutes
    width_days: float | None  # median length of the intervals


@dataclass(frozen=True, slots=True)
class Completion:
    """Forecasts in the order of the log, the test, and what was taken for closed."""

    at: datetime
    cases: tuple[CaseForecast, ...]
    closed: int
    tested: Tested
    notes: tuple[Reason, ...]


def forecast_completion(
    log: EventLog,
    *,
    ends: Collection[str] = (),
    at: datetime | None = None,
    due: Mapping[str, datetime] | None = None,
    due_days: float | None = None,
    coverage: float = 0.8,
) -> Completion:
    """Forecast when the open cases of a log will be done, from how its other cases went on.

    A case is closed when its last event is one of ``ends``. An open one stands at its last step since some time. The cases
    that speak for it stood at the same step (the same time in the case, third and later alike) at least as long; failing
    20 closed ones, those that stood at the step at any time; failing these, all that were under way as long. How much longer
    they took is counted with those still open as known up to now (Kaplan and Meier), so that slow ones are not forgotten.
    The interval holds ``coverage`` of them, one case more on either side for the one that is to come.

    Parameters
    ----------
    log
        n >= 1 events.
    ends
        Activities that close a case; by default those that are the last of most cases that have them, which is told.
    at
        The moment of the forecast; later events are not looked at. By default the last event.
    due, due_days
        When a case is due: by its name, else so many days after its first event.
    coverage
        0.5 to 0.99, what share of the cases the intervals should hold.

    Returns
    -------
    Completion
        With a test: the same forecast made at five earlier moments from what was known then.

    Raises
    ------
    BadInput
        ``completion.coverage``, ``completion.no_end``, ``completion.due_days``, ``completion.too_early``.

    Source
    ------
    Product-limit estimate (Kaplan and Meier 1958); ranks as in conformal prediction, docs/why/completion.md.

    Examples
    --------
    >>> from datetime import timedelta
    >>> from shanhai.planners.logs import Event, log_of
    >>> day = lambda n: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(n)
    >>> past = [Event(f"c{n}", step, day(n + more)) for n in range(40) for step, more in (("ask", 0), ("sign", 5 + n % 5))]
    >>> found = forecast_completion(log_of([*past, Event("new", "ask", day(60))]), ends=["sign"], at=day(60))
    >>> one = found.cases[0]
    >>> one.case, (one.low - one.since).days, (one.high - one.since).days
    ('new', 5, 9)
    """
    if not 0.5 <= coverage <= 0.99:
        raise BadInput(
            "completion.coverage",
            gettext_noop(
                "Intervals that hold {coverage} of the cases are asked for. Give a share from 0.5 to 0.99."
            ),
            coverage=coverage,
        )
    if due_days is not None and not 0 < due_days < 100_000:
        raise BadInput(
            "completion.due_days",
            gettext_noop("Cases are due after {days} days. Give a number above 0."),
            days=due_days,
        )
    notes: list[Reason] = []
    closing = _closing(log, ends, notes)
    now = int(log.at.max()) if at is None else microseconds(at)
    known = _Known(log, closing, now)
    if not known.begun:
        raise BadInput(
            "completion.too_early", gettext_noop("No case had begun at {at}. Name a later moment."), at=at
        )
    found = tuple(_forecast(known, event, due or {}, due_days, coverage) for event in known.waiting())
    tested = _test(log, closing, now, coverage)
    return Completion(_moment(now), found, known.n_closed, tested, tuple(notes))


def _closing(log: EventLog, ends: Collection[str], notes: list[Reason]) -> np.ndarray:
    """(activities,) which of them close a case."""
    import numpy as np

    names = list(log.activities)
    if ends:
        unknown = sorted(set(ends) - set(names))
        if unknown:
            raise BadInput(
                "completion.no_end",
                gettext_noop("No event of the log is called {name}. Name activities that close a case."),
                name=unknown[0],
            )
        return np.array([name in ends for name in names])
    bounds = log.bounds()
    last = np.bincount(log.activity[bounds[1:] - 1], minlength=len(names))
    pairs = np.unique(log.case.astype(np.int64) * len(names) + log.activity)
    having = np.bincount(pairs % len(names), minlength=len(names))
    closing = (2 * last > having) & (last >= min(LEAST, len(bounds) - 1))
    told = [name for name, is_end in zip(names, closing, strict=True) if is_end]
    if not told:
        raise BadInput(
            "completion.no_end",
            gettext_noop("No event of the log is called {name}. Name activities that close a case."),
            name="–",
        )
    notes.append(
        because(
            "completion.ends",
            gettext_noop("Cases whose last event is {names} count as closed; name others if that is wrong."),
            names=", ".join(told[:5]) + (f" (+{len(told) - 5})" if len(told) > 5 else ""),
        )
    )
    return closing


class _Known:
    """What is known of a log at a moment: for each event how long its case stood there and when the case ended."""

    def __init__(self, log: EventLog, closing: np.ndarray, now: int) -> None:
        import numpy as np

        seen = np.flatnonzero(log.at <= now)
        case, self.activity, self.at = log.case[seen], log.activity[seen].astype(np.int64), log.at[seen]
        self.log, self.now = log, now
        n = self.begun = len(seen)
        is_last = np.ones(n, bool)
        is_last[:-1] = case[1:] != case[:-1]
        first = np.ones(n, bool)
        first[1:] = is_last[:-1]
        number = np.cumsum(first) - 1
        begin, end = self.at[first], self.at[is_last]
        is_closed = closing[self.activity[is_last]] if n else np.zeros(0, bool)
        self.n_closed = int(is_closed.sum())
        self.case = case
        # Until when each event's case stood there, when it ended or up to when it is known, and whether it ended.
        self.until = np.where(is_last, now, np.append(self.at[1:], now)[:n])
        self.is_closed = is_closed[number]
        self.end = np.where(self.is_closed, end[number], now)
        self.begin = begin[number]
        self.is_last = is_last
        self.times = _times(case, self.activity, len(log.activities))
        # One row for each case: begin, end or now, whether it ended.
        self.whole = begin, np.where(is_closed, end, now), is_closed
        # A case that has come to its end stands nowhere any more.
        stands = ~(is_last & self.is_closed)
        self.groups: dict[tuple[int, int], np.ndarray] = {}
        order = np.flatnonzero(stands)
        key = self.activity[order] * (MOST_TIMES + 1) + self.times[order]
        by_key = np.argsort(key, kind="stable")
        keys, starts = np.unique(key[by_key], return_index=True)
        stops = [*starts.tolist()[1:], len(order)]
        for one, low, high in zip(keys.tolist(), starts.tolist(), stops, strict=False):
            self.groups[divmod(one, MOST_TIMES + 1)] = order[by_key][low:high]

    def waiting(self) -> list[int]:
        """The last events of the open cases."""
        import numpy as np

        return np.flatnonzero(self.is_last & ~self.is_closed).tolist()

    def alike(self, event: int) -> tuple[np.ndarray, np.ndarray, Basis]:
        """How much longer cases took that stood like that of an event, and whether they ended: (n,), (n,) bool."""
        import numpy as np

        activity, times = int(self.activity[event]), int(self.times[event])
        stood = self.now - int(self.at[event])
        own = self.case[event]
        groups = [(self.groups[activity, times], "step")]
        groups.append(
            (np.concatenate([part for key, part in self.groups.items() if key[0] == activity]), "activity")
        )
        for part, basis in groups:
            like = part[(self.until[part] - self.at[part] > stood) & (self.case[part] != own)]
            if int(self.is_closed[like].sum()) >= LEAST:
                return self.end[like] - self.at[like] - stood, self.is_closed[like], basis  # type: ignore[return-value]
        begin, end, is_closed = self.whole
        under_way = self.now - int(self.begin[event])
        like = (end - begin > under_way) & ~((begin == self.begin[event]) & ~is_closed)
        basis = "all" if int(is_closed[like].sum()) >= LEAST else "none"
        return (end - begin)[like] - under_way, is_closed[like], basis  # type: ignore[return-value]


def _times(case: np.ndarray, activity: np.ndarray, width: int) -> np.ndarray:
    """(n,) how often the case of each event has done its activity by then, at most MOST_TIMES."""
    import numpy as np

    key = case.astype(np.int64) * width + activity
    order = np.argsort(key, kind="stable")
    fresh = np.ones(len(key), bool)
    fresh[1:] = key[order][1:] != key[order][:-1]
    place = np.arange(len(key))
    count = place - np.maximum.accumulate(np.where(fresh, place, 0))
    found = np.empty(len(key), np.int64)
    found[order] = np.minimum(count + 1, MOST_TIMES)
    return found


class _Curve:
    """The share of cases that have ended after so long, those still open counted up to now."""

    def __init__(self, took: np.ndarray, is_closed: np.ndarray) -> None:
        import numpy as np

        order = np.lexsort((~is_closed, took))
        self.took, ended = took[order], is_closed[order]
        self.n = len(took)
        left = self.n - np.arange(self.n)
        self.ended = 1 - np.cumprod(1 - ended / left) if self.n else np.zeros(0)

    def after(self, share: float) -> int | None:
        """When so large a share has ended; None where that is not known."""
        import numpy as np

        place = int(np.searchsorted(self.ended, share - 1e-9))
        return int(self.took[place]) if place < self.n else None

    def open_after(self, took: int) -> float:
        """The share that takes longer."""
        import numpy as np

        place = int(np.searchsorted(self.took, took, side="right"))
        return 1.0 if not place else float(1 - self.ended[place - 1])

    def interval(self, coverage: float) -> tuple[int, int | None, int | None]:
        """Low, median and high: ranks among n cases and the one to come."""
        n, tail = self.n, (1 - coverage) / 2
        low, high = floor(tail * (n + 1) + 1e-9), ceil((1 - tail) * (n + 1) - 1e-9)
        found = self.after(low / n) if low else 0
        return found or 0, self.after(0.5), self.after(high / n) if high <= n else None


def _forecast(
    known: _Known, event: int, due: Mapping[str, datetime], due_days: float | None, coverage: float
) -> CaseForecast:
    took, is_closed, basis = known.alike(event)
    name = known.log.cases[int(known.case[event])]
    last, since = known.log.activities[int(known.activity[event])], _moment(int(known.at[event]))
    left = None
    if name in due:
        left = microseconds(due[name]) - known.now
    elif due_days is not None:
        left = int(known.begin[event]) + int(due_days * DAY) - known.now
    if basis == "none":
        risk = None if left is None else 1.0 if left < 0 else None
        return CaseForecast(name, last, since, None, None, None, risk, int(is_closed.sum()), basis)
    curve = _Curve(took, is_closed)
    low, median, high = (
        None if one is None else _moment(known.now + one) for one in curve.interval(coverage)
    )
    risk = None if left is None else 1.0 if left < 0 else curve.open_after(left)
    return CaseForecast(name, last, since, low, median, high, risk, curve.n, basis)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1_000_000, UTC).replace(microsecond=at % 1_000_000)


# --- the test ---------------------------------------------------------------------------------------------------------


def _test(log: EventLog, closing: np.ndarray, now: int, coverage: float) -> Tested:
    """Forecasts at earlier moments, held against what came."""
    import numpy as np

    whole = _Known(log, closing, now)
    ended = {
        int(whole.case[event]): (int(whole.end[event]), bool(whole.is_closed[event]))
        for event in np.flatnonzero(whole.is_last).tolist()
    }
    begin = np.sort(whole.whole[0])
    held = missed = unknown = 0
    widths: list[float] = []
    for share in TESTED_AT:
        moment = int(begin[int(share * (len(begin) - 1))])
        then = _Known(log, closing, moment)
        for event in then.waiting():
            took, is_closed, basis = then.alike(event)
            if basis == "none":
                continue
            low, _, high = _Curve(took, is_closed).interval(coverage)
            end, is_over = ended[int(then.case[event])]
            verdict = _verdict(end - moment, is_over, low, high)
            held, missed = held + (verdict is True), missed + (verdict is False)
            unknown += verdict is None
            if high is not None:
                widths.append((high - low) / DAY)
    n = held + missed
    return Tested(coverage, n, held / n if n else None, unknown, float(np.median(widths)) if widths else None)


def _verdict(took: int, is_over: bool, low: int, high: int | None) -> bool | None:
    """Whether an interval held; a case that is still open refutes it once it has taken longer."""
    if is_over:
        return low <= took and (high is None or took <= high)
    return False if high is not None and took > high else None
