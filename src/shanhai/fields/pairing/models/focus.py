"""Annual focus: the key points that the joint meeting sets for a year, and the commitments that hang under them."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Sourced, Versioned, in_language
from shanhai.fields.pairing.models.commitments import Commitment
from shanhai.fields.pairing.models.meetings import Resolution


class FocusPoint(InPairing, Sourced, Versioned):
    """One key point of a year (年度要点)."""

    STATE = ("year", "order", "text_zh", "text_en", "resolution_id")

    year = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    text_zh = models.CharField(max_length=300)
    text_en = models.CharField(max_length=400, blank=True)
    # What the joint meeting resolved, where one set the point.
    resolution = models.ForeignKey(
        Resolution, models.PROTECT, null=True, blank=True, related_name="focus_points"
    )
    commitments = models.ManyToManyField(Commitment, related_name="focus_points", blank=True)

    class Meta:
        ordering = ["year", "order"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "year", "order"], name="focus_order_once"),
            models.CheckConstraint(condition=models.Q(order__gt=0), name="focus_order_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.year}.{self.order} {self.text_zh[:60]}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/focus/{self.pk}/"

    @property
    def text(self) -> str:
        """The point in the reader's language."""
        return in_language(self.text_zh, self.text_en)
