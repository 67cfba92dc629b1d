"""How much shorter approval has become: one cohort of closed cases beside another of the same class, and what levers contributed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop

if TYPE_CHECKING:
    import numpy as np

RESAMPLES = 2_000
_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class PastCase:
    """One case: its class, the government's working days (None while it is open), and the levers that it used.

    ``from_dates`` marks a case of which only start and end are known, so that its days are all days between them.
    """

    code: str
    kind: str
    government_wd: float | None
    levers: frozenset[str] = frozenset()
    from_dates: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """Working days of n closed cases; ``p90`` is the value at place round(0.9 (n - 1)) of the sorted ones."""

    n: int
    mean: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class KindSaved:
    """One class in both cohorts."""

    kind: str
    baseline: Days
    cohort: Days
    cut: float


@dataclass(frozen=True, slots=True)
class LeverSaved:
    """What a lever contributed to the days saved in a case of the cohort, in the mean. None: it cannot be told apart."""

    lever: str
    cases: int  # of the cohort that used it
    saved_wd: float | None
    share: float | None  # of all that was saved


@dataclass(frozen=True, slots=True)
class TimeSaved:
    """The cut and what it rests on. ``cut`` is None where no class has closed cases on both sides."""

    cut: float | None
    ci95: tuple[float, float] | None  # percentiles of the bootstrap
    baseline: Days | None
    cohort: Days | None
    saved_wd: float | None  # per case of the cohort
    kinds: tuple[KindSaved, ...]  # by name
    levers: tuple[LeverSaved, ...]  # most saved first; the rest is not due to any lever
    rest_wd: float | None
    notes: tuple[Reason, ...]


def measure_time_saved(
    baseline: Sequence[PastCase], cohort: Sequence[PastCase], *, seed: int = 0, resamples: int = RESAMPLES
) -> TimeSaved:
    """Measure how much shorter cases of the cohort were than those of the baseline.

    Closed cases only, and only classes that both sides have. With one class ``cut`` is 1 - mean(cohort) / mean(baseline);
    with several the baseline counts each class as often as the cohort has it, so that another mix of projects is no saving.

    **Levers.** Least squares over both sides: days = class + levers + side. What a lever contributes is its coefficient by
    how much more often the cohort used it; ``rest_wd`` is what no lever explains. A lever that goes with the side or with
    other levers case by case cannot be told apart and gets no figure. This attributes, it proves no cause: where a lever
    was used for the easy cases, it gets the credit.

    Parameters
    ----------
    baseline, cohort
        Cases of either side; open ones are left out and counted.
    seed, resamples
        Of the bootstrap: cases are drawn again within each class and side.

    Returns
    -------
    TimeSaved
        With notes on what was left out, and how many cases are known by start and end only.

    Raises
    ------
    BadInput
        ``time_saved.days``: days below 0 or not finite; ``time_saved.twice``: a case on both sides, or twice.

    Source
    ------
    Direct standardisation; bootstrap by percentiles (Efron); Kitagawa's decomposition, docs/why/time-saved.md.

    Examples
    --------
    >>> before = [PastCase(f"b{n}", "plant", days) for n, days in enumerate((100, 90, 110))]
    >>> after = [PastCase(f"c{n}", "plant", days) for n, days in enumerate((60, 55, 65))]
    >>> found = measure_time_saved(before, after)
    >>> found.cut, found.baseline.median, found.cohort.mean
    (0.4, 100.0, 60.0)
    """
    _check([*baseline, *cohort], resamples)
    before, after = (_by_kind(cases) for cases in (baseline, cohort))
    common = sorted(set(before) & set(after))
    notes = _notes(baseline, cohort, set(common))
    if not common:
        return TimeSaved(None, None, None, None, None, (), (), None, notes)
    kinds = tuple(_kind(one, before[one], after[one]) for one in common)
    n = sum(one.cohort.n for one in kinds)
    was = sum(one.cohort.n * one.baseline.mean for one in kinds) / n
    now = sum(one.cohort.n * one.cohort.mean for one in kinds) / n
    levers = _levers([before[one] for one in common], [after[one] for one in common], was - now)
    told = [one.saved_wd for one in levers if one.saved_wd is not None]
    return TimeSaved(
        cut=1 - now / was if was else 0.0,
        ci95=_bootstrap([before[one] for one in common], [after[one] for one in common], seed, resamples),
        baseline=_days(_of(before[kind] for kind in common)),
        cohort=_days(_of(after[kind] for kind in common)),
        saved_wd=was - now,
        kinds=kinds,
        levers=levers,
        rest_wd=was - now - sum(told),
        notes=notes,
    )


def _check(cases: Sequence[PastCase], resamples: int) -> None:
    seen: set[str] = set()
    for one in cases:
        if one.government_wd is not None and not (isfinite(one.government_wd) and one.government_wd >= 0):
            raise BadInput(
                "time_saved.days",
                gettext_noop("Case {case} took {days} working days. Give a number of 0 or more."),
                case=one.code,
                days=one.government_wd,
            )
        if one.code in seen:
            raise BadInput(
                "time_saved.twice",
                gettext_noop("Case {case} stands twice. A case belongs to one side, once."),
                case=one.code,
            )
        seen.add(one.code)
    if not 100 <= resamples <= 100_000:
        raise BadInput(
            "time_saved.resamples",
            gettext_noop("{n} draws make no interval. Take 100 to 100,000."),
            n=resamples,
        )


def _by_kind(cases: Iterable[PastCase]) -> dict[str, list[PastCase]]:
    found: dict[str, list[PastCase]] = {}
    for one in cases:
        if one.government_wd is not None:
            found.setdefault(one.kind, []).append(one)
    return found


def _of(groups: Iterable[list[PastCase]]) -> list[float]:
    return [float(one.government_wd or 0) for group in groups for one in group]


def _days(days: list[float]) -> Days:
    days, n = sorted(days), len(days)
    return Days(n, sum(days) / n, (days[(n - 1) // 2] + days[n // 2]) / 2, days[round(0.9 * (n - 1))])


def _kind(kind: str, before: list[PastCase], after: list[PastCase]) -> KindSaved:
    was, now = _days(_of([before])), _days(_of([after]))
    return KindSaved(kind, was, now, 1 - now.mean / was.mean if was.mean else 0.0)


def _notes(baseline: Sequence[PastCase], cohort: Sequence[PastCase], common: set[str]) -> tuple[Reason, ...]:
    every = [*baseline, *cohort]
    n_open = sum(one.government_wd is None for one in every)
    lone = [one for one in every if one.government_wd is not None and one.kind not in common]
    marked = sum(one.from_dates for one in every if one.government_wd is not None and one.kind in common)
    found = []
    if n_open:
        found.append(
            because("time_saved.open", gettext_noop("{n} cases are open and not counted."), n=n_open)
        )
    if lone:
        found.append(
            because(
                "time_saved.lone",
                gettext_noop(
                    "{n} cases are of a class that the other side does not have, and not counted: {kinds}."
                ),
                n=len(lone),
                kinds=", ".join(sorted({one.kind for one in lone})),
            )
        )
    if marked:
        found.append(
            because(
                "time_saved.from_dates",
                gettext_noop(
                    "Of {n} cases only start and end are known; days in which the clock stood still count in them."
                ),
                n=marked,
            )
        )
    return tuple(found)


def _bootstrap(
    before: list[list[PastCase]], after: list[list[PastCase]], seed: int, resamples: int
) -> tuple[float, float] | None:
    import numpy as np

    if sum(map(len, before)) < 2 or sum(map(len, after)) < 2:
        return None
    chance = np.random.default_rng(seed)
    was, now = np.zeros(resamples), np.zeros(resamples)
    for old, new in zip(before, after, strict=True):
        was += len(new) * _means(np.array(_of([old])), resamples, chance)
        now += len(new) * _means(np.array(_of([new])), resamples, chance)
    cuts = 1 - np.divide(now, was, out=np.ones(resamples), where=was > 0)
    low, high = np.quantile(cuts, (0.025, 0.975))
    return float(low), float(high)


def _means(days: np.ndarray, resamples: int, chance: np.random.Generator) -> np.ndarray:
    """(resamples,) the mean of as many cases as there are, drawn again."""
    import numpy as np

    n = len(days)
    step = max(1, _AT_ONCE // n)
    parts = [
        days[chance.integers(n, size=(min(step, resamples - begin), n))].mean(axis=1)
        for begin in range(0, resamples, step)
    ]
    return np.concatenate(parts)


def _levers(
    before: list[list[PastCase]], after: list[list[PastCase]], saved: float
) -> tuple[LeverSaved, ...]:
    import numpy as np

    names = sorted({lever for group in (*before, *after) for one in group for lever in one.levers})
    if not names:
        return ()
    rows = [
        (kind, side, one)
        for side, groups in enumerate((before, after))
        for kind, group in enumerate(groups)
        for one in group
    ]
    kinds = np.eye(len(before))[[kind for kind, _, _ in rows]]
    is_cohort = np.array([side for _, side, _ in rows], float)
    used = np.array([[float(name in one.levers) for name in names] for _, _, one in rows])
    days = np.array([one.government_wd for _, _, one in rows], float)
    table = np.column_stack([kinds, is_cohort, used])
    found, *_ = np.linalg.lstsq(table, days, rcond=None)
    weight = _weights(before, after)
    told = []
    for n, name in enumerate(names):
        more = float(used[is_cohort == 1, n].mean() - weight @ used[is_cohort == 0, n])
        without = np.delete(table, len(before) + 1 + n, axis=1)
        is_apart = np.linalg.matrix_rank(table) > np.linalg.matrix_rank(without)
        worth = -float(found[len(before) + 1 + n]) * more if is_apart else None
        share = worth / saved if worth is not None and saved else None
        told.append(LeverSaved(name, int(used[is_cohort == 1, n].sum()), worth, share))
    return tuple(sorted(told, key=lambda one: (one.saved_wd is None, -(one.saved_wd or 0), one.lever)))


def _weights(before: list[list[PastCase]], after: list[list[PastCase]]) -> np.ndarray:
    """What each case of the baseline weighs when classes are mixed as in the cohort; the sum is 1."""
    import numpy as np

    n = sum(map(len, after))
    return np.concatenate(
        [np.full(len(old), len(new) / n / len(old)) for old, new in zip(before, after, strict=True)]
    )
