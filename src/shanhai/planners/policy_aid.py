"""What aid an enterprise or a lead may have by dated policies: eligible or not and why, how much, and who bears it (惠企政策)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from shanhai.kernel.money import split
from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop

Fact = int | Decimal | bool | str
# Beyond this the choice between policies that exclude one another would take too long to be proved.
MOST_AT_ODDS = 30


class Outcome(StrEnum):
    """What becomes of one policy for one enterprise."""

    GRANTED = "granted"
    NOT_VALID = "not_valid"  # not in force on the day
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"  # a fact that it asks for has not been given
    HAD = "had"  # paid already, and it pays once, or once a year
    EXCLUDED = "excluded"  # another one that it may not be taken with brings more
    NOTHING = "nothing"  # eligible, but the sum or what is left of a cap comes to nothing


@dataclass(frozen=True, slots=True)
class Requirement:
    """One fact that a policy asks for: at least, at most (bounds included), or one of some values."""

    fact: str
    least: int | Decimal | None = None
    most: int | Decimal | None = None
    one_of: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """How much it comes to, in fen, rounded down: all parts added, then cut to ``most_fen``.

    Attributes
    ----------
    fixed_fen
        Whatever the facts are.
    fact, rate, above
        ``rate`` of what ``fact`` (in fen) has above ``above``.
    each_fen
        So much for each whole unit of ``fact`` above ``above``; then ``fact`` is no money.
    steps
        (least value of ``fact``, fen), rising: the highest step that is reached.
    """

    fixed_fen: int = 0
    fact: str = ""
    rate: Fraction = Fraction(0)
    each_fen: int = 0
    above: int | Decimal = 0
    steps: tuple[tuple[int | Decimal, int], ...] = ()
    most_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A dated rule of aid.

    Attributes
    ----------
    valid_from, valid_to
        Days in force, both included; None: until further notice.
    pays
        ``once`` in the life of an enterprise, ``yearly``: once a calendar year.
    excludes
        Codes that it may not be taken with; it holds both ways, whichever of the two says so.
    joint
        Name of a cap that it shares with others, empty for none.
    left_fen
        What its pot still has; None: no limit.
    bearers
        Weights of those who bear it, by name, at least one above 0.
    """

    code: str
    formula: Formula
    bearers: Mapping[str, int]
    valid_from: date
    valid_to: date | None = None
    requires: tuple[Requirement, ...] = ()
    pays: str = "once"
    excludes: frozenset[str] = frozenset()
    joint: str = ""
    left_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """Aid that an enterprise has had."""

    policy: str
    on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One policy for one enterprise: ``wanted_fen`` by its formula, ``amount_fen`` after all caps, and why."""

    policy: str
    outcome: Outcome
    amount_fen: int = 0
    wanted_fen: int = 0
    reasons: tuple[Reason, ...] = ()
    by_bearer: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AidPlan:
    """Every policy's claim, in the order given, and the sums; ``by_bearer`` adds up to ``total_fen``."""

    claims: tuple[Claim, ...]
    total_fen: int
    by_bearer: Mapping[str, int]


def plan_aid(
    policies: Sequence[Policy],
    facts: Mapping[str, Fact | None],
    on: date,
    had: Iterable[Paid] = (),
    joint_caps: Mapping[str, Formula] | None = None,
) -> AidPlan:
    """Find what an enterprise may claim on a day, and choose what brings most where policies exclude one another.

    Of all choices without a forbidden pair the one with the greatest total after all caps is taken, found by search with
    bounds and so the best there is; of equal ones the one with more of the earlier policies. A joint cap cuts later
    policies first.

    Parameters
    ----------
    policies
        n policies, codes without repetition.
    facts
        By name; money in fen. A missing fact or None is not known.
    had
        What was paid before, of these policies or others. Counts against joint caps in the year of ``on``.
    joint_caps
        How much the policies of one ``joint`` may come to together; a cap whose fact is not known grants nothing.

    Returns
    -------
    AidPlan
        n claims. Amounts are >= 0, at most ``wanted_fen`` and what is left in the pot.

    Raises
    ------
    BadInput
        ``aid.twice``, ``aid.bearers``, ``aid.no_cap``, ``aid.pays``, ``aid.dates``, ``aid.too_many_at_odds``

    Source
    ------
    Dated rules with eligibility, caps, exclusivity as offices publish them; the shape is ours (docs/sources.md).

    Examples
    --------
    >>> start = Policy("start", Formula(fixed_fen=500), {"mountain": 1}, date(2023, 1, 1))
    >>> rent = Policy("rent", Formula(fact="rent_fen", rate=Fraction(1, 2)), {"mountain": 1, "sea": 1}, date(2023, 1, 1),
    ...               excludes=frozenset({"start"}))
    >>> plan = plan_aid([start, rent], {"rent_fen": 1501}, date(2023, 9, 18))
    >>> [(one.policy, str(one.outcome), one.amount_fen) for one in plan.claims], dict(plan.by_bearer)
    ([('start', 'excluded', 0), ('rent', 'granted', 750)], {'mountain': 375, 'sea': 375})
    """
    caps, paid = dict(joint_caps or {}), list(had)
    _check(policies, caps)
    claims = [_judge(one, facts, on, paid) for one in policies]
    rooms = {name: _room(name, cap, policies, facts, on, paid) for name, cap in caps.items()}
    taken = _choose(policies, claims, rooms)
    claims = [
        _exclude(claim, policies, taken) if claim.outcome is Outcome.GRANTED and i not in taken else claim
        for i, claim in enumerate(claims)
    ]
    claims = _cut_jointly(policies, claims, rooms)
    claims = [_shared_out(one, policy) for one, policy in zip(claims, policies, strict=True)]
    total = sum(one.amount_fen for one in claims)
    bearers = dict.fromkeys((name for policy in policies for name in policy.bearers), 0)
    for claim in claims:
        for name, part in claim.by_bearer.items():
            bearers[name] += part
    return AidPlan(tuple(claims), total, bearers)


