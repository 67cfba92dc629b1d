"""``/api/v1/office/``: the office's day for programs, one module for each noun.

Each operation asks the same access row, query and action as the page.
"""

from shanhai.fields.office.api import (
    answers,
    factors,
    instructions,
    links,
    notes,
    problems,
    proposals,
    replies,
    rounds,
    told,
    watching,
    work,
)
from shanhai.fields.office.api.base import router

__all__ = [
    "answers",
    "factors",
    "instructions",
    "links",
    "notes",
    "problems",
    "proposals",
    "replies",
    "rounds",
    "router",
    "told",
    "watching",
    "work",
]
