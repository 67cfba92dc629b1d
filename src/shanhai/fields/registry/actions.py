"""Writes of the registers from spreadsheets and zone folders: many rows in few statements, one entry each.

Single rows are written by the actions of ``core``; the rules are the same, and ``queries.<register>.check`` has asked
them row by row before a write begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from shanhai.core import access, bulk, clock, journal, search
from shanhai.core.actions import pairings, regions
from shanhai.core.models import (
    Member,
    Organisation,
    Region,
    RegionChange,
    RoleGrant,
    Unit,
    User,
)
from shanhai.core.names import sort_key
from shanhai.core.queries import finding
from shanhai.core.sheets.columns import Change, is_equal
from shanhai.core.writing import action
from shanhai.kernel.identifiers import RegionLevel, region_level
from shanhai.kernel.refusals import NotNow, gettext_noop
from shanhai.kernel.text import tidy_name

# Beyond so many, seats and search are brought up to date after the commit, so that writers need not wait for them.
MANY = 2000


@action
def write_regions(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write regions, level by level, so that each finds the one that it lies in."""
    access.check(by, "registry.write_regions")
    changes = _without_removed(Region, changes, "registry.write_regions", by, on_import)
    new, old = _sorted(changes)
    fields = ["name_zh", "name_en", "name_sort", "population", "valid_from", "valid_to"]
    fields += ["is_illustrative", "source", "outline"]
    changed = _filled(Region, old, _region_fields)
    bulk.update_many(Region, changed, fields)
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
    _entries("registry.write_regions", made, changed, by, on_import)
    _soon(len(changes), lambda: search.put_many(map(finding.of_region, made + changed)))


