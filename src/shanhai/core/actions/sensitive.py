"""Sensitive values of journal entries: read in the clear, which is journalled, and erased for good."""

from __future__ import annotations

from shanhai.core import access, clock, journal
from shanhai.core.models import (
    JournalSecret,
    Member,
)
from shanhai.core.writing import action
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop


@action
def read_secret(entry_id: int, name: str, *, by: Member | None, reason: str) -> str:
    """A sensitive value of an entry in the clear; that it was read is journalled.

    Raises
    ------
    NotFound
        ``core.no_secret``.
    NotNow
        ``core.secret_erased``.
    """
    access.check(by, "core.read_secret")
    secret = _secret(entry_id, name)
    if secret.erased_at is not None:
        raise _erased(secret)
    journal.record(None, "core.read_secret", by=by, entry=entry_id, name=name, reason=reason)
    return secret.value


@action
def erase_secret(entry_id: int, name: str, *, by: Member | None, reason: str, keep: str = "") -> None:
    """Erase a sensitive value, or mask it by what of it may stay readable; the proof of the entry stays whole.

    The salt goes with the value: what is left of it in the entry cannot be guessed back.
    """
    access.check(by, "core.erase_secret")
    secret = _secret(entry_id, name)
    erased = JournalSecret.objects.filter(pk=secret.pk, erased_at=None).update(
        value=keep, salt="", erased_at=clock.now()
    )
    if not erased:
        raise _erased(secret)
    journal.record(
        None, "core.erase_secret", by=by, entry=entry_id, name=name, reason=reason, masked=bool(keep)
    )


def _secret(entry_id: int, name: str) -> JournalSecret:
    secret = JournalSecret.objects.filter(entry_id=entry_id, name=name).first()
    if secret is None:
        raise NotFound(
            "core.no_secret",
            gettext_noop(
                "Journal entry {id} has no sensitive value {name}. Look at the entry for the names "
                "that it has."
            ),
            id=entry_id,
            name=name,
        )
    return secret


def _erased(secret: JournalSecret) -> NotNow:
    return NotNow(
        "core.secret_erased",
        gettext_noop(
            "The value {name} of journal entry {id} was erased on {on}. The entry proves itself without it."
        ),
        id=secret.entry_id,
        name=secret.name,
        on=clock.local(secret.erased_at).date() if secret.erased_at else "-",
    )
