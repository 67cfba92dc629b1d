"""One table to find things by two-character words, codes and pinyin."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """One findable thing. The index beside it is made by ``db.triggers`` (FTS5 or GIN).

    What changes goes and comes again under a higher key, so keys say what was written last.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    pairing_id = models.BigIntegerField(null=True, blank=True)
    # Who may find it, as core.audience words it: "b12 o5|all".
    seen_by = models.TextField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60, blank=True)
    url = models.CharField(max_length=200)
    # Space-separated words of the index; SQLite empties it as soon as they are in the index.
    grams = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="found_once")]

    def __str__(self) -> str:
        return self.title_zh


class SearchSound(models.Model):
    """How a pair of characters, or a Latin word, of some title sounds: longq is the beginning of 龙泉 and Longquan."""

    word = models.CharField(max_length=24, primary_key=True)
    sound = models.CharField(max_length=24, db_index=True)

    def __str__(self) -> str:
        return f"{self.word} {self.sound}"
