"""Potential stocks for programs: proposed, judged by a committee, followed by milestones; how often picks came true."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import clock
from shanhai.fields.investment.actions import stocks as actions
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.api.projects import Fen
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import stock_registers as tables
from shanhai.fields.investment.queries import stocks as queries
from shanhai.fields.investment.rules import stocks as rules
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, pairing_of
from shanhai.fields.registry.api.base import member_of, organisation_of
from shanhai.planners import measure_hits
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, changes_in, etag, idempotent, if_match, may

Code = Annotated[str, Field(max_length=40)]
Text = Annotated[str, Field(max_length=200)]
Value = Annotated[Decimal, Field(ge=0, le=10**15, decimal_places=2)]


@registers.schema(tables.STOCKS.register, tables.STOCKS.rows_of)
class StockOut(Schema):
    """A potential stock with the evidence of its growth."""

    version: int


class StockPointsOut(Schema):
    """What one item adds to the score: points of at most ``most``; null where nobody knows the value."""

    item: str
    value: Decimal | None
    points: Decimal
    most: Decimal


class StockVoteOut(Schema):
    """A seat of the committee; an empty vote is not cast."""

    member: str
    side: str
    vote: str
    reason: str
    voted_on: dt.date | None

    @staticmethod
    def resolve_member(row: Any) -> str:
        return row.member.code


class StockMilestoneOut(Schema):
    """A milestone with its aid; amounts of money are fen."""

    months: int
    due_on: dt.date
    measure: rules.Measure
    target: Decimal
    value: Decimal | None
    is_reached: bool | None
    judged_on: dt.date | None
    evidence: str
    aid_fen: int
    aid: rules.Aid
    aid_on: dt.date | None
    policy: str
    version: int


class StockWhole(StockOut):
    """A potential stock with its points, its committee and its milestones; ``outcome`` of a pick."""

    points: list[StockPointsOut]
    votes: list[StockVoteOut]
    milestones: list[StockMilestoneOut]
    outcome: str

    @staticmethod
    def resolve_points(row: Any) -> list[Any]:
        return list(queries.explained(row).points)

    @staticmethod
    def resolve_votes(row: Any) -> list[Any]:
        return queries.seats_of(row)

    @staticmethod
    def resolve_milestones(row: Any) -> list[Any]:
        return queries.milestones_of(row)

    @staticmethod
    def resolve_outcome(row: Any) -> str:
        return str(queries.outcomes([row], row.pairing, clock.today()).get(row.pk, ""))


class StockCandidateOut(Schema):
    """Who might be proposed; ``below`` are the entry thresholds that a lead misses."""

    kind: Literal["firm", "lead"]
    code: str
    name: str
    score: Decimal
    most: Decimal
    below: list[str]


class StockRateOut(Schema):
    """A rate with its n and its interval of 95 %; null for n = 0."""

    hits: int
    n: int
    rate: float | None
    low: float | None
    high: float | None


class StockRatesOut(Schema):
    """Picks of a year against the enterprises below scale that were not picked; year 0 is all of them together."""

    year: int
    picks: StockRateOut
    base: StockRateOut
    lift: float | None
    chance: float | None
    open: int


class StocksWhere(OfficeWhere):
    """Which potential stocks."""

    stage: rules.StockStage | None = None
    sort: Literal["proposed_on", "score"] = "proposed_on"


class StockRatesWhere(OfficeWhere):
    """Of which pairing."""


class _StockEvidence(Given):
    revenue_fen: Fen | None = None
    revenue_before_fen: Fen | None = None
    rd_fen: Fen | None = None
    orders_fen: Fen | None = None
    patents: Annotated[int, Field(ge=0, le=10**4)] | None = None
    revenue_source: Text = ""
    rd_source: Text = ""
    orders_source: Text = ""
    patents_source: Text = ""


class StockIn(_StockEvidence):
    """A candidate: an enterprise of the park, or a lead; null is what the enterprise reported, else not known."""

    pairing: str = Field("", max_length=40)
    organisation: Code = ""
    lead: Code = ""


class StockPatch(_StockEvidence):
    """What changes of the evidence; null makes a fact unknown."""


class StockCommitteeIn(Given):
    """Codes of the members of both sides."""

    members: Annotated[list[str], Field(min_length=1, max_length=50)]


class StockVoteIn(Given):
    """The caller's vote."""

    vote: rules.Vote
    reason: str = Field("", max_length=300)


