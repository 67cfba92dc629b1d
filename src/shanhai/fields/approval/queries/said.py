"""Words of cases in the language of the moment."""

from __future__ import annotations

from shanhai.core.sheets.columns import words_of
from shanhai.fields.approval.rules.case_words import (
    CHANNELS,
    CLASSES,
    COUNTS,
    DECIDED,
    DECISIONS,
    LETTERS,
    LEVELS,
    MODES,
    REPLIES,
    ROLES,
    STAGES,
    STATES,
    STOPS,
    WHOSE,
    WHYS,
)

words = words_of

__all__ = [
    "CHANNELS",
    "CLASSES",
    "COUNTS",
    "DECIDED",
    "DECISIONS",
    "LETTERS",
    "LEVELS",
    "MODES",
    "REPLIES",
    "ROLES",
    "STAGES",
    "STATES",
    "STOPS",
    "WHOSE",
    "WHYS",
    "words",
]
