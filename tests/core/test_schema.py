"""A new database, made from the models, is the one that all migrations together lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from shanhai.core.db import schema


@pytest.fixture
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Databases beside that of the tests may be opened."""
    with django_db_blocker.unblock():
        yield


@contextmanager
def another(alias: str, folder: Path) -> Iterator[Any]:
    """An empty database beside that of the tests."""
    name = f"{connection.settings_dict['NAME']}_{alias}"
    if connection.vendor == "sqlite":
        name = str(folder / f"{alias}.sqlite3")
    else:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
    connections.databases[alias] = {**connection.settings_dict, "NAME": name}
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}"')


def said(database: Any) -> dict[str, Any]:
    """Tables with their columns and constraints, and the text of all indexes and triggers."""
    found: dict[str, Any] = {}
    with database.cursor() as cursor:
        for table in sorted(database.introspection.table_names(cursor)):
            described = database.introspection.get_table_description(cursor, table)
            constraints = database.introspection.get_constraints(cursor, table)
            found[table] = (
                sorted(
                    (one.name, str(one.type_code), one.display_size, one.null_ok, one.default, one.collation)
                    for one in described
                ),
                # SQLite numbers what has no name in the order of the table's text.
                sorted(repr({k: v for k, v in one.items()}) for name, one in constraints.items()),
                sorted(name for name in constraints if not name.startswith("__")),
            )
        cursor.execute(TEXTS[database.vendor])
        found["texts"] = sorted(
            tuple(re.sub(r"\s+", " ", str(cell)) for cell in row) for row in cursor.fetchall()
        )
    return found


TEXTS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger', 'view')",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
    "UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
    "UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
    "UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def test_a_new_database_equals_one_that_was_led_through_all_versions(
    unblocked: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another("made_new", tmp_path) as new, another("led", tmp_path) as led:
        call_command("migrate", database="made_new", verbosity=0)
        monkeypatch.setattr(schema, "is_new", lambda connection: False)
        call_command("migrate", database="led", verbosity=0)

        is_there, should_be = said(new), said(led)
        assert is_there.keys() == should_be.keys()
        for name in should_be:
            assert is_there[name] == should_be[name], name
        assert (
            MigrationRecorder(new).applied_migrations().keys()
            == MigrationRecorder(led).applied_migrations().keys()
        )


@pytest.mark.django_db
def test_nothing_is_made_anew_where_there_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "build", lambda connection: pytest.fail("built over what is there"))

    call_command("migrate", verbosity=0)
