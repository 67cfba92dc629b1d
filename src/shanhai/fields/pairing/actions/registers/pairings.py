"""Registers of pairings and their parties."""

from __future__ import annotations

from typing import Any

from shanhai.core import bulk
from shanhai.core.actions import pairings
from shanhai.core.models import Pairing, Party
from shanhai.fields.pairing.actions.registers.bringing import Bringing, Values, names, standing, writer
from shanhai.fields.pairing.queries import registers as tables
from shanhai.kernel.refusals import BadInput, gettext_noop


def _write_pairings(bringing: Bringing) -> None:
    # One level after the other, so that each finds the pairing above it.
    known = dict(Pairing.objects.values_list("code", "pk"))
    zones = dict(Pairing.objects.values_list("pk", "zone_id"))
    waiting, made = list(bringing.new), []
    while waiting:
        ready = [one for one in waiting if not one.values["parent"] or one.values["parent"] in known]
        if not ready:
            raise BadInput(
                "pairing.pairings_in_circle",
                gettext_noop(
                    "Pairing {pairing} lies under itself, or under one that is not there. Correct the "
                    "pairing above it."
                ),
                pairing=waiting[0].key,
            )
        rows = [
            Pairing(code=one.key, parent_id=known.get(one.values["parent"]), **_pairing_fields(one.values))
            for one in ready
        ]
        bulk.insert_many(Pairing, rows)
        for row in rows:
            row.zone_id = zones[row.parent_id] if row.parent_id else row.pk
            known[row.code], zones[row.pk] = row.pk, row.zone_id
        Pairing.objects.bulk_update(rows, ["zone"])
        made += rows
        waiting = [one for one in waiting if one not in ready]
    held = Pairing.objects.in_bulk([one.object_id for one in bringing.old])
    changed = [held[one.object_id] for one in bringing.old]
    for one, row in zip(bringing.old, changed, strict=True):
        assert one.version is not None  # a row that was there
        row.version = one.version
        for name, value in _pairing_fields(one.values).items():
            setattr(row, name, value)
    bulk.update_many(
        Pairing,
        changed,
        [
            "name_zh",
            "name_en",
            "name_sort",
            "level",
            "started_on",
            "ended_on",
            "about",
            "is_illustrative",
            "source",
        ],
    )
    bringing.enter(made, changed)
    pairings.make_findable(*made, *changed)


def _pairing_fields(values: Values) -> dict[str, Any]:
    return {
        "level": values["level"],
        "started_on": values["started_on"],
        "ended_on": values["ended_on"],
        "about": values["about"],
        **names(values),
        **standing(values),
    }


def _write_parties(bringing: Bringing) -> None:
    bringing.write(
        Party,
        lambda values: {
            "pairing_id": bringing.ref(values, "pairing"),
            "organisation_id": bringing.ref(values, "organisation"),
            "role": values["role"],
            "from_on": values["from_on"],
            "to_on": values["to_on"],
        },
    )
    _reseat(bringing)


def _reseat(bringing: Bringing) -> None:
    pairings.recompute_seats(
        pairing_ids={bringing.ref(change.values, "pairing") or 0 for change in bringing.changes}
    )


write_pairings = writer(_write_pairings, tables.PAIRINGS)
write_parties = writer(_write_parties, tables.PARTIES, _reseat)
