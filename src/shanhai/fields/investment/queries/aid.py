"""Reads of policies and claims: lists, one of them, what a firm may claim, claimed and missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Sum

from shanhai.core import access, clock, visibility
from shanhai.core.counting import count_bounded
from shanhai.core.models import Member, Pairing
from shanhai.core.queries.pairings import within
from shanhai.core.search import Found
from shanhai.fields.investment.models import (
    AidBudget,
    AidClaim,
    AidObjection,
    AidPayment,
    AidPolicy,
    AidRun,
    StatedFact,
)
from shanhai.fields.investment.queries import aid_facts, aid_plan
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.park.queries import firms
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.planners.policy_aid import Claim, Outcome

Stage = rules.ClaimStage
SHOWN = ("firm__organisation", "policy", "run", "pairing")


def _in(rows: QuerySet[Any], pairing: Pairing) -> QuerySet[Any]:
    if pairing.zone_id in (None, pairing.pk):
        return rows.filter(zone_id=pairing.pk)
    return rows.filter(pairing_id__in=within(pairing))


def _sides(member: Member | None) -> Q:
    """Whoever has a seat in a pairing sees its policies, firms too: a policy is public."""
    if member is None:
        return Q()
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return Q()
    return Q(pairing_id__in=list(here.sides)) | Q(
        pairing_id__in=firms.Firm.objects.filter(pk__in=firms.own_firms(here.organisation_id)).values(
            "pairing_id"
        )
    )


# -- policies ------------------------------------------------------------------------------------------------------


def policies_of(member: Member | None, pairing: Pairing) -> QuerySet[AidPolicy]:
    """The current edition of each policy of a pairing; sort by ``code, id``."""
    rows = _in(AidPolicy.objects.filter(is_current=True), pairing).filter(_sides(member))
    return rows.select_related("pairing")


def policy_of(member: Member | None, code: str, edition: int | None = None) -> AidPolicy:
    """The current edition of a policy, or another one.

    Raises
    ------
    NotFound
        ``investment.no_policy``
    """
    rows = AidPolicy.objects.filter(_sides(member), code=code).select_related("pairing")
    rows = rows.filter(is_current=True) if edition is None else rows.filter(edition=edition)
    found = rows.order_by("pk").first()
    if found is None:
        raise NotFound(
            "investment.no_policy",
            gettext_noop("There is no policy {code} that you may see. Look for it in the list of policies."),
            code=code[:40],
        )
    return found


def sees_policy(member: Member, one: AidPolicy) -> bool:
    """Whether a member sees a policy."""
    return AidPolicy.objects.filter(_sides(member), pk=one.pk).exists()


def editions_of(policy: AidPolicy) -> list[AidPolicy]:
    """All editions of a policy, latest first."""
    return list(AidPolicy.objects.filter(pairing=policy.pairing, code=policy.code).order_by("-edition"))


@dataclass(frozen=True, slots=True)
class Sums:
    """What a policy brought so far."""

    running: int = 0
    had: int = 0
    missed: int = 0
    paid_fen: int = 0
    returned_fen: int = 0


def sums_of(pairing: Pairing, codes: list[str]) -> dict[str, Sums]:
    """What policies brought, by code (one statement)."""
    rows = AidClaim.objects.filter(pairing_id__in=within(pairing), policy_code__in=codes).order_by()
    found = rows.values("policy_code").annotate(
        running=Count("pk", Q(stage__in=rules.RUNNING)),
        had=Count("pk", Q(stage__in=rules.HAD)),
        missed=Count("pk", Q(stage__in=rules.MISSED)),
        paid=Sum("mountain_paid_fen", default=0) + Sum("sea_paid_fen", default=0),
        returned=Sum("returned_fen", default=0),
    )
    return {
        one["policy_code"]: Sums(one["running"], one["had"], one["missed"], one["paid"], one["returned"])
        for one in found
    }


# -- claims and runs -----------------------------------------------------------------------------------------------


def seen_by(member: Member) -> Q:
    """Whoever sees a firm sees its claims: what ``firms.seen_by`` says, asked of the firm that a claim is joined with."""
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return Q()
    if member.unit.organisation.kind in visibility.FIRMS:
        return Q(firm__in=firms.own_firms(here.organisation_id))
    return Q(firm__pairing_id__in=list(here.sides))


def claims_of(member: Member | None, pairing: Pairing) -> QuerySet[AidClaim]:
    """The claims of a pairing that a member sees; sort by ``found_on, id``."""
    rows = _in(AidClaim.objects.all(), pairing).select_related("firm__organisation", "policy", "run")
    return rows.filter(seen_by(member)) if member is not None else rows


def sees(member: Member, one: AidClaim) -> bool:
    """Whether a member sees a claim: its firm's, and everybody in the pairing what is on public notice."""
    if AidClaim.objects.filter(seen_by(member), pk=one.pk).exists():
        return True
    return is_on_notice(one) and _noticed(member).filter(pk=one.pk).exists()


