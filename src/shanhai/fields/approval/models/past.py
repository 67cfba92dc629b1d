"""Past cases of which only the first and the last day are known; nothing of them ran here."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shanhai.core.models.base import Sourced, Versioned, in_language
from shanhai.fields.approval.rules import case_words


class DatedCase(Sourced, Versioned):
    """An approval that is over, by its two dates (仅有起止日期的历史审批件): for the proof of the time saved, and marked so there.

    ``days`` are all working days between the two, since nobody knows when a clock stood still.
    """

    STATE = ("number", "kind", "mode", "started_on", "ended_on", "days")

    number = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    name_sort = models.CharField(max_length=200, editable=False)
    kind = models.CharField(max_length=10, choices=[(one, one) for one, _en, _zh in case_words.CLASSES])
    mode = models.CharField(max_length=6, choices=[(one, one) for one, _en, _zh in case_words.MODES])
    started_on = models.DateField()
    ended_on = models.DateField()
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-started_on", "-id"]
        indexes = [
            models.Index(fields=["zone", "started_on", "id"], name="dated_case_zone_started"),
            models.Index(fields=["zone", "ended_on", "id"], name="dated_case_zone_ended"),
            models.Index(fields=["zone", "days", "id"], name="dated_case_zone_days"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ended_on__gte=F("started_on")), name="dated_case_ends_after"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name_zh, self.name_en)
