"""Projects from spreadsheets and zone folders: a member brings what the pages allow, the loader what papers report."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from shanhai.core import access, clock, search, visibility
from shanhai.core.models import Member, Pairing, Seat, Unit
from shanhai.core.sheets.columns import Change, Problem
from shanhai.core.sheets.refusing import tried
from shanhai.fields.investment import rules
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import pipeline
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.investment.queries import registers as tables
from shanhai.fields.office.queries import shared as reach
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    names,
    places,
    standing,
    writer,
)
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop

# What only actions set: a sheet of a member leaves it as it is.
_BY_ACTION = ("pairing", "owner", "reach", "stage", "stage_on", "registered_on")
_OF_WRITER = ("owner_unit_id", "owner_side", "reach")


def _write_projects(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)
    sides = _sides(bringing, list(zones))
    stands = _stands(bringing, list(zones))
    today = clock.today()
    by = bringing.by

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        owner = bringing.ref(values, "owner") or (by.unit_id if by is not None else None)
        registered_on = values["registered_on"] or today
        return {
            "number": values["number"],
            "project_code": values["project_code"] or None,
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "enterprise_id": bringing.key(values, "enterprise"),
            "region_id": bringing.key(values, "region"),
            "industry": values["industry"],
            "stage": values["stage"],
            "stage_on": values["stage_on"] or registered_on,
            "registered_on": registered_on,
            "owner_unit_id": owner,
            "owner_side": sides.get((pairing_id, owner), ""),
            "reach": values["reach"] or visibility.Reach.SIDE,
            **{one.name: values[one.name] for one in rules.ATTRIBUTES},
            **{name: values[name] for name in ("output_fen", "tax_fen", "jobs", "introducer_side")},
            "stands_side": stands.get((pairing_id, values["region"]), ""),
            **names(values),
            **both(values, "place", "about"),
            **standing(values),
        }

    def taken(row: Project, values: dict[str, Any]) -> dict[str, Any]:
        kept = _OF_WRITER if by is not None else ()
        return {name: value for name, value in values.items() if name not in kept}

    rows = bringing.write(Project, fields, taken=taken)
    for row in rows:
        visibility.place(row, row.registered_on)
    search.put_many(map(queries.found_as, rows))


def _stands(bringing: Bringing, pairings: list[int]) -> dict[tuple[int, str], str]:
    """The side on whose land each region lies, in each pairing."""
    regions = {change.values["region"] for change in bringing.changes}
    return {
        (pairing.pk, region): side
        for pairing in Pairing.objects.filter(pk__in=pairings)
        for region, side in pipeline.stands_sides(pairing, regions).items()
    }


def _sides(bringing: Bringing, pairings: list[int]) -> dict[tuple[int, int | None], str]:
    """The side of each unit that keeps a project, in each pairing."""
    codes = {change.values["owner"] for change in bringing.changes}
    units = dict(Unit.objects.filter(code__in=codes - {None, ""}).values_list("pk", "organisation_id"))
    if bringing.by is not None:
        units[bringing.by.unit_id] = bringing.by.unit.organisation_id
    seats = Seat.objects.filter(pairing_id__in=pairings, organisation_id__in=set(units.values()))
    by_seat = {
        (pairing, organisation): side
        for pairing, organisation, side in seats.values_list("pairing_id", "organisation_id", "side")
    }
    return {
        (pairing, unit): by_seat.get((pairing, organisation), "")
        for pairing in pairings
        for unit, organisation in units.items()
    }


def projects_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What a member may not bring: projects that are not shown to them, stages that only the page moves."""
    return [tried(partial(_check_change, change, by), "number") for change in changes]


def _check_change(change: Change, by: Member) -> None:
    pairing = Pairing.objects.filter(code=change.values["pairing"]).first()
    if change.before is None:
        access.check(by, "investment.add_project", pairing_id=pairing.pk if pairing else None)
        _check_left(change, ("owner", "reach"))
        return
    project = Project.objects.select_related("owner_unit").filter(pk=change.object_id or 0).first()
    if project is None or not reach.may_see(by, project):
        raise NotFound(
            "investment.no_project",
            gettext_noop(
                "There is no project {number} that you may see. Look for it in the list of projects."
            ),
            number=change.key,
        )
    access.check(by, "investment.change_project", pairing_id=project.pairing_id)
    _check_left(change, _BY_ACTION)


def _check_left(change: Change, columns: Sequence[str]) -> None:
    before = change.before or {}
    for name in change.differs_in(*columns):
        if change.before is None and not change.values.get(name):
            continue
        raise NotNow(
            "investment.by_page_only",
            gettext_noop(
                "A sheet does not change this of project {number}, which says {now}. Leave the cell as it is, and change it on "
                "the page of the project."
            ),
            number=change.key,
            now=before.get(name) or "–",
            field=name,
        )


def _member_may(bringing: Bringing) -> None:
    assert bringing.by is not None
    for change in bringing.changes:
        if change.outcome == "gone" or bringing.is_undo:
            access.check(bringing.by, bringing.verb)
        else:
            _check_change(change, bringing.by)


write_projects = writer(_write_projects, tables.PROJECTS, member_may=_member_may)
