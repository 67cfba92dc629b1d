"""Plans of a portfolio: what went in, what came out, and what of it was adopted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import InPairing, Titled, Versioned
from shanhai.core.models.visibility import Visible


class PortfolioPlan(Titled, InPairing, Visible, Versioned):
    """A plan (安排方案) that places the leads of a portfolio on the land of a park, with all that it was made from.

    What came out is kept once, with the fingerprint of what went in; only what is adopted of it changes.
    """

    STATE = ("number", "park_id", "fingerprint", "is_ready", "value", "bound", "placed_n", "left_n", "reach")

    number = models.CharField(max_length=40, unique=True)
    park = models.ForeignKey("park.Park", models.PROTECT, related_name="+")
    asked = models.JSONField(default=dict)  # rules.planning.Asked
    inputs = models.JSONField(default=dict)  # rules.planning.Inputs
    fingerprint = models.CharField(max_length=64)  # of the inputs
    result = models.JSONField(default=dict)
    is_ready = models.BooleanField(default=False)
    task = models.ForeignKey("core.TaskRun", models.SET_NULL, null=True, blank=True, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    made_on = models.DateField()
    # Of what counts: 10,000 yuan, jobs or points.
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    bound = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    gap = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    placed_n = models.PositiveIntegerField(default=0)
    left_n = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-made_on", "-id"]
        indexes = [
            models.Index(fields=["zone", "made_on", "id"], name="plan_zone_made"),
            models.Index(fields=["zone", "placed_n", "id"], name="plan_zone_placed"),
            models.Index(fields=["pairing", "made_on", "id"], name="plan_pairing_made"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_ready=False) | Q(value__isnull=False, bound__isnull=False, gap__isnull=False),
                name="plan_ready_has_value",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        return f"安排方案{self.number}"

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        return f"Portfolio plan {self.number}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/plans/{self.number}/"


class PlanLine(Versioned):
    """A lead that a plan places: on which plots, what that brings, and whether it was adopted (then they are reserved for it)."""

    STATE = ("position", "lead_id", "phase", "adopted_on", "released_on")
    SHOWN_WITH = "plan"
    PART_OF = "plan"

    plan = models.ForeignKey(PortfolioPlan, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()  # 1 for the first; stands on the map
    lead = models.ForeignKey("investment.Lead", models.PROTECT, related_name="+")
    plots = models.JSONField(default=list)  # numbers, one to three that adjoin
    phase = models.PositiveSmallIntegerField(default=1)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    takes = models.JSONField(default=dict)
    adopted_on = models.DateField(null=True, blank=True)
    adopted_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    released_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_line_position"),
            models.UniqueConstraint(fields=["plan", "lead"], name="plan_line_lead_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.position}"

    @property
    def is_adopted(self) -> bool:
        """Whether its plots were reserved by it and not given free since."""
        return self.adopted_on is not None and self.released_on is None
