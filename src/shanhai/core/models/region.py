"""Regions by the levels of GB/T 2260 down to the village."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Named, Versioned


class Region(Named, Versioned):
    """One administrative region (行政区划), as it was between two dates."""

    class Level(models.TextChoices):
        PROVINCE = "province"
        CITY = "city"
        COUNTY = "county"
        TOWNSHIP = "township"
        VILLAGE = "village"

    STATE = ("code", "name_zh", "name_en", "level", "valid_from", "valid_to")

    code = models.CharField(max_length=12, unique=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    # Ring of "x y" pairs for the schematic map of the zone; empty where none was drawn.
    outline = models.TextField(blank=True)
    # Where its government sits, as "longitude latitude" in degrees; empty where nobody has said it.
    seat = models.CharField(max_length=40, blank=True)
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        indexes = [
            models.Index(fields=["level", "code"], name="region_level_code"),
            models.Index(fields=["name_sort", "id"], name="region_name"),
            models.Index(fields=["parent", "code"], name="region_parent_code"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None)
                | models.Q(valid_from=None)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="region_valid_forwards",
            ),
        ]

    @property
    def seat_at(self) -> tuple[float, float] | None:
        """Longitude and latitude of its seat in degrees, where they are known."""
        east, _, north = self.seat.partition(" ")
        return (float(east), float(north)) if north else None


class RegionChange(models.Model):
    """A dated change of a region: renamed, recoded, merged, split off, abolished, founded."""

    class Kind(models.TextChoices):
        FOUNDED = "founded"
        RENAMED = "renamed"
        RECODED = "recoded"
        MERGED = "merged"
        SPLIT = "split"
        ABOLISHED = "abolished"
        MOVED = "moved"

    region = models.ForeignKey(Region, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    before = models.CharField(max_length=160, blank=True)
    after = models.CharField(max_length=160, blank=True)
    into = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="taken_in")
    source = models.CharField(max_length=200, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.region_id} {self.kind} {self.on}"
