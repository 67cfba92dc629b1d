"""Aid in a zone folder: every edition of the policies, budgets, stated facts, runs, claims, objections and payments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from shanhai.core import access
from shanhai.core.models import Member
from shanhai.fields.investment.actions import aid_loading as actions
from shanhai.fields.investment.models import (
    AidBudget,
    AidClaim,
    AidObjection,
    AidPayment,
    AidPolicy,
    AidRun,
    StatedFact,
)
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    NUMBER,
    TEXT,
    WHOLE,
    YES,
    Read,
    Row,
    line_of,
    rows,
    write_files,
)

_LIST: Read = lambda text: json.loads(text) if text else []  # noqa: E731
POLICIES: dict[str, Read] = {
    "pairing": TEXT, "code": TEXT, "edition": WHOLE, "name_zh": TEXT, "name_en": TEXT, "valid_from": DAY, "valid_to": DAY,
    "requires": TEXT, "grants": TEXT, "pays": TEXT, "excludes": TEXT, "joint": TEXT, "cap": TEXT, "pot_fen": WHOLE,
    "mountain_share": WHOLE, "sea_share": WHOLE, "clawback": TEXT, "status": TEXT, "is_current": YES, "published_on": DAY,
    "withdrawn_on": DAY, "standing": TEXT, "source": TEXT,
}  # fmt: skip
BUDGETS: dict[str, Read] = {
    "pairing": TEXT, "year": WHOLE, "side": TEXT, "given_fen": WHOLE, "used_fen": WHOLE, "standing": TEXT, "source": TEXT,
}  # fmt: skip
FACTS: dict[str, Read] = {
    "firm": TEXT, "period": TEXT, "name": TEXT, "value": TEXT, "evidence": TEXT, "standing": TEXT, "source": TEXT,
}  # fmt: skip
RUNS: dict[str, Read] = {
    "number": TEXT, "pairing": TEXT, "period": TEXT, "reference_on": DAY, "made_on": DAY, "confirm_due_on": DAY,
    "notice_from": DAY, "notice_until": DAY, "unit": TEXT, "looked_at_n": WHOLE, "standing": TEXT, "source": TEXT,
}  # fmt: skip
CLAIMS: dict[str, Read] = {
    "number": TEXT, "run": TEXT, "firm": TEXT, "policy": TEXT, "edition": WHOLE, "aid_year": WHOLE, "reference_on": DAY,
    "found_on": DAY, "stage": TEXT, "wanted_fen": WHOLE, "amount_fen": WHOLE, "mountain_fen": WHOLE, "sea_fen": WHOLE,
    "facts": _LIST, "reasons": _LIST, "confirm_due_on": DAY, "confirmed_on": DAY, "confirmed_by": TEXT, "confirmed_how": TEXT,
    "first_checked_on": DAY, "first_checker": TEXT, "second_checked_on": DAY, "second_checker": TEXT, "notice_from": DAY,
    "notice_until": DAY, "mountain_paid_fen": WHOLE, "sea_paid_fen": WHOLE, "paid_on": DAY, "promise_fact": TEXT,
    "promised": NUMBER, "promise_due_on": DAY, "delivered": NUMBER, "recalled_fen": WHOLE, "returned_fen": WHOLE,
    "reason": TEXT, "closed_on": DAY, "standing": TEXT, "source": TEXT,
}  # fmt: skip
OBJECTIONS: dict[str, Read] = {
    "claim": TEXT, "stage": TEXT, "text": TEXT, "filed_on": DAY, "member": TEXT, "decision": TEXT, "decided_on": DAY,
    "decided_by": TEXT,
}  # fmt: skip
PAYMENTS: dict[str, Read] = {
    "claim": TEXT, "kind": TEXT, "side": TEXT, "on": DAY, "amount_fen": WHOLE, "reference": TEXT, "member": TEXT,
}  # fmt: skip
FILES = {
    "aid_policies.csv": POLICIES,
    "aid_budgets.csv": BUDGETS,
    "aid_facts.csv": FACTS,
    "aid_runs.csv": RUNS,
    "aid_claims.csv": CLAIMS,
    "aid_objections.csv": OBJECTIONS,
    "aid_payments.csv": PAYMENTS,
}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load what a folder says of aid; a zone that has some already is left alone."""
    given = {name: rows(folder / name, columns) for name, columns in FILES.items()}
    if not any(given.values()):
        return {}
    return actions.load_aid(given, by=by)


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what a member sees of aid, in the order of its keys."""
    lines = {
        "aid_policies.csv": _policies(by),
        "aid_budgets.csv": _budgets(by),
        "aid_facts.csv": _facts(by),
        "aid_runs.csv": _runs(by),
        "aid_claims.csv": _claims(by),
        "aid_objections.csv": _objections(by),
        "aid_payments.csv": _payments(by),
    }
    return write_files(folder, FILES, lines)


def _in_reach(by: Member | None) -> dict[str, object]:
    """Rows of pairings in which a member has a seat."""
    if by is None or access.standing(by).roles & access.SEES_ALL:
        return {}
    return {"pairing_id__in": list(access.standing(by).sides)}


def _policies(by: Member | None) -> Iterator[Row]:
    found = AidPolicy.objects.filter(**_in_reach(by)).select_related("pairing")
    for one in found.order_by("pairing__code", "code", "edition"):
        yield line_of(one, POLICIES, {"pairing": one.pairing})


def _budgets(by: Member | None) -> Iterator[Row]:
    found = AidBudget.objects.filter(**_in_reach(by)).select_related("pairing")
    for one in found.order_by("pairing__code", "year", "side"):
        standing = "illustrative" if one.is_illustrative else "reported"
        yield line_of(one, BUDGETS, {"pairing": one.pairing, "standing": standing})


def _facts(by: Member | None) -> Iterator[Row]:
    found = StatedFact.objects.filter(**_in_reach(by)).select_related("firm__organisation")
    for one in found.order_by("firm__organisation__code", "period", "name"):
        yield line_of(one, FACTS, {"firm": one.firm.code})


def _runs(by: Member | None) -> Iterator[Row]:
    found = AidRun.objects.filter(queries.runs_seen_by(by)).select_related("pairing", "unit")
    for one in found.order_by("number"):
        yield line_of(one, RUNS, {"pairing": one.pairing})


def _of_seen(by: Member | None, path: str) -> dict[str, object]:
    if by is None:
        return {}
    return {f"{path}__in": AidClaim.objects.filter(queries.seen_by(by)).values("pk")}


def _claims(by: Member | None) -> Iterator[Row]:
    found = AidClaim.objects.filter(**_of_seen(by, "pk")).select_related(
        "run", "firm__organisation", "policy", "confirmed_by", "first_checker", "second_checker"
    )
    for one in found.order_by("number"):
        own = {
            "run": one.run.number, "firm": one.firm.code, "policy": one.policy.code, "edition": one.policy.edition,
        }  # fmt: skip
        yield line_of(one, CLAIMS, own)


def _objections(by: Member | None) -> Iterator[Row]:
    found = AidObjection.objects.filter(**_of_seen(by, "claim")).select_related(
        "claim", "member", "decided_by"
    )
    for one in found.order_by("claim__number", "pk"):
        yield line_of(one, OBJECTIONS, {"claim": one.claim.number})


def _payments(by: Member | None) -> Iterator[Row]:
    found = AidPayment.objects.filter(**_of_seen(by, "claim")).select_related("claim", "member")
    for one in found.order_by("claim__number", "on", "pk"):
        yield line_of(one, PAYMENTS, {"claim": one.claim.number})
