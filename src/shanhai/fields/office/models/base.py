"""What the tables of the field share: a pairing with its zone, and where a record comes from."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.visibility import Visible
from shanhai.fields.office.rules.shared import FIELDS

FIELD_CHOICES = [(one, one) for one in FIELDS]


class OfficeRecord(Visible):
    """An operating record of one pairing, with its source; lists of a zone read one index."""

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``: what the source mark of a panel shows."""
        return "illustrative" if self.is_illustrative else "reported"
