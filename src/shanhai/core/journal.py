"""Writing the journal: one entry per thing that happened, in the transaction that did it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models

from shanhai.core import bulk, clock
from shanhai.core.models import JournalEntry, JournalSecret, Member, PhoneLink
from shanhai.core.rows import state_of
from shanhai.kernel.text import plain_decimal

SCHEMA = 1
# Entries that moved nothing: somebody read what is masked. Histories of rows and the replay pass them over.
READINGS = frozenset({"core.read_masked", "core.export_masked", "core.open_link", "core.take_file_away"})


_link: ContextVar[PhoneLink | None] = ContextVar("link", default=None)


@contextmanager
def by_holder(link: PhoneLink) -> Iterator[None]:
    """While this lasts, what the system does is on the record as done by the holder of a phone link.

    A holder is no member, so actions get ``by=None``; each of their entries says by which link, for whom, and the last
    digits of the phone.
    """
    before = _link.set(link)
    try:
        yield
    finally:
        _link.reset(before)


def _plain(value: Any) -> str:
    # One spelling per value, so that the state of a row read back equals the state that was written.
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_decimal(value)
    return str(value)


# One encoder for all entries: making one costs as much as encoding a body.
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False
).encode


def canonical(body: dict[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces, dates and decimals as text. Floats are refused by ``record``."""
    return _encode(body)


def digest_of(body: str) -> bytes:
    """SHA-256 over the canonical text of an entry."""
    return hashlib.sha256(body.encode()).digest()


def record(
    subject: models.Model | None,
    action: str,
    /,
    *,
    by: Member | None,
    pairing_id: int | None = None,
    sensitive: dict[str, str] | None = None,
    state: dict[str, Any] | None = None,
    **facts: Any,
) -> JournalEntry:
    """Write that ``by`` did ``action`` to ``subject``, with the new values of its state fields.

    Parameters
    ----------
    subject
        The row after the change, or None for what concerns no row.
    by
        Who did it; None for the system itself (tick, loader).
    pairing_id
        Taken from the subject where it has one.
    sensitive
        Values that stand in the body as salted hashes only, and apart from it in the clear.
    state
        In place of the subject's declared state fields (for rows that were moved by a bulk statement).
    facts
        What else a reader needs. Text, numbers, dates, lists and dicts of them; no floats.
    """
    at = clock.now()
    secret_rows = []
    if sensitive:
        for name, value in sensitive.items():
            salt = secrets.token_hex(16)
            facts[name] = {"sha256": hashlib.sha256(f"{salt}{value}".encode()).hexdigest()}
            secret_rows.append(JournalSecret(name=name, salt=salt, value=value))
    body = _body(subject, action, at, by, pairing_id, state, facts)
    text = canonical(body)
    entry = JournalEntry.objects.create(
        at=at,
        action=action,
        subject_kind=body["kind"],
        subject_id=body["id"],
        pairing_id=body["pairing"],
        member_id=body["by"],
        organisation_id=body["organisation"],
        body=text,
        digest=digest_of(text),
    )
    if secret_rows:
        for row in secret_rows:
            row.entry_id = entry.pk
        JournalSecret.objects.bulk_create(secret_rows)
    return entry


def record_many(
    subjects: Sequence[models.Model],
    action: str,
    /,
    *,
    by: Member | None,
    pairing_id: int | None = None,
    each: Sequence[dict[str, Any]] = (),
    **facts: Any,
) -> None:
    """Write one entry per row that an action moved in bulk, in few statements.

    Parameters
    ----------
    subjects
        The rows after the change, in the order in which the entries shall stand.
    each
        Facts of each row, in the order of ``subjects``; none where it is left out.
    facts
        Facts that all entries share, such as the import that brought the rows.
    """
    at = clock.now()
    stored_at = JournalEntry._meta.get_field("at").get_db_prep_save(at, connection)
    own: Iterable[dict[str, Any]] = each or ({} for _ in subjects)

    def rows() -> Iterator[tuple[Any, ...]]:
        for subject, its in zip(subjects, own, strict=True):
            body = _body(subject, action, at, by, pairing_id, None, facts | its)
            text = canonical(body)
            yield (
                stored_at,
                action,
                body["kind"],
                body["id"],
                body["pairing"],
                body["by"],
                body["organisation"],
                text,
                digest_of(text),
            )

    bulk.insert_rows(JournalEntry, _COLUMNS, rows())


