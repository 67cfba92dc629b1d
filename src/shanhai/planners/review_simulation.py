"""How long cases take with so many reviewers: arrivals, desks with queues, jointly or one item after the other; simulated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from math import ceil, isfinite, sqrt
from typing import Literal

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.review_desks import Desks, Work
from shanhai.planners.review_work import (
    LEVERS,
    Assumptions,
    CaseKind,
    Layout,
    ReviewItem,
    Setting,
    Staff,
    check_kinds,
    departments_of,
    levers_of,
    work_of_a_case,
)

__all__ = [
    "LEVERS",
    "Assumptions",
    "CaseKind",
    "Cut",
    "Replication",
    "ReviewItem",
    "ReviewSimulation",
    "Span",
    "Staff",
    "cut_between",
    "simulate_review",
]

Mode = Literal["joint", "serial"]
Order = Literal["fifo", "slack"]
MODES, ORDERS = ("joint", "serial"), ("fifo", "slack")
MOST_CASES, MOST_REVIEWERS = 2_000_000, 200
REPLICATIONS = 20
# Quantiles 0.975 of Student's t with 1 to 19 degrees of freedom.
_T_975 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Working days of cases. ``p90`` is the value at place round(0.9 (n - 1)); ``ci95`` holds the mean, None from one replication."""

    mean: float
    median: float
    p90: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Replication:
    """One run from empty desks on: sums over its counted cases."""

    cases: int
    lead_wd: float
    bound_wd: float
    late: int


@dataclass(frozen=True, slots=True)
class ReviewSimulation:
    """What was simulated, in working days of the government's clock, and the assumptions that it stands on."""

    cases: int
    lead_wd: Span
    bound_wd: Span
    late_share: float  # of cases that took more than their promised days
    late_ci95: tuple[float, float] | None
    cases_a_day: float
    loads: Mapping[str, float]  # by department, levers off
    replications: tuple[Replication, ...]
    assumptions: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """How much shorter the mean is than that of another simulation, and how much shorter its bound is; shares of 1."""

    cut: float
    ci95: tuple[float, float] | None
    bound_cut: float
    bound_ci95: tuple[float, float] | None


