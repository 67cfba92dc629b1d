"""Problems that units, firms and villages raise, and how they climb until somebody answers."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Titled, Versioned, Worded, choices, in_language
from shanhai.fields.office.models.base import FIELD_CHOICES, OfficeRecord
from shanhai.fields.office.rules import problems as rules


class Problem(Titled, Worded, OfficeRecord, Versioned):
    """A problem (问题) that waits for an answer; it climbs by working days until one comes."""

    STATE = ("number", "title_zh", "stage", "level", "unit_id", "since_on", "rating", "reach")

    number = models.CharField(max_length=40, unique=True)
    field = models.CharField(max_length=12, choices=FIELD_CHOICES, default="partnership")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    # Who asks: a unit's organisation, a firm, a village; and the unit that is told and rates.
    asker = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    asker_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    # The record that it is about, if one is named.
    record_kind = models.CharField(max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=choices(rules.Stage), default="open")
    level = models.CharField(max_length=8, choices=choices(rules.Level), default="handler")
    # Who has it now, since when, and how many of the level's working days were used before the clock last stopped.
    side = models.CharField(max_length=10)
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    since_on = models.DateField()
    used_days = models.PositiveSmallIntegerField(default=0)
    raised_on = models.DateField()
    answer = models.TextField(blank=True)
    answer_en = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    # Working days from raising to the answer, without those on which it waited for the asker.
    answer_days = models.PositiveSmallIntegerField(null=True, blank=True)
    asked_back_days = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_word = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_on", "-id"]
        indexes = [
            models.Index(
                fields=["zone", "raised_on", "id", "stage", "level", "field"], name="problem_zone_raised"
            ),
            models.Index(fields=["pairing", "raised_on", "id"], name="problem_pairing_raised"),
            models.Index(fields=["stage", "since_on", "id"], name="problem_stage_since"),
            models.Index(fields=["pairing", "answered_on", "id"], name="problem_pairing_answered"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__gte=1, rating__lte=5),
                name="problem_rating_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh[:60]}"

    @property
    def answer_said(self) -> str:
        """The answer in the reader's language."""
        return in_language(self.answer, self.answer_en)

    @property
    def is_waiting(self) -> bool:
        """Whether its days run."""
        return self.stage in rules.WAITING

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/office/problems/{self.number}/"


class ProblemStep(Worded, models.Model):
    """One thing that happened to a problem: what its timeline shows. Kept by the actions beside the journal."""

    class What(models.TextChoices):
        RAISED = "raised"
        CLIMBED = "climbed"
        ASKED_BACK = "asked_back"
        REPLIED = "replied"
        ANSWERED = "answered"
        RATED = "rated"
        REOPENED = "reopened"
        WITHDRAWN = "withdrawn"

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=10, choices=What.choices)
    on = models.DateField()
    level = models.CharField(max_length=8, choices=choices(rules.Level))
    unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)

    class Meta:
        ordering = ["problem", "id"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.what} {self.on}"
