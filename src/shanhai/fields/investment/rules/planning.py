"""A portfolio planned from the records: what is asked, what goes in and what comes out as plain data; for a child without Django."""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from shanhai.kernel.reasons import Reason
from shanhai.kernel.refusals import BadInput, Refused, gettext_noop
from shanhai.planners.lead_records import Cluster, Entry, Lead, MatchScheme, Parcel
from shanhai.planners.portfolio_records import VALUES, Amounts, Limits, Portfolio

MOST_YEARS, MOST_SECONDS, MOST_LEADS, MOST_PLOTS = 3, 300, 2_000, 2_000
# What the page offers to count; "score" is for those who know what a point is.
COUNTED = tuple(VALUES)
LIMITS = ("land_mu", "energy_tce", "emission_t", "budget")
_MOST = 1e9
_PAIR = re.compile(r"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)")
_METRES = 111_320.0  # a degree on the equator


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is made for: which leads, what counts, and the limits.

    ``stages`` and ``kinds`` empty: all that are open. ``without`` are numbers of leads that stay out. Phases of the planner are years:
    ``land_mu`` has the land limit of each of ``years`` from this one on, None for none. ``grant_percent`` of a lead’s investment and
    ``cost_per_mu`` (10,000 yuan) of land that is levelled and not serviced yet are what the budget (10,000 yuan) bears.
    """

    stages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    cluster: str = ""
    without: tuple[str, ...] = ()
    value: str = "tax"
    years: int = 1
    land_mu: tuple[float | None, ...] = (None,)
    energy_tce: float | None = None
    emission_t: float | None = None
    budget: float | None = None
    grant_percent: float = 0.0
    cost_per_mu: float = 0.0
    with_levelled: bool = False
    step_mu: float = 1.0
    step_tce: float = 1.0
    seconds: int = 60

    def as_plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(self).items()}


def asked_of(data: Mapping[str, Any]) -> Asked:
    """What was asked, from what JSON kept.

    Examples
    --------
    >>> asked_of(Asked(years=2, land_mu=(60.0, None)).as_plain()) == Asked(years=2, land_mu=(60.0, None))
    True
    """
    told: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in data.items()}
    return Asked(**told)


def check_asked(asked: Asked) -> None:
    """What may be planned.

    Raises
    ------
    BadInput
        ``investment.plan_value``, ``.plan_years``, ``.plan_seconds``, ``.plan_limit``
    """
    if asked.value not in COUNTED:
        raise BadInput(
            "investment.plan_value",
            gettext_noop("A plan cannot count “{value}”. Choose one of: {values}."),
            value=asked.value,
            values=", ".join(COUNTED),
            field="value",
        )
    if not 1 <= asked.years <= MOST_YEARS or len(asked.land_mu) != asked.years:
        raise BadInput(
            "investment.plan_years",
            gettext_noop(
                "A plan covers 1 to {most} years with a land limit for each, not {years}. Give as many limits as years."
            ),
            most=MOST_YEARS,
            years=asked.years,
            field="years",
        )
    if not 1 <= asked.seconds <= MOST_SECONDS:
        raise BadInput(
            "investment.plan_seconds",
            gettext_noop("A plan may take 1 to {most} seconds, not {seconds}. Give a number in between."),
            most=MOST_SECONDS,
            seconds=asked.seconds,
            field="seconds",
        )
    steps = {"step_mu": asked.step_mu, "step_tce": asked.step_tce}
    amounts = {"energy_tce": asked.energy_tce, "emission_t": asked.emission_t, "budget": asked.budget}
    amounts |= {f"land_mu_{n}": one for n, one in enumerate(asked.land_mu, 1)}
    amounts |= {"grant_percent": asked.grant_percent, "cost_per_mu": asked.cost_per_mu, **steps}
    for name, amount in amounts.items():
        if amount is not None and not (math.isfinite(amount) and 0 <= amount <= _MOST):
            raise _bad_limit(name, amount)
    for name, step in steps.items():
        if not step:
            raise _bad_limit(name, step)


def _bad_limit(name: str, amount: float) -> BadInput:
    return BadInput(
        "investment.plan_limit",
        gettext_noop("{amount} cannot be {limit} of a plan. Give 0 or more, and steps above 0."),
        amount=amount,
        limit=name,
        field=name,
    )


def limits_of(asked: Asked) -> Limits:
    """The limits of the planner: land by year, the rest as a whole.

    Examples
    --------
    >>> list(limits_of(Asked(years=2, land_mu=(60.0, None), energy_tce=900.0)).given())
    [('energy_tce', None, 900.0), ('land_mu', 1, 60.0)]
    >>> list(limits_of(Asked(land_mu=(60.0,))).given())
    [('land_mu', None, 60.0)]
    """
    rest = {"energy_tce": asked.energy_tce, "emission_t": asked.emission_t, "budget": asked.budget}
    if asked.years == 1:
        return Limits(Amounts(land_mu=asked.land_mu[0], **rest))
    return Limits(Amounts(**rest), {n: Amounts(land_mu=one) for n, one in enumerate(asked.land_mu, 1)})


# -- what goes in ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plot:
    """Land to be had: as the planner takes it, its outline (WKT in degrees, empty for none), and the records that it is."""

    record: Parcel
    outline: str = ""
    parcel: str = ""
    renewal: str = ""

    @property
    def number(self) -> str:
        """By which the plan names it."""
        return self.record.parcel


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a plan is made from."""

    leads: tuple[Lead, ...]
    plots: tuple[Plot, ...]
    clusters: tuple[Cluster, ...]
    scheme: MatchScheme

    def as_plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        told: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return told


