"""Instructions of leaders on records, and what is reported back."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Versioned, Worded, choices, in_language
from shanhai.fields.office.models.base import OfficeRecord
from shanhai.fields.office.rules import instructions as rules


class Instruction(Worded, OfficeRecord, Versioned):
    """A leader's one-line instruction (批示) on a record: a unit carries it out and reports back."""

    STATE = ("number", "stage", "unit_id", "due_on", "reported_on", "closed_on", "reach")

    number = models.CharField(max_length=40, unique=True)
    # The record that it is on.
    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300, blank=True)
    leader = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    given_on = models.DateField()
    due_on = models.DateField()
    stage = models.CharField(max_length=8, choices=choices(rules.Stage), default="open")
    report = models.TextField(blank=True)
    report_en = models.TextField(blank=True)
    reported_on = models.DateField(null=True, blank=True)
    reported_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # How often it was sent back, and the last word about it.
    sent_back = models.PositiveSmallIntegerField(default=0)
    word = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["zone", "due_on", "id"], name="instruction_zone_due"),
            models.Index(fields=["pairing", "due_on", "id"], name="instruction_pairing_due"),
            models.Index(fields=["record_kind", "record_id"], name="instruction_record"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:60]}"

    @property
    def title(self) -> str:
        """The line stands for its title."""
        return self.text_said

    @property
    def report_said(self) -> str:
        """The report in the reader's language."""
        return in_language(self.report, self.report_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/office/instructions/{self.number}/"
