"""Intermediaries, and what each was asked for on items of cases."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shanhai.core.models.base import Sourced, Versioned, choices, in_language
from shanhai.fields.approval.rules import services as rules


class Intermediary(Sourced, Versioned):
    """A body that works for applicants or the government on what items need (中介机构): EIA, survey, drawing review.

    It belongs to no pairing; whoever sees a case sees what was asked of it there.
    """

    STATE = ("code", "name_zh", "name_en", "is_active")

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    kinds = models.JSONField(default=list)  # what it offers, codes
    # The working days that it promises, unless a service says otherwise.
    promised_days = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/approval/intermediaries/{self.code}/"


class Service(Versioned):
    """What an intermediary was asked for on an item (中介服务): by whom, by when, and when it was delivered."""

    STATE = ("stage", "promised_days", "due_on", "delivered_on")
    SHOWN_WITH = "item"
    PART_OF = "item"

    item = models.ForeignKey("approval.CaseItem", models.CASCADE, related_name="services")
    number = models.PositiveSmallIntegerField()  # of its item
    intermediary = models.ForeignKey(Intermediary, models.PROTECT, related_name="services")
    kind = models.CharField(max_length=10)
    commissioned_by = models.CharField(max_length=5, choices=choices(rules.Commissioned))
    evidence = models.CharField(max_length=200)  # the contract or letter by which it was asked
    promised_days = models.PositiveSmallIntegerField()
    asked_on = models.DateField()
    due_on = models.DateField()
    stage = models.CharField(max_length=9, choices=choices(rules.ServiceStage), default="asked")
    delivered_on = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # working days that it took
    ended_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was given up
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    # The stop of the item that lasts while it works; none where the item was not open.
    stop = models.ForeignKey("approval.Stop", models.PROTECT, null=True, blank=True, related_name="services")

    class Meta:
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="service_once"),
            models.CheckConstraint(
                condition=~Q(stage="delivered") | Q(delivered_on__gte=F("asked_on"), days__isnull=False),
                name="service_delivered_on",
            ),
        ]
        indexes = [
            models.Index(fields=["intermediary", "stage", "due_on", "id"], name="service_of_intermediary"),
            models.Index(fields=["stage", "due_on", "id"], name="service_stage_due"),
            models.Index(fields=["due_on", "id"], name="service_due"),
            models.Index(fields=["asked_on", "id"], name="service_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"
