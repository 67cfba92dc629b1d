"""Who may find a thing stands in the search index, and so does how it sounds.

The entries go: they follow from the records and are made again by ``shanhai search rebuild``.
"""

from typing import Any

from django.db import migrations, models

from shanhai.core.db import triggers


def drop(apps: Any, schema_editor: Any) -> None:
    triggers.remake_search(schema_editor, make=False)
    apps.get_model("core", "SearchEntry").objects.all().delete()


def make(apps: Any, schema_editor: Any) -> None:
    triggers.remake_search(schema_editor, make=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0012_batches")]

    operations = [
        migrations.RunPython(drop, migrations.RunPython.noop),
        migrations.RemoveField("searchentry", "scope"),
        migrations.AddField("searchentry", "seen_by", models.TextField(default=""), preserve_default=False),
        migrations.CreateModel(
            name="SearchSound",
            fields=[
                ("word", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("sound", models.CharField(db_index=True, max_length=24)),
            ],
        ),
        migrations.RunPython(make, drop),
    ]
