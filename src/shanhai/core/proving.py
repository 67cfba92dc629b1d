"""Proving the journal: all that was sealed is recomputed from the entries up, and held against a receipt.

``seals`` makes what is proved here; docs/why/journal.md says what this proves and what it does not.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from shanhai.core.models import (
    JournalEntry,
    JournalSecret,
    Seal,
)
from shanhai.core.seals import GENESIS, merkle_root, pack_leaf, seal_digest
from shanhai.kernel.refusals import gettext_noop

_PROBLEMS_LISTED = 100
_sha256 = hashlib.sha256


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in sealed history that is not as it was sealed."""

    code: str
    sentence: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)


@dataclass(slots=True)
class Report:
    """What ``verify`` found.

    ``proved_to`` is the last entry number that the receipt proves; None without one. Entries after it may have been
    rewritten by who holds the database, and unsealed ones may be changed without any trace.
    """

    entries: int = 0
    sealed: int = 0
    unsealed: int = 0
    seals: int = 0
    last_seal: Seal | None = None
    receipt: dict[str, Any] | None = None
    proved_to: int | None = None
    proved_until: datetime | None = None
    newer_than_receipt: int | None = None
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return self.problem_count == 0

    def found(self, code: str, sentence: str, **facts: Any) -> None:
        """Note a problem; all are counted, the first hundred are listed."""
        self.problem_count += 1
        if len(self.problems) < _PROBLEMS_LISTED:
            self.problems.append(Problem(code, sentence, facts))

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "sound": self.is_sound,
            "entries": self.entries,
            "sealed": self.sealed,
            "unsealed": self.unsealed,
            "seals": self.seals,
            "last_seal": self.last_seal.digest if self.last_seal else None,
            "proved_to": self.proved_to,
            "proved_until": self.proved_until.isoformat() if self.proved_until else None,
            "newer_than_receipt": self.newer_than_receipt,
            "problem_count": self.problem_count,
            "problems": [
                {"code": one.code, "detail": str(one), **{k: str(v) for k, v in one.facts.items()}}
                for one in self.problems
            ],
        }


def verify(receipt: dict[str, Any] | None = None, *, using: Any = None) -> Report:
    """Recompute the journal from its entries up: bodies, columns, numbers, roots, chain, and a receipt.

    Parameters
    ----------
    receipt
        What an organisation took away (``read_receipt``). Only with it a rewritten or shortened chain is found.
    using
        A database connection other than the default one (a backup being looked at).
    """
    report = Report(receipt=receipt)
    on = using or connection
    # Seals made while we read are left to the next time.
    last = Seal.objects.using(on.alias).order_by("-number").first()
    seals = Seal.objects.using(on.alias).filter(number__lte=last.number if last else 0).order_by("number")
    entries = _read_sealed(on, last)
    previous: Seal | None = None
    for seal in seals.iterator():
        _verify_chain(seal, previous, report)
        _verify_seal(on, seal, entries, report)
        previous = seal
        report.seals += 1
    for row in entries:
        report.found(
            "journal.entry_without_seal",
            gettext_noop("Entry number {number} belongs to a seal that is gone."),
            number=row[0],
        )
    report.last_seal = previous
    _verify_rest(on, report)
    _verify_secrets(on, report)
    if receipt is not None:
        _verify_receipt(on, receipt, report)
    return report


# number, entry_id, sealed digest, seal_number, body in UTF-8, digest of the entry, whether columns and body agree
_Sealed = tuple[Any, ...]
_ROWS = 4_000

# Reading a million bodies as JSON would take most of the time that the whole proof may take. So the database looks for
# the text that the columns call for, where canonical JSON must have it: the first keys, and the keys before "schema".
# Those stand together only once if ',"schema":' does (a quotation mark inside a text is escaped, so no text can
# imitate them); any entry that this does not settle is read as JSON.
_AGREES = {
    "sqlite": """
        instr(e.body, '{"action":"' || e.action || '","at":"' || substr(e.at, 1, 10) || 'T' || substr(e.at, 12)
            || CASE length(e.at) WHEN 19 THEN '.000000' ELSE '' END
            || '+00:00","by":' || coalesce(e.member_id, 'null') || ',') = 1
        AND instr(e.body, '"id":' || coalesce(e.subject_id, 'null') || ',"kind":"' || e.subject_kind
            || '","organisation":' || coalesce(e.organisation_id, 'null')
            || ',"pairing":' || coalesce(e.pairing_id, 'null') || ',"schema":') > 0""",
    "postgresql": """
        starts_with(e.body, '{"action":"' || e.action || '","at":"'
            || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
            || '+00:00","by":' || coalesce(e.member_id::text, 'null') || ',')
        AND strpos(e.body, '"id":' || coalesce(e.subject_id::text, 'null') || ',"kind":"' || e.subject_kind
            || '","organisation":' || coalesce(e.organisation_id::text, 'null')
            || ',"pairing":' || coalesce(e.pairing_id::text, 'null') || ',"schema":') > 0""",
}
_BODY = {"sqlite": "CAST(e.body AS BLOB)", "postgresql": "e.body"}


