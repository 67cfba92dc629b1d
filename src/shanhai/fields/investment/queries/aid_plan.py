"""What firms and leads may have by the policies in force on a day: planned one firm at a time, then cut to the pots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, Sum

from shanhai.core.models import Pairing
from shanhai.fields.investment.models import AidBudget, AidClaim, AidPolicy, Lead
from shanhai.fields.investment.queries import aid_facts
from shanhai.fields.investment.queries.aid_facts import Known
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.investment.rules import aid_documents
from shanhai.fields.park.queries import firms
from shanhai.kernel import periods
from shanhai.kernel.money import split
from shanhai.kernel.reasons import because
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.policy_aid import AidPlan, Claim, Formula, Outcome, Paid, Policy, plan_aid


@dataclass(frozen=True, slots=True)
class InForce:
    """The editions in force on a day, by code, as the planner takes them."""

    on: date
    editions: tuple[AidPolicy, ...]
    policies: tuple[Policy, ...]
    caps: Mapping[str, Formula]

    def edition(self, code: str) -> AidPolicy:
        """The edition of a code."""
        return next(one for one in self.editions if one.code == code)


def in_force(pairing: Pairing, on: date, with_new: AidPolicy | None = None) -> InForce:
    """The latest edition of each code that begins by a day; one that has ended stays, so that it can be said (one statement).

    Parameters
    ----------
    with_new
        An edition that is tried out in place of the one of its code.
    """
    rows = AidPolicy.objects.filter(pairing=pairing, valid_from__lte=on, withdrawn_on=None)
    latest = {one.code: one for one in rows.order_by("code", "edition")}
    if with_new is not None and with_new.valid_from <= on:
        latest[with_new.code] = with_new
    editions = tuple(latest[code] for code in sorted(latest))
    caps: dict[str, Formula] = {}
    # Of two editions that give the same cap the one that was published later counts.
    for one in sorted(editions, key=lambda one: (one.valid_from, one.edition, one.code)):
        cap = aid_documents.cap_of(one.cap) if one.joint else None
        if cap is not None:
            caps[one.joint] = cap
    return InForce(on, editions, tuple(aid_documents.policy_of(one) for one in editions), caps)


def reference_day(period: str, today: date) -> date:
    """The day as of which a run reads facts and policies: the last of the period, today while it runs.

    Raises
    ------
    BadInput
        ``investment.aid_period``
    """
    found = periods.parse(period)
    if found.kind not in ("year", "quarter") or found.start > today:
        raise BadInput(
            "investment.aid_period",
            gettext_noop("{period} is no year or quarter that has begun. Give one such as 2022 or 2023Q2."),
            period=period[:20],
            field="period",
        )
    return min(found.end, today)


# -- several firms -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One firm with its facts and what it may have; ``plan`` is after the pots were cut."""

    firm: firms.Firm
    facts: dict[str, Known]
    plan: AidPlan

    @property
    def granted(self) -> list[Claim]:
        """What it may claim."""
        return [one for one in self.plan.claims if one.outcome is Outcome.GRANTED]


@dataclass(frozen=True, slots=True)
class Found:
    """What a run would find.

    Attributes
    ----------
    looked_at
        How many firms there were to look at.
    entries
        Firms that may claim something new, by code.
    by_policy, by_side
        Sums in fen.
    cut
        Codes of policies whose pot was too small, with what all firms together would have had.
    """

    period: str
    rules: InForce
    looked_at: int
    entries: tuple[Entry, ...]
    by_policy: Mapping[str, int]
    by_side: Mapping[str, int]
    cut: Mapping[str, int]

    @property
    def n_claims(self) -> int:
        """How many claims that is."""
        return sum(len(one.granted) for one in self.entries)

    @property
    def total_fen(self) -> int:
        """What all of it comes to."""
        return sum(self.by_policy.values())


