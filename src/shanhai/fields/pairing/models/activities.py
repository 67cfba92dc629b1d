"""Activities and aid: visits, promotions, exhibitions, donations, with what they cost and what came of them."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Sourced, Versioned, choices, in_language
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models.base import FIELDS, SIDES


class Activity(InPairing, Sourced, Versioned):
    """Something that both sides do together, or one does for the other (活动)."""

    STATE = (
        "number",
        "kind",
        "field",
        "stage",
        "title_zh",
        "title_en",
        "on",
        "until_on",
        "lead",
        "mountain_unit_id",
        "sea_unit_id",
        "payer",
        "planned_fen",
        "paid_fen",
        "used_fen",
    )

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=15, choices=choices(rules.ActivityKind))
    field = models.CharField(max_length=12, choices=FIELDS, default="partnership")
    stage = models.CharField(max_length=9, choices=choices(rules.ActivityStage), default="planned")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    # The side that organises it; each side has a unit that goes with it.
    lead = models.CharField(max_length=10, choices=SIDES)
    mountain_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    sea_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    leader = models.CharField(max_length=120, blank=True)
    leader_en = models.CharField(max_length=160, blank=True)
    # One person a line, as the list of the delegation has them.
    delegation = models.TextField(blank=True)
    outcome_zh = models.TextField(blank=True)
    outcome_en = models.TextField(blank=True)
    # Whose money it is; the other side uses what is donated.
    payer = models.CharField(max_length=10, choices=SIDES, blank=True)
    # Guards: what is paid stays within what is planned, what is used within what is paid.
    planned_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    used_fen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    items_numbered = models.PositiveSmallIntegerField(default=0, editable=False)
    entries_numbered = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["pairing", "on", "id"], name="activity_pairing_on"),
            models.Index(fields=["zone", "on", "id", "stage", "kind", "lead"], name="activity_zone_on"),
            models.Index(
                fields=["zone", "planned_fen", "id", "stage", "kind", "lead"], name="activity_zone_planned"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    used_fen__gte=0,
                    paid_fen__gte=models.F("used_fen"),
                    planned_fen__gte=models.F("paid_fen"),
                ),
                name="activity_money_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_fen=0) | ~models.Q(payer=""), name="activity_money_has_payer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh[:60]}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def text(self) -> str:
        """What action items that follow from it are said to follow from."""
        return self.title

    @property
    def place(self) -> str:
        """Where it is, in the reader's language."""
        return in_language(self.place_zh, self.place_en)

    @property
    def leader_said(self) -> str:
        """Who leads it, in the reader's language."""
        return in_language(self.leader, self.leader_en)

    @property
    def outcome(self) -> str:
        """What came of it, in the reader's language."""
        return in_language(self.outcome_zh, self.outcome_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/activities/{self.number}/"


class AidEntry(Sourced, Versioned):
    """Money of an activity that was paid or used, with its voucher; a wrong one is put right by a contra entry."""

    STATE = ("code", "kind", "on", "amount_fen")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="entries")
    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=4, choices=choices(rules.AidKind))
    on = models.DateField()
    # Negative in a contra entry, which puts a wrong one right.
    amount_fen = models.BigIntegerField()
    about = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["activity", "kind", "on"], name="aid_activity_kind_on")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount_fen=0), name="aid_amount_not_zero"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def pairing_id(self) -> int:
        """The pairing of its activity, for access and papers."""
        return self.activity.pairing_id
