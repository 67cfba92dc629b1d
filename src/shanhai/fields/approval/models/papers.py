"""The blank form and the filled sample of a material, kept with a version of a catalogue."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from shanhai.core.models.base import choices


class PaperRole(StrEnum):
    """What a paper shows."""

    FORM = "form"
    SAMPLE = "sample"


class CataloguePaper(models.Model):
    """A blank form (空白表格) or a filled sample (示范文本) of a material of a version of a catalogue."""

    version = models.ForeignKey("approval.CatalogueVersion", models.CASCADE, related_name="papers")
    material = models.CharField(max_length=30)  # its code
    role = models.CharField(max_length=6, choices=choices(PaperRole))
    document = models.ForeignKey("core.Document", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version", "material", "role"]
        constraints = [
            models.UniqueConstraint(fields=["version", "material", "role"], name="catalogue_paper_once")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.material} {self.role}"