def find(pairing: Pairing, period: str, today: date, with_new: AidPolicy | None = None) -> Found:
    """What a run for a period would find now, without writing it; the statements do not grow with the firms."""
    on = reference_day(period, today)
    given, force = aid_facts.firms_in(pairing, on), in_force(pairing, on, with_new)
    facts = aid_facts.facts_of_firms(given, period, on)
    had = had_by([one.pk for one in given])
    entries = [
        Entry(one, facts[one.pk], plan_for(force, facts[one.pk], had.get(one.pk, []))) for one in given
    ]
    entries, cut = _cut_to_pots(pairing, force, entries)
    entries = [one for one in entries if one.granted]
    by_policy: dict[str, int] = {}
    by_side = dict.fromkeys(rules.SIDES, 0)
    for entry in entries:
        for claim in entry.granted:
            by_policy[claim.policy] = by_policy.get(claim.policy, 0) + claim.amount_fen
        for side in rules.SIDES:
            by_side[side] += entry.plan.by_bearer.get(side, 0)
    return Found(period, force, len(given), tuple(entries), by_policy, by_side, cut)


def plan_for(force: InForce, facts: Mapping[str, Known], had: Sequence[Paid] = ()) -> AidPlan:
    """What somebody with these facts may have on the day; what it had bars whatever may not be taken with it."""
    barred = _barred(force, had)
    free = [one for one in force.policies if one.code not in barred]
    plan = plan_aid(free, aid_facts.plain(facts), force.on, had, force.caps)
    if not barred:
        return plan
    made = {one.policy: one for one in plan.claims} | barred
    bearers = dict.fromkeys((name for one in force.policies for name in one.bearers), 0) | dict(
        plan.by_bearer
    )
    return replace(plan, claims=tuple(made[one.code] for one in force.policies), by_bearer=bearers)


def _barred(force: InForce, had: Sequence[Paid]) -> dict[str, Claim]:
    """Policies that exclude what a firm had: of the same year, or at any time where that one pays once."""
    once = {one.code for one in force.policies if one.pays == rules.Pays.ONCE}
    counts = {one.policy for one in had if one.policy in once or one.on.year == force.on.year}
    own = {one.code: one.excludes for one in force.policies}
    found = {}
    for one in force.policies:
        others = sorted(code for code in counts if code in one.excludes or one.code in own.get(code, ()))
        if others and one.code not in counts:
            why = because(
                "aid.barred",
                gettext_noop("Not together with {others}, which it has."),
                others=", ".join(others),
            )
            found[one.code] = Claim(one.code, Outcome.EXCLUDED, reasons=(why,))
    return found


def had_by(firm_ids: Sequence[int]) -> dict[int, list[Paid]]:
    """By firm what it has or is about to have; claims that came to nothing do not count (one statement)."""
    rows = AidClaim.objects.filter(firm_id__in=firm_ids, stage__in=rules.ALIVE)
    found: dict[int, list[Paid]] = {}
    for firm_id, code, on, fen in rows.order_by("pk").values_list(
        "firm_id", "policy_code", "reference_on", "amount_fen"
    ):
        found.setdefault(firm_id, []).append(Paid(code, on, fen))
    return found


def _cut_to_pots(
    pairing: Pairing, force: InForce, entries: list[Entry]
) -> tuple[list[Entry], dict[str, int]]:
    """Where a pot is too small everyone gets the same share of what they may have; other choices are not opened again."""
    pots = {one.code: one.pot_fen for one in force.editions if one.pot_fen is not None}
    if not pots:
        return entries, {}
    used = dict(
        AidClaim.objects.filter(
            pairing=pairing, policy_code__in=pots, reference_on__year=force.on.year, stage__in=rules.ALIVE
        )
        .order_by()
        .values_list("policy_code")
        .annotate(fen=Sum("amount_fen"))
    )
    cut: dict[str, int] = {}
    for code, pot in pots.items():
        wanted = {
            entry.firm.code: claim.amount_fen
            for entry in entries
            for claim in entry.granted
            if claim.policy == code
        }
        left = max(0, pot - used.get(code, 0))
        if sum(wanted.values()) <= left:
            continue
        cut[code] = sum(wanted.values())
        given = rules.cut_to_pot(left, wanted)
        entries = [_cut(entry, force, code, given.get(entry.firm.code)) for entry in entries]
    return entries, cut


