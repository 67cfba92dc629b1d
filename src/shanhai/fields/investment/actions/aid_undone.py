"""A confirmation or a check of a claim is taken back by who gave it, until the next step has used it."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, notices, rows, work
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.investment.actions import aid_runs
from shanhai.fields.investment.models import AidClaim
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.park.queries import firms, for_policies
from shanhai.kernel.refusals import gettext_noop

Stage = rules.ClaimStage
_TO: dict[str, dict[str, Any]] = {
    Stage.CHECKED: {"stage": Stage.CONFIRMED, "first_checker": None, "first_checked_on": None},
    Stage.CLEARED: {"stage": Stage.CHECKED, "second_checker": None, "second_checked_on": None},
}


@action
def take_back_confirmation(claim: AidClaim, *, reason: str, by: Member | None) -> AidClaim:
    """Take a confirmation back before anybody has checked the claim: by its firm, or by who wrote down the paper."""
    access.check(by, "investment.take_back_confirmation", pairing_id=claim.pairing_id)
    rules.check_stage(claim.number, claim.stage, Stage.CONFIRMED)
    is_own = by is not None and firms.is_own(by, claim.firm)
    rules.check_own_step(claim.number, by.pk if by is not None else None, claim.confirmed_by_id, is_own)
    rules.check_reason(claim.number, reason)
    rows.move(claim, stage=Stage.FOUND, confirmed_on=None, confirmed_by=None, confirmed_how="")
    journal.record(claim, "investment.take_back_confirmation", by=by, reason=reason.strip()[:300])
    work.drop(aid_runs.CHECK, claim, by=by)
    aid_runs.await_confirmations([claim], by)
    if not is_own:
        what = gettext_noop("The confirmation of the aid of {firm} by {policy} was taken back: {reason}")
        notices.tell(
            f"investment.aid:{claim.pk}:unconfirmed:{claim.version}", "investment.aidclaim", what,
            aid_runs.facts_of(claim) | {"reason": reason.strip()[:300]}, claim.url, for_policies.people_of(claim.firm), claim.pairing_id,
        )  # fmt: skip
    return claim


@action
def take_back_check(claim: AidClaim, *, reason: str, by: Member | None) -> AidClaim:
    """Take back one's own check: the first before the second, the second before the public notice."""
    access.check(by, "investment.take_back_check", pairing_id=claim.pairing_id)
    rules.check_stage(claim.number, claim.stage, Stage.CHECKED, Stage.CLEARED)
    is_first = claim.stage == Stage.CHECKED
    checker = claim.first_checker_id if is_first else claim.second_checker_id
    rules.check_own_step(claim.number, by.pk if by is not None else None, checker, is_own=False)
    rules.check_reason(claim.number, reason)
    rows.move(claim, **_TO[claim.stage])
    journal.record(
        claim, "investment.take_back_check", by=by, check=1 if is_first else 2, reason=reason.strip()[:300]
    )
    work.drop(aid_runs.CHECK, claim, by=by)
    aid_runs.await_check(claim, by)
    if not is_first and not claim.run.claims.filter(stage=Stage.CLEARED).exists():
        work.drop(aid_runs.NOTICE, claim.run, by=by)
    return claim
