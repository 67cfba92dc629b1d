"""Joint review meetings: what is on the agenda, who sits there, what was decided, who signed the minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import Sourced, Versioned, choices, in_language
from shanhai.core.models.visibility import Visible
from shanhai.fields.approval.rules import meetings as rules
from shanhai.kernel import signing


class ReviewMeeting(Visible, Sourced, Versioned):
    """A joint review meeting (会审会议) of the side of the land, or the leaders' special meeting above it.

    Whoever decides on an item of its agenda moves this row first: the quorum is a rule over several rows.
    """

    STATE = ("number", "level", "stage", "at", "minutes_no", "signatures_left", "reach")

    number = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    # The side of the land: its departments decide, those of the other side advise and may attend.
    side = models.CharField(max_length=10)
    level = models.CharField(max_length=7, choices=choices(rules.ReviewLevel), default="joint")
    stage = models.CharField(max_length=9, choices=choices(rules.MeetingStage), default="planned")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    minutes_zh = models.TextField(blank=True)
    minutes_en = models.TextField(blank=True)
    minutes_no = models.PositiveSmallIntegerField(default=0)
    # Guard of the rule "signed when all who were counted signed the same minutes".
    signatures_left = models.PositiveSmallIntegerField(default=0)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["zone", "at", "id"], name="review_meeting_zone_at"),
            models.Index(fields=["zone", "side", "level", "stage", "at"], name="review_meeting_next"),
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
        return f"/approval/meetings/{self.number}/"


class MeetingSeat(models.Model):
    """A body that sits in a meeting (参会单位): the park committee, a department concerned, or an adviser."""

    meeting = models.ForeignKey(ReviewMeeting, models.CASCADE, related_name="seats")
    # Code of its unit; of the department where it has none here.
    code = models.CharField(max_length=40)
    role = models.CharField(max_length=10, choices=choices(rules.Role))
    # The unit that comes and signs; of a department that has none here the one that writes down for it.
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    is_absent = models.BooleanField(default=False)  # has no unit here, so it signs on paper
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    side = models.CharField(max_length=10, blank=True)
    is_present = models.BooleanField(default=False)
    person = models.CharField(max_length=120, blank=True)  # who came for it

    class Meta:
        ordering = ["meeting", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "code"], name="meeting_seat_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.code}"

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def is_counted(self) -> bool:
        """Whether it is part of the quorum."""
        return rules.counts(self.role)

    @property
    def sits(self) -> rules.Sits:
        """It as the quorum sees it."""
        return rules.Sits(self.name_zh, self.role, self.is_present)


class MeetingPoint(Versioned):
    """An item of a case on the agenda of a meeting (议题), and what the meeting decided on it."""

    STATE = ("verdict", "due_on", "decided_on")
    SHOWN_WITH = "meeting"
    PART_OF = "meeting"

    meeting = models.ForeignKey(ReviewMeeting, models.CASCADE, related_name="points")
    item = models.ForeignKey("approval.CaseItem", models.PROTECT, related_name="points")
    order = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=9, choices=choices(rules.Why), default="put")
    verdict = models.CharField(max_length=10, choices=choices(rules.Verdict), blank=True)
    text = models.CharField(max_length=1000, blank=True)  # conditions, reasons, what is to be done
    due_on = models.DateField(null=True, blank=True)  # until when the lead acts
    decided_on = models.DateField(null=True, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["meeting", "order"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "item"], name="meeting_point_once"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_on=None) | ~Q(verdict="") & Q(decided_on__isnull=False),
                name="meeting_point_decided_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.order}"

    @property
    def pairing_id(self) -> int:
        """The meeting's pairing."""
        return self.meeting.pairing_id


class ReviewSignature(models.Model):
    """That one body signed the minutes (会签)."""

    meeting = models.ForeignKey(ReviewMeeting, models.PROTECT, related_name="signatures")
    seat = models.ForeignKey(MeetingSeat, models.PROTECT, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.CharField(max_length=120, blank=True)
    on = models.DateField()
    minutes_no = models.PositiveSmallIntegerField()
    minutes_sha256 = models.CharField(max_length=64)
    copy = models.ForeignKey("core.SignedCopy", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "on", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "seat"], name="review_minutes_signed_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.seat_id}"

    @property
    def way(self) -> str:
        """Which of the two "signed" means here: ``scan``, ``system``, or ``noted`` where a file only says so."""
        return signing.signed_way(
            has_copy=self.copy_id is not None, is_confirmed=self.confirmed_at is not None
        )
