"""Reads of the keys by which programs come in."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from shanhai.core import access, clock
from shanhai.core.counting import count_bounded
from shanhai.core.models import ApiToken, Member
from shanhai.fields.registry.queries import beginnings
from shanhai.kernel.refusals import NotFound, gettext_noop

STATES = ("works", "revoked", "run_out")


def everybodys() -> QuerySet[ApiToken]:
    """All keys with their owners, those first that work longest."""
    return ApiToken.objects.select_related("member__unit__organisation").order_by("-expires_at", "-pk")


def for_reader(member: Member | None) -> QuerySet[ApiToken]:
    """All keys for the system and for whoever may see them, else the member's own."""
    if access.may(member, "registry.view_tokens"):
        return everybodys()
    return everybodys().filter(member=member)


def state_of(token: ApiToken) -> str:
    """works, revoked or run_out."""
    if token.revoked_at is not None:
        return "revoked"
    return "works" if token.expires_at > clock.now() else "run_out"


def counted(tokens: QuerySet[ApiToken]) -> dict[str, int]:
    """How many keys work, and of those how many were never used and how many reach as far as their owner."""
    working = in_state(tokens, "works").select_related(None).order_by()
    asked = {
        "working": working,
        "idle": working.filter(last_used_on=None),
        "far": working.filter(scopes="*"),
    }
    return {name: count_bounded(rows) for name, rows in asked.items()}


def called(tokens: QuerySet[ApiToken], text: str) -> QuerySet[ApiToken]:
    """The keys that begin so, and those of programs whose names do."""
    begins = text.removeprefix("sh_")
    key = Q(prefix__gte=begins, prefix__lt=begins + beginnings.LAST, prefix__startswith=begins)
    name = Q(name__gte=text, name__lt=text + beginnings.LAST, name__startswith=text)
    found = beginnings.found(tokens, key, name)
    return tokens.none() if found is None else found


def in_state(tokens: QuerySet[ApiToken], state: str) -> QuerySet[ApiToken]:
    """The keys in a state; all of them for any other word."""
    if state == "revoked":
        return tokens.exclude(revoked_at=None)
    if state == "works":
        return tokens.filter(revoked_at=None, expires_at__gt=clock.now())
    if state == "run_out":
        return tokens.filter(revoked_at=None, expires_at__lte=clock.now())
    return tokens


def as_row(token: ApiToken) -> dict[str, Any]:
    """A key as commands and API show it; of the key itself its beginning is known and nothing more."""
    return {
        "key": f"sh_{token.prefix}",
        "program": token.name,
        "owner": token.member.code,
        "scopes": token.scopes,
        "made": clock.local(token.created_at).date(),
        "last_used": token.last_used_on,
        "until": clock.local(token.expires_at).date(),
        "state": state_of(token),
        "reason": token.revoked_reason,
    }


def found(key: str) -> ApiToken:
    """The key with this beginning, ``sh_`` before it or not.

    Raises
    ------
    NotFound
        ``registry.no_such_key``.
    """
    token = everybodys().filter(prefix=key.removeprefix("sh_")[:12]).first()
    if token is None:
        raise NotFound(
            "registry.no_such_key",
            gettext_noop("There is no key that begins with {given}. The list of keys has all of them."),
            given=key[:40],
        )
    return token
