"""Register of the annual focus."""

from __future__ import annotations

from typing import Any

from shanhai.core import search
from shanhai.core.models import Pairing
from shanhai.core.sheets import gathering
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    places,
    standing,
    writer,
)
from shanhai.fields.pairing.models import FocusPoint
from shanhai.fields.pairing.queries import finding, focus
from shanhai.fields.pairing.queries import registers as tables


def _write_focus_points(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "year": values["year"],
            "order": values["order"],
            "resolution_id": bringing.ref(values, "resolution"),
            **both(values, "text"),
            **standing(values),
        }

    rows = bringing.write(FocusPoint, fields)
    above = Pairing.objects.in_bulk({row.pairing_id for row in rows})
    under: list[tuple[int, int]] = []
    faults = gathering.current()
    for row, change in zip(rows, bringing.changes, strict=True):
        codes = [code.strip() for code in (change.values["commitments"] or "").split(";")]
        if faults is not None:
            codes = [code for code in codes if not faults.is_refused("pairing.commitments", code)]
        under += [(row.pk, one.pk) for one in focus.commitments_named(codes, above[row.pairing_id])]
    # Rows that were written in bulk do not know their database, so what hangs under them is written as rows too.
    hung = FocusPoint.commitments.through
    hung.objects.filter(focuspoint_id__in=[row.pk for row in rows]).delete()
    hung.objects.bulk_create(hung(focuspoint_id=point, commitment_id=one) for point, one in under)
    search.put_many(map(finding.of_focus_point, rows))


write_focus_points = writer(_write_focus_points, tables.FOCUS_POINTS)
