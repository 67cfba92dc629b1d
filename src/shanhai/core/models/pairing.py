"""The pairing: the cooperation that operating records belong to.

It lives here and not in the field ``pairing`` because access, the journal and visibility ask for the side of a
member (docs/decisions/0001-pairing-is-a-core-noun.md). Agreements, commitments and meetings are the field's.
"""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Named, Versioned


class Pairing(Named, Versioned):
    """A lasting cooperation of two or more parties at one level (结对)."""

    class Level(models.TextChoices):
        CITY = "city"
        COUNTY = "county"
        DEPARTMENT = "department"
        TOWNSHIP = "township"
        VILLAGE = "village"
        SCHOOL = "school"
        HOSPITAL = "hospital"
        ENTERPRISE = "enterprise"

    STATE = ("code", "level", "name_zh", "name_en", "started_on", "ended_on")

    code = models.CharField(max_length=40, unique=True)
    level = models.CharField(max_length=12, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    # The topmost pairing above this one, itself where there is none: lists of a whole zone read one index.
    zone = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="within")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    about = models.TextField(blank=True)
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["zone", "level", "name_sort"], name="pairing_zone_level_name")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="pairing_ends_after_start",
            ),
        ]


class Party(models.Model):
    """One side of a pairing (结对方)."""

    class Role(models.TextChoices):
        MOUNTAIN = "mountain"
        SEA = "sea"
        HOST = "host"

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=Role.choices)
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="parties")
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pairing", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "organisation"], name="party_once_in_a_pairing")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.organisation_id}"


class Seat(models.Model):
    """That an organisation may see a pairing, and from which side. Kept by ``core.actions.pairings``.

    An organisation sits in a pairing if it is a party, lies under a party (department, park committee, firm of the
    region for a government), or stands above it (the province: ``side`` is "above").
    """

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="seats")
    organisation = models.ForeignKey("core.Organisation", models.CASCADE, related_name="seats")
    # mountain, sea, host, or above (province, auditor): "above" sees and decides nothing.
    side = models.CharField(max_length=10)
    party = models.ForeignKey(Party, models.CASCADE, null=True, blank=True, related_name="seats")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "pairing"], name="seat_once")]
        indexes = [models.Index(fields=["pairing", "side", "organisation"], name="seat_pairing_side")]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.pairing_id} ({self.side})"