# -- one policy ----------------------------------------------------------------------------------------------------


def _judge(policy: Policy, facts: Mapping[str, Fact | None], on: date, paid: Sequence[Paid]) -> Claim:
    if on < policy.valid_from or (policy.valid_to is not None and on > policy.valid_to):
        why = because(
            "aid.not_valid",
            gettext_noop("In force from {since} to {until}."),
            since=policy.valid_from,
            until=policy.valid_to or "…",
        )
        return Claim(policy.code, Outcome.NOT_VALID, reasons=(why,))
    before = [
        one for one in paid
        if one.policy == policy.code and (policy.pays == "once" or one.on.year == on.year)
    ]  # fmt: skip
    if before:
        why = because("aid.had", gettext_noop("Paid on {day} already."), day=max(one.on for one in before))
        return Claim(policy.code, Outcome.HAD, reasons=(why,))
    unknown = [
        name for name in (*(one.fact for one in policy.requires), policy.formula.fact)
        if name and facts.get(name) is None
    ]  # fmt: skip
    found = (_against(one, facts.get(one.fact)) for one in policy.requires)
    against = tuple(one for one in found if one is not None)
    if against:
        return Claim(policy.code, Outcome.NOT_ELIGIBLE, reasons=against)
    if unknown:
        asked = because(
            "aid.unknown", gettext_noop("Not known: {facts}."), facts=", ".join(dict.fromkeys(unknown))
        )
        return Claim(policy.code, Outcome.UNKNOWN, reasons=(asked,))
    return _amount(policy, facts)


def _against(one: Requirement, value: Fact | None) -> Reason | None:
    """What a known fact has against it; None where it meets the requirement or is not known."""
    if value is None:
        return None
    if one.one_of and value not in one.one_of:
        return because(
            "aid.not_one_of",
            gettext_noop("{fact} is {value}; it asks for {wanted}."),
            fact=one.fact,
            value=_said(one.fact, value),
            wanted=", ".join(_said(one.fact, wanted) for wanted in one.one_of),
        )
    if isinstance(value, str):
        return None
    if one.least is not None and value < one.least:
        return because(
            "aid.below",
            gettext_noop("{fact} is {value}, {short} short of {least}."),
            fact=one.fact,
            value=_said(one.fact, value),
            short=_said(one.fact, one.least - value),
            least=_said(one.fact, one.least),
        )
    if one.most is not None and value > one.most:
        return because(
            "aid.above",
            gettext_noop("{fact} is {value}, {over} over {most}."),
            fact=one.fact,
            value=_said(one.fact, value),
            over=_said(one.fact, value - one.most),
            most=_said(one.fact, one.most),
        )
    return None


def _amount(policy: Policy, facts: Mapping[str, Fact | None]) -> Claim:
    wanted, reasons = _worth(policy.formula, facts)
    amount = wanted
    if policy.left_fen is not None and amount > policy.left_fen:
        amount = max(0, policy.left_fen)
        reasons.append(because("aid.pot", gettext_noop("Its pot has {left} left."), left=_money(amount)))
    outcome = Outcome.GRANTED if amount > 0 else Outcome.NOTHING
    return Claim(policy.code, outcome, amount, wanted, tuple(reasons))


