"""What comes to the desks in a simulated review: cases, their items in one mode with some levers, and work that is drawn.

The inside of ``review_simulation``. Every draw belongs to a case and an item whatever the mode, the order, the reviewers,
the load or the levers are, so that two simulations of one seed differ by what is asked and not by luck.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.review_desks import Arrival, Part, Path
from shanhai.planners.review_schedule import Step, behind, schedule_review, sequence_of

if TYPE_CHECKING:
    import numpy as np

LEVERS = ("deferred", "commitment", "regional", "abolished")
# A lever that takes an item out altogether.
_TAKES_OUT = frozenset({"regional", "abolished"})


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One item of a catalogue: promised working days (0: at once, at nobody's desk), who decides, who must agree."""

    code: str
    days: int
    lead: str
    co: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    meets: bool = False  # decided in a joint meeting


@dataclass(frozen=True, slots=True)
class CaseKind:
    """Cases that need the same items; ``weight`` is how common they are beside the other kinds."""

    name: str
    items: tuple[ReviewItem, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Staff:
    """A department: reviewers, the hours of their working day, and how many of these other duties take."""

    reviewers: int = 3
    hours: float = 8.0
    other_hours: float = 2.0


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What nobody has measured; each figure is assumed until an office puts its own in its place."""

    work_hours: float = 1.0  # at the desk of the lead for each promised working day, in the mean
    signing: float = 1 / 3  # working days until a reply is checked and signed, for each promised working day
    spread: float = 0.5  # standard deviation of the work by its mean; 1 is exponential, 0 always the same
    co_share: float = 0.5  # work of a co-reviewing department by that of the lead
    missing_share: float = 0.3  # of items with a minor material: how often it is missing
    second_look: float = 0.3  # work for it by that of the lead
    signed_share: float = 0.6  # of items with a commitment letter: how often one is signed
    letter_look: float = 0.1  # work for the letter by that of the lead
    verify_share: float = 0.5  # work to verify it afterwards by that of the lead
    verify_within: int = 30  # working days
    meeting_every: int = 0  # working days between joint meetings; 0: one is called when it is needed


@dataclass(frozen=True, slots=True)
class Setting:
    """What a simulation runs: kinds of cases, who reviews them, how, and under which assumptions."""

    kinds: tuple[CaseKind, ...]
    staff: Mapping[str, Staff]
    assumptions: Assumptions
    is_serial: bool
    levers: frozenset[str]

    @property
    def departments(self) -> tuple[str, ...]:
        """Departments that any item names, in their order."""
        return tuple(self.staff)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Cases of one replication in the order in which they come; the arrays have one entry for each."""

    arrivals: list[Arrival]
    bound: np.ndarray  # the longest path without a queue
    due: np.ndarray  # promised working days


def check_kinds(kinds: Sequence[CaseKind]) -> None:
    """Refuse items that cannot be reviewed: rings, unknown predecessors, names given twice, impossible days.

    Raises
    ------
    BadInput
        ``review_simulation.no_items``, ``review_simulation.weight``, and those of ``schedule_review``.
    """
    if not any(kind.items for kind in kinds):
        raise BadInput(
            "review_simulation.no_items",
            gettext_noop("There is no item to review. Give at least one kind of case with items."),
        )
    for kind in kinds:
        if not 0 < kind.weight < float("inf"):
            raise BadInput(
                "review_simulation.weight",
                gettext_noop("Cases of the kind {kind} have the weight {weight}. Give a number above 0."),
                kind=kind.name,
                weight=kind.weight,
            )
        schedule_review([Step(item.code, item.days, item.after) for item in kind.items])


def departments_of(kinds: Sequence[CaseKind]) -> tuple[str, ...]:
    """Departments that do work in some item, by name."""
    return tuple(
        sorted({one for kind in kinds for item in kind.items if item.days for one in (item.lead, *item.co)})
    )


def work_of_a_case(setting: Setting) -> dict[str, float]:
    """Working days at the desks of each department that a case brings in the mean, all levers off."""
    told = dict.fromkeys(setting.departments, 0.0)
    total, given = sum(kind.weight for kind in setting.kinds), setting.assumptions
    for kind in setting.kinds:
        for item in kind.items:
            again = given.missing_share * given.second_look if "deferred" in item.levers else 0.0
            for department, share in _shares(item, given).items():
                once = _mean_days(item, setting.staff[department], share, given)
                told[department] += once * (1 + again * (department == item.lead)) * kind.weight / total
    return told


def _shares(item: ReviewItem, given: Assumptions) -> dict[str, float]:
    """Departments with work for an item, and how much by that of the lead."""
    if not item.days:
        return {}
    return {**dict.fromkeys(item.co, given.co_share), item.lead: 1.0}


def _mean_days(item: ReviewItem, staff: Staff, share: float, given: Assumptions) -> float:
    return item.days * given.work_hours * share / (staff.hours - staff.other_hours)


class Layout:
    """Kinds of cases as paths, and where the draws of each item stand."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        items = list(chain.from_iterable(kind.items for kind in setting.kinds))
        # Draws have their places by item and department, so that kinds share them.
        self.items = {code: n for n, code in enumerate(dict.fromkeys(item.code for item in items))}
        places = ((item.code, one) for item in items for one in _shares(item, setting.assumptions))
        # Two draws each: at the desk, and until it is signed.
        self.places = {place: 2 * n for n, place in enumerate(dict.fromkeys(places))}
        self.kinds = [_Kind(setting, kind) for kind in setting.kinds]
        total = sum(kind.weight for kind in setting.kinds)
        self.weights = [kind.weight / total for kind in setting.kinds]

    def draw(self, sizes: Sequence[int], a_day: float, seed: tuple[int, int]) -> Drawn:
        """Cases that come at random moments, ``a_day`` of them each working day in the mean.

        They come in blocks with draws of their own, so that a block is the same however many cases stand before it.
        """
        import numpy as np

        arrivals: list[Arrival] = []
        bound, due = [np.zeros(0)], [np.zeros(0)]
        begin = 0.0
        for number, n in enumerate(sizes):
            block = self._block(n, a_day, np.random.default_rng((*seed, number)), begin)
            arrivals += block.arrivals
            bound.append(block.bound)
            due.append(block.due)
            begin = arrivals[-1].at
        return Drawn(arrivals, np.concatenate(bound), np.concatenate(due))

    def _block(self, n: int, a_day: float, chance: np.random.Generator, begin: float) -> Drawn:
        import numpy as np

        at = begin + np.cumsum(chance.standard_exponential(n)) / a_day
        kind_of = np.searchsorted(np.cumsum(self.weights)[:-1], chance.random(n), side="right")
        missing, signed = chance.random((n, len(self.items))), chance.random((n, len(self.items)))
        spread = self.setting.assumptions.spread
        size = (n, 2 * len(self.places))
        # A gamma draw of mean 1 and standard deviation ``spread``.
        drawn = chance.standard_gamma(1 / spread**2, size) * spread**2 if spread else np.ones(size)
        arrivals: list[Any] = [None] * n
        bound, due = np.zeros(n), np.zeros(n)
        for number, kind in enumerate(self.kinds):
            own = np.flatnonzero(kind_of == number)
            work = kind.work(self, drawn[own], missing[own], signed[own])
            bound[own], due[own] = kind.longest(work), kind.path.due
            for case, moment, row in zip(own.tolist(), at[own].tolist(), work.tolist(), strict=True):
                arrivals[case] = Arrival(moment, kind.path, row)
        return Drawn(arrivals, bound, due)


class _Kind:
    """One kind of case: its path, and how draws become working days."""

    def __init__(self, setting: Setting, kind: CaseKind) -> None:
        self.setting = setting
        after = {item.code: item.after for item in kind.items}
        gone = _TAKES_OUT & setting.levers
        of = {item.code: item for item in kind.items if not gone.intersection(item.levers)}
        order = [code for code in sequence_of(after) if code in of]
        self.items = [of[code] for code in order]
        needed = behind(after, order)
        number = {code: n for n, code in enumerate(order)}
        self.before = [tuple(number[one] for one in needed[code]) for code in order]
        # What is abolished is in no promise; what a regional assessment replaces is.
        promised = {item.code: item.days for item in kind.items if "abolished" not in item.levers}
        steps = [Step(code, promised[code], ones) for code, ones in behind(after, promised).items()]
        plan = schedule_review(steps)
        self.path = self._path(plan.days_serial if setting.is_serial else plan.days)

    def _path(self, due: int) -> Path:
        n, departments = len(self.items), list(self.setting.departments)
        waits = self.before
        if self.setting.is_serial:
            waits = [(one - 1,) if one else () for one in range(n)]
        behind_it: list[list[int]] = [[] for _ in range(n)]
        for number, ones in enumerate(waits):
            for one in ones:
                behind_it[one].append(number)
        tail = [0.0] * n
        for number in reversed(range(n)):
            tail[number] = self._expected(number) + max((tail[one] for one in behind_it[number]), default=0)
        parts, afterwards = [], []
        column = 0
        for item in self.items:
            shares = _shares(item, self.setting.assumptions)
            parts.append(tuple(Part(departments.index(one), column + 2 * m) for m, one in enumerate(shares)))
            column += 2 * len(shares)
            afterwards.append(Part(departments.index(item.lead), column) if shares else None)
            column += 2 * bool(shares)
        return Path(
            tuple(item.code for item in self.items),
            tuple(parts),
            tuple(map(tuple, behind_it)),
            tuple(map(len, waits)),
            tuple(tail),
            tuple(item.meets for item in self.items),
            tuple(afterwards),
            tuple(self._within(item) for item in self.items),
            float(due),
        )

    def _expected(self, number: int) -> float:
        """Working days that an item takes in the mean when nothing waits."""
        item, given = self.items[number], self.setting.assumptions
        shares = _shares(item, given)
        desk = (_mean_days(item, self.setting.staff[one], share, given) for one, share in shares.items())
        return max(desk, default=0.0) + item.days * given.signing

    def _within(self, item: ReviewItem) -> float:
        is_deferred = "deferred" in self.setting.levers & set(item.levers)
        return float(item.days if is_deferred else self.setting.assumptions.verify_within)

    def work(self, layout: Layout, drawn: np.ndarray, missing: np.ndarray, signed: np.ndarray) -> np.ndarray:
        """(cases, columns) working days: for each item its departments, then what is done after the decision."""
        import numpy as np

        given, levers = self.setting.assumptions, self.setting.levers
        columns: list[np.ndarray] = []
        nothing = np.zeros(len(drawn))
        for item in self.items:
            shares, place = _shares(item, given), layout.items[item.code]
            if not shares:
                continue
            at = {one: layout.places[item.code, one] for one in shares}
            days = {
                one: drawn[:, at[one]] * _mean_days(item, self.setting.staff[one], share, given)
                for one, share in shares.items()
            }
            signing = {one: drawn[:, at[one] + 1] * item.days * given.signing for one in shares}
            own = days[item.lead].copy()
            is_missing = (missing[:, place] < given.missing_share) & ("deferred" in item.levers)
            is_signed = (signed[:, place] < given.signed_share) & ("commitment" in levers & set(item.levers))
            again = np.where(is_missing, own * given.second_look, 0.0)
            later = np.where(is_signed, own * given.verify_share, 0.0)
            # On a letter nobody else is asked before the decision, and the reviewer signs.
            days = {one: np.where(is_signed, 0.0, taken) for one, taken in days.items()}
            signing = {one: np.where(is_signed, 0.0, taken) for one, taken in signing.items()}
            days[item.lead] = np.where(is_signed, own * given.letter_look, own)
            if "deferred" in levers:
                later += again
            else:
                days[item.lead] += again
            for one in shares:
                columns += [days[one], signing[one]]
            columns += [later, nothing]
        return np.column_stack(columns) if columns else np.zeros((len(drawn), 0))

    def longest(self, work: np.ndarray) -> np.ndarray:
        """(cases,) the longest path through the items of each, whoever works on them: nobody can be faster."""
        import numpy as np

        end: list[np.ndarray] = []
        for ones, parts in zip(self.before, self.path.parts, strict=True):
            start = np.max([end[one] for one in ones], axis=0) if ones else np.zeros(len(work))
            took = 0.0
            if parts:
                took = np.max([work[:, one.column] + work[:, one.column + 1] for one in parts], axis=0)
            end.append(start + took)
        return np.max(end, axis=0) if end else np.zeros(len(work))


def levers_of(names: Collection[str]) -> frozenset[str]:
    """Levers that are on.

    Examples
    --------
    >>> sorted(levers_of(["regional", "deferred"]))
    ['deferred', 'regional']

    Raises
    ------
    BadInput
        ``review_simulation.lever``
    """
    for one in names:
        if one not in LEVERS:
            raise BadInput(
                "review_simulation.lever",
                gettext_noop("There is no lever {lever}. Take of: {levers}."),
                lever=one,
                levers=", ".join(LEVERS),
            )
    return frozenset(names)