def is_on_notice(one: AidClaim, today: date | None = None) -> bool:
    """Whether a claim hangs out today."""
    today = today or clock.today()
    return bool(one.notice_from and one.notice_until and one.notice_from <= today <= one.notice_until)


def _noticed(member: Member | None) -> QuerySet[AidClaim]:
    today = clock.today()
    rows = AidClaim.objects.filter(stage=Stage.NOTICED, notice_from__lte=today, notice_until__gte=today)
    return rows.filter(_sides(member))


def notice_in(member: Member | None, pairing: Pairing) -> list[AidClaim]:
    """What hangs out today, for everybody in the pairing: firm, policy, amount."""
    rows = _in(_noticed(member), pairing).select_related(*SHOWN)
    return list(rows.order_by("notice_until", "firm__name_sort", "policy_code", "pk"))


def claim_of(member: Member | None, number: str) -> AidClaim:
    """One claim, for those who see it.

    Raises
    ------
    NotFound
        ``investment.no_aid_claim``
    """
    found = AidClaim.objects.select_related(
        *SHOWN, "confirmed_by", "first_checker", "second_checker", "run__unit"
    ).filter(number=number)
    one = found.first()
    if one is None or (member is not None and not sees(member, one)):
        raise NotFound(
            "investment.no_aid_claim",
            gettext_noop("There is no claim {number} that you may see. Look for it in the list of claims."),
            number=number[:40],
        )
    return one


def run_of(member: Member | None, number: str) -> AidRun:
    """One run, for offices of its pairing.

    Raises
    ------
    NotFound
        ``investment.no_aid_run``
    """
    rows = AidRun.objects.filter(number=number).select_related("pairing", "unit__organisation")
    one = rows.filter(runs_seen_by(member)).first()
    if one is None:
        raise NotFound(
            "investment.no_aid_run",
            gettext_noop("There is no run {number} that you may see. Look for it in the list of runs."),
            number=number[:40],
        )
    return one


def runs_seen_by(member: Member | None) -> Q:
    """Offices with a seat see the runs; a firm sees its own claims instead."""
    if member is None or access.standing(member).roles & access.SEES_ALL:
        return Q()
    if member.unit.organisation.kind in visibility.FIRMS:
        return Q(pk__in=())
    return Q(pairing_id__in=list(access.standing(member).sides))


def sees_run(member: Member, one: AidRun) -> bool:
    """Whether a member sees a run."""
    return AidRun.objects.filter(runs_seen_by(member), pk=one.pk).exists()


def runs_of(member: Member | None, pairing: Pairing) -> QuerySet[AidRun]:
    """The runs of a pairing with their claims counted; sort by ``reference_on, id``."""
    rows = _in(AidRun.objects.all(), pairing).filter(runs_seen_by(member))
    return rows.annotate(
        n_claims=Count("claims"),
        n_firms=Count("claims__firm", distinct=True),
        fen=Sum("claims__amount_fen", filter=Q(claims__stage__in=rules.ALIVE), default=0),
        paid_fen=Sum("claims__mountain_paid_fen", default=0) + Sum("claims__sea_paid_fen", default=0),
    )


