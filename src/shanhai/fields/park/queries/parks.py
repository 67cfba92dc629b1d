"""Reads of parks and clusters: the lists, one of them with its parts, what can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Sum

from shanhai.core import access, clock, search
from shanhai.core.models import Member, Pairing
from shanhai.core.search import Found
from shanhai.fields.pairing.queries.lists import reach_of
from shanhai.fields.park.models import (
    ChainFirm,
    ChainLink,
    Cluster,
    ClusterIndustry,
    Infrastructure,
    LandQuota,
    Park,
    Phase,
)
from shanhai.fields.park.rules import parks as rules
from shanhai.kernel.refusals import NotFound, gettext_noop


def parks_of(member: Member | None, pairing: Pairing) -> QuerySet[Park]:
    """The parks of a pairing and those nested in it that a member has a seat in; sort by ``name_sort``."""
    return reach_of(member, pairing).restrict(Park.objects.select_related("region", "company", "pairing"))


def clusters_of(member: Member | None, pairing: Pairing) -> QuerySet[Cluster]:
    """The clusters of a pairing and those nested in it that a member has a seat in; sort by ``code``."""
    return reach_of(member, pairing).restrict(Cluster.objects.select_related("pairing"))


def may_see(member: Member | None, record: Any) -> bool:
    """Whoever has a seat in its pairing, and an auditor."""
    if member is None:
        return True
    here = access.standing(member)
    return record.pairing_id in here.sides or bool(here.roles & access.SEES_ALL)


def park_of(member: Member | None, number: str) -> Park:
    """One park, for those with a seat in its pairing.

    Raises
    ------
    NotFound
        ``park.no_park``
    """
    found = Park.objects.select_related("region", "company", "pairing").filter(number=number[:40]).first()
    if found is None or not may_see(member, found):
        raise NotFound(
            "park.no_park",
            gettext_noop("There is no park {number} that you may see. Look for it in the list of parks."),
            number=number[:40],
        )
    return found


def park_chosen(member: Member | None, pairing: Pairing, number: str) -> Park:
    """The park of a number, or the one that is meant where none is named: the largest home park of the pairing.

    Raises
    ------
    NotFound
        ``park.no_park``, ``park.no_park_yet``
    """
    if number:
        return park_of(member, number)
    found = list(parks_of(member, pairing).order_by("-planned_mu", "pk")[:50])
    if not found:
        raise NotFound(
            "park.no_park_yet",
            gettext_noop("{pairing} has no park yet. Register one, or bring the list as a spreadsheet."),
            pairing=pairing.code,
        )
    return min(found, key=lambda park: park.kind != rules.ParkKind.HOME)


def cluster_of(member: Member | None, code: str) -> Cluster:
    """One cluster, for those with a seat in its pairing.

    Raises
    ------
    NotFound
        ``park.no_cluster``
    """
    found = Cluster.objects.select_related("pairing").filter(code=code[:40]).first()
    if found is None or not may_see(member, found):
        raise NotFound(
            "park.no_cluster",
            gettext_noop("There is no cluster {code} that you may see. Look for it in the list of clusters."),
            code=code[:40],
        )
    return found


def phases_of(park: Park) -> list[Phase]:
    """The phases of a park in their order."""
    return list(Phase.objects.filter(park=park).order_by("number"))


def infrastructure_of(park: Park) -> list[Infrastructure]:
    """What a park has, by phase and in the order of the kinds."""
    order = list(rules.Utility)
    found = Infrastructure.objects.filter(park=park)
    return sorted(found, key=lambda one: (one.phase_number, order.index(rules.Utility(one.kind))))


def quotas_of(park: Park) -> list[LandQuota]:
    """The yearly quotas of a park, latest first."""
    return list(LandQuota.objects.filter(park=park).order_by("-year"))


def infrastructure_at(park: Park, kind: str, phase: int) -> Infrastructure | None:
    """One connection of a park, or of a phase of it."""
    return Infrastructure.objects.filter(park=park, kind=kind, phase_number=phase).first()


def phase_at(park: Park, number: int) -> Phase | None:
    """One phase of a park."""
    return Phase.objects.filter(park=park, number=number).first()


def industries_of(cluster: Cluster, on: date | None = None) -> list[ClusterIndustry]:
    """The codes of a cluster: all with their days, or those that hold on a day."""
    found = ClusterIndustry.objects.filter(cluster=cluster).order_by("industry", "begins_on")
    if on is not None:
        found = found.filter(begins_on__lte=on).exclude(ends_on__lt=on)
    return list(found)


def clusters_for(industry: str, clusters: Iterable[Cluster], on: date | None = None) -> list[Cluster]:
    """Of the clusters, those whose codes cover an industry on a day (one statement)."""
    given = list(clusters)
    codes = codes_on(given, on or clock.today())
    return [one for one in given if any(rules.covers(code, industry) for code in codes.get(one.pk, ()))]


def codes_on(clusters: Iterable[Cluster], day: date) -> dict[int, list[str]]:
    """The codes that clusters have on a day, by key of the cluster (one statement)."""
    rows = ClusterIndustry.objects.filter(cluster__in=list(clusters), begins_on__lte=day)
    found: dict[int, list[str]] = {}
    for cluster, code in (
        rows.exclude(ends_on__lt=day).order_by("industry").values_list("cluster_id", "industry")
    ):
        found.setdefault(cluster, []).append(code)
    return found


def links_of(cluster: Cluster) -> list[ChainLink]:
    """The links of a cluster's chain in its order, each with its ``standing_firms`` (two statements)."""
    order = list(rules.Position)
    found = list(ChainLink.objects.filter(cluster=cluster))
    found.sort(key=lambda link: (order.index(rules.Position(link.position)), link.code))
    by_link: dict[int, list[Any]] = {}
    rows = ChainFirm.objects.filter(link__cluster=cluster).select_related("organisation")
    for row in rows.order_by("organisation__name_sort", "pk"):
        by_link.setdefault(row.link_id, []).append(row.organisation)
    for link in found:
        link.standing_firms = by_link.get(link.pk, [])  # type: ignore[attr-defined]
    return found


