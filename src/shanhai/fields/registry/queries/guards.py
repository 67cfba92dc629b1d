"""What a sheet of a member may do to regions and organisations: no more than the pages (``Register.guard``).

The loader of a zone is not asked: it writes history as papers tell it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core.actions import regions
from shanhai.core.models import Member, Region
from shanhai.core.sheets.columns import Change, Problem
from shanhai.fields.registry.queries.shared import problem_of, tried
from shanhai.kernel.refusals import Refused


def regions_guard(changes: Sequence[Change], *, by: Member, pairing: Any = None) -> list[list[Problem]]:
    """A region that has ended stays as it is; one ends only once nobody stands in it and no region lies in it."""
    held = Region.objects.in_bulk([change.object_id for change in changes if change.before is not None])
    ending = {change.key for change in changes if change.values["valid_to"] is not None}
    return [_of_region(held.get(change.object_id or 0), change, ending) for change in changes]


def _of_region(region: Region | None, change: Change, ending: set[str]) -> list[Problem]:
    if region is None:
        return []  # What is new in the register may have ended long ago: nobody stands in it.
    if region.valid_to is not None:
        return [problem_of(regions.ended(region), "valid_to", region.valid_to)]
    until = change.values["valid_to"]
    if until is None:
        return []
    return tried(lambda: regions.check_may_end(region, until, besides=ending), "valid_to", until)


def organisations_guard(changes: Sequence[Change], *, by: Member, pairing: Any = None) -> list[list[Problem]]:
    """Nothing comes to stand in a region that has ended."""
    placed = {change.values["region"] for change in changes if _is_placed(change)}
    gone = {region.code: regions.ended(region) for region in regions.ended_of(placed)}
    return [_of_organisation(change, gone.get(change.values["region"])) for change in changes]


def _of_organisation(change: Change, ended: Refused | None) -> list[Problem]:
    if ended is None or not _is_placed(change):
        return []
    return [problem_of(ended, "region", change.values["region"])]


def _is_placed(change: Change) -> bool:
    return change.before is None or bool(change.differs_in("region"))
