"""What the tables of the field share: to which pairing a record belongs, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models


def choices(values: Iterable[object]) -> list[tuple[str, str]]:
    """Values as a field takes them."""
    return [(str(one), str(one)) for one in values]


class InPairing(models.Model):
    """An operating record belongs to one pairing; ``zone`` repeats the topmost one, so that lists read one index."""

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")

    class Meta:
        abstract = True


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
