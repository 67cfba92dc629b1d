"""May this member do this, here? One table assembled from what the fields signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from shanhai.core import clock, signs
from shanhai.core.models import Member
from shanhai.core.names import called
from shanhai.kernel.refusals import NotAllowed, gettext_noop

SEES_ALL = frozenset({"auditor"})


@dataclass(slots=True)
class Standing:
    """What a member is today: roles, organisation, and the pairings with the side in each.

    Built once per request (two queries) and hung on ``member.standing``.
    """

    member: Member
    roles: frozenset[str]
    organisation_id: int
    unit_id: int
    sides: dict[int, str] = field(default_factory=dict)  # pairing id -> mountain | sea | host | above

    @property
    def decides(self) -> bool:
        """Whether any role needs a second factor."""
        return any(signs.roles[role].decides for role in self.roles if role in signs.roles)

    def side_in(self, pairing_id: int | None) -> str | None:
        """The side on which the member sits in a pairing; None without a seat."""
        return self.sides.get(pairing_id) if pairing_id is not None else None


def reader(member: Member) -> tuple[Any, ...]:
    """All that decides what a member may see: readers of whom this is the same are shown the same."""
    here = standing(member)
    kind = member.unit.organisation.kind
    return (
        here.unit_id,
        here.organisation_id,
        kind,
        tuple(sorted(here.roles)),
        tuple(sorted(here.sides.items())),
    )


def standing(member: Member) -> Standing:
    """The member's standing, read once and kept on the member in hand."""
    kept = getattr(member, "_standing", None)
    if kept is None:
        kept = _read_standing(member)
        member._standing = kept  # type: ignore[attr-defined]
    return kept


# Every page asks both, and never from what was kept: a role that was taken away is gone with the next request. Having
# Django write the same two statements each time costs ten times what they do.
_ROLES = "SELECT role FROM core_rolegrant WHERE member_id = %s AND from_on <= %s AND (to_on IS NULL OR to_on >= %s)"
_SEATS = "SELECT pairing_id, side FROM core_seat WHERE organisation_id = %s"


def _read_standing(member: Member) -> Standing:
    day = connection.ops.adapt_datefield_value(clock.today())
    organisation_id = member.unit.organisation_id
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, [member.pk, day, day])
        roles = frozenset(role for (role,) in cursor.fetchall())
        cursor.execute(_SEATS, [organisation_id])
        sides = dict(cursor.fetchall())
    return Standing(
        member=member, roles=roles, organisation_id=organisation_id, unit_id=member.unit_id, sides=sides
    )


def may(member: Member | None, code: str, *, pairing_id: int | None = None, owner: Any = None) -> bool:
    """Whether a member may do ``code``; None is the system and may.

    Parameters
    ----------
    pairing_id
        The pairing of the record, for rows of scope ``seat`` and ``side``. Without it any seat will do (list pages).
    owner
        A row with ``unit_id`` or ``organisation_id``, for rows of scope ``own``.
    """
    if member is None:
        return True
    row = signs.access_rows[code]
    if row.scope == "public":
        return True
    if not member.is_active or row.scope == "system":
        return False
    if not _within_key(member, code):
        return False
    here = standing(member)
    if row.kind == "page" and here.roles & SEES_ALL:
        return True
    if row.roles and not (row.roles & here.roles):
        return False
    return _in_scope(row.scope, here, pairing_id, owner)


def _within_key(member: Member, code: str) -> bool:
    """Whether the key of a program reaches this far; whoever calls without a key is not narrowed."""
    scopes = member.token_scopes
    return scopes is None or "*" in scopes or any(code.startswith(scope) for scope in scopes)


def _in_scope(scope: str, here: Standing, pairing_id: int | None, owner: Any) -> bool:
    if scope == "any":
        # Even a register is for those who work in some zone, or keep the installation.
        return bool(here.roles)
    if scope == "own":
        return (
            owner is None
            or here.unit_id == getattr(owner, "unit_id", -1)
            or here.organisation_id == getattr(owner, "organisation_id", -1)
        )
    if pairing_id is None:
        sides = set(here.sides.values())
        return bool(sides) if scope == "seat" else bool(sides - {"above"})
    side = here.sides.get(pairing_id)
    return side is not None if scope == "seat" else side not in (None, "above")


def check(member: Member | None, code: str, *, pairing_id: int | None = None, owner: Any = None) -> None:
    """Refuse unless ``may``.

    Raises
    ------
    NotAllowed
        ``core.not_allowed``, with what was asked and what it needs.
    """
    if may(member, code, pairing_id=pairing_id, owner=owner):
        return
    row = signs.access_rows[code]
    raise NotAllowed(
        "core.not_allowed",
        gettext_noop("{who} may not do this: {what} Ask the administrator if you should."),
        who=called(member),
        what=str(row.about),
        access=code,
        roles=sorted(row.roles),
    )
