"""Django's ``migrate``, which makes a new database from the models as they are now."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from shanhai.core.db import schema


class Command(migrate.Command):
    """As Django's own, except that a database without tables is not led through every version there was."""

    def handle(self, *args: Any, **options: Any) -> Any:
        """Build what is new, then do what Django does: what is left to apply, and its signals."""
        connection = connections[options["database"]]
        connection.prepare_database()
        if _is_plain(options) and schema.is_new(connection):
            schema.build(connection)
        return super().handle(*args, **options)


def _is_plain(options: dict[str, Any]) -> bool:
    """Whether all is to be brought to the newest version, and nothing but looked at or pretended."""
    asks = ("app_label", "migration_name", "plan", "check_unapplied", "fake", "fake_initial", "prune")
    return not any(options.get(name) for name in asks)
