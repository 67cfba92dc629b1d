"""One lead and one parcel: whether the lead may come there, and how well the two fit, said in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import gettext_noop
from shanhai.planners.industries import is_within, nearness
from shanhai.planners.lead_records import Cluster, Entry, Lead, MatchScheme, Parcel

# In this order filters are asked and told.
FILTERS = (
    "forbidden", "forbidden_here", "not_allowed_here", "safety", "kind", "plant_kind", "too_small", "too_large",
    "investment", "output", "tax", "energy_use", "energy", "emission", "phase",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """How a lead fits a parcel.

    ``items`` are points, each in whole hundredths, that add up to ``score`` (0 to 100); where ``refused`` names filters the
    lead may not come, and the score is 0 with no items.
    """

    lead: str
    parcel: str
    pool: str
    score: float
    items: dict[str, float]
    refused: tuple[Reason, ...] = ()


def match_pair(lead: Lead, parcel: Parcel, cluster: Cluster | None, scheme: MatchScheme) -> Match:
    """Match one lead with one parcel.

    Examples
    --------
    >>> lead = Lead("L1", "3670", investment=6000, output=9000, tax=500, land_mu=20, jobs=80)
    >>> parcel = Parcel("P1", land_mu=25, cluster="auto", labour=60)
    >>> found = match_pair(lead, parcel, Cluster("auto", ("36",), gaps=("3670",)), MatchScheme())
    >>> found.score, found.items["land"], found.items["labour"]
    (93.5, 16.0, 7.5)
    """
    pool = cluster.pool if cluster else ""
    refused = tuple(refusals_of_pair(lead, parcel, pool, scheme))
    if refused:
        return Match(lead.lead, parcel.parcel, pool, 0.0, {}, refused)
    return score_pair(lead, parcel, cluster, scheme, scheme.points())


def score_pair(
    lead: Lead, parcel: Parcel, cluster: Cluster | None, scheme: MatchScheme, most: Mapping[str, int]
) -> Match:
    """The match of a lead with a parcel to which no filter refuses it; ``most`` are the scheme's ``points()``."""
    shares = _shares(lead, parcel, cluster, scheme)
    points = {name: round(shares[name] * its_most) for name, its_most in most.items()}
    return Match(
        lead.lead,
        parcel.parcel,
        cluster.pool if cluster else "",
        sum(points.values()) / 100,
        {name: one / 100 for name, one in points.items()},
    )


def cluster_of(lead: Lead, parcel: Parcel, clusters: Mapping[str, Cluster]) -> Cluster | None:
    """The cluster in which a lead would be on a parcel: that of the land, else its own.

    Examples
    --------
    >>> auto, craft = Cluster("auto", ("36",)), Cluster("craft", ("24",))
    >>> known = {"auto": auto, "craft": craft}
    >>> lead = Lead("L1", "2433", 9, 9, 9, land_mu=9, cluster="craft")
    >>> cluster_of(lead, Parcel("P1", 9), known) == craft, cluster_of(lead, Parcel("P2", 9, "auto"), known) == auto
    (True, True)
    """
    return clusters.get(parcel.cluster or lead.cluster)


# -- the score ---------------------------------------------------------------------------------------------------------


def _shares(lead: Lead, parcel: Parcel, cluster: Cluster | None, scheme: MatchScheme) -> dict[str, float]:
    """What part of its points each item brings, 0 to 1."""
    entry = scheme.entry_of(cluster.pool if cluster else "")
    asked, given = (lead.plant_m2, parcel.plant_m2) if parcel.plant_m2 else (lead.land_mu, parcel.land_mu)
    intensity = (
        over(lead.investment / parcel.land_mu, entry.investment_per_mu, scheme.full_at)
        + over(lead.tax / parcel.land_mu, entry.tax_per_mu, scheme.full_at)
    ) / 2
    energy, emission = quotas_of(parcel, scheme)
    return {
        "industry": industry_share(lead, cluster, scheme),
        "land": min(asked, given) / max(asked, given),
        "intensity": intensity,
        "quota": (_spare(lead.energy_tce, energy) + _spare(lead.emission_t, emission)) / 2,
        "labour": 1.0 if not lead.jobs else min((parcel.labour or 0.0) / lead.jobs, 1.0),
        "chain": chain_share(lead, cluster, scheme),
        "policy": lead.policy,
    }