def _read_sealed(on: Any, last: Seal | None) -> Iterator[_Sealed]:
    last_leaf = last.last_leaf if last is not None else 0
    sql = (
        f"SELECT l.number, l.entry_id, l.digest, l.seal_number, {_BODY[on.vendor]}, e.digest, {_AGREES[on.vendor]} "
        "FROM core_journalleaf l LEFT JOIN core_journalentry e ON e.id = l.entry_id "
        "WHERE l.number > %s AND l.number <= %s ORDER BY l.number"
    )
    # With both ends of a stretch known, PostgreSQL reads just that and starts no parallel workers for it.
    end = (
        "SELECT max(number) FROM "
        f"(SELECT number FROM core_journalleaf WHERE number > %s ORDER BY number LIMIT {_ROWS}) stretch"
    )
    number = -(2**62)
    on.ensure_connection()
    with on.cursor() as cursor:
        while True:
            cursor.execute(end, [number])
            until = cursor.fetchone()[0]
            if until is None:
                return
            cursor.execute(sql, [number, until])
            rows = cursor.fetchall()
            yield from rows if until <= last_leaf else _known_then(on, rows, last)
            number = until


def _known_then(on: Any, rows: list[_Sealed], last: Seal | None) -> Iterator[_Sealed]:
    newer = Seal.objects.using(on.alias).filter(number__gt=last.number if last is not None else 0)
    numbers = set(newer.values_list("number", flat=True))
    return (row for row in rows if row[3] not in numbers)


def _verify_chain(seal: Seal, previous: Seal | None, report: Report) -> None:
    number = previous.number + 1 if previous is not None else 1
    first = previous.last_leaf + 1 if previous is not None else 1
    if seal.number != number or seal.first_leaf != first or seal.last_leaf < seal.first_leaf:
        report.found(
            "journal.seal_missing",
            gettext_noop("Seal {number} does not follow the seal before it; a seal was removed or moved."),
            number=seal.number,
        )
    if seal.previous != (previous.digest if previous is not None else GENESIS):
        report.found(
            "journal.chain_broken",
            gettext_noop("Seal {number} names another seal before it than the one that stands there."),
            number=seal.number,
        )
    if seal.digest != seal_digest(seal):
        report.found(
            "journal.seal_changed",
            gettext_noop("Seal {number} was changed after it was made."),
            number=seal.number,
        )


def _verify_seal(on: Any, seal: Seal, rows: Iterator[_Sealed], report: Report) -> None:
    leaves: list[bytes] = []
    expected, of_seal, last_leaf = seal.first_leaf, seal.number, seal.last_leaf
    for number, entry_id, sealed, seal_number, body, digest, agrees in rows:
        if number != expected or seal_number != of_seal:
            report.found(
                "journal.numbers_broken",
                gettext_noop(
                    "Where entry number {expected} of seal {seal} should stand, there is number {number}."
                ),
                expected=expected,
                seal=of_seal,
                number=number,
            )
        leaves.append(_leaf_of(number, entry_id, sealed))
        if body is None:
            report.found(
                "journal.entry_removed",
                gettext_noop("Entry number {number} (row {id}) was removed."),
                number=number,
                id=entry_id,
            )
        else:
            report.sealed += 1
            text = body if type(body) is bytes else body.encode()
            if _sha256(text).digest() != sealed or digest != sealed:
                report.found(
                    "journal.entry_changed",
                    gettext_noop("Entry number {number} (row {id}) was changed after it was sealed."),
                    number=number,
                    id=entry_id,
                )
            elif (not agrees or text.count(b',"schema":') != 1) and _differs_when_read(on, entry_id, text):
                report.found(
                    "journal.columns_changed",
                    gettext_noop(
                        "The columns of entry number {number} (row {id}) say something else than its text."
                    ),
                    number=number,
                    id=entry_id,
                )
        expected = number + 1
        if number >= last_leaf:
            break
    if expected != last_leaf + 1:
        report.found(
            "journal.numbers_missing",
            gettext_noop("Seal {seal} ends at entry number {last}, but the numbers end before it."),
            seal=of_seal,
            last=last_leaf,
        )
    if merkle_root(leaves).hex() != seal.root:
        report.found(
            "journal.root_differs",
            gettext_noop("The entries of seal {number} do not give the root that was sealed."),
            number=of_seal,
        )


