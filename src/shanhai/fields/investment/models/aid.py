"""Aid by policies: dated editions of rules, budgets of each side, runs, what firms may claim, and the money that moved."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from shanhai.core.models.base import CalledByName, InPairing, Named, Sourced, Versioned, choices, in_language
from shanhai.fields.investment.rules import aid as rules

SIDES = choices(rules.SIDES)


class AidPolicy(CalledByName, Named, InPairing, Sourced, Versioned):
    """One edition of a policy (惠企政策) of a pairing; a change is a new edition, and claims keep theirs.

    Texts are written as in a YAML file of policies, see docs/reference/planners/plan_aid.md.
    """

    STATE = (
        "code", "edition", "name_zh", "name_en", "valid_from", "valid_to", "requires", "grants", "pays", "excludes", "joint",
        "cap", "pot_fen", "mountain_share", "sea_share", "clawback", "status", "is_current", "withdrawn_on",
    )  # fmt: skip

    code = models.CharField(max_length=40)
    edition = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    requires = models.TextField(blank=True)
    grants = models.TextField()
    pays = models.CharField(max_length=6, choices=choices(rules.Pays), default="once")
    excludes = models.CharField(max_length=300, blank=True)
    joint = models.CharField(max_length=40, blank=True)
    cap = models.TextField(blank=True)  # what the policies of one ``joint`` may come to together
    pot_fen = models.BigIntegerField(null=True, blank=True)  # for all firms in one year; None: no limit
    mountain_share = models.PositiveSmallIntegerField(default=1)
    sea_share = models.PositiveSmallIntegerField(default=0)
    clawback = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=choices(rules.Status), default="assumed")
    is_current = models.BooleanField(default=True)  # the latest edition that was not withdrawn
    published_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "code", "edition"], name="aid_policy_edition"),
            models.UniqueConstraint(
                fields=["pairing", "code"], condition=Q(is_current=True), name="aid_policy_current_once"
            ),
            models.CheckConstraint(
                condition=Q(mountain_share__gt=0) | Q(sea_share__gt=0), name="aid_policy_is_borne"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="aid_policy_days"
            ),
        ]
        indexes = [
            models.Index(fields=["zone", "is_current", "code", "id"], name="aid_policy_zone_code"),
            models.Index(fields=["zone", "is_current", "valid_from", "id"], name="aid_policy_zone_from"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.edition}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/policies/{self.code}/"


class AidBudget(Versioned):
    """What a side has for aid in a year, and what of it was paid: the guard over its payments."""

    STATE = ("year", "side", "given_fen", "used_fen")

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=8, choices=SIDES)
    given_fen = models.BigIntegerField()
    used_fen = models.BigIntegerField(default=0)
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-year", "side"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "year", "side"], name="aid_budget_once"),
            models.CheckConstraint(
                condition=Q(used_fen__gte=0, used_fen__lte=F("given_fen")), name="aid_budget_not_overdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.side}"

    @property
    def left_fen(self) -> int:
        """What is not paid yet."""
        return self.given_fen - self.used_fen


class StatedFact(Sourced, Versioned):
    """A fact of a firm that no register holds, such as what it paid for equipment, with the paper that shows it."""

    STATE = ("firm_id", "name", "period", "value", "evidence")

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    firm = models.ForeignKey("park.Firm", models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    value = models.CharField(max_length=40)  # as text: fen, a number, yes or no
    evidence = models.CharField(max_length=200)

    class Meta:
        ordering = ["firm", "period", "name"]
        constraints = [models.UniqueConstraint(fields=["firm", "period", "name"], name="aid_fact_once")]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.period} {self.name}"


class AidRun(InPairing, Sourced, Versioned):
    """One run (免申即享批次): the firms that may claim for a period, found from records on a day."""

    STATE = (
        "number",
        "period",
        "reference_on",
        "made_on",
        "confirm_due_on",
        "notice_from",
        "notice_until",
        "unit_id",
    )

    number = models.CharField(max_length=40, unique=True)
    period = models.CharField(max_length=12)  # 2022 or 2023Q2
    reference_on = models.DateField()  # the day as of which facts and policies were read
    made_on = models.DateField()
    confirm_due_on = models.DateField()
    notice_from = models.DateField(null=True, blank=True)  # of the last notice
    notice_until = models.DateField(null=True, blank=True)
    unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    looked_at_n = models.PositiveIntegerField(default=0)  # firms

    class Meta:
        ordering = ["-reference_on", "-id"]
        indexes = [models.Index(fields=["zone", "reference_on", "id"], name="aid_run_zone_day")]

    def __str__(self) -> str:
        return f"{self.number} {self.period}"

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        return f"{self.period}惠企政策兑现批次"

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        return f"Aid run of {self.period}"

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/aid/runs/{self.number}/"


class AidClaim(InPairing, Sourced, Versioned):
    """What one firm may have by one edition of a policy: found, confirmed, checked twice, on notice, paid, perhaps clawed back.

    ``aid_year`` is 0 where the policy pays once in a firm's life. ``facts`` and ``reasons`` are how the amount came about;
    they may tell tax, so the journal does not carry them.
    """

    STATE = (
        "number", "run_id", "firm_id", "policy_id", "aid_year", "stage", "amount_fen", "mountain_fen", "sea_fen", "confirmed_on",
        "first_checked_on", "second_checked_on", "notice_from", "notice_until", "mountain_paid_fen", "sea_paid_fen", "paid_on",
        "promise_fact", "promised", "promise_due_on", "delivered", "recalled_fen", "returned_fen", "closed_on",
    )  # fmt: skip

    number = models.CharField(max_length=40, unique=True)
    run = models.ForeignKey(AidRun, models.PROTECT, related_name="claims")
    firm = models.ForeignKey("park.Firm", models.PROTECT, related_name="+")
    policy = models.ForeignKey(AidPolicy, models.PROTECT, related_name="claims")
    policy_code = models.CharField(max_length=40)
    aid_year = models.PositiveSmallIntegerField()
    reference_on = models.DateField()
    found_on = models.DateField()
    stage = models.CharField(max_length=9, choices=choices(rules.ClaimStage), default="found")
    wanted_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    mountain_fen = models.BigIntegerField()
    sea_fen = models.BigIntegerField()
    facts = models.JSONField(default=list)  # [{name, value, source, url}]
    reasons = models.JSONField(default=list)  # [{code, sentence, facts}]
    confirm_due_on = models.DateField()
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_how = models.CharField(max_length=200, blank=True)  # the paper, where an office wrote it down
    first_checked_on = models.DateField(null=True, blank=True)
    first_checker = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    second_checked_on = models.DateField(null=True, blank=True)
    second_checker = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    notice_from = models.DateField(null=True, blank=True)
    notice_until = models.DateField(null=True, blank=True)
    mountain_paid_fen = models.BigIntegerField(default=0)
    sea_paid_fen = models.BigIntegerField(default=0)
    paid_on = models.DateField(null=True, blank=True)  # the day of the last share
    promise_fact = models.CharField(max_length=40, blank=True)
    promised = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    promise_due_on = models.DateField(null=True, blank=True)
    delivered = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    recalled_fen = models.BigIntegerField(default=0)
    returned_fen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)  # why it ended, or goes back
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-found_on", "-id"]
        constraints = [
            # The same aid twice for a firm cannot stand in the database, whoever runs what at the same moment.
            models.UniqueConstraint(
                fields=["firm", "policy_code", "aid_year"],
                condition=~Q(stage__in=("declined", "refused", "lapsed")),
                name="aid_claimed_once",
            ),
            models.CheckConstraint(
                condition=Q(first_checker=None)
                | Q(second_checker=None)
                | ~Q(first_checker=F("second_checker")),
                name="aid_two_checkers",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=F("mountain_fen") + F("sea_fen"), amount_fen__gt=0), name="aid_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(mountain_paid_fen__lte=F("mountain_fen"), sea_paid_fen__lte=F("sea_fen")),
                name="aid_not_overpaid",
            ),
            models.CheckConstraint(
                condition=Q(returned_fen__lte=F("recalled_fen"), recalled_fen__lte=F("amount_fen")),
                name="aid_returned_within",
            ),
        ]
        indexes = [
            models.Index(fields=["zone", "found_on", "id", "stage", "policy_code"], name="aid_zone_found"),
            models.Index(
                fields=["zone", "amount_fen", "id", "stage", "policy_code", "firm"], name="aid_zone_amount"
            ),
            models.Index(fields=["zone", "paid_on", "amount_fen"], name="aid_zone_paid"),
            models.Index(fields=["zone", "stage", "found_on", "id"], name="aid_zone_stage"),
            models.Index(fields=["firm", "found_on", "id"], name="aid_firm_found"),
            models.Index(fields=["stage", "confirm_due_on"], name="aid_stage_due"),
            models.Index(fields=["pairing", "paid_on", "id"], name="aid_pairing_paid"),
            models.Index(fields=["pairing", "found_on", "id"], name="aid_pairing_found"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.policy_code}"

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        return f"{self.firm.title_zh}：{self.policy.name_zh}"

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        return f"{self.firm.title_en or self.firm.title_zh}: {self.policy.name_en or self.policy.name_zh}"

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def paid_fen(self) -> int:
        """What was paid, by both sides."""
        return self.mountain_paid_fen + self.sea_paid_fen

    def share_of(self, side: str) -> int:
        """What a side bears, in fen."""
        return int(getattr(self, f"{side}_fen"))

    def paid_by(self, side: str) -> int:
        """What a side paid, in fen."""
        return int(getattr(self, f"{side}_paid_fen"))

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/aid/claims/{self.number}/"


class AidObjection(Versioned):
    """An objection (异议) to a claim on public notice, and what was decided."""

    STATE = ("claim_id", "stage", "text", "filed_on", "decided_on", "decision")
    PART_OF = "claim"

    claim = models.ForeignKey(AidClaim, models.PROTECT, related_name="objections")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=choices(rules.ObjectionStage), default="open")
    text = models.CharField(max_length=600)
    filed_on = models.DateField()
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=300, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["claim", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "member"], condition=Q(stage="open"), name="aid_objection_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.filed_on}"


class AidPayment(models.Model):
    """Money of one side that went to a firm, or came back; nothing of it changes.

    ``firm``, ``policy_code`` and ``aid_year`` repeat the claim's, so that the database refuses the same aid a second time.
    """

    claim = models.ForeignKey(AidClaim, models.PROTECT, related_name="payments")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    firm = models.ForeignKey("park.Firm", models.PROTECT, related_name="+")
    policy_code = models.CharField(max_length=40)
    aid_year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=choices(rules.PaymentKind))
    side = models.CharField(max_length=8, choices=SIDES)
    on = models.DateField()
    amount_fen = models.BigIntegerField()
    reference = models.CharField(max_length=120)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "policy_code", "aid_year", "side"],
                condition=Q(kind="paid"),
                name="aid_paid_once",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="aid_payment_above_zero"),
        ]
        indexes = [models.Index(fields=["pairing", "kind", "on", "id"], name="aid_payment_on")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind} {self.side} {self.on}"


def told(policy: Any) -> dict[str, Any]:
    """The columns of an edition that say its rule."""
    return {name: getattr(policy, name) for name in rules.TOLD}
