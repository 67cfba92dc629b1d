"""Tables of the field pairing. The pairing itself, its parties and seats are core's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language

from shanhai.core.models.base import Named, Versioned
from shanhai.core.models.visibility import Visible
from shanhai.fields.pairing import rules

_SIDES = [("mountain", "mountain"), ("sea", "sea")]
_FIELDS = [(f, f) for f in rules.FIELDS]


def _choices(stages: type) -> list[tuple[str, str]]:
    return [(str(s), str(s)) for s in stages]


def _in_language(zh: str, en: str) -> str:
    if (get_language() or "").startswith("zh"):
        return zh or en
    return en or zh


class Sourced(models.Model):
    """Where a record comes from: reported with a source, or made up to fill the example zone."""

    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``: what the source mark of a panel shows."""
        return "illustrative" if self.is_illustrative else "reported"


class InPairing(models.Model):
    """An operating record belongs to exactly one pairing, and so to one zone.

    ``zone`` repeats ``pairing.zone``, so that a list over a zone with its nested pairings reads one index.
    """

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")

    class Meta:
        abstract = True


# -- agreements ----------------------------------------------------------------------------------------------------


class Agreement(InPairing, Visible, Named, Sourced, Versioned):
    """What two or more parties of a pairing agreed in writing (协议)."""

    STATE = (
        "number",
        "field",
        "name_zh",
        "name_en",
        "stage",
        "valid_from",
        "valid_to",
        "signed_on",
        "ended_on",
        "version_no",
        "supersedes_id",
        "terms_no",
        "signatures_left",
        "reach",
    )

    number = models.CharField(max_length=40, unique=True)
    field = models.CharField(max_length=12, choices=_FIELDS)
    stage = models.CharField(max_length=8, choices=_choices(rules.AgreementStage), default="draft")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    renewal_notice_days = models.PositiveSmallIntegerField()
    # valid_to less the notice days; empty for an agreement without an end. The sweep reads its index.
    notice_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    about = models.TextField(blank=True)
    version_no = models.PositiveSmallIntegerField(default=1)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    # Moves with every change of a term, so that a signature says which terms it stands under.
    terms_no = models.PositiveIntegerField(default=1)
    # Guard of the rule "in force when all parties signed": parties that have not signed yet.
    signatures_left = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=[lead, sort, "id"], name=f"agreement_{lead}_{short}")
            for lead in ("pairing", "zone")
            for sort, short in (
                ("number", "number"),
                ("name_sort", "name"),
                ("valid_to", "to"),
                ("signed_on", "signed"),
            )
        ] + [models.Index(fields=["stage", "notice_on", "id"], name="agreement_notice")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="agreement_forwards",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="signed") | models.Q(signed_on__isnull=False, signatures_left=0),
                name="agreement_signed_by_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/agreements/{self.number}/"


class AgreementParty(models.Model):
    """That a party of the pairing is a party of the agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    party = models.ForeignKey("core.Party", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agreement", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="agreement_party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id}"


class Signature(models.Model):
    """That a party signed: who, on which day, under which terms, and the scanned paper (签署)."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    party = models.ForeignKey("core.Party", models.PROTECT, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # The person as the paper names him; filled from the member where there is one.
    person = models.CharField(max_length=120, blank=True)
    on = models.DateField()
    terms_no = models.PositiveIntegerField()
    # SHA-256 of the terms as they were signed.
    terms_sha256 = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["agreement", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="signed_once_by_a_party"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id} {self.on}"