def _leaf_of(number: Any, entry_id: Any, sealed: Any) -> bytes:
    try:
        return _sha256(pack_leaf(0, number, entry_id, sealed)).digest()
    except struct.error:
        return b"no leaf"  # A negative number or no bytes: the root will differ.


def _differs_when_read(on: Any, entry_id: int, text: bytes) -> bool:
    """Whether the columns of an entry disagree with its body, found by reading it."""
    entry = JournalEntry.objects.using(on.alias).filter(pk=entry_id).first()
    try:
        body = json.loads(text)
        return entry is None or (
            datetime.fromisoformat(body["at"]) != entry.at
            or body["action"] != entry.action
            or (body["kind"], body["id"]) != (entry.subject_kind, entry.subject_id)
            or (body["pairing"], body["by"]) != (entry.pairing_id, entry.member_id)
            or body["organisation"] != entry.organisation_id
        )
    except (ValueError, KeyError, TypeError):
        return True


@lru_cache(maxsize=4096)
def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _verify_rest(on: Any, report: Report) -> None:
    """Entries without a number: newer than the last seal, or slipped into sealed history."""
    with on.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_journalentry")
        report.entries = cursor.fetchone()[0]
        report.unsealed = report.entries - report.sealed
        if not report.unsealed:
            return
        cursor.execute("SELECT coalesce(max(entry_id), 0) FROM core_journalleaf")
        last_sealed = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM core_journalentry WHERE id > %s", [last_sealed])
        newer = cursor.fetchone()[0]
        if newer >= report.unsealed:
            return
        cursor.execute(
            "SELECT e.id FROM core_journalentry e LEFT JOIN core_journalleaf l ON l.entry_id = e.id "
            "WHERE l.number IS NULL AND e.id <= %s ORDER BY e.id",
            [last_sealed],
        )
        for (pk,) in cursor.fetchall():
            report.found(
                "journal.entry_inserted",
                gettext_noop("Row {id} was put into sealed history: it has no number, later ones have."),
                id=pk,
            )
        report.unsealed = newer


def _verify_secrets(on: Any, report: Report) -> None:
    """Sensitive values that are still there must give the hashes in the bodies."""
    secrets = JournalSecret.objects.using(on.alias).filter(erased_at=None).order_by("entry_id")
    batch: list[JournalSecret] = []
    for secret in secrets.iterator(chunk_size=500):
        batch.append(secret)
        if len(batch) == 500:
            _verify_secrets_of(on, batch, report)
            batch = []
    _verify_secrets_of(on, batch, report)


def _verify_secrets_of(on: Any, secrets: list[JournalSecret], report: Report) -> None:
    ids = {one.entry_id for one in secrets}
    bodies = dict(JournalEntry.objects.using(on.alias).filter(pk__in=ids).values_list("pk", "body"))
    for one in secrets:
        digest = _sha256(f"{one.salt}{one.value}".encode()).hexdigest()
        if f'{_as_json(one.name)}:{{"sha256":"{digest}"}}' not in bodies.get(one.entry_id, ""):
            report.found(
                "journal.secret_changed",
                gettext_noop("The sensitive value {name} of row {id} is not the one that was written."),
                name=one.name,
                id=one.entry_id,
            )


def _verify_receipt(on: Any, receipt: dict[str, Any], report: Report) -> None:
    seal = Seal.objects.using(on.alias).filter(number=receipt["seal"]).first()
    if seal is None:
        report.found(
            "journal.truncated",
            gettext_noop(
                "The receipt is for seal {number}, which the journal does not have: it was cut off after {last}."
            ),
            number=receipt["seal"],
            last=report.last_seal.number if report.last_seal else 0,
        )
        return
    if seal.digest != receipt["digest"]:
        report.found(
            "journal.rewritten",
            gettext_noop("Seal {number} is not the one on the receipt: history up to it was rewritten."),
            number=seal.number,
        )
        return
    if report.is_sound:
        report.proved_to = seal.last_leaf
        report.proved_until = seal.sealed_at
        report.newer_than_receipt = report.entries - seal.last_leaf
