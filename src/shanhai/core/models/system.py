"""What the machinery itself keeps."""

from __future__ import annotations

from django.db import models


class Installation(models.Model):
    """One row: what this installation is, and the counter that hands out numbers."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_demo = models.BooleanField(default=False)
    set_up_at = models.DateTimeField(null=True, blank=True)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one")]

    def __str__(self) -> str:
        return self.name_en or self.name_zh


class Draft(models.Model):
    """A form that was begun and not sent."""

    user = models.ForeignKey("core.User", models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    object_key = models.CharField(max_length=80, blank=True)
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "form", "object_key"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.form} {self.object_key}"


class RepeatedCall(models.Model):
    """A call that may be sent twice: its answer is kept in the transaction that made it."""

    member_id = models.BigIntegerField()
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=80)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member_id", "route", "key"], name="call_once")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class SharedCount(models.Model):
    """What all processes count together for a short time: tries to log in, codes that were used.

    Django's database cache keeps it (``CACHES``), and dictates the columns; nothing else reads or writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key


class Sweep(models.Model):
    """When each sweep of the tick last ran, and up to where."""

    name = models.CharField(max_length=60, primary_key=True)
    last_at = models.DateTimeField(null=True, blank=True)
    up_to = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class TaskRun(models.Model):
    """Long work: who asked, how far it is, what came out."""

    class Stage(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=60)
    what = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    # The function by dotted path and what it is given, so that a task whose worker died can start again.
    run = models.CharField(max_length=160, blank=True)
    args = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="tasks")
    pairing_id = models.BigIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField()
    alive_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    refusal = models.JSONField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["member", "asked_at", "id"], name="task_member_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
