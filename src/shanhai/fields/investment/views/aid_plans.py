"""A plan of aid as pages show it: each policy with its trace, and what it costs each side."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shanhai.core import access, clock
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import aid_facts, aid_plan, aid_said
from shanhai.fields.investment.rules import aid as rules
from shanhai.planners.policy_aid import AidPlan, Outcome

_STATUS = {
    Outcome.GRANTED: "done", Outcome.UNKNOWN: "at_risk", Outcome.HAD: "done", Outcome.EXCLUDED: "paused",
    Outcome.NOT_ELIGIBLE: "not_started", Outcome.NOT_VALID: "not_started", Outcome.NOTHING: "not_started",
}  # fmt: skip


def outcome_said(outcome: Outcome) -> tuple[str, str]:
    """Shape and word of what becomes of a policy."""
    said_as = {
        Outcome.GRANTED: _("It may have it"), Outcome.UNKNOWN: _("Facts are missing"), Outcome.HAD: _("Had already"),
        Outcome.EXCLUDED: _("Excluded by another"), Outcome.NOT_ELIGIBLE: _("Not eligible"),
        Outcome.NOT_VALID: _("Not in force"), Outcome.NOTHING: _("Comes to nothing"),
    }  # fmt: skip
    return _STATUS[outcome], said_as[outcome]


def planned(force: aid_plan.InForce, plan: AidPlan, facts: Any, sees_tax: bool = True) -> dict[str, Any]:
    """A plan as pages show it: each policy with its trace, and the cost to each side."""
    names = {one.code: one.name for one in force.editions}
    order = list(Outcome)
    rows = []
    for claim in sorted(plan.claims, key=lambda one: (order.index(one.outcome), one.policy)):
        missing = [name for name in aid_plan.asked_by(force, claim.policy) if name not in facts]
        rows.append(
            {
                "edition": force.edition(claim.policy),
                "status": outcome_said(claim.outcome),
                "fen": claim.amount_fen,
                "shares": [claim.by_bearer.get(side, 0) for side in rules.SIDES],
                "why": aid_said.reasons(
                    claim.reasons, names, aid_said.hides(aid_plan.asked_by(force, claim.policy), sees_tax)
                ),
                "missing": [aid_said.name(name) for name in missing]
                if claim.outcome is Outcome.UNKNOWN
                else [],
                "promise": aid_said.clawback(force.edition(claim.policy)) if claim.amount_fen else "",
            }
        )
    used = [name for claim in plan.claims for name in aid_plan.asked_by(force, claim.policy) if name in facts]
    return {
        "rows": rows,
        "total_fen": plan.total_fen,
        "sides": [(side, plan.by_bearer.get(side, 0)) for side in rules.SIDES],
        "n_granted": sum(1 for one in plan.claims if one.outcome is Outcome.GRANTED),
        "facts": aid_said.fact_rows(aid_facts.as_rows(facts, dict.fromkeys(used)), sees_tax),
        "on": force.on,
    }


def of_lead(one: Lead, member: Any) -> dict[str, Any] | None:
    """What the page of a lead shows of aid: by the policies in force today, to who may see them."""
    if not access.may(member, "investment.view_policies"):
        return None
    force, facts, plan = aid_plan.for_lead(one, clock.today())
    if not force.editions:
        return None
    return planned(force, plan, facts)
