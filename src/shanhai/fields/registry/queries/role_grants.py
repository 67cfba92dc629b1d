"""Reads of who holds which role from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shanhai.core import signs
from shanhai.core.models import Member, RoleGrant
from shanhai.core.sheets.columns import KEY_JOINT, Problem
from shanhai.fields.registry.queries.members import seen_by
from shanhai.fields.registry.queries.shared import Row, in_chunks
from shanhai.kernel.refusals import gettext_noop


def as_row(grant: RoleGrant) -> Row:
    """A grant as the register's columns have it."""
    return {
        "member": grant.member.code,
        "role": grant.role,
        "from_on": grant.from_on,
        "to_on": grant.to_on,
    }


def rows(member: Member | None, pairing: Any = None) -> Iterator[Row]:
    """The grants of all members whom the reader may see, in the order of their key."""
    found = RoleGrant.objects.filter(member__in=seen_by(member)).select_related("member")
    return in_chunks(found.order_by("member__code", "role", "from_on"), as_row)


def current(keys: Sequence[str], pairing: Any = None) -> dict[str, Row]:
    """What these grants are now."""
    codes = {key.split(KEY_JOINT)[0] for key in keys}
    wanted = set(keys)
    found = RoleGrant.objects.filter(member__code__in=codes).select_related("member")
    return {key: as_row(grant) | {"_id": grant.pk} for grant in found if (key := key_of(grant)) in wanted}


def key_of(grant: RoleGrant) -> str:
    """The key that the register's columns give."""
    return KEY_JOINT.join((grant.member.code, grant.role, grant.from_on.isoformat()))


def check(given: Sequence[Row], pairing: Any = None) -> list[list[Problem]]:
    """Roles are known, and end after they begin."""
    return [_problems(row) for row in given]


def _problems(row: Row) -> list[Problem]:
    found = []
    if row["role"] not in signs.roles:
        known = {"role": row["role"], "roles": ", ".join(role.code for role in signs.roles)}
        sentence = gettext_noop("There is no role {role}. Known are {roles}.")
        found.append(Problem(0, "role", row["role"], "registry.no_such_role", sentence, known))
    if row["to_on"] and row["to_on"] < row["from_on"]:
        sentence = gettext_noop("It ends before it begins, on {valid_from}.")
        facts = {"valid_from": row["from_on"]}
        found.append(Problem(0, "to_on", str(row["to_on"]), "registry.dates_backwards", sentence, facts))
    return found
