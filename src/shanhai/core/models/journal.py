"""The journal: append-only entries, sealed in Merkle trees, taken away as receipts.

Triggers (migration 0002) refuse updates and deletes on entries, leaves and seals. No foreign key points at these
tables and they point at none, so that they can be partitioned.
"""

from __future__ import annotations

from django.db import models


class JournalEntry(models.Model):
    """One thing that happened (日志条目). ``body`` is canonical JSON text; ``digest`` is SHA-256 over it."""

    at = models.DateTimeField()
    action = models.CharField(max_length=80)  # "pairing.sign_agreement"
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True, blank=True)
    pairing_id = models.BigIntegerField(null=True, blank=True)
    member_id = models.BigIntegerField(null=True, blank=True)
    # The organisation of the member at that time: what lists of one organisation's doings read.
    organisation_id = models.BigIntegerField(null=True, blank=True)
    body = models.TextField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        # Pairing and organisation say who may read an entry: with them in the index, counting reads no entry.
        indexes = [
            models.Index(fields=["pairing_id", "id"], name="journal_pairing"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_subject"),
            models.Index(fields=["member_id", "id", "pairing_id", "organisation_id"], name="journal_member"),
            models.Index(fields=["action", "id", "pairing_id", "organisation_id"], name="journal_action"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"


class JournalSecret(models.Model):
    """A sensitive value of an entry, apart from it: may be masked or erased without breaking the proof."""

    entry_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    salt = models.CharField(max_length=32)
    value = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry_id", "name"], name="secret_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.name}"


class JournalLeaf(models.Model):
    """The gapless number of a sealed entry, and the digest that was sealed."""

    number = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField(max_length=32)
    seal_number = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return str(self.number)


class Seal(models.Model):
    """A Merkle root over the leaves of one sealing, chained to the seal before (封签)."""

    number = models.BigIntegerField(primary_key=True)
    first_leaf = models.BigIntegerField()
    last_leaf = models.BigIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class Receipt(models.Model):
    """That an organisation took a seal away (回执)."""

    seal_number = models.BigIntegerField()
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["-taken_at", "-id"]

    def __str__(self) -> str:
        return f"{self.seal_number} · {self.organisation.code}"
