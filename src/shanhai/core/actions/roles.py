"""Writes of roles: given from a day on, taken on a day, never to oneself."""

from __future__ import annotations

from datetime import date, timedelta

from shanhai.core import access, clock, journal, signs
from shanhai.core.actions.logins import check_not_last_administrator
from shanhai.core.models import Member, RoleGrant
from shanhai.core.names import called
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


@action
def give_role(
    member: Member,
    *,
    role: str,
    from_on: date | None = None,
    to_on: date | None = None,
    by: Member | None,
) -> RoleGrant:
    """Give a member a role, from today on or from a day, until it is taken or until a day (included)."""
    access.check(by, "core.give_role")
    _check_not_oneself(member, by)
    from_on = from_on or clock.today()
    _check_role(role)
    _check_can_hold(member, role, from_on, to_on)
    grant, is_new = RoleGrant.objects.update_or_create(
        member=member, role=role, from_on=from_on, defaults={"to_on": to_on, "granted_by": by}
    )
    journal.record(member, "core.give_role", by=by, role=role, from_on=from_on, to_on=to_on, is_new=is_new)
    forget_standing(member)
    return grant


@action
def take_role(member: Member, *, role: str, by: Member | None) -> None:
    """Take a role from a member as of today; it stays on the record that they had it."""
    access.check(by, "core.take_role")
    _check_not_oneself(member, by)
    if role == "administrator":
        check_not_last_administrator([member])
    day = clock.today()
    running = RoleGrant.objects.filter(member=member, role=role).exclude(to_on__lt=day)
    if not running.exists():
        raise NotNow(
            "core.role_not_held",
            gettext_noop(
                "{member} does not have the role {role}. The member's page lists the roles that can "
                "be taken back."
            ),
            member=called(member),
            role=role_name(role),
        )
    # A grant of today or later never counted for a whole day: it goes; an older one ended yesterday.
    running.filter(from_on__gte=day).delete()
    running.update(to_on=day - timedelta(days=1))
    journal.record(member, "core.take_role", by=by, role=role, on=day)
    forget_standing(member)


def role_name(role: str) -> str:
    """The name of a role in the reader's language."""
    found = signs.roles.get(role)
    return str(found.name) if found else role


def forget_standing(member: Member) -> None:
    """Let the member in hand ask again what they are."""
    if hasattr(member, "_standing"):
        del member._standing


def _check_not_oneself(member: Member, by: Member | None) -> None:
    if by is not None and (by.pk == member.pk or (by.user_id and by.user_id == member.user_id)):
        raise NotAllowed(
            "core.role_to_oneself",
            gettext_noop("Nobody gives or takes their own roles. Ask another administrator."),
        )


def _check_role(role: str) -> None:
    if role not in signs.roles:
        raise BadInput(
            "core.no_such_role",
            gettext_noop("There is no role {role}. Take one of {roles}."),
            role=role,
            roles=", ".join(known.code for known in signs.roles),
            field="role",
        )


def check_dates(from_on: date, to_on: date | None) -> None:
    """What a member holds or does for another ends on or after the day it begins."""
    if to_on is not None and to_on < from_on:
        raise BadInput(
            "core.dates_backwards",
            gettext_noop("{to_on} lies before {from_on}. Give an end on or after the start."),
            from_on=from_on,
            to_on=to_on,
            field="to_on",
        )


def _check_can_hold(member: Member, role: str, from_on: date, to_on: date | None) -> None:
    if not member.is_active:
        raise NotNow(
            "core.member_inactive",
            gettext_noop("{member} is no longer active. Reactivate the member first."),
            member=called(member),
        )
    check_dates(from_on, to_on)
    clash = RoleGrant.objects.filter(member=member, role=role).exclude(from_on=from_on)
    clash = clash.exclude(to_on__lt=from_on)
    if to_on is not None:
        clash = clash.filter(from_on__lte=to_on)
    if clash.exists():
        raise NotNow(
            "core.role_held",
            gettext_noop(
                "{member} has the role {role} in these days already. Take it back first, or give other days."
            ),
            member=called(member),
            role=role_name(role),
            field="role",
        )
