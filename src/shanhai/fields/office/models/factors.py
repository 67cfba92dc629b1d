"""Factor requests, the pools that they are granted from, and what was granted."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from shanhai.core.models.base import Titled, Versioned, Worded, choices, in_language
from shanhai.fields.office.models.base import OfficeRecord
from shanhai.fields.office.rules import factors as rules
from shanhai.fields.office.rules.problems import Level

MEASURES = [(one, one) for one in rules.MEASURES]


class FactorPool(OfficeRecord, Versioned):
    """What an organisation may grant of a factor in a year (要素盘子); ``granted`` is the guard of its requests."""

    STATE = ("organisation_id", "measure", "year", "available", "granted", "reach")

    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    measure = models.CharField(max_length=8, choices=MEASURES)
    year = models.PositiveSmallIntegerField()
    # In the smallest steps of the measure, as everywhere here.
    available = models.BigIntegerField()
    granted = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-year", "organisation", "measure"]
        indexes = [models.Index(fields=["zone", "year", "id"], name="factor_pool_zone_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "organisation", "measure", "year"], name="factor_pool_once"
            ),
            models.CheckConstraint(
                condition=Q(granted__gte=0, available__gte=F("granted")), name="factor_pool_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.measure} {self.year}"

    @property
    def kind(self) -> str:
        """Which factor it is."""
        return rules.MEASURES[self.measure].kind

    @property
    def left(self) -> int:
        """What is left, in steps."""
        return self.available - self.granted


class FactorRequest(Titled, Worded, OfficeRecord, Versioned):
    """A request for a factor (要素保障申请): land quota, energy, funds, talent; it stands in one queue until it is served."""

    STATE = (
        "number",
        "stage",
        "measure",
        "quantity",
        "granted",
        "priority",
        "needed_by",
        "level",
        "unit_id",
        "since_on",
        "reach",
    )

    number = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    kind = models.CharField(max_length=8, choices=choices(rules.Kind))
    measure = models.CharField(max_length=8, choices=MEASURES)
    quantity = models.BigIntegerField()
    granted = models.BigIntegerField(default=0)
    needs_whole = models.BooleanField(default=False)
    # For whom, who is told, and the record of any field that it is about.
    asker = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    asker_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    record_kind = models.CharField(max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True, blank=True)
    is_park = models.BooleanField(default=False)
    park_reason = models.CharField(max_length=300, blank=True)
    # The place in the order by class, and the rule that gave it as it stood then.
    priority = models.PositiveSmallIntegerField()
    priority_rule = models.JSONField(default=dict)
    asked_on = models.DateField()
    needed_by = models.DateField()
    stage = models.CharField(max_length=10, choices=choices(rules.Stage), default="waiting")
    # Who fulfils it: one queue for each organisation and measure; who has it now and since when.
    fulfiller = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    handler = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=choices(Level), default="handler")
    since_on = models.DateField()
    first_granted_on = models.DateField(null=True, blank=True)
    fulfilled_on = models.DateField(null=True, blank=True)
    # Working days from asking: to the first grant, to the whole.
    first_days = models.PositiveSmallIntegerField(null=True, blank=True)
    fulfilled_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    reason_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["priority", "needed_by", "asked_on", "number"]
        indexes = [
            models.Index(
                fields=["zone", "priority", "needed_by", "asked_on", "id"], name="factor_zone_queue"
            ),
            models.Index(fields=["zone", "asked_on", "id"], name="factor_zone_asked"),
            models.Index(fields=["fulfiller", "measure", "zone", "stage"], name="factor_queue"),
            models.Index(fields=["stage", "since_on", "id"], name="factor_stage_since"),
            models.Index(fields=["pairing", "fulfilled_on", "id"], name="factor_pairing_fulfilled"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, granted__gte=0, quantity__gte=F("granted")),
                name="factor_granted_within_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh[:60]}"

    @property
    def reason_said(self) -> str:
        """Why it was refused or withdrawn, in the reader's language."""
        return in_language(self.reason, self.reason_en)

    @property
    def missing(self) -> int:
        """What is not granted yet, in steps."""
        return self.quantity - self.granted

    @property
    def quantity_exact(self) -> Decimal:
        """What is asked for, in its measure."""
        return rules.quantity_of(self.quantity, self.measure)

    @property
    def place(self) -> rules.Place:
        """It as the queue sees it."""
        return rules.Place(
            self.number, self.priority, self.needed_by, self.asked_on, self.missing, self.needs_whole
        )

    @property
    def is_waiting(self) -> bool:
        """Whether it stands in the queue."""
        return self.stage in rules.IN_QUEUE

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/office/factors/{self.number}/"


class FactorGrant(models.Model):
    """What was granted of a request, from which pool and by which paper; one that is taken back stays to be read."""

    request = models.ForeignKey(FactorRequest, models.CASCADE, related_name="grants")
    pool = models.ForeignKey(FactorPool, models.PROTECT, null=True, blank=True, related_name="grants")
    quantity = models.BigIntegerField()
    on = models.DateField()
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    # The paper that shows it: one that is filed here, or its name and number.
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.CharField(max_length=200)
    taken_back_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["request", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="factor_grant_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.quantity} {self.on}"


class FactorPassing(models.Model):
    """That a grant passed over a request that stood before it and could be served, and why."""

    grant = models.ForeignKey(FactorGrant, models.CASCADE, related_name="passings")
    over = models.ForeignKey(FactorRequest, models.CASCADE, related_name="passed_over")
    on = models.DateField()
    reason = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["grant", "id"]
        indexes = [models.Index(fields=["on", "id"], name="factor_passing_on")]
        constraints = [models.UniqueConstraint(fields=["grant", "over"], name="factor_passed_once")]

    def __str__(self) -> str:
        return f"{self.grant_id} over {self.over_id}"

    @property
    def reason_said(self) -> str:
        """Why, in the reader's language."""
        return in_language(self.reason, self.reason_en)


class FactorStep(Worded, models.Model):
    """One thing that happened to a request: what its timeline shows. Kept by the actions beside the journal."""

    class What(models.TextChoices):
        ASKED = "asked"
        CLIMBED = "climbed"
        GRANTED = "granted"
        TAKEN_BACK = "taken_back"
        PASSED_OVER = "passed_over"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        REOPENED = "reopened"

    request = models.ForeignKey(FactorRequest, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=11, choices=What.choices)
    on = models.DateField()
    level = models.CharField(max_length=8, choices=choices(Level))
    unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    quantity = models.BigIntegerField(default=0)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)

    class Meta:
        ordering = ["request", "id"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.what} {self.on}"
