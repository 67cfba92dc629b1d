"""``/api/v1/approval/``: catalogues and cases for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.approval.api import cases, catalogues, drafts, letters, meetings, services
from shanhai.fields.approval.api.base import router

__all__ = ["cases", "catalogues", "drafts", "letters", "meetings", "router", "services"]
