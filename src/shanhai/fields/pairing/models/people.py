"""Who is in charge on each side, officers seconded, and the calendar addresses of members."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Sourced, Versioned, choices
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models.base import FIELDS, SIDES


class Charge(InPairing, Sourced, Versioned):
    """Who is in charge on one side, of the whole pairing or of one field (分管)."""

    STATE = ("side", "field", "member_id", "from_on", "to_on")

    side = models.CharField(max_length=10, choices=SIDES)
    # Empty: of the whole pairing.
    field = models.CharField(max_length=12, choices=FIELDS, blank=True)
    level = models.CharField(max_length=17, choices=choices(rules.MeetingLevel), default="leaders_in_charge")
    member = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pairing", "side", "field", "from_on"]
        indexes = [models.Index(fields=["pairing", "field", "side", "from_on"], name="charge_pairing_field")]
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "side", "field", "member", "from_on"], name="charge_begins_once"
            ),
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")),
                name="charge_forwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.name_zh} {self.side} {self.field}".rstrip()


class Secondment(InPairing, Sourced, Versioned):
    """An officer of one side in a post of the other for a term (挂职); the stay itself is core's."""

    STATE = ("code", "direction", "profession")

    class Direction(models.TextChoices):
        TO_SEA = "to_sea"
        TO_MOUNTAIN = "to_mountain"

    class Profession(models.TextChoices):
        CADRE = "cadre"
        TEACHER = "teacher"
        DOCTOR = "doctor"
        TECHNICIAN = "technician"

    stay = models.OneToOneField("core.Stay", models.PROTECT, related_name="secondment")
    code = models.CharField(max_length=40, unique=True)
    direction = models.CharField(max_length=11, choices=Direction.choices)
    profession = models.CharField(max_length=10, choices=Profession.choices, default=Profession.CADRE)
    # Who appraises, and who is reminded: a unit of the host organisation.
    host_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    # Repeats of the stay's dates, so that lists of a zone read one index; moved in the same action.
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = [
            models.Index(fields=["pairing", "from_on", "id"], name="secondment_pairing_from"),
            models.Index(
                fields=["zone", "from_on", "id", "direction", "profession"], name="secondment_zone_from"
            ),
            models.Index(
                fields=["zone", "to_on", "id", "direction", "profession"], name="secondment_zone_to"
            ),
            models.Index(fields=["pairing", "to_on", "id"], name="secondment_pairing_to"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/secondments/{self.code}/"


class CalendarLink(Versioned):
    """A private address of a member's calendar feed; revocable (日历订阅)."""

    STATE = ("revoked_at",)

    member = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    # SHA-256 of the secret in the address: who reads the table cannot read calendars.
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"calendar of {self.member.code}"