def _worth(formula: Formula, facts: Mapping[str, Fact | None]) -> tuple[int, list[Reason]]:
    """What a formula comes to, in fen, with the arithmetic."""
    reasons, found = [], formula.fixed_fen
    if formula.fixed_fen:
        reasons.append(because("aid.fixed", gettext_noop("{sum}, fixed."), sum=_money(formula.fixed_fen)))
    value = facts.get(formula.fact) if formula.fact else None
    if value is not None and not isinstance(value, str):
        beyond = max(Decimal(0), Decimal(value) - formula.above)
        if formula.rate:
            part = int(Fraction(beyond) * formula.rate)
            found += part
            reasons.append(
                because(
                    "aid.rate",
                    gettext_noop("{rate} % of {base} is {sum}."),
                    rate=_percent(formula.rate),
                    base=_money(beyond),
                    sum=_money(part),
                )
            )
        if formula.each_fen:
            part = int(beyond) * formula.each_fen
            found += part
            reasons.append(
                because(
                    "aid.each",
                    gettext_noop("{n} times {each} is {sum}."),
                    n=int(beyond),
                    each=_money(formula.each_fen),
                    sum=_money(part),
                )
            )
        reached = [(least, fen) for least, fen in formula.steps if value >= least]
        if reached:
            found += reached[-1][1]
            reasons.append(
                because(
                    "aid.step",
                    gettext_noop("The step of {least} is reached: {sum}."),
                    least=_said(formula.fact, reached[-1][0]),
                    sum=_money(reached[-1][1]),
                )
            )
    if formula.most_fen is not None and found > formula.most_fen:
        found = formula.most_fen
        reasons.append(because("aid.most", gettext_noop("At most {most}."), most=_money(found)))
    return found, reasons


def _percent(rate: Fraction) -> str:
    return f"{float(rate * 100):.4g}"


def _money(fen: int | Decimal) -> str:
    return f"¥{Decimal(fen) / 100:,.2f}"


