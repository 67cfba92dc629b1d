"""Words of cases in the language of the moment."""

from __future__ import annotations

from shanhai.core.sheets.columns import words_of
from shanhai.fields.approval.rules.case_words import (
    CHANNELS,
    COMMISSIONED,
    COUNTS,
    DECIDED,
    DECISIONS,
    LETTERS,
    LEVELS,
    MEETING_LEVELS,
    MEETING_STAGES,
    MODES,
    REPLIES,
    RIPE,
    ROLES,
    SEATS,
    SERVICE_STAGES,
    SERVICES,
    SIDES,
    STAGES,
    STATES,
    STOPS,
    VERDICTS,
    VERDICTS_SAID,
    WHOSE,
    WHYS,
)

words = words_of

__all__ = [
    "CHANNELS",
    "COMMISSIONED",
    "COUNTS",
    "DECIDED",
    "DECISIONS",
    "LETTERS",
    "LEVELS",
    "MEETING_LEVELS",
    "MEETING_STAGES",
    "MODES",
    "REPLIES",
    "RIPE",
    "ROLES",
    "SEATS",
    "SERVICES",
    "SERVICE_STAGES",
    "SIDES",
    "STAGES",
    "STATES",
    "STOPS",
    "VERDICTS",
    "VERDICTS_SAID",
    "WHOSE",
    "WHYS",
    "words",
]
