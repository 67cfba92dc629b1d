"""The rows of the registers of aid: policies, budgets, stated facts, claims."""

from __future__ import annotations

from django.db.models import Q

from shanhai.core.models import Member
from shanhai.fields.investment.columns import aid as columns
from shanhai.fields.investment.models import AidBudget, AidClaim, AidPolicy, StatedFact
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.pairing.queries.registers import Table
from shanhai.fields.park.queries import firms


def _of_firms(member: Member) -> Q:
    return Q(firm__in=firms.Firm.objects.filter(firms.seen_by(member)).values("pk"))


_PAIRING = {"pairing": "pairing__code"}
AID_POLICIES = Table(columns.AID_POLICIES, AidPolicy, "pairing", _PAIRING, base=Q(is_current=True))
AID_BUDGETS = Table(columns.AID_BUDGETS, AidBudget, "pairing", _PAIRING)
STATED_FACTS = Table(
    columns.STATED_FACTS_REGISTER, StatedFact, "pairing", {"firm": "firm__organisation__code"}, seen=_of_firms
)
AID_CLAIMS = Table(
    columns.AID_CLAIMS,
    AidClaim,
    "pairing",
    {
        "run": "run__number",
        "period": "run__period",
        "firm": "firm__organisation__code",
        "firm_name": "firm__organisation__name_zh",
        "policy": "policy_code",
        "edition": "policy__edition",
    },
    seen=queries.seen_by,
)
aid_policies_rows = AID_POLICIES.rows
aid_budgets_rows, aid_budgets_current = AID_BUDGETS.rows, AID_BUDGETS.current
stated_facts_rows, stated_facts_current = STATED_FACTS.rows, STATED_FACTS.current
aid_claims_rows, aid_claims_current = AID_CLAIMS.rows, AID_CLAIMS.current
aid_policies_current = AID_POLICIES.current
