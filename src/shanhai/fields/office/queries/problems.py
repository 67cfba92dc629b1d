"""Reads of problems: lists, one with its climb, and its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from shanhai.core import access, clock, rulebook
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.queries import work
from shanhai.core.search import Found
from shanhai.fields.office.models import Problem
from shanhai.fields.office.queries import shared
from shanhai.fields.office.rules import problems as rules
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.kernel.rulebook import NATIONAL

DAYS = "office.problem.days"


def problems_of(member: Member | None, pairing: Pairing) -> QuerySet[Problem]:
    """The problems of a pairing and those nested in it that a member sees; sort by ``raised_on, id``."""
    rows = shared.seen_in(Problem.objects.all(), member, pairing)
    return rows.select_related("asker", "unit__organisation", "pairing")


def problem_of(member: Member | None, number: str) -> Problem:
    """One problem, for those who see it.

    Raises
    ------
    NotFound
        ``office.no_problem``
    """
    found = (
        Problem.objects.filter(number=number)
        .select_related("asker", "asker_unit", "unit__organisation", "pairing", "owner_unit__organisation")
        .first()
    )
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "office.no_problem",
            gettext_noop("There is no problem {number}, or it is not shown to you. Look for it in the list."),
            number=number[:40],
        )
    return found


def days_of(pairing: Pairing, on: date) -> dict[str, int]:
    """The working days of each level that hold for a pairing on a day; the joint meeting has none."""
    scopes = [f"pairing:{pairing.code}", NATIONAL]
    value: Any = rulebook.value(DAYS, on, scopes).value
    return {level: int(n) for level, n in value.items()}


def days_left_of_level(problem: Problem) -> int | None:
    """The working days that its level has in all, less those used before the clock stopped; None at the top."""
    days = days_of(problem.pairing, problem.raised_on).get(problem.level)
    return None if days is None else max(0, days - problem.used_days)


def climbs_on(problem: Problem) -> date | None:
    """The last day of its level: after it, it climbs. None while it does not wait, and at the top."""
    days = days_left_of_level(problem)
    if days is None or not problem.is_waiting:
        return None
    return calendar().add(problem.since_on, days)


def waited_days(problem: Problem, until: date | None = None) -> int:
    """Working days since it was raised, without those on which it waited for the asker."""
    end = until or problem.answered_on or clock.today()
    total = calendar().count(problem.raised_on, max(end, problem.raised_on))
    if until is None and problem.stage == rules.Stage.ASKED_BACK:
        total -= calendar().count(problem.since_on, max(end, problem.since_on))
    return max(0, total - problem.asked_back_days)


def unit_for(problem: Problem, level: str) -> Unit | None:
    """The unit that has it at a level; None where nobody is named for it."""
    role = {"office": "office", "leaders": "leader", "meeting": "office"}.get(level)
    return problem.unit if role is None else shared.unit_on(problem.pairing_id, problem.side, role)


def has_it(problem: Problem, member: Member | None) -> bool:
    """Whether a member answers it: for the unit that has it, or of the office or a leader of its side."""
    if member is None or member.unit_id == problem.unit_id:
        return True
    here = access.standing(member)
    if here.side_in(problem.pairing_id) != problem.side:
        return False
    return bool(here.roles & {"office", "leader"}) or work.speaks_for(member, problem.unit_id)


def is_asker(problem: Problem, member: Member | None) -> bool:
    """Whether a member speaks for whoever raised it."""
    if member is None:
        return True
    here = access.standing(member)
    return here.organisation_id == problem.asker_id or here.unit_id == problem.asker_unit_id


def waiting() -> QuerySet[Problem]:
    """All problems whose days run: what the sweep looks through."""
    return Problem.objects.filter(stage__in=rules.WAITING).select_related("pairing", "unit").order_by("pk")


def head_of(rows: QuerySet[Problem]) -> dict[str, Any]:
    """What leads the list: how many wait, how high, and how well answers were rated."""
    climbed = Q(stage__in=rules.UNFINISHED) & ~Q(level=rules.Level.HANDLER)
    found = rows.order_by().aggregate(
        waiting=Count("pk", Q(stage__in=rules.UNFINISHED)),
        climbed=Count("pk", climbed),
        answered=Count("pk", Q(answer_days__isnull=False)),
        rated=Count("pk", Q(rating__isnull=False)),
        satisfaction=Avg("rating"),
    )
    days: list[Any] = list(
        rows.order_by().filter(answer_days__isnull=False).values_list("answer_days", flat=True)[:10_000]
    )
    return found | {"median_days": median(days) if days else None}


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: Problem) -> Found:
    """By its number and title, for those who see it."""
    return Found(
        "office.problem", one.pk, one.title_zh, one.url, one.title_en, one.number, one.pairing_id, "seen"
    )


def entries() -> Iterator[Found]:
    """All problems that were not withdrawn."""
    return map(found_as, Problem.objects.exclude(stage=rules.Stage.WITHDRAWN).iterator())
