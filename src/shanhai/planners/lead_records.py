"""What matching is about: leads, parcels, clusters, and the figures by which they are matched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import isfinite

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.industries import industry_code

# What a score is made of, in the order in which it is told.
ITEMS = ("industry", "land", "intensity", "quota", "labour", "chain", "policy")
# Fire hazard of production by GB 50016, most dangerous first (甲乙丙丁戊).
SAFETY_CLASSES = "ABCDE"


@dataclass(frozen=True, slots=True)
class Lead:
    """An investor's project that looks for a place.

    Money in 10,000 yuan: ``investment`` in fixed assets; ``output``, ``value_added`` and ``tax`` of a year at capacity; ``cost``
    is what placing it takes from the county's budget. Land in mu, plant in square metres, energy in tonnes of standard coal and
    emissions in tonnes a year. It may ask for land, for plant, or for either; ``land_min_mu`` and ``land_max_mu`` are the least and
    the most land that it can use, None for what it asks and for the slack of the scheme. ``plant_kind`` empty: any will do.
    ``policy`` is the share, 0 to 1, of what it asks for that policies grant. It can start in the phases from ``first_phase`` to
    ``last_phase`` (None: any later one). ``cluster`` is the one to which it would belong on land that lies in none.
    """

    lead: str
    industry: str
    investment: float
    output: float
    tax: float
    land_mu: float = 0.0
    land_min_mu: float | None = None
    land_max_mu: float | None = None
    plant_m2: float = 0.0
    plant_kind: str = ""
    value_added: float | None = None
    energy_tce: float = 0.0
    emission_t: float = 0.0
    jobs: float = 0.0
    safety_class: str = "E"
    policy: float = 0.0
    cost: float = 0.0
    first_phase: int = 1
    last_phase: int | None = None
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A piece of land to be had, or a vacated plot with plant on it (``plant_m2`` above 0); it is given whole.

    Energy and emission quotas that come with it, and people to be found in reach of it; None: no quota of its own, not known.
    ``safety_class`` is the most dangerous that it may hold; industries that are ``forbidden`` on it, and the ``only`` ones allowed
    (empty: all). ``cost`` is what making it ready takes from the budget, in 10,000 yuan; it is ready from ``phase`` on.
    ``quota_mu`` is what it takes of the land limit (None: all its land, with plant on it none): land that was taken from a quota
    before takes none again.
    """

    parcel: str
    land_mu: float
    cluster: str = ""
    plant_m2: float = 0.0
    plant_kind: str = ""
    energy_tce: float | None = None
    emission_t: float | None = None
    labour: float | None = None
    safety_class: str = "C"
    forbidden: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    cost: float = 0.0
    phase: int = 1
    quota_mu: float | None = None

    @property
    def takes_mu(self) -> float:
        """What it takes of the land limit.

        Examples
        --------
        >>> Parcel("bare", 20).takes_mu, Parcel("plant", 20, plant_m2=900).takes_mu, Parcel("vacated", 20, quota_mu=0).takes_mu
        (20, 0.0, 0)
        """
        if self.quota_mu is not None:
            return self.quota_mu
        return 0.0 if self.plant_m2 else self.land_mu


@dataclass(frozen=True, slots=True)
class Cluster:
    """An industrial cluster with its chain map, as codes of GB/T 4754.

    ``industries`` are its own, ``links`` those that supply or buy from its firms, ``gaps`` the links that it lacks. Clusters of
    one ``pool`` are graded together and meet the same entry thresholds: craft and logistics have pools of their own.
    """

    cluster: str
    industries: tuple[str, ...]
    links: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    pool: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """The least that a project brings to each mu, in 10,000 yuan, and the most energy per value added; 0 and None: not asked."""

    investment_per_mu: float = 0.0
    output_per_mu: float = 0.0
    tax_per_mu: float = 0.0
    tce_per_value_added: float | None = None


def _weights() -> dict[str, float]:
    return {"industry": 30, "land": 20, "intensity": 20, "quota": 10, "labour": 10, "chain": 10, "policy": 0}


