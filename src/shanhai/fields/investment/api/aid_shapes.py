"""What the operations of aid give and take."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from shanhai.fields.investment.actions import policies
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_registers as tables
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, PeriodText
from shanhai.webkit import registers
from shanhai.webkit.api import Day, Given

Side = Literal["mountain", "sea"]
Fen = Annotated[int, Field(ge=0, le=policies.MOST_FEN)]
Share = Annotated[int, Field(ge=0, le=1000)]
Text = Annotated[str, Field(max_length=2000)]


@registers.schema(tables.AID_POLICIES.register, tables.AID_POLICIES.rows_of)
class AidPolicyOut(Schema):
    """The current edition of a policy."""

    version: int


@registers.schema(tables.AID_CLAIMS.register, tables.AID_CLAIMS.rows_of)
class AidClaimOut(Schema):
    """What a firm may have by a policy, and how far it is."""

    version: int


@registers.schema(tables.AID_BUDGETS.register, tables.AID_BUDGETS.rows_of)
class AidBudgetOut(Schema):
    """What a side has for aid in a year."""

    version: int


@registers.schema(tables.STATED_FACTS.register, tables.STATED_FACTS.rows_of)
class StatedFactOut(Schema):
    """A fact of a firm that no register holds."""

    version: int


class AidReasonOut(Schema):
    """One step of the arithmetic, or what stands against it."""

    code: str
    said: str


class AidLineOut(Schema):
    """What one policy brings somebody."""

    policy: str
    edition: int
    outcome: str
    amount_fen: int
    wanted_fen: int
    mountain_fen: int
    sea_fen: int
    missing: list[str]
    reasons: list[AidReasonOut]


class AidPlanOut(Schema):
    """What somebody could have on a day, and what it costs each side."""

    on: dt.date
    total_fen: int
    mountain_fen: int
    sea_fen: int
    lines: list[AidLineOut]


class AidRunOut(Schema):
    """A run: the firms that may claim for a period, found from records."""

    number: str
    period: str
    reference_on: dt.date
    made_on: dt.date
    confirm_due_on: dt.date
    notice_from: dt.date | None
    notice_until: dt.date | None
    looked_at_n: int
    version: int


class AidRunWhole(AidRunOut):
    """A run with its claims."""

    claims: list[AidClaimOut]

    @staticmethod
    def resolve_claims(row: Any) -> list[Any]:
        found = row.claims.select_related("firm__organisation", "policy").order_by("number")
        return registers.fill(AidClaimOut, list(found))


class AidFoundFirmOut(Schema):
    """What a run would find for one firm."""

    firm: str
    policy: str
    edition: int
    amount_fen: int
    mountain_fen: int
    sea_fen: int


class AidFoundOut(Schema):
    """What a run would find now."""

    period: str
    reference_on: dt.date
    looked_at_n: int
    total_fen: int
    mountain_fen: int
    sea_fen: int
    claims: list[AidFoundFirmOut]


class AidConfirmedOut(Schema):
    """What was confirmed in one step."""

    claims: list[AidClaimOut]


class AidPaymentOut(Schema):
    """Money that went or came back."""

    kind: rules.PaymentKind
    side: Side
    on: dt.date
    amount_fen: int
    reference: str


class AidObjectionOut(Schema):
    """An objection to a claim."""

    id: int
    stage: rules.ObjectionStage
    text: str
    filed_on: dt.date
    decision: str
    decided_on: dt.date | None


class AidClaimWhole(Schema):
    """A claim with its arithmetic, its money and its objections."""

    number: str
    run: str
    firm: str
    policy: str
    edition: int
    stage: rules.ClaimStage
    amount_fen: int
    mountain_fen: int
    sea_fen: int
    mountain_paid_fen: int
    sea_paid_fen: int
    confirm_due_on: dt.date
    notice_until: dt.date | None
    promise_due_on: dt.date | None
    recalled_fen: int
    returned_fen: int
    reason: str
    version: int
    payments: list[AidPaymentOut]
    objections: list[AidObjectionOut]

    @staticmethod
    def resolve_run(row: Any) -> str:
        return row.run.number

    @staticmethod
    def resolve_firm(row: Any) -> str:
        return row.firm.code

    @staticmethod
    def resolve_policy(row: Any) -> str:
        return row.policy_code

    @staticmethod
    def resolve_edition(row: Any) -> int:
        return row.policy.edition

    @staticmethod
    def resolve_payments(row: Any) -> list[Any]:
        return queries.payments_of(row)

    @staticmethod
    def resolve_objections(row: Any) -> list[Any]:
        return queries.objections_of(row)


class AidOfFirmOut(Schema):
    """What a firm may claim, claims, had and missed."""

    period: str
    may: list[AidLineOut]
    beyond: list[AidLineOut]
    to_confirm: list[str]
    running: list[str]
    had: list[str]
    missed: list[str]
    last_period: str
    missed_before: list[AidLineOut]


# -- what is brought -----------------------------------------------------------------------------------------------


class AidPolicyIn(Given):
    """A policy, or what a new edition of it changes; texts as in a YAML file of policies."""

    pairing: str = Field("", max_length=40)
    code: str = Field(min_length=1, max_length=40)
    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    valid_from: Day | None = None
    valid_to: Day | None = None
    requires: Text | None = None
    grants: Text | None = None
    pays: rules.Pays | None = None
    excludes: str | None = Field(None, max_length=300)
    joint: str | None = Field(None, max_length=40)
    cap: Text | None = None
    pot_fen: Annotated[int, Field(gt=0, le=policies.MOST_FEN)] | None = None
    mountain_share: Share | None = None
    sea_share: Share | None = None
    clawback: Text | None = None
    status: rules.Status | None = None
    source: str | None = Field(None, max_length=200)


class AidClaimsWhere(OfficeWhere):
    """Which claims."""

    stage: rules.ClaimStage | None = None
    firm: str = Field("", max_length=40)
    policy: str = Field("", max_length=40)


class AidPeriodWhere(OfficeWhere):
    """Which period."""

    period: PeriodText


class AidOnWhere(Schema):
    """Which day; today by default."""

    on: Day | None = None


class AidRunIn(Given):
    """For which period; with what the preview came to, nothing is written where the records moved since."""

    pairing: str = Field("", max_length=40)
    period: PeriodText
    expected_fen: Fen | None = None


class AidConfirmIn(Given):
    """The paper by which the firm confirmed, where an office writes it down."""

    how: str = Field("", max_length=200)


class AidObjectionIn(Given):
    """What is wrong."""

    text: str = Field(min_length=1, max_length=600)


class AidDecisionIn(Given):
    """What is decided, and why."""

    is_upheld: bool
    decision: str = Field(min_length=1, max_length=300)


class AidMoneyIn(Given):
    """Money that moved: whose, when, by which voucher."""

    side: Side
    on: Day | None = None
    reference: str = Field(min_length=1, max_length=120)


class AidPromiseIn(Given):
    """What was delivered; left out, the registers say it. Money in fen."""

    delivered: Annotated[Decimal, Field(ge=0, le=10**15, decimal_places=4)] | None = None
    evidence: str = Field("", max_length=200)


class AidRecallIn(OfficeReasonIn):
    """How much goes back, and why; all by default."""

    fen: Annotated[int, Field(gt=0, le=policies.MOST_FEN)] | None = None


class AidBudgetIn(Given):
    """What a side has in a year."""

    pairing: str = Field("", max_length=40)
    year: int = Field(ge=2000, le=2100)
    side: Side
    given_fen: Fen
    source: str = Field("", max_length=200)


class StatedFactIn(Given):
    """A fact, its period and its paper; money with its unit."""

    name: str = Field(min_length=1, max_length=40)
    period: PeriodText
    value: str = Field(min_length=1, max_length=40)
    evidence: str = Field(min_length=1, max_length=200)
