"""Joint meetings: who is there, what is on the table, what was resolved and what follows from it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, F, When

from shanhai.core.models import Unit
from shanhai.core.models.base import InPairing, Sourced, Versioned, choices, in_language
from shanhai.core.models.visibility import Visible
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models.base import FIELDS, SIDES
from shanhai.kernel import signing


class Meeting(InPairing, Visible, Sourced, Versioned):
    """A joint meeting of both sides (联席会议)."""

    STATE = (
        "number",
        "level",
        "stage",
        "at",
        "title_zh",
        "title_en",
        "quorum_mountain",
        "quorum_sea",
        "signatures_left",
        "minutes_no",
        "reach",
    )

    number = models.CharField(max_length=40, unique=True)
    level = models.CharField(max_length=17, choices=choices(rules.MeetingLevel))
    stage = models.CharField(max_length=9, choices=choices(rules.MeetingStage), default="planned")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    # Hand out the numbers of its resolutions; only goes up.
    resolutions_numbered = models.PositiveSmallIntegerField(default=0, editable=False)
    at = models.DateTimeField()
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    convenor_mountain = models.ForeignKey(
        "core.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    convenor_sea = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    quorum_mountain = models.PositiveSmallIntegerField()
    quorum_sea = models.PositiveSmallIntegerField()
    minutes_zh = models.TextField(blank=True)
    minutes_en = models.TextField(blank=True)
    minutes_no = models.PositiveSmallIntegerField(default=0)
    # Guard of the rule "signed when both sides signed the same minutes".
    signatures_left = models.PositiveSmallIntegerField(default=2)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["pairing", "at", "id"], name="meeting_pairing_at"),
            models.Index(fields=["zone", "at", "id", "stage", "level"], name="meeting_zone_at"),
            models.Index(fields=["zone", "stage", "at", "id"], name="meeting_zone_stage_at"),
            models.Index(fields=["zone", "level", "at", "id"], name="meeting_zone_level_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def place(self) -> str:
        """Where it is held, in the reader's language."""
        return in_language(self.place_zh, self.place_en)

    @property
    def minutes(self) -> str:
        """The minutes in the reader's language."""
        return in_language(self.minutes_zh, self.minutes_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/meetings/{self.number}/"


class MeetingAttendee(models.Model):
    """One person invited to a meeting, and whether he was there."""

    class Answer(models.TextChoices):
        NONE = "none"
        COMING = "coming"
        DECLINED = "declined"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    side = models.CharField(max_length=10, choices=SIDES)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # For guests without a login, and the name as it stood in the list.
    person = models.CharField(max_length=120)
    post = models.CharField(max_length=120, blank=True)
    post_en = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.NONE)
    is_present = models.BooleanField(default=False)

    class Meta:
        ordering = ["meeting", "side", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side", "person"], name="attendee_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting.number} {self.person}"

    @property
    def post_said(self) -> str:
        """The post in the reader's language."""
        return in_language(self.post, self.post_en)

    @property
    def pairing_id(self) -> int:
        """The meeting's pairing, for access and work items."""
        return self.meeting.pairing_id


class MinutesSignature(models.Model):
    """That one side signed the minutes (会签)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=SIDES)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.CharField(max_length=120, blank=True)
    on = models.DateField()
    minutes_no = models.PositiveSmallIntegerField()
    minutes_sha256 = models.CharField(max_length=64)
    copy = models.ForeignKey("core.SignedCopy", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side"], name="minutes_signed_once_by_a_side")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.side}"

    @property
    def way(self) -> str:
        """Which of the two "signed" means here: ``scan``, ``system``, or ``noted`` where a file only says so."""
        return signing.signed_way(
            has_copy=self.copy_id is not None, is_confirmed=self.confirmed_at is not None
        )


class AgendaItem(models.Model):
    """One point of a meeting: what is on the table and what one side asks of the other (议题)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240, blank=True)
    # Who brings it; empty where both do. Papers hang on it as attachments of role "paper".
    side = models.CharField(max_length=10, choices=[*SIDES, ("both", "both")], default="both")
    asks_zh = models.CharField(max_length=300, blank=True)
    asks_en = models.CharField(max_length=400, blank=True)
    needs_paper = models.BooleanField(default=True)

    class Meta:
        ordering = ["meeting", "order"]
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="agenda_order_once")]

    def __str__(self) -> str:
        return f"{self.meeting.number} {self.order}. {self.title_zh}"

    @property
    def pairing_id(self) -> int:
        """The meeting's pairing, for access and work items."""
        return self.meeting.pairing_id

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def asks(self) -> str:
        """What the side asks of the other, in the reader's language."""
        return in_language(self.asks_zh, self.asks_en)


