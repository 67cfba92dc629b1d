"""How a problem climbs, and who may do what at which stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class Level(StrEnum):
    HANDLER = "handler"
    OFFICE = "office"
    LEADERS = "leaders"
    MEETING = "meeting"


class Stage(StrEnum):
    OPEN = "open"
    ASKED_BACK = "paused"
    ANSWERED = "answered"
    RATED = "rated"
    WITHDRAWN = "withdrawn"


LEVELS = tuple(Level)
# It waits for an answer: its days run.
WAITING = (Stage.OPEN,)
UNFINISHED = (Stage.OPEN, Stage.ASKED_BACK)
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("open"),
    gettext_noop("paused"),
    gettext_noop("answered"),
    gettext_noop("rated"),
    gettext_noop("withdrawn"),
)


@dataclass(frozen=True, slots=True)
class Climb:
    """One step up: to which level, and from which day its days run."""

    level: Level
    since_on: date


def climbs(
    level: str,
    since_on: date,
    days: Mapping[str, int],
    today: date,
    add: Callable[[date, int], date],
    has_unit: Callable[[Level], bool],
) -> list[Climb]:
    """The steps that a waiting problem has to climb by a day; none while the days of its level last.

    Each step begins on the day after which the days of the level below were over, so a sweep that runs late, or twice,
    finds the same steps. A level for which nobody is named is passed over; the highest one has no days.

    Examples
    --------
    >>> from datetime import timedelta
    >>> add = lambda day, n: day + timedelta(days=n)
    >>> days = {"handler": 5, "office": 5, "leaders": 10}
    >>> [str(one.level) for one in climbs("handler", date(2023, 9, 1), days, date(2023, 9, 12), add, lambda _: True)]
    ['office', 'leaders']
    """
    found: list[Climb] = []
    while True:
        above = [one for one in LEVELS[LEVELS.index(Level(level)) + 1 :] if has_unit(one)]
        if not above or level not in days:
            return found
        over_on = add(since_on, days[level])
        if today <= over_on:
            return found
        level, since_on = above[0], over_on
        found.append(Climb(above[0], over_on))


def check_waits(number: str, stage: str) -> None:
    """Only what waits for an answer is answered or asked back."""
    if stage != Stage.OPEN:
        raise NotNow(
            "office.problem_not_open",
            gettext_noop(
                "Problem {number} is {stage}; only an open one is answered. Look at its page first."
            ),
            number=number,
            stage=stage,
        )


def check_asked_back(number: str, stage: str) -> None:
    """A question is answered where one was asked."""
    if stage != Stage.ASKED_BACK:
        raise NotNow(
            "office.problem_no_question",
            gettext_noop("Nobody has asked back about problem {number}. Write a note instead."),
            number=number,
        )


def check_can_rate(number: str, stage: str, rating: int) -> None:
    """An answer is rated once it is there, with one to five."""
    if stage not in (Stage.ANSWERED, Stage.RATED):
        raise NotNow(
            "office.problem_not_answered",
            gettext_noop("Problem {number} is {stage}; there is no answer to rate. Wait for the answer."),
            number=number,
            stage=stage,
        )
    if not 1 <= rating <= 5:
        raise BadInput(
            "office.problem_rating",
            gettext_noop("{rating} is no rating. Give 1 (not solved) to 5 (solved well)."),
            rating=rating,
            field="rating",
        )


def check_can_reopen(number: str, stage: str) -> None:
    """What was answered or withdrawn may be opened again."""
    if stage not in (Stage.ANSWERED, Stage.RATED, Stage.WITHDRAWN):
        raise NotNow(
            "office.problem_is_open",
            gettext_noop("Problem {number} is open already. Write a note to say more."),
            number=number,
        )


def check_can_withdraw(number: str, stage: str) -> None:
    """What was answered stays on the record."""
    if stage not in UNFINISHED:
        raise NotNow(
            "office.problem_stands",
            gettext_noop("Problem {number} is {stage}; it stays on the record. Rate the answer instead."),
            number=number,
            stage=stage,
        )


def check_has_it(number: str, unit: str, has_it: bool) -> None:
    """Whoever has a problem answers it."""
    if not has_it:
        raise NotAllowed(
            "office.problem_of_another",
            gettext_noop(
                "Problem {number} is with {unit}. Write a note there, or let its office pass it on."
            ),
            number=number,
            unit=unit,
        )


def check_asked(number: str, asker: str, is_asker: bool) -> None:
    """Whoever asked rates, replies, reopens and withdraws."""
    if not is_asker:
        raise NotAllowed(
            "office.problem_not_asker",
            gettext_noop(
                "Problem {number} was raised by {asker}; only they may do this. Write a note instead."
            ),
            number=number,
            asker=asker,
        )