def simulate_review(
    kinds: Sequence[CaseKind],
    *,
    cases: int,
    mode: Mode = "joint",
    order: Order = "fifo",
    load: float = 0.7,
    reviewers: int = 3,
    staff: Mapping[str, Staff] | None = None,
    levers: Collection[str] = (),
    seed: int = 0,
    assumptions: Assumptions | None = None,
    replications: int | None = None,
    watch: Callable[[int, Work], None] | None = None,
) -> ReviewSimulation:
    """Simulate how long cases take at desks with queues.

    Cases come at random moments, so many that the busiest department has work for ``load`` of its desks with all levers
    off. Each item waits for its predecessors (serial: for the item before it), then each department that it needs has a
    part to do: any free reviewer takes the part that stands first in line and does nothing else until it is done. First in
    line is what opened first, or, by slack, what has the fewest days to spare: promised end of the case, less now, less what
    its longest path still takes in the mean. A case is late when it takes longer than the promised days of its longest path
    (serial: of all its items), levers off. The item is
    decided when all its parts are signed, a ``meets`` item in the next meeting. Levers change work and items as
    ``Assumptions`` say.

    Parameters
    ----------
    kinds
        k >= 1 kinds of cases; items of one code share their draws across kinds.
    cases
        How many are counted, 1 to 2,000,000, over all replications; those that warm up and those that keep the desks busy
        to the end come on top.
    mode, order
        ``joint`` or ``serial``; ``fifo`` or ``slack``.
    load
        0 < load < 1.
    reviewers
        Of each department that ``staff`` does not name, with its hours.
    levers
        Which are on, of ``LEVERS``.
    seed
        >= 0. The same seed draws the same cases whatever else is asked.
    replications
        Runs with luck of their own; by default one for each 25 cases, 2 to 20.
    watch
        Called with the replication and each part that was done, for whoever wants to verify the work.

    Returns
    -------
    ReviewSimulation
        Intervals rest on the means of replications (Student's t).

    Raises
    ------
    BadInput
        ``review_simulation.*``: something given is impossible; ``review_schedule.*``: items that cannot be ordered.

    Source
    ------
    Discrete events, common random numbers (Law, Simulation Modeling and Analysis), docs/why/simulation.md; compared with
    Erlang's formulas where there are any.

    Examples
    --------
    >>> items = (ReviewItem("eia", 7, "ecology"), ReviewItem("plan", 7, "planning"), ReviewItem("permit", 5, "housing"))
    >>> kinds = [CaseKind("plant", (*items[:2], ReviewItem("permit", 5, "housing", after=("eia", "plan"))))]
    >>> joint, serial = (simulate_review(kinds, cases=500, mode=mode, seed=1) for mode in ("joint", "serial"))
    >>> joint.bound_wd == serial.bound_wd, joint.bound_wd.mean < joint.lead_wd.mean < serial.lead_wd.mean
    (True, True)
    """
    given = assumptions or Assumptions()
    check_kinds(kinds)
    runs = _runs(cases, replications)
    _check(mode, order, load, reviewers, seed, given)
    desks = {one: Staff(reviewers) for one in departments_of(kinds)} | dict(staff or {})
    _check_staff(desks)
    setting = Setting(tuple(kinds), desks, given, mode == "serial", levers_of(levers))
    a_day, loads = _rate(setting, load)
    layout = Layout(setting)
    extra = _extra(layout, a_day, -(-cases // runs))
    done: list[_Done] = []
    for run in range(runs):
        n = cases // runs + (run < cases % runs)
        seen = None if watch is None else _of_run(watch, run)
        done.append(_replicate(layout, n, extra, a_day, (seed, run), order == "slack", seen))
    return _told(done, cases, a_day, loads, _assumptions(setting, load))


def state_assumptions(
    kinds: Sequence[CaseKind],
    *,
    load: float = 0.7,
    reviewers: int = 3,
    staff: Mapping[str, Staff] | None = None,
    levers: Collection[str] = (),
    assumptions: Assumptions | None = None,
) -> tuple[Reason, ...]:
    """The assumptions that ``simulate_review`` would stand on, in sentences, without simulating anything.

    Raises
    ------
    BadInput
        As ``simulate_review``.
    """
    given = assumptions or Assumptions()
    check_kinds(kinds)
    _check("joint", "fifo", load, reviewers, 0, given)
    desks = {one: Staff(reviewers) for one in departments_of(kinds)} | dict(staff or {})
    _check_staff(desks)
    return _assumptions(Setting(tuple(kinds), desks, given, False, levers_of(levers)), load)


def cut_between(before: ReviewSimulation, after: ReviewSimulation) -> Cut:
    """How much shorter the cases of one simulation are than those of another: 1 - mean / mean, of leads and of the bound.

    Both must have the same seed and number of cases; the intervals are those of replications taken in pairs (jackknife).

    Raises
    ------
    BadInput
        ``review_simulation.not_a_pair``
    """
    pairs = list(zip(before.replications, after.replications, strict=False))
    if len(before.replications) != len(after.replications) or any(a.cases != b.cases for a, b in pairs):
        raise BadInput(
            "review_simulation.not_a_pair",
            gettext_noop("The two simulations have different cases. Give both the same seed and number."),
        )
    was = [one.lead_wd for one, _ in pairs]
    cut, ci95 = _cut(was, [one.lead_wd for _, one in pairs])
    bound_cut, bound_ci95 = _cut(was, [one.bound_wd for _, one in pairs])
    return Cut(cut, ci95, bound_cut, bound_ci95)


def _cut(was: Sequence[float], now: Sequence[float]) -> tuple[float, tuple[float, float] | None]:
    n, before, after = len(was), sum(was), sum(now)
    if not before:
        return 0.0, None
    cut = 1 - after / before
    if n < 2:
        return cut, None
    # What each replication says of the ratio when the others are left to speak for themselves.
    said = [n * cut - (n - 1) * (1 - (after - a) / (before - b)) for a, b in zip(now, was, strict=True)]
    return cut, _interval(said, cut)


# --- what is asked ----------------------------------------------------------------------------------------------------


def _check(mode: str, order: str, load: float, reviewers: int, seed: int, given: Assumptions) -> None:
    for name, value, known in (("mode", mode, MODES), ("order", order, ORDERS)):
        if value not in known:
            raise BadInput(
                "review_simulation.choice",
                gettext_noop("The {name} is {value}. Take one of: {known}."),
                name=name,
                value=value,
                known=", ".join(known),
            )
    if not 0 < load < 1:
        raise BadInput(
            "review_simulation.load",
            gettext_noop(
                "The load is {load}. Give a number above 0 and below 1: desks with more work than time never catch up."
            ),
            load=load,
        )
    _check_whole("reviewers", reviewers, 1, MOST_REVIEWERS)
    _check_whole("seed", seed, 0, 2**63)
    for field in fields(given):
        value = getattr(given, field.name)
        most = 1.0 if field.name.endswith("_share") and field.name != "co_share" else 1000.0
        least = 0.01 if field.name == "work_hours" else 0.0
        if not (isfinite(value) and least <= value <= most):
            raise BadInput(
                "review_simulation.assumption",
                gettext_noop("{name} is {value}. Give a number from {least} to {most}."),
                name=field.name,
                value=value,
                least=least,
                most=most,
            )


def _check_whole(name: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadInput(
            "review_simulation.number",
            gettext_noop("{name} is {value}. Give a whole number from {least} to {most}."),
            name=name,
            value=value,
            least=least,
            most=most,
        )


def _check_staff(staff: Mapping[str, Staff]) -> None:
    for department, one in staff.items():
        _check_whole(f"reviewers of {department}", one.reviewers, 1, MOST_REVIEWERS)
        if not (0 < one.hours <= 24 and 0 <= one.other_hours < one.hours):
            raise BadInput(
                "review_simulation.hours",
                gettext_noop(
                    "{department} works {hours} hours a day, {other} of them on other duties. Leave some for reviews."
                ),
                department=department,
                hours=one.hours,
                other=one.other_hours,
            )


def _runs(cases: int, replications: int | None) -> int:
    _check_whole("cases", cases, 1, MOST_CASES)
    if replications is None:
        return min(cases, max(2, min(REPLICATIONS, cases // 25)))
    _check_whole("replications", replications, 1, min(cases, REPLICATIONS))
    return replications


def _rate(setting: Setting, load: float) -> tuple[float, dict[str, float]]:
    """Cases a working day, so that the busiest department has ``load``; and the load of each."""
    work = {one: days / setting.staff[one].reviewers for one, days in work_of_a_case(setting).items()}
    most = max(work.values(), default=0.0)
    if not most:
        raise BadInput(
            "review_simulation.no_work",
            gettext_noop("All items are decided at once, so nobody is busy. Give items with promised days."),
        )
    return load / most, {one: load * days / most for one, days in work.items()}


def _extra(layout: Layout, a_day: float, n: int) -> int:
    """Cases before and after the counted ones of a replication: those that come in all promised days, 100 at least."""
    days = max(sum(item.days for item in kind.items) for kind in layout.setting.kinds)
    return max(100, min(n // 10, 2_000), ceil(a_day * days))


# --- runs -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Done:
    """The counted cases of a replication."""

    lead: list[float]
    bound: list[float]
    late: int


def _of_run(watch: Callable[[int, Work], None], run: int) -> Callable[[Work], None]:
    return lambda work: watch(run, work)


def _replicate(
    layout: Layout,
    n: int,
    extra: int,
    a_day: float,
    seed: tuple[int, int],
    by_slack: bool,
    watch: Callable[[Work], None] | None,
) -> _Done:
    drawn = layout.draw((extra, n, extra), a_day, seed)
    setting = layout.setting
    desks = Desks(
        [setting.staff[one].reviewers for one in setting.departments],
        by_slack=by_slack,
        meeting_every=setting.assumptions.meeting_every,
        watch=watch,
    )
    ends = desks.run(drawn.arrivals, extra + n)
    counted = slice(extra, extra + n)
    lead = [end - one.at for end, one in zip(ends[counted], drawn.arrivals[counted], strict=True)]
    late = sum(took > due + 1e-9 for took, due in zip(lead, drawn.due[counted].tolist(), strict=True))
    return _Done(lead, drawn.bound[counted].tolist(), late)


# --- what is told -----------------------------------------------------------------------------------------------------


def _told(
    done: Sequence[_Done], cases: int, a_day: float, loads: dict[str, float], assumptions: tuple[Reason, ...]
) -> ReviewSimulation:
    late = sum(one.late for one in done) / cases
    return ReviewSimulation(
        cases=cases,
        lead_wd=_span([one.lead for one in done]),
        bound_wd=_span([one.bound for one in done]),
        late_share=late,
        late_ci95=_interval([one.late / len(one.lead) for one in done], late, 0.0, 1.0),
        cases_a_day=a_day,
        loads=loads,
        replications=tuple(
            Replication(len(one.lead), sum(one.lead), sum(one.bound), one.late) for one in done
        ),
        assumptions=assumptions,
    )


def _span(runs: Sequence[Sequence[float]]) -> Span:
    every = sorted(took for run in runs for took in run)
    n = len(every)
    mean = sum(every) / n
    median = (every[(n - 1) // 2] + every[n // 2]) / 2
    ci95 = _interval([sum(run) / len(run) for run in runs], mean, 0.0)
    return Span(mean, median, every[round(0.9 * (n - 1))], ci95)


def _interval(
    said: Sequence[float], about: float, least: float = float("-inf"), most: float = float("inf")
) -> tuple[float, float] | None:
    """The 95 % interval of a mean by what each replication says; None from one."""
    n = len(said)
    if n < 2:
        return None
    mean = sum(said) / n
    half = _T_975[n - 2] * sqrt(sum((one - mean) ** 2 for one in said) / (n - 1) / n)
    return max(least, about - half), min(most, about + half)


def _assumptions(setting: Setting, load: float) -> tuple[Reason, ...]:
    """The assumptions in sentences; what an office puts in its place changes them."""
    given = setting.assumptions
    return (
        because(
            "review_simulation.simulated",
            gettext_noop("Simulated from stated assumptions; nothing here was measured in an office."),
        ),
        because(
            "review_simulation.arrivals",
            gettext_noop(
                "Cases come at random moments, so many that the busiest department has work for {load} of its time."
            ),
            load=f"{load:.0%}",
        ),
        because(
            "review_simulation.work",
            gettext_noop(
                "For each promised working day the lead of an item works {hours} hours at the desk in the mean and it takes "
                "{signing} days until the reply is checked and signed, both with a spread of {spread} (gamma); a "
                "department that must agree works {co} of that. Items promised at once take no time."
            ),
            hours=f"{given.work_hours:g}",
            signing=f"{given.signing:.2f}",
            spread=f"{given.spread:.0%}",
            co=f"{given.co_share:.0%}",
        ),
        because(
            "review_simulation.desks",
            gettext_noop(
                "Reviewers: {staff}. A reviewer does one part at a time, and never rests while work waits."
            ),
            staff=_staff_told(setting.staff),
        ),
        because(
            "review_simulation.clock",
            gettext_noop(
                "Only the government's clock runs: what the owner prepares, builds or brings later takes no time here."
            ),
        ),
        because(
            "review_simulation.missing",
            gettext_noop(
                "Of items with a minor material {missing} come without it, which takes the lead {look} of its work once "
                "more: before the decision, or, with deferred material, after it."
            ),
            missing=f"{given.missing_share:.0%}",
            look=f"{given.second_look:.0%}",
        ),
        because(
            "review_simulation.letters",
            gettext_noop(
                "With commitment letters {signed} of the items that allow one are decided on it after {look} of the work "
                "and verified afterwards with {verify} of it."
            ),
            signed=f"{given.signed_share:.0%}",
            look=f"{given.letter_look:.0%}",
            verify=f"{given.verify_share:.0%}",
        ),
        because(
            "review_simulation.meetings",
            gettext_noop("Joint meetings: every {days} working days; 0 means as soon as one is needed."),
            days=given.meeting_every,
        ),
        because(
            "review_simulation.levers",
            gettext_noop("Levers that are on: {levers}. Arrivals are the same without them."),
            levers=", ".join(one for one in LEVERS if one in setting.levers) or "–",
        ),
    )


def _staff_told(staff: Mapping[str, Staff]) -> str:
    """Departments with the same desks together, the most common first."""
    same: dict[Staff, list[str]] = {}
    for department, one in staff.items():
        same.setdefault(one, []).append(department)
    groups = sorted(same.items(), key=lambda group: -len(group[1]))
    return "; ".join(
        f"{one.reviewers} × ({one.hours:g} − {one.other_hours:g}) h ({', '.join(names)})"
        for one, names in groups
    )