def _said(fact: str, value: Fact) -> str:
    """A value as a person reads it: money where the fact is in fen."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _money(value) if fact.endswith("_fen") and not isinstance(value, str) else str(value)


# -- several together ----------------------------------------------------------------------------------------------


def _room(
    name: str,
    cap: Formula,
    policies: Sequence[Policy],
    facts: Mapping[str, Fact | None],
    on: date,
    paid: Sequence[Paid],
) -> int:
    """What a joint cap still leaves in this year."""
    own = {one.code for one in policies if one.joint == name}
    used = sum(one.amount_fen for one in paid if one.policy in own and one.on.year == on.year)
    if cap.fact and facts.get(cap.fact) is None:
        return 0
    return max(0, _worth(cap, facts)[0] - used)


def _at_odds(policies: Sequence[Policy]) -> set[frozenset[int]]:
    """Pairs of places that may not be taken together."""
    return {
        frozenset((i, k))
        for (i, one), (k, other) in combinations(enumerate(policies), 2)
        if other.code in one.excludes or one.code in other.excludes
    }


def _choose(policies: Sequence[Policy], claims: Sequence[Claim], rooms: Mapping[str, int]) -> set[int]:
    """The places of the claims that are taken: those that bring most together, by search with an upper bound."""
    granted = [i for i, one in enumerate(claims) if one.outcome is Outcome.GRANTED]
    pairs = {pair for pair in _at_odds(policies) if pair <= set(granted)}
    disputed = sorted(set().union(*pairs)) if pairs else []
    if len(disputed) > MOST_AT_ODDS:
        raise BadInput(
            "aid.too_many_at_odds",
            gettext_noop("{n} policies exclude one another, more than {most}. Split the list."),
            n=len(disputed),
            most=MOST_AT_ODDS,
        )
    free = [i for i in granted if i not in disputed]
    enemies = {i: {k for pair in pairs if i in pair for k in pair if k != i} for i in disputed}

    def worth(places: Iterable[int]) -> int:
        sums: dict[str, int] = {}
        for i in places:
            sums[policies[i].joint] = sums.get(policies[i].joint, 0) + claims[i].amount_fen
        return sum(min(found, rooms[name]) if name else found for name, found in sums.items())

    best, best_worth = set(free), worth(free)

    def search(k: int, taken: list[int], barred: frozenset[int]) -> None:
        nonlocal best, best_worth
        open_still = [i for i in disputed[k:] if i not in barred]
        # Taking all that is still open is worth at least as much as any choice among it.
        if worth([*taken, *open_still]) <= best_worth and k:
            return
        if not open_still:
            found = worth(taken)
            if found > best_worth:
                best, best_worth = set(taken), found
            return
        first = open_still[0]
        after = disputed.index(first) + 1
        search(after, [*taken, first], barred | enemies[first])
        search(after, taken, barred)

    search(0, free, frozenset())
    return best


def _exclude(claim: Claim, policies: Sequence[Policy], taken: set[int]) -> Claim:
    others = sorted(
        policies[i].code for i in taken
        if claim.policy in policies[i].excludes
        or policies[i].code in next(one.excludes for one in policies if one.code == claim.policy)
    )  # fmt: skip
    if not others:
        # Nothing stands against it but a joint cap that the others use up.
        why = because("aid.joint_used", gettext_noop("What it shares a cap with uses the cap up."))
        return replace(claim, outcome=Outcome.NOTHING, amount_fen=0, reasons=(*claim.reasons, why))
    why = because(
        "aid.excluded",
        gettext_noop("Not together with {others}, which brings more."),
        others=", ".join(others),
    )
    return replace(claim, outcome=Outcome.EXCLUDED, amount_fen=0, reasons=(*claim.reasons, why))


def _cut_jointly(policies: Sequence[Policy], claims: list[Claim], rooms: Mapping[str, int]) -> list[Claim]:
    """Cut what shares a cap to what the cap leaves, later policies first."""
    left, found = dict(rooms), []
    for policy, claim in zip(policies, claims, strict=True):
        if policy.joint and claim.outcome is Outcome.GRANTED and claim.amount_fen > left[policy.joint]:
            amount = left[policy.joint]
            why = because("aid.joint", gettext_noop("Its joint cap leaves {left}."), left=_money(amount))
            outcome = Outcome.GRANTED if amount else Outcome.NOTHING
            claim = replace(claim, outcome=outcome, amount_fen=amount, reasons=(*claim.reasons, why))
        if policy.joint:
            left[policy.joint] -= claim.amount_fen
        found.append(claim)
    return found


def _shared_out(claim: Claim, policy: Policy) -> Claim:
    if not claim.amount_fen:
        return claim
    names = list(policy.bearers)
    parts = split(claim.amount_fen, [policy.bearers[name] for name in names], names)
    return replace(claim, by_bearer=dict(zip(names, parts, strict=True)))


# -- broken promises -----------------------------------------------------------------------------------------------


def claw_back(paid_fen: int, promised: Decimal, delivered: Decimal, tolerance: Fraction, whole: bool) -> int:
    """What of paid aid goes back where less was delivered than promised, in fen.

    Parameters
    ----------
    paid_fen
        At least 0.
    promised, delivered
        In one unit; ``promised`` above 0.
    tolerance
        Share that may be missing without consequence, 0 to 1, included.
    whole
        All of it goes back; else the missing share of it, rounded down to the fen.

    Examples
    --------
    >>> claw_back(10_000, Decimal(100), Decimal(85), Fraction(1, 10), whole=False)
    1500
    >>> claw_back(10_000, Decimal(100), Decimal(90), Fraction(1, 10), whole=True)
    0
    """
    if promised <= 0 or paid_fen < 0 or not 0 <= tolerance <= 1:
        raise BadInput(
            "aid.no_promise",
            gettext_noop(
                "A promise of {promised}, {paid} fen paid, tolerance {tolerance}: what goes back cannot be said. "
                "Give a promise above 0, a sum of 0 or more, and a tolerance from 0 to 1."
            ),
            promised=promised,
            paid=paid_fen,
            tolerance=tolerance,
        )
    missing = max(Fraction(0), 1 - Fraction(delivered) / Fraction(promised))
    if missing <= tolerance:
        return 0
    return paid_fen if whole else int(paid_fen * min(missing, Fraction(1)))


# -- sense ---------------------------------------------------------------------------------------------------------


def _check(policies: Sequence[Policy], caps: Mapping[str, Formula]) -> None:
    codes = set()
    for one in policies:
        if one.code in codes:
            raise BadInput(
                "aid.twice", gettext_noop("Policy {code} stands twice. Leave one out."), code=one.code
            )
        codes.add(one.code)
        if not one.bearers or min(one.bearers.values()) < 0 or not any(one.bearers.values()):
            raise BadInput(
                "aid.bearers",
                gettext_noop("Nobody bears policy {code}. Give at least one weight above 0, and none below."),
                code=one.code,
            )
        if one.joint and one.joint not in caps:
            raise BadInput(
                "aid.no_cap",
                gettext_noop(
                    "Policy {code} shares the cap {joint}, which is not there. Give it, or leave it out."
                ),
                code=one.code,
                joint=one.joint,
            )
        if one.pays not in ("once", "yearly"):
            raise BadInput(
                "aid.pays",
                gettext_noop("Policy {code} pays {pays}. Take one of: once, yearly."),
                code=one.code,
                pays=one.pays,
            )
        if one.valid_to is not None and one.valid_to < one.valid_from:
            raise BadInput(
                "aid.dates",
                gettext_noop(
                    "Policy {code} ends on {until}, before it begins on {since}. Correct one of the two."
                ),
                code=one.code,
                until=one.valid_to,
                since=one.valid_from,
            )