def inputs_of(data: Mapping[str, Any]) -> Inputs:
    """What went in, from what JSON kept.

    Examples
    --------
    >>> given = Inputs((Lead("L", "36", 9, 9, 5, land_mu=20),), (Plot(Parcel("P", 20), parcel="P"),), (), MatchScheme(entry={"": Entry(220)}))
    >>> inputs_of(given.as_plain()) == given
    True
    """
    plots = tuple(Plot(_made(Parcel, one["record"]), *(one[name] for name in ("outline", "parcel", "renewal"))) for one in data["plots"])  # fmt: skip
    scheme = dict(data["scheme"])
    scheme["entry"] = {pool: Entry(**one) for pool, one in scheme["entry"].items()}
    return Inputs(
        tuple(_made(Lead, one) for one in data["leads"]),
        plots,
        tuple(_made(Cluster, one) for one in data["clusters"]),
        _made(MatchScheme, scheme),
    )


def _made(kind: Any, data: Mapping[str, Any]) -> Any:
    known = {one.name for one in fields(kind)}
    return kind(**{n: tuple(one) if isinstance(one, list) else one for n, one in data.items() if n in known})


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """SHA-256 of what goes in, as one canonical text.

    Examples
    --------
    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}), fingerprint({"a": 1}) == fingerprint({"a": 2})
    (True, False)
    """
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs between what went in and what would go in now: numbers of leads and plots, and whether the rules do."""

    leads_new: tuple[str, ...] = ()
    leads_gone: tuple[str, ...] = ()
    leads_other: tuple[str, ...] = ()
    plots_new: tuple[str, ...] = ()
    plots_gone: tuple[str, ...] = ()
    plots_other: tuple[str, ...] = ()
    rules: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything does."""
        return self != Changed()


def changed_between(before: Mapping[str, Any], now: Mapping[str, Any]) -> Changed:
    """How what goes in differs, by the numbers of leads and plots.

    Examples
    --------
    >>> plot = {"record": {"parcel": "P", "land_mu": 20}}
    >>> before = {"leads": [{"lead": "L", "tax": 5}], "plots": [plot], "clusters": [], "scheme": {}}
    >>> now = before | {"leads": [{"lead": "L", "tax": 6}, {"lead": "M", "tax": 1}], "plots": []}
    >>> found = changed_between(before, now)
    >>> found.leads_new, found.leads_other, found.plots_gone, found.rules
    (('M',), ('L',), ('P',), False)
    """
    leads_new, leads_gone, leads_other = _apart(
        {one["lead"]: one for one in before["leads"]}, {one["lead"]: one for one in now["leads"]}
    )
    plots_new, plots_gone, plots_other = _apart(
        {one["record"]["parcel"]: one for one in before["plots"]},
        {one["record"]["parcel"]: one for one in now["plots"]},
    )
    rules = any(before[name] != now[name] for name in ("clusters", "scheme"))
    return Changed(leads_new, leads_gone, leads_other, plots_new, plots_gone, plots_other, rules)


_Numbers = tuple[str, ...]


def _apart(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[_Numbers, _Numbers, _Numbers]:
    both = before.keys() & now.keys()
    return (
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(before.keys() - now.keys())),
        tuple(sorted(name for name in both if before[name] != now[name])),
    )


def adjoining(plots: Iterable[Plot]) -> list[tuple[str, str]]:
    """Which plots adjoin by their outlines; those without one adjoin nothing.

    Degrees are stretched to metres around the middle of them all: over a park that is right to a part in ten thousand, and
    boundaries are compared to half a metre.
    """
    from shanhai.planners import portfolio_bundles

    drawn = {one.number: one.outline for one in plots if one.outline}
    if len(drawn) < 2:
        return []
    places = [(float(x), float(y)) for text in drawn.values() for x, y in _PAIR.findall(text)]
    west, south = min(x for x, _ in places), min(y for _, y in places)
    middle = (south + max(y for _, y in places)) / 2
    across = _METRES * math.cos(math.radians(middle))

    def metres(found: re.Match[str]) -> str:
        return f"{(float(found[1]) - west) * across:.3f} {(float(found[2]) - south) * _METRES:.3f}"

    return portfolio_bundles.adjoining({number: _PAIR.sub(metres, text) for number, text in drawn.items()})


