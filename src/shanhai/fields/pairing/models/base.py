"""What the tables of the field share: where a record comes from, and to which pairing it belongs."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from shanhai.fields.pairing import rules

SIDES = [("mountain", "mountain"), ("sea", "sea")]
FIELDS = [(f, f) for f in rules.FIELDS]


def choices(stages: type[StrEnum]) -> list[tuple[str, str]]:
    """Values of an enumeration as a field takes them."""
    return [(str(s), str(s)) for s in stages]


class Sourced(models.Model):
    """Where a record comes from: reported with a source, or made up to fill the example zone."""

    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``: what the source mark of a panel shows."""
        return "illustrative" if self.is_illustrative else "reported"


class InPairing(models.Model):
    """An operating record belongs to exactly one pairing, and so to one zone.

    ``zone`` repeats ``pairing.zone``, so that a list over a zone with its nested pairings reads one index.
    """

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")

    class Meta:
        abstract = True
