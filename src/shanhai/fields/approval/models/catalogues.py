"""Catalogues of approval items and their versions; each version is one document that never changes once published."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Named, Sourced, Versioned, in_language
from shanhai.fields.approval.rules.catalogue import PROFILES, Catalogue
from shanhai.fields.approval.rules.documents import of_body


class ItemCatalogue(Named, Sourced, Versioned):
    """The approval items of a region under one regime (事项目录). Its versions say which, from when on."""

    STATE = ("code", "name_zh", "name_en", "profile", "region_id")

    code = models.CharField(max_length=40, unique=True)
    profile = models.CharField(max_length=20, choices=[(value, value) for value, _en, _zh in PROFILES])
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name_sort", "id"]
        indexes = [models.Index(fields=["name_sort", "id"], name="catalogue_name")]

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/approval/catalogues/{self.code}/"


class CatalogueVersion(Versioned):
    """One version of a catalogue: a draft that is edited, or a document that never changes again."""

    class Stage(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    STATE = ("number", "stage", "sha256", "valid_from")

    catalogue = models.ForeignKey(ItemCatalogue, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.DRAFT)
    # Canonical JSON of ``rules.catalogue.Catalogue``, and its hash.
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)
    why_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["catalogue", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "number"], name="catalogue_version_once"),
            models.UniqueConstraint(
                fields=["catalogue"], condition=models.Q(stage="draft"), name="catalogue_one_draft"
            ),
            models.CheckConstraint(
                condition=models.Q(stage="draft")
                | models.Q(valid_from__isnull=False, published_on__isnull=False),
                name="catalogue_published_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.catalogue.code} {self.number}"

    @property
    def why_said(self) -> str:
        """What changed and why, in the reader's language."""
        return in_language(self.why, self.why_en)

    @property
    def is_draft(self) -> bool:
        """Whether it may still change."""
        return self.stage == self.Stage.DRAFT

    @property
    def document(self) -> Catalogue:
        """What it says, read once and kept on the row in hand."""
        kept: tuple[str, Catalogue] | None = self.__dict__.get("_document")
        if kept is None or kept[0] != self.sha256:
            kept = (self.sha256, of_body(self.body))
            self.__dict__["_document"] = kept
        return kept[1]

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/approval/catalogues/{self.catalogue.code}/{self.number}/"

    def item_url(self, code: str) -> str:
        """Address of the page of one of its items."""
        return f"{self.url}items/{code}/"
