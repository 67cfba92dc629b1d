"""Sealing the journal so that nobody can change what was written, and proving it.

A seal gathers entries that have no number yet, numbers them without gaps, and takes the root of a Merkle tree over
them (RFC 6962: leaves and nodes are hashed with different first bytes). Its own digest goes over numbers, root, time
and the digest of the seal before, so the seals form a chain. An organisation takes the digest of a seal away as a
receipt; what lies before it can then be rewritten by nobody, not even by who runs the database.

docs/why/journal.md says what this proves and what it does not.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Max

from shanhai.core import access, bulk, clock, journal
from shanhai.core.models import (
    Installation,
    JournalEntry,
    JournalLeaf,
    Member,
    Receipt,
    Seal,
)
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

GENESIS = "0" * 64
# A seal's inserts hold the one writer of SQLite for about 20 ms.
LEAVES_PER_SEAL = 5_000
RECEIPT_FORM = "shanhai-receipt-1"
_sha256 = hashlib.sha256
# The byte 0 that marks a leaf, the number, the row, the digest.
pack_leaf = struct.Struct(">BQQ32s").pack


def leaf_hash(number: int, entry_id: int, digest: bytes) -> bytes:
    """The leaf of an entry: its number, its row and its digest, so neither can be exchanged."""
    return _sha256(pack_leaf(0, number, entry_id, digest)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over hashed leaves, as RFC 6962 builds it; a node that has no partner goes up unchanged.

    Examples
    --------
    >>> merkle_root([]).hex()[:16], merkle_root([b"a" * 32]) == b"a" * 32
    ('e3b0c44298fc1c14', True)
    """
    if not leaves:
        return _sha256().digest()
    level = list(leaves)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [_sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level += odd
    return level[0]


def seal_digest(seal: Seal) -> str:
    """What the next seal and receipts hold of a seal."""
    text = "\n".join(
        (
            "shanhai-seal-1",
            str(seal.number),
            str(seal.first_leaf),
            str(seal.last_leaf),
            seal.root,
            seal.previous,
            seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        )
    )
    return _sha256(text.encode()).hexdigest()


def seal_now() -> int:
    """Seal all entries that were committed and have no number; gives how many entries were sealed.

    Two sealers at once do no harm: the number of the next seal is a primary key, and the second to write it has
    nothing left to do.
    """
    settled = _last_settled_entry()
    sealed = 0
    while True:
        last = Seal.objects.order_by("-number").first()
        entries = _unsealed_entries(settled)
        if not entries:
            return sealed
        try:
            _write_seal(last, entries)
        except IntegrityError:
            return sealed
        sealed += len(entries)


def sweep(now: datetime) -> int:
    """The tick's part: seal what is not sealed yet."""
    return seal_now()


def _last_settled_entry() -> int:
    """The highest id up to which no entry can appear any more.

    On SQLite keys are handed out by the one writer, so they appear in order. On PostgreSQL a transaction may commit
    a lower key late: a share lock waits for writers that are under way. Under a long one (an import) this gives up
    soon, so that other writers do not queue behind the lock, and the next tick seals.
    """
    if connection.vendor != "postgresql":
        return JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute("LOCK TABLE core_journalentry IN SHARE MODE")
            last = JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
            return last
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) in ("55P03", "40P01"):
            return 0
        raise


def _unsealed_entries(settled: int) -> list[tuple[int, bytes]]:
    last_sealed = JournalLeaf.objects.aggregate(last=Max("entry_id"))["last"] or 0
    entries = (
        JournalEntry.objects.filter(pk__gt=last_sealed, pk__lte=settled)
        .order_by("pk")
        .values_list("pk", "digest")[:LEAVES_PER_SEAL]
    )
    return [(pk, bytes(digest)) for pk, digest in entries]


@action
def _write_seal(last: Seal | None, entries: list[tuple[int, bytes]]) -> None:
    first = last.last_leaf + 1 if last is not None else 1
    root = merkle_root([leaf_hash(number, pk, digest) for number, (pk, digest) in enumerate(entries, first)])
    seal = Seal(
        number=last.number + 1 if last is not None else 1,
        first_leaf=first,
        last_leaf=first + len(entries) - 1,
        root=root.hex(),
        previous=last.digest if last is not None else GENESIS,
        sealed_at=clock.now(),
    )
    seal.digest = seal_digest(seal)
    seal.save(force_insert=True)
    bulk.insert_rows(
        JournalLeaf,
        ("number", "entry_id", "digest", "seal_number"),
        [(number, pk, digest, seal.number) for number, (pk, digest) in enumerate(entries, first)],
    )


# Receipts


def take_receipt(*, by: Member) -> dict[str, Any]:
    """Give an organisation the last seal to take away; what is not sealed yet is sealed first.

    Returns
    -------
    dict
        The receipt as plain JSON, to be kept outside this installation.

    Raises
    ------
    NotNow
        ``core.nothing_sealed``: the journal is empty.
    """
    access.check(by, "core.take_receipt")
    seal_now()
    return _write_receipt(by)


@action
def _write_receipt(by: Member) -> dict[str, Any]:
    seal = Seal.objects.order_by("-number").first()
    if seal is None:
        raise NotNow(
            "core.nothing_sealed",
            gettext_noop(
                "The journal has no entries yet, so there is no seal to take away. Take the first "
                "receipt away when something has been recorded."
            ),
        )
    organisation = by.unit.organisation
    row = Receipt.objects.create(
        seal_number=seal.number, organisation=organisation, member=by, taken_at=clock.now()
    )
    journal.record(row, "core.take_receipt", by=by, seal=seal.number, digest=seal.digest)
    return receipt_of(row, seal)


def receipt_of(row: Receipt, seal: Seal) -> dict[str, Any]:
    """The file of a receipt, as plain JSON."""
    installation = Installation.objects.first()
    return {
        "form": RECEIPT_FORM,
        "installation": str(installation) if installation is not None else "",
        "organisation": row.organisation.code,
        "organisation_name": row.organisation.name_zh,
        "seal": seal.number,
        "last_entry": seal.last_leaf,
        "sealed_at": seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "digest": seal.digest,
        "taken_at": row.taken_at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def read_receipt(text: str) -> dict[str, Any]:
    """Read a receipt that somebody brings.

    Raises
    ------
    BadInput
        ``core.no_receipt``.
    """
    try:
        found = json.loads(text)
        is_receipt = (
            found["form"] == RECEIPT_FORM
            and isinstance(found["seal"], int)
            and len(bytes.fromhex(found["digest"])) == 32
        )
    except (ValueError, KeyError, TypeError):
        is_receipt = False
    if not is_receipt:
        raise BadInput(
            "core.no_receipt",
            gettext_noop(
                "The file is no receipt of the journal. Bring the file that was saved when it was taken."
            ),
        )
    return found
