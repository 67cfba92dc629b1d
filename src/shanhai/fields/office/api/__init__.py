"""``/api/v1/office/``: the office's day for programs, one module for each noun."""

from shanhai.fields.office.api import instructions, notes, problems, proposals
from shanhai.fields.office.api.base import router

__all__ = ["instructions", "notes", "problems", "proposals", "router"]
