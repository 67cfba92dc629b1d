"""``/api/v1/investment/``: leads, lists, plans, teams, events, projects and aid for programs: access rows, queries and actions of the pages."""

from shanhai.fields.investment.api import (
    aid_claims,
    events,
    leads,
    lists,
    pipeline,
    plans,
    policies,
    projects,
    stocks,
    teams,
)
from shanhai.fields.investment.api.base import router

__all__ = [
    "aid_claims",
    "events",
    "leads",
    "lists",
    "pipeline",
    "plans",
    "policies",
    "projects",
    "router",
    "stocks",
    "teams",
]
