"""What the flow keeps beside its tasks: items, opinions and a journal."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models
from viewflow.workflow.models import Process


class Item(models.Model):
    """An item of a process, with its days."""

    process = models.ForeignKey(Process, models.CASCADE, related_name="items")
    code = models.CharField(max_length=30)
    state = models.CharField(max_length=8, default="waiting")
    promised_days = models.PositiveSmallIntegerField()
    opens_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    decision = models.CharField(max_length=8, blank=True)
    days = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "code"], name="item_once")]

    def __str__(self) -> str:
        return self.code


class Opinion(models.Model):
    """An opinion that an item may wait for."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="opinions")
    replied_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"on {self.item_id}"


class Entry(models.Model):
    """An entry of the journal."""

    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=40)
    subject = models.BigIntegerField()
    user = models.ForeignKey(User, models.PROTECT)
    body = models.TextField()
    digest = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["kind", "subject", "id"], name="entry_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
