"""Parks and clusters from spreadsheets and zone folders: a member brings what his seat allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from shanhai.core import access, search
from shanhai.core.models import Member, Pairing
from shanhai.core.sheets.columns import Change, Problem
from shanhai.core.sheets.refusing import tried
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    names,
    places,
    standing,
    writer,
)
from shanhai.fields.pairing.queries.registers import Table
from shanhai.fields.park.models import (
    ChainFirm,
    ChainLink,
    Cluster,
    ClusterIndustry,
    Infrastructure,
    Parcel,
    Park,
    Phase,
)
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.queries import registers as tables
from shanhai.fields.park.rules import geometry
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop

# -- who brings what -----------------------------------------------------------------------------------------------


def pairings_of(table: Table, changes: Iterable[Change]) -> dict[str, int | None]:
    """The pairing of each row by its key: its own, or that of the record that it is a part of (one statement)."""
    names = [column.name for column in table.register.columns]
    first = next(name for name in ("pairing", "park", "cluster", "parcel", "parent") if name in names)
    model, path = {
        "pairing": (Pairing, "code"),
        "park": (Park, "number"),
        "cluster": (Cluster, "code"),
        "parcel": (Parcel, "number"),
        "parent": (Parcel, "number"),
    }[first]
    given = list(changes)
    named = {change.values[first] for change in given}
    column = "pk" if model is Pairing else "pairing_id"
    found = dict(model._default_manager.filter(**{f"{path}__in": named}).values_list(path, column))
    return {change.key: found.get(change.values[first]) for change in given}


def guard_of(table: Table) -> Callable[..., list[list[Problem]]]:
    """What holds for a member beside the rules: a seat on a side of the row's pairing, which a row does not leave."""

    def guard(
        changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
    ) -> list[list[Problem]]:
        pairings = pairings_of(table, changes)
        key = table.register.keys[0].name
        return [tried(partial(_check, table, change, pairings[change.key], by), key) for change in changes]

    return guard


def _check(table: Table, change: Change, pairing_id: int | None, by: Member) -> None:
    access.check(by, table.register.write_access, pairing_id=pairing_id)
    if change.before is not None and change.differs_in("pairing"):
        raise NotNow(
            "park.pairing_stays",
            gettext_noop("{key} belongs to pairing {pairing} and stays there. Leave the cell as it is."),
            key=change.key,
            pairing=change.before["pairing"],
            field="pairing",
        )


def member_may(table: Table) -> Callable[[Bringing], None]:
    """The same as the guard, asked once more within the transaction."""

    def check(bringing: Bringing) -> None:
        assert bringing.by is not None
        pairings = pairings_of(table, bringing.changes)
        for change in bringing.changes:
            if change.outcome == "gone" or bringing.is_undo:
                access.check(bringing.by, bringing.verb, pairing_id=pairings[change.key])
            else:
                _check(table, change, pairings[change.key], bringing.by)

    return check


# -- parks and clusters --------------------------------------------------------------------------------------------


def _write_parks(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.key(values, "pairing")
        return {
            "number": values["number"],
            "kind": values["kind"],
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "region_id": bringing.key(values, "region"),
            "company_id": bringing.ref(values, "company"),
            "planned_mu": values["planned_mu"],
            "opened_on": values["opened_on"],
            "outline": geometry.checked(values["outline"]).wkt if values["outline"] else "",
            **names(values),
            **both(values, "about"),
            **standing(values),
        }

    search.put_many(map(queries.park_found_as, bringing.write(Park, fields)))


def _write_clusters(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.key(values, "pairing")
        return {
            "code": values["code"],
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "group": values["group"],
            **names(values),
            **both(values, "about"),
            **standing(values),
        }

    search.put_many(map(queries.cluster_found_as, bringing.write(Cluster, fields)))


# -- their parts ---------------------------------------------------------------------------------------------------


def whole_of(bringing: Bringing, name: str, model: type[Any]) -> tuple[dict[Any, int], Callable[[Any], int]]:
    """The pairing of each record that rows are a part of, and the function that gives that of a row."""
    keys = {bringing.key(change.values, name) for change in bringing.changes}
    pairings = dict(model._default_manager.filter(pk__in=keys).values_list("pk", "pairing_id"))
    return pairings, lambda row: pairings[getattr(row, f"{name}_id")]


def _write_phases(bringing: Bringing) -> None:
    def fields(values: Values) -> dict[str, Any]:
        return {
            "park_id": bringing.key(values, "park"),
            "number": values["phase"],
            **{name: values[name] for name in ("planned_mu", "begins_on", "ends_on")},
            **standing(values),
        }

    bringing.write(Phase, fields, whole_of(bringing, "park", Park)[1])


def _write_infrastructure(bringing: Bringing) -> None:
    def fields(values: Values) -> dict[str, Any]:
        return {
            "park_id": bringing.key(values, "park"),
            "phase_number": values["phase"],
            **{name: values[name] for name in ("kind", "state", "since", "capacity")},
            **standing(values),
        }

    bringing.write(Infrastructure, fields, whole_of(bringing, "park", Park)[1])


def _write_industries(bringing: Bringing) -> None:
    def fields(values: Values) -> dict[str, Any]:
        return {
            "cluster_id": bringing.key(values, "cluster"),
            **{name: values[name] for name in ("industry", "begins_on", "ends_on")},
        }

    bringing.write(ClusterIndustry, fields, whole_of(bringing, "cluster", Cluster)[1])


def _write_links(bringing: Bringing) -> None:
    def fields(values: Values) -> dict[str, Any]:
        return {
            "cluster_id": bringing.key(values, "cluster"),
            "code": values["link"],
            "position": values["position"],
            "industries": values["industries"],
            **names(values),
        }

    bringing.write(ChainLink, fields, whole_of(bringing, "cluster", Cluster)[1])


def _write_chain_firms(bringing: Bringing) -> None:
    pairings, _pairing = whole_of(bringing, "cluster", Cluster)
    links = {
        (link.cluster_id, link.code): link
        for link in ChainLink.objects.filter(cluster__in=pairings).select_related("cluster")
    }
    by_key = {link.pk: link for link in links.values()}

    def link_of(values: Values) -> ChainLink:
        found = links.get((bringing.key(values, "cluster"), values["link"]))
        if found is None:
            raise NotFound(
                "park.no_link",
                gettext_noop("The chain of cluster {cluster} has no link {link}. Look for it on its page."),
                cluster=values["cluster"],
                link=values["link"],
            )
        return found

    def fields(values: Values) -> dict[str, Any]:
        return {"link_id": link_of(values).pk, "organisation_id": bringing.key(values, "firm")}

    bringing.write(ChainFirm, fields, lambda row: by_key[row.link_id].cluster.pairing_id)


def _made(write: Callable[[Bringing], None], table: Table) -> tuple[Any, Any]:
    return guard_of(table), writer(write, table, member_may=member_may(table))


parks_guard, write_parks = _made(_write_parks, tables.PARKS)
park_phases_guard, write_park_phases = _made(_write_phases, tables.PHASES)
park_infrastructure_guard, write_park_infrastructure = _made(_write_infrastructure, tables.INFRASTRUCTURE)
clusters_guard, write_clusters = _made(_write_clusters, tables.CLUSTERS)
cluster_industries_guard, write_cluster_industries = _made(_write_industries, tables.CLUSTER_INDUSTRIES)
chain_links_guard, write_chain_links = _made(_write_links, tables.CHAIN_LINKS)
chain_firms_guard, write_chain_firms = _made(_write_chain_firms, tables.CHAIN_FIRMS)
