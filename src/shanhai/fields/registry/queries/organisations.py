"""Reads of the register of organisations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from shanhai.core.actions.naming import checked_code
from shanhai.core.models import Member, Organisation, Region, Unit
from shanhai.core.sheets.columns import Problem
from shanhai.fields.registry.queries.shared import Row, in_chunks, keyed, standing_of, tried
from shanhai.kernel.refusals import gettext_noop


def as_row(organisation: Organisation) -> Row:
    """An organisation as the register's columns have it."""
    return {
        "code": organisation.code,
        "name_zh": organisation.name_zh,
        "name_en": organisation.name_en,
        "kind": organisation.kind,
        "region": organisation.region.code,
        "parent": organisation.parent.code if organisation.parent else None,
        "credit_code": organisation.credit_code or "",
        "address": organisation.address,
        "phone": organisation.phone,
        "standing": standing_of(organisation),
        "source": organisation.source,
    }


def rows(member: Member | None, pairing: Any = None, chosen: QuerySet | None = None) -> Iterator[Row]:
    """Organisations by code: all open ones, or those that a list page has chosen."""
    found = chosen if chosen is not None else Organisation.objects.filter(is_active=True)
    return in_chunks(found.select_related("region", "parent").order_by("code"), as_row)


def current(keys: Sequence[str], pairing: Any = None) -> dict[str, Row]:
    """What the organisations of these codes are now, closed ones included."""
    return keyed(Organisation.objects.filter(code__in=keys).select_related("region", "parent"), as_row)


def check(given: Sequence[Row], pairing: Any = None) -> list[list[Problem]]:
    """Credit codes belong to one organisation each, and nobody stands above themselves."""
    codes = [row["credit_code"] for row in given if row["credit_code"]]
    holders = dict(Organisation.objects.filter(credit_code__in=codes).values_list("credit_code", "code"))
    twice = {code for code, n in Counter(codes).items() if n > 1}
    parents = {row["code"]: row["parent"] for row in given}
    above = _above({parent for parent in parents.values() if parent}, parents)
    return [_problems(row, holders, twice, above) for row in given]


def _above(wanted: set[str], parents: dict[str, str | None]) -> dict[str, str | None]:
    """Who stands above whom, for all that the rows reach upwards (one query a level)."""
    found = dict(parents)
    missing = wanted - found.keys()
    while missing:
        level = dict(Organisation.objects.filter(code__in=missing).values_list("code", "parent__code"))
        found |= dict.fromkeys(missing) | level
        missing = {parent for parent in level.values() if parent} - found.keys()
    return found


def _problems(
    row: Row, holders: dict[str | None, str], twice: set[str], above: dict[str, str | None]
) -> list[Problem]:
    found = tried(lambda: checked_code(row["code"]), "code", row["code"])
    code = row["credit_code"]
    if code and (code in twice or holders.get(code, row["code"]) != row["code"]):
        found.append(
            Problem(
                0,
                "credit_code",
                code,
                "registry.credit_code_taken",
                gettext_noop("{holder} has this credit code. Compare both business licences."),
                {"holder": holders.get(code, "–")},
            )
        )
    if _is_circle(row["code"], above):
        found.append(
            Problem(
                0,
                "parent",
                str(row["parent"]),
                "registry.circle",
                gettext_noop("Following the organisations above it leads back to itself."),
            )
        )
    return found


def _is_circle(code: str, above: dict[str, str | None]) -> bool:
    at, passed = above.get(code), set()
    while at is not None and at not in passed:
        if at == code:
            return True
        passed.add(at)
        at = above.get(at)
    return False


def url_of(organisation: Organisation) -> str:
    """Address of its page."""
    return f"/registry/organisations/{organisation.code}/"


def url_of_unit(unit: Unit) -> str:
    """Address of its page."""
    return f"/registry/units/{unit.code}/"


def url_of_region(region: Region) -> str:
    """Address of its page."""
    return f"/registry/regions/{region.code}/"
