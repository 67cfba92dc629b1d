"""Commitment letters on which items are decided, and their verification."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import Versioned, choices
from shanhai.fields.approval.rules import commitments as rules


class CommitmentLetter(Versioned):
    """What an applicant promises for an item (告知承诺书), and whether it was kept."""

    STATE = ("state", "due_on", "verified_on", "mend_until")
    SHOWN_WITH = "item"
    PART_OF = "item"

    item = models.OneToOneField("approval.CaseItem", models.CASCADE, related_name="letter")
    text = models.CharField(max_length=1000)
    evidence = models.CharField(max_length=200, blank=True)
    # Promised materials of the item that were not there when it was given, codes: its decision does not wait for them.
    covers = models.JSONField(default=list, blank=True)
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    given_on = models.DateField()
    giver = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=choices(rules.LetterState), default="given")
    # The unit that verifies: which decided on it.
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    reasons = models.CharField(max_length=1000, blank=True)
    is_mended = models.BooleanField(default=False)  # what was found not kept was put right
    mend_until = models.DateField(null=True, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-given_on", "-id"]
        indexes = [
            models.Index(fields=["given_on", "id"], name="letter_given"),
            models.Index(fields=["state", "due_on", "id"], name="letter_state_due"),
            models.Index(fields=["unit", "state", "due_on", "id"], name="letter_unit_state_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="given") | Q(due_on__isnull=False), name="letter_due_once_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"

    @property
    def until(self) -> object:
        """Until when something happens: it is put right, or verified."""
        return self.mend_until or self.due_on
