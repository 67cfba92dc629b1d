"""Units, members and their roles from spreadsheets and zone folders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from shanhai.core import access, bulk, clock, journal, search
from shanhai.core.actions import removal
from shanhai.core.models import (
    Member,
    Organisation,
    RoleGrant,
    Unit,
    User,
)
from shanhai.core.queries import finding
from shanhai.core.sheets.columns import Change
from shanhai.core.writing import action
from shanhai.fields.registry.actions import shared
from shanhai.kernel.refusals import NotNow, gettext_noop


@action
def write_units(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write units with their ladder and dispatcher."""
    access.check(by, "registry.write_units")
    gone, changes = shared.going_and_staying(changes)
    shared.remove(Unit, gone, "registry.write_units", by, on_import)
    new, old = shared.in_two(changes)
    homes = shared.keys_of(Organisation, [change.values["organisation"] for change in changes])
    people = shared.keys_of(Member, [change.values["dispatcher"] for change in changes])

    def fields_of(change: Change) -> dict[str, Any]:
        return shared.name_fields(change.values) | {
            "ladder": change.values["ladder"] or "handle check sign",
            "dispatcher_id": people.get(change.values["dispatcher"] or ""),
        }

    made = [
        Unit(code=change.key, organisation_id=homes[change.values["organisation"]], **fields_of(change))
        for change in new
    ]
    bulk.insert_many(Unit, made)
    changed = shared.filled(Unit, old, fields_of)
    bulk.update_many(Unit, changed, ["name_zh", "name_en", "name_sort", "ladder", "dispatcher"])
    shared.enter("registry.write_units", made, changed, by, on_import)


@action
def write_members(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write members with their logins and their roles of today.

    A new login has no password yet: the administrator hands a first one out, or the person comes by single sign-on.
    """
    access.check(by, "registry.write_members")
    gone, changes = shared.going_and_staying(changes)
    _remove_members(gone, by, on_import)
    new, old = shared.in_two(changes)
    units = shared.keys_of(Unit, [change.values["unit"] for change in changes])
    logins = _logins([change for change in changes if change.values["login"]])

    def fields_of(change: Change) -> dict[str, Any]:
        values = change.values
        return shared.name_fields(values) | {
            "unit_id": units[values["unit"]],
            "title": values["title"],
            "title_en": values["title_en"],
            "phone": values["phone"],
            "email": values["email"],
            "user_id": logins.get(values["login"]),
            "is_illustrative": values["standing"] == "illustrative",
        }

    made = [Member(code=change.key, **fields_of(change)) for change in new]
    bulk.insert_many(Member, made)
    changed = shared.filled(Member, old, fields_of)
    texts = ["name_zh", "name_en", "name_sort", "title", "title_en", "phone", "email"]
    bulk.update_many(Member, changed, [*texts, "unit", "user", "is_illustrative"])
    shared.enter("registry.write_members", made, changed, by, on_import)
    by_code = {row.code: row for row in made + changed}
    _set_roles([(by_code[change.key], change.values["roles"].split()) for change in changes], by)
    shared.soon(len(changes), lambda: search.put_many(map(finding.of_member, made + changed)))


def _remove_members(gone: Sequence[Change], by: Member | None, on_import: Any) -> None:
    """Take members out with the roles and the unused logins that came with them."""
    keys = [change.object_id for change in gone]
    logins = User.objects.filter(memberships__in=keys).exclude(
        pk__in=User.objects.filter(memberships__isnull=False).exclude(memberships__in=keys)
    )
    unused = list(logins.distinct())
    for user in unused:
        if user.has_usable_password() or user.last_login is not None:
            raise NotNow(
                "registry.login_in_use",
                gettext_noop(
                    "The login {what} has a password or was used by now, so nothing was taken back. Leave the import and "
                    "close the member on its page."
                ),
                what=user.username,
            )
    shared.remove(Member, gone, "registry.write_members", by, on_import, [(RoleGrant, "member")])
    removal.take_out(unused)


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
    gone, changes = shared.going_and_staying(changes)
    _remove_grants(gone, people, by, on_import)
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
        [row.member for row in rows],
        "registry.write_role_grants",
        by=by,
        each=facts,
        **shared.origin(on_import),
    )


def _remove_grants(
    gone: Sequence[Change], people: dict[str, Member], by: Member | None, on_import: Any
) -> None:
    facts = [
        {name: change.values[name] for name in ("role", "from_on", "to_on")} | {"is_gone": True}
        for change in gone
    ]
    members = [people[change.values["member"]] for change in gone]
    journal.record_many(members, "registry.write_role_grants", by=by, each=facts, **shared.origin(on_import))
    removal.take_out(list(RoleGrant.objects.filter(pk__in=[change.object_id for change in gone])))
