"""What hangs on the way of a project: its steps, why it stands still, who serves it, and checks of what it promised."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import Versioned, choices
from shanhai.fields.investment.models.projects import Project
from shanhai.fields.investment.rules import ProjectStage
from shanhai.fields.investment.rules import pipeline as rules


class ProjectStep(models.Model):
    """One line of the stage log (阶段记录): when a project came to a stage, by whose word, why, and what shows it.

    The first line has no stage before it. A step that was taken back stays to be read.
    """

    SHOWN_WITH = "project"

    project = models.ForeignKey(Project, models.CASCADE, related_name="steps")
    came_from = models.CharField(max_length=12, choices=choices(ProjectStage), blank=True)
    to = models.CharField(max_length=12, choices=choices(ProjectStage))
    # The day on which it came, and since when it had been where it was.
    on = models.DateField()
    since_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    paper = models.CharField(max_length=200, blank=True)
    # What moved it where nobody did: the number of the case whose end it was.
    cause = models.CharField(max_length=40, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["project", "id"]
        indexes = [
            models.Index(fields=["to", "on", "project"], name="project_step_to"),
            models.Index(fields=["on", "id"], name="project_step_on"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.came_from} {self.to} {self.on}"


class StallNote(Versioned):
    """Why a project stands still (停滞说明), whose business it is, what is done about it, and until when.

    It holds while the project stays at the stage, and since the day, that it speaks of.
    """

    STATE = ("stage", "since_on", "unit_id", "reason", "measure", "due_on")
    SHOWN_WITH = "project"
    PART_OF = "project"

    project = models.ForeignKey(Project, models.CASCADE, related_name="stalls")
    stage = models.CharField(max_length=12, choices=choices(ProjectStage))
    since_on = models.DateField()
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    measure = models.CharField(max_length=300)
    due_on = models.DateField()
    noted_on = models.DateField()
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["project", "since_on", "stage"]
        constraints = [
            models.UniqueConstraint(fields=["project", "stage", "since_on"], name="stall_note_once")
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="stall_note_due")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.stage} {self.since_on}"


class TeamMember(Versioned):
    """Somebody of the joint service team of a project (服务专班): of which side, for what, from when to when."""

    STATE = ("member_id", "task", "from_on", "to_on")
    SHOWN_WITH = "project"
    PART_OF = "project"

    project = models.ForeignKey(Project, models.CASCADE, related_name="team")
    member = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    task = models.CharField(max_length=10, choices=choices(rules.Task))
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)  # the last day

    class Meta:
        ordering = ["project", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "member"], condition=Q(to_on=None), name="team_member_once"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")), name="team_member_forward"
            ),
        ]
        indexes = [models.Index(fields=["member", "project"], name="team_member_of")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.member_id}"


class CapacityCheck(models.Model):
    """What a project promised against what its enterprise made in a year (达产核验). Nothing of it changes."""

    SHOWN_WITH = "project"

    class From(models.TextChoices):
        PARK = "park"  # the figures that its enterprise reported
        PAPER = "paper"  # typed from a paper

    project = models.ForeignKey(Project, models.CASCADE, related_name="checks")
    on = models.DateField()
    year = models.PositiveSmallIntegerField()
    base_year = models.PositiveSmallIntegerField(null=True, blank=True)  # whose figures were taken off
    origin = models.CharField(max_length=5, choices=From.choices)
    promised = models.JSONField()  # name to whole number, null where nothing was promised
    measured = models.JSONField()
    failed = models.JSONField(default=list)
    tolerance_hash = models.CharField(max_length=64, blank=True)
    paper = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["project", "id"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.year}"
