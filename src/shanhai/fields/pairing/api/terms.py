"""What an agreement promises, while it is a draft: commitments, money clauses, land clauses."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.api.base import Code, CooperationField, Fen, LongText, Mu, Quantity, router
from shanhai.fields.pairing.api.commitments import CommitmentOut, as_answer
from shanhai.fields.pairing.api.payments import LandClauseOut, MoneyClauseOut
from shanhai.fields.pairing.models import MoneyClause
from shanhai.fields.pairing.queries import named
from shanhai.webkit.api import Day, Given, idempotent, may


class TargetIn(Given):
    """What is due in one period, such as 2023, 2023Q3 or 2023-09."""

    period: str = Field(min_length=4, max_length=12)
    target: Quantity


class CommitmentIn(Given):
    """A promise that can be measured: from recorded deliveries, or by an indicator. Money in fen."""

    code: Code
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    field: CooperationField = ""
    owes: rules.Owes
    kind: rules.CommitmentKind = "counted"  # type: ignore[assignment]
    indicator: str = Field("", max_length=80)
    direction: Literal["up", "down"] = Field("up", description="at least (up) or at most (down) the target")
    target: Quantity
    unit: rules.Unit = "count"  # type: ignore[assignment]
    unit_zh: str = Field("", max_length=20)
    unit_en: str = Field("", max_length=30)
    unit_one_en: str = Field("", max_length=30, description="The English word after the number 1.")
    per: rules.Per = "once"  # type: ignore[assignment]
    starts_on: Day | None = None
    due_on: Day | None = Field(None, description="For what is due once.")
    targets: list[TargetIn] = Field(
        default_factory=list, max_length=200, description="The target of each period, unless due once."
    )
    mountain_unit: Code | None = Field(None, description="Code of the unit that answers on that side.")
    sea_unit: Code | None = Field(None, description="Code of the unit that answers on that side.")
    is_main: bool = False
    about: LongText = ""


class MoneyClauseIn(Given):
    """Payments between two parties of the agreement; each day in ``due_on`` is one payment of the amount."""

    code: Code
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    payer: Code
    payee: Code
    amount_fen: Fen | None = Field(None, description="Null where it follows from what happens.")
    schedule: MoneyClause.Schedule = "once"  # type: ignore[assignment]
    condition_zh: str = Field("", max_length=300)
    condition_en: str = Field("", max_length=300)
    due_on: Annotated[list[Day], Field(max_length=400)] = Field(default_factory=list)


class LandClauseIn(Given):
    """Land or land quota that one party of the agreement gives another."""

    code: Code
    giver: Code
    taker: Code
    land_mu: Mu
    purpose_zh: str = Field(min_length=1, max_length=200)
    purpose_en: str = Field("", max_length=200)
    by_on: Day | None = None


@router.post("/agreements/{number}/commitments", response={201: CommitmentOut}, summary="Add a commitment")
@may("pairing.add_commitment")
@idempotent(CommitmentOut)
def add_commitment(request: Any, number: str, data: CommitmentIn) -> Any:
    """Promise something in a draft that nobody has signed yet."""
    agreement = queries.agreement_of(request.member, number)
    given = data.dict()
    given["targets"] = [(one.period, one.target) for one in data.targets]
    for side in rules.SIDES:
        unit = given[f"{side}_unit"]
        given[f"{side}_unit"] = named.unit_of(agreement.pairing, unit, side) if unit else None
    made = actions.add_commitment(agreement, by=request.member, **given)
    return as_answer(queries.commitment_of(request.member, made.code))


@router.post(
    "/agreements/{number}/money-clauses", response={201: MoneyClauseOut}, summary="Add a money clause"
)
@may("pairing.add_money_clause")
@idempotent(MoneyClauseOut)
def add_money_clause(request: Any, number: str, data: MoneyClauseIn) -> Any:
    """Agree in a draft who pays whom."""
    agreement = queries.agreement_of(request.member, number)
    given = data.dict()
    for role in ("payer", "payee"):
        given[role] = named.party_of(agreement.pairing, given[role])
    return actions.add_money_clause(agreement, by=request.member, **given)


@router.post("/agreements/{number}/land-clauses", response={201: LandClauseOut}, summary="Add a land clause")
@may("pairing.add_land_clause")
@idempotent(LandClauseOut)
def add_land_clause(request: Any, number: str, data: LandClauseIn) -> Any:
    """Agree in a draft who gives whom land."""
    agreement = queries.agreement_of(request.member, number)
    given = data.dict()
    for role in ("giver", "taker"):
        given[role] = named.party_of(agreement.pairing, given[role])
    return actions.add_land_clause(agreement, by=request.member, **given)
