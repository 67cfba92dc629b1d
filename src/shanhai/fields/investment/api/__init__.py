"""``/api/v1/investment/``: leads, quarterly lists, portfolio plans, projects and aid for programs: access rows, queries and actions of the pages."""

from shanhai.fields.investment.api import aid_claims, leads, lists, pipeline, plans, policies, projects
from shanhai.fields.investment.api.base import router

__all__ = ["aid_claims", "leads", "lists", "pipeline", "plans", "policies", "projects", "router"]
