"""Briefing books that were made for joint meetings."""

from __future__ import annotations

from django.db import models

from shanhai.fields.pairing.models.meetings import Meeting

LANGUAGES = [("both", "both"), ("zh", "zh"), ("en", "en")]


class BriefingBook(models.Model):
    """One making of the briefing book of a meeting (会议手册): the paper, who asked for it, and what it knew."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="books")
    document = models.ForeignKey("core.Document", models.PROTECT, related_name="+")
    language = models.CharField(max_length=4, choices=LANGUAGES)
    made_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    # The last entry of the journal when its figures were read: what came after it is not in the book.
    up_to_entry = models.BigIntegerField()
    # The task that made it, so that one that is run again does not file a second book; empty for a command.
    task_id = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["meeting", "made_at", "id"], name="brief_meeting_at")]

    def __str__(self) -> str:
        return f"{self.meeting} {self.language}"

    @property
    def form(self) -> str:
        """``pdf`` or ``docx``, as its file ends."""
        return self.document.file_name.rpartition(".")[2]

    @property
    def pairing_id(self) -> int:
        """The meeting's pairing, for access and journal."""
        return self.meeting.pairing_id
