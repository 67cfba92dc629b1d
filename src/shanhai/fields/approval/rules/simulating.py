"""Joint review simulated beside serial review, with the bound and what each lever adds; for a child without Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from shanhai.fields.approval.rules.catalogue import from_plain
from shanhai.fields.approval.rules.workload import kinds_of
from shanhai.kernel.reasons import Reason
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.review_simulation import (
    Cut,
    ReviewSimulation,
    Span,
    cut_between,
    simulate_review,
    state_assumptions,
)
from shanhai.planners.review_work import LEVERS, Assumptions, CaseKind, Staff, departments_of

# More than a page waits for; the command takes up to two million.
MOST_CASES = 20_000
MODES = ("both", "joint", "serial")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is simulated; each figure has the default of the command."""

    mode: str = "both"
    cases: int = 1_000
    reviewers: int = 3
    load: float = 0.7
    order: str = "fifo"
    levers: tuple[str, ...] = ()
    seed: int = 1
    meeting_every: int = 0
    hours: float = 8.0
    other_hours: float = 2.0

    def as_plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self) | {"levers": list(self.levers)}


def asked_of(data: Mapping[str, Any]) -> Asked:
    """What was asked, from what JSON kept."""
    return Asked(**{**data, "levers": tuple(data["levers"])})


def check_asked(asked: Asked) -> None:
    """What a page may ask for.

    Raises
    ------
    BadInput
        ``approval.simulate_mode``, ``approval.simulate_cases``
    """
    if asked.mode not in MODES:
        raise BadInput(
            "approval.simulate_mode",
            gettext_noop("Cases are simulated as {modes}, not {mode}. Take one of these."),
            modes=", ".join(MODES),
            mode=asked.mode[:20],
            field="mode",
        )
    if not 50 <= asked.cases <= MOST_CASES:
        raise BadInput(
            "approval.simulate_cases",
            gettext_noop(
                "{cases} cases are asked for. Take 50 to {most}; the command approval simulate takes more."
            ),
            cases=asked.cases,
            most=MOST_CASES,
            field="cases",
        )


def kinds_in(document: Mapping[str, Any]) -> tuple[CaseKind, ...]:
    """The typical projects of a catalogue.

    Raises
    ------
    BadInput
        ``approval.nothing_to_simulate``
    """
    kinds = kinds_of(from_plain(document))
    if not kinds:
        raise BadInput(
            "approval.nothing_to_simulate",
            gettext_noop(
                "The catalogue asks nothing of any typical project. Give one with items that apply."
            ),
        )
    return kinds


def state(document: Mapping[str, Any], asked: Asked) -> tuple[Reason, ...]:
    """The assumptions in sentences, before anything is simulated."""
    kinds = kinds_in(document)
    return state_assumptions(
        kinds,
        load=asked.load,
        reviewers=asked.reviewers,
        staff=_staff(kinds, asked),
        levers=asked.levers,
        assumptions=Assumptions(meeting_every=asked.meeting_every),
    )


def simulate(
    document: Mapping[str, Any],
    data: Mapping[str, Any],
    on_progress: Callable[[int, int | None], None] | None = None,
) -> dict[str, Any]:
    """Simulate what is asked: each mode, then joint review without each of the levers.

    Returns
    -------
    dict
        ``serial``, ``joint`` (None where not asked), ``cut`` of joint by serial with its bound, ``levers``, ``assumptions``.
    """
    asked, kinds = asked_of(data), kinds_in(document)
    modes = ("serial", "joint") if asked.mode == "both" else (asked.mode,)
    has_joint = "joint" in modes
    total = len(modes) + (len(asked.levers) if has_joint else 0)
    tell = on_progress or (lambda done, total: None)
    tell(0, total)
    found: dict[str, ReviewSimulation] = {}
    for n, mode in enumerate(modes, 1):
        found[mode] = _run(kinds, replace(asked, mode=mode))
        tell(n, total)
    levers = []
    for n, lever in enumerate(asked.levers if has_joint else (), len(modes) + 1):
        rest = tuple(one for one in asked.levers if one != lever)
        without = _run(kinds, replace(asked, mode="joint", levers=rest))
        levers.append(_lever(lever, without, found["joint"]))
        tell(n, total)
    cut = cut_between(found["serial"], found["joint"]) if len(found) == 2 else None
    first = found[modes[-1]]
    return {
        **{mode: _side(found[mode]) if mode in found else None for mode in ("serial", "joint")},
        "cut": _cut(cut),
        "levers": sorted(levers, key=lambda one: -one["saved_wd"]),
        "loads": dict(sorted(first.loads.items(), key=lambda one: -one[1])),
        "cases_a_day": first.cases_a_day,
        "assumptions": [{"sentence": one.sentence, "facts": dict(one.facts)} for one in first.assumptions],
    }


def _staff(kinds: tuple[CaseKind, ...], asked: Asked) -> dict[str, Staff]:
    return {one: Staff(asked.reviewers, asked.hours, asked.other_hours) for one in departments_of(kinds)}


def _run(kinds: tuple[CaseKind, ...], asked: Asked) -> ReviewSimulation:
    return simulate_review(
        kinds,
        cases=asked.cases,
        mode=asked.mode,  # type: ignore[arg-type]
        order=asked.order,  # type: ignore[arg-type]
        reviewers=asked.reviewers,
        load=asked.load,
        staff=_staff(kinds, asked),
        levers=asked.levers,
        seed=asked.seed,
        assumptions=Assumptions(meeting_every=asked.meeting_every),
    )


def _side(found: ReviewSimulation) -> dict[str, Any]:
    return {
        "lead_wd": _span(found.lead_wd),
        "bound_wd": _span(found.bound_wd),
        "late_share": found.late_share,
        "late_ci95": _pair(found.late_ci95),
    }


def _span(one: Span) -> dict[str, Any]:
    return {"mean": one.mean, "median": one.median, "p90": one.p90, "ci95": _pair(one.ci95)}


def _pair(ends: tuple[float, float] | None) -> list[float] | None:
    return None if ends is None else list(ends)


def _cut(one: Cut | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "cut": one.cut,
        "ci95": _pair(one.ci95),
        "bound_cut": one.bound_cut,
        "bound_ci95": _pair(one.bound_ci95),
    }


def _lever(lever: str, without: ReviewSimulation, with_all: ReviewSimulation) -> dict[str, Any]:
    """What a lever adds to all others: joint review without it, less with it."""
    cut = cut_between(without, with_all)
    return {
        "lever": lever,
        "saved_wd": without.lead_wd.mean - with_all.lead_wd.mean,
        "cut": cut.cut,
        "ci95": _pair(cut.ci95),
    }


__all__ = [
    "LEVERS",
    "MODES",
    "MOST_CASES",
    "Asked",
    "asked_of",
    "check_asked",
    "kinds_in",
    "simulate",
    "state",
]
