"""Claims of aid for programs: runs, and each step from found to paid and back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query

from shanhai.core import clock
from shanhai.fields.investment.actions import aid_money, aid_runs, aid_undone
from shanhai.fields.investment.api.aid_shapes import (
    AidClaimOut,
    AidClaimsWhere,
    AidClaimWhole,
    AidConfirmIn,
    AidDecisionIn,
    AidFoundOut,
    AidMoneyIn,
    AidObjectionIn,
    AidPeriodWhere,
    AidPromiseIn,
    AidRecallIn,
    AidRunIn,
    AidRunOut,
    AidRunWhole,
)
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_plan
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, pairing_of
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Paged, etag, idempotent, if_match, may, paged

# -- runs and claims -----------------------------------------------------------------------------------------------


@router.get("/aid-preview", response=AidFoundOut, summary="What a run would find")
@may("investment.run_aid")
def preview_run(request: Any, asked: Query[AidPeriodWhere]) -> Any:
    """Nothing is written."""
    found = aid_plan.find(pairing_of(request, asked.pairing), asked.period, clock.today())
    return {
        "period": found.period,
        "reference_on": found.rules.on,
        "looked_at_n": found.looked_at,
        "total_fen": found.total_fen,
        **{f"{side}_fen": found.by_side[side] for side in rules.SIDES},
        "claims": [
            {
                "firm": entry.firm.code,
                "policy": one.policy,
                "edition": found.rules.edition(one.policy).edition,
                "amount_fen": one.amount_fen,
                **{f"{side}_fen": one.by_bearer.get(side, 0) for side in rules.SIDES},
            }
            for entry in found.entries
            for one in entry.granted
        ],
    }


@router.get("/aid-runs", response=Paged[AidRunOut], summary="Runs of aid")
@may("investment.view_aid_runs")
def list_aid_runs(request: Any, asked: Query[OfficeWhere]) -> Any:
    """Latest first."""
    found = queries.runs_of(request.member, pairing_of(request, asked.pairing))
    return paged(found, ("-reference_on", "-id"), request)


@router.get("/aid-runs/{number}", response=AidRunWhole, summary="One run of aid")
@may("investment.view_aid_runs")
def show_aid_run(request: Any, response: HttpResponse, number: str) -> Any:
    """With its claims; its version stands in ETag."""
    found = queries.run_of(request.member, number)
    etag(response, found)
    return found


@router.post("/aid-runs", response={201: AidRunWhole}, summary="Write a run of aid")
@may("investment.run_aid")
@idempotent(AidRunWhole)
def run_aid(request: Any, data: AidRunIn) -> Any:
    """A claim for each firm and policy; the firms are told."""
    return aid_runs.run_aid(
        pairing_of(request, data.pairing), data.period, expected_fen=data.expected_fen, by=request.member
    )


@router.post(
    "/aid-runs/{number}/notice",
    response=AidRunWhole,
    summary="Put checked claims on notice",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.give_notice")
@idempotent(AidRunWhole, status=200)
def give_notice(request: Any, number: str) -> Any:
    """All of the run that were checked twice."""
    found = queries.run_of(request.member, number)
    if_match(request, found)
    aid_runs.give_notice(found, by=request.member)
    return found


@router.get("/aid-claims", response=Paged[AidClaimOut], summary="Claims of aid")
@may("investment.view_aid")
def list_aid_claims(request: Any, asked: Query[AidClaimsWhere]) -> Any:
    """The claims that the caller sees, latest first."""
    found = queries.claims_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    if asked.firm:
        found = queries.of_firm(found, asked.firm)
    if asked.policy:
        found = queries.of_policy(found, asked.policy)
    return registers.paged(AidClaimOut, found, ("-found_on", "-id"), request)


@router.get("/aid-claims/{number}", response=AidClaimWhole, summary="One claim of aid")
@may("investment.view_aid")
def show_aid_claim(request: Any, response: HttpResponse, number: str) -> Any:
    """With its money and objections; its version stands in ETag."""
    found = queries.claim_of(request.member, number)
    etag(response, found)
    return found


def _at_version(request: Any, number: str) -> Any:
    """The claim, at the version that the caller has read."""
    found = queries.claim_of(request.member, number)
    if_match(request, found)
    return found


@router.post(
    "/aid-claims/{number}/confirm",
    response=AidClaimWhole,
    summary="Confirm a claim",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.confirm_claim")
@idempotent(AidClaimWhole, status=200)
def confirm_claim(request: Any, number: str, data: AidConfirmIn) -> Any:
    """By the firm, or by an office that has it on paper."""
    return aid_runs.confirm_claim(_at_version(request, number), how=data.how, by=request.member)


@router.post(
    "/aid-claims/{number}/decline",
    response=AidClaimWhole,
    summary="Decline a claim",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.decline_claim")
@idempotent(AidClaimWhole, status=200)
def decline_claim(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """For the firm."""
    return aid_runs.decline_claim(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/aid-claims/{number}/check", response=AidClaimWhole, summary="Check a claim", openapi_extra=CHANGES_A_ROW
)
@may("investment.check_claim")
@idempotent(AidClaimWhole, status=200)
def check_claim(request: Any, number: str) -> Any:
    """The first time, then by another member the second."""
    return aid_runs.check_claim(_at_version(request, number), by=request.member)


@router.post(
    "/aid-claims/{number}/confirm/take-back",
    response=AidClaimWhole,
    summary="Take a confirmation back",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.take_back_confirmation")
@idempotent(AidClaimWhole, status=200)
def take_back_confirmation(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """Before anybody has checked the claim: by its firm, or by who wrote down the paper."""
    found = _at_version(request, number)
    return aid_undone.take_back_confirmation(found, reason=data.reason, by=request.member)


@router.post(
    "/aid-claims/{number}/check/take-back",
    response=AidClaimWhole,
    summary="Take a check back",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.take_back_check")
@idempotent(AidClaimWhole, status=200)
def take_back_check(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """One's own: the first before the second, the second before the public notice."""
    return aid_undone.take_back_check(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/aid-claims/{number}/refuse",
    response=AidClaimWhole,
    summary="Refuse a claim",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.refuse_claim")
@idempotent(AidClaimWhole, status=200)
def refuse_claim(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """With the reason that the firm reads."""
    return aid_runs.refuse_claim(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/aid-claims/{number}/objections",
    response={201: AidClaimWhole},
    summary="Object to a claim",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.object_to_claim")
@idempotent(AidClaimWhole)
def object_to_claim(request: Any, number: str, data: AidObjectionIn) -> Any:
    """While it is on public notice."""
    found = _at_version(request, number)
    aid_runs.object_to_claim(found, text=data.text, by=request.member)
    return found


@router.post(
    "/aid-claims/{number}/objections/{objection}/decide", response=AidClaimWhole, summary="Decide on an objection",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("investment.decide_objection")
@idempotent(AidClaimWhole, status=200)
def decide_objection(request: Any, number: str, objection: int, data: AidDecisionIn) -> Any:
    """Where it is upheld the claim is refused."""
    found = _at_version(request, number)
    one = queries.objection_of(found, objection)
    aid_runs.decide_objection(one, is_upheld=data.is_upheld, decision=data.decision, by=request.member)
    return found


@router.post(
    "/aid-claims/{number}/payments",
    response={201: AidClaimWhole},
    summary="Record a payment of aid",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.pay_share")
@idempotent(AidClaimWhole)
def pay_share(request: Any, number: str, data: AidMoneyIn) -> Any:
    """The share of one side, once, after the notice, within its budget."""
    return aid_money.pay_share(_at_version(request, number), by=request.member, **data.dict())


@router.post(
    "/aid-claims/{number}/promise",
    response=AidClaimWhole,
    summary="Decide on a promise",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.judge_promise")
@idempotent(AidClaimWhole, status=200)
def judge_promise(request: Any, number: str, data: AidPromiseIn) -> Any:
    """By the rule of the policy's edition."""
    return aid_money.judge_promise(_at_version(request, number), by=request.member, **data.dict())


@router.post(
    "/aid-claims/{number}/recall",
    response=AidClaimWhole,
    summary="Recall paid aid",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.recall_claim")
@idempotent(AidClaimWhole, status=200)
def recall_claim(request: Any, number: str, data: AidRecallIn) -> Any:
    """For another reason than its promise."""
    return aid_money.recall_claim(
        _at_version(request, number), fen=data.fen, reason=data.reason, by=request.member
    )


@router.post(
    "/aid-claims/{number}/returns",
    response={201: AidClaimWhole},
    summary="Record that aid came back",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.record_return")
@idempotent(AidClaimWhole)
def record_return(request: Any, number: str, data: AidMoneyIn) -> Any:
    """The share of one side, once."""
    return aid_money.record_return(_at_version(request, number), by=request.member, **data.dict())
