"""``/api/v1/approval/``: catalogues and cases for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.approval.api import (
    cases,
    catalogues,
    commitments,
    drafts,
    flows,
    inbox,
    letters,
    measures,
    meetings,
    papers,
    past,
    services,
    simulations,
)
from shanhai.fields.approval.api.base import router

__all__ = [
    "cases",
    "catalogues",
    "commitments",
    "drafts",
    "flows",
    "inbox",
    "letters",
    "measures",
    "meetings",
    "papers",
    "past",
    "router",
    "services",
    "simulations",
]
