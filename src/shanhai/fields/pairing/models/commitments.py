"""Commitments: what was promised, by when, and what was delivered of it."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Named, Sourced, Versioned, choices, in_language
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models.agreements import Agreement
from shanhai.fields.pairing.models.base import FIELDS, SIDES


class Commitment(InPairing, Named, Sourced, Versioned):
    """One thing promised in an agreement that can be measured (承诺)."""

    STATE = (
        "code",
        "name_zh",
        "name_en",
        "kind",
        "indicator",
        "indicator_side",
        "owes",
        "direction",
        "target",
        "unit",
        "per",
        "starts_on",
        "due_on",
        "is_main",
        "balance_line",
        "mountain_unit_id",
        "sea_unit_id",
    )
    SHOWN_WITH = "agreement"  # Its journal is read by those who see the agreement.

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=40, unique=True)
    field = models.CharField(max_length=12, choices=FIELDS)
    kind = models.CharField(max_length=9, choices=choices(rules.CommitmentKind), default="counted")
    indicator = models.CharField(max_length=80, blank=True)
    indicator_side = models.CharField(max_length=10, blank=True)
    owes = models.CharField(max_length=8, choices=choices(rules.Owes))
    direction = models.CharField(max_length=4, choices=[("up", "up"), ("down", "down")], default="up")
    # Of the whole commitment, or of each year's periods together where it is divided; fen where unit is fen.
    target = models.DecimalField(max_digits=20, decimal_places=4)
    unit = models.CharField(max_length=8, choices=choices(rules.Unit), default="count")
    unit_zh = models.CharField(max_length=20, blank=True)
    unit_en = models.CharField(max_length=30, blank=True)
    # English says "1 visit" and "2 visits"; Chinese has one word.
    unit_one_en = models.CharField(max_length=30, blank=True)
    per = models.CharField(max_length=8, choices=choices(rules.Per), default="once")
    starts_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    # Who answers for it on each side: the late list names the unit of the side that owes.
    mountain_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    sea_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    is_main = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=100)
    # As what its deliveries stand in the balance of mutual benefit.
    balance_line = models.CharField(max_length=16, choices=[(c, c) for c in rules.BALANCE_LINES], blank=True)
    about = models.TextField(blank=True)
    escalated_on = models.DateField(null=True, blank=True)
    # Hands out the numbers of its deliveries; only goes up.
    deliveries_numbered = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["rank", "code"]
        indexes = [
            models.Index(fields=["pairing", "rank", "code"], name="commitment_pairing_rank"),
            models.Index(fields=["zone", "rank", "code"], name="commitment_zone_rank"),
            models.Index(fields=["zone", "field", "rank", "code"], name="commitment_zone_field_rank"),
            # Which commitments an action has to follow whose records an indicator counts.
            models.Index(fields=["pairing", "indicator", "id"], name="commitment_pairing_indicator"),
            models.Index(fields=["pairing", "balance_line", "id"], name="commitment_pairing_line"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(target__gt=0), name="commitment_target_positive"),
            models.CheckConstraint(
                condition=~models.Q(per="once") | models.Q(due_on__isnull=False), name="commitment_has_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/commitments/{self.code}/"

    @property
    def unit_name(self) -> str:
        """The word after the number; empty for money, percent and mu, which have signs of their own."""
        return in_language(self.unit_zh, self.unit_en)

    @property
    def unit_name_of_one(self) -> str:
        """The word after the number 1."""
        return in_language(self.unit_zh, self.unit_one_en or self.unit_en)


class CommitmentPeriod(Sourced, Versioned):
    """What is due of a commitment in one period (分期目标)."""

    STATE = ("period", "target", "due_on")

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="periods")
    period = models.CharField(max_length=12)  # as kernel.periods writes it: 2023, 2023Q3, 2023-09
    target = models.DecimalField(max_digits=20, decimal_places=4)
    starts_on = models.DateField()
    due_on = models.DateField()

    class Meta:
        ordering = ["commitment", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "period"], name="commitment_period_once"),
            models.CheckConstraint(condition=models.Q(target__gte=0), name="period_target_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.code} {self.period}"


class Delivery(InPairing, Sourced, Versioned):
    """That something promised was delivered, with evidence, or is planned for a day (兑现)."""

    STATE = ("code", "stage", "on", "quantity", "confirmed_on", "withdrawn_on")
    SHOWN_WITH = "commitment"  # Who sees the agreement sees what came of it.
    PART_OF = "commitment"  # Whoever watches the commitment hears of it.

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="deliveries")
    code = models.CharField(max_length=60, unique=True)
    stage = models.CharField(max_length=9, choices=choices(rules.DeliveryStage), default="recorded")
    on = models.DateField()
    quantity = models.DecimalField(max_digits=20, decimal_places=4)
    what = models.CharField(max_length=200, blank=True)
    what_en = models.CharField(max_length=200, blank=True)
    # The side that recorded it; what both sides owe is confirmed by the other one.
    side = models.CharField(max_length=10, choices=SIDES, blank=True)
    of_plan = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="fulfilled_by")
    recorded_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["commitment", "stage", "on"], name="delivery_commitment_on"),
            models.Index(fields=["pairing", "on", "id"], name="delivery_pairing_on"),
            models.Index(fields=["zone", "on", "id"], name="delivery_zone_on"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="delivery_quantity_positive"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def what_said(self) -> str:
        """What came, in the reader's language."""
        return in_language(self.what, self.what_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/deliveries/{self.code}/"