class StockDecisionIn(Given):
    """The reasons of the committee."""

    reason: str = Field("", max_length=300)


class StockMilestoneIn(Given):
    """What it is to reach, money in fen, and the aid that hangs on it."""

    measure: rules.Measure
    target: Value
    aid_fen: Fen = 0
    policy: Code = ""


class StockJudgementIn(Given):
    """What was reached, money in fen, and what shows it."""

    value: Value
    evidence: str = Field(min_length=1, max_length=200)
    on: Day | None = None


_SORTS = {"proposed_on": ("-proposed_on", "-id"), "score": ("-score", "-id")}
_NULLABLE = rules.FACTS


@router.get("/stocks", response=Paged[StockOut], summary="Potential stocks")
@may("investment.view_stocks")
def list_stocks(request: Any, asked: Query[StocksWhere]) -> Any:
    """The potential stocks of a pairing and those nested in it, as far as the caller sees them."""
    found = queries.stocks_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    return registers.paged(StockOut, found, _SORTS[asked.sort], request)


@router.get("/stock-candidates", response=list[StockCandidateOut], summary="Who might be proposed")
@may("investment.view_stocks")
def list_stock_candidates(request: Any, asked: Query[StockRatesWhere]) -> Any:
    """Enterprises below scale, best first, and open leads below the entry thresholds."""
    pairing = pairing_of(request, asked.pairing)
    return [
        {"kind": one.kind, "code": one.code, "name": one.name, "score": one.score.score, "most": one.score.most,
         "below": list(one.below)}
        for one in queries.candidates(request.member, pairing, clock.today())
    ]  # fmt: skip


@router.get("/stock-rates", response=list[StockRatesOut], summary="How often picks came true")
@may("investment.view_stocks")
def show_stock_rates(request: Any, asked: Query[StockRatesWhere]) -> Any:
    """By year of the decision, and all years together as year 0."""
    return rates(queries.cohorts(request.member, pairing_of(request, asked.pairing), clock.today()))


def rates(cohorts: list[rules.Cohort]) -> list[dict[str, Any]]:
    """The rates of each year, and of all years as year 0."""
    found = []
    for year, some in [*((one.year, [one]) for one in cohorts), (0, cohorts)]:
        sums = [sum(getattr(one, name) for one in some) for name in ("hits", "n", "base_hits", "base_n")]
        one = measure_hits(*sums)
        told = {"picks": one.picks, "base": one.base, "lift": one.lift, "chance": one.chance}
        found.append({"year": year, "open": sum(row.open_n for row in some)} | told)
    return found


@router.get("/stocks/{number}", response=StockWhole, summary="One potential stock")
@may("investment.view_stocks")
def show_stock(request: Any, response: HttpResponse, number: str) -> Any:
    """One potential stock by its number; its version stands in ETag."""
    found = queries.stock_of(request.member, number)
    etag(response, found)
    return found


