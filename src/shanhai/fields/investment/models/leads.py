"""Leads: who might invest, what is known of it, how it was spoken to, and what capital came in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from shanhai.core.models.base import (
    CalledByName,
    InPairing,
    Named,
    Sourced,
    Versioned,
    Worded,
    choices,
    in_language,
)
from shanhai.core.models.visibility import Visible
from shanhai.fields.investment.rules import leads as rules

FACTS = (
    "investor_zh", "investor_en", "kind", "industry", "process_zh", "process_en", "investment_fen", "invested_before_fen",
    "land_mu", "plant_m2", "energy_tce", "water_m3", "emissions_t", "output_fen", "tax_fen", "jobs", "skills_zh", "skills_en",
    "start_on", "producing_on", "currency", "contract_amount", "rate", "rate_on", "base_tax_fen", "base_year", "site_zh",
    "site_en",
)  # fmt: skip
_FILTERED = ("stage", "kind", "registered_on", "introduced_by")
DUES = ("contact_due_on", "triage_due_on", "feedback_due_on", "follow_due_on")


class Lead(CalledByName, Named, Visible, InPairing, Sourced, Versioned):
    """An investment lead (招商线索): somebody who might build something here. Counted once, however often it was brought."""

    STATE = (
        "number", "name_zh", "name_en", *FACTS, "counted_fen", "investor_id", "introduced_by_id", "introducer_id",
        "introducer_side", "stage", "stage_on", "unit_id", "contacted_on", "triaged_on", "fed_back_on", "followed_on",
        "with_experts", *DUES, "entry_score", "merged_into_id", "duplicates_n", "transferred_to_id", "credit_percent",
        "project_id", "paid_in_fen", "reach",
    )  # fmt: skip

    number = models.CharField(max_length=40, unique=True)
    investor_zh = models.CharField(max_length=120, blank=True)
    investor_en = models.CharField(max_length=160, blank=True)
    # The investor among our organisations, where it is one.
    investor = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=choices(rules.LeadKind), default="new")
    industry = models.CharField(max_length=5, blank=True)  # GB/T 4754
    process_zh = models.CharField(max_length=300, blank=True)
    process_en = models.CharField(max_length=400, blank=True)
    introduced_by = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    introducer = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # Whose doing it is: the side of who introduced it, else of who registered it.
    introducer_side = models.CharField(max_length=10, blank=True)
    investment_fen = models.BigIntegerField(null=True, blank=True)  # after it, in all
    invested_before_fen = models.BigIntegerField(null=True, blank=True)  # of it, before a capital increase
    counted_fen = models.BigIntegerField(null=True, blank=True)
    land_mu = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    plant_m2 = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    energy_tce = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)  # a year
    water_m3 = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)  # a year
    emissions_t = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)  # a year
    output_fen = models.BigIntegerField(null=True, blank=True)  # a year
    tax_fen = models.BigIntegerField(null=True, blank=True)  # a year
    jobs = models.PositiveIntegerField(null=True, blank=True)
    skills_zh = models.CharField(max_length=300, blank=True)
    skills_en = models.CharField(max_length=400, blank=True)
    start_on = models.DateField(null=True, blank=True)
    producing_on = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)  # ISO 4217
    contract_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)  # yuan for one unit
    rate_on = models.DateField(null=True, blank=True)
    # Tax that it paid on the sea side in its last full year there: the base of what is shared.
    base_tax_fen = models.BigIntegerField(null=True, blank=True)
    base_year = models.PositiveSmallIntegerField(null=True, blank=True)
    site_zh = models.CharField(max_length=120, blank=True)  # the vacated plot or plant
    site_en = models.CharField(max_length=160, blank=True)

    stage = models.CharField(max_length=11, choices=choices(rules.LeadStage), default="registered")
    stage_on = models.DateField()
    registered_on = models.DateField()
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")  # who holds it
    contacted_on = models.DateField(null=True, blank=True)
    triaged_on = models.DateField(null=True, blank=True)
    fed_back_on = models.DateField(null=True, blank=True)
    followed_on = models.DateField(null=True, blank=True)  # the last contact
    with_experts = models.BooleanField(default=False)
    contact_due_on = models.DateField(null=True, blank=True)
    triage_due_on = models.DateField(null=True, blank=True)
    feedback_due_on = models.DateField(null=True, blank=True)
    follow_due_on = models.DateField(null=True, blank=True)
    next_due_on = models.DateField(null=True, blank=True)  # the earliest of the clocks that run
    entry_score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    stage_was = models.CharField(max_length=11, blank=True)  # from where it left its way
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    duplicates_n = models.PositiveIntegerField(default=0)
    transferred_to = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    credit_percent = models.PositiveSmallIntegerField(null=True, blank=True)  # kept by who first talked
    project = models.ForeignKey(
        "investment.Project", models.PROTECT, null=True, blank=True, related_name="leads"
    )
    paid_in_fen = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-registered_on", "-id"]
        indexes = [
            models.Index(
                fields=["zone", "registered_on", "id", "stage", "kind"], name="lead_zone_registered"
            ),
            # What filters leave out is left out of the index: a row of the table is read for each that is shown.
            models.Index(fields=["zone", "next_due_on", "id", *_FILTERED], name="lead_zone_due"),
            models.Index(fields=["zone", "counted_fen", "id", *_FILTERED], name="lead_zone_counted"),
            models.Index(fields=["zone", "name_sort", "id", *_FILTERED], name="lead_zone_name"),
            models.Index(fields=["zone", "stage", "registered_on", "id"], name="lead_zone_stage"),
            models.Index(
                fields=["zone", "introduced_by", "registered_on", "id"], name="lead_zone_introduced"
            ),
            models.Index(fields=["pairing", "registered_on", "id"], name="lead_pairing_registered"),
            models.Index(fields=["next_due_on", "id"], name="lead_due"),
            models.Index(fields=["unit", "next_due_on", "stage"], name="lead_unit_due"),
            models.Index(fields=["pairing", "stage", "stage_on", "id"], name="lead_pairing_stage"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="lead_not_into_itself"),
            models.CheckConstraint(
                condition=Q(stage="duplicate", merged_into__isnull=False)
                | (~Q(stage="duplicate") & Q(merged_into__isnull=True)),
                name="lead_merged_into",
            ),
            models.CheckConstraint(
                condition=~Q(stage="signed") | Q(project__isnull=False), name="lead_signed_is_project"
            ),
            models.CheckConstraint(condition=Q(paid_in_fen__gte=0), name="lead_paid_not_below"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh[:60]}"

    @property
    def investor_said(self) -> str:
        """Who might invest, in the reader's language."""
        return in_language(self.investor_zh, self.investor_en)

    @property
    def process(self) -> str:
        """What it makes and how, in the reader's language."""
        return in_language(self.process_zh, self.process_en)

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of it, by name; None where nobody has said."""
        found = {name: getattr(self, name) for name in FACTS}
        return {name: None if value == "" else value for name, value in found.items()}

    @property
    def is_introduced(self) -> bool:
        """Whether somebody waits to hear what became of it."""
        return self.introduced_by_id is not None or self.introducer_id is not None

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.stage in rules.OPEN

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/leads/{self.number}/"


class LeadName(models.Model):
    """A key under which a name of a lead’s investor is found, in whatever spelling it is asked for (``queries.duplicates``)."""

    SHOWN_WITH = "lead"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="names")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    # What it is called, as it is written and in letters: most names are told apart by these alone.
    brand = models.CharField(max_length=160)
    key = models.CharField(max_length=400)
    block = models.CharField(max_length=40)

    class Meta:
        ordering = ["lead", "id"]
        indexes = [models.Index(fields=["zone", "block", "lead"], name="lead_name_block")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.block}"


class Contact(Worded, models.Model):
    """One entry of the log of a lead (联络记录): when it was spoken to, how, with whom, and what was said."""

    SHOWN_WITH = "lead"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="contacts")
    on = models.DateField()
    way = models.CharField(max_length=8, choices=choices(rules.Way))
    people = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["lead", "on", "id"]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.on} {self.way}"


class PaidIn(Versioned):
    """Capital that came in for a lead (到位资金), in yuan and in the money in which it came; never deleted, only taken back."""

    STATE = ("on", "amount_fen", "taken_back_on")
    SHOWN_WITH = "lead"
    PART_OF = "lead"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="payments")
    number = models.PositiveSmallIntegerField()  # of its lead
    on = models.DateField()
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    evidence = models.CharField(max_length=200)
    taken_back_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["lead", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "number"], name="paid_in_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="paid_in_above_zero"),
        ]
        indexes = [models.Index(fields=["on", "lead"], name="paid_in_on")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.number}"
