"""The journal becomes append-only; the search gets its index when its table has its columns (0012)."""

from typing import Any

from django.db import migrations

from shanhai.core.db import triggers


def install(apps: Any, schema_editor: Any) -> None:
    triggers.install(schema_editor)


def uninstall(apps: Any, schema_editor: Any) -> None:
    triggers.uninstall(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunPython(install, uninstall)]
