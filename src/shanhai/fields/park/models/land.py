"""The land of parks: parcels with their history, the yearly quota, slope projects, and land files on their way in."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import CalledByName, Described, Named, Sourced, Versioned, choices
from shanhai.fields.park.models.parks import Park, Reservable
from shanhai.fields.park.rules import land as rules


def _mu(**kwargs: object) -> models.DecimalField:
    return models.DecimalField(max_digits=11, decimal_places=2, **kwargs)  # type: ignore[arg-type]


def _lying(*fields: str, name: str) -> models.Index:
    """An index of the parcels that no others have replaced."""
    return models.Index(fields=fields, condition=models.Q(ended_on=None), name=name)


class Bounded(models.Model):
    """An outline in WKT, degrees of CGCS2000, and the box around it in 1e-7 degrees, which finds neighbours."""

    outline = models.TextField()
    west = models.IntegerField(editable=False)
    south = models.IntegerField(editable=False)
    east = models.IntegerField(editable=False)
    north = models.IntegerField(editable=False)

    class Meta:
        abstract = True


class Parcel(Bounded, Versioned, Sourced, Reservable):
    """A parcel (地块) of a park, from the day on which it was cut out to the day on which others took its place."""

    STATE = (
        "number",
        "park_id",
        "phase_number",
        "state",
        "state_on",
        "mu",
        "user_id",
        "lessee_id",
        "allotted_on",
        "ended_on",
        "outline_sha256",
        "reserved_for",
    )

    number = models.CharField(max_length=40, unique=True)
    park = models.ForeignKey(Park, models.PROTECT, related_name="parcels")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    phase_number = models.PositiveSmallIntegerField(default=0)  # 0: in no phase
    state = models.CharField(max_length=12, choices=choices(rules.ParcelState))
    state_on = models.DateField()
    mu = _mu()
    outline_sha256 = models.CharField(max_length=64, editable=False)
    user = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    # Who works there where that is not the user: in per-mu grades the lessee carries the land.
    lessee = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    plot_grade = models.PositiveSmallIntegerField(null=True, blank=True)  # grade of industrial land, 1 to 15
    plot_ratio = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)  # at least
    density_percent = models.PositiveSmallIntegerField(null=True, blank=True)  # built-up share, at least
    allotted_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)  # the end of the right to use it
    begins_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            # Lists show what lies in the parks now, by state and park.
            _lying("zone", "number", "id", "state", "park", name="parcel_zone_number"),
            _lying("zone", "mu", "id", "state", "park", name="parcel_zone_mu"),
            _lying("zone", "state_on", "id", "state", "park", name="parcel_zone_since"),
            _lying("zone", "state", "mu", name="parcel_zone_state"),
            models.Index(fields=["pairing", "number", "id"], name="parcel_pairing_number"),
            _lying("park", "west", name="parcel_park_west"),
            models.Index(
                fields=["reserved_for"], condition=~models.Q(reserved_for=""), name="parcel_reserved_for"
            ),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(mu__gt=0), name="parcel_mu_positive")]

    def __str__(self) -> str:
        return self.number

    @property
    def title_zh(self) -> str:
        """How records call it in Chinese."""
        return f"{self.number}地块"

    @property
    def title_en(self) -> str:
        """How records call it in English."""
        return f"Parcel {self.number}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/parcels/{self.number}/"


class ParcelMove(models.Model):
    """One change of a parcel's state; the land account is the sum of these. Empty states: cut out, and replaced."""

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="moves")
    sequence = models.PositiveSmallIntegerField()  # 1 for the first
    on = models.DateField()
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    mu = _mu()
    organisation = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["parcel", "sequence"]
        constraints = [models.UniqueConstraint(fields=["parcel", "sequence"], name="parcel_move_once")]
        indexes = [models.Index(fields=["on", "parcel"], name="parcel_move_on")]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.from_state or '–'} → {self.to_state or '–'}"


class ParcelDescent(models.Model):
    """That one parcel came from another by splitting or merging."""

    parent = models.ForeignKey(Parcel, models.PROTECT, related_name="+")
    child = models.ForeignKey(Parcel, models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        ordering = ["parent", "child"]
        constraints = [models.UniqueConstraint(fields=["parent", "child"], name="parcel_descent_once")]

    def __str__(self) -> str:
        return f"{self.parent_id} → {self.child_id}"


class LandQuota(Versioned):
    """How much land a park may allot in a year (年度用地指标): the guard row of allotting."""

    STATE = ("park_id", "year", "quota_mu")
    PART_OF = "park"

    park = models.ForeignKey(Park, models.PROTECT, related_name="quotas")
    year = models.PositiveSmallIntegerField()
    quota_mu = _mu()
    used_mu = _mu(default=0)

    class Meta:
        ordering = ["park", "year"]
        constraints = [
            models.UniqueConstraint(fields=["park", "year"], name="quota_of_year"),
            models.CheckConstraint(
                condition=models.Q(used_mu__gte=0, used_mu__lte=models.F("quota_mu")), name="quota_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park_id} {self.year}: {self.quota_mu} mu"


class SlopeProject(Described, CalledByName, Bounded, Named, Versioned, Sourced):
    """Land made from low hills and gentle slopes (低丘缓坡开发项目): its approval, its cost and what it took."""

    STATE = ("number", "park_id", "state", "approval_number", "approved_on", "gained_mu", "accepted_on")

    number = models.CharField(max_length=40, unique=True)
    park = models.ForeignKey(Park, models.PROTECT, related_name="slope_projects")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=choices(rules.SlopeState), default="proposed")
    approval_number = models.CharField(max_length=80, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    gross_mu = _mu()  # geodesic, of the outline
    mean_slope_degrees = models.DecimalField(max_digits=4, decimal_places=1)
    cost_per_mu_fen = models.BigIntegerField(null=True, blank=True)
    gained_mu = _mu()
    farmland_lost_mu = _mu(default=0)
    farmland_compensated_mu = _mu(default=0)
    forest_lost_mu = _mu(default=0)
    forest_compensated_mu = _mu(default=0)
    accepted_on = models.DateField(null=True, blank=True)
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["zone", "number", "id"], name="slope_zone_number"),
            models.Index(fields=["zone", "approved_on", "id"], name="slope_zone_approved"),
            models.Index(fields=["zone", "gained_mu", "id"], name="slope_zone_gained"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gained_mu__gte=0, gained_mu__lte=models.F("gross_mu")),
                name="slope_gain_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh[:60]}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/slopes/{self.number}/"


class LandImport(Versioned):
    """A land file that was read and compared, and waits for the word to be written."""

    park = models.ForeignKey(Park, models.PROTECT, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=40)  # the coordinate reference that was taken
    plan = models.TextField()  # canonical JSON of rules.land_plan.Plan
    read_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["park", "id"], name="land_import_park")]

    def __str__(self) -> str:
        return f"{self.file_name[:60]} ({self.pk})"
