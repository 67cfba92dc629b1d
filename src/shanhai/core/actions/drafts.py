"""Forms that were begun and not sent: what a person typed, kept until it is sent or thrown away."""

from __future__ import annotations

import json
from collections.abc import Iterable

from shanhai.core import clock
from shanhai.core.models import Draft, User
from shanhai.kernel.refusals import TooLarge, gettext_noop

MOST_BYTES = 200_000


def keep_draft(user: User, form: str, key: str, data: dict[str, list[str]]) -> Draft:
    """Keep what stands in a form now; the draft that the same form had before is replaced.

    A draft is no record: it has no journal entry, nobody else sees it, and the last write wins.
    """
    check_size(data)
    draft, _made = Draft.objects.update_or_create(
        user=user, form=form[:80], object_key=key[:80], defaults={"data": data, "saved_at": clock.now()}
    )
    return draft


def check_size(data: dict[str, list[str]]) -> None:
    """Refuse more than a form of ours can hold."""
    size = len(json.dumps(data, ensure_ascii=False).encode())
    if size > MOST_BYTES:
        raise TooLarge(
            "core.draft_too_large",
            gettext_noop(
                "This draft has {size} bytes; at most {most} are kept. Send the form, or shorten it."
            ),
            size=size,
            most=MOST_BYTES,
        )


def drop_draft(user: User, form: str, key: str) -> None:
    """Throw a draft away: it was sent, or its writer does not want it."""
    Draft.objects.filter(user=user, form=form[:80], object_key=key[:80]).delete()


def draft_of(user: User, form: str, key: str) -> Draft | None:
    """The draft of this form, if one was begun."""
    return Draft.objects.filter(user=user, form=form[:80], object_key=key[:80]).first()


def typed_in(user: User, form: str, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """Of each draft of a form that was begun under one of these keys: what was typed last in each of its boxes."""
    wanted = {key[:80]: key for key in keys}
    kept = Draft.objects.filter(user=user, form=form[:80], object_key__in=wanted)
    return {
        wanted[one.object_key]: {name: values[-1] for name, values in one.data.items() if values}
        for one in kept
    }
