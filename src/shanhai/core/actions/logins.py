"""Writes of logins: a member gets one, its password is reset, it is closed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from shanhai.core import access, clock, journal
from shanhai.core.models import Member, RoleGrant, User
from shanhai.core.names import called
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

# Letters and digits that cannot be taken for one another when read out on the telephone.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


@action
def open_login(
    member: Member, *, username: str, password: str | None = None, by: Member | None
) -> tuple[User, str]:
    """Give a member a login; a name that exists becomes theirs too (one person in several units).

    Returns
    -------
    tuple[User, str]
        The login, and the first password to hand over: it must be changed at the first login. Empty where the login
        existed before or where ``password`` was given.
    """
    access.check(by, "core.open_login")
    username = username.strip()
    check_username(username)
    if member.user_id is not None:
        raise NotNow(
            "core.login_open",
            gettext_noop(
                "{member} has the login {username} already. Change its password or shut it on the "
                "member's page."
            ),
            member=called(member),
            username=member.user.username if member.user else "",
            field="username",
        )
    user = User.objects.filter(username=username).first()
    first = ""
    if user is None:
        first = "" if password else new_password()
        user = User(username=username, must_change_password=not password, email=member.email)
        user.set_password(password or first)
        user.save()
    elif not _is_same_person(user, member):
        raise NotNow(
            "core.login_taken",
            gettext_noop("The login {username} belongs to somebody else. Choose another name."),
            username=username,
            field="username",
        )
    _tie(member, user)
    journal.record(member, "core.open_login", by=by, username=username)
    return user, first


@action
def reset_password(member: Member, *, password: str | None = None, by: Member | None) -> str:
    """Give a member's login a new first password and return it; other sessions end with the old one."""
    access.check(by, "core.reset_password")
    user = _login_of(member)
    if password:
        _check_password(password, user)
    first = password or new_password()
    user.set_password(first)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    journal.record(member, "core.reset_password", by=by, username=user.username)
    return first


@action
def close_login(member: Member, *, by: Member | None) -> None:
    """Shut a member's login; the member and their past stay."""
    access.check(by, "core.close_login")
    user = _login_of(member)
    check_not_last_administrator(list(user.memberships.all()))
    user.is_active = False
    user.save(update_fields=["is_active"])
    journal.record(member, "core.close_login", by=by, username=user.username)


@action
def reopen_login(member: Member, *, by: Member | None) -> None:
    """Let a shut login in again."""
    access.check(by, "core.reopen_login")
    user = _login_of(member)
    user.is_active = True
    user.save(update_fields=["is_active"])
    journal.record(member, "core.reopen_login", by=by, username=user.username)


def close_if_unused(member: Member, *, by: Member | None) -> None:
    """Shut the login of a member who left, unless another active membership uses it."""
    user = member.user
    if user is None:
        return
    others = Member.objects.filter(user=user, is_active=True).exclude(pk=member.pk)
    if not others.exists():
        User.objects.filter(pk=user.pk).update(is_active=False)
        journal.record(member, "core.close_login", by=by, username=user.username)


def check_not_last_administrator(leaving: Sequence[Member]) -> None:
    """Refuse what would leave the installation without an administrator who can log in.

    Parameters
    ----------
    leaving
        Memberships that would no longer be there: one, or all of a login that is shut.
    """
    day = clock.today()
    held = RoleGrant.objects.filter(role="administrator", from_on__lte=day).exclude(to_on__lt=day)
    others = held.filter(member__is_active=True, member__user__is_active=True).exclude(member__in=leaving)
    keeper = next((member for member in leaving if held.filter(member=member).exists()), None)
    if keeper is not None and not others.exists():
        raise NotNow(
            "core.last_administrator",
            gettext_noop(
                "{member} is the only administrator. Make somebody else administrator first, or nobody could let people in."
            ),
            member=str(keeper),
        )


def new_password() -> str:
    """A first password that can be read out: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(4))


def _tie(member: Member, user: User) -> None:
    # Not a declared state field, so the version stays: forms of a member do not show the login.
    Member.objects.filter(pk=member.pk).update(user=user)
    member.user = user


def _login_of(member: Member) -> User:
    if member.user is None:
        raise NotNow(
            "core.no_login",
            gettext_noop("{member} has no login. Open one first."),
            member=called(member),
        )
    return member.user


def _is_same_person(user: User, member: Member) -> bool:
    names = Member.objects.filter(user=user).values_list("name_zh", flat=True)
    return not names or member.name_zh in names


def check_username(username: str) -> None:
    """Refuse what cannot be a login."""
    try:
        User.username_validator(username)
    except ValidationError as wrong:
        raise BadInput(
            "core.login_form",
            gettext_noop("{username} cannot be a login. Take letters, digits and . - _ @ only."),
            username=username,
            field="username",
        ) from wrong


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise BadInput(
            "core.password_weak",
            gettext_noop("This password is too easy to guess: {why}"),
            why=" ".join(wrong.messages),
            field="password",
        ) from wrong