@dataclass(frozen=True, slots=True)
class MatchScheme:
    """The figures by which leads and parcels are matched.

    Attributes
    ----------
    weights
        Points by item; any that add up above 0, they are brought to 100.
    entry
        Thresholds by pool; a pool that is not named has those of "".
    forbidden
        The negative list: industries that come nowhere.
    nearness
        What one section, division, group, and being within a code is worth, 0 to 1.
    gap, link
        What closing a gap of the chain, and being a link of it, is worth, 0 to 1.
    full_at
        How many times a threshold brings full points.
    land_slack, plant_slack
        How many times what a lead asks it may be given, where it does not say itself.
    energy_tce, emission_t
        What is left to the county, for parcels without a quota of their own; None: no limit.
    """

    weights: Mapping[str, float] = field(default_factory=_weights)
    entry: Mapping[str, Entry] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    nearness: tuple[float, float, float, float] = (0.2, 0.5, 0.8, 1.0)
    gap: float = 1.0
    link: float = 0.6
    full_at: float = 2.0
    land_slack: float = 1.25
    plant_slack: float = 1.5
    energy_tce: float | None = None
    emission_t: float | None = None

    def entry_of(self, pool: str) -> Entry:
        """The thresholds of a pool."""
        return self.entry.get(pool) or self.entry.get("", Entry())

    def points(self) -> dict[str, int]:
        """The most hundredths of a point that each item brings; they add up to 10,000, by largest remainders.

        Examples
        --------
        >>> MatchScheme().points()["industry"], MatchScheme(weights={"land": 2, "labour": 1}).points()
        (3000, {'land': 6667, 'labour': 3333})
        """
        whole = sum(self.weights.values())
        exact = {name: self.weights[name] * 10_000 / whole for name in ITEMS if self.weights.get(name)}
        found = {name: int(one) for name, one in exact.items()}
        left = 10_000 - sum(found.values())
        for name in sorted(exact, key=lambda one: (found[one] - exact[one], ITEMS.index(one)))[:left]:
            found[name] += 1
        return found


# -- bad input ---------------------------------------------------------------------------------------------------------


def check_records(leads: Sequence[Lead], parcels: Sequence[Parcel], clusters: Sequence[Cluster]) -> None:
    """What matching cannot work with is refused by its number.

    Raises
    ------
    BadInput
        ``matching.twice``, ``.number``, ``.least_over_most``, ``.no_need``, ``.no_land``, ``.safety_class``, ``.unknown_cluster``,
        ``.policy``, ``.phases``; ``industries.form``.
    """
    for names in (
        [one.lead for one in leads],
        [one.parcel for one in parcels],
        [one.cluster for one in clusters],
    ):
        check_once(names)
    for lead in leads:
        _check_lead(lead)
    known = {one.cluster for one in clusters}
    for lead in leads:
        _check_cluster_of_lead(lead, known)
    for parcel in parcels:
        _check_parcel(parcel, known)
    for cluster in clusters:
        _check_codes((*cluster.industries, *cluster.links, *cluster.gaps))


def check_once(names: Iterable[str]) -> None:
    """Each number stands once and is not empty."""
    seen: set[str] = set()
    for name in names:
        if name in seen or not name:
            raise BadInput(
                "matching.twice",
                gettext_noop(
                    "“{number}” is empty or stands twice. Give each lead, parcel and cluster a number of its own."
                ),
                number=name,
            )
        seen.add(name)


def _check_lead(one: Lead) -> None:
    _check_numbers(one.lead, one)
    _check_safety(one.lead, one.safety_class)
    industry_code(one.industry)
    least = one.land_mu if one.land_min_mu is None else one.land_min_mu
    most = one.land_mu if one.land_max_mu is None else one.land_max_mu
    if not least <= one.land_mu <= most:
        raise BadInput(
            "matching.least_over_most",
            gettext_noop(
                "Lead {lead} asks for {land} mu, at least {least} and at most {most}. Give them in ascending order."
            ),
            lead=one.lead,
            land=one.land_mu,
            least=least,
            most=most,
        )
    if not one.land_mu and not one.plant_m2:
        raise BadInput(
            "matching.no_need",
            gettext_noop(
                "Lead {lead} asks for neither land nor plant. Say how much of one of them it needs."
            ),
            lead=one.lead,
        )
    if one.policy > 1:
        raise BadInput(
            "matching.policy",
            gettext_noop("Lead {lead} has the policy share {share}. Give a share from 0 to 1."),
            lead=one.lead,
            share=one.policy,
        )
    if one.first_phase < 1 or (one.last_phase is not None and one.last_phase < one.first_phase):
        raise BadInput(
            "matching.phases",
            gettext_noop(
                "Lead {lead} starts from phase {first} to {last}. Give phases from 1 on, in ascending order."
            ),
            lead=one.lead,
            first=one.first_phase,
            last=one.last_phase,
        )


