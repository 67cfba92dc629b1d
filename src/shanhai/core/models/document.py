"""Documents: the same bytes are stored once, whoever brings them."""

from __future__ import annotations

import re

from django.db import models

from shanhai.core.models.base import Versioned, in_language
from shanhai.core.models.visibility import Visible

BOTH_TITLES = " · "  # between the Chinese and the English title of a paper that has both
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Blob(models.Model):
    """Bytes by their SHA-256; the file lies under SHANHAI_DATA/documents/ab/cd/<sha256>."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.sha256


class Document(Visible, Versioned):
    """A named paper with its bytes (文件)."""

    STATE = ("title", "file_name", "blob_id", "reach", "withdrawn_on")

    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="documents")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=60, blank=True)  # 文号
    dated_on = models.DateField(null=True, blank=True)
    uploaded_by = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    withdrawn_on = models.DateField(null=True, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["pairing", "uploaded_at", "id"], name="document_pairing_at")]

    def __str__(self) -> str:
        return self.title

    @property
    def title_said(self) -> str:
        """The title in the reader's language, where it says "中文 · English"."""
        zh, joint, en = self.title.partition(BOTH_TITLES)
        if not joint or not _HAN.search(zh) or _HAN.search(en):
            return self.title
        return in_language(zh, en)


class Attachment(models.Model):
    """That a document hangs on a record, and as what (evidence, minutes, scan)."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    role = models.CharField(max_length=20, default="annex")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "document"], name="attached_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} on {self.kind} {self.object_id}"
