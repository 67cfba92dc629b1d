from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Cast


def fill(apps: Any, schema_editor: Any) -> None:
    """Firms' lists by planned end begin at this day; a date as text is ISO on both databases."""
    cases = apps.get_model("approval", "Case").objects.filter(pk=OuterRef("object_id"))
    day = cases.values_list(Cast("planned_on", models.CharField(max_length=40)))
    apps.get_model("core", "Seen").objects.filter(kind="approval.case").update(second_at=Subquery(day))


class Migration(migrations.Migration):
    dependencies = [
        ("approval", "0016_case_key_planned"),
        ("core", "0022_second_day"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_key_planned"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
