"""What each side says of the balance of mutual benefit."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Sourced, Versioned, in_language
from shanhai.fields.pairing.models.base import SIDES


class BalanceStatement(InPairing, Sourced, Versioned):
    """What one side says of what was given and received; the latest of each side is shown (双方表态)."""

    STATE = ("side", "on", "text_zh", "text_en")

    side = models.CharField(max_length=10, choices=SIDES)
    on = models.DateField()
    text_zh = models.CharField(max_length=600)
    text_en = models.CharField(max_length=900, blank=True)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "side", "on"], name="statement_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.pairing_id} {self.side} {self.on}"

    @property
    def text(self) -> str:
        """What the side says, in the reader's language."""
        return in_language(self.text_zh, self.text_en)
