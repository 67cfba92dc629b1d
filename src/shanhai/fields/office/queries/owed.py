"""What a unit owes to the rounds that are open."""

from __future__ import annotations

from datetime import date

from django.db import connection

from shanhai.core.models import Member
from shanhai.fields.office.rules import rounds as rules

_STAGES = tuple(str(stage) for stage in rules.WITH_UNIT)
# The menu of every page asks it, and never from what was kept; written once, as ``core.queries.work`` says.
_OWED = f"""
    SELECT r.due_on FROM office_roundanswer a JOIN office_round r ON r.id = a.round_id
    WHERE a.unit_id = %s AND r.stage = %s AND a.stage IN ({", ".join(["%s"] * len(_STAGES))})
    LIMIT 100
"""


def days_owed(member: Member) -> list[date]:
    """The days by which the first hundred answers are due that a member's unit still owes."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [member.unit_id, str(rules.RoundStage.OPEN), *_STAGES])
        # SQLite has no dates of its own.
        return [date.fromisoformat(day) if isinstance(day, str) else day for (day,) in cursor.fetchall()]
