"""Quarterly lists of leads: editions of a quarter, their lines, and what the other side answered to each."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import InPairing, Sourced, Versioned, choices
from shanhai.core.models.visibility import Visible
from shanhai.fields.investment.rules import lists as rules


class QuarterlyList(InPairing, Sourced, Visible, Versioned):
    """One edition of the project list of a quarter (季度项目清单): the first is the list, later ones are supplements."""

    STATE = (
        "number", "year", "quarter", "edition", "stage", "cut_off_on", "published_on", "acknowledge_due_on",
        "answer_due_on", "acknowledged_on", "sea_signed_on", "mountain_signed_on", "reach",
    )  # fmt: skip

    number = models.CharField(max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)
    stage = models.CharField(max_length=12, choices=choices(rules.ListStage), default="draft")
    opened_on = models.DateField()
    cut_off_on = models.DateField()
    published_on = models.DateField(null=True, blank=True)
    acknowledge_due_on = models.DateField(null=True, blank=True)
    answer_due_on = models.DateField(null=True, blank=True)
    acknowledged_on = models.DateField(null=True, blank=True)
    # Who signed the receipt, for each side.
    sea_signed_on = models.DateField(null=True, blank=True)
    sea_signer = models.CharField(max_length=60, blank=True)
    mountain_signed_on = models.DateField(null=True, blank=True)
    mountain_signer = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-year", "-quarter", "-edition", "-id"]
        indexes = [
            models.Index(
                fields=["zone", "year", "quarter", "edition", "id", "stage"], name="list_zone_quarter"
            ),
            models.Index(fields=["stage", "answer_due_on"], name="list_stage_due"),
            models.Index(fields=["pairing", "published_on", "id"], name="list_pairing_published"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "year", "quarter", "edition"], name="list_once_a_quarter"
            ),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="list_quarter_1_to_4"),
            models.CheckConstraint(
                condition=Q(stage="draft") | Q(published_on__isnull=False), name="list_published_on"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        more = f"（补充{self.edition - 1}）" if self.edition > 1 else ""
        return f"{self.year}年第{self.quarter}季度项目清单{more}"

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        more = f", supplement {self.edition - 1}" if self.edition > 1 else ""
        return f"Project list Q{self.quarter} {self.year}{more}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/lists/{self.number}/"


class ListLine(Versioned):
    """One line of a list: a lead as it stood when it was published, and the answer to it."""

    STATE = (
        "position", "kind", "lead_id", "answer", "answered_on", "late_days", "reason", "transferred_to_id", "credit_percent",
        "withdrawn_on",
    )  # fmt: skip
    SHOWN_WITH = "quarterly_list"
    PART_OF = "quarterly_list"

    quarterly_list = models.ForeignKey(QuarterlyList, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=choices(rules.LineKind), default="adds")
    lead = models.ForeignKey("investment.Lead", models.PROTECT, related_name="lines")
    # The line that it withdraws.
    of_line = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    told = models.JSONField(default=dict)  # the lead as it was published
    answer = models.CharField(max_length=11, choices=[("", ""), *choices(rules.Answer)], blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    late_days = models.PositiveSmallIntegerField(default=0)  # working days after the day for answers
    reason = models.CharField(max_length=300, blank=True)
    transferred_to = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    credit_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["quarterly_list", "position"]
        indexes = [models.Index(fields=["answered_on", "quarterly_list"], name="list_line_answered")]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_list", "position"], name="list_line_position"),
            models.UniqueConstraint(fields=["quarterly_list", "lead", "kind"], name="list_line_lead_once"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(withdrawn_on__isnull=True), name="list_line_not_both"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarterly_list_id} {self.position}"

    def told_of(self, name: str) -> Any:
        """A fact of the lead as it was published, or as it stands while the list is a draft."""
        return self.told[name] if self.told else getattr(self.lead, name)
