"""The keys of the names of leads anew: each finds fewer names that are not alike."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from shanhai.planners.name_blocks import blocks_of
from shanhai.planners.name_parts import Vocabulary


def keep(apps: Any, schema_editor: Any) -> None:
    lead_names = apps.get_model("investment", "LeadName")
    words, rows = Vocabulary(), []
    names = lead_names.objects.values_list("lead_id", "zone_id", "name").distinct()
    for lead, zone, name in names.iterator():
        parts = words.parts(name)
        told = {"name": name, "brand": parts.brand[:160], "key": parts.key[:400]}
        rows += [
            lead_names(lead_id=lead, zone_id=zone, block=block, **told)
            for block in sorted(blocks_of(parts).kept)
        ]
    lead_names.objects.all().delete()
    lead_names.objects.bulk_create(rows, batch_size=2_000)


class Migration(migrations.Migration):
    dependencies = [("investment", "0041_names_of_leads")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]