def head_of(rows: QuerySet[AidClaim], year: int) -> dict[str, Any]:
    """What leads the list: how many run and what they wait for, what was paid this year, what is to come back."""
    is_running = Q(stage__in=rules.RUNNING)
    found = (
        rows.filter(is_running | Q(stage=Stage.RECALLED))
        .order_by()
        .aggregate(
            running=Count("pk", is_running),
            found=Count("pk", Q(stage=Stage.FOUND)),
            to_check=Count("pk", Q(stage__in=(Stage.CONFIRMED, Stage.CHECKED))),
            noticed=Count("pk", Q(stage=Stage.NOTICED)),
            recalled=Count("pk", Q(stage=Stage.RECALLED)),
            fen=Sum("amount_fen", filter=is_running, default=0),
        )
    )
    paid = rows.filter(paid_on__year=year).order_by().aggregate(paid_fen=Sum("amount_fen", default=0))
    return found | paid | {"n": count_bounded(rows)}


def in_state(rows: QuerySet[AidClaim], text: str) -> QuerySet[AidClaim]:
    """``running``, ``had`` (paid, whatever came of it) or ``missed``."""
    states = {"running": rules.RUNNING, "had": rules.HAD, "missed": rules.MISSED}
    return rows.filter(stage__in=states.get(text, ()))


def of_policy(rows: QuerySet[AidClaim], code: str) -> QuerySet[AidClaim]:
    """Those of one policy, whatever edition."""
    return rows.filter(policy_code=code)


def of_firm(rows: QuerySet[AidClaim], code: str) -> QuerySet[AidClaim]:
    """Those of one firm; it is looked up first, so that the database knows how many they are."""
    keys = firms.Firm.objects.filter(organisation__code=code).values_list("pk", flat=True)
    return rows.filter(firm__in=list(keys))


def payments_of(claim: AidClaim) -> list[AidPayment]:
    """The money of a claim, oldest first."""
    return list(claim.payments.order_by("on", "pk"))


def objections_of(claim: AidClaim) -> list[AidObjection]:
    """The objections to a claim, oldest first."""
    return list(claim.objections.select_related("member__unit__organisation", "decided_by").order_by("pk"))


def objection_of(claim: AidClaim, pk: int) -> AidObjection:
    """One objection to a claim.

    Raises
    ------
    NotFound
        ``investment.no_objection``
    """
    one = claim.objections.filter(pk=pk).first()
    if one is None:
        raise NotFound(
            "investment.no_objection",
            gettext_noop("Claim {number} has no objection {objection}. Look at those that it has."),
            number=claim.number,
            objection=pk,
        )
    one.claim = claim
    return one


def owed_back(claim: AidClaim) -> dict[str, int]:
    """What each side has still to get back of a recalled sum, in fen."""
    owed = rules.owed_back(claim.recalled_fen, claim.mountain_paid_fen, claim.sea_paid_fen)
    rows = (
        claim.payments.filter(kind=rules.PaymentKind.RETURNED)
        .values_list("side")
        .annotate(fen=Sum("amount_fen"))
    )
    for side, fen in rows.order_by("side"):
        owed[side] -= fen
    return owed


def promise_period(claim: AidClaim) -> str:
    """The last full year before the day of a promise: the one whose figures say whether it was kept."""
    assert claim.promise_due_on is not None
    return str(claim.promise_due_on.year - 1)


def delivered(claim: AidClaim) -> Decimal | None:
    """What the registers say of a promise; None where they do not know."""
    period = promise_period(claim)
    on = date(int(period), 12, 31)
    found = aid_facts.facts_of_firm(claim.firm, period, on).get(claim.promise_fact)
    return None if found is None or isinstance(found.value, str) else Decimal(found.value)


def budget_rows(pairing: Pairing) -> QuerySet[AidBudget]:
    """The budgets of a pairing; sort by ``year, side, id``."""
    return AidBudget.objects.filter(pairing=pairing).select_related("pairing")


def budgets_of(pairing: Pairing) -> list[AidBudget]:
    """The budgets of a pairing, latest year first, mountain before sea."""
    return list(budget_rows(pairing).order_by("-year", "side"))


def facts_of(member: Member | None, pairing: Pairing) -> QuerySet[StatedFact]:
    """What was stated of the firms that a member sees; sort by ``id``."""
    rows = StatedFact.objects.filter(pairing_id__in=within(pairing)).select_related("firm__organisation")
    return rows.filter(seen_by(member)) if member is not None else rows


