"""What people do with their own login: language, password, keys for their programs."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from shanhai.core import access, clock, journal, notices
from shanhai.core.models import ApiToken, Installation, Member, User
from shanhai.core.names import called
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow, gettext_noop

LONGEST_DAYS = 366
MOST_TOKENS = 20


def set_language(user: User, language: str) -> None:
    """Remember the language in which a login reads; nothing that the journal needs."""
    User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)


def has_logged_in(sender: Any, user: User, **_: Any) -> None:
    """Signal of a login: date it; nothing that the journal needs."""
    user.last_login = clock.now()
    User.objects.filter(pk=user.pk).update(last_login=user.last_login)


@action
def password_was_changed(user: User) -> None:
    """Note that a person chose a password of their own: the first one is spent."""
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    user.must_change_password = False
    for member in user.memberships.select_related("unit"):
        journal.record(member, "core.password_was_changed", by=member)


@action
def create_token(
    member: Member, *, name: str, scopes: str = "*", days: int = 90, by: Member | None
) -> tuple[ApiToken, str]:
    """Make a key for a program of the member's own.

    Returns
    -------
    tuple[ApiToken, str]
        The row, and the key itself, which is not kept and cannot be shown again.
    """
    access.check(by, "core.create_token")
    _check_own(member, by)
    name = name.strip()
    if not name:
        raise BadInput(
            "core.token_needs_a_name",
            gettext_noop("Say which program the key is for, so that you can tell it from others later."),
            field="name",
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput(
            "core.token_lasts_too_long",
            gettext_noop("A key lasts 1 to {most} days, not {days}. Make a new one when it runs out."),
            days=days,
            most=LONGEST_DAYS,
            field="days",
        )
    now = clock.now()
    if ApiToken.objects.filter(member=member, revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        raise BadInput(
            "core.too_many_tokens",
            gettext_noop("{member} has {most} keys that work. Revoke one that is not used any more first."),
            member=called(member),
            most=MOST_TOKENS,
        )
    prefix = secrets.token_hex(4)
    key = f"sh_{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        member=member,
        name=name[:80],
        prefix=prefix,
        digest=digest_of(key),
        scopes=checked_scopes(scopes),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    journal.record(token, "core.create_token", by=by, name=token.name, scopes=token.scopes, days=days)
    return token, key


@action
def revoke_token(token: ApiToken, *, by: Member | None) -> ApiToken:
    """End a key at once."""
    access.check(by, "core.revoke_token")
    _check_own(token.member, by)
    if token.revoked_at is None:
        now = clock.now()
        ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
        token.revoked_at = now
        journal.record(token, "core.revoke_token", by=by, name=token.name)
    return token


@action
def withdraw_token(token: ApiToken, *, reason: str, by: Member | None) -> ApiToken:
    """End somebody else's key, with a reason; its owner is told."""
    access.check(by, "core.withdraw_token")
    reason = reason.strip()
    if not reason:
        raise BadInput(
            "core.withdrawal_needs_a_reason",
            gettext_noop("Say why the key is revoked; its owner reads it."),
            field="reason",
        )
    now = clock.now()
    moved = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=now, revoked_reason=reason[:200]
    )
    if moved:
        token.revoked_at, token.revoked_reason = now, reason[:200]
        journal.record(token, "core.withdraw_token", by=by, name=token.name, reason=token.revoked_reason)
        notices.tell(
            f"core.token:{token.pk}:withdrawn",
            "core.token",
            gettext_noop("The administrator revoked your key {program}: {reason}"),
            {"program": token.name, "reason": token.revoked_reason},
            "/account/",
            [token.member],
        )
    return token


@action
def open_demo_logins(password: str, *, by: Member | None) -> int:
    """Give all logins of a demonstration one password; its sentence is printed with it. Gives how many there are."""
    access.check(by, "core.open_demo_logins")
    if not Installation.objects.filter(is_demo=True).exists():
        raise NotNow(
            "core.not_a_demonstration",
            gettext_noop(
                "One password for all is for demonstrations only; this installation is real. Open a "
                "login for each person on the member's page."
            ),
        )
    # Hashed once: hashing is slow on purpose, and the password is no secret here.
    return User.objects.filter(memberships__isnull=False).update(
        password=make_password(password), must_change_password=False
    )


def token_was_used(token: ApiToken) -> None:
    """Note the day on which a key was last used; one write a day."""
    day = clock.today()
    if token.last_used_on != day:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=day)


def digest_of(key: str) -> str:
    """What is kept of a key. It has 256 random bits, so a plain SHA-256 cannot be reversed by guessing."""
    return hashlib.sha256(key.encode()).hexdigest()


def checked_scopes(scopes: str) -> str:
    """Scopes in one spelling: ``*``, or beginnings of access rows separated by spaces."""
    words = scopes.replace(",", " ").split() or ["*"]
    for word in words:
        if word != "*" and not all(part.replace("_", "a").isalnum() for part in word.split(".")):
            raise BadInput(
                "core.token_scope_form",
                gettext_noop(
                    "{scope} is no scope. Write * for all that you may do, or beginnings of access rows such as registry or pairing.view."
                ),
                scope=word,
                field="scopes",
            )
    return "*" if "*" in words else " ".join(sorted(set(words)))


def own_token(member: Member, prefix: str) -> ApiToken:
    """The member's key with this beginning."""
    token = ApiToken.objects.filter(member=member, prefix=prefix).select_related("member").first()
    if token is None:
        raise NotFound(
            "core.no_such_token",
            gettext_noop(
                "You have no key that begins with sh_{prefix}. Your account page lists the ones you have."
            ),
            prefix=prefix,
        )
    return token


def _check_own(member: Member, by: Member | None) -> None:
    if by is not None and by.pk != member.pk:
        raise NotAllowed(
            "core.token_of_another",
            gettext_noop("Only {member} makes or revokes keys of {member}. Ask {member} to do it."),
            member=called(member),
        )
