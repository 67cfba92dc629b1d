"""Leads and land as the planners take them: what Fit and the plans of a portfolio ask of the records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shanhai.core import clock, rulebook
from shanhai.core.models import Member, Pairing
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import matching
from shanhai.fields.investment.queries.leads import scopes_of
from shanhai.fields.park.queries import land, parks, renewal, reserving
from shanhai.fields.park.rules import parks as park_rules
from shanhai.planners import lead_records

# What matching asks for; without one of these nothing is said. Land may be asked for, or plant.
NEEDED = ("industry", "investment_fen", "output_fen", "tax_fen", "land_mu")
_WAN = 1_000_000
_LEVELLED = "levelled"


@dataclass(frozen=True, slots=True)
class Place:
    """Land that a project could be given: a parcel, or a vacated plot with the quotas and the plant that come with it."""

    parcel: land.Parcel | None = None
    plot: renewal.Renewal | None = None

    @property
    def number(self) -> str:
        """Of the parcel, or of the renewal where the plot is drawn as no parcel."""
        return self.parcel.number if self.parcel is not None else self._plot.number

    @property
    def _plot(self) -> renewal.Renewal:
        assert self.plot is not None
        return self.plot

    @property
    def called(self) -> str:
        """Its number as people know it: that of the plot where it is a vacated one."""
        return self.number if self.parcel is not None else self._plot.plot

    @property
    def url(self) -> str:
        """Where it is shown."""
        return self.parcel.url if self.parcel is not None else self._plot.url

    @property
    def mu(self) -> Decimal:
        """Its land."""
        return self.parcel.mu if self.parcel is not None else self._plot.land_mu

    @property
    def plant_m2(self) -> Decimal:
        """The plant that stands on it, 0 for bare land."""
        return self.plot.plant_m2 if self.plot is not None else Decimal(0)

    @property
    def is_vacated(self) -> bool:
        """Whether somebody left it: its land was taken from a quota before."""
        return self.parcel is None or self.parcel.state == "vacated"

    @property
    def is_levelled(self) -> bool:
        """Whether it is to be serviced first."""
        return self.parcel is not None and self.parcel.state == _LEVELLED

    def as_record(self) -> lead_records.Parcel:
        """As the planners take it; a quota of 0 that was released with it is none of its own."""
        own = self.plot
        return lead_records.Parcel(
            self.number,
            float(self.mu),
            plant_m2=float(self.plant_m2),
            energy_tce=float(own.energy_tce) if own and own.energy_tce else None,
            emission_t=float(own.emission_t) if own and own.emission_t else None,
            quota_mu=0.0 if self.is_vacated else None,
        )


def free_places(
    member: Member | None, pairing: Pairing, kept_for: Iterable[str] = (), *, with_levelled: bool = False
) -> list[Place]:
    """The land of a pairing that a project could be given: serviced and vacated parcels, then vacated plots that are offered.

    A plot that is drawn as a parcel of its park stands once, as that parcel. What is kept for somebody is left out, save for those
    of ``kept_for`` (two statements).
    """
    holders = {"", *kept_for}
    free = (*land.rules.FREE, _LEVELLED) if with_levelled else land.rules.FREE
    rows = land.parcels_of(member, pairing).filter(state__in=free, reserved_for__in=holders)
    drawn = {one.number: one for one in rows.order_by("number")}
    plots = list(reserving.plots_offered(member, pairing).filter(reserved_for__in=holders))
    of_plot = {one.plot: one for one in plots if _is_drawn(one, drawn)}
    places = [Place(parcel, of_plot.get(number)) for number, parcel in drawn.items()]
    return places + [Place(None, one) for one in plots if not _is_drawn(one, drawn)]


def _is_drawn(one: renewal.Renewal, drawn: dict[str, land.Parcel]) -> bool:
    return one.plot in drawn and drawn[one.plot].park_id == one.firm.park_id


def in_park(places: Iterable[Place], park: parks.Park) -> list[Place]:
    """Of some places those in a park."""
    return [
        one for one in places if (one.parcel.park_id if one.parcel else one._plot.firm.park_id) == park.pk
    ]


def unknown_of(lead: Lead) -> tuple[str, ...]:
    """Facts that matching needs and nobody has given; who asks for plant alone is not asked for land."""
    return tuple(
        name
        for name in NEEDED
        if getattr(lead, name) in (None, "") and not (name == "land_mu" and lead.plant_m2)
    )


def as_lead(lead: Lead, cluster: str = "") -> lead_records.Lead:
    """A lead as the planners take it; nothing of ``unknown_of`` is missing."""
    assert lead.investment_fen is not None and lead.output_fen is not None and lead.tax_fen is not None
    return lead_records.Lead(
        lead.number,
        lead.industry,
        investment=lead.investment_fen / _WAN,
        output=lead.output_fen / _WAN,
        tax=lead.tax_fen / _WAN,
        land_mu=float(lead.land_mu or 0),
        plant_m2=float(lead.plant_m2 or 0),
        energy_tce=float(lead.energy_tce or 0),
        emission_t=float(lead.emissions_t or 0),
        jobs=float(lead.jobs or 0),
        cluster=cluster,
    )


def scheme_of(pairing: Pairing) -> lead_records.MatchScheme:
    """Weights and thresholds of the rulebook today."""
    read, scopes = rulebook.reader(list(matching.CODES)), scopes_of(pairing)
    return matching.scheme_of({code: read(code, clock.today(), scopes).value for code in matching.CODES})


@dataclass(frozen=True, slots=True)
class Clusters:
    """The clusters of a pairing with the codes that cover leads today."""

    rows: Sequence[parks.Cluster]
    codes: dict[int, list[str]]

    def covering(self, industry: str) -> parks.Cluster | None:
        """The first cluster whose codes cover an industry."""
        for one in self.rows:
            if any(park_rules.covers(code, industry) for code in self.codes.get(one.pk, ())):
                return one
        return None

    def as_record(self, one: parks.Cluster) -> lead_records.Cluster:
        """A cluster with its chain as the planners take it (two statements)."""
        links = parks.links_of(one)
        filled = [link for link in links if link.standing_firms]  # type: ignore[attr-defined]
        return lead_records.Cluster(
            one.code,
            tuple(self.codes.get(one.pk, ())),
            tuple(code for link in filled for code in link.industries.split()),
            tuple(code for link in links if link not in filled for code in link.industries.split()),
            "" if one.group == "industry" else one.group,
        )


def clusters_of(member: Member | None, pairing: Pairing) -> Clusters:
    """The clusters that a member sees, by code (two statements)."""
    rows = list(parks.clusters_of(member, pairing).order_by("code"))
    return Clusters(rows, parks.codes_on(rows, clock.today()))
