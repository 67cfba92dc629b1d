"""``/api/v1/investment/``: leads, quarterly lists, projects and aid for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.investment.api import aid_claims, leads, lists, policies, projects
from shanhai.fields.investment.api.base import router

__all__ = ["aid_claims", "leads", "lists", "policies", "projects", "router"]
