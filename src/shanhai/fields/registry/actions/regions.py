"""Regions and their history from spreadsheets and zone folders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core import access, bulk, search
from shanhai.core.actions import regions
from shanhai.core.models import (
    Member,
    Region,
    RegionChange,
)
from shanhai.core.queries import finding
from shanhai.core.sheets.columns import Change
from shanhai.core.writing import action
from shanhai.fields.registry.actions import shared
from shanhai.kernel.identifiers import RegionLevel, region_level


@action
def write_regions(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write regions, level by level, so that each finds the one that it lies in."""
    access.check(by, "registry.write_regions")
    gone, changes = shared.going_and_staying(changes)
    shared.remove(Region, gone, "registry.write_regions", by, on_import)
    new, old = shared.in_two(changes)
    fields = ["name_zh", "name_en", "name_sort", "population", "valid_from", "valid_to"]
    fields += ["is_illustrative", "source", "outline", "seat"]
    changed = shared.filled(Region, old, _region_fields)
    bulk.update_many(Region, changed, fields)
    if by is not None:
        # The rows are moved before we look who stands there: who comes to stand there holds them too.
        ends = {
            change.object_id for change in old if change.values["valid_to"] and change.differs_in("valid_to")
        }
        regions.check_left_empty([row for row in changed if row.pk in ends])
    made: list[Region] = []
    for level in RegionLevel:
        of_level = [change for change in new if region_level(change.key) is level]
        parents = _parents_of([change.key for change in of_level])
        rows = [
            Region(code=change.key, level=str(level), parent_id=parents[change.key], **_region_fields(change))
            for change in of_level
        ]
        bulk.insert_many(Region, rows)
        made += rows
    shared.enter("registry.write_regions", made, changed, by, on_import)
    shared.soon(len(changes), lambda: search.put_many(map(finding.of_region, made + changed)))


def _region_fields(change: Change) -> dict[str, Any]:
    values = change.values
    return shared.name_fields(values) | {
        "population": values["population"],
        "valid_from": values["valid_from"],
        "valid_to": values["valid_to"],
        "is_illustrative": values["standing"] == "illustrative",
        "source": values["source"],
        "outline": regions.checked_outline(values["outline"]),
        "seat": regions.checked_seat(values["seat"]),
    }


def _parents_of(codes: Sequence[str]) -> dict[str, int | None]:
    possible = {code: regions.possible_parents(code) for code in codes}
    known = regions.check_standing_codes({parent for parents in possible.values() for parent in parents})
    found: dict[str, int | None] = {}
    for code, parents in possible.items():
        above = next((known[parent] for parent in parents if parent in known), None)
        if parents and above is None:
            regions.parent_of(code)  # Refuses, with the region that is missing.
        found[code] = above.pk if above else None
    return found


@action
def write_region_changes(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write the history of regions as papers tell it; the regions themselves stay as they are."""
    access.check(by, "registry.write_region_changes")
    gone, changes = shared.going_and_staying(changes)
    shared.remove(RegionChange, gone, "registry.write_region_changes", by, on_import)
    codes = {code for change in changes for code in (change.values["region"], change.values["into"]) if code}
    known = regions.check_standing_codes(codes)
    rows = [
        RegionChange(
            pk=change.object_id,
            region=known[change.values["region"]],
            kind=change.values["kind"],
            on=change.values["on"],
            before=change.values["before"],
            after=change.values["after"],
            into=known[change.values["into"]] if change.values["into"] else None,
            is_illustrative=change.values["standing"] == "illustrative",
            source=change.values["source"],
        )
        for change in changes
    ]
    new, old = [row for row in rows if row.pk is None], [row for row in rows if row.pk is not None]
    bulk.insert_many(RegionChange, new)
    RegionChange.objects.bulk_update(
        old, ["before", "after", "into", "is_illustrative", "source"], batch_size=500
    )
    shared.enter("registry.write_region_changes", new, old, by, on_import)
