"""Whom reminding the units that a round waits for would reach."""

from __future__ import annotations

from datetime import date, datetime

from shanhai.core import clock
from shanhai.core.queries import reach
from shanhai.fields.office.models import Round
from shanhai.fields.office.queries import rounds

REMINDED = "office.round_reminded"


def stem_of(one: Round) -> str:
    """What the reminders of a round are named after."""
    return f"office.round:{one.pk}"


def lately(one: Round) -> dict[int, datetime]:
    """Who was reminded of a round lately by somebody, or today by the rule or of a unit's answer to it."""
    return reminded_since(one, clock.today()) | reach.lately([stem_of(one)]).get(stem_of(one), {})


def reminded_since(one: Round, on: date) -> dict[int, datetime]:
    """Who was reminded of a round, or of their unit's answer to it, on a day or later."""
    addresses = {one.url, *(answer.url for answer in one.answers.select_related("round", "unit"))}
    return {pk: at for told in reach.since(addresses, on).values() for pk, at in told.items()}


def reach_of(one: Round) -> reach.Reach:
    """The people of all missing units; who was reminded lately, or today by the rule, is left in peace."""
    before = lately(one)
    people = [
        reach.Reached(member, [row.answer.unit.organisation.name], lately_at=before.get(member.pk))
        for row in rounds.missing(one)
        for member in row.members
    ]
    return reach.reach(people, REMINDED)
