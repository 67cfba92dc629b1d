"""Spreadsheets coming in: staged, checked, shown, then written."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Versioned


class Stage(models.TextChoices):
    """How far a spreadsheet has come on its way in."""

    READING = "reading"
    MAPPING = "mapping"
    CHECKED = "checked"
    WRITTEN = "written"
    DISCARDED = "discarded"
    REFUSED = "refused"
    UNDONE = "undone"


class Batch(Versioned):
    """Tables of several registers, brought, checked and written together (批次); each is an ``Import`` of its own."""

    STATE = ("stage", "written_at")

    # [{name, sha256}], as they were brought
    files = models.JSONField(default=list)
    # same, changed, new, refused of all tables; "strange": sheets that are of no register
    counts = models.JSONField(default=dict)
    refusal = models.JSONField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READING)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="batches")
    brought_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-brought_at", "-id"]
        indexes = [
            models.Index(fields=["brought_at", "id", "by"], name="batch_brought"),
            models.Index(fields=["stage", "id"], name="batch_stage"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The names of its files."""
        return ", ".join(one["name"] for one in self.files)


class Import(Versioned):
    """One workbook brought for one register (导入)."""

    Stage = Stage

    STATE = ("stage", "register", "sha256", "written_at")

    register = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=100, blank=True)
    header_row = models.PositiveIntegerField(null=True, blank=True)
    # file heading -> column name
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)  # same, changed, new, refused, left_out
    refusal = models.JSONField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READING)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="imports")
    # The batch that this table is a part of, and where in its order; such an import goes the way of its batch.
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="parts")
    place = models.PositiveSmallIntegerField(default=0)
    brought_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-brought_at", "-id"]
        # Of whom and of which batch it is stands behind the sort: the list leaves others' out before they are looked up.
        indexes = [models.Index(fields=["brought_at", "id", "by", "batch"], name="import_brought")]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One staged row: what it would do, and what is wrong with it."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()  # as the spreadsheet counts
    key = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=8)  # same, changed, new, refused
    values = models.JSONField(default=dict)
    before = models.JSONField(null=True, blank=True)
    problems = models.JSONField(default=list)  # [{column, cell, code, facts, cure}]
    object_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="import_row_once")]
        indexes = [models.Index(fields=["of", "outcome", "row"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.row}"


class ColumnMapping(models.Model):
    """How a unit's workbooks name the columns of a register; proposed next time."""

    unit = models.ForeignKey("core.Unit", models.CASCADE, related_name="+")
    register = models.CharField(max_length=60)
    heading = models.CharField(max_length=120)
    column = models.CharField(max_length=60, blank=True)  # empty: left out

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "register", "heading"], name="mapping_once")]

    def __str__(self) -> str:
        return f"{self.heading} -> {self.column}"
