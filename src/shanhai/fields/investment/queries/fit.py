"""Where a lead fits: the free parcels of its pairing, matched by the planner, with the reasons of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shanhai.core import clock, rulebook, sentences
from shanhai.core.models import Member
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import matching
from shanhai.fields.investment.queries.leads import scopes_of
from shanhai.fields.park.queries import land, parks
from shanhai.kernel.reasons import Reason
from shanhai.planners import lead_records
from shanhai.planners.lead_pairs import Match, match_pair

BEST = 5
# What matching asks for; without one of these nothing is said.
NEEDED = ("industry", "investment_fen", "output_fen", "tax_fen", "land_mu")
_WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Fit:
    """The best free parcels for a lead.

    Attributes
    ----------
    unknown
        Facts that matching needs and nobody has given; then there is nothing else.
    best
        Parcel and match, the highest score first, of equal ones the smaller parcel, then its number; at most ``BEST``.
    fitting, free
        How many parcels fit, of how many that are serviced or vacated.
    refused
        The first filter that keeps the lead from the other parcels, said, with how many; the most frequent first.
    cluster
        The cluster whose industries cover the lead's.
    """

    unknown: tuple[str, ...] = ()
    best: tuple[tuple[land.Parcel, Match], ...] = ()
    fitting: int = 0
    free: int = 0
    refused: tuple[tuple[str, int], ...] = ()
    cluster: parks.Cluster | None = None


def fit_of(lead: Lead, member: Member | None) -> Fit:
    """Where a lead fits, by the thresholds and weights of the rulebook today; a handful of statements, whatever it asks."""
    unknown = tuple(name for name in NEEDED if getattr(lead, name) in (None, ""))
    if unknown:
        return Fit(unknown)
    scheme = _scheme(lead)
    cluster, chain = _cluster(lead, member)
    asked = _asked(lead)
    found = [
        (parcel, match_pair(asked, _offered(parcel, chain), chain, scheme))
        for parcel in land.free_parcels(member, lead.pairing)
    ]
    fitting = [(parcel, match) for parcel, match in found if not match.refused]
    fitting.sort(key=lambda pair: (-pair[1].score, pair[0].mu, pair[0].number))
    kept_out = Counter(match.refused[0] for _parcel, match in found if match.refused)
    refused = tuple((sentences.reason(why), n) for why, n in _by_code(kept_out))
    return Fit((), tuple(fitting[:BEST]), len(fitting), len(found), refused, cluster)


def _by_code(reasons: Counter[Reason]) -> list[tuple[Reason, int]]:
    """One reason for each filter, with how many parcels it keeps away."""
    first: dict[str, Reason] = {}
    n: Counter[str] = Counter()
    for why, times in reasons.items():
        first.setdefault(why.code, why)
        n[why.code] += times
    return [(first[code], times) for code, times in n.most_common()]


def _scheme(lead: Lead) -> lead_records.MatchScheme:
    read, scopes = rulebook.reader(list(matching.CODES)), scopes_of(lead.pairing)
    return matching.scheme_of({code: read(code, clock.today(), scopes).value for code in matching.CODES})


def _cluster(lead: Lead, member: Member | None) -> tuple[parks.Cluster | None, lead_records.Cluster | None]:
    covering = parks.clusters_for(lead.industry, parks.clusters_of(member, lead.pairing))
    if not covering:
        return None, None
    cluster = covering[0]
    links = parks.links_of(cluster)
    return cluster, lead_records.Cluster(
        cluster.code,
        tuple(one.industry for one in parks.industries_of(cluster, clock.today())),
        tuple(code for link in links if link.standing_firms for code in link.industries.split()),  # type: ignore[attr-defined]
        tuple(code for link in links if not link.standing_firms for code in link.industries.split()),  # type: ignore[attr-defined]
        "" if cluster.group == "industry" else cluster.group,
    )


def _asked(lead: Lead) -> lead_records.Lead:
    assert lead.investment_fen is not None and lead.output_fen is not None and lead.tax_fen is not None
    return lead_records.Lead(
        lead.number,
        lead.industry,
        investment=lead.investment_fen / _WAN,
        output=lead.output_fen / _WAN,
        tax=lead.tax_fen / _WAN,
        land_mu=float(lead.land_mu or 0),
        energy_tce=float(lead.energy_tce or 0),
        emission_t=float(lead.emissions_t or 0),
        jobs=float(lead.jobs or 0),
    )


def _offered(parcel: land.Parcel, chain: lead_records.Cluster | None) -> lead_records.Parcel:
    return lead_records.Parcel(parcel.number, float(parcel.mu), cluster=chain.cluster if chain else "")