def outline(row: models.Model, *, by: Member | None) -> bytes:
    """All of an entry that is known before its row is written, for ``record_outlined``: as stored, from the key on.

    ``row`` has its values as they will be, but for its key; it is of no pairing, and its state must not hang on its key.
    """
    body = {
        "kind": row._meta.label_lower,
        "organisation": by.unit.organisation_id if by is not None else None,
        "pairing": None,
        "schema": SCHEMA,
        "state": state_of(row),
        "what": str(row)[:200],
    }
    return canonical(body)[1:].encode()


def record_outlined(
    kind: str, action: str, /, entries: Iterable[tuple[int, bytes]], *, by: Member | None, **facts: Any
) -> None:
    """``record_many`` for rows whose entries were outlined before the transaction: (key, ``outline``) of each.

    Only key, time and digest are left to be put in while other writers wait.
    """
    at = clock.now()
    stored_at = JournalEntry._meta.get_field("at").get_db_prep_save(at, connection)
    body = _body(None, action, at, by, None, None, facts)
    member, organisation = body["by"], body["organisation"]
    # Canonical JSON sorts its keys: what all entries share comes first, then "id", then the outline.
    shared = {name: body[name] for name in body if name < "id"}
    start = canonical(shared)[:-1].encode() + b',"id":'

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk, rest in entries:
            text = b"%s%d,%s" % (start, pk, rest)
            digest = hashlib.sha256(text).digest()
            yield stored_at, action, kind, pk, None, member, organisation, text.decode(), digest

    bulk.insert_rows(JournalEntry, _COLUMNS, rows())


_COLUMNS = (
    "at",
    "action",
    "subject_kind",
    "subject_id",
    "pairing_id",
    "member_id",
    "organisation_id",
    "body",
    "digest",
)


def _body(
    subject: models.Model | None,
    action: str,
    at: datetime,
    by: Member | None,
    pairing_id: int | None,
    state: dict[str, Any] | None,
    facts: dict[str, Any],
) -> dict[str, Any]:
    kind = subject._meta.label_lower if subject is not None else ""
    if pairing_id is None and subject is not None:
        pairing_id = subject.pk if kind == "core.pairing" else getattr(subject, "pairing_id", None)
    body = {
        "schema": SCHEMA,
        "at": at.isoformat(timespec="microseconds"),
        "action": action,
        "kind": kind,
        "id": subject.pk if subject is not None else None,
        "what": str(subject)[:200] if subject is not None else "",
        "pairing": pairing_id,
        "by": by.pk if by is not None else None,
        "by_name": by.name_zh if by is not None else "",
        "organisation": by.unit.organisation_id if by is not None else None,
    }
    if by is not None and by.name_en:
        body["by_name_en"] = by.name_en
    link = _link.get()
    if by is None and link is not None:
        body["by_name"] = link.holder
        body["by_link"] = {"link": link.code, "phone": f"****{link.phone_last}", "role": link.role}
        body["organisation"] = link.unit.organisation_id
    if subject is not None:
        body["state"] = state if state is not None else state_of(subject)
    if facts:
        _refuse_floats(facts)
        body["facts"] = facts
    return body


def _refuse_floats(value: Any) -> None:
    """A float has no single spelling, so it would not prove anything."""
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; give the journal whole numbers, Decimals or text.")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, float | dict | list | tuple):
            _refuse_floats(item)
