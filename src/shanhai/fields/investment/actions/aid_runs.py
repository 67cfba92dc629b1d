"""Writes of runs and their claims: found from records, confirmed, checked by two, put on public notice, objected to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from shanhai.core import access, clock, journal, notices, rows, rulebook, work
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Pairing
from shanhai.core.writing import action
from shanhai.fields.investment.actions.policies import own_side
from shanhai.fields.investment.models import AidClaim, AidObjection, AidPolicy, AidRun
from shanhai.fields.investment.queries import aid_facts, aid_plan
from shanhai.fields.investment.queries.leads import scopes_of
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.office.actions.shared import checked_number, numbered
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.fields.office.rules.shared import said
from shanhai.fields.park.queries import firms, for_policies
from shanhai.kernel.refusals import gettext_noop
from shanhai.planners.policy_aid import Claim

Stage = rules.ClaimStage
CONFIRM, CHECK, NOTICE, PAY, DECIDE, PROMISE = (
    f"investment.{name}" for name in ("confirm_aid", "check_aid", "notice_aid", "pay_aid", "decide_aid", "promise_aid")
)  # fmt: skip


def days_of(pairing: Pairing, code: str) -> int:
    """So many working days by the rulebook."""
    return int(str(rulebook.value(code, clock.today(), scopes_of(pairing)).value))


def facts_of(claim: AidClaim) -> dict[str, str]:
    """What sentences about a claim name."""
    return {
        "number": claim.number,
        "firm": claim.firm.title_zh,
        "firm_en": claim.firm.title_en,
        "policy": claim.policy.name_zh,
        "policy_en": claim.policy.name_en,
    }


@action
def run_aid(
    pairing: Pairing, period: str, *, expected_fen: int | None = None, number: str = "", by: Member | None
) -> AidRun:
    """Write what the policies in force bring for a period: a claim for each firm and policy, which the firms are told of.

    Parameters
    ----------
    expected_fen
        What the preview came to; where the records have moved since, nothing is written.

    Raises
    ------
    NotNow
        ``investment.aid_nobody``, ``investment.aid_moved``
    """
    access.check(by, "investment.run_aid", pairing_id=pairing.pk)
    rules.check_mountain(own_side(by, pairing), pairing.code)
    _one_run_at_a_time(pairing)
    found = aid_plan.find(pairing, period, clock.today())
    rules.check_any(period, found.n_claims)
    if expected_fen is not None:
        rules.check_expected(period, expected_fen, found.total_fen)
    today = clock.today()
    run = AidRun(
        number=checked_number(AidRun, number),
        pairing=pairing,
        zone_id=pairing.zone_id or pairing.pk,
        period=period,
        reference_on=found.rules.on,
        made_on=today,
        confirm_due_on=calendar().add(today, days_of(pairing, rules.CONFIRM)),
        unit=by.unit if by is not None else unit_on(pairing.pk, "mountain", "office"),
        looked_at_n=found.looked_at,
    )
    run.save()
    numbered(run, "DX", run.reference_on.year)
    journal.record(run, "investment.run_aid", by=by, claims=found.n_claims, fen=found.total_fen)
    claims = [_claim(run, entry, one, found.rules) for entry in found.entries for one in entry.granted]
    AidClaim.objects.bulk_create(claims)
    for claim in claims:
        numbered(claim, "DXS", run.reference_on.year)
    journal.record_many(claims, "investment.run_aid", by=by, pairing_id=pairing.pk)
    _tell_found(run, claims, by)
    return run


def _one_run_at_a_time(pairing: Pairing) -> None:
    """Runs of a pairing wait for one another, or two at once would share out the same pot and cap.

    The policies in force are their guard: each run takes hold of those rows before it reads, and changes nothing of them.
    """
    AidPolicy.objects.filter(pairing=pairing, is_current=True).update(edition=F("edition"))


def _claim(run: AidRun, entry: aid_plan.Entry, one: Claim, force: aid_plan.InForce) -> AidClaim:
    edition = force.edition(one.policy)
    names = aid_plan.asked_by(force, one.policy)
    return AidClaim(
        number=checked_number(AidClaim, ""),
        run=run,
        pairing_id=run.pairing_id,
        zone_id=run.zone_id,
        firm=entry.firm,
        policy=edition,
        policy_code=edition.code,
        aid_year=run.reference_on.year if edition.pays == rules.Pays.YEARLY else 0,
        reference_on=run.reference_on,
        found_on=run.made_on,
        wanted_fen=one.wanted_fen,
        amount_fen=one.amount_fen,
        **{f"{side}_fen": one.by_bearer.get(side, 0) for side in rules.SIDES},
        facts=aid_facts.as_rows(entry.facts, names),
        reasons=[
            {"code": why.code, "sentence": why.sentence, "facts": {k: str(v) for k, v in why.facts}}
            for why in one.reasons
        ],
        confirm_due_on=run.confirm_due_on,
        is_illustrative=edition.is_illustrative or entry.firm.is_illustrative,
    )


def _tell_found(run: AidRun, claims: Sequence[AidClaim], by: Member | None) -> None:
    """Each firm hears of all that it may claim once, and has an item for each claim."""
    await_confirmations(claims, by)
    given = {claim.firm_id: claim.firm for claim in claims}
    for firm_id, firm in given.items():
        n = sum(claim.firm_id == firm_id for claim in claims)
        facts = {
            "firm": firm.title_zh, "firm_en": firm.title_en, "n": str(n), "due": str(run.confirm_due_on),
        }  # fmt: skip
        notices.tell(
            f"investment.aid:{run.pk}:{firm_id}:found",
            "investment.aidclaim",
            gettext_noop("{firm} may have aid by {n} policies without applying; confirm by {due}"),
            facts,
            f"/investment/aid/firms/{firm.code}/",
            for_policies.people_of(firm),
            run.pairing_id,
        )


def await_confirmations(claims: Sequence[AidClaim], by: Member | None) -> None:
    """Firms with people here confirm what was found for them."""
    units = for_policies.units_of(list({claim.firm_id: claim.firm for claim in claims}.values()))
    what = gettext_noop("{firm} may have aid by {policy}: confirm {number}")
    for claim in claims:
        url = f"/investment/aid/firms/{claim.firm.code}/"
        for unit in units.get(claim.firm_id, [])[:1]:
            work.open_item(CONFIRM, claim, unit, what, facts_of(claim), url, claim.confirm_due_on, by=by)


# -- the firm ------------------------------------------------------------------------------------------------------


@action
def confirm_claim(claim: AidClaim, *, how: str = "", by: Member | None) -> AidClaim:
    """Confirm a claim for its firm; an office that has it on paper names the paper."""
    access.check(by, "investment.confirm_claim", pairing_id=claim.pairing_id)
    rules.check_stage(claim.number, claim.stage, Stage.FOUND)
    firms.check_may_act(claim.firm, by)
    is_own = by is None or firms.is_own(by, claim.firm)
    rules.check_confirms(claim.number, claim.firm.name, is_own, how, claim.confirm_due_on, clock.today())
    rows.move(
        claim,
        stage=Stage.CONFIRMED,
        confirmed_on=clock.today(),
        confirmed_by=by,
        confirmed_how=how.strip()[:200],
    )
    journal.record(claim, "investment.confirm_claim", by=by, how=how.strip()[:200])
    work.done(CONFIRM, claim, by=by)
    await_check(claim, by)
    return claim


@action
def confirm_all(firm: firms.Firm, *, by: Member | None) -> list[AidClaim]:
    """Confirm in one step all that a firm may claim."""
    access.check(by, "investment.confirm_all", pairing_id=firm.pairing_id)
    found = AidClaim.objects.filter(firm=firm, stage=Stage.FOUND, confirm_due_on__gte=clock.today())
    claims = list(found.select_related("firm__organisation", "policy", "run", "pairing").order_by("pk"))
    rules.check_to_confirm(firm.name, len(claims))
    return [confirm_claim(one, by=by) for one in claims]


@action
def decline_claim(claim: AidClaim, *, reason: str, by: Member | None) -> AidClaim:
    """Say for the firm that it does not want it."""
    access.check(by, "investment.decline_claim", pairing_id=claim.pairing_id)
    rules.check_stage(claim.number, claim.stage, Stage.FOUND)
    firms.check_may_act(claim.firm, by)
    rules.check_reason(claim.number, reason)
    _end(claim, Stage.DECLINED, reason, "investment.decline_claim", by)
    return claim


def await_check(claim: AidClaim, by: Member | None) -> None:
    """Who runs the policies checks it."""
    if claim.run.unit_id is not None:
        what = gettext_noop("Check the claim {number} of {firm}: {policy}")
        begun = claim.first_checked_on or claim.confirmed_on or clock.today()
        due = work.WorkingDays(begun, days_of(claim.pairing, rules.CHECK))
        work.open_item(CHECK, claim, claim.run.unit_id, what, facts_of(claim), claim.url, due, by=by)


def await_notice(run: AidRun, by: Member | None) -> None:
    """What was checked twice goes on public notice."""
    if run.unit_id is not None:
        facts = {"number": run.number, "title": run.title_zh, "title_en": run.title_en}
        what = gettext_noop("Put what is checked of {title} on public notice")
        work.open_item(NOTICE, run, run.unit_id, what, facts, run.url, by=by)


def await_payment(claim: AidClaim, by: Member | None) -> None:
    """Each side that bears a share pays it after the notice."""
    assert claim.notice_until is not None
    pay_by = work.WorkingDays(claim.notice_until, days_of(claim.pairing, rules.PAY))
    what = gettext_noop("Pay the share of claim {number} of {firm} after its notice")
    for side in rules.SIDES:
        unit = (
            unit_on(claim.pairing_id, side, "office") if claim.paid_by(side) < claim.share_of(side) else None
        )
        if unit is not None:
            work.open_item(PAY, claim, unit, what, facts_of(claim), claim.url, pay_by, by=by)


def await_decision(one: AidObjection, by: Member | None) -> None:
    """Who runs the policies decides on an objection."""
    claim = one.claim
    if claim.run.unit_id is not None:
        what = gettext_noop("Somebody objects to claim {number} of {firm}: decide")
        due = work.WorkingDays(one.filed_on, days_of(claim.pairing, rules.CHECK))
        work.open_item(DECIDE, one, claim.run.unit_id, what, facts_of(claim), claim.url, due, by=by)


def _end(claim: AidClaim, stage: Stage, reason: str, verb: str, by: Member | None) -> None:
    rows.move(claim, stage=stage, reason=reason.strip()[:300], closed_on=clock.today())
    journal.record(claim, verb, by=by, reason=reason.strip()[:300])
    for kind in (CONFIRM, CHECK, PAY):
        work.drop(kind, claim, by=by)


# -- two checks ----------------------------------------------------------------------------------------------------


@action
def check_claim(claim: AidClaim, *, by: Member | None) -> AidClaim:
    """Check a claim against its records: the first time, then by another member the second time."""
    access.check(by, "investment.check_claim", pairing_id=claim.pairing_id)
    rules.check_mountain(own_side(by, claim.pairing), claim.pairing.code)
    rules.check_stage(claim.number, claim.stage, Stage.CONFIRMED, Stage.CHECKED)
    own = by.pk if by is not None else None
    rules.check_checker(claim.number, own, claim.confirmed_by_id, claim.first_checker_id)
    today = clock.today()
    if claim.stage == Stage.CONFIRMED:
        rows.move(claim, stage=Stage.CHECKED, first_checker=by, first_checked_on=today)
        journal.record(claim, "investment.check_claim", by=by, check=1)
        work.done(CHECK, claim, by=by)
        await_check(claim, by)
        return claim
    rows.move(claim, stage=Stage.CLEARED, second_checker=by, second_checked_on=today)
    journal.record(claim, "investment.check_claim", by=by, check=2)
    work.done(CHECK, claim, by=by)
    await_notice(claim.run, by)
    return claim


@action
def refuse_claim(claim: AidClaim, *, reason: str, by: Member | None) -> AidClaim:
    """Refuse a claim at a check, with the reason that the firm reads."""
    access.check(by, "investment.refuse_claim", pairing_id=claim.pairing_id)
    rules.check_mountain(own_side(by, claim.pairing), claim.pairing.code)
    rules.check_stage(claim.number, claim.stage, Stage.CONFIRMED, Stage.CHECKED, Stage.CLEARED)
    rules.check_reason(claim.number, reason)
    _end(claim, Stage.REFUSED, reason, "investment.refuse_claim", by)
    _tell_firm(
        claim,
        "refused",
        gettext_noop("The aid of {firm} by {policy} is refused: {reason}"),
        reason=claim.reason,
    )
    return claim


def _tell_firm(claim: AidClaim, key: str, what: str, **more: str) -> None:
    notices.tell(
        f"investment.aid:{claim.pk}:{key}", "investment.aidclaim", what, facts_of(claim) | more, claim.url,
        for_policies.people_of(claim.firm), claim.pairing_id,
    )  # fmt: skip


# -- public notice -------------------------------------------------------------------------------------------------


@action
def give_notice(run: AidRun, *, by: Member | None) -> list[AidClaim]:
    """Put all claims of a run that were checked twice on public notice, for the working days of the rulebook."""
    access.check(by, "investment.give_notice", pairing_id=run.pairing_id)
    rules.check_mountain(own_side(by, run.pairing), run.pairing.code)
    found = run.claims.filter(stage=Stage.CLEARED).select_related(
        "firm__organisation", "policy", "pairing", "run"
    )
    claims = list(found.order_by("pk"))
    rules.check_to_notice(run.number, len(claims))
    today = clock.today()
    until = calendar().add(today, days_of(run.pairing, rules.NOTICE))
    rows.move(run, notice_from=today, notice_until=until)
    journal.record(run, "investment.give_notice", by=by, claims=len(claims))
    for claim in claims:
        rows.move(claim, stage=Stage.NOTICED, notice_from=today, notice_until=until)
        journal.record(claim, "investment.give_notice", by=by)
        _tell_firm(
            claim,
            "noticed",
            gettext_noop("The aid of {firm} by {policy} is on public notice until {until}"),
            until=str(until),
        )
        await_payment(claim, by)
    work.done(NOTICE, run, by=by)
    return claims


@action
def object_to_claim(claim: AidClaim, *, text: str, by: Member | None) -> AidObjection:
    """Object to a claim that is on public notice; it is not paid before that is decided."""
    access.check(by, "investment.object_to_claim", pairing_id=claim.pairing_id)
    rules.check_stage(claim.number, claim.stage, Stage.NOTICED)
    rules.check_notice_open(claim.number, claim.notice_until, clock.today(), is_open=True)
    text = said(text, "text")[:600]
    rules.check_one_objection(claim.number, claim.objections.filter(member=by, stage="open").exists())
    # The claim is the guard: whoever pays or objects at the same moment is told.
    rows.move(claim, stage=claim.stage)
    journal.record(claim, "investment.object_to_claim", by=by)
    one = AidObjection.objects.create(
        claim=claim, pairing_id=claim.pairing_id, text=text, filed_on=clock.today(), member=by
    )
    journal.record(one, "investment.object_to_claim", by=by)
    await_decision(one, by)
    return one


@action
def decide_objection(one: AidObjection, *, is_upheld: bool, decision: str, by: Member | None) -> AidObjection:
    """Decide on an objection; where it is upheld the claim is refused."""
    claim = one.claim
    access.check(by, "investment.decide_objection", pairing_id=one.pairing_id)
    rules.check_mountain(own_side(by, claim.pairing), claim.pairing.code)
    rules.check_objection(claim.number, one.stage)
    own = by.pk if by is not None else None
    rules.check_checker(claim.number, own, one.member_id, None)
    decision = said(decision, "decision")[:300]
    to = rules.ObjectionStage.UPHELD if is_upheld else rules.ObjectionStage.REJECTED
    rows.move(one, stage=to, decision=decision, decided_on=clock.today(), decided_by=by)
    journal.record(one, "investment.decide_objection", by=by)
    work.done(DECIDE, one, by=by)
    if is_upheld:
        rules.check_stage(claim.number, claim.stage, Stage.NOTICED)
        rules.check_nothing_paid(claim.number, claim.paid_fen)
        _end(claim, Stage.REFUSED, decision, "investment.decide_objection", by)
        _tell_firm(
            claim,
            "refused",
            gettext_noop("The aid of {firm} by {policy} is refused: {reason}"),
            reason=decision,
        )
    if one.member_id is not None:
        notices.tell(
            f"investment.aidobjection:{one.pk}", "investment.aidclaim",
            gettext_noop("Your objection to the aid of {firm} is decided: {decision}"), facts_of(claim) | {"decision": decision},
            claim.url, [one.member_id], one.pairing_id,
        )  # fmt: skip
    return one


# -- the tick ------------------------------------------------------------------------------------------------------


def sweep(now: datetime) -> int:
    """Claims that nobody confirmed in time lapse; firms hear three working days before."""
    today, n = clock.local(now).date(), 0
    soon = calendar().add(today, 3)
    waiting = AidClaim.objects.filter(stage=Stage.FOUND, confirm_due_on__lte=soon)
    for claim in waiting.select_related("firm__organisation", "policy", "run", "pairing").order_by("pk"):
        if claim.confirm_due_on < today:
            lapse_claim(claim, by=None)
            n += 1
        else:
            due = str(claim.confirm_due_on)
            _tell_firm(
                claim, "soon", gettext_noop("{firm} has until {due} to confirm its aid by {policy}"), due=due
            )
    return n + _sweep_promises(today)


def _sweep_promises(today: Any) -> int:
    """Who ran it is asked to look when the day of a promise has come."""
    due = AidClaim.objects.filter(stage=Stage.PAID, promise_due_on__lte=today).exclude(promise_fact="")
    n = 0
    for claim in due.select_related("firm__organisation", "policy", "run").order_by("pk"):
        key = f"investment.aid:{claim.pk}:promise"
        if claim.run.unit_id is None or notices.told([key]):
            continue
        with transaction.atomic():
            what = gettext_noop("See whether {firm} kept what it promised for {policy}")
            work.open_item(
                PROMISE, claim, claim.run.unit_id, what, facts_of(claim), claim.url, today, by=None
            )
            notices.tell(
                key, "investment.aidclaim", what, facts_of(claim), claim.url, people_of(claim.run.unit_id)
            )
        n += 1
    return n


@action
def lapse_claim(claim: AidClaim, *, by: Member | None) -> AidClaim:
    """Close a claim that was not confirmed in time."""
    access.check(by, "investment.lapse_claim", pairing_id=claim.pairing_id)
    rules.check_stage(claim.number, claim.stage, Stage.FOUND)
    rows.move(claim, stage=Stage.LAPSED, closed_on=clock.today())
    journal.record(claim, "investment.lapse_claim", by=by)
    work.drop(CONFIRM, claim, by=by)
    _tell_firm(claim, "lapsed", gettext_noop("{firm} did not confirm its aid by {policy} in time"))
    return claim
