"""Joint promotion events: what each side gives to a promotion of the partnership, and the firms of it.

The event itself, with its day, place, photographs and outcome, is an activity of the pairing.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import Sourced, Versioned


class _OfEvent(Versioned, Sourced):
    """A part of an event, in its pairing."""

    PART_OF = "activity"

    class Meta:
        abstract = True

    @property
    def pairing_id(self) -> int:
        """The pairing of its event."""
        return int(self.activity.pairing_id)  # type: ignore[attr-defined]


class EventSide(_OfEvent):
    """What one side gives to an event (推介会一方): that it convenes it, its budget and its cost."""

    STATE = ("activity_id", "side", "convened_on", "convened_by_id", "budget_fen", "cost_fen")

    activity = models.ForeignKey("pairing.Activity", models.PROTECT, related_name="event_sides")
    side = models.CharField(max_length=10, choices=[("mountain", "mountain"), ("sea", "sea")])
    convened_on = models.DateField()
    convened_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    budget_fen = models.BigIntegerField(null=True, blank=True)
    cost_fen = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["activity", "side"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "side"], name="event_side_once"),
            models.CheckConstraint(
                condition=(Q(budget_fen=None) | Q(budget_fen__gte=0))
                & (Q(cost_fen=None) | Q(cost_fen__gte=0)),
                name="event_money_not_below",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.side}"


class EventGuest(_OfEvent):
    """A firm that was invited to an event (受邀企业), whether it came, and the lead that came from it."""

    STATE = ("activity_id", "firm", "organisation_id", "invited_by", "invited_on", "came", "lead_id")

    activity = models.ForeignKey("pairing.Activity", models.PROTECT, related_name="event_guests")
    firm = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    invited_by = models.CharField(max_length=10, blank=True)  # the side
    invited_on = models.DateField()
    came = models.BooleanField(null=True, blank=True)  # not known before it was held
    people = models.CharField(max_length=160, blank=True)
    # A lead comes from one event, so that it counts once.
    lead = models.OneToOneField(
        "investment.Lead", models.PROTECT, null=True, blank=True, related_name="event_guest"
    )

    class Meta:
        ordering = ["activity", "firm"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "firm"], name="event_guest_once"),
            models.CheckConstraint(condition=Q(lead=None) | Q(came=True), name="event_lead_came"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.firm}"