# Industries are few and leads many.
_nearness = lru_cache(maxsize=10_000)(nearness)


def industry_share(lead: Lead, cluster: Cluster | None, scheme: MatchScheme) -> float:
    """How near the lead's industry is to those of the cluster; none: nothing to fit."""
    near = _nearness(lead.industry, tuple(cluster.industries)) if cluster else 0
    return (0.0, *scheme.nearness)[near]


def chain_share(lead: Lead, cluster: Cluster | None, scheme: MatchScheme) -> float:
    """Whether it closes a gap of the cluster's chain or is a link of it."""
    if cluster is None:
        return 0.0
    gap = scheme.gap if any(is_within(lead.industry, one) for one in cluster.gaps) else 0.0
    link = scheme.link if any(is_within(lead.industry, one) for one in cluster.links) else 0.0
    return max(gap, link)


def over(value: float, threshold: float, full_at: float) -> float:
    """How far a value passes its threshold; without one nothing is asked, and all is well."""
    return min(value / (threshold * full_at), 1.0) if threshold else 1.0


def quotas_of(parcel: Parcel, scheme: MatchScheme) -> tuple[float | None, float | None]:
    """The energy and emission quota that a project on the parcel may use, its own or what is left to the county."""
    return (
        scheme.energy_tce if parcel.energy_tce is None else parcel.energy_tce,
        scheme.emission_t if parcel.emission_t is None else parcel.emission_t,
    )


def _spare(need: float, quota: float | None) -> float:
    return 1.0 if quota is None or not need else 1.0 - need / quota


def land_range(lead: Lead, scheme: MatchScheme) -> tuple[float, float]:
    """The least and the most land that a lead takes, in mu."""
    least = lead.land_mu if lead.land_min_mu is None else lead.land_min_mu
    most = lead.land_mu * scheme.land_slack if lead.land_max_mu is None else lead.land_max_mu
    return least, most


# -- the filters -------------------------------------------------------------------------------------------------------


def refusals_of_pair(lead: Lead, parcel: Parcel, pool: str, scheme: MatchScheme) -> Iterator[Reason]:
    """Every filter that keeps a lead from a parcel, with its figures, in the order of ``FILTERS``."""
    yield from _by_industry(lead, parcel, scheme)
    if lead.safety_class < parcel.safety_class:
        yield because(
            "matching.safety",
            gettext_noop("Its safety class is {class_of_lead}; the parcel holds {class_of_parcel} at most."),
            class_of_lead=lead.safety_class,
            class_of_parcel=parcel.safety_class,
        )
    yield from _by_plant(lead, parcel, scheme) if parcel.plant_m2 else _by_land(lead, parcel, scheme)
    yield from _by_entry(lead, parcel, scheme.entry_of(pool))
    yield from _by_quota(lead, parcel, scheme)
    if lead.last_phase is not None and parcel.phase > lead.last_phase:
        yield because(
            "matching.phase",
            gettext_noop("It must start in phase {last}; the parcel is ready in phase {phase}."),
            last=lead.last_phase,
            phase=parcel.phase,
        )


def _by_industry(lead: Lead, parcel: Parcel, scheme: MatchScheme) -> Iterator[Reason]:
    for filter_, codes, sentence in (
        (
            "forbidden",
            scheme.forbidden,
            gettext_noop("Its industry {industry} is on the negative list ({codes})."),
        ),
        (
            "forbidden_here",
            parcel.forbidden,
            gettext_noop("Its industry {industry} is forbidden on the parcel ({codes})."),
        ),
    ):
        hit = [one for one in codes if is_within(lead.industry, one)]
        if hit:
            yield because(f"matching.{filter_}", sentence, industry=lead.industry, codes=", ".join(hit))
    if parcel.only and not any(is_within(lead.industry, one) for one in parcel.only):
        yield because(
            "matching.not_allowed_here",
            gettext_noop("The parcel is for {codes} only; its industry is {industry}."),
            industry=lead.industry,
            codes=", ".join(parcel.only),
        )


