"""From figures of the rulebook to the scheme by which a year is graded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.rulebook import RuleValue
from shanhai.planners.land_grades import LandScheme

ABOVE = "park.grading.benchmarks_above"
BELOW = "park.grading.benchmarks_below"
CAP = "park.grading.cap"
QUOTAS = "park.grading.quotas"
BANDS = "park.grading.bands"
CODES = (ABOVE, BELOW, CAP, QUOTAS, BANDS)


def day_of(year: int) -> date:
    """The day on which the figures of a year are looked up: its last."""
    if not 2000 <= year <= 2100:
        raise BadInput(
            "park.grading_year",
            gettext_noop("{year} is no year that can be graded. Give one from 2000 to 2100."),
            year=year,
            field="year",
        )
    return date(year, 12, 31)


def scheme_of(values: Mapping[str, Any]) -> LandScheme:
    """The scheme that values of ``CODES`` make; a cap of 0 is none, no quotas means bands."""
    cap, quotas = float(values[CAP]), values[QUOTAS]
    bands = tuple(float(one) for one in values[BANDS])
    return LandScheme(
        above=_floats(values[ABOVE]),
        below=_floats(values[BELOW]),
        cap=cap or None,
        quotas=tuple(Fraction(str(one)) / 100 for one in quotas) if quotas else None,  # type: ignore[arg-type]
        bands=bands,  # type: ignore[arg-type]
    )


def looked_up(read: Callable[[str, date], RuleValue], year: int) -> dict[str, RuleValue]:
    """The values of a year by code."""
    on = day_of(year)
    return {code: read(code, on) for code in CODES}


def _floats(table: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in table.items()}
