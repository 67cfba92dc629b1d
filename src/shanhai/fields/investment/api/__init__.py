"""``/api/v1/investment/``: projects for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.investment.api import projects
from shanhai.fields.investment.api.base import router

__all__ = ["projects", "router"]
