"""``/api/v1/registry/``: the registers for programs, one module for each noun.

Lists, one row with its version, changes with If-Match. Each operation asks the same access row, query and action as
the page. What may be answered besides success is declared for all operations in ``shanhai.site.api``.
"""

from shanhai.fields.registry.api import (
    batches,
    calendar,
    documents,
    imports,
    journal,
    keys,
    logins,
    members,
    organisations,
    prints,
    regions,
    roles,
    rulebook,
    units,
)
from shanhai.fields.registry.api.base import router

__all__ = [
    "batches",
    "calendar",
    "documents",
    "imports",
    "journal",
    "keys",
    "logins",
    "members",
    "organisations",
    "prints",
    "regions",
    "roles",
    "router",
    "rulebook",
    "units",
]
