"""``/api/v1/investment/``: leads, quarterly lists, teams, events and projects for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.investment.api import events, leads, lists, projects, stocks, teams
from shanhai.fields.investment.api.base import router

__all__ = ["events", "leads", "lists", "projects", "router", "stocks", "teams"]