class Commitment(InPairing, Named, Sourced, Versioned):
    """One thing promised in an agreement that can be measured (承诺)."""

    STATE = (
        "code",
        "name_zh",
        "name_en",
        "kind",
        "indicator",
        "indicator_side",
        "owes",
        "direction",
        "target",
        "unit",
        "per",
        "starts_on",
        "due_on",
        "is_main",
        "mountain_unit_id",
        "sea_unit_id",
    )

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=40, unique=True)
    field = models.CharField(max_length=12, choices=_FIELDS)
    kind = models.CharField(max_length=9, choices=_choices(rules.CommitmentKind), default="counted")
    indicator = models.CharField(max_length=80, blank=True)
    indicator_side = models.CharField(max_length=10, blank=True)
    owes = models.CharField(max_length=8, choices=_choices(rules.Owes))
    direction = models.CharField(max_length=4, choices=[("up", "up"), ("down", "down")], default="up")
    # Of the whole commitment, or of each year's periods together where it is divided; fen where unit is fen.
    target = models.DecimalField(max_digits=20, decimal_places=4)
    unit = models.CharField(max_length=8, choices=_choices(rules.Unit), default="count")
    unit_zh = models.CharField(max_length=20, blank=True)
    unit_en = models.CharField(max_length=30, blank=True)
    per = models.CharField(max_length=8, choices=_choices(rules.Per), default="once")
    starts_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    # Who answers for it on each side: the late list names the unit of the side that owes.
    mountain_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    sea_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    is_main = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=100)
    about = models.TextField(blank=True)
    escalated_on = models.DateField(null=True, blank=True)
    # Hands out the numbers of its deliveries; only goes up.
    deliveries_numbered = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["rank", "code"]
        indexes = [
            models.Index(fields=["pairing", "rank", "code"], name="commitment_pairing_rank"),
            models.Index(fields=["zone", "rank", "code"], name="commitment_zone_rank"),
            models.Index(fields=["zone", "field", "rank", "code"], name="commitment_zone_field_rank"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(target__gt=0), name="commitment_target_positive"),
            models.CheckConstraint(
                condition=~models.Q(per="once") | models.Q(due_on__isnull=False), name="commitment_has_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/commitments/{self.code}/"

    @property
    def unit_name(self) -> str:
        """The word after the number; empty for money, percent and mu, which have signs of their own."""
        return _in_language(self.unit_zh, self.unit_en)


class CommitmentPeriod(Sourced, Versioned):
    """What is due of a commitment in one period (分期目标)."""

    STATE = ("period", "target", "due_on")

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="periods")
    period = models.CharField(max_length=12)  # as kernel.periods writes it: 2023, 2023Q3, 2023-09
    target = models.DecimalField(max_digits=20, decimal_places=4)
    starts_on = models.DateField()
    due_on = models.DateField()

    class Meta:
        ordering = ["commitment", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "period"], name="commitment_period_once"),
            models.CheckConstraint(condition=models.Q(target__gte=0), name="period_target_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.period}"


class Delivery(InPairing, Sourced, Versioned):
    """That something promised was delivered, with evidence, or is planned for a day (兑现)."""

    STATE = ("code", "stage", "on", "quantity", "confirmed_on", "withdrawn_on")

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="deliveries")
    code = models.CharField(max_length=60, unique=True)
    stage = models.CharField(max_length=9, choices=_choices(rules.DeliveryStage), default="recorded")
    on = models.DateField()
    quantity = models.DecimalField(max_digits=20, decimal_places=4)
    what = models.CharField(max_length=200, blank=True)
    # The side that recorded it; what both sides owe is confirmed by the other one.
    side = models.CharField(max_length=10, choices=_SIDES, blank=True)
    of_plan = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="fulfilled_by")
    recorded_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["commitment", "stage", "on"], name="delivery_commitment_on"),
            models.Index(fields=["pairing", "on", "id"], name="delivery_pairing_on"),
            models.Index(fields=["zone", "on", "id"], name="delivery_zone_on"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="delivery_quantity_positive"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def url(self) -> str:
        """Address of the commitment's page, at this delivery."""
        return f"/pairing/deliveries/{self.code}/"


class MoneyClause(InPairing, Sourced, Versioned):
    """Who pays whom how much, when and on what condition (资金条款)."""

    STATE = ("code", "name_zh", "name_en", "amount_fen", "currency", "schedule")

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
        return _in_language(self.name_zh, self.name_en)

    @property
    def condition(self) -> str:
        """The condition in the reader's language."""
        return _in_language(self.condition_zh, self.condition_en)


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
        return _in_language(self.purpose_zh, self.purpose_en)


# -- meetings ------------------------------------------------------------------------------------------------------


class Meeting(InPairing, Visible, Sourced, Versioned):
    """A joint meeting of both sides (联席会议)."""

    STATE = (
        "number",
        "level",
        "stage",
        "at",
        "title_zh",
        "title_en",
        "quorum_mountain",
        "quorum_sea",
        "signatures_left",
        "minutes_no",
        "reach",
    )

    number = models.CharField(max_length=40, unique=True)
    level = models.CharField(max_length=17, choices=_choices(rules.MeetingLevel))
    stage = models.CharField(max_length=9, choices=_choices(rules.MeetingStage), default="planned")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    # Hand out the numbers of its resolutions; only goes up.
    resolutions_numbered = models.PositiveSmallIntegerField(default=0, editable=False)
    at = models.DateTimeField()
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    convenor_mountain = models.ForeignKey(
        "core.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    convenor_sea = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    quorum_mountain = models.PositiveSmallIntegerField()
    quorum_sea = models.PositiveSmallIntegerField()
    minutes_zh = models.TextField(blank=True)
    minutes_en = models.TextField(blank=True)
    minutes_no = models.PositiveSmallIntegerField(default=0)
    # Guard of the rule "signed when both sides signed the same minutes".
    signatures_left = models.PositiveSmallIntegerField(default=2)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["pairing", "at", "id"], name="meeting_pairing_at"),
            models.Index(fields=["zone", "at", "id"], name="meeting_zone_at"),
            models.Index(fields=["zone", "stage", "at", "id"], name="meeting_zone_stage_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return _in_language(self.title_zh, self.title_en)

    @property
    def place(self) -> str:
        """Where it is held, in the reader's language."""
        return _in_language(self.place_zh, self.place_en)

    @property
    def minutes(self) -> str:
        """The minutes in the reader's language."""
        return _in_language(self.minutes_zh, self.minutes_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/meetings/{self.number}/"


class MeetingAttendee(models.Model):
    """One person invited to a meeting, and whether he was there."""

    class Answer(models.TextChoices):
        NONE = "none"
        COMING = "coming"
        DECLINED = "declined"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    side = models.CharField(max_length=10, choices=_SIDES)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # For guests without a login, and the name as it stood in the list.
    person = models.CharField(max_length=120)
    post = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.NONE)
    is_present = models.BooleanField(default=False)

    class Meta:
        ordering = ["meeting", "side", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side", "person"], name="attendee_once"),
        ]

    def __str__(self) -> str:
        return self.person

    @property
    def pairing_id(self) -> int:
        """The meeting's pairing, for access and work items."""
        return self.meeting.pairing_id


class MinutesSignature(models.Model):
    """That one side signed the minutes (会签)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=_SIDES)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.CharField(max_length=120, blank=True)
    on = models.DateField()
    minutes_no = models.PositiveSmallIntegerField()
    minutes_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["meeting", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side"], name="minutes_signed_once_by_a_side")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.side}"


class AgendaItem(models.Model):
    """One point of a meeting: what is on the table and what one side asks of the other (议题)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240, blank=True)
    # Who brings it; empty where both do. Papers hang on it as attachments of role "paper".
    side = models.CharField(max_length=10, choices=[*_SIDES, ("both", "both")], default="both")
    asks_zh = models.CharField(max_length=300, blank=True)
    asks_en = models.CharField(max_length=400, blank=True)
    needs_paper = models.BooleanField(default=True)

    class Meta:
        ordering = ["meeting", "order"]
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="agenda_order_once")]

    def __str__(self) -> str:
        return f"{self.order}. {self.title_zh}"

    @property
    def pairing_id(self) -> int:
        """The meeting's pairing, for access and work items."""
        return self.meeting.pairing_id

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return _in_language(self.title_zh, self.title_en)

    @property
    def asks(self) -> str:
        """What the side asks of the other, in the reader's language."""
        return _in_language(self.asks_zh, self.asks_en)