class Resolution(InPairing, Sourced, Versioned):
    """What a joint meeting resolved (决议)."""

    STATE = ("number", "text_zh", "text_en")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="resolutions")
    number = models.CharField(max_length=48, unique=True)
    text_zh = models.TextField()
    text_en = models.TextField(blank=True)
    items_numbered = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.text_zh[:60]}"

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return in_language(self.text_zh, self.text_en)


_ASKED_OF_ITEMS = ("stage", "lead", "field")


class ActionItem(InPairing, Sourced, Versioned):
    """What follows from a resolution or an activity: one owner on each side, a due date, evidence (落实事项)."""

    STATE = (
        "number",
        "title_zh",
        "title_en",
        "lead",
        "mountain_unit_id",
        "sea_unit_id",
        "stage",
        "due_on",
        "done_on",
        "escalated_on",
    )

    # One of the two.
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="items")
    activity = models.ForeignKey(
        "pairing.Activity", models.PROTECT, null=True, blank=True, related_name="items"
    )
    number = models.CharField(max_length=48, unique=True)
    field = models.CharField(max_length=12, choices=FIELDS, default="partnership")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240, blank=True)
    # The side that does it; the other side's unit goes with it.
    lead = models.CharField(max_length=10, choices=SIDES)
    mountain_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    sea_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    # The unit of the side that does it, so that a unit's own items are one stretch of an index.
    done_by_unit = models.GeneratedField(
        expression=Case(When(lead="mountain", then=F("mountain_unit")), default=F("sea_unit")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    stage = models.CharField(max_length=8, choices=choices(rules.ItemStage), default="open")
    assigned_on = models.DateField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    report = models.TextField(blank=True)
    report_en = models.TextField(blank=True)
    reported_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    extension_reason = models.CharField(max_length=300, blank=True)
    escalated_on = models.DateField(null=True, blank=True)
    escalated_to = models.CharField(max_length=17, choices=choices(rules.MeetingLevel), blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["pairing", "due_on", "id"], name="item_pairing_due"),
            # What filters ask stands behind the sort: rows that do not fit are left out before they are looked up.
            models.Index(fields=["zone", "due_on", "id", *_ASKED_OF_ITEMS], name="item_zone_due"),
            models.Index(fields=["pairing", "number", "id"], name="item_pairing_number"),
            models.Index(fields=["zone", "number", "id", *_ASKED_OF_ITEMS], name="item_zone_number"),
            models.Index(fields=["stage", "due_on", "id"], name="item_stage_due"),
            models.Index(fields=["zone", "done_by_unit", "due_on", "id", "stage"], name="item_unit_due"),
            models.Index(fields=["zone", "done_by_unit", "number", "id", "stage"], name="item_unit_number"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(stage="done") | models.Q(done_on__isnull=False), name="item_done_on_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(resolution__isnull=False, activity__isnull=True)
                | models.Q(resolution__isnull=True, activity__isnull=False),
                name="item_follows_from_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh[:60]}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def report_said(self) -> str:
        """How far it is, in the reader's language."""
        return in_language(self.report, self.report_en)

    @property
    def origin(self) -> Any:
        """What it follows from: a resolution or an activity."""
        return self.resolution or self.activity

    @property
    def lead_unit(self) -> Unit:
        """The unit that does it."""
        return self.mountain_unit if self.lead == "mountain" else self.sea_unit

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.stage in rules.OPEN_ITEM

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/action-items/{self.number}/"
