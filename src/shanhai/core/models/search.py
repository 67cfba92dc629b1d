"""One table to find things by two-character words, codes and pinyin initials."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """One findable thing. The bigram index beside it is made by migration 0002 (FTS5 or GIN)."""

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    pairing_id = models.BigIntegerField(null=True, blank=True)
    # Who may find it: "all", "pairing", or "seen" (ask core.Seen).
    scope = models.CharField(max_length=8, default="all")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60, blank=True)
    url = models.CharField(max_length=200)
    # Space-separated character bigrams of names, the code, and pinyin initials.
    grams = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="found_once")]

    def __str__(self) -> str:
        return self.title_zh
