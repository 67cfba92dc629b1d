"""Exchange: a person's stay at a paired institution, its tasks and its outcome."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Versioned, in_language


class Stay(Versioned):
    """A person of one institution works or learns at another for a term (派驻).

    Secondments, expert teams, teachers and placements build on it: the field keeps its own row that points here.
    """

    class Stage(models.TextChoices):
        PLANNED = "planned"
        RUNNING = "running"
        ENDED = "ended"
        CANCELLED = "cancelled"

    STATE = ("stage", "from_on", "to_on", "ended_on", "host_post", "successor_id")

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="stays")
    kind = models.CharField(max_length=30)  # secondment, teacher, doctor, technician, placement
    person = models.ForeignKey("core.Member", models.PROTECT, related_name="stays")
    home = models.ForeignKey("core.Organisation", models.PROTECT, related_name="sent_out")
    host = models.ForeignKey("core.Organisation", models.PROTECT, related_name="taken_in")
    # Written in the language of the writer, Chinese as a rule; the English of it is optional, here and below.
    host_post = models.CharField(max_length=120)
    host_post_en = models.CharField(max_length=160, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PLANNED)
    from_on = models.DateField()
    to_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    handover = models.TextField(blank=True)
    handover_en = models.TextField(blank=True)
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = [models.Index(fields=["pairing", "kind", "from_on", "id"], name="stay_pairing_kind_from")]
        constraints = [
            models.CheckConstraint(condition=models.Q(to_on__gt=models.F("from_on")), name="stay_forwards"),
            models.CheckConstraint(condition=~models.Q(home=models.F("host")), name="stay_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.person.name_zh} {self.host.name_zh}"

    @property
    def post_said(self) -> str:
        """The post in the reader's language."""
        return in_language(self.host_post, self.host_post_en)

    @property
    def handover_said(self) -> str:
        """What was handed over, in the reader's language."""
        return in_language(self.handover, self.handover_en)


class StayTask(Versioned):
    """What the person is to do there, and what came of it."""

    STATE = ("title", "due_on", "done_on")

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    outcome_en = models.TextField(blank=True)

    class Meta:
        ordering = ["stay", "due_on", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title_said(self) -> str:
        """The task in the reader's language."""
        return in_language(self.title, self.title_en)

    @property
    def outcome_said(self) -> str:
        """What came of it, in the reader's language."""
        return in_language(self.outcome, self.outcome_en)


class StayAppraisal(Versioned):
    """A half-yearly or final appraisal (考核), due on a day, written by the host."""

    STATE = ("due_on", "given_on", "grade")

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="appraisals")
    is_final = models.BooleanField(default=False)
    due_on = models.DateField()
    given_on = models.DateField(null=True, blank=True)
    grade = models.CharField(max_length=20, blank=True)  # excellent, competent, basic, failed
    text = models.TextField(blank=True)
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["stay", "due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=models.Q(given_on=None), name="appraisal_waiting")
        ]
        constraints = [models.UniqueConstraint(fields=["stay", "due_on"], name="appraisal_once_a_day")]

    def __str__(self) -> str:
        return f"{self.stay.person.name_zh} {self.due_on}"
