"""Where a lead fits: the free parcels and vacated plots of its pairing, matched by the planner, with the reasons of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shanhai.core import sentences
from shanhai.core.models import Member
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import places
from shanhai.fields.investment.queries.places import Place
from shanhai.fields.park.queries import parks
from shanhai.kernel.reasons import Reason
from shanhai.planners.lead_pairs import Match, match_pair

BEST = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """The best free land for a lead.

    Attributes
    ----------
    unknown
        Facts that matching needs and nobody has given; then there is nothing else.
    best
        Parcel or vacated plot and match, the highest score first, of equal ones the smaller one, then its number; at most ``BEST``.
    fitting, free
        How many fit, of how many that are serviced, vacated or offered.
    refused
        The first filter that keeps the lead from the others, said, with how many; the most frequent first.
    cluster
        The cluster whose industries cover the lead's.
    """

    unknown: tuple[str, ...] = ()
    best: tuple[tuple[Place, Match], ...] = ()
    fitting: int = 0
    free: int = 0
    refused: tuple[tuple[str, int], ...] = ()
    cluster: parks.Cluster | None = None


def fit_of(lead: Lead, member: Member | None) -> Fit:
    """Where a lead fits, by the thresholds and weights of the rulebook today; a handful of statements, whatever it asks."""
    unknown = places.unknown_of(lead)
    if unknown:
        return Fit(unknown)
    scheme, clusters = places.scheme_of(lead.pairing), places.clusters_of(member, lead.pairing)
    cluster = clusters.covering(lead.industry)
    chain = clusters.as_record(cluster) if cluster is not None else None
    asked = places.as_lead(lead)
    found = [
        (place, match_pair(asked, place.as_record(), chain, scheme))
        for place in places.free_places(member, lead.pairing, [lead.number])
    ]
    fitting = [(place, match) for place, match in found if not match.refused]
    fitting.sort(key=lambda pair: (-pair[1].score, pair[0].mu, pair[0].number))
    kept_out = Counter(match.refused[0] for _place, match in found if match.refused)
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
