"""Policies of aid for programs: editions, what they would bring, what firms may claim, budgets, stated facts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query

from shanhai.core import access, clock
from shanhai.fields.investment.actions import aid_runs, policies
from shanhai.fields.investment.api.aid_shapes import (
    AidBudgetIn,
    AidBudgetOut,
    AidClaimOut,
    AidConfirmedOut,
    AidOfFirmOut,
    AidOnWhere,
    AidPlanOut,
    AidPolicyIn,
    AidPolicyOut,
    StatedFactIn,
    StatedFactOut,
)
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_plan, aid_said
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, pairing_of
from shanhai.fields.park.queries import firms
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Paged, etag, idempotent, if_match, may

# -- policies ------------------------------------------------------------------------------------------------------


@router.get("/policies", response=Paged[AidPolicyOut], summary="Policies of aid")
@may("investment.view_policies")
def list_aid_policies(request: Any, asked: Query[OfficeWhere]) -> Any:
    """The current edition of each."""
    found = queries.policies_of(request.member, pairing_of(request, asked.pairing))
    return registers.paged(AidPolicyOut, found, ("code", "id"), request)


@router.get("/policies/{code}", response=list[AidPolicyOut], summary="Editions of a policy")
@may("investment.view_policies")
def list_policy_editions(request: Any, response: HttpResponse, code: str) -> Any:
    """Latest first; the version of the current one stands in ETag."""
    one = queries.policy_of(request.member, code)
    etag(response, one)
    return registers.fill(AidPolicyOut, queries.editions_of(one))


@router.post("/policies", response={201: AidPolicyOut}, summary="Publish a policy or a new edition")
@may("investment.publish_policy")
@idempotent(AidPolicyOut)
def publish_policy(request: Any, data: AidPolicyIn) -> Any:
    """What is left out stays as the edition before has it."""
    given = data.dict(exclude_unset=True)
    pairing, code = pairing_of(request, given.pop("pairing", "")), given.pop("code")
    one = policies.publish_policy(pairing, code=code, by=request.member, **given)
    return registers.fill(AidPolicyOut, [one])[0]


@router.post(
    "/policies/{code}/withdraw",
    response=AidPolicyOut,
    summary="Withdraw an edition",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.withdraw_policy")
@idempotent(AidPolicyOut, status=200)
def withdraw_policy(request: Any, code: str, data: OfficeReasonIn) -> Any:
    """While no claim stands on it."""
    one = queries.policy_of(request.member, code)
    if_match(request, one)
    policies.withdraw_policy(one, reason=data.reason, by=request.member)
    return registers.fill(AidPolicyOut, [one])[0]


@router.get("/leads/{number}/aid", response=AidPlanOut, summary="What aid a lead could have")
@may("investment.view_policies")
def show_lead_aid(request: Any, number: str, asked: Query[AidOnWhere]) -> Any:
    """By the policies of a day, with the arithmetic and the cost to each side."""
    access.check(request.member, "investment.view_leads")
    lead = lead_queries.lead_of(request.member, number)
    return _plan(*aid_plan.for_lead(lead, asked.on or clock.today()))


def _plan(force: aid_plan.InForce, facts: Any, plan: Any) -> dict[str, Any]:
    lines = []
    for one in plan.claims:
        missing = [name for name in aid_plan.asked_by(force, one.policy) if name not in facts]
        lines.append(_line(force.edition(one.policy), one, missing, is_masked=False))
    return {
        "on": force.on,
        "total_fen": plan.total_fen,
        **{f"{side}_fen": plan.by_bearer.get(side, 0) for side in rules.SIDES},
        "lines": lines,
    }


def _line(edition: Any, claim: Any, missing: Any, *, is_masked: bool) -> dict[str, Any]:
    return {
        "policy": claim.policy,
        "edition": edition.edition,
        "outcome": str(claim.outcome),
        "amount_fen": claim.amount_fen,
        "wanted_fen": claim.wanted_fen,
        **{f"{side}_fen": claim.by_bearer.get(side, 0) for side in rules.SIDES},
        "missing": list(missing),
        "reasons": [
            {"code": why.code, "said": aid_said.reasons([why], None, is_masked)} for why in claim.reasons
        ],
    }


@router.get("/firms/{code}/aid", response=AidOfFirmOut, summary="What a firm may claim, claims and missed")
@may("investment.view_aid")
def show_firm_aid(request: Any, code: str) -> Any:
    """By the records of today."""
    one = firms.firm_of(request.member, code)
    found = queries.of_one_firm(one, clock.today())
    sees_tax = firms.is_own(request.member, one) or access.may(
        request.member, "park.read_tax", pairing_id=one.pairing_id
    )

    def lines(chances: Any) -> list[dict[str, Any]]:
        return [
            _line(one.edition, one.claim, one.missing, is_masked=aid_said.hides(one.asked, sees_tax))
            for one in chances
        ]

    return {
        "period": found.period,
        "may": lines(found.may),
        "beyond": lines(found.beyond),
        "to_confirm": [row.number for row in found.waiting],
        "running": [row.number for row in found.running],
        "had": [row.number for row in found.had],
        "missed": [row.number for row in found.missed],
        "last_period": found.last_period,
        "missed_before": lines(found.missed_before),
    }


@router.post("/firms/{code}/stated-facts", response={201: StatedFactOut}, summary="State a fact of a firm")
@may("investment.state_fact")
@idempotent(StatedFactOut)
def state_fact(request: Any, code: str, data: StatedFactIn) -> Any:
    """One that no register holds; stated again it is put right."""
    one = policies.state_fact(firms.firm_of(request.member, code), by=request.member, **data.dict())
    return registers.fill(StatedFactOut, [one])[0]


@router.post(
    "/firms/{code}/aid/confirm", response=AidConfirmedOut, summary="Confirm all that a firm may claim"
)
@may("investment.confirm_all")
@idempotent(AidConfirmedOut, status=200)
def confirm_all(request: Any, code: str) -> Any:
    """In one step."""
    done = aid_runs.confirm_all(firms.firm_of(request.member, code), by=request.member)
    return {"claims": registers.fill(AidClaimOut, done)}


@router.get("/stated-facts", response=Paged[StatedFactOut], summary="Facts stated of firms")
@may("investment.view_stated_facts")
def list_stated_facts(request: Any, asked: Query[OfficeWhere]) -> Any:
    """Those of firms that the caller sees."""
    found = queries.facts_of(request.member, pairing_of(request, asked.pairing))
    return registers.paged(StatedFactOut, found, ("-id",), request)


@router.get("/aid-budgets", response=Paged[AidBudgetOut], summary="Budgets for aid")
@may("investment.view_aid_budgets")
def list_aid_budgets(request: Any, asked: Query[OfficeWhere]) -> Any:
    """Latest year first."""
    found = queries.budget_rows(pairing_of(request, asked.pairing))
    return registers.paged(AidBudgetOut, found, ("-year", "side", "id"), request)


@router.post("/aid-budgets", response={201: AidBudgetOut}, summary="Set a budget for aid")
@may("investment.set_aid_budget")
@idempotent(AidBudgetOut)
def set_aid_budget(request: Any, data: AidBudgetIn) -> Any:
    """Of the caller's side; not below what it has paid."""
    given = data.dict()
    one = policies.set_aid_budget(pairing_of(request, given.pop("pairing")), by=request.member, **given)
    return registers.fill(AidBudgetOut, [one])[0]
