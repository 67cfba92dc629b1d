"""``/api/v1/pairing/``: the cooperation for programs, one module for each noun.

Numbers and codes name things; quantities travel as text, since JSON has no decimals, and money as whole fen. Each
operation asks the same access row, query and action as the page. What may be answered besides success is declared for
all operations in ``shanhai.site.api``.
"""

from shanhai.fields.pairing.api import (
    activities,
    agreements,
    balance,
    briefs,
    calendars,
    charges,
    commitments,
    deliveries,
    focus,
    items,
    leader,
    meetings,
    pairings,
    payments,
    resolutions,
    secondments,
    technical,
    terms,
)
from shanhai.fields.pairing.api.base import router

__all__ = [
    "activities",
    "agreements",
    "balance",
    "briefs",
    "calendars",
    "charges",
    "commitments",
    "deliveries",
    "focus",
    "items",
    "leader",
    "meetings",
    "pairings",
    "payments",
    "resolutions",
    "router",
    "secondments",
    "technical",
    "terms",
]
