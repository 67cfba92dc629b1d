"""Writes of money: each side pays its share once and within its budget; a broken promise brings it back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, notices, rows, work
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.investment.actions.aid_runs import PAY, PROMISE, facts_of
from shanhai.fields.investment.actions.policies import own_side
from shanhai.fields.investment.models import AidBudget, AidClaim, AidPayment
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.investment.rules import aid_money as money
from shanhai.fields.investment.rules.aid_documents import clawback_of
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.fields.office.rules.shared import said
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.fields.park.queries import for_policies
from shanhai.kernel.refusals import gettext_noop
from shanhai.planners.policy_aid import claw_back

Stage = rules.ClaimStage
BACK = "investment.recall_aid"


@action
def pay_share(
    claim: AidClaim, *, side: str, on: date | None = None, reference: str, by: Member | None
) -> AidClaim:
    """Record that a side paid its share of a claim, after the notice and out of its budget of that year.

    The claim is the guard of its payments and the budget of those of its year; besides, the database takes the same aid
    of a side only once.

    Raises
    ------
    NotNow
        ``investment.aid_stage``, ``.aid_notice_open``, ``.aid_objections``, ``.aid_paid_already``, ``.aid_no_budget``,
        ``.aid_over_budget``
    """
    access.check(by, "investment.pay_share", pairing_id=claim.pairing_id)
    rules.check_side(side, own_side(by, claim.pairing, side), claim.pairing.code)
    rules.check_stage(claim.number, claim.stage, Stage.NOTICED, Stage.PAID)
    rules.check_due(claim.number, side, claim.share_of(side) - claim.paid_by(side), is_back=False)
    on = on or clock.today()
    rules.check_notice_open(claim.number, claim.notice_until, on, is_open=False)
    money.check_day(claim.number, on, clock.today())
    rules.check_no_objections(claim.number, claim.objections.filter(stage="open").count())
    reference = said(reference, "reference")[:120]
    fen = claim.share_of(side)
    _spend(claim, side, on.year, fen)
    changes: dict[str, Any] = {f"{side}_paid_fen": fen}
    if claim.paid_fen + fen == claim.amount_fen:
        changes |= {"stage": Stage.PAID, "paid_on": on, **_promised(claim, on)}
    rows.move(claim, **changes)
    _write(claim, rules.PaymentKind.PAID, side, on, fen, reference, by)
    journal.record(claim, "investment.pay_share", by=by, side=side, on=on.isoformat(), reference=reference)
    _done_paying(claim, side, by)
    standings.follow(measured_by([claim.pairing_id], *rules.INDICATORS))
    return claim


def _spend(claim: AidClaim, side: str, year: int, fen: int) -> None:
    """Take money out of a budget while it has as much; of two at once neither overdraws it."""
    budget = AidBudget.objects.filter(pairing_id=claim.pairing_id, year=year, side=side).first()
    money.check_budget(side, year, budget is not None)
    assert budget is not None
    taken = AidBudget.objects.filter(pk=budget.pk, given_fen__gte=F("used_fen") + fen).update(
        used_fen=F("used_fen") + fen, version=F("version") + 1
    )
    money.check_taken(side, year, bool(taken), budget.left_fen, fen)
    budget.refresh_from_db()
    journal.record(budget, "investment.pay_share", by=None, claim=claim.number)


def _promised(claim: AidClaim, on: date) -> dict[str, Any]:
    asked = clawback_of(claim.policy.clawback)
    if asked is None:
        return {}
    due = rules.months_later(on, asked.months)
    return {"promise_fact": asked.fact, "promised": asked.least, "promise_due_on": due}


def _write(
    claim: AidClaim, kind: rules.PaymentKind, side: str, on: date, fen: int, reference: str, by: Member | None
) -> None:
    AidPayment.objects.create(
        claim=claim, pairing_id=claim.pairing_id, firm_id=claim.firm_id, policy_code=claim.policy_code,
        aid_year=claim.aid_year, kind=kind, side=side, on=on, amount_fen=fen, reference=reference, member=by,
    )  # fmt: skip


def _done_paying(claim: AidClaim, side: str, by: Member | None) -> None:
    unit = unit_on(claim.pairing_id, side, "office")
    if claim.stage == Stage.PAID:
        work.done(PAY, claim, by=by)
        notices.tell(
            f"investment.aid:{claim.pk}:paid", "investment.aidclaim", gettext_noop("The aid of {firm} by {policy} is paid"),
            facts_of(claim), claim.url, for_policies.people_of(claim.firm), claim.pairing_id,
        )  # fmt: skip
    elif unit is not None:
        work.done(PAY, claim, unit_id=unit.pk, by=by)


# -- broken promises -----------------------------------------------------------------------------------------------


@action
def judge_promise(
    claim: AidClaim, *, delivered: Decimal | None = None, evidence: str = "", by: Member | None
) -> AidClaim:
    """Say whether a promise was kept, by the records or by a paper; if it was not, what the rule says goes back.

    Raises
    ------
    NotNow
        ``investment.aid_no_promise``, ``.aid_promise_early``, ``.aid_promise_unknown``
    """
    access.check(by, "investment.judge_promise", pairing_id=claim.pairing_id)
    rules.check_mountain(own_side(by, claim.pairing), claim.pairing.code)
    rules.check_stage(claim.number, claim.stage, Stage.PAID)
    money.check_promise(claim.number, claim.promise_fact, claim.promise_due_on, clock.today())
    if delivered is None:
        delivered = queries.delivered(claim)
    else:
        evidence = said(evidence, "evidence")[:200]
    known = money.check_delivered(claim.number, claim.promise_fact, delivered)
    asked = clawback_of(claim.policy.clawback)
    assert asked is not None and claim.promised is not None
    back = claw_back(claim.paid_fen, claim.promised, known, asked.tolerance, asked.whole)
    if not back:
        rows.move(claim, stage=Stage.KEPT, delivered=known, closed_on=clock.today())
        journal.record(claim, "investment.judge_promise", by=by, evidence=evidence)
        work.done(PROMISE, claim, by=by)
        return claim
    rows.move(claim, stage=Stage.RECALLED, delivered=known, recalled_fen=back, reason=evidence)
    journal.record(claim, "investment.judge_promise", by=by, evidence=evidence)
    work.done(PROMISE, claim, by=by)
    _ask_back(claim, by)
    return claim


@action
def recall_claim(claim: AidClaim, *, fen: int | None = None, reason: str, by: Member | None) -> AidClaim:
    """Recall paid money for another reason than its promise: moved away, false papers; all of it by default."""
    access.check(by, "investment.recall_claim", pairing_id=claim.pairing_id)
    rules.check_mountain(own_side(by, claim.pairing), claim.pairing.code)
    rules.check_stage(claim.number, claim.stage, Stage.PAID, Stage.KEPT)
    rules.check_reason(claim.number, reason)
    fen = claim.paid_fen if fen is None else fen
    money.check_recalled(claim.number, fen, claim.paid_fen)
    rows.move(claim, stage=Stage.RECALLED, recalled_fen=fen, reason=reason.strip()[:300], closed_on=None)
    journal.record(claim, "investment.recall_claim", by=by, reason=reason.strip()[:300])
    work.done(PROMISE, claim, by=by)
    _ask_back(claim, by)
    return claim


def _ask_back(claim: AidClaim, by: Member | None) -> None:
    await_return(claim, by)
    notices.tell(
        f"investment.aid:{claim.pk}:recalled", "investment.aidclaim",
        gettext_noop("{firm} gives back {yuan} yuan of its aid by {policy}"), _told(claim), claim.url,
        [*for_policies.people_of(claim.firm), *people_of(claim.run.unit_id)], claim.pairing_id,
    )  # fmt: skip


def await_return(claim: AidClaim, by: Member | None) -> None:
    """Each side records that it has its share back."""
    owed = queries.owed_back(claim)
    what = gettext_noop("{yuan} yuan of aid come back from {firm}: record your share of {number}")
    for side in rules.SIDES:
        unit = unit_on(claim.pairing_id, side, "office") if owed[side] else None
        if unit is not None:
            work.open_item(BACK, claim, unit, what, _told(claim), claim.url, by=by)


def _told(claim: AidClaim) -> dict[str, str]:
    return facts_of(claim) | {"yuan": f"{Decimal(claim.recalled_fen) / 100:,.2f}"}


@action
def record_return(
    claim: AidClaim, *, side: str, on: date | None = None, reference: str, by: Member | None
) -> AidClaim:
    """Record that a side has its share of a recalled sum back."""
    access.check(by, "investment.record_return", pairing_id=claim.pairing_id)
    rules.check_side(side, own_side(by, claim.pairing, side), claim.pairing.code)
    rules.check_stage(claim.number, claim.stage, Stage.RECALLED)
    owed = queries.owed_back(claim)[side]
    rules.check_due(claim.number, side, owed, is_back=True)
    on = on or clock.today()
    money.check_day(claim.number, on, clock.today())
    reference = said(reference, "reference")[:120]
    returned = claim.returned_fen + owed
    changes: dict[str, Any] = {"returned_fen": returned}
    if returned == claim.recalled_fen:
        changes |= {"stage": Stage.RETURNED, "closed_on": on}
    rows.move(claim, **changes)
    _write(claim, rules.PaymentKind.RETURNED, side, on, owed, reference, by)
    journal.record(
        claim, "investment.record_return", by=by, side=side, on=on.isoformat(), reference=reference
    )
    unit = unit_on(claim.pairing_id, side, "office")
    if claim.stage == Stage.RETURNED:
        work.done(BACK, claim, by=by)
    elif unit is not None:
        work.done(BACK, claim, unit_id=unit.pk, by=by)
    return claim
