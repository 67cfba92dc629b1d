"""What enterprises report of a year or quarter, and every correction of it."""

from __future__ import annotations

from typing import Any

from django.db import models

from shanhai.core.models.base import Sourced, Versioned
from shanhai.fields.park.models.firms import Firm

_AMOUNT: dict[str, Any] = {"null": True, "blank": True}


class Figures(Versioned, Sourced):
    """The figures (指标) of an enterprise for a year or quarter; what is empty was not reported.

    Tax is plain here and masked by access; the journal carries it salted.
    """

    STATE = (
        "firm_id",
        "period",
        "revenue_fen",
        "output_fen",
        "value_added_fen",
        "energy_tce",
        "electricity_kwh",
        "emission_t",
        "staff_n",
        "rd_fen",
    )
    PART_OF = "firm"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="figures")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    period = models.CharField(max_length=12)  # 2023 or 2023Q3
    year = models.PositiveSmallIntegerField()
    revenue_fen = models.BigIntegerField(**_AMOUNT)
    output_fen = models.BigIntegerField(**_AMOUNT)
    value_added_fen = models.BigIntegerField(**_AMOUNT)
    tax_fen = models.BigIntegerField(**_AMOUNT)
    energy_tce = models.DecimalField(max_digits=14, decimal_places=4, **_AMOUNT)
    electricity_kwh = models.DecimalField(max_digits=16, decimal_places=2, **_AMOUNT)
    emission_t = models.DecimalField(max_digits=14, decimal_places=4, **_AMOUNT)
    staff_n = models.PositiveIntegerField(**_AMOUNT)
    rd_fen = models.BigIntegerField(**_AMOUNT)

    class Meta:
        ordering = ["period", "firm"]
        constraints = [models.UniqueConstraint(fields=["firm", "period"], name="figures_of_firm")]
        indexes = [
            models.Index(fields=["zone", "period", "id"], name="figures_zone_period"),
            models.Index(fields=["pairing", "period", "id"], name="figures_pairing_period"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.period}"


class FigureChange(models.Model):
    """One figure that was put right or came in by a round: what it was, what it is, and why. Nothing of it changes."""

    figures = models.ForeignKey(Figures, models.PROTECT, related_name="changes")
    name = models.CharField(max_length=20)
    before = models.CharField(max_length=40, blank=True)  # as text; empty where nothing stood there
    after = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300)
    round = models.CharField(max_length=40, blank=True)  # number of the reporting round that brought it
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["figures", "id"]
        indexes = [models.Index(fields=["round", "figures"], name="figure_change_round")]

    def __str__(self) -> str:
        return f"{self.figures_id} {self.name}"
