"""Policies, budgets, stated facts and confirmations that a spreadsheet brings: each row does what the page does."""

from __future__ import annotations

from typing import Any

from shanhai.core.models import Import, Member, Pairing
from shanhai.core.sheets.columns import Change
from shanhai.fields.investment.actions import aid_runs, policies
from shanhai.fields.investment.columns import aid as columns
from shanhai.fields.investment.models import AidBudget, AidClaim, AidPolicy, StatedFact
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.park.actions.firm_sheets import by_page_only, firm_named, written_by
from shanhai.kernel.refusals import NotNow, gettext_noop

_POLICY = (
    "name_zh", "name_en", "valid_from", "valid_to", "requires", "grants", "pays", "excludes", "joint", "cap", "pot_fen",
    "mountain_share", "sea_share", "clawback", "status",
)  # fmt: skip
_DEFAULTS = {"pays": "once", "mountain_share": 1, "sea_share": 0, "status": "assumed"}


def _standing(values: Any) -> dict[str, Any]:
    return {"is_illustrative": values["standing"] == "illustrative", "source": values["source"] or ""}


def _put_policy(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    told = {name: values[name] for name in _POLICY}
    told = {
        name: _DEFAULTS.get(name, value) if value in (None, "") else value for name, value in told.items()
    }
    if values["mountain_share"] is None and values["sea_share"] is not None:
        told["mountain_share"] = 0
    pairing = Pairing.objects.get(code=values["pairing"])
    policies.publish_policy(
        pairing, code=values["code"], on_import=on_import, by=by, **told, **_standing(values)
    )


def _put_budget(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    policies.set_aid_budget(
        Pairing.objects.get(code=values["pairing"]),
        year=values["year"],
        side=values["side"],
        given_fen=values["given_fen"],
        on_import=on_import,
        by=by,
        **_standing(values),
    )


def _put_fact(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    told = {name: values[name] for name in ("name", "period", "value", "evidence")}
    policies.state_fact(
        firm_named(by, values["firm"]), on_import=on_import, by=by, **told, **_standing(values)
    )


def _put_claim(change: Change, by: Member | None, on_import: Import | None) -> None:
    """A sheet writes down the papers by which firms confirmed; claims come by a run only."""
    if change.before is None:
        raise NotNow(
            "investment.aid_by_run",
            gettext_noop("There is no claim {number}: claims come by a run. Leave the row out."),
            number=change.values["number"],
            field="number",
        )
    changed = [name for name in change.differs(columns.AID_CLAIMS.columns) if name != "confirmed_how"]
    if changed:
        raise by_page_only(change.key, changed[0])
    claim = queries.claim_of(by, change.values["number"])
    aid_runs.confirm_claim(claim, how=change.values["confirmed_how"] or "", by=by)


aid_policies_guard, write_aid_policies = written_by(columns.AID_POLICIES, _put_policy, AidPolicy)
aid_budgets_guard, write_aid_budgets = written_by(columns.AID_BUDGETS, _put_budget, AidBudget)
stated_facts_guard, write_stated_facts = written_by(columns.STATED_FACTS_REGISTER, _put_fact, StatedFact)
aid_claims_guard, write_aid_claims = written_by(columns.AID_CLAIMS, _put_claim, AidClaim)