class Resolution(InPairing, Sourced, Versioned):
    """What a joint meeting resolved (决议)."""

    STATE = ("number", "text_zh", "text_en")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="resolutions")
    number = models.CharField(max_length=48, unique=True)
    text_zh = models.TextField()
    text_en = models.TextField(blank=True)
    items_numbered = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.text_zh[:60]}"

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return _in_language(self.text_zh, self.text_en)


class ActionItem(InPairing, Sourced, Versioned):
    """What follows from a resolution: one owner on each side, a due date, evidence (落实事项)."""

    STATE = (
        "number",
        "title_zh",
        "title_en",
        "lead",
        "mountain_unit_id",
        "sea_unit_id",
        "stage",
        "due_on",
        "done_on",
        "escalated_on",
    )

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="items")
    number = models.CharField(max_length=48, unique=True)
    field = models.CharField(max_length=12, choices=_FIELDS, default="partnership")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240, blank=True)
    # The side that does it; the other side's unit goes with it.
    lead = models.CharField(max_length=10, choices=_SIDES)
    mountain_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    sea_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=_choices(rules.ItemStage), default="open")
    assigned_on = models.DateField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    report = models.TextField(blank=True)
    reported_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    extension_reason = models.CharField(max_length=300, blank=True)
    escalated_on = models.DateField(null=True, blank=True)
    escalated_to = models.CharField(max_length=17, choices=_choices(rules.MeetingLevel), blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["pairing", "due_on", "id"], name="item_pairing_due"),
            models.Index(fields=["zone", "due_on", "id"], name="item_zone_due"),
            models.Index(fields=["pairing", "number", "id"], name="item_pairing_number"),
            models.Index(fields=["zone", "number", "id"], name="item_zone_number"),
            models.Index(fields=["stage", "due_on", "id"], name="item_stage_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(stage="done") | models.Q(done_on__isnull=False), name="item_done_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh[:60]}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return _in_language(self.title_zh, self.title_en)

    @property
    def lead_unit(self) -> models.Model:
        """The unit that does it."""
        return self.mountain_unit if self.lead == "mountain" else self.sea_unit

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.stage in rules.OPEN_ITEM

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/action-items/{self.number}/"


