"""The keys by which the investors of leads that are there are found under other spellings."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from shanhai.planners.name_blocks import blocks_of
from shanhai.planners.name_parts import Vocabulary


def keep(apps: Any, schema_editor: Any) -> None:
    lead_names = apps.get_model("investment", "LeadName")
    words, rows = Vocabulary(), []
    leads = apps.get_model("investment", "Lead").objects.values_list(
        "pk", "zone_id", "investor_zh", "investor_en"
    )
    for pk, zone, zh, en in leads.iterator():
        for name in dict.fromkeys(filter(None, (zh.strip(), en.strip()))):
            parts = words.parts(name)
            told = {"name": name, "brand": parts.brand[:160], "key": parts.key[:400]}
            rows += [
                lead_names(lead_id=pk, zone_id=zone, block=block, **told)
                for block in sorted(blocks_of(parts).kept)
            ]
    lead_names.objects.bulk_create(rows, batch_size=2_000)


class Migration(migrations.Migration):
    dependencies = [("investment", "0040_portfolio_plans")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]
