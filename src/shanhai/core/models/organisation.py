"""Organisations by kind, and the units inside them."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Named, Versioned


class Organisation(Named, Versioned):
    """A government, department, enterprise, school, hospital, village or other body (单位)."""

    class Kind(models.TextChoices):
        PROVINCE = "province"
        GOVERNMENT = "government"
        DEPARTMENT = "department"
        TOWNSHIP = "township"
        VILLAGE = "village"
        PARK_COMMITTEE = "park_committee"
        INVESTMENT_TEAM = "investment_team"
        ENTERPRISE = "enterprise"
        COOPERATIVE = "cooperative"
        BUYER = "buyer"
        CARRIER = "carrier"
        SCHOOL = "school"
        HOSPITAL = "hospital"
        AUDIT = "audit"
        OTHER = "other"

    STATE = ("code", "kind", "name_zh", "name_en", "credit_code", "is_active")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="organisations")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    credit_code = models.CharField(max_length=18, null=True, blank=True, unique=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name_sort", "id"]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="organisation_name"),
            models.Index(fields=["kind", "name_sort", "id"], name="organisation_kind_name"),
            models.Index(fields=["kind", "code", "id"], name="organisation_kind_code"),
            models.Index(fields=["region", "name_sort", "id"], name="organisation_region_name"),
            models.Index(fields=["region", "code", "id"], name="organisation_region_code"),
            models.Index(fields=["region", "kind", "name_sort", "id"], name="organisation_region_kind_name"),
            models.Index(fields=["region", "kind", "code", "id"], name="organisation_region_kind_code"),
        ]


class Unit(Named, Versioned):
    """An office inside an organisation (科室); papers climb its ladder of one to three steps."""

    STATE = ("name_zh", "name_en", "ladder", "is_active")
    PART_OF = "organisation"  # Whoever watches the organisation hears of it.

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    code = models.CharField(max_length=40, unique=True)
    # One to three of handle, check, sign, in this order: "handle", "handle sign", "handle check sign".
    ladder = models.CharField(max_length=20, default="handle check sign")
    dispatcher = models.ForeignKey(
        "core.Member", models.PROTECT, null=True, blank=True, related_name="dispatches"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name_sort", "id"]
        indexes = [
            models.Index(fields=["organisation", "name_sort", "id"], name="unit_organisation_name"),
            models.Index(fields=["organisation", "code", "id"], name="unit_organisation_code"),
            models.Index(fields=["ladder", "code", "id"], name="unit_ladder_code"),
        ]

    @property
    def steps(self) -> list[str]:
        """The steps of the ladder in order."""
        return self.ladder.split()
