"""Proposals: who had the idea, which paper adopted it, since when it holds, and what it changed."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Titled, Versioned, Worded, choices, in_language
from shanhai.fields.office.models.base import FIELD_CHOICES, OfficeRecord
from shanhai.fields.office.rules import proposals as rules


class Proposal(Titled, Worded, OfficeRecord, Versioned):
    """A proposal (建议) with its author, its adoption, its day in force and its effect."""

    STATE = ("number", "title_zh", "stage", "proposed_on", "adopted_on", "in_force_on", "reach")

    number = models.CharField(max_length=40, unique=True)
    field = models.CharField(max_length=12, choices=FIELD_CHOICES, default="partnership")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    # The author keeps the name under which they proposed it, whatever becomes of their membership.
    author = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    author_zh = models.CharField(max_length=120)
    author_en = models.CharField(max_length=160, blank=True)
    stage = models.CharField(max_length=9, choices=choices(rules.Stage), default="proposed")
    proposed_on = models.DateField()
    # How exactly the source gives the days: "early 2016" is a year, "September 2016" a month.
    proposed_to = models.CharField(max_length=7, choices=choices(rules.Exactness), default="day")
    adopted_on = models.DateField(null=True, blank=True)
    adopted_to = models.CharField(max_length=7, choices=choices(rules.Exactness), default="day")
    adopted_by_zh = models.CharField(max_length=160, blank=True)
    adopted_by_en = models.CharField(max_length=200, blank=True)
    # The paper that adopted it: filed here, or named by its number.
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    paper_zh = models.CharField(max_length=200, blank=True)
    paper_en = models.CharField(max_length=240, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    in_force_to = models.CharField(max_length=7, choices=choices(rules.Exactness), default="day")
    withdrawn_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-proposed_on", "-id"]
        indexes = [
            models.Index(fields=["zone", "proposed_on", "id"], name="proposal_zone_proposed"),
            models.Index(fields=["pairing", "proposed_on", "id"], name="proposal_pairing_proposed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(stage="effective") | models.Q(in_force_on__isnull=False),
                name="proposal_in_force_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh[:60]}"

    @property
    def author_name(self) -> str:
        """The author in the reader's language."""
        return in_language(self.author_zh, self.author_en)

    @property
    def adopted_by(self) -> str:
        """Who adopted it, in the reader's language."""
        return in_language(self.adopted_by_zh, self.adopted_by_en)

    @property
    def paper(self) -> str:
        """The paper that adopted it, in the reader's language."""
        return in_language(self.paper_zh, self.paper_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/office/proposals/{self.number}/"


class ProposalEffect(Versioned):
    """What a proposal changed: one figure before and after, or the change alone where the source gives no more."""

    STATE = ("before", "after", "change_percent", "dropped_on")
    SHOWN_WITH = "proposal"  # Its journal is read by those who see the proposal.

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="effects")
    what_zh = models.CharField(max_length=120)
    what_en = models.CharField(max_length=160, blank=True)
    # A registered indicator where one measures it: then before and after were read from it on the day of writing.
    indicator = models.CharField(max_length=80, blank=True)
    before = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    after = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    change_percent = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    unit_zh = models.CharField(max_length=20, blank=True)
    unit_en = models.CharField(max_length=30, blank=True)
    # Periods as the house writes them: "2016", "2016Q3", "2016-09"; empty where the source names none.
    period_before = models.CharField(max_length=10, blank=True)
    period_after = models.CharField(max_length=10, blank=True)
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)
    dropped_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["proposal", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(before__isnull=False, after__isnull=False)
                | models.Q(change_percent__isnull=False),
                name="effect_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.what_zh}"

    @property
    def what(self) -> str:
        """What changed, in the reader's language."""
        return in_language(self.what_zh, self.what_en)

    @property
    def unit(self) -> str:
        """Its unit in the reader's language."""
        return in_language(self.unit_zh, self.unit_en)

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``."""
        return "illustrative" if self.is_illustrative else "reported"

    @property
    def pairing_id(self) -> int:
        """The proposal's pairing, for access and journal."""
        return self.proposal.pairing_id
