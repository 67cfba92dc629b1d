"""``/api/v1/investment/``: leads, quarterly lists, portfolio plans and projects for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.investment.api import leads, lists, pipeline, plans, projects
from shanhai.fields.investment.api.base import router

__all__ = ["leads", "lists", "pipeline", "plans", "projects", "router"]
