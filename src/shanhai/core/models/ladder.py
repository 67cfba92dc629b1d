"""Papers that climb the ladder of a unit: 经办 handles, 审核 checks, 签发 signs."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Versioned


class Climb(Versioned):
    """One paper on the ladder of one unit (流转).

    The steps are those that the unit had when the paper was put on: a ladder that is changed meanwhile holds for the
    next paper. The due day is the unit's, whoever has the paper.

    A prepared reply (拟复稿) keeps here what shall go out: the action that sends it, and what that action is given.
    """

    class Stage(models.TextChoices):
        CLIMBING = "climbing"
        DONE = "done"
        DROPPED = "dropped"

    STATE = ("unit_id", "steps", "step", "stage", "due_on")

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="climbs")
    steps = models.CharField(max_length=20)
    step = models.CharField(max_length=6)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.CLIMBING)
    due_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=60, blank=True)  # signs.replies: "office.answer_problem"
    given = models.JSONField(default=dict)
    written_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            # Two units may each prepare a reply to the same record.
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "unit"], name="climbs_one_ladder"),
        ]
        indexes = [models.Index(fields=["unit", "stage", "due_on", "id"], name="climb_unit_due")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} in {self.unit_id}"

    @property
    def ladder(self) -> list[str]:
        """The steps in order."""
        return self.steps.split()


class ClimbStep(models.Model):
    """One decision on the way: passed on or returned, with a word, by whom and for whom."""

    class Decision(models.TextChoices):
        PASSED = "passed"
        RETURNED = "returned"
        TAKEN_BACK = "taken"

    climb = models.ForeignKey(Climb, models.CASCADE, related_name="decisions")
    step = models.CharField(max_length=6)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    word = models.CharField(max_length=300, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # Whom a deputy stood in for.
    for_member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.decision} at {self.step}"
