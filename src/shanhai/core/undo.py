"""How long what was just done can be taken back: one figure of the rulebook for all of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shanhai.core import clock, rulebook


def minutes(on: datetime | None = None) -> int:
    """For how many minutes an undo is offered of what is done now, or was done then."""
    day = clock.local(on or clock.now()).date()
    value: Any = rulebook.value("core.undo_minutes", day).value  # an int, by its kind
    return int(value)


def until(done_at: datetime) -> datetime:
    """The last moment at which what was done then can be taken back."""
    return done_at + timedelta(minutes=minutes(done_at))
