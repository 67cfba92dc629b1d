"""Investment projects: who builds what where, and the facts that decide which approvals they need."""

from __future__ import annotations

from typing import Any

from django.db import models

from shanhai.core.models.base import CalledByName, Described, Named, Sourced, Versioned, choices, in_language
from shanhai.core.models.visibility import Visible
from shanhai.fields.investment import rules


def _choices(name: str) -> list[tuple[str, str]]:
    return [(value, value) for value, _en, _zh in rules.BY_NAME[name].choices]


class Project(Described, CalledByName, Named, Visible, Sourced, Versioned):
    """One investment project (投资项目). Where it stands decides which departments decide."""

    STATE = (
        "number",
        "project_code",
        "name_zh",
        "name_en",
        "enterprise_id",
        "region_id",
        "industry",
        "stage",
        "stage_on",
        *(one.name for one in rules.ATTRIBUTES),
        "output_fen",
        "tax_fen",
        "jobs",
        "introducer_side",
        "stands_side",
        "reach",
    )

    number = models.CharField(max_length=40, unique=True)
    # Given by the approval platform when the project is filed; before that there is none.
    project_code = models.CharField(max_length=24, null=True, blank=True, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+")
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    industry = models.CharField(max_length=5, blank=True)  # GB/T 4754
    stage = models.CharField(max_length=12, choices=choices(rules.ProjectStage), default="lead")
    stage_on = models.DateField()
    registered_on = models.DateField()
    investment_fen = models.BigIntegerField(null=True, blank=True)
    basis = models.CharField(max_length=10, choices=_choices("basis"), blank=True)
    land_mu = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    land_by = models.CharField(max_length=10, choices=_choices("land_by"), blank=True)
    forest_mu = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    building_m2 = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    building_use = models.CharField(max_length=10, choices=_choices("building_use"), blank=True)
    energy_tce = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    eia = models.CharField(max_length=12, choices=_choices("eia"), blank=True)
    is_hazardous = models.BooleanField(null=True, blank=True)
    is_foreign = models.BooleanField(null=True, blank=True)
    is_low_risk = models.BooleanField(null=True, blank=True)
    touches_roads_or_rivers = models.BooleanField(null=True, blank=True)
    is_in_assessed_area = models.BooleanField(null=True, blank=True)
    # Promised of a year at capacity, beside the investment.
    output_fen = models.BigIntegerField(null=True, blank=True)
    tax_fen = models.BigIntegerField(null=True, blank=True)
    jobs = models.PositiveIntegerField(null=True, blank=True)
    # The side that introduced it, and the side on whose land it stands: by them it is attributed.
    introducer_side = models.CharField(max_length=10, blank=True)
    stands_side = models.CharField(max_length=10, blank=True, editable=False)
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)

    class Meta:
        ordering = ["name_sort", "id"]
        indexes = [
            models.Index(fields=["zone", "name_sort", "id", "stage"], name="project_zone_name"),
            models.Index(fields=["zone", "registered_on", "id", "stage"], name="project_zone_registered"),
            models.Index(fields=["zone", "investment_fen", "id", "stage"], name="project_zone_investment"),
            models.Index(fields=["pairing", "registered_on", "id"], name="project_pairing_registered"),
            models.Index(fields=["zone", "stage", "stage_on", "id"], name="project_zone_stage"),
            models.Index(fields=["zone", "stage_on", "id", "stage"], name="project_zone_since"),
            models.Index(fields=["pairing", "stage", "stage_on", "id"], name="project_pairing_stage"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(investment_fen=None) | models.Q(investment_fen__gte=0),
                name="project_investment_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(forest_mu=None)
                | models.Q(land_mu=None)
                | models.Q(forest_mu__lte=models.F("land_mu")),
                name="project_forest_within_land",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh[:60]}"

    @property
    def place(self) -> str:
        """The park or place where it stands, in the reader's language."""
        return in_language(self.place_zh, self.place_en)

    @property
    def facts(self) -> dict[str, Any]:
        """What conditions may ask for, by name of the attribute; None where nobody has said."""
        found = {one.name: getattr(self, one.name) for one in rules.ATTRIBUTES}
        return {name: None if value == "" else value for name, value in found.items()}

    @property
    def promised(self) -> dict[str, int | None]:
        """What it promised of a year at capacity, by name; None where nobody has said."""
        return {name: getattr(self, name) for name in ("investment_fen", "output_fen", "tax_fen", "jobs")}

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/projects/{self.number}/"
