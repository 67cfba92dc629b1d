"""Clauses of agreements: money with its payments, and land."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Sourced, Versioned, in_language
from shanhai.fields.pairing.models.agreements import Agreement


class MoneyClause(InPairing, Sourced, Versioned):
    """Who pays whom how much, when and on what condition (资金条款)."""

    STATE = ("code", "name_zh", "name_en", "amount_fen", "currency", "schedule")
    SHOWN_WITH = "agreement"  # Its journal is read by those who see the agreement.

    class Schedule(models.TextChoices):
        ONCE = "once"
        YEARLY = "yearly"
        HALF_YEARLY = "half_yearly"
        QUARTERLY = "quarterly"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="money_clauses")
    code = models.CharField(max_length=40, unique=True)
    payer = models.ForeignKey("core.Party", models.PROTECT, related_name="+")
    payee = models.ForeignKey("core.Party", models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    # Of one payment; empty where the amount follows from what happens (all rent, all tax returned).
    amount_fen = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    schedule = models.CharField(max_length=12, choices=Schedule.choices, default=Schedule.ONCE)
    condition_zh = models.CharField(max_length=300, blank=True)
    condition_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_fen=None) | models.Q(amount_fen__gt=0), name="money_clause_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(payer=models.F("payee")), name="money_clause_two_parties"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def condition(self) -> str:
        """The condition in the reader's language."""
        return in_language(self.condition_zh, self.condition_en)


class MoneyDue(Versioned):
    """One payment of a money clause: due on a day, paid with a voucher (应付款)."""

    STATE = ("due_on", "amount_fen", "paid_fen", "paid_on")

    clause = models.ForeignKey(MoneyClause, models.PROTECT, related_name="dues")
    code = models.CharField(max_length=60, unique=True)
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)
    paid_on = models.DateField(null=True, blank=True)
    escalated_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "code"]
        indexes = [models.Index(fields=["clause", "due_on"], name="money_due_clause_on")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paid_fen__gte=0, paid_fen__lte=models.F("amount_fen")),
                name="money_due_not_overpaid",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def pairing_id(self) -> int:
        """The clause's pairing, for access and journal."""
        return self.clause.pairing_id

    @property
    def open_fen(self) -> int:
        """What is still to be paid."""
        return self.amount_fen - self.paid_fen


class LandClause(InPairing, Sourced, Versioned):
    """Land or land quota that one party gives another (用地条款)."""

    STATE = ("code", "land_mu", "delivered_mu", "by_on")
    SHOWN_WITH = "agreement"  # Its journal is read by those who see the agreement.

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="land_clauses")
    code = models.CharField(max_length=40, unique=True)
    giver = models.ForeignKey("core.Party", models.PROTECT, related_name="+")
    taker = models.ForeignKey("core.Party", models.PROTECT, related_name="+")
    land_mu = models.DecimalField(max_digits=12, decimal_places=2)
    delivered_mu = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    purpose_zh = models.CharField(max_length=200)
    purpose_en = models.CharField(max_length=200, blank=True)
    by_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(land_mu__gt=0, delivered_mu__gte=0, delivered_mu__lte=models.F("land_mu")),
                name="land_clause_within",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def purpose(self) -> str:
        """What the land is for, in the reader's language."""
        return in_language(self.purpose_zh, self.purpose_en)
