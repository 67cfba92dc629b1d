"""What goes out of the house: how members are told, robots of group chats, and each message on its way."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

from shanhai.core.models.base import Versioned
from shanhai.core.models.work import Notice, NoticeFact

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Telling(Versioned):
    """How a member is told besides the page of notices (告知方式); without a row: not at all."""

    STATE = ("member_id", "mail", "confirmed_at")

    class Mail(models.TextChoices):
        NONE = "none"
        AT_ONCE = "at_once"
        DAILY = "daily"

    member = models.OneToOneField("core.Member", models.PROTECT, related_name="telling")
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.NONE)
    # A keyed hash of the address that the member has shown to read: another address has to be confirmed anew.
    confirmed = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.member)


class Robot(Versioned):
    """A robot in the group chat of a unit or of a whole organisation (群机器人)."""

    STATE = ("name", "kind", "organisation_id", "unit_id", "is_active")

    kind = models.CharField(max_length=12)  # which adapter: core.channels.robots
    name = models.CharField(max_length=80)
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="robots")
    unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="robots")
    # Whoever knows the address may write to the group: both are encrypted, and shown to nobody.
    address_sealed = models.TextField()
    secret_sealed = models.TextField(blank=True)
    address_end = models.CharField(max_length=8)  # the last characters, to tell robots apart
    is_active = models.BooleanField(default=True)
    # By the machine's clock: no message goes before it. Moved first, so of two senders one goes.
    free_at = models.DateTimeField(default=LONG_AGO)
    failures = models.PositiveSmallIntegerField(default=0)  # since the last message that arrived
    last_error = models.CharField(max_length=300, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["organisation", "name", "id"], name="robot_of_organisation"),
            models.Index(fields=["unit", "name", "id"], name="robot_of_unit"),
            models.Index(fields=["name", "id"], name="robot_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Sending(models.Model):
    """One notice on its way to one place: a member's mailbox or the group of a robot (发送)."""

    class Channel(models.TextChoices):
        MAIL = "mail"
        ROBOT = "robot"

    class What(models.TextChoices):
        NOTICE = "notice"
        TEST = "test"
        CONFIRM = "confirm"

    class Stage(models.TextChoices):
        WAITING = "waiting"
        GOING = "going"  # claimed by a sender
        SENT = "sent"
        FAILED = "failed"
        UNCLEAR = (
            "unclear"  # the sender died over it: it may have arrived, so nothing sends it again by itself
        )
        DROPPED = "dropped"  # need not be sent any more

    channel = models.CharField(max_length=5, choices=Channel.choices)
    what = models.CharField(max_length=8, choices=What.choices, default=What.NOTICE)
    fact = models.ForeignKey(NoticeFact, models.PROTECT, null=True, blank=True, related_name="sendings")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="sendings")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="sendings")
    robot = models.ForeignKey(Robot, models.PROTECT, null=True, blank=True, related_name="sendings")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # One message may carry several notices: all of them have its claim, which is also the number in its head.
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)  # by the machine's clock
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"], condition=models.Q(channel="mail", what="notice"), name="mailed_once"
            ),
            models.UniqueConstraint(
                fields=["fact", "robot"],
                condition=models.Q(channel="robot", what="notice"),
                name="said_in_group_once",
            ),
            models.CheckConstraint(
                condition=models.Q(channel="mail", member__isnull=False, robot=None)
                | models.Q(channel="robot", robot__isnull=False, member=None),
                name="sending_has_a_place",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "stage", "due_at"], name="sending_due"),
            models.Index(fields=["member", "stage", "due_at"], name="sending_member"),
            models.Index(fields=["robot", "stage", "due_at"], name="sending_robot"),
            models.Index(fields=["claim"], condition=~models.Q(claim=""), name="sending_claim"),
            models.Index(fields=["stage", "created_at", "id"], name="sending_stage_at"),
            models.Index(fields=["created_at", "id"], name="sending_at"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
