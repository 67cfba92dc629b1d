"""Aid that a zone folder brings: as it stood, with its days and people, and with the work that it still makes."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, names, search
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.investment.actions import aid_money, aid_runs
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
from shanhai.fields.investment.rules.aid import ClaimStage
from shanhai.fields.park.queries import firms
from shanhai.kernel.refusals import BadInput, gettext_noop

Rows = list[dict[str, Any]]


@action
def load_aid(given: dict[str, Rows], *, by: Member | None) -> dict[str, int]:
    """Write the files of a folder by name; what is there already is left alone. Gives rows written by file."""
    access.check(by, "investment.load_aid")
    known = _Known(given)
    counts = {}
    for name, load in (
        ("aid_policies.csv", _load_policies),
        ("aid_budgets.csv", _load_budgets),
        ("aid_facts.csv", _load_facts),
        ("aid_runs.csv", _load_runs),
    ):
        made = load(given[name], known)
        _write(made, by)
        counts[name] = len(made)
    known.runs = {one.number: one for one in AidRun.objects.select_related("pairing", "unit")}
    known.policies = {(one.pairing_id, one.code, one.edition): one for one in AidPolicy.objects.all()}
    claims = _load_claims(given["aid_claims.csv"], known)
    _write(claims, by)
    counts["aid_claims.csv"] = len(claims)
    new = {one.number: one for one in claims}
    objections = [
        _objection(row, new[row["claim"]], known)
        for row in given["aid_objections.csv"]
        if row["claim"] in new
    ]
    _write(objections, by)
    payments = [
        _payment(row, new[row["claim"]], known) for row in given["aid_payments.csv"] if row["claim"] in new
    ]
    AidPayment.objects.bulk_create(payments)
    counts |= {"aid_objections.csv": len(objections), "aid_payments.csv": len(payments)}
    _await(claims, objections, by)
    return counts


class _Known:
    """What the rows of a folder name."""

    def __init__(self, given: dict[str, Rows]) -> None:
        self.pairings = {one.code: one for one in Pairing.objects.all()}
        wanted = {row["firm"] for name in ("aid_facts.csv", "aid_claims.csv") for row in given[name]}
        self.firms = firms.by_codes(wanted)
        people = {
            row.get(name)
            for file in given
            for row in given[file]
            for name in ("confirmed_by", "first_checker", "second_checker", "member", "decided_by")
        }
        self.members = {one.code: one for one in Member.objects.filter(code__in=people - {None, ""})}
        units = {row["unit"] for row in given["aid_runs.csv"]}
        self.units = {one.code: one for one in Unit.objects.filter(code__in=units)}
        self.runs: dict[str, AidRun] = {}
        self.policies: dict[tuple[int, str, int], AidPolicy] = {}

    def member(self, code: str) -> Member | None:
        """A member by code, None for an empty cell or somebody who is not there."""
        return self.members.get(code)


def _found(rows: Any, key: Any, what: str) -> Any:
    found = rows.get(key)
    if found is None:
        raise BadInput(
            "investment.aid_zone_code",
            gettext_noop("The files of aid name {what} {code}, which is not there. Correct the code, or load it first."),
            what=what,
            code=str(key),
        )  # fmt: skip
    return found


def _rest(row: dict[str, Any], *but: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in (*but, "standing")}


def _is_made_up(row: dict[str, Any]) -> dict[str, bool]:
    return {"is_illustrative": row["standing"] == "illustrative"}


def _load_policies(rows: Rows, known: _Known) -> list[AidPolicy]:
    there = set(AidPolicy.objects.values_list("pairing__code", "code", "edition"))
    made = []
    for row in rows:
        if (row["pairing"], row["code"], row["edition"]) in there:
            continue
        pairing = _found(known.pairings, row["pairing"], "pairing")
        made.append(
            AidPolicy(
                pairing=pairing,
                zone_id=pairing.zone_id or pairing.pk,
                name_sort=names.sort_key(row["name_zh"]),
                **_rest(row, "pairing"),
                **_is_made_up(row),
            )
        )
    AidPolicy.objects.bulk_create(made)
    search.put_many([queries.found_as(one) for one in made if one.is_current])
    return made


def _load_budgets(rows: Rows, known: _Known) -> list[AidBudget]:
    there = set(AidBudget.objects.values_list("pairing__code", "year", "side"))
    made = [
        AidBudget(
            pairing=_found(known.pairings, row["pairing"], "pairing"),
            **_rest(row, "pairing"),
            **_is_made_up(row),
        )
        for row in rows
        if (row["pairing"], row["year"], row["side"]) not in there
    ]
    return AidBudget.objects.bulk_create(made)


def _load_facts(rows: Rows, known: _Known) -> list[StatedFact]:
    there = set(StatedFact.objects.values_list("firm__organisation__code", "period", "name"))
    made = []
    for row in rows:
        if (row["firm"], row["period"], row["name"]) not in there:
            firm = _found(known.firms, row["firm"], "firm")
            made.append(
                StatedFact(firm=firm, pairing_id=firm.pairing_id, **_rest(row, "firm"), **_is_made_up(row))
            )
    return StatedFact.objects.bulk_create(made)


def _load_runs(rows: Rows, known: _Known) -> list[AidRun]:
    there = set(AidRun.objects.values_list("number", flat=True))
    made = []
    for row in rows:
        if row["number"] in there:
            continue
        pairing = _found(known.pairings, row["pairing"], "pairing")
        made.append(
            AidRun(
                pairing=pairing,
                zone_id=pairing.zone_id or pairing.pk,
                unit=known.units.get(row["unit"]),
                **_rest(row, "pairing", "unit"),
                **_is_made_up(row),
            )
        )
    return AidRun.objects.bulk_create(made)


def _load_claims(rows: Rows, known: _Known) -> list[AidClaim]:
    there = set(AidClaim.objects.values_list("number", flat=True))
    made = []
    for row in rows:
        if row["number"] in there:
            continue
        run = _found(known.runs, row["run"], "run")
        policy = _found(known.policies, (run.pairing_id, row["policy"], row["edition"]), "policy")
        people = {
            name: known.member(row[name]) for name in ("confirmed_by", "first_checker", "second_checker")
        }
        made.append(
            AidClaim(
                run=run,
                firm=_found(known.firms, row["firm"], "firm"),
                policy=policy,
                policy_code=policy.code,
                pairing=run.pairing,
                zone_id=run.zone_id,
                **people,
                **_rest(row, "run", "firm", "policy", "edition", *people),
                **_is_made_up(row),
            )
        )
    return AidClaim.objects.bulk_create(made)


def _objection(row: dict[str, Any], claim: AidClaim, known: _Known) -> AidObjection:
    people = {name: known.member(row[name]) for name in ("member", "decided_by")}
    return AidObjection.objects.create(
        claim=claim, pairing_id=claim.pairing_id, **people, **_rest(row, "claim", *people)
    )


def _payment(row: dict[str, Any], claim: AidClaim, known: _Known) -> AidPayment:
    return AidPayment(
        claim=claim, pairing_id=claim.pairing_id, firm_id=claim.firm_id, policy_code=claim.policy_code,
        aid_year=claim.aid_year, member=known.member(row["member"]), **_rest(row, "claim", "member"),
    )  # fmt: skip


def _write(made: Any, by: Member | None) -> None:
    """One journal entry for each row, in its pairing."""
    by_pairing: dict[int, list[Any]] = {}
    for one in made:
        by_pairing.setdefault(one.pairing_id, []).append(one)
    for pairing_id, some in by_pairing.items():
        journal.record_many(some, "investment.load_aid", by=by, pairing_id=pairing_id)


def _await(claims: list[AidClaim], objections: list[AidObjection], by: Member | None) -> None:
    """What waits for people waits for them again."""
    waiting = [one for one in claims if one.stage == ClaimStage.FOUND]
    aid_runs.await_confirmations(waiting, by)
    for one in claims:
        if one.stage in (ClaimStage.CONFIRMED, ClaimStage.CHECKED):
            aid_runs.await_check(one, by)
        elif one.stage == ClaimStage.NOTICED:
            aid_runs.await_payment(one, by)
        elif one.stage == ClaimStage.RECALLED:
            aid_money.await_return(one, by)
    for run in {one.run_id: one.run for one in claims if one.stage == ClaimStage.CLEARED}.values():
        aid_runs.await_notice(run, by)
    for objection in objections:
        if objection.stage == "open":
            aid_runs.await_decision(objection, by)
