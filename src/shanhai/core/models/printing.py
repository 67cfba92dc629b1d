"""Official papers: the numbers that an organisation gives out, what was printed, and the signed copies that came back."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Versioned


class FileMark(Versioned):
    """The mark (机关代字) that stands at the head of an organisation's file numbers: 龙山海."""

    STATE = ("mark",)

    organisation = models.OneToOneField("core.Organisation", models.PROTECT, related_name="file_mark")
    mark = models.CharField(max_length=20, unique=True)

    class Meta:
        ordering = ["mark"]

    def __str__(self) -> str:
        return self.mark


class FileSeries(models.Model):
    """The numbers of one mark in one year: the guard row, whose counter only goes up."""

    mark = models.ForeignKey(FileMark, models.PROTECT, related_name="series")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mark", "year"], name="file_series_once")]

    def __str__(self) -> str:
        return f"{self.mark_id} {self.year}"


class FileNumber(Versioned):
    """A number that was given out (发文字号): 龙山海〔2023〕5号. One that is void stays, so that none is missing."""

    STATE = ("text", "kind", "object_id", "voided_on")

    series = models.ForeignKey(FileSeries, models.PROTECT, related_name="numbers")
    no = models.PositiveIntegerField()
    text = models.CharField(max_length=60, unique=True)
    # The record whose paper carries it, and what that was called on the day.
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    issued_on = models.DateField()
    issued_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    voided_on = models.DateField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["-issued_on", "-id"]
        indexes = [
            models.Index(fields=["organisation", "issued_on", "id"], name="file_number_of_organisation"),
            models.Index(fields=["issued_on", "id"], name="file_number_issued"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "no"], name="file_number_once"),
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=models.Q(voided_on=None),
                name="file_number_of_a_record",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Print(models.Model):
    """That a record was printed: the code on the paper, and what the paper says (打印件)."""

    code = models.CharField(max_length=12, primary_key=True)
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    record_version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    # What a signature on it is over, by name: a later print shows what changed.
    parts = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "code"]
        constraints = [
            # The same words printed again are the same paper.
            models.UniqueConstraint(fields=["kind", "object_id", "language", "sha256"], name="print_once"),
        ]

    def __str__(self) -> str:
        return self.code


class SignedCopy(models.Model):
    """A scanned, stamped copy that was matched to what was printed (签章件)."""

    class How(models.TextChoices):
        QR = "qr"  # by the QR code in the scan
        TYPED = "typed"  # by the code beneath it, typed by a clerk

    paper = models.ForeignKey(Print, models.PROTECT, related_name="copies")
    document = models.ForeignKey("core.Document", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    # The side whose stamp it brings; empty where the record has no sides.
    side = models.CharField(max_length=10, blank=True)
    how = models.CharField(max_length=5, choices=How.choices)
    signed_on = models.DateField()
    person = models.CharField(max_length=120, blank=True)
    matched_at = models.DateTimeField()
    matched_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["matched_at", "id"]
        indexes = [models.Index(fields=["kind", "object_id", "id"], name="signed_copy_of_record")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.how}"
