"""Promises of standard land, and their checks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models

from shanhai.core.models.base import Sourced, Versioned, choices
from shanhai.fields.park.models.firms import Firm
from shanhai.fields.park.rules import promises as rules

_INDICATOR: dict[str, Any] = {"max_digits": 12, "decimal_places": 4}
NAMES = tuple(one.name for one in rules.INDICATORS)


class LandPromise(Versioned, Sourced):
    """What an enterprise promised when it got standard land (标准地): five indicators, a deposit, and by when."""

    STATE = (
        "number",
        "firm_id",
        "plot",
        "land_mu",
        "signed_on",
        "due_on",
        "stage",
        "phase",
        "deposit_fen",
        *NAMES,
    )

    number = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="promises")
    unit = models.ForeignKey(
        "core.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )  # who checks
    plot = models.CharField(max_length=40)
    land_mu = models.DecimalField(max_digits=11, decimal_places=2)
    signed_on = models.DateField()
    due_on = models.DateField()  # of the next check
    stage = models.CharField(max_length=9, choices=choices(rules.PromiseStage), default="promised")
    phase = models.CharField(max_length=11, choices=choices(rules.Phase), default="completion")
    deposit_fen = models.BigIntegerField(default=0)
    investment_per_mu = models.DecimalField(**_INDICATOR)
    plot_ratio = models.DecimalField(**_INDICATOR)
    energy_per_value = models.DecimalField(**_INDICATOR)
    emission_per_value = models.DecimalField(**_INDICATOR)
    tax_per_mu = models.DecimalField(**_INDICATOR)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["zone", "due_on", "id"], name="promise_zone_due")]
        constraints = [
            models.CheckConstraint(condition=models.Q(land_mu__gt=0), name="promise_land_positive"),
            models.CheckConstraint(condition=models.Q(deposit_fen__gte=0), name="promise_deposit_not_below"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.plot}"

    @property
    def promised(self) -> dict[str, Decimal]:
        """The five indicators by name."""
        return {name: getattr(self, name) for name in NAMES}

    @property
    def title_zh(self) -> str:
        """What it is called in Chinese."""
        return f"{self.firm.title_zh}标准地承诺（{self.plot}）"

    @property
    def title_en(self) -> str:
        """What it is called in English."""
        return f"Standard land promise of {self.firm.title_en or self.firm.title_zh}, plot {self.plot}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/promises/{self.number}/"


class LandCheck(models.Model):
    """One check of a promise: what was measured, what failed, and the stage after it. Nothing of it changes."""

    STATE: ClassVar[tuple[str, ...]] = ("promise_id", "phase", "on", "after")

    promise = models.ForeignKey(LandPromise, models.PROTECT, related_name="checks")
    phase = models.CharField(max_length=11, choices=choices(rules.Phase))
    on = models.DateField()
    was_due_on = models.DateField(null=True, blank=True)  # when it was due; undoing its import puts that back
    measured = models.JSONField()  # name to decimal text
    failed = models.JSONField(default=list)
    after = models.CharField(max_length=9, choices=choices(rules.PromiseStage))
    tolerance_hash = models.CharField(max_length=64)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["promise", "id"]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.on}"

    @property
    def pairing_id(self) -> int:
        """The key of the pairing of its promise."""
        return self.promise.pairing_id
