"""``/api/v1/approval/``: catalogues and cases for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.approval.api import cases, catalogues, commitments, drafts, meetings, papers, services
from shanhai.fields.approval.api.base import router

__all__ = ["cases", "catalogues", "commitments", "drafts", "meetings", "papers", "router", "services"]
