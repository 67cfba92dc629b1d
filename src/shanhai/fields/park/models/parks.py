"""Parks with their phases, and clusters with their industries and chains."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import CalledByName, Described, Named, Sourced, Versioned, choices
from shanhai.fields.park.rules import parks as rules


class Reservable(models.Model):
    """Land that may be kept (预留) for somebody by number, a lead mostly; the row itself is the guard."""

    reserved_for = models.CharField(max_length=40, blank=True)
    reserved_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Park(Described, CalledByName, Named, Versioned, Sourced):
    """A joint industrial park (园区) of a pairing: at home in the mountains, or an enclave on the partner's land.

    Whoever has a seat in its pairing sees it and its land.
    """

    STATE = (
        "number",
        "kind",
        "name_zh",
        "name_en",
        "region_id",
        "company_id",
        "planned_mu",
        "opened_on",
        "outline",
    )

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=choices(rules.ParkKind))
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+")  # where it stands
    company = models.ForeignKey(  # the joint park company
        "core.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    planned_mu = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    # The sum of its parcels: the guard row of all that draws land in it, moved first.
    parcelled_mu = models.DecimalField(max_digits=11, decimal_places=2, default=0)
    opened_on = models.DateField(null=True, blank=True)
    outline = models.TextField(blank=True)  # WKT in degrees of CGCS2000; its parcels lie within
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)

    class Meta:
        ordering = ["name_sort", "id"]
        indexes = [
            models.Index(fields=["zone", "name_sort", "id"], name="park_zone_name"),
            models.Index(fields=["pairing", "name_sort", "id"], name="park_pairing_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(planned_mu=None) | models.Q(planned_mu__gt=0), name="park_planned_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh[:60]}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/parks/{self.number}/"


class Phase(Versioned, Sourced):
    """A phase (期) of a park: so much of its land, from a day on."""

    STATE = ("park_id", "number", "planned_mu", "begins_on", "ends_on")
    PART_OF = "park"

    park = models.ForeignKey(Park, models.PROTECT, related_name="phases")
    number = models.PositiveSmallIntegerField()  # 1 for the first
    planned_mu = models.DecimalField(max_digits=11, decimal_places=2)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["park", "number"]
        constraints = [
            models.UniqueConstraint(fields=["park", "number"], name="phase_of_park"),
            models.CheckConstraint(condition=models.Q(planned_mu__gt=0), name="phase_planned_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.park_id} phase {self.number}"


class Infrastructure(Versioned, Sourced):
    """What a park has of roads, water, power and the like (基础设施), as a whole or in one phase."""

    STATE = ("park_id", "phase_number", "kind", "state", "since")
    PART_OF = "park"

    park = models.ForeignKey(Park, models.PROTECT, related_name="infrastructure")
    phase_number = models.PositiveSmallIntegerField(default=0)  # 0: the park as a whole
    kind = models.CharField(max_length=10, choices=choices(rules.Utility))
    state = models.CharField(max_length=12, choices=choices(rules.UtilityState))
    since = models.DateField()  # in this state
    capacity = models.CharField(max_length=120, blank=True)  # "20,000 t/d", as papers have it

    class Meta:
        ordering = ["park", "phase_number", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["park", "phase_number", "kind"], name="infrastructure_of_park"),
        ]

    def __str__(self) -> str:
        return f"{self.park_id} {self.kind} ({self.phase_number})"


class Cluster(Described, CalledByName, Named, Versioned, Sourced):
    """A cluster of industries (产业集群) that a zone builds up."""

    STATE = ("code", "name_zh", "name_en", "group")

    code = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    group = models.CharField(max_length=10, choices=choices(rules.Group), default="industry")
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["zone", "code", "id"], name="cluster_zone_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh[:60]}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/clusters/{self.code}/"


class ClusterIndustry(Versioned):
    """A code of GB/T 4754 that belongs to a cluster, from a day on and perhaps to one: the classification moves."""

    STATE = ("cluster_id", "industry", "begins_on", "ends_on")
    PART_OF = "cluster"

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="industries")
    industry = models.CharField(max_length=5)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["cluster", "industry", "begins_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "industry", "begins_on"], name="cluster_industry_from_day"
            ),
        ]


class ChainLink(Named, Versioned):
    """A link (环节) of a cluster's chain; without firms it is a gap that leads may fill."""

    STATE = ("cluster_id", "code", "name_zh", "name_en", "position", "industries")
    PART_OF = "cluster"

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="links")
    code = models.CharField(max_length=40)
    position = models.CharField(max_length=10, choices=choices(rules.Position))
    industries = models.CharField(max_length=120, blank=True)  # codes of GB/T 4754, a blank between

    class Meta:
        ordering = ["cluster", "code"]
        constraints = [models.UniqueConstraint(fields=["cluster", "code"], name="chain_link_of_cluster")]


class ChainFirm(Versioned):
    """A firm on a link of a chain."""

    STATE = ("link_id", "organisation_id")
    PART_OF = "link"

    link = models.ForeignKey(ChainLink, models.PROTECT, related_name="firms")
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["link", "organisation"]
        constraints = [models.UniqueConstraint(fields=["link", "organisation"], name="chain_firm_of_link")]