@router.post("/stocks", response={201: StockWhole}, summary="Propose a potential stock")
@may("investment.propose_stock")
@idempotent(StockWhole)
def propose_stock(request: Any, data: StockIn) -> Any:
    """The score follows from the evidence."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    organisation, lead = given.pop("organisation"), given.pop("lead")
    return actions.propose_stock(
        pairing, organisation=organisation_of(organisation) if organisation else None,
        lead=lead_queries.lead_of(request.member, lead) if lead else None, by=request.member, **given,
    )  # fmt: skip


@router.patch(
    "/stocks/{number}", response=StockWhole, summary="Change the evidence", openapi_extra=CHANGES_A_ROW
)
@may("investment.change_stock")
def change_stock(request: Any, response: HttpResponse, number: str, data: StockPatch) -> Any:
    """While it is proposed; the score follows."""
    found = _at_version(request, number)
    actions.change_stock(found, by=request.member, **changes_in(data, *_NULLABLE))
    etag(response, found)
    return found


@router.post(
    "/stocks/{number}/withdraw",
    response=StockWhole,
    summary="Withdraw a candidate",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.withdraw_stock")
@idempotent(StockWhole, status=200)
def withdraw_stock(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Before it is decided."""
    return actions.withdraw_stock(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/stocks/{number}/committee",
    response=StockWhole,
    summary="Call the committee",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.call_committee")
@idempotent(StockWhole, status=200)
def call_committee(request: Any, number: str, data: StockCommitteeIn) -> Any:
    """Members of both sides."""
    found = _at_version(request, number)
    return actions.call_committee(found, [member_of(code, None) for code in data.members], by=request.member)


@router.post("/stocks/{number}/vote", response=StockWhole, summary="Vote")
@may("investment.vote_on_stock")
@idempotent(StockWhole, status=200)
def vote_on_stock(request: Any, number: str, data: StockVoteIn) -> Any:
    """For oneself; a vote may be changed while nothing is decided."""
    found = queries.stock_of(request.member, number)
    actions.vote_on_stock(found, by=request.member, **data.dict())
    return found


@router.post("/stocks/{number}/decide", response=StockWhole, summary="Decide", openapi_extra=CHANGES_A_ROW)
@may("investment.decide_stock")
@idempotent(StockWhole, status=200)
def decide_stock(request: Any, number: str, data: StockDecisionIn) -> Any:
    """By the votes that are cast, with a quorum of both sides."""
    return actions.decide_stock(_at_version(request, number), reason=data.reason, by=request.member)


@router.put("/stocks/{number}/milestones/{months}", response=StockWhole, summary="Set a milestone")
@may("investment.set_milestone")
def set_milestone(request: Any, number: str, months: int, data: StockMilestoneIn) -> Any:
    """At 12, 24 or 36 months."""
    found = queries.stock_of(request.member, number)
    actions.set_milestone(found, months=months, by=request.member, **data.dict())
    return found


@router.post(
    "/stocks/{number}/milestones/{months}/judge",
    response=StockWhole,
    summary="Judge a milestone",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.judge_milestone")
@idempotent(StockWhole, status=200)
def judge_milestone(request: Any, number: str, months: int, data: StockJudgementIn) -> Any:
    """If-Match carries the version of the milestone."""
    found, row = _milestone_at_version(request, number, months)
    actions.judge_milestone(row, by=request.member, **data.dict())
    return found


@router.post(
    "/stocks/{number}/milestones/{months}/judge-again",
    response=StockWhole,
    summary="Take a judgement back",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.judge_again")
@idempotent(StockWhole, status=200)
def judge_again(request: Any, number: str, months: int, data: OfficeReasonIn) -> Any:
    """While its aid is not released."""
    found, row = _milestone_at_version(request, number, months)
    actions.judge_again(row, reason=data.reason, by=request.member)
    return found


@router.post(
    "/stocks/{number}/milestones/{months}/release",
    response=StockWhole,
    summary="Release aid",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.release_aid")
@idempotent(StockWhole, status=200)
def release_aid(request: Any, number: str, months: int) -> Any:
    """Of a milestone that was reached; once."""
    found, row = _milestone_at_version(request, number, months)
    actions.release_aid(row, by=request.member)
    return found


def _milestone_at_version(request: Any, number: str, months: int) -> tuple[Any, Any]:
    found = queries.stock_of(request.member, number)
    row = queries.milestone_of(found, months)
    if_match(request, row)
    return found, row


def _at_version(request: Any, number: str) -> Any:
    found = queries.stock_of(request.member, number)
    if_match(request, found)
    return found
