"""What placing a portfolio is about: its limits, and the plan that comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite

from shanhai.kernel.reasons import Reason
from shanhai.kernel.refusals import BadInput, gettext_noop

# What limits are on, in the order in which they are told.
RESOURCES = ("land_mu", "energy_tce", "emission_t", "budget")
VALUES = ("tax", "output", "investment", "jobs", "score")


@dataclass(frozen=True, slots=True)
class Amounts:
    """Land in mu, energy in tonnes of standard coal a year, emissions in tonnes a year, budget in 10,000 yuan; None: no limit."""

    land_mu: float | None = None
    energy_tce: float | None = None
    emission_t: float | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What all placed leads together may take, and what those placed in a phase may."""

    whole: Amounts = Amounts()
    phases: Mapping[int, Amounts] = field(default_factory=dict)

    def given(self) -> Iterator[tuple[str, int | None, float]]:
        """Each limit that is given: what it is on, of which phase (None: all), how much.

        Examples
        --------
        >>> list(Limits(Amounts(energy_tce=900), {1: Amounts(budget=50)}).given())
        [('energy_tce', None, 900), ('budget', 1, 50)]
        """
        for phase, amounts in ((None, self.whole), *sorted(self.phases.items())):
            for name in RESOURCES:
                value = getattr(amounts, name)
                if value is not None:
                    yield name, phase, value


@dataclass(frozen=True, slots=True)
class Placed:
    """A lead, the one to three adjoining parcels that it gets, the phase in which it starts, and what it brings and takes.

    ``value`` as the plan counts it; ``score`` is its match, 0 to 100; ``takes`` by resource is what it draws on the limits.
    """

    lead: str
    parcels: tuple[str, ...]
    phase: int
    value: float
    score: float
    takes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that holds the plan back.

    ``price`` is what a unit is worth at the margin of the relaxed problem. ``gain`` is what ``step`` more was found to bring by solving
    again; for certain it is ``gain_at_least`` to ``gain_at_most``, one number where both plans reach their bounds. ``phase`` None: the
    limit is on the whole.
    """

    limit: str
    phase: int | None
    given: float
    used: float
    price: float
    step: float
    gain: float
    gain_at_least: float
    gain_at_most: float


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A lead that the plan leaves out, why, and the most that any plan with it brings (None: there is none)."""

    lead: str
    reasons: tuple[Reason, ...]
    most_with_it: float | None = None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A plan: who is placed where, what it brings, what no plan can exceed, and what holds it back.

    ``gap`` is ``(bound - value) / bound``, 0 where nothing can be brought. ``used`` by limit and phase. ``is_stopped``: the time was over
    before the gap was closed.
    """

    assigned: tuple[Placed, ...]
    value: float
    bound: float
    gap: float
    binding: tuple[Binding, ...]
    unplaced: tuple[Unplaced, ...]
    used: Mapping[tuple[str, int | None], float]
    is_stopped: bool
    n_columns: int


def check_limits(limits: Limits, value: str, steps: Mapping[str, float], per_point: float) -> None:
    """Limits are amounts of 0 or more, and the value is one that can be counted.

    Raises
    ------
    BadInput
        ``portfolio.limit``, ``.step``, ``.value``.
    """
    for name, phase, amount in limits.given():
        if not (isfinite(amount) and amount >= 0) or (phase is not None and phase < 1):
            raise BadInput(
                "portfolio.limit",
                gettext_noop(
                    "The limit {limit} of phase {phase} is {amount}. Give 0 or more, and phases from 1 on."
                ),
                limit=name,
                phase="–" if phase is None else phase,
                amount=amount,
            )
    for name, step in steps.items():
        if name not in RESOURCES or not (isfinite(step) and step > 0):
            raise BadInput(
                "portfolio.step",
                gettext_noop(
                    "The step {step} for {limit} cannot be taken. Give more than 0 for one of: {names}."
                ),
                step=step,
                limit=name,
                names=", ".join(RESOURCES),
            )
    if value not in VALUES or not (isfinite(per_point) and per_point >= 0):
        raise BadInput(
            "portfolio.value",
            gettext_noop(
                "“{value}” is no value that a plan can count. Choose one of: {names}; a point is worth 0 or more."
            ),
            value=value,
            names=", ".join(VALUES),
        )
