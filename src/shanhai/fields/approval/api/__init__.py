"""``/api/v1/approval/``: catalogues for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.approval.api import catalogues, drafts
from shanhai.fields.approval.api.base import router

__all__ = ["catalogues", "drafts", "router"]
