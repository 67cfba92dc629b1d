"""The access table in plain words: what a role or a member may see and do, generated from what fields signed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import access, clock, signs
from shanhai.core.actions.roles import role_name
from shanhai.core.models import Member, RoleGrant, Seat
from shanhai.core.signs import AccessRow

# Where a row holds, as a reader would say it.
SCOPES = {
    "any": _("everywhere"),
    "seat": _("in pairings where the organisation has a seat"),
    "side": _("on the own side of a pairing"),
    "own": _("for the own unit or organisation"),
    "system": _("nobody: the system itself"),
    "public": _("everybody who has the address"),
}
KINDS = {"page": _("See"), "action": _("Do"), "column": _("Read masked columns")}
FIELDS = {
    "core": _("All fields"),
    "registry": _("Registers"),
    "office": _("Office work"),
    "pairing": _("Partnership"),
    "webkit": _("Drafts and forms"),
    "site": _("Own login"),
}


@dataclass(slots=True)
class Line:
    """One row of the table."""

    row: AccessRow
    is_allowed: bool = True
    via: str = ""

    @property
    def about(self) -> str:
        """What may be done, in words."""
        return str(self.row.about)

    @property
    def scope(self) -> str:
        """Where it holds."""
        return str(SCOPES[self.row.scope])

    @property
    def kind(self) -> str:
        """See, do, or read."""
        return str(KINDS[self.row.kind])

    @property
    def who(self) -> str:
        """The roles that have it; every role where none is named."""
        if self.row.scope == "system":
            return "–"
        if self.row.scope == "public":
            return gettext("everybody, without an account")
        if not self.row.roles:
            return gettext("every role")
        return ", ".join(role_name(role) for role in _in_order(self.row.roles))


@dataclass(slots=True)
class Group:
    """The rows of one field."""

    field: str
    lines: list[Line] = dataclasses.field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the field."""
        known = FIELDS.get(self.field)
        return str(known) if known else str(apps.get_app_config(self.field).verbose_name)


@dataclass(frozen=True, slots=True)
class Part:
    """What may be done in one way at one place: sentences without doubles."""

    kind: str
    scope: str
    sentences: list[str]


def parts(group: Group) -> list[Part]:
    """The allowed rows of a field as an account: see, read, do; each by where it holds."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for line in group.lines:
        if line.is_allowed:
            found.setdefault((line.kind, line.scope), {})[line.about] = None
    return [Part(kind, scope, list(sentences)) for (kind, scope), sentences in found.items()]


def _in_order(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    return [role.code for role in signs.roles if role.code in wanted]


def _grouped(lines: Iterable[Line]) -> list[Group]:
    groups: dict[str, Group] = {}
    for line in lines:
        code = line.row.code.partition(".")[0]
        groups.setdefault(code, Group(code)).lines.append(line)
    order = {"page": 0, "column": 1, "action": 2}
    for group in groups.values():
        group.lines.sort(key=lambda line: (order[line.row.kind], line.row.code))
    return sorted(groups.values(), key=lambda group: (group.field == "core", group.field))


def whole() -> list[Group]:
    """The whole table by field."""
    return _grouped(Line(row) for row in signs.access_rows)


def of_role(role: str) -> list[Group]:
    """What one role may see and do."""
    return _grouped(Line(row) for row in signs.access_rows if _role_has(role, row))


def _role_has(role: str, row: AccessRow) -> bool:
    if row.scope == "system":
        return False
    if row.kind == "page" and role in access.SEES_ALL:
        return True
    return not row.roles or role in row.roles


def of_member(member: Member) -> list[Group]:
    """What one member may see and do today, each with the roles by which."""
    here = access.standing(member)
    lines = []
    for row in signs.access_rows:
        if row.scope == "system":
            continue
        via = [role for role in _in_order(here.roles) if _role_has(role, row)]
        lines.append(Line(row, access.may(member, row.code), ", ".join(map(role_name, via))))
    return _grouped(lines)


def seats_of(member: Member) -> list[Seat]:
    """Where the member's organisation sits, topmost pairings first."""
    seats = Seat.objects.filter(organisation_id=member.unit.organisation_id).select_related("pairing")
    return sorted(seats, key=lambda seat: (seat.pairing.parent_id is not None, seat.pairing.name_sort))


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant as the member's page shows it."""

    role: str
    name: str
    about: str
    from_on: Any
    to_on: Any
    by: str
    state: str  # running, ahead, over


def grant_line(grant: RoleGrant) -> GrantLine:
    """A grant with its state of today."""
    day = clock.today()
    state = "ahead" if grant.from_on > day else "running"
    if grant.to_on is not None and grant.to_on < day:
        state = "over"
    role = signs.roles.get(grant.role)
    return GrantLine(
        grant.role,
        role_name(grant.role),
        str(role.about) if role else "",
        grant.from_on,
        grant.to_on,
        grant.granted_by.name if grant.granted_by else gettext("the system"),
        state,
    )
