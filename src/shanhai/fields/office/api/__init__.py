"""``/api/v1/office/``: the office's day for programs, one module for each noun.

Each operation asks the same access row, query and action as the page.
"""

from shanhai.fields.office.api import answers, rounds
from shanhai.fields.office.api.base import router

__all__ = ["answers", "rounds", "router"]
