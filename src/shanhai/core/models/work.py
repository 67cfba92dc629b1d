"""Work that waits for people, and notices of facts."""

from __future__ import annotations

from datetime import date

from django.db import models

from shanhai.core.models.base import Versioned

# Stands for no day where work is sorted: both databases then have what is undated last.
NO_DAY = date(9999, 12, 31)


class WorkItem(Versioned):
    """Something that waits for a unit or a member (待办)."""

    class Stage(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    kind = models.CharField(max_length=60)  # signed in by a field: "pairing.action_item"
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="work")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="work")
    # What to do, as a template in English (translated when shown) and its facts.
    what = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    due_on = models.DateField(null=True, blank=True)
    sorted_on = models.DateField(default=NO_DAY, editable=False)  # due_on, or NO_DAY
    # Where the due day was counted in working days: from which day, and how many; a loaded notice moves it.
    counted_from = models.DateField(null=True, blank=True)
    counted_days = models.SmallIntegerField(null=True, blank=True)
    # The step above the first that a prepared reply is on; empty: the work itself waits.
    step = models.CharField(max_length=6, blank=True)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.OPEN)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["sorted_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "unit"],
                condition=models.Q(stage="open"),
                name="work_waits_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "stage", "sorted_on", "id"], name="work_unit_due"),
            models.Index(fields=["member", "stage", "sorted_on", "id"], name="work_member_due"),
            models.Index(fields=["created_by", "stage", "sorted_on", "id"], name="work_starter_due"),
            models.Index(fields=["done_by", "done_at", "id"], name="work_done_by"),
            models.Index(fields=["subject_kind", "subject_id"], name="work_subject"),
        ]

    def __str__(self) -> str:
        return self.what


class Watch(models.Model):
    """That a member follows what happens to a record: its open work stands in their list (关注)."""

    member = models.ForeignKey("core.Member", models.CASCADE, related_name="watches")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    since = models.DateTimeField()
    # The latest entry of the journal at that time: what stands after it is told.
    after_entry = models.BigIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "subject_kind", "subject_id"], name="watched_once"),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="watch_subject")]

    def __str__(self) -> str:
        return f"{self.member_id} watches {self.subject_kind} {self.subject_id}"


class NoticeFact(models.Model):
    """One fact that people are told of; one notice per fact and member."""

    key = models.CharField(max_length=120, unique=True)  # "pairing.action_item:12:reminder:-7"
    kind = models.CharField(max_length=60)
    what = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    pairing_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    # Who had it told, and so may see who has read it; None where rules did.
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["url", "at", "id"], name="fact_url_at"),
            models.Index(fields=["by", "at", "id"], name="fact_by_at"),
        ]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """That a member is told of a fact, and when it was read (通知)."""

    fact = models.ForeignKey(NoticeFact, models.PROTECT, related_name="notices")
    member = models.ForeignKey("core.Member", models.PROTECT, related_name="notices")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "member"], name="told_once")]
        indexes = [
            models.Index(fields=["member", "at", "id"], name="notice_member_at"),
            models.Index(fields=["member", "id"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["fact", "at", "id"], name="notice_fact_at"),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} to {self.member_id}"
