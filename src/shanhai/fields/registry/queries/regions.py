"""Reads of the register of regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from shanhai.core.actions import regions
from shanhai.core.models import Member, Region
from shanhai.core.sheets.columns import Problem
from shanhai.fields.registry.queries.shared import CHUNK, Row, in_chunks, keyed, standing_of, tried
from shanhai.kernel.identifiers import region_parent
from shanhai.kernel.refusals import gettext_noop


def as_row(region: Region) -> Row:
    """A region as the register's columns have it."""
    return {
        "code": region.code,
        "name_zh": region.name_zh,
        "name_en": region.name_en,
        "population": region.population,
        "valid_from": region.valid_from,
        "valid_to": region.valid_to,
        "standing": standing_of(region),
        "source": region.source,
        "outline": region.outline,
        "seat": region.seat,
    }


def rows(member: Member | None, pairing: Any = None, chosen: QuerySet | None = None) -> Iterator[Row]:
    """Regions by code: all, or those that a list page has chosen."""
    return in_chunks((chosen if chosen is not None else Region.objects.all()).order_by("code"), as_row)


def current(keys: Sequence[str], pairing: Any = None) -> dict[str, Row]:
    """What the regions of these codes are now."""
    return keyed(Region.objects.filter(code__in=keys), as_row)


def check(given: Sequence[Row], pairing: Any = None) -> list[list[Problem]]:
    """Each region lies in one that is in the register or in the same file, its outline is a ring, and its seat a place."""
    parents = {parent for row in given if (parent := region_parent(row["code"]))}
    near = {row["code"] for row in given}
    far = regions.check_standing_codes(
        {parent for row in given for parent in regions.possible_parents(row["code"])}
    )
    # A longer file is compared in parts, and the parent may stand in another one: then the write decides.
    is_whole = len(given) < CHUNK
    missing = parents - near - far.keys() if is_whole else set()
    return [_problems(row, missing, near | far.keys()) for row in given]


def _problems(row: Row, missing: set[str], known: set[str]) -> list[Problem]:
    found = tried(lambda: regions.checked_outline(row["outline"]), "outline", row["outline"])
    found += tried(lambda: regions.checked_seat(row["seat"]), "seat", row["seat"])
    parent = region_parent(row["code"])
    if parent in missing and not known & set(regions.possible_parents(row["code"])):
        found.append(
            Problem(
                0,
                "code",
                row["code"],
                "registry.parent_missing",
                gettext_noop("Its region above, {parent}, is neither in the register nor in this file."),
                {"parent": parent},
                points_at=str(parent),
            )
        )
    if row["valid_from"] and row["valid_to"] and row["valid_to"] <= row["valid_from"]:
        found.append(
            Problem(
                0,
                "valid_to",
                str(row["valid_to"]),
                "registry.dates_backwards",
                gettext_noop("It ends before it begins, on {valid_from}."),
                {"valid_from": row["valid_from"]},
            )
        )
    return found
