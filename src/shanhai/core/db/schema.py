"""A new database gets its tables from the models as the migrations leave them.

Migrations lead a database that holds rows from one version to the next, and Django draws up all models anew for each
step of theirs: eleven seconds of work for a database without a row (measured in docs/reference/measures.md). A new one
needs none of the steps between. What models cannot say is installed by the migrations that say it; what they merely do
to rows is marked ``elidable`` there and has no rows to work on here. ``tests/core/test_schema.py`` compares the two
ways table by table.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

_OURS = "shanhai."


def is_new(connection: Any) -> bool:
    """Whether the database has no table at all."""
    return not connection.introspection.table_names()


def build(connection: Any) -> int:
    """Make all tables of a new database, and note its migrations as applied; gives their number."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    plan = [step for step, _backwards in executor.migration_plan(newest)]
    apps = executor.loader.project_state(newest).apps
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        # Indexes and foreign keys that wait for the tables of others.
        for statement in editor.deferred_sql:
            editor.execute(statement)
        editor.deferred_sql.clear()
        for step in plan:
            _install(step, apps, editor)
        for step in plan:
            recorder.record_applied(step.app_label, step.name)
    return len(plan)


def _install(step: Any, apps: Any, editor: Any) -> None:
    """Run what a migration of ours does beside the models: triggers, search indexes."""
    if not step.__module__.startswith(_OURS):
        return
    for operation in step.operations:
        if isinstance(operation, RunPython) and not operation.elidable:
            operation.code(apps, editor)