def _by_plant(lead: Lead, parcel: Parcel, scheme: MatchScheme) -> Iterator[Reason]:
    if not lead.plant_m2:
        yield because("matching.kind", gettext_noop("It asks for land; there is plant on the parcel."))
        return
    if lead.plant_kind and parcel.plant_kind != lead.plant_kind:
        yield because(
            "matching.plant_kind",
            gettext_noop("It asks for plant of the kind “{asked}”; this is “{given}”."),
            asked=lead.plant_kind,
            given=parcel.plant_kind,
        )
    if parcel.plant_m2 < lead.plant_m2:
        yield because(
            "matching.too_small",
            gettext_noop("It needs {asked} m²; there are {given}."),
            asked=figure(lead.plant_m2),
            given=figure(parcel.plant_m2),
        )
    if parcel.plant_m2 > lead.plant_m2 * scheme.plant_slack:
        yield because(
            "matching.too_large",
            gettext_noop("It can use {asked} m² at most; there are {given}, given whole."),
            asked=figure(lead.plant_m2 * scheme.plant_slack),
            given=figure(parcel.plant_m2),
        )


def _by_land(lead: Lead, parcel: Parcel, scheme: MatchScheme) -> Iterator[Reason]:
    if not lead.land_mu:
        yield because("matching.kind", gettext_noop("It asks for plant; the parcel is bare land."))
        return
    least, most = land_range(lead, scheme)
    if parcel.land_mu < least:
        yield because(
            "matching.too_small",
            gettext_noop("It needs {asked} mu; there are {given}."),
            asked=figure(least),
            given=figure(parcel.land_mu),
        )
    if parcel.land_mu > most:
        yield because(
            "matching.too_large",
            gettext_noop("It can use {asked} mu at most; there are {given}, given whole."),
            asked=figure(most),
            given=figure(parcel.land_mu),
        )


def _by_entry(lead: Lead, parcel: Parcel, entry: Entry) -> Iterator[Reason]:
    for name, value, threshold, sentence in (
        (
            "investment",
            lead.investment / parcel.land_mu,
            entry.investment_per_mu,
            gettext_noop(
                "It invests {value} (10,000 yuan) per mu on {land} mu; the threshold is {threshold}."
            ),
        ),
        (
            "output",
            lead.output / parcel.land_mu,
            entry.output_per_mu,
            gettext_noop(
                "Its output is {value} (10,000 yuan) per mu on {land} mu; the threshold is {threshold}."
            ),
        ),
        (
            "tax",
            lead.tax / parcel.land_mu,
            entry.tax_per_mu,
            gettext_noop(
                "Its tax is {value} (10,000 yuan) per mu on {land} mu; the threshold is {threshold}."
            ),
        ),
    ):
        if value < threshold:
            yield because(
                f"matching.{name}",
                sentence,
                value=_short(value),
                land=figure(parcel.land_mu),
                threshold=figure(threshold),
            )
    if uses_too_much_energy(lead, entry):
        yield because(
            "matching.energy_use",
            gettext_noop(
                "It uses {energy} tce for {value_added} (10,000 yuan) of value added; {most} tce for each are the most."
            ),
            energy=figure(lead.energy_tce),
            value_added=figure(lead.value_added or 0.0),
            most=figure(entry.tce_per_value_added or 0.0),
        )


def uses_too_much_energy(lead: Lead, entry: Entry) -> bool:
    """Whether the energy for its value added is over the threshold; a value added that is not known decides nothing."""
    if entry.tce_per_value_added is None or lead.value_added is None:
        return False
    return lead.energy_tce > lead.value_added * entry.tce_per_value_added


def _by_quota(lead: Lead, parcel: Parcel, scheme: MatchScheme) -> Iterator[Reason]:
    energy, emission = quotas_of(parcel, scheme)
    for name, need, quota, sentence in (
        (
            "energy",
            lead.energy_tce,
            energy,
            gettext_noop("It needs {need} tce a year; the quota is {quota}."),
        ),
        (
            "emission",
            lead.emission_t,
            emission,
            gettext_noop("It emits {need} t a year; the quota is {quota}."),
        ),
    ):
        if quota is not None and need > quota:
            yield because(f"matching.{name}", sentence, need=figure(need), quota=figure(quota))


def figure(value: float) -> str:
    """A figure in a sentence, in full.

    Examples
    --------
    >>> figure(20.0), figure(7.5), figure(1234567.0)
    ('20', '7.5', '1,234,567')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.12g}"


def _short(value: float) -> str:
    """Three places, rounded down, so that a figure below its threshold never reads like it."""
    return f"{int(value * 1000) / 1000:,g}" if value < 1e6 else figure(value)
