"""Enterprises of a park: their profile, the plots that they use, when they were above scale, who files for them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from shanhai.core.models.base import OfOrganisation, Sourced, Versioned, choices
from shanhai.fields.park.rules import firms as rules

SIDES = [("", ""), ("mountain", "mountain"), ("sea", "sea")]
HERITAGE = [("", ""), *((one, one) for one in ("county", "city", "province", "nation"))]


class Firm(OfOrganisation, Versioned, Sourced):
    """An enterprise (企业) in a park; its name, credit code and address stand with its organisation.

    ``own_mu``, ``leased_mu`` and ``let_mu`` are guards over its plots of today, moved with them: nobody lets more than is
    there. Staff, grade and tax per mu are those of the latest year that was reported or published, kept for the list.
    """

    STATE = (
        "organisation_id",
        "park_id",
        "cluster_id",
        "industry",
        "came_from",
        "opened_on",
        "producing_on",
        "is_utility",
        "masters_n",
        "heritage",
        "is_gi",
        "group_id",
        "above_scale_on",
        "left_on",
    )

    organisation = models.OneToOneField("core.Organisation", models.PROTECT, related_name="+")
    park = models.ForeignKey("park.Park", models.PROTECT, related_name="park_firms")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    cluster = models.ForeignKey(
        "park.Cluster", models.PROTECT, null=True, blank=True, related_name="park_firms"
    )
    name_sort = models.CharField(max_length=200, editable=False)
    industry = models.CharField(max_length=5, blank=True)  # GB/T 4754
    came_from = models.CharField(max_length=10, choices=SIDES, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    producing_on = models.DateField(null=True, blank=True)
    is_utility = models.BooleanField(default=False)
    # What a craft is known by: masters among its people, the list its heritage stands on, a geographical indication.
    masters_n = models.PositiveSmallIntegerField(default=0)
    heritage = models.CharField(max_length=10, choices=HERITAGE, blank=True)
    is_gi = models.BooleanField(default=False)
    # The head of the group in which it is graded; its members share one grade.
    group = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    above_scale_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)  # no longer in the park
    own_mu = models.DecimalField(max_digits=11, decimal_places=2, default=Decimal(0))
    leased_mu = models.DecimalField(max_digits=11, decimal_places=2, default=Decimal(0))
    let_mu = models.DecimalField(max_digits=11, decimal_places=2, default=Decimal(0))
    land_mu = models.DecimalField(max_digits=11, decimal_places=2, default=Decimal(0))  # what it carries
    staff_n = models.PositiveIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=1, blank=True)
    graded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    # In 10,000 yuan, as grades publish it.
    tax_per_mu = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["name_sort", "id"]
        indexes = [
            models.Index(fields=["zone", "name_sort", "id"], name="firm_zone_name"),
            models.Index(fields=["zone", "land_mu", "id"], name="firm_zone_land"),
            models.Index(fields=["zone", "tax_per_mu", "id"], name="firm_zone_tax"),
            # The median of those that are there is found in it.
            models.Index(
                fields=["zone", "tax_per_mu", "pairing"],
                condition=models.Q(left_on=None, tax_per_mu__isnull=False),
                name="firm_zone_median",
            ),
            models.Index(fields=["zone", "staff_n", "id"], name="firm_zone_staff"),
            models.Index(fields=["pairing", "name_sort", "id"], name="firm_pairing_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(let_mu__gte=0, let_mu__lte=models.F("own_mu") + models.F("leased_mu")),
                name="firm_lets_what_it_has",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_above_scale(self) -> bool:
        """Whether it is above scale today."""
        return self.above_scale_on is not None

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/park/firms/{self.code}/"


class Holding(Versioned):
    """A plot (用地) that an enterprise uses: its own, or leased; the lessee carries its land in place of the lessor."""

    STATE = ("firm_id", "plot", "tenure", "land_mu", "lessor_id", "begins_on", "ends_on")
    PART_OF = "firm"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="holdings")
    plot = models.CharField(max_length=40)  # code of the parcel or plant
    tenure = models.CharField(max_length=6, choices=choices(rules.Tenure))
    land_mu = models.DecimalField(max_digits=11, decimal_places=2)
    # Empty where it is leased from somebody who is no enterprise of a park.
    lessor = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="lettings")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day

    class Meta:
        ordering = ["firm", "plot", "begins_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["firm", "plot", "begins_on"], name="holding_of_firm"),
            models.CheckConstraint(condition=models.Q(land_mu__gt=0), name="holding_land_positive"),
            models.CheckConstraint(
                condition=models.Q(lessor=None) | ~models.Q(lessor=models.F("firm")),
                name="holding_not_from_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.plot}"


class ScaleSpell(Versioned):
    """A time in which an enterprise was above scale (规上), and by what revenue it got there."""

    STATE = ("firm_id", "begins_on", "ends_on", "revenue_fen")
    PART_OF = "firm"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="spells")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the first day below
    revenue_fen = models.BigIntegerField(null=True, blank=True)
    rule_hash = models.CharField(max_length=64, blank=True)  # of the threshold that was asked
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["firm", "begins_on"]
        constraints = [models.UniqueConstraint(fields=["firm", "begins_on"], name="spell_of_firm")]
        indexes = [models.Index(fields=["begins_on", "firm"], name="spell_begins")]


class Agency(Versioned):
    """An agent (代办机构) that files for an enterprise: its people see what the enterprise sees."""

    STATE = ("firm_id", "agent_id", "begins_on", "ends_on")
    PART_OF = "firm"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="agencies")
    agent = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["firm", "begins_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "agent"], condition=models.Q(ends_on=None), name="agent_of_firm_once"
            ),
        ]
        indexes = [models.Index(fields=["agent", "firm"], name="agency_agent")]
