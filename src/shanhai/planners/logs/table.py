"""An event log in columns."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, overload

from shanhai.kernel.reasons import Reason
from shanhai.planners.logs.stamps import NO_TIME, microseconds
from shanhai.planners.logs.troubles import Troubles

if TYPE_CHECKING:
    import numpy as np

# Lifecycle transitions; all that are neither start nor complete count as a mark without a meaning of its own.
NONE, START, COMPLETE, OTHER = 0, 1, 2, 3
TRANSITIONS = {"start": START, "complete": COMPLETE}


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """n events in the order of their case, then of their time, then of the file.

    Times are microseconds since 1970 in UTC. ``unread`` says what the file had besides.
    """

    case: np.ndarray  # (n,) int32, index into cases, not falling
    activity: np.ndarray  # (n,) int32, index into activities
    at: np.ndarray  # (n,) int64, not falling within a case
    started: np.ndarray | None  # (n,) int64, NO_TIME where an event names no start; None where none does
    transition: np.ndarray | None  # (n,) int8, one of NONE, START, COMPLETE, OTHER; None where none is named
    cases: Sequence[str]
    activities: Sequence[str]
    unread: tuple[Reason, ...] = ()

    def __len__(self) -> int:
        return len(self.at)

    def bounds(self) -> np.ndarray:
        """(cases + 1,) where each case begins; the last is n. Every case has an event."""
        import numpy as np

        if not len(self):
            return np.zeros(1, np.int64)
        return np.concatenate(([0], np.flatnonzero(np.diff(self.case)) + 1, [len(self)]))


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a case. ``transition`` is start, complete or another mark; a time without a zone counts as UTC."""

    case: str
    activity: str
    at: datetime
    started: datetime | None = None
    transition: str = ""


def log_of(events: Iterable[Event]) -> EventLog:
    """The log of events that are at hand, such as those of a journal; those of one time stay in their order.

    Examples
    --------
    >>> log = log_of([Event("2", "sign", datetime(2023, 9, 18)), Event("1", "ask", datetime(2023, 9, 18))])
    >>> len(log), list(log.cases)
    (2, ['2', '1'])
    """
    columns = Columns()
    for one in events:
        columns.case.append(columns.cases[one.case])
        columns.activity.append(columns.activities[one.activity])
        columns.at.append(microseconds(one.at))
        columns.started.append(NO_TIME if one.started is None else microseconds(one.started))
        mark = one.transition.strip().casefold()
        columns.transition.append(TRANSITIONS.get(mark, OTHER) if mark else NONE)
    return columns.log(Troubles())


class Names(dict[str | bytes, int]):
    """Numbers for names, in the order in which they are first asked for; a log has names as text or as UTF-8."""

    def __missing__(self, name: str | bytes) -> int:
        number = self[name] = len(self)
        return number

    def told(self) -> Sequence[str]:
        """The names as text; letters that are none are replaced."""
        return LaterNames(len(self), lambda: [text_of(one) for one in self])

    def odd(self) -> list[str]:
        """The names with letters that are none."""
        if all(isinstance(one, bytes) for one in self):
            try:
                if "\ufffd" not in b"\n".join(self).decode():  # type: ignore[arg-type]
                    return []
            except UnicodeDecodeError:
                pass
        return [name for name in map(text_of, self) if "\ufffd" in name]


def text_of(name: str | bytes) -> str:
    """A name as text."""
    return name if isinstance(name, str) else name.decode(errors="replace")


class LaterNames(Sequence[str]):
    """n names that are made when the first is asked for: most questions ask for none of a hundred thousand cases."""

    def __init__(self, n: int, make: Callable[[], Sequence[str]]) -> None:
        self._n, self._make = n, make
        self._made: Sequence[str] | None = None

    def __len__(self) -> int:
        return self._n

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if self._made is None:
            self._made = self._make()
        return self._made[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class Columns:
    """Grows the columns of a log."""

    def __init__(self) -> None:
        self.cases, self.activities = Names(), Names()
        self.case, self.activity = array("i"), array("i")
        self.at, self.started = array("q"), array("q")
        self.transition = array("b")

    def log(self, troubles: Troubles) -> EventLog:
        """The log of all events added, in order."""
        import numpy as np

        case, activity = np.frombuffer(self.case, np.int32), np.frombuffer(self.activity, np.int32)
        started, transition = np.frombuffer(self.started, np.int64), np.frombuffer(self.transition, np.int8)
        return in_order(
            EventLog(
                case,
                activity,
                np.frombuffer(self.at, np.int64),
                started if (started != NO_TIME).any() else None,
                transition if transition.any() else None,
                self.cases.told(),
                self.activities.told(),
            ),
            troubles,
        )


def in_order(log: EventLog, troubles: Troubles) -> EventLog:
    """The log by case, then time, then file; what was out of order or stands twice is counted."""
    import numpy as np

    order = _order(log.case, log.at, troubles)
    if order is not None:
        log = replace(
            log,
            case=log.case[order],
            activity=log.activity[order],
            at=log.at[order],
            started=None if log.started is None else log.started[order],
            transition=None if log.transition is None else log.transition[order],
        )
    del order
    twice = log.at[1:] == log.at[:-1]
    twice &= (log.case[1:] == log.case[:-1]) & (log.activity[1:] == log.activity[:-1])
    if log.transition is not None:
        twice &= log.transition[1:] == log.transition[:-1]
    troubles.count("repeated", n=int(np.count_nonzero(twice)))
    return replace(log, unread=troubles.told())


def _order(case: np.ndarray, at: np.ndarray, troubles: Troubles) -> np.ndarray | None:
    """The order by case, time and file; None where the events stand in it."""
    import numpy as np

    if not len(case):
        return None
    by_case = None if (case[1:] >= case[:-1]).all() else _sorted_by(case)
    times, cases = (at, case) if by_case is None else (at[by_case], case[by_case])
    falls = (times[1:] < times[:-1]) & (cases[1:] == cases[:-1])
    n = int(np.count_nonzero(falls))
    troubles.count("out_of_order", n=n)
    if not n:
        return by_case
    by_time = np.lexsort((times, cases))
    return by_time if by_case is None else by_case[by_time]


def _sorted_by(codes: np.ndarray) -> np.ndarray:
    """The stable order of codes >= 0; in two passes over 16 bits each, for which NumPy counts and does not compare."""
    import numpy as np

    order = np.argsort((codes & 0xFFFF).astype(np.uint16), kind="stable").astype(np.int32)
    if int(codes.max()) > 0xFFFF:
        high = (codes >> 16).astype(np.uint16)[order]
        order = order[np.argsort(high, kind="stable")]
    return order
