"""Reads of the dated changes of regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from shanhai.core import clock
from shanhai.core.models import Member, Region, RegionChange
from shanhai.core.sheets.columns import KEY_JOINT, Problem
from shanhai.fields.registry.queries.shared import Row, in_chunks, standing_of
from shanhai.kernel.refusals import gettext_noop


def as_row(change: RegionChange) -> Row:
    """A change as the register's columns have it."""
    return {
        "region": change.region.code,
        "kind": change.kind,
        "on": change.on,
        "before": change.before,
        "after": change.after,
        "into": change.into.code if change.into else None,
        "standing": standing_of(change),
        "source": change.source,
    }


def rows(member: Member | None, pairing: Any = None) -> Iterator[Row]:
    """All changes in the order of their key."""
    found = RegionChange.objects.select_related("region", "into")
    return in_chunks(found.order_by("region__code", "kind", "on", "id"), as_row)


def current(keys: Sequence[str], pairing: Any = None) -> dict[str, Row]:
    """What these changes are now."""
    codes = {key.split(KEY_JOINT)[0] for key in keys}
    wanted = set(keys)
    found = RegionChange.objects.filter(Q(region__code__in=codes)).select_related("region", "into")
    return {key: as_row(change) | {"_id": change.pk} for change in found if (key := key_of(change)) in wanted}


def key_of(change: RegionChange) -> str:
    """The key that the register's columns give."""
    return KEY_JOINT.join((change.region.code, change.kind, change.on.isoformat()))


def check(given: Sequence[Row], pairing: Any = None) -> list[list[Problem]]:
    """A change has happened, and only a merger or a split names another region."""
    day = clock.today()
    return [_problems(row, day) for row in given]


def _problems(row: Row, day: date) -> list[Problem]:
    found = []
    if row["on"] > day:
        found.append(
            Problem(
                0,
                "on",
                str(row["on"]),
                "registry.change_ahead",
                gettext_noop("This day has not come yet. Bring the change when it has happened."),
            )
        )
    if row["into"] and row["kind"] not in (RegionChange.Kind.MERGED, RegionChange.Kind.SPLIT):
        found.append(
            Problem(
                0,
                "into",
                str(row["into"]),
                "registry.change_into",
                gettext_noop("Only a merger or a split names another region. Leave this cell empty."),
            )
        )
    return found


def changes_of(region: Region) -> list[RegionChange]:
    """The history of one region, latest first, with the regions it took in."""
    found = RegionChange.objects.filter(Q(region=region) | Q(into=region)).select_related("region", "into")
    return list(found.order_by("-on", "-id")[:200])
