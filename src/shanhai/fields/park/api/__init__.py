"""``/api/v1/park/``: the park for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.park.api import figures, firms
from shanhai.fields.park.api.base import router

__all__ = ["figures", "firms", "router"]
