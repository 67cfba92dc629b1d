"""Reads of the register of units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from shanhai.core.actions.naming import checked_code
from shanhai.core.models import Member, Unit
from shanhai.core.sheets.columns import Problem
from shanhai.fields.registry.queries.shared import Row, in_chunks, keyed, tried
from shanhai.kernel.refusals import gettext_noop


def as_row(unit: Unit) -> Row:
    """A unit as the register's columns have it."""
    return {
        "code": unit.code,
        "organisation": unit.organisation.code,
        "name_zh": unit.name_zh,
        "name_en": unit.name_en,
        "ladder": unit.ladder,
        "dispatcher": unit.dispatcher.code if unit.dispatcher else None,
    }


def without_dispatcher() -> QuerySet[Unit]:
    """Open units in which people work and nobody hands the work out."""
    people = Member.objects.filter(unit=OuterRef("pk"), is_active=True)
    return Unit.objects.filter(Exists(people), is_active=True, dispatcher=None)


def rows(member: Member | None, pairing: Any = None, chosen: QuerySet | None = None) -> Iterator[Row]:
    """Units by code: all open ones, or those that a list page has chosen."""
    found = chosen if chosen is not None else Unit.objects.filter(is_active=True)
    return in_chunks(found.select_related("organisation", "dispatcher").order_by("code"), as_row)


def current(keys: Sequence[str], pairing: Any = None) -> dict[str, Row]:
    """What the units of these codes are now, closed ones included."""
    return keyed(Unit.objects.filter(code__in=keys).select_related("organisation", "dispatcher"), as_row)


def check(given: Sequence[Row], pairing: Any = None) -> list[list[Problem]]:
    """A unit stays in its organisation, and one of its own members dispatches it."""
    now = current([row["code"] for row in given])
    units_of = dict(
        Member.objects.filter(
            code__in=[row["dispatcher"] for row in given if row["dispatcher"]], is_active=True
        ).values_list("code", "unit__code")
    )
    return [_problems(row, now.get(row["code"]), units_of) for row in given]


def _problems(row: Row, before: Row | None, units_of: dict[str, str]) -> list[Problem]:
    found = tried(lambda: checked_code(row["code"]), "code", row["code"])
    if before is not None and before["organisation"] != row["organisation"]:
        found.append(
            Problem(
                0,
                "organisation",
                str(row["organisation"]),
                "registry.unit_moved",
                gettext_noop("A unit does not change its organisation ({before}). Add a new unit there."),
                {"before": before["organisation"]},
            )
        )
    dispatcher = row["dispatcher"]
    if dispatcher and dispatcher in units_of and units_of[dispatcher] != row["code"]:
        found.append(
            Problem(
                0,
                "dispatcher",
                dispatcher,
                "registry.dispatcher_elsewhere",
                gettext_noop("This member works in unit {unit}. Choose a member of the unit itself."),
                {"unit": units_of[dispatcher]},
            )
        )
    return found
