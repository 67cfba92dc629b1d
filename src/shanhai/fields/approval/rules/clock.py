"""The clock of an item and of a case: how many working days the calendar, the government and the owner count.

The day on which something begins is day 0, as everywhere: what opens on Monday has used one day on Tuesday. So a halt
from Monday to Thursday stands still on Tuesday, Wednesday and Thursday; Monday still counts, and what goes on again on
Thursday has used one day more on Friday.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop
from shanhai.kernel.workdays import Calendar


class Whose(StrEnum):
    """For whom the days of a halt count."""

    OWNER = "owner"
    GOVERNMENT = "gov"  # an intermediary that it commissioned works: the item waits, and its clock runs on
    NOBODY = "nobody"  # the law grants them: a hearing, a review by experts, an auction


class StopReason(StrEnum):
    """Why a clock may stand still."""

    SUPPLEMENT = "supplement"
    CORRECTION = "correction"  # suspended over a disagreement until the owner has corrected the file
    EXPERTS = "experts"
    HEARING = "hearing"
    TENDER = "tender"
    INSPECTION = "inspection"
    PUBLICITY = "publicity"
    ARCHAEOLOGY = "archaeology"
    FORCE_MAJEURE = "force_majeure"
    # An intermediary works: who commissioned it decides whose clock runs.
    SERVICE_OWNER = "service_owner"
    SERVICE_GOV = "service_gov"


# In this module and beside it; the API knows it by the name that no other has.


WHOSE: dict[StopReason, Whose] = dict.fromkeys(StopReason, Whose.NOBODY) | {
    StopReason.SUPPLEMENT: Whose.OWNER,
    StopReason.CORRECTION: Whose.OWNER,
    StopReason.SERVICE_OWNER: Whose.OWNER,
    StopReason.SERVICE_GOV: Whose.GOVERNMENT,
}
SERVICES = (StopReason.SERVICE_OWNER, StopReason.SERVICE_GOV)


@dataclass(frozen=True, slots=True)
class Halt:
    """Days on which an item waits: those after ``from_on`` up to ``until_on``, or for the time being.

    Its clock stands still on them, unless they count for the government: those it has used like any others.
    """

    from_on: date
    until_on: date | None
    whose: Whose


@dataclass(frozen=True, slots=True)
class Run:
    """An item in time: from its opening to its decision, or still under way, with its halts."""

    opened_on: date
    ended_on: date | None
    halts: tuple[Halt, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """Working days by each clock; what is neither the government's nor the owner's is granted by law."""

    calendar: int
    government: int
    owner: int

    @property
    def nobody(self) -> int:
        """Days that count for neither."""
        return self.calendar - self.government - self.owner


# Days after the first up to the second.
_Spans = list[tuple[date, date]]


def counts(run: Run, as_of: date, calendar: Calendar) -> Counts:
    """The three clocks of one item, on a day or when it was decided.

    Halts that overlap count once; a day that one of them gives to the owner is the owner's.
    """
    return case_counts([run], run.opened_on, min(run.ended_on or as_of, as_of), calendar)


def case_counts(runs: Iterable[Run], from_on: date, until_on: date, calendar: Calendar) -> Counts:
    """The three clocks of a case between two days.

    A day is the government's when any item runs on it, or waits for whom the government commissioned. It is the owner's when none runs and one stands still for the
    owner. On the other days the case waits for what the law grants.
    """
    running: _Spans = []
    owners: _Spans = []
    for run in runs:
        whole = _clipped([(run.opened_on, run.ended_on or until_on)], from_on, until_on)
        stands = [halt for halt in run.halts if halt.whose is not Whose.GOVERNMENT]
        halted = _clipped([(halt.from_on, halt.until_on or until_on) for halt in stands], from_on, until_on)
        running += _minus(_union(whole), _union(halted))
        own = _clipped(
            [(h.from_on, h.until_on or until_on) for h in run.halts if h.whose is Whose.OWNER],
            from_on,
            until_on,
        )
        owners += _within(_union(own), _union(whole))
    government = _union(running)
    return Counts(
        max(0, calendar.count(from_on, until_on)) if until_on > from_on else 0,
        _days(government, calendar),
        _days(_minus(_union(owners), government), calendar),
    )


def due_on(opened_on: date, days: int, halts: Iterable[Halt], calendar: Calendar, as_of: date) -> date:
    """The last day on which an item may be decided: opened, and its days, moved by what stood still.

    A halt without an end is taken to last until ``as_of``: while it lasts the due day moves day by day.

    Examples
    --------
    >>> from shanhai.kernel.workdays import official
    >>> monday = date(2023, 9, 11)
    >>> due_on(monday, 5, [], official(), monday)
    datetime.date(2023, 9, 18)
    >>> due_on(monday, 5, [Halt(date(2023, 9, 13), date(2023, 9, 15), Whose.OWNER)], official(), monday)
    datetime.date(2023, 9, 20)
    """
    stands = _union(
        [
            (max(halt.from_on, opened_on), end)
            for halt in halts
            if halt.whose is not Whose.GOVERNMENT
            and (end := halt.until_on or max(as_of, halt.from_on)) > opened_on
        ]
    )
    at, left = opened_on, days
    for first, last in stands:
        due = calendar.add(at, left)
        if due < first:
            return due
        left -= calendar.count(at, first)
        at = last
    return calendar.add(at, left)


def reminded_on(
    opened_on: date, days: int, halts: Iterable[Halt], calendar: Calendar, as_of: date, percent: int
) -> date:
    """The day on which a share of the days is used up, rounded up."""
    return due_on(opened_on, -(-days * percent // 100), halts, calendar, as_of)


def check_stop(
    item: str, reason: str, evidence: bool, days: int, most: Mapping[str, int], running: Sequence[Halt]
) -> StopReason:
    """A clock stops for a reason that the rules know, shown by a paper, for so many working days at most."""
    try:
        found = StopReason(reason)
    except ValueError:
        raise BadInput(
            "approval.stop_reason",
            gettext_noop("{reason} is no reason for which a clock stops. Take one of: {reasons}."),
            reason=reason[:40],
            reasons=", ".join(StopReason),
            field="reason",
        ) from None
    if running:
        raise NotNow(
            "approval.stopped_already",
            gettext_noop(
                "The clock of {item} stands still since {since}. Let it go on before it stops again."
            ),
            item=item,
            since=running[0].from_on,
        )
    if not evidence:
        raise BadInput(
            "approval.stop_evidence",
            gettext_noop("The clock of {item} stops only on a paper that shows why. Attach it."),
            item=item,
            field="document",
        )
    limit = most.get(found, 0)
    if not 1 <= days <= limit:
        raise BadInput(
            "approval.stop_days",
            gettext_noop(
                "For this reason the clock of {item} stands still for 1 to {most} working days. Give so many."
            ),
            item=item,
            most=limit,
            field="days",
        )
    return found


def check_extension(item: str, days: int, most: int, extended_on: date | None) -> None:
    """An item is extended once, by so many working days at most."""
    if extended_on is not None:
        raise NotNow(
            "approval.extended_already",
            gettext_noop(
                "{item} was extended on {day}, and no item is extended twice. Decide it, or stop its clock."
            ),
            item=item,
            day=extended_on,
        )
    if not 1 <= days <= most:
        raise BadInput(
            "approval.extension_days",
            gettext_noop("{item} can be extended by 1 to {most} working days. Give so many."),
            item=item,
            most=most,
            field="days",
        )


def _union(spans: Iterable[tuple[date, date]]) -> _Spans:
    """Spans that neither touch nor overlap, in order."""
    found: _Spans = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _clipped(spans: Iterable[tuple[date, date]], first: date, last: date) -> _Spans:
    cut = [(max(a, first), min(b, last)) for a, b in spans]
    return [(a, b) for a, b in cut if a < b]


def _within(spans: _Spans, others: _Spans) -> _Spans:
    return [piece for a, b in others for piece in _clipped(spans, a, b)]


def _minus(spans: _Spans, others: _Spans) -> _Spans:
    """What of some spans lies in none of the others; both in order and disjoint."""
    found: _Spans = []
    for first, last in spans:
        at = first
        for a, b in others:
            if b <= at or a >= last:
                continue
            if a > at:
                found.append((at, a))
            at = max(at, b)
        if at < last:
            found.append((at, last))
    return found


def _days(spans: _Spans, calendar: Calendar) -> int:
    return sum(calendar.count(first, last) for first, last in spans)
