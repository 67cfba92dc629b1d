"""What the field measures for everybody: problems answered, how long they waited, how well answers were rated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.office.models import Problem
from shanhai.kernel.periods import Period

# Above and below the line of one answered problem.
Part = Callable[[Problem], tuple[int, int] | None]


def _answered(problem: Problem) -> tuple[int, int] | None:
    return 1, 0


def _days(problem: Problem) -> tuple[int, int] | None:
    return (problem.answer_days, 1) if problem.answer_days is not None else None


def _rated(problem: Problem) -> tuple[int, int] | None:
    return (problem.rating, 1) if problem.rating is not None else None


def _figure(part: Part, is_ratio: bool) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    """Measure and evidence of a figure over the problems that were answered in a period."""

    def rows(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Any:
        found = Problem.objects.filter(
            pairing_id__in=pairing_ids, answered_on__gte=first, answered_on__lte=last
        )
        return (found.filter(side=side) if side else found).order_by("answered_on", "pk")

    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for problem in rows(pairing_ids, first, min(last, as_of), side):
            counted = part(problem)
            for period in periods:
                if counted and period.start <= problem.answered_on <= period.end:
                    tally.add(problem.pairing_id, period, problem.standing, *counted)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        found = []
        for problem in rows([pairing_id], period.start, min(period.end, as_of), side):
            if counted := part(problem):
                found.append(
                    Evidence(
                        "office.problem",
                        problem.pk,
                        problem.number,
                        problem.answered_on,
                        Decimal(counted[0]),
                        problem.url,
                        problem.side,
                        Decimal(counted[1]) if is_ratio else Decimal(0),
                    )
                )
        return found

    return measure, evidence


problems_answered_measure, problems_answered_evidence = _figure(_answered, is_ratio=False)
problem_days_measure, problem_days_evidence = _figure(_days, is_ratio=True)
satisfaction_measure, satisfaction_evidence = _figure(_rated, is_ratio=True)
