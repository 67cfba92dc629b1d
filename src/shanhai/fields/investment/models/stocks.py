"""Potential stocks: the candidates with their evidence, the seats of the committee, the milestones with the aid that hangs on them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import InPairing, Sourced, Versioned, choices, in_language
from shanhai.core.models.visibility import Visible
from shanhai.fields.investment.rules import stocks as rules

_FEN: dict[str, Any] = {"null": True, "blank": True}


class Stock(InPairing, Visible, Sourced, Versioned):
    """A potential stock (潜力股): an enterprise of the park or a lead, below the threshold today, with evidence of growth."""

    STATE = (
        "number", "organisation_id", "lead_id", "stage", "proposed_on", "decided_on", "year", "revenue_fen",
        "revenue_before_fen", "rd_fen", "orders_fen", "patents", "score", "reach",
    )  # fmt: skip

    number = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    lead = models.ForeignKey("investment.Lead", models.PROTECT, null=True, blank=True, related_name="stocks")
    stage = models.CharField(max_length=10, choices=choices(rules.StockStage), default="proposed")
    proposed_on = models.DateField()
    decided_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # of the decision, or of the withdrawal
    year = models.PositiveSmallIntegerField()  # the last full year of the evidence
    revenue_fen = models.BigIntegerField(**_FEN)
    revenue_before_fen = models.BigIntegerField(**_FEN)  # three years earlier
    rd_fen = models.BigIntegerField(**_FEN)
    orders_fen = models.BigIntegerField(**_FEN)  # in hand when it was proposed
    patents = models.PositiveIntegerField(null=True, blank=True)  # granted in the last three years
    # What shows each of them.
    revenue_source = models.CharField(max_length=200, blank=True)
    rd_source = models.CharField(max_length=200, blank=True)
    orders_source = models.CharField(max_length=200, blank=True)
    patents_source = models.CharField(max_length=200, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    used = models.JSONField(default=list)  # the values of the rulebook that the score used

    class Meta:
        ordering = ["-proposed_on", "-id"]
        indexes = [
            models.Index(fields=["zone", "proposed_on", "id", "stage"], name="stock_zone_proposed"),
            models.Index(fields=["zone", "score", "id", "stage"], name="stock_zone_score"),
            models.Index(fields=["pairing", "decided_on", "id"], name="stock_pairing_decided"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, lead__isnull=False) | Q(organisation__isnull=False, lead=None),
                name="stock_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=("picked", "not_picked")) | Q(decided_on__isnull=False),
                name="stock_decided_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh}"

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        return str(self.organisation.name_zh if self.organisation is not None else self._of_lead.name_zh)

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        return str(self.organisation.name_en if self.organisation is not None else self._of_lead.name_en)

    @property
    def _of_lead(self) -> Any:
        return self.lead

    @property
    def facts(self) -> dict[str, int | None]:
        """The facts of the evidence, by name; None where nobody knows."""
        return {name: getattr(self, name) for name in rules.FACTS}

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/stocks/{self.number}/"


class _OfStock(Versioned):
    """A part of a potential stock."""

    PART_OF = "stock"
    SHOWN_WITH = "stock"

    class Meta:
        abstract = True

    @property
    def pairing_id(self) -> int:
        """The pairing of its stock."""
        return int(self.stock.pairing_id)  # type: ignore[attr-defined]


class StockVote(_OfStock):
    """A seat of the committee and what it said (评审委员会表决); empty while it has not voted."""

    STATE = ("stock_id", "member_id", "side", "vote", "reason", "voted_on")

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="votes")
    member = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    vote = models.CharField(max_length=7, choices=[("", ""), *choices(rules.Vote)], blank=True)
    reason = models.CharField(max_length=300, blank=True)
    voted_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["stock", "side", "member"]
        constraints = [
            models.UniqueConstraint(fields=["stock", "member"], name="stock_seat_once"),
            models.CheckConstraint(
                condition=Q(vote="", voted_on=None) | (~Q(vote="") & Q(voted_on__isnull=False)),
                name="stock_voted_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stock_id} {self.member_id}"


class StockMilestone(_OfStock):
    """What a pick is to reach after 12, 24 or 36 months (培育节点), and the aid that hangs on it."""

    STATE = (
        "stock_id", "months", "due_on", "measure", "target", "value", "is_reached", "judged_on", "aid_fen", "aid", "aid_on",
    )  # fmt: skip

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="milestones")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    measure = models.CharField(max_length=11, choices=choices(rules.Measure))
    target = models.DecimalField(max_digits=18, decimal_places=2)  # fen, or a count
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    is_reached = models.BooleanField(null=True, blank=True)
    judged_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    aid_fen = models.BigIntegerField(default=0)
    aid = models.CharField(max_length=8, choices=choices(rules.Aid), default="tied")
    aid_on = models.DateField(null=True, blank=True)
    policy = models.CharField(max_length=40, blank=True)  # by which the aid is paid

    class Meta:
        ordering = ["stock", "months"]
        indexes = [models.Index(fields=["due_on", "judged_on", "id"], name="milestone_due")]
        constraints = [
            models.UniqueConstraint(fields=["stock", "months"], name="milestone_once"),
            models.CheckConstraint(
                condition=~Q(aid="released") | Q(is_reached=True), name="milestone_aid_reached"
            ),
            models.CheckConstraint(
                condition=Q(judged_on=None, is_reached=None)
                | Q(judged_on__isnull=False, is_reached__isnull=False),
                name="milestone_judged",
            ),
            models.CheckConstraint(condition=Q(aid_fen__gte=0), name="milestone_aid_not_below"),
        ]

    def __str__(self) -> str:
        return f"{self.stock_id} {self.months}"
