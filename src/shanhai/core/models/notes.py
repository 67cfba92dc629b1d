"""Notes on records, and whom they ask to look."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Versioned
from shanhai.core.models.visibility import Visible


class Note(Visible, Versioned):
    """One note in the thread of a record (备注): for the writer's unit or side, or shared by both sides."""

    STATE = ("reach", "edited_at", "withdrawn_at")

    kind = models.CharField(max_length=40)  # the record: label of its model, and its key
    object_id = models.BigIntegerField()
    # Of the record where it has one, else the one in which the writer speaks.
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)  # empty once withdrawn
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["kind", "object_id", "at", "id"], name="note_thread")]

    def __str__(self) -> str:
        # The journal carries this; neither the text nor the record's title belongs there.
        return f"{self.kind} {self.object_id}, {self.pk}"

    @property
    def is_shared(self) -> bool:
        """Whether both sides read it."""
        return self.reach == Visible.Reach.BOTH


class Mention(models.Model):
    """That a note asks a member to look (提到), until the member answers or says that it is seen."""

    class Settled(models.TextChoices):
        ANSWERED = "answered"
        SEEN = "seen"
        DROPPED = "dropped"

    note = models.ForeignKey(Note, models.PROTECT, related_name="mentions")
    member = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    settled = models.CharField(max_length=8, choices=Settled.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["note", "id"]
        constraints = [models.UniqueConstraint(fields=["note", "member"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.member_id}"

    @property
    def pairing_id(self) -> int | None:
        """The note's pairing, for work items."""
        return self.note.pairing_id
