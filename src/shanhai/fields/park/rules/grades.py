"""Grading of a year: its stages, who is left out or D whatever the score, objections, and what a grade brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop
from shanhai.planners.land_grades import (
    ABOVE_SCALE,
    BELOW_SCALE,
    LandGrade,
    LandScheme,
    LandYear,
    grade_land,
)

OBJECTION_DAYS = "park.grading.objection_days"
EXEMPT_YEARS = "park.grading.exempt_years"


class RunStage(StrEnum):
    """How far the grading of a year is."""

    DRAFT = "draft"
    PUBLISHED = "published"  # objections are taken
    FINAL = "settled"
    WITHDRAWN = "withdrawn"


class RulingKind(StrEnum):
    """What an office rules on one enterprise and year."""

    VETO = "veto"
    EXEMPT = "exempt"


class Cause(StrEnum):
    """Why, in the words of the scheme."""

    ILLEGAL = "illegal"
    ACCIDENT = "accident"
    TWO_HIGH = "two_high"
    OTHER = "other"


class AppealStage(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("draft"),
    gettext_noop("published"),
    gettext_noop("settled"),
    gettext_noop("withdrawn"),
    gettext_noop("open"),
    gettext_noop("upheld"),
    gettext_noop("rejected"),
)

# Why nobody grades an enterprise, by code: the planner carries the code, pages say the sentence.
UTILITY, NOT_PRODUCING, TOO_YOUNG, NO_FIGURES = "utility", "not_producing", "too_young", "no_figures"


def exempt_because(
    *, is_utility: bool, producing_on: date | None, year: int, exempt_years: int, ruled: str
) -> str:
    """Why an enterprise is not graded for a year: a ruling, a utility, not producing yet, or not for so many years.

    It is graded once it has produced ``exempt_years`` whole years before the end of the year.
    """
    if ruled:
        return ruled
    if is_utility:
        return UTILITY
    if producing_on is None or producing_on.year > year:
        return NOT_PRODUCING
    day = min(producing_on.day, 28) if producing_on.month == 2 else producing_on.day
    return (
        TOO_YOUNG
        if date(producing_on.year + exempt_years, producing_on.month, day) > date(year, 12, 31)
        else ""
    )


def graded_again(years: Sequence[LandYear], scheme: LandScheme) -> dict[str, LandGrade]:
    """Grades by enterprise."""
    return {one.enterprise: one for one in grade_land(years, scheme)}


def score_text(score: float) -> Decimal:
    """A score as it is kept: four digits."""
    return Decimal(f"{score:.4f}")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic of a score: ratio by benchmark times points, at most the cap."""

    name: str
    ratio: float | None
    benchmark: float
    points: int
    uncapped: float | None
    got: float

    @property
    def is_capped(self) -> bool:
        """Whether the cap took points from it."""
        return self.uncapped is not None and round(self.uncapped, 6) > round(self.got, 6)


def arithmetic(
    ratios: Mapping[str, float], items: Mapping[str, float], scheme: LandScheme, *, is_above_scale: bool
) -> list[Step]:
    """How each item of a score came about, in the order of the formula."""
    marks = scheme.above if is_above_scale else scheme.below
    return [
        Step(
            name,
            ratios.get(name),
            marks[name],
            points,
            ratios[name] / marks[name] * points if name in ratios else None,
            items.get(name, 0.0),
        )
        for name, points in (ABOVE_SCALE if is_above_scale else BELOW_SCALE).items()
    ]


# -- what may be done when -----------------------------------------------------------------------------------------


def check_run(number: str, stage: str, *allowed: RunStage) -> None:
    """A grading is drafted, published for objections, then final; before that it may be withdrawn."""
    if stage not in allowed:
        raise NotNow(
            "park.grading_stage",
            gettext_noop(
                "Grading {number} is {stage}, so this cannot be done now. Its page offers what can."
            ),
            number=number,
            stage=RunStage(stage),
        )


def check_year_over(year: int, today: date) -> None:
    """A year is graded once it is over."""
    if date(year, 12, 31) >= today:
        raise NotNow(
            "park.year_not_over",
            gettext_noop("{year} is not over. Grade it once its figures are in."),
            year=year,
            field="year",
        )


def check_complete(year: int, problems: Sequence[Mapping[str, Any]]) -> None:
    """Every enterprise that is graded has its figures; all that miss some are named at once."""
    if problems:
        raise NotNow(
            "park.grading_incomplete",
            gettext_noop(
                "{n} enterprises cannot be graded for {year}: {first}. Complete their figures, or rule them out of the grading."
            ),
            n=len(problems),
            year=year,
            first="; ".join(str(one["firm"]) for one in problems[:5]),
            problems=list(problems),
        )  # fmt: skip


def check_any(year: int, n: int) -> None:
    """There is somebody to grade."""
    if not n:
        raise NotNow(
            "park.nobody_to_grade",
            gettext_noop("No enterprise was in the park in {year}. Enter the enterprises first."),
            year=year,
        )


def check_window(number: str, until: date | None, today: date, *, is_open: bool) -> None:
    """Objections are taken until a day; after it the grading can be made final."""
    if until is None or (today <= until) == is_open:
        return
    if is_open:
        raise NotNow(
            "park.objections_over",
            gettext_noop(
                "Objections to grading {number} were taken until {until}. Speak to the office that graded."
            ),
            number=number,
            until=until,
        )
    raise NotNow(
        "park.objections_open",
        gettext_noop("Objections to grading {number} are taken until {until}. Make it final after that day."),
        number=number,
        until=until,
    )


def check_no_appeals(number: str, n: int) -> None:
    """Every objection is decided before a grading is final."""
    if n:
        raise NotNow(
            "park.appeals_open",
            gettext_noop("{n} objections to grading {number} are not decided. Decide them first."),
            n=n,
            number=number,
        )


def check_appeal_text(text: str) -> None:
    """An objection says what is wrong."""
    if not text.strip():
        raise BadInput(
            "park.appeal_text",
            gettext_noop("The objection is empty. Say which figure is wrong and what it should be."),
            field="text",
        )


def check_one_appeal(firm: str, has_open: bool) -> None:
    """One objection at a time."""
    if has_open:
        raise NotNow(
            "park.appeal_open",
            gettext_noop("{firm} has an objection that is not decided. Wait for the answer."),
            firm=firm,
        )


def check_decides(number: str, is_grader: bool) -> None:
    """Who graded decides on objections."""
    if not is_grader:
        raise NotAllowed(
            "park.not_grader",
            gettext_noop("Grading {number} is done by another office, which decides on objections. Ask it."),
            number=number,
        )


def check_appeal(stage: str) -> None:
    """An objection is decided once."""
    if stage != AppealStage.OPEN:
        raise NotNow(
            "park.appeal_decided",
            gettext_noop("This objection is {stage} already. Look at its grade."),
            stage=AppealStage(stage),
        )


def tally(grades: Iterable[str]) -> dict[str, int]:
    """How many have each grade."""
    found = dict.fromkeys("ABCD", 0)
    for one in grades:
        if one in found:
            found[one] += 1
    return found
