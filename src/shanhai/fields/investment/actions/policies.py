"""Writes of policies: published as dated editions, withdrawn while nobody claims by them; budgets and stated facts."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, clock, journal, names, rows, search
from shanhai.core.actions.naming import checked_code
from shanhai.core.models import Import, Member, Pairing
from shanhai.core.writing import action
from shanhai.fields.investment.models import AidBudget, AidPolicy, StatedFact
from shanhai.fields.investment.models.aid import told
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_plan
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.investment.rules import aid_documents, aid_facts
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.office.rules.shared import said
from shanhai.fields.park.queries import firms
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

_NEW = {
    "name_en": "", "valid_to": None, "requires": "", "pays": "once", "excludes": "", "joint": "", "cap": "", "pot_fen": None,
    "mountain_share": 1, "sea_share": 0, "clawback": "", "status": "assumed", "source": "", "is_illustrative": False,
}  # fmt: skip
MOST_FEN = 10**15


def own_side(by: Member | None, pairing: Pairing, default: str = "mountain") -> str:
    """The side for which a member acts; the system acts for the one that is asked for."""
    return default if by is None else access.standing(by).side_in(pairing.pk) or ""


def drafted(pairing: Pairing, code: str, given: dict[str, Any]) -> AidPolicy:
    """The edition that would be published, not written: read through and checked against those that hold beside it.

    Raises
    ------
    BadInput
        ``investment.aid_yaml``, ``investment.aid_fact``, ``aid.*``: what is wrong in which field.
    NotNow
        ``investment.aid_same_edition``
    """
    before = AidPolicy.objects.filter(pairing=pairing, code=code, is_current=True).first()
    values = _NEW | (told(before) if before is not None else {}) | given
    for name in (
        "name_zh",
        "name_en",
        "joint",
        "requires",
        "grants",
        "cap",
        "clawback",
        "excludes",
        "source",
    ):
        values[name] = str(values.get(name) or "").strip()
    said(values["name_zh"], "name_zh")
    _check_numbers(code, values)
    if before is not None:
        aid_documents.check_edition(code, values, told(before))
    last = AidPolicy.objects.filter(pairing=pairing, code=code).order_by("-edition").first()
    one = AidPolicy(
        pairing=pairing, zone_id=pairing.zone_id or pairing.pk, code=code,
        edition=last.edition + 1 if last is not None else 1, name_sort=names.sort_key(values["name_zh"]),
        published_on=clock.today(), **values,
    )  # fmt: skip
    aid_documents.check_reads(one)
    force = aid_plan.in_force(pairing, max(one.valid_from, clock.today()), one)
    aid_documents.check_whole(force.policies, force.caps, force.on)
    return one


def _check_numbers(code: str, values: dict[str, Any]) -> None:
    pot, shares = values["pot_fen"], (values["mountain_share"], values["sea_share"])
    if pot is not None and not 0 < pot <= MOST_FEN:
        raise BadInput(
            "investment.aid_pot",
            gettext_noop("Policy {code} cannot have this pot. Give an amount above 0, or leave it empty for no limit."),
            code=code,
            field="pot_fen",
        )  # fmt: skip
    if any(not 0 <= (one if one is not None else -1) <= 1000 for one in shares) or not sum(shares):
        raise BadInput(
            "investment.aid_shares",
            gettext_noop("Policy {code} is borne by nobody. Give each side a share from 0 to 1000, one of them above 0."),
            code=code,
            field="mountain_share",
        )  # fmt: skip
    if values.get("valid_from") is None or (
        values["valid_to"] is not None and values["valid_to"] < values["valid_from"]
    ):
        raise BadInput(
            "investment.aid_days",
            gettext_noop("Policy {code} needs a day from which it holds, and cannot end before it. Correct the days."),
            code=code,
            field="valid_to",
        )  # fmt: skip


@action
def publish_policy(
    pairing: Pairing, *, code: str, on_import: Import | None = None, by: Member | None, **given: Any
) -> AidPolicy:
    """Publish a policy, or a new edition of one: what is left out stays as the edition before has it."""
    access.check(by, "investment.publish_policy", pairing_id=pairing.pk)
    rules.check_mountain(own_side(by, pairing), pairing.code)
    one = drafted(pairing, checked_code(code), given)
    for before in AidPolicy.objects.filter(pairing=pairing, code=one.code, is_current=True):
        rows.move(before, is_current=False)
        journal.record(before, "investment.publish_policy", by=by, **origin(on_import))
        search.drop("investment.aidpolicy", before.pk)
    one.save()
    journal.record(one, "investment.publish_policy", by=by, **origin(on_import))
    search.put_many([queries.found_as(one)])
    return one


@action
def withdraw_policy(one: AidPolicy, *, reason: str, by: Member | None) -> AidPolicy:
    """Take back the latest edition while no claim stands on it; the one before it holds again.

    Raises
    ------
    NotNow
        ``investment.aid_policy_used``
    """
    access.check(by, "investment.withdraw_policy", pairing_id=one.pairing_id)
    rules.check_mountain(own_side(by, one.pairing), one.pairing.code)
    rules.check_reason(one.code, reason)
    n = one.claims.count()
    if n or not one.is_current:
        raise NotNow(
            "investment.aid_policy_used",
            gettext_noop(
                "{n} claims stand on edition {edition} of {code}. Publish a new edition that ends it."
            ),
            n=n,
            edition=one.edition,
            code=one.code,
        )
    rows.move(one, is_current=False, withdrawn_on=clock.today())
    journal.record(one, "investment.withdraw_policy", by=by, reason=reason.strip()[:300])
    search.drop("investment.aidpolicy", one.pk)
    before = AidPolicy.objects.filter(pairing=one.pairing, code=one.code, withdrawn_on=None).order_by(
        "-edition"
    )
    for last in before[:1]:
        rows.move(last, is_current=True)
        journal.record(last, "investment.withdraw_policy", by=by)
        search.put_many([queries.found_as(last)])
    return one


# -- budgets and stated facts --------------------------------------------------------------------------------------


@action
def set_aid_budget(
    pairing: Pairing,
    *,
    year: int,
    side: str,
    given_fen: int,
    on_import: Import | None = None,
    by: Member | None,
    **told_of: Any,
) -> AidBudget:
    """Say what a side has for aid in a year; not below what it has paid.

    Raises
    ------
    BadInput
        ``investment.aid_budget``
    """  # fmt: skip
    access.check(by, "investment.set_aid_budget", pairing_id=pairing.pk)
    rules.check_side(side, own_side(by, pairing, side), pairing.code)
    one = AidBudget.objects.filter(pairing=pairing, year=year, side=side).first()
    used = one.used_fen if one is not None else 0
    if not used <= given_fen <= MOST_FEN or not 2000 <= year <= 2100:
        raise BadInput(
            "investment.aid_budget",
            gettext_noop(
                "The budget of {year} cannot be {given} fen: {used} fen are paid. Give no less than that."
            ),
            year=year,
            given=given_fen,
            used=used,
            field="given_fen",
        )
    if one is None:
        one = AidBudget.objects.create(pairing=pairing, year=year, side=side, given_fen=given_fen, **told_of)
    else:
        rows.move(one, given_fen=given_fen, **told_of)
    journal.record(one, "investment.set_aid_budget", by=by, **origin(on_import))
    return one


@action
def state_fact(
    firm: firms.Firm,
    *,
    name: str,
    period: str,
    value: str,
    evidence: str,
    on_import: Import | None = None,
    by: Member | None,
    **told_of: Any,
) -> StatedFact:
    """State a fact of a firm that no register holds, with the paper that shows it; stated again it is put right.

    Raises
    ------
    BadInput
        ``investment.aid_stated``, ``investment.aid_value``
    """
    access.check(by, "investment.state_fact", pairing_id=firm.pairing_id)
    firms.check_may_act(firm, by)
    if name not in aid_facts.STATED:
        raise BadInput(
            "investment.aid_stated",
            gettext_noop(
                "{fact} comes from a register or is unknown here, so nobody states it. Take one of: {known}."
            ),
            fact=name[:40],
            known=", ".join(aid_facts.STATED),
            field="name",
        )
    values: dict[str, Any] = {
        "value": aid_facts.stored(aid_facts.read(name, value)),
        "evidence": said(evidence, "evidence")[:200],
        **told_of,
    }
    period = str(periods.parse(period))
    one = StatedFact.objects.filter(firm=firm, name=name, period=period).first()
    if one is None:
        one = StatedFact.objects.create(
            firm=firm, pairing_id=firm.pairing_id, name=name, period=period, **values
        )
    else:
        rows.move(one, **values)
    journal.record(one, "investment.state_fact", by=by, firm=firm.code, **origin(on_import))
    return one