def _cut(entry: Entry, force: InForce, code: str, amount: int | None) -> Entry:
    if amount is None:
        return entry
    claims = tuple(_cut_claim(one, force, amount) if one.policy == code else one for one in entry.plan.claims)
    bearers = dict.fromkeys(entry.plan.by_bearer, 0)
    for claim in claims:
        for name, part in claim.by_bearer.items():
            bearers[name] += part
    plan = AidPlan(claims, sum(one.amount_fen for one in claims), bearers)
    return replace(entry, plan=plan)


def _cut_claim(claim: Claim, force: InForce, amount: int) -> Claim:
    why = because("aid.pot_shared", gettext_noop("Its pot is shared in proportion."))
    outcome = Outcome.GRANTED if amount else Outcome.NOTHING
    shares = by_side(force.edition(claim.policy), amount)
    return replace(
        claim,
        outcome=outcome,
        amount_fen=amount,
        reasons=(*claim.reasons, why),
        by_bearer=shares if amount else {},
    )


def by_side(edition: AidPolicy, amount_fen: int) -> dict[str, int]:
    """What each side bears of an amount, exact to the fen."""
    weights = [edition.mountain_share, edition.sea_share]
    return dict(zip(rules.SIDES, split(amount_fen, weights, list(rules.SIDES)), strict=True))


# -- one of them ---------------------------------------------------------------------------------------------------


def for_firm(firm: firms.Firm, period: str, today: date) -> Entry:
    """What one firm may have for a period, by itself: pots that all share are not looked at."""
    on = reference_day(period, today)
    facts = aid_facts.facts_of_firm(firm, period, on)
    force = in_force(firm.pairing, on)
    return Entry(firm, facts, plan_for(force, facts, had_by([firm.pk]).get(firm.pk, [])))


def for_lead(
    lead: Lead, on: date, more: Iterable[tuple[str, str]] = ()
) -> tuple[InForce, dict[str, Known], AidPlan]:
    """What a lead could have once it is here, by the policies of a day; ``more`` are facts that somebody types beside."""
    force = in_force(lead.pairing, on)
    facts = aid_facts.facts_of_lead(lead) | aid_facts.typed(more)
    return force, facts, plan_for(force, facts)


def asked_by(force: InForce, code: str) -> list[str]:
    """The facts that a policy asks for or goes by, in its order, its joint cap's last."""
    one = next(policy for policy in force.policies if policy.code == code)
    cap = force.caps.get(one.joint)
    names = [*(need.fact for need in one.requires), one.formula.fact, cap.fact if cap else ""]
    return list(dict.fromkeys(name for name in names if name))


# -- budgets -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Purse:
    """What a side has for aid in a year: given, paid, and owed by claims that still run."""

    side: str
    budget: AidBudget | None
    owed_fen: int

    @property
    def free_fen(self) -> int:
        """What is left once all that runs is paid; below 0 where it does not suffice."""
        return (self.budget.left_fen if self.budget else 0) - self.owed_fen


def purses(pairing: Pairing, year: int) -> list[Purse]:
    """The purse of each side (two statements); what runs is owed by the budget of the year in which it is paid."""
    budgets = {one.side: one for one in AidBudget.objects.filter(pairing=pairing, year=year)}
    running = AidClaim.objects.filter(Q(stage__in=rules.RUNNING), pairing=pairing).aggregate(
        mountain=Sum("mountain_fen", default=0) - Sum("mountain_paid_fen", default=0),
        sea=Sum("sea_fen", default=0) - Sum("sea_paid_fen", default=0),
    )
    return [Purse(side, budgets.get(side), running[side]) for side in rules.SIDES]
