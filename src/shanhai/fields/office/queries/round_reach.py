"""Whom reminding the units that a round waits for would reach."""

from __future__ import annotations

from shanhai.core.queries import reach
from shanhai.fields.office.models import Round
from shanhai.fields.office.queries import rounds

REMINDED = "office.round_reminded"


def stem_of(one: Round) -> str:
    """What the reminders of a round are named after."""
    return f"office.round:{one.pk}"


def reach_of(one: Round) -> reach.Reach:
    """The people of all missing units; who was reminded lately is left in peace."""
    lately = reach.lately([stem_of(one)]).get(stem_of(one), {})
    people = [
        reach.Reached(member, [row.answer.unit.organisation.name], lately_at=lately.get(member.pk))
        for row in rounds.missing(one)
        for member in row.members
    ]
    return reach.reach(people, REMINDED)