def stated_of(firm: firms.Firm) -> list[StatedFact]:
    """What was stated of a firm, latest period first."""
    return list(StatedFact.objects.filter(firm=firm).order_by("-period", "name"))


# -- the page of a firm --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chance:
    """A policy that a firm has not got: what it comes to, or what stands against it."""

    edition: AidPolicy
    claim: Claim
    missing: tuple[str, ...] = ()  # facts that nobody has given
    asked: tuple[str, ...] = ()  # facts that it asks for

    @property
    def is_open(self) -> bool:
        """Whether it would have it today."""
        return self.claim.outcome is Outcome.GRANTED


@dataclass(frozen=True, slots=True)
class OfFirm:
    """What a firm may have and had.

    Attributes
    ----------
    may
        Of the period that runs: what it would get now, then what it could get if it gave the missing facts.
    beyond
        What it is not eligible for, with how far it is from it.
    waiting
        Claims that it confirms.
    running, had
        Claims on their way, and those that were paid.
    missed
        Claims that came to nothing.
    missed_before
        Policies of the last period that was run by which it got nothing, and why.
    """

    period: str
    may: tuple[Chance, ...]
    beyond: tuple[Chance, ...]
    waiting: tuple[AidClaim, ...]
    running: tuple[AidClaim, ...]
    had: tuple[AidClaim, ...]
    missed: tuple[AidClaim, ...]
    last_period: str
    missed_before: tuple[Chance, ...]

    @property
    def may_fen(self) -> int:
        """What it would get now."""
        return sum(one.claim.amount_fen for one in self.may)


def of_one_firm(firm: firms.Firm, today: date) -> OfFirm:
    """All that the page of a firm says, by the records of today."""
    period = str(today.year)
    entry = _chances(firm, period, today)
    claims = list(
        AidClaim.objects.filter(firm=firm)
        .select_related("policy", "run", "pairing")
        .order_by("-found_on", "-pk")
    )
    for one in claims:
        one.firm = firm
    last = AidRun.objects.filter(pairing_id=firm.pairing_id).order_by("-reference_on", "-pk").first()
    before: tuple[Chance, ...] = ()
    if last is not None and last.period != period:
        old = _chances(firm, last.period, today)
        claimed = {one.policy_code for one in claims if one.run_id == last.pk}
        out = (Outcome.NOT_ELIGIBLE, Outcome.UNKNOWN, Outcome.EXCLUDED, Outcome.NOTHING)
        before = tuple(one for one in old if one.claim.outcome in out and one.edition.code not in claimed)
    return OfFirm(
        period,
        tuple(one for one in entry if one.claim.outcome in (Outcome.GRANTED, Outcome.UNKNOWN)),
        tuple(
            one
            for one in entry
            if one.claim.outcome in (Outcome.NOT_ELIGIBLE, Outcome.NOTHING, Outcome.EXCLUDED)
        ),
        tuple(one for one in claims if one.stage == Stage.FOUND),
        tuple(one for one in claims if one.stage in rules.RUNNING and one.stage != Stage.FOUND),
        tuple(one for one in claims if one.stage in rules.HAD),
        tuple(one for one in claims if one.stage in rules.MISSED),
        last.period if last is not None else "",
        before,
    )


def _chances(firm: firms.Firm, period: str, today: date) -> list[Chance]:
    entry = aid_plan.for_firm(firm, period, today)
    force = aid_plan.in_force(firm.pairing, aid_plan.reference_day(period, today))
    chances = []
    for claim in entry.plan.claims:
        asked = tuple(aid_plan.asked_by(force, claim.policy))
        missing = tuple(name for name in asked if name not in entry.facts)
        chances.append(Chance(force.edition(claim.policy), claim, missing, asked))
    return chances


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: Model) -> Found:
    """A policy by its name and code."""
    policy: Any = one
    return Found(
        "investment.aidpolicy",
        policy.pk,
        policy.name_zh,
        policy.url,
        policy.name_en,
        policy.code,
        policy.pairing_id,
        "pairing",
    )


def entries() -> Iterator[Found]:
    """All policies in force."""
    return map(found_as, AidPolicy.objects.filter(is_current=True).iterator())
