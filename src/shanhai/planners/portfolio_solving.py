"""Solves the programme behind a portfolio: bound and prices of the relaxed problem, then whole plans of ever more columns."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shanhai.planners.portfolio_columns import Programme

if TYPE_CHECKING:
    import numpy as np

# So many columns are solved to the end in one go.
MOST_AT_ONCE = 2_000
# Of more, each lead keeps its so many best; 4 already come within some hundredths of a percent where land is not scarce.
_COLUMNS_OF_A_LEAD = (4, 16, 64)
_EXACTLY = 1e-9


@dataclass(frozen=True, slots=True)
class Solved:
    """The places of the columns chosen, in order, what they bring, what nothing exceeds, and whether the time was over."""

    chosen: np.ndarray
    value: float
    bound: float
    is_stopped: bool


class Solver:
    """One programme, relaxed once and solved for as many right-hand sides as are asked about.

    The prices of the relaxed problem stay a bound for every right-hand side, so nothing needs to be relaxed again.
    """

    def __init__(self, programme: Programme, gap: float) -> None:
        self.programme, self.gap = programme, gap
        self.values, self.most = programme.columns.value, programme.most
        self.prices, self.slack, self.ranks = self._relaxed()

    def _relaxed(self) -> tuple[Any, Any, Any]:
        """Prices of the rows (0 or more), what each column lacks at them (below 0: so much), its rank among those of its lead."""
        import numpy as np
        from scipy.optimize import linprog

        columns, n = self.programme.columns, self.programme.columns.n
        if not n:
            return np.zeros(len(self.most)), np.zeros(0), np.zeros(0, int)
        scale = self._scale()
        with _quietly():
            found = linprog(
                -self.values,
                A_ub=self._scaled(scale),
                b_ub=self.most * scale,
                bounds=(0, None),
                method="highs-ds",
            )
        prices = np.maximum(-found.ineqlin.marginals, 0.0) * scale
        slack = self.values - self.programme.rows.T @ prices
        # Equal columns are taken in an order that scatters them over the parcels, the same in each run.
        scattered = (columns.bundle * 7919 + columns.lead * 104729 + columns.phase) % 99991
        order = np.lexsort((scattered, -np.round(slack, 6), ~(found.x > _EXACTLY), columns.lead))
        ranks = np.empty(n, int)
        ranks[order] = np.arange(n) - np.searchsorted(columns.lead, columns.lead[order])
        # What the relaxed plan uses is kept whatever its rank.
        ranks[found.x > _EXACTLY] = 0
        return prices, slack, ranks

    def bound(self, most: np.ndarray) -> float:
        """What no plan under these right-hand sides exceeds.

        Examples
        --------
        >>> from shanhai.planners import Lead, Limits, MatchScheme, Parcel
        >>> from shanhai.planners.portfolio_columns import columns_of
        >>> leads = [Lead("L1", "36", 9, 9, 5, land_mu=20), Lead("L2", "36", 9, 9, 8, land_mu=20)]
        >>> columns = columns_of(leads, [Parcel("P", 20)], {"P": set()}, {}, MatchScheme(), Limits(), "tax", 0.0)
        >>> solver = Solver(Programme(columns, Limits()), gap=0.001)
        >>> solver.bound(solver.most), solver.solve(solver.most, seconds=5).value
        (8.0, 8.0)

        Any prices of 0 or more give one: all that there is at its price, and for each lead what its best column has over it. That
        the solver rounded does no harm to it.
        """
        import numpy as np

        over = np.zeros(self.programme.n_leads)
        np.maximum.at(over, self.programme.columns.lead, np.maximum(self.slack, 0.0))
        return float(self.prices @ most + over.sum())

    def solve(self, most: np.ndarray, seconds: float, at_least: Solved | None = None) -> Solved:
        """The best plan found: of all columns where they are few, else of the best of each lead, until the gap is closed.

        ``at_least`` is a plan that holds here as well.
        """
        import numpy as np

        n, bound = self.programme.columns.n, self.bound(most)
        best = at_least or Solved(np.zeros(0, int), 0.0, bound, False)
        if not n:
            return best
        if n <= MOST_AT_ONCE:
            return self._better(best, np.arange(n), most, bound, seconds, _EXACTLY)
        rounds = [(self.ranks < size).nonzero()[0] for size in _COLUMNS_OF_A_LEAD] + [np.arange(n)]
        is_stopped = False
        for number, kept in enumerate(rounds):
            best = self._better(best, kept, most, bound, seconds / 2 ** (number + 1), self.gap / 2)
            is_stopped = is_stopped or best.is_stopped
            if bound - best.value <= self.gap * bound:
                return Solved(best.chosen, best.value, best.bound, False)
        return Solved(best.chosen, best.value, best.bound, is_stopped)

    def _better(
        self, best: Solved, kept: np.ndarray, most: np.ndarray, bound: float, seconds: float, gap: float
    ) -> Solved:
        """The plan of some columns, or the one before it if that brings as much."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        scale = self._scale()
        with _quietly():
            found = milp(
                -self.values[kept],
                integrality=np.ones(len(kept)),
                bounds=Bounds(0, 1),
                constraints=LinearConstraint(self._scaled(scale)[:, kept], -np.inf, most * scale),
                options={"mip_rel_gap": gap, "time_limit": max(seconds, 1.0)},
            )
        is_all = len(kept) == self.programme.columns.n
        if is_all and found.mip_dual_bound is not None:
            bound = min(bound, -float(found.mip_dual_bound))
        chosen = np.zeros(0, int) if found.x is None else kept[found.x > 0.5]
        value = float(self.values[chosen].sum())
        if value <= best.value:
            chosen, value = best.chosen, best.value
        # Sums of the same numbers in another order differ in their last digits.
        if bound - value <= _EXACTLY * max(value, 1.0):
            bound = value
        return Solved(chosen, value, bound, found.status == 1)

    def better_matched(self, plan: Solved, seconds: float) -> Solved:
        """The same leads, bringing the same, where they match best, and as early as that allows.

        Of each lead the columns that bring as much are looked at, of many the 16 that match best and the one it has. The plan stays
        as it is where nothing better is found in time.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        columns = self.programme.columns
        if not len(plan.chosen) or columns.matches is None:
            return plan
        # A phase sooner is worth a thousandth of a hundredth: it decides between equal scores only.
        points = columns.matches.scores[columns.lead, columns.bundle] - 0.001 * columns.phase
        worth = np.full(self.programme.n_leads, np.inf)
        worth[columns.lead[plan.chosen]] = self.values[plan.chosen]
        is_equal = self.values >= worth[columns.lead]
        if columns.n > MOST_AT_ONCE:
            is_equal &= _ranks(columns.lead, np.where(is_equal, points, -1.0)) < _COLUMNS_OF_A_LEAD[1]
            is_equal[plan.chosen] = True
        kept = is_equal.nonzero()[0]
        scale, least = self._scale(), np.full(len(self.most), -np.inf)
        least[columns.lead[plan.chosen]] = 1.0
        with _quietly():
            found = milp(
                -points[kept],
                integrality=np.ones(len(kept)),
                bounds=Bounds(0, 1),
                constraints=LinearConstraint(self._scaled(scale)[:, kept], least, self.most * scale),
                options={
                    "mip_rel_gap": self.gap if columns.n > MOST_AT_ONCE else _EXACTLY,
                    "time_limit": max(seconds, 1.0),
                },
            )
        if found.x is None:
            return plan
        chosen = kept[found.x > 0.5]
        is_better = (
            points[chosen].sum() > points[plan.chosen].sum() and self.values[chosen].sum() >= plan.value
        )
        return (
            Solved(chosen, float(self.values[chosen].sum()), plan.bound, plan.is_stopped)
            if is_better
            else plan
        )

    def _scale(self) -> Any:
        """Rows of limits are brought to a thousand, so that the solver's tolerance means the same for each."""
        import numpy as np

        scale = np.ones(len(self.most))
        first = self.programme.first_limit
        scale[first:] = 1000.0 / np.where(self.most[first:] > 0, self.most[first:], 1000.0)
        return scale

    def _scaled(self, scale: Any) -> Any:
        from scipy import sparse

        return (sparse.diags_array(scale) @ self.programme.rows).tocsc()


def _ranks(lead: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The rank of each column among those of its lead, most points first, earlier columns first among equal ones."""
    import numpy as np

    order = np.lexsort((np.arange(len(lead)), -points, lead))
    ranks = np.empty(len(lead), int)
    ranks[order] = np.arange(len(lead)) - np.searchsorted(lead, lead[order])
    return ranks


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep off standard output what HiGHS 1.12 writes there past its own switch; an answer for programs would be spoilt.

    It is the output of the whole process that is held back, which is why long plans run in a child.
    """
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # A process without standard output has nothing to keep clean.
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
