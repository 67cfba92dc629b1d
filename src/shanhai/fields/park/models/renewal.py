"""Renewals of land, and what they release."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models

from shanhai.core.models.base import Sourced, Versioned, choices
from shanhai.fields.park.models.firms import Firm, Holding
from shanhai.fields.park.models.parks import Reservable
from shanhai.fields.park.rules import renewal as rules

_RATIO: dict[str, Any] = {"max_digits": 14, "decimal_places": 4, "null": True, "blank": True}
_QUOTA: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "default": Decimal(0)}


class Renewal(Versioned, Sourced, Reservable):
    """The renewal (腾笼换鸟) of a plot that earns little: from candidate to the effect of what came instead."""

    STATE = (
        "number",
        "firm_id",
        "plot",
        "land_mu",
        "reason",
        "stage",
        "stage_on",
        "path",
        "value_fen",
        "energy_tce",
        "emission_t",
        "plant_m2",
        "new_firm_id",
        "tax_after",
        "jobs_after",
        "reserved_for",
    )

    number = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="renewals")
    holding = models.ForeignKey(Holding, models.PROTECT, related_name="renewals")
    plot = models.CharField(max_length=40)
    land_mu = models.DecimalField(max_digits=11, decimal_places=2)
    reason = models.CharField(max_length=8, choices=choices(rules.RenewalReason))
    text = models.CharField(max_length=500, blank=True)  # what was found, first by the rule, then on site
    stage = models.CharField(max_length=10, choices=choices(rules.RenewalStage), default="candidate")
    rank = models.PositiveSmallIntegerField(default=0)  # of the stage, so that the board has an order
    stage_on = models.DateField()
    path = models.CharField(max_length=12, choices=[("", ""), *choices(rules.Path)], blank=True)
    value_fen = models.BigIntegerField(null=True, blank=True)
    energy_tce = models.DecimalField(**_QUOTA)
    emission_t = models.DecimalField(**_QUOTA)
    plant_m2 = models.DecimalField(**_QUOTA)  # floor that stands on it, to be taken over with the land
    new_firm = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="came_by")
    contract = models.CharField(max_length=200, blank=True)
    contracted_on = models.DateField(null=True, blank=True)
    # 10,000 yuan per mu and average staff, before and after.
    before_year = models.PositiveSmallIntegerField(null=True, blank=True)
    tax_before = models.DecimalField(**_RATIO)
    jobs_before = models.PositiveIntegerField(null=True, blank=True)
    after_year = models.PositiveSmallIntegerField(null=True, blank=True)
    tax_after = models.DecimalField(**_RATIO)
    jobs_after = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "id"]
        indexes = [
            models.Index(fields=["zone", "rank", "id", "reason"], name="renewal_zone_rank"),
            models.Index(fields=["zone", "land_mu", "id", "stage", "reason"], name="renewal_zone_land"),
            models.Index(
                fields=["reserved_for"], condition=~models.Q(reserved_for=""), name="renewal_reserved_for"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["holding"],
                condition=~models.Q(stage__in=("measured", "dropped")),
                name="renewal_of_plot_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.plot}"

    @property
    def title_zh(self) -> str:
        """What it is called in Chinese."""
        return f"{self.firm.title_zh}地块{self.plot}腾笼换鸟"

    @property
    def title_en(self) -> str:
        """What it is called in English."""
        return f"Renewal of plot {self.plot} of {self.firm.title_en or self.firm.title_zh}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/renewals/{self.number}/"


class QuotaPool(Versioned):
    """What renewals of a park released of one factor, and what new contracts took of it: the guard of both."""

    STATE = ("park_id", "kind", "released", "taken")
    PART_OF = "park"

    park = models.ForeignKey("park.Park", models.PROTECT, related_name="quota_pools")
    kind = models.CharField(max_length=10)  # land_mu, energy_tce, emission_t
    released = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    taken = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))

    class Meta:
        ordering = ["park", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["park", "kind"], name="quota_pool_of_park"),
            models.CheckConstraint(
                condition=models.Q(taken__gte=0, taken__lte=models.F("released")),
                name="quota_pool_not_overdrawn",
            ),
        ]