def _region_fields(change: Change) -> dict[str, Any]:
    values = change.values
    return _name_fields(values) | {
        "population": values["population"],
        "valid_from": values["valid_from"],
        "valid_to": values["valid_to"],
        "is_illustrative": values["standing"] == "illustrative",
        "source": values["source"],
        "outline": regions.checked_outline(values["outline"]),
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
    _entries("registry.write_region_changes", new, old, by, on_import)


@action
def write_organisations(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write organisations; a row may stand under another row of the same file. Seats follow."""
    access.check(by, "registry.write_organisations")
    changes = _without_removed(Organisation, changes, "registry.write_organisations", by, on_import)
    new, old = _sorted(changes)
    places = regions.check_standing_codes(change.values["region"] for change in changes)

    def fields_of(change: Change) -> dict[str, Any]:
        values = change.values
        return _name_fields(values) | {
            "kind": values["kind"],
            "region_id": places[values["region"]].pk,
            "credit_code": values["credit_code"] or None,
            "address": values["address"],
            "phone": values["phone"],
            "is_illustrative": values["standing"] == "illustrative",
            "source": values["source"],
        }

    make = bulk.maker(Organisation)
    made = [make(code=change.key, **fields_of(change)) for change in new]
    bulk.give_keys(Organisation, made)
    changed = _filled(Organisation, old, fields_of)
    by_code = {row.code: row for row in made + changed}
    above = _keys_of(Organisation, [change.values["parent"] for change in changes])
    above |= {row.code: row.pk for row in made}
    for change in changes:
        by_code[change.key].parent_id = above.get(change.values["parent"] or "")
    bulk.insert_many(Organisation, made)
    names = ["name_zh", "name_en", "name_sort", "kind", "region", "parent", "credit_code"]
    bulk.update_many(Organisation, changed, [*names, "address", "phone", "is_illustrative", "source"])
    _entries("registry.write_organisations", made, changed, by, on_import)
    moved = _touching(old, "kind", "region", "parent")
    renamed = _touching(old, "name_zh", "name_en", "credit_code")
    ids = [row.pk for row in made + changed if row.code in moved or row.version == 0]
    found = [row for row in made + changed if row.code in renamed or row.version == 0]
    _soon(len(ids), lambda: pairings.recompute_seats(ids))
    _soon(len(found), lambda: search.put_many(map(finding.of_organisation, found)))


@action
def write_units(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write units with their ladder and dispatcher."""
    access.check(by, "registry.write_units")
    changes = _without_removed(Unit, changes, "registry.write_units", by, on_import)
    new, old = _sorted(changes)
    homes = _keys_of(Organisation, [change.values["organisation"] for change in changes])
    people = _keys_of(Member, [change.values["dispatcher"] for change in changes])

    def fields_of(change: Change) -> dict[str, Any]:
        return _name_fields(change.values) | {
            "ladder": change.values["ladder"] or "handle check sign",
            "dispatcher_id": people.get(change.values["dispatcher"] or ""),
        }

    made = [
        Unit(code=change.key, organisation_id=homes[change.values["organisation"]], **fields_of(change))
        for change in new
    ]
    bulk.insert_many(Unit, made)
    changed = _filled(Unit, old, fields_of)
    bulk.update_many(Unit, changed, ["name_zh", "name_en", "name_sort", "ladder", "dispatcher"])
    _entries("registry.write_units", made, changed, by, on_import)


@action
def write_members(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write members with their logins and their roles of today.

    A new login has no password yet: the administrator hands a first one out, or the person comes by single sign-on.
    """
    access.check(by, "registry.write_members")
    new, old = _sorted(changes)
    units = _keys_of(Unit, [change.values["unit"] for change in changes])
    logins = _logins([change for change in changes if change.values["login"]])

    def fields_of(change: Change) -> dict[str, Any]:
        values = change.values
        return _name_fields(values) | {
            "unit_id": units[values["unit"]],
            "title": values["title"],
            "phone": values["phone"],
            "email": values["email"],
            "user_id": logins.get(values["login"]),
            "is_illustrative": values["standing"] == "illustrative",
        }

    made = [Member(code=change.key, **fields_of(change)) for change in new]
    bulk.insert_many(Member, made)
    changed = _filled(Member, old, fields_of)
    names = ["name_zh", "name_en", "name_sort", "unit", "title", "phone", "email", "user", "is_illustrative"]
    bulk.update_many(Member, changed, names)
    _entries("registry.write_members", made, changed, by, on_import)
    by_code = {row.code: row for row in made + changed}
    _set_roles([(by_code[change.key], change.values["roles"].split()) for change in changes], by)
    _soon(len(changes), lambda: search.put_many(map(finding.of_member, made + changed)))


def _logins(changes: Sequence[Change]) -> dict[str, int]:
    names = {change.values["login"] for change in changes}
    known = dict(User.objects.filter(username__in=names).values_list("username", "pk"))
    missing = [User(username=name, must_change_password=True) for name in sorted(names - known.keys())]
    for user in missing:
        user.set_unusable_password()
    bulk.insert_many(User, missing)
    return known | {user.username: user.pk for user in missing}


def _set_roles(wanted: Sequence[tuple[Member, list[str]]], by: Member | None) -> None:
    """Give and take roles from today on, so that each member holds exactly these."""
    day = clock.today()
    held: dict[tuple[int, str], RoleGrant] = {
        (grant.member_id, grant.role): grant
        for grant in RoleGrant.objects.filter(
            member__in=[member.pk for member, _ in wanted], from_on__lte=day
        ).exclude(to_on__lt=day)
    }
    should = {(member.pk, role) for member, roles in wanted for role in roles}
    _check_own_roles(held, should, by)
    given = [
        key
        for member, roles in wanted
        for role in dict.fromkeys(roles)
        if (key := (member.pk, role)) not in held
    ]
    taken = [grant for key, grant in held.items() if key not in should]
    bulk.insert_many(
        RoleGrant,
        [RoleGrant(member_id=pk, role=role, from_on=day, to_on=None, granted_by=by) for pk, role in given],
    )
    _end(taken, day)
    moved = {pk for pk, _ in given} | {grant.member_id for grant in taken}
    journal.record_many(
        [member for member, _ in wanted if member.pk in moved],
        "registry.set_roles",
        by=by,
        each=[{"roles": " ".join(roles)} for member, roles in wanted if member.pk in moved],
    )


def _check_own_roles(held: Iterable[Any], should: set[tuple[int, str]], by: Member | None) -> None:
    if by is None:
        return
    before = {role for pk, role in held if pk == by.pk}
    after = {role for pk, role in should if pk == by.pk}
    if any(pk == by.pk for pk, _ in (*held, *should)) and before != after:
        raise NotNow(
            "registry.own_roles",
            gettext_noop(
                "The file changes your own roles. Leave your row out; another administrator gives them."
            ),
        )


def _end(grants: Sequence[RoleGrant], day: date) -> None:
    # A grant of today never counted for a whole day: it goes. An older one ended yesterday.
    today = [grant.pk for grant in grants if grant.from_on >= day]
    older = [grant.pk for grant in grants if grant.from_on < day]
    for start in range(0, len(today), 500):
        RoleGrant.objects.filter(pk__in=today[start : start + 500]).delete()
    for start in range(0, len(older), 500):
        RoleGrant.objects.filter(pk__in=older[start : start + 500]).update(to_on=day - timedelta(days=1))


@action
def write_role_grants(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write who holds which role from when to when; one's own row is refused."""
    access.check(by, "registry.write_role_grants")
    people = Member.objects.filter(code__in=[change.values["member"] for change in changes]).in_bulk(
        field_name="code"
    )
    if by is not None and by.code in people:
        raise NotNow(
            "registry.own_roles",
            gettext_noop(
                "The file changes your own roles. Leave your row out; another administrator gives them."
            ),
        )
    rows = [
        RoleGrant(
            pk=change.object_id,
            member=people[change.values["member"]],
            role=change.values["role"],
            from_on=change.values["from_on"],
            to_on=change.values["to_on"],
            granted_by=by,
        )
        for change in changes
    ]
    new, old = [row for row in rows if row.pk is None], [row for row in rows if row.pk is not None]
    bulk.insert_many(RoleGrant, new)
    RoleGrant.objects.bulk_update(old, ["to_on", "granted_by"], batch_size=500)
    facts = [{"role": row.role, "from_on": row.from_on, "to_on": row.to_on} for row in rows]
    journal.record_many(
        [row.member for row in rows], "registry.write_role_grants", by=by, each=facts, **_of(on_import)
    )


# What the writes share


def _without_removed(
    model: Any, changes: Sequence[Change], verb: str, by: Member | None, on_import: Any
) -> list[Change]:
    """Take back rows that an import had brought and nobody has used since; gives the other changes."""
    ids = [change.object_id for change in changes if change.outcome == "gone"]
    if ids:
        rows = list(model.objects.filter(pk__in=ids).order_by("pk"))
        # The entry stays when the row is gone, and says so.
        journal.record_many(rows, verb, by=by, each=[{"is_gone": True}] * len(rows), **_of(on_import))
        for row in rows:
            search.drop(row._meta.label_lower, row.pk)
        try:
            model.objects.filter(pk__in=ids).delete()
        except ProtectedError as error:
            raise NotNow(
                "registry.in_use",
                gettext_noop(
                    "{n} of the new rows are used by other records by now, {what} among them. Close them one by one."
                ),
                n=len({used.pk for used in error.protected_objects}),
                what=str(next(iter(error.protected_objects))),
            ) from None
    return [change for change in changes if change.outcome != "gone"]


def _sorted(changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    new = [change for change in changes if change.object_id is None]
    return new, [change for change in changes if change.object_id is not None]


def _name_fields(values: Any) -> dict[str, str]:
    name_zh = tidy_name(values["name_zh"])
    return {"name_zh": name_zh, "name_en": tidy_name(values["name_en"]), "name_sort": sort_key(name_zh)}


def _filled(model: Any, changes: Sequence[Change], fields_of: Any) -> list[Any]:
    """The rows of changes with their new values, at the version at which they were compared."""
    found = model.objects.in_bulk([change.object_id for change in changes])
    for change in changes:
        row = found[change.object_id]
        row.version = change.version
        for name, value in fields_of(change).items():
            setattr(row, name, value)
    return list(found.values())


def _touching(changes: Sequence[Change], *names: str) -> set[str]:
    """Keys of the changes that touch one of these columns."""
    return {
        change.key
        for change in changes
        if any(not is_equal(change.values[name], (change.before or {}).get(name)) for name in names)
    }


def _keys_of(model: Any, codes: Iterable[str | None]) -> dict[str, int]:
    wanted = {code for code in codes if code}
    return dict(model.objects.filter(code__in=wanted).values_list("code", "pk"))


def _of(on_import: Any) -> dict[str, Any]:
    return {"import": on_import.pk} if on_import is not None else {}


def _entries(
    verb: str, new: Sequence[Any], changed: Sequence[Any], by: Member | None, on_import: Any
) -> None:
    each = [{"is_new": True}] * len(new) + [{"is_new": False}] * len(changed)
    journal.record_many([*new, *changed], verb, by=by, each=each, **_of(on_import))


def _soon(n: int, call: Any) -> None:
    """Now, or after the commit where it would hold other writers up."""
    if n <= MANY:
        call()
    else:
        transaction.on_commit(call)