# -- the work ----------------------------------------------------------------------------------------------------------


def place(inputs: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Make a plan and have it checked by the verifier that knows nothing of how it was made; what comes out is plain.

    Raises
    ------
    Refused
        ``investment.plan_wrong``: the plan did not stand up to the check; what the planner refuses.
    """
    from shanhai.planners.portfolio import place_leads, scheme_for
    from shanhai.planners.portfolio_checking import check_portfolio

    began = time.monotonic()
    given, what = inputs_of(inputs), asked_of(asked)
    limits, pairs = limits_of(what), adjoining(given.plots)
    parcels = [one.record for one in given.plots]
    scheme = scheme_for(given.scheme, limits)
    steps = {"land_mu": what.step_mu, "energy_tce": what.step_tce}
    plan = place_leads(
        given.leads, parcels, pairs, given.clusters, scheme, limits, value=what.value, steps=steps, seconds=what.seconds
    )  # fmt: skip
    wrong = check_portfolio(
        plan, given.leads, parcels, pairs, given.clusters, scheme, limits, value=what.value
    )
    if wrong:
        raise Refused(
            "investment.plan_wrong",
            gettext_noop(
                "The plan did not stand up to the check ({why}), so it is not shown. Send your files to those who keep the program."
            ),
            why=" ".join(str(one) for one in wrong[:5]),
        )
    return plan_as_plain(plan, limits) | {
        "solver": _solver(),
        "seconds": round(time.monotonic() - began, 2),
        "adjoining": [list(pair) for pair in pairs],
    }


def _solver() -> str:
    import scipy

    return f"HiGHS, SciPy {scipy.__version__}"


def plan_as_plain(plan: Portfolio, limits: Limits) -> dict[str, Any]:
    """A plan as JSON keeps it; reasons with their facts, to be said in any language."""
    return {
        "assigned": [
            asdict(one) | {"plots": list(one.parcels), "takes": dict(one.takes)} for one in plan.assigned
        ],
        "value": plan.value,
        "bound": plan.bound,
        "gap": plan.gap,
        "binding": [asdict(one) for one in plan.binding],
        "unplaced": [
            {
                "lead": one.lead,
                "reasons": [reason_as_plain(why) for why in one.reasons],
                "most_with_it": one.most_with_it,
            }
            for one in plan.unplaced
        ],
        "limits": [
            {"limit": name, "phase": phase, "given": amount, "used": plan.used[name, phase]}
            for name, phase, amount in limits.given()
        ],
        "stopped": plan.is_stopped,
        "columns": plan.n_columns,
    }


def reason_as_plain(why: Reason) -> dict[str, Any]:
    """A reason as JSON keeps it, with the reasons among its facts."""
    facts = {
        name: reason_as_plain(fact) if isinstance(fact, Reason) else fact if isinstance(fact, int | float) else str(fact)
        for name, fact in why.facts
    }  # fmt: skip
    return {"code": why.code, "sentence": why.sentence, "facts": facts}


def reason_of(data: Mapping[str, Any]) -> Reason:
    """A reason from what JSON kept.

    Examples
    --------
    >>> inner = Reason("b", "It needs {n} mu.", (("n", "9"),))
    >>> outer = Reason("a", "{parcel}: {why}", (("parcel", "P"), ("why", inner)))
    >>> reason_of(reason_as_plain(outer)) == outer
    True
    """
    facts = ((name, reason_of(one) if isinstance(one, dict) else one) for name, one in data["facts"].items())
    return Reason(data["code"], data["sentence"], tuple(facts))


@dataclass(frozen=True, slots=True)
class Difference:
    """A lead that two plans place differently: where each has it, empty where it stays out."""

    lead: str
    here: tuple[str, ...]
    there: tuple[str, ...]


def differences(here: Mapping[str, Sequence[str]], there: Mapping[str, Sequence[str]]) -> list[Difference]:
    """The leads that two plans place differently, by number.

    Examples
    --------
    >>> differences({"L": ["P"], "M": ["Q"]}, {"L": ["P"], "N": ["Q"]})
    [Difference(lead='M', here=('Q',), there=()), Difference(lead='N', here=(), there=('Q',))]
    """
    found = []
    for lead in sorted(here.keys() | there.keys()):
        one, other = tuple(here.get(lead, ())), tuple(there.get(lead, ()))
        if one != other:
            found.append(Difference(lead, one, other))
    return found