def link_of(cluster: Cluster, code: str) -> ChainLink:
    """One link of a cluster's chain.

    Raises
    ------
    NotFound
        ``park.no_link``
    """
    found = ChainLink.objects.filter(cluster=cluster, code=code[:40]).first()
    if found is None:
        raise NotFound(
            "park.no_link",
            gettext_noop("The chain of cluster {cluster} has no link {link}. Look for it on its page."),
            cluster=cluster.code,
            link=code[:40],
        )
    return found


def industry_at(cluster: Cluster, industry: str, begins_on: date) -> ClusterIndustry:
    """A dated code of a cluster.

    Raises
    ------
    NotFound
        ``park.no_cluster_industry``
    """
    found = ClusterIndustry.objects.filter(
        cluster=cluster, industry=industry[:5], begins_on=begins_on
    ).first()
    if found is None:
        raise NotFound(
            "park.no_cluster_industry",
            gettext_noop("No code {industry} belongs to cluster {cluster} from {begins}. Look at its codes."),
            cluster=cluster.code,
            industry=industry[:5],
            begins=begins_on,
        )
    return found


def chain_figures(clusters: Iterable[Cluster]) -> dict[int, tuple[int, int, int]]:
    """Links, links without firms, and firms of clusters by key (one statement)."""
    rows = (
        ChainLink.objects.filter(cluster__in=[one.pk for one in clusters])
        .annotate(n=Count("firms"))
        .values_list("cluster_id", "n")
    )
    found: dict[int, tuple[int, int, int]] = {}
    for cluster, n in rows:
        links, empty, firms = found.get(cluster, (0, 0, 0))
        found[cluster] = (links + 1, empty + (n == 0), firms + n)
    return found


def planned_of(rows: QuerySet[Park]) -> dict[str, Any]:
    """What leads the list of parks: how many there are, enclaves among them, and their planned land."""
    found = rows.order_by().aggregate(
        n=Count("pk"), enclaves=Count("pk", Q(kind=rules.ParkKind.ENCLAVE)), mu=Sum("planned_mu")
    )
    return found | {"mu": found["mu"] or Decimal(0)}


def parks_named(rows: QuerySet[Park], text: str) -> QuerySet[Park]:
    """Of the parks, those whose number begins so or whose name holds the text."""
    return rows.filter(
        Q(number__startswith=text) | Q(pk__in=search.keys_of("park.park", text, is_narrowed=True))
    )


def clusters_named(rows: QuerySet[Cluster], text: str) -> QuerySet[Cluster]:
    """Of the clusters, those whose code begins so or whose name holds the text."""
    return rows.filter(
        Q(code__startswith=text) | Q(pk__in=search.keys_of("park.cluster", text, is_narrowed=True))
    )


# -- finding -------------------------------------------------------------------------------------------------------


def park_found_as(one: Model) -> Found:
    """By its name and number, for those with a seat in its pairing."""
    park: Any = one
    return Found(
        "park.park", park.pk, park.name_zh, park.url, park.name_en, park.number, park.pairing_id, "pairing"
    )


def cluster_found_as(one: Model) -> Found:
    """By its name and code, for those with a seat in its pairing."""
    it: Any = one
    return Found("park.cluster", it.pk, it.name_zh, it.url, it.name_en, it.code, it.pairing_id, "pairing")


def park_entries() -> Iterator[Found]:
    """All parks."""
    return map(park_found_as, Park.objects.iterator())


def cluster_entries() -> Iterator[Found]:
    """All clusters."""
    return map(cluster_found_as, Cluster.objects.iterator())