def _check_cluster_of_lead(one: Lead, clusters: set[str]) -> None:
    if one.cluster and one.cluster not in clusters:
        raise BadInput(
            "matching.unknown_cluster",
            gettext_noop(
                "Lead {lead} belongs to the cluster {cluster}, which is not among those given. Add the cluster, or leave it out."
            ),
            lead=one.lead,
            cluster=one.cluster,
        )


def _check_parcel(one: Parcel, clusters: set[str]) -> None:
    _check_numbers(one.parcel, one)
    _check_safety(one.parcel, one.safety_class)
    _check_codes((*one.forbidden, *one.only))
    if one.land_mu <= 0:
        raise BadInput(
            "matching.no_land",
            gettext_noop(
                "Parcel {parcel} has {land} mu. Give the land that it has, plant or not; it is above 0."
            ),
            parcel=one.parcel,
            land=one.land_mu,
        )
    if one.cluster and one.cluster not in clusters:
        raise BadInput(
            "matching.unknown_cluster",
            gettext_noop(
                "Parcel {parcel} lies in the cluster {cluster}, which is not among those given. Add the cluster, or leave it out."
            ),
            parcel=one.parcel,
            cluster=one.cluster,
        )


def _check_codes(codes: Iterable[str]) -> None:
    for code in codes:
        industry_code(code)


def _check_safety(number: str, given: str) -> None:
    if given not in tuple(SAFETY_CLASSES):
        raise BadInput(
            "matching.safety_class",
            gettext_noop(
                "{number} has the safety class “{given}”. Give A to E (甲 to 戊), A being the most dangerous."
            ),
            number=number,
            given=given,
        )


def _check_numbers(number: str, one: Lead | Parcel) -> None:
    for column in fields(one):
        value = getattr(one, column.name)
        if isinstance(value, int | float) and not (isfinite(value) and value >= 0):
            raise BadInput(
                "matching.number",
                gettext_noop("{number} has {value} as {column}. Give a number of 0 or more."),
                number=number,
                value=value,
                column=column.name,
            )


def check_scheme(scheme: MatchScheme) -> None:
    """The figures of a scheme make sense.

    Raises
    ------
    BadInput
        ``matching.weights``, ``.shares``, ``.scheme``.
    """
    weights = scheme.weights
    if (
        set(weights) - set(ITEMS)
        or not all(isfinite(one) and one >= 0 for one in weights.values())
        or not sum(weights.values())
    ):
        raise BadInput(
            "matching.weights",
            gettext_noop(
                "The weights must be 0 or more, not all 0, and bear these names: {names}. Correct them."
            ),
            names=", ".join(ITEMS),
        )
    shares = (*scheme.nearness, scheme.gap, scheme.link)
    if len(scheme.nearness) != 4 or not all(0 <= one <= 1 for one in shares):
        raise BadInput(
            "matching.shares",
            gettext_noop(
                "What nearness, a gap and a link are worth must be four and two shares from 0 to 1. Correct them."
            ),
        )
    at_least_once = (scheme.full_at, scheme.land_slack, scheme.plant_slack)
    limits = [one for one in (scheme.energy_tce, scheme.emission_t) if one is not None]
    limits += [
        value
        for entry in scheme.entry.values()
        for value in (
            entry.investment_per_mu,
            entry.output_per_mu,
            entry.tax_per_mu,
            entry.tce_per_value_added,
        )
        if value is not None
    ]
    if not all(isfinite(one) and one >= 1 for one in at_least_once) or not all(
        isfinite(one) and one >= 0 for one in limits
    ):
        raise BadInput(
            "matching.scheme",
            gettext_noop(
                "Multiples in a scheme must be 1 or more, thresholds and quotas 0 or more. Correct them."
            ),
        )
    _check_codes(scheme.forbidden)