# -- people --------------------------------------------------------------------------------------------------------


class Charge(InPairing, Sourced, Versioned):
    """Who is in charge on one side, of the whole pairing or of one field (分管)."""

    STATE = ("side", "field", "member_id", "from_on", "to_on")

    side = models.CharField(max_length=10, choices=_SIDES)
    # Empty: of the whole pairing.
    field = models.CharField(max_length=12, choices=_FIELDS, blank=True)
    level = models.CharField(max_length=17, choices=_choices(rules.MeetingLevel), default="leaders_in_charge")
    member = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pairing", "side", "field", "from_on"]
        indexes = [models.Index(fields=["pairing", "field", "side", "from_on"], name="charge_pairing_field")]
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "side", "field", "member", "from_on"], name="charge_begins_once"
            ),
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")),
                name="charge_forwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.field} {self.member_id}"


class Secondment(InPairing, Sourced, Versioned):
    """An officer of one side in a post of the other for a term (挂职); the stay itself is core's."""

    STATE = ("code", "direction", "profession")

    class Direction(models.TextChoices):
        TO_SEA = "to_sea"
        TO_MOUNTAIN = "to_mountain"

    class Profession(models.TextChoices):
        CADRE = "cadre"
        TEACHER = "teacher"
        DOCTOR = "doctor"
        TECHNICIAN = "technician"

    stay = models.OneToOneField("core.Stay", models.PROTECT, related_name="secondment")
    code = models.CharField(max_length=40, unique=True)
    direction = models.CharField(max_length=11, choices=Direction.choices)
    profession = models.CharField(max_length=10, choices=Profession.choices, default=Profession.CADRE)
    # Who appraises, and who is reminded: a unit of the host organisation.
    host_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    # Repeats of the stay's dates, so that lists of a zone read one index; moved in the same action.
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = [
            models.Index(fields=["pairing", "from_on", "id"], name="secondment_pairing_from"),
            models.Index(fields=["zone", "from_on", "id"], name="secondment_zone_from"),
            models.Index(fields=["zone", "to_on", "id"], name="secondment_zone_to"),
            models.Index(fields=["pairing", "to_on", "id"], name="secondment_pairing_to"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/secondments/{self.code}/"


class CalendarLink(Versioned):
    """A private address of a member's calendar feed; revocable (日历订阅)."""

    STATE = ("revoked_at",)

    member = models.ForeignKey("core.Member", models.PROTECT, related_name="+")
    # SHA-256 of the secret in the address: who reads the table cannot read calendars.
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"calendar of {self.member_id}"
