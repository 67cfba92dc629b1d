"""``/api/v1/investment/``: leads and projects for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.investment.api import leads, projects
from shanhai.fields.investment.api.base import router

__all__ = ["leads", "projects", "router"]
