"""Who sees a record: my unit, my side, both sides, named guests, public."""

from __future__ import annotations

from django.db import models


class Visible(models.Model):
    """Columns of a record whose reader is a property of the record. New ones start at my side.

    Lists start from ``Seen``; single records ask ``core.visibility.can_see``. A model whose lists go by another day too
    names it: ``ALSO_SORTED = "planned_on"``; whoever changes that day calls ``core.visibility.sort_again``.
    """

    ALSO_SORTED = ""

    class Reach(models.TextChoices):
        UNIT = "unit"
        SIDE = "side"
        BOTH = "both"
        GUESTS = "guests"
        PUBLIC = "public"

    reach = models.CharField(max_length=8, choices=Reach.choices, default=Reach.SIDE)
    owner_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    # mountain, sea, host: the side of the owner in the record's pairing.
    owner_side = models.CharField(max_length=10, blank=True)

    class Meta:
        abstract = True


class Seen(models.Model):
    """One row per organisation that sees a record: the table that lists start from (kept by the action)."""

    kind = models.CharField(max_length=40)  # model label: "core.document", "pairing.agreement"
    organisation_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True, blank=True)  # set where only one unit sees it
    pairing_id = models.BigIntegerField(null=True, blank=True)
    sorted_at = models.CharField(max_length=40)  # the list's default sort value as text
    second_at = models.CharField(max_length=40, null=True, blank=True)  # likewise, its other day
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "organisation_id", "object_id"], name="seen_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "organisation_id", "sorted_at", "object_id"], name="seen_list"),
            models.Index(
                fields=["kind", "organisation_id", "second_at", "object_id"], name="seen_second_list"
            ),
            models.Index(
                fields=["kind", "organisation_id", "pairing_id", "sorted_at", "object_id"],
                name="seen_pairing_list",
            ),
            # Whether one organisation sees one record is answered from the index alone.
            models.Index(fields=["kind", "object_id", "organisation_id", "unit_id"], name="seen_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} by {self.organisation_id}"


class Share(models.Model):
    """That a record was shared with a named guest organisation, by whom and when."""

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "organisation"], name="shared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} with {self.organisation_id}"
