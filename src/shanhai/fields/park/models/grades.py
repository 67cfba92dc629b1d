"""Gradings of a year, the grade of each enterprise, rulings, objections, and what a grade brings."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from shanhai.core.models.base import Sourced, Versioned, choices, in_language
from shanhai.fields.park.models.firms import Firm
from shanhai.fields.park.rules import grades as rules
from shanhai.fields.park.rules import schemes
from shanhai.planners.land_grades import LandScheme

GRADES = [("", ""), *((one, one) for one in "ABCD")]


class GradingRun(Versioned):
    """The grading (亩均评价) of the enterprises of a zone for a year, with the values of the rulebook that it used."""

    STATE = ("number", "year", "stage", "scheme", "published_on", "objections_until", "final_on")

    number = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "core.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )  # who grades
    year = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=9, choices=choices(rules.RunStage), default="draft")
    # Stamps of the rulebook by code, as JSON text: with the ratios of each grade it can be computed again for ever.
    scheme = models.TextField()
    published_on = models.DateField(null=True, blank=True)
    objections_until = models.DateField(null=True, blank=True)
    final_on = models.DateField(null=True, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "year"],
                condition=~models.Q(stage="withdrawn"),
                name="grading_of_year_once",
            ),
        ]
        indexes = [models.Index(fields=["zone", "year", "id"], name="grading_zone_year")]

    def __str__(self) -> str:
        return f"{self.number} {self.year}"

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        return f"{self.year}年度亩均评价"

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        return f"Grading of {self.year}"

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def stamps(self) -> dict[str, dict[str, Any]]:
        """The values of the rulebook that it used, by code."""
        found: dict[str, dict[str, Any]] = json.loads(self.scheme)
        return found

    @property
    def land_scheme(self) -> LandScheme:
        """The scheme that those values make."""
        return schemes.scheme_of({code: stamp["value"] for code, stamp in self.stamps.items()})

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``: what the source mark of a panel shows."""
        return "illustrative" if self.is_illustrative else "reported"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/grading/{self.number}/"


class FirmGrade(Versioned):
    """The score and grade of an enterprise in one grading, with the ratios that they came of."""

    STATE = (
        "run_id",
        "firm_id",
        "pool",
        "is_above_scale",
        "land_mu",
        "ratios",
        "items",
        "score",
        "grade",
        "exempt",
        "veto",
    )
    PART_OF = "run"

    run = models.ForeignKey(GradingRun, models.CASCADE, related_name="grades")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="grades")
    pool = models.CharField(max_length=10, blank=True)
    is_above_scale = models.BooleanField()
    group = models.CharField(max_length=40, blank=True)
    land_mu = models.DecimalField(max_digits=11, decimal_places=2)
    ratios = models.TextField(blank=True)  # JSON by name; empty where there are no figures
    items = models.TextField(blank=True)
    score = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    tax_per_mu = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    grade = models.CharField(max_length=1, choices=GRADES, blank=True)
    first_grade = models.CharField(max_length=1, choices=GRADES, blank=True)  # as it was published
    exempt = models.CharField(max_length=300, blank=True)
    veto = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["run", "-score", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "firm"], name="grade_of_firm_once")]
        indexes = [
            models.Index(fields=["run", "score", "id"], name="grade_run_score"),
            models.Index(fields=["run", "tax_per_mu", "id"], name="grade_run_tax"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.firm_id} {self.grade}"

    @property
    def ratios_read(self) -> dict[str, float]:
        """The ratios by name."""
        return json.loads(self.ratios) if self.ratios else {}

    @property
    def items_read(self) -> dict[str, float]:
        """The points of each item by name, in the order of the formula."""
        return json.loads(self.items) if self.items else {}

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"{self.run.url}firms/{self.firm.code}/"


class GradeRuling(Versioned):
    """What an office rules on an enterprise for a year: D whatever its score (一票否决), or not graded."""

    STATE = ("firm_id", "year", "kind", "cause", "text", "withdrawn_on")
    PART_OF = "firm"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="rulings")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=choices(rules.RulingKind))
    cause = models.CharField(max_length=8, choices=choices(rules.Cause))
    text = models.CharField(max_length=280)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["firm", "year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "year", "kind"],
                condition=models.Q(withdrawn_on=None),
                name="ruling_of_year_once",
            ),
        ]


class Appeal(Versioned):
    """An objection (异议) of an enterprise to its published grade, with evidence, and what was decided."""

    STATE = ("grade_id", "stage", "text", "decision", "decided_on")
    PART_OF = "grade"

    grade = models.ForeignKey(FirmGrade, models.PROTECT, related_name="appeals")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=choices(rules.AppealStage), default="open")
    text = models.TextField()
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    filed_on = models.DateField()
    decision = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["grade", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["grade"], condition=models.Q(stage="open"), name="appeal_open_once"
            ),
        ]

    @property
    def title_zh(self) -> str:
        """What it is called in Chinese."""
        return f"{self.grade.firm.title_zh}的异议"

    @property
    def title_en(self) -> str:
        """What it is called in English."""
        return f"Objection of {self.grade.firm.title_en or self.grade.firm.title_zh}"

    @property
    def url(self) -> str:
        """Where it is shown."""
        return self.grade.url


class GradePolicy(Versioned, Sourced):
    """What a grade brings (差别化政策): an instrument with its value, for a time, carried out by a department."""

    STATE = (
        "code",
        "grade",
        "instrument",
        "value",
        "unit",
        "department_id",
        "begins_on",
        "ends_on",
        "status",
    )

    code = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    grade = models.CharField(max_length=1, choices=GRADES)
    instrument = models.CharField(max_length=20)
    value = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    text_zh = models.CharField(max_length=200, blank=True)
    text_en = models.CharField(max_length=200, blank=True)
    department = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=8, default="assumed")  # verified, assumed

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["pairing", "code", "id"], name="grade_policy_code")]

    def __str__(self) -> str:
        return self.code

    @property
    def text(self) -> str:
        """What it says, in the reader's language."""
        return in_language(self.text_zh, self.text_en)
