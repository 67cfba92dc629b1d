"""How each commitment in force stands: one row that lists sort, filter and count by."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, choices
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models.commitments import Commitment

# Name of the sort, and the columns that carry it after what restricts the list.
STANDING_SORTS = {
    "field": ("place", "code"),
    "code": ("code",),
    "agreement": ("agreement_number", "code"),
    "owes": ("owes", "due_on"),
    "due_on": ("due_on",),
    "status": ("urgency", "due_on"),
}


def _asked(sort: str) -> tuple[str, ...]:
    """What filters ask of an index; the one by place has each field as a stretch of its own."""
    return ("owes", "urgency") if sort == "field" else ("owes", "urgency", "field")


class CommitmentStanding(InPairing):
    """How a commitment in force stands on a day (现状). A commitment of a draft or of an ended agreement has none.

    Progress follows from deliveries, indicators and the day. Computing it for each row of a list would read them all
    for one page, so it is kept here: moved in the transaction of the action, anew for each day by the tick, and held
    against a fresh computation by ``shanhai check``. Lists, counts and the home page read it; the home page computes
    where a row is of another day.
    """

    commitment = models.OneToOneField(Commitment, models.CASCADE, related_name="standing_today")
    # 1 where the pairing is nested in its zone, 0 where it is the zone. A number, since SQLite walks no index by a
    # bare yes or no.
    nested = models.PositiveSmallIntegerField()
    # Repeats of the commitment, so that each sort reads one index of one table.
    code = models.CharField(max_length=40)
    agreement_number = models.CharField(max_length=40)
    field = models.CharField(max_length=12)
    # By field as the menu has them, then by rank.
    place = models.PositiveIntegerField()
    owes = models.CharField(max_length=8)
    is_main = models.BooleanField()
    # The day that the rest holds for.
    on = models.DateField()
    phase = models.CharField(max_length=9, choices=choices(rules.Phase))
    status = models.CharField(max_length=11, choices=choices(rules.Status))
    # Place of the status in ``rules.URGENCY``: what needs the reader first comes first.
    urgency = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    label = models.CharField(max_length=12, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    promised = models.DecimalField(max_digits=24, decimal_places=4)
    delivered = models.DecimalField(max_digits=24, decimal_places=4)
    unconfirmed = models.DecimalField(max_digits=24, decimal_places=4)
    planned = models.DecimalField(max_digits=24, decimal_places=4)
    pace = models.DecimalField(max_digits=24, decimal_places=4)
    forecast = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    low = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    basis = models.CharField(max_length=9)
    late_since = models.DateField(null=True, blank=True)
    missing = models.DecimalField(max_digits=24, decimal_places=4)
    kept_on = models.DateField(null=True, blank=True)
    is_illustrative = models.BooleanField()

    class Meta:
        ordering = ["place", "code"]
        indexes = [
            # What filters ask stands behind the sort: rows that do not fit are left out before they are looked up.
            models.Index(
                fields=[
                    *lead,
                    "phase",
                    *fields,
                    "id",
                    *(name for name in _asked(sort) if name not in fields),
                ],
                name=f"standing_{lead[0]}_{sort}",
            )
            for lead in (("pairing",), ("zone", "nested"))
            for sort, fields in STANDING_SORTS.items()
        ] + [
            # One status in the order that the list has by itself; else all of that status would be sorted.
            models.Index(
                fields=["pairing", "phase", "urgency", "place", "code", "id"],
                name="standing_pairing_of_status",
            ),
            models.Index(
                fields=["zone", "nested", "phase", "urgency", "place", "code", "id"],
                name="standing_zone_of_status",
            ),
            models.Index(fields=["on", "id"], name="standing_on"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.on} {self.status}"
