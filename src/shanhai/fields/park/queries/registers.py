"""The rows of the registers of parks and clusters: where each column lies, and what the rules say against a row."""

from __future__ import annotations

from typing import Any

from shanhai.fields.pairing.queries.registers import Table
from shanhai.fields.park.columns import parks as columns
from shanhai.fields.park.models import (
    ChainFirm,
    ChainLink,
    Cluster,
    ClusterIndustry,
    Infrastructure,
    Park,
    Phase,
)
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.rules import parks as rules

Row = dict[str, Any]


def _park(row: Row) -> None:
    rules.check_number(row["number"])
    rules.check_mu(row["planned_mu"], "planned_mu")
    if row["outline"]:
        outlines.read(row["outline"])


def _phase(row: Row) -> None:
    rules.check_mu(row["planned_mu"], "planned_mu")
    rules.check_days(row["begins_on"], row["ends_on"])


def _industry(row: Row) -> None:
    rules.check_industry(row["industry"])
    rules.check_days(row["begins_on"], row["ends_on"])


def _link(row: Row) -> None:
    rules.check_number(row["link"], "link")
    rules.industries_in(row["industries"])


_CLUSTER = {"cluster": "cluster__code"}
PARKS = Table(
    columns.PARKS,
    Park,
    "pairing",
    {"pairing": "pairing__code", "region": "region__code", "company": "company__code"},
    check=_park,
)
PHASES = Table(
    columns.PHASES, Phase, "park__pairing", {"park": "park__number", "phase": "number"}, check=_phase
)
INFRASTRUCTURE = Table(
    columns.INFRASTRUCTURE, Infrastructure, "park__pairing", {"park": "park__number", "phase": "phase_number"}
)
CLUSTERS = Table(
    columns.CLUSTERS,
    Cluster,
    "pairing",
    {"pairing": "pairing__code"},
    check=lambda row: rules.check_number(row["code"], "code"),
)
CLUSTER_INDUSTRIES = Table(
    columns.CLUSTER_INDUSTRIES, ClusterIndustry, "cluster__pairing", _CLUSTER, check=_industry
)
CHAIN_LINKS = Table(
    columns.CHAIN_LINKS, ChainLink, "cluster__pairing", _CLUSTER | {"link": "code"}, check=_link
)
CHAIN_FIRMS = Table(
    columns.CHAIN_FIRMS,
    ChainFirm,
    "link__cluster__pairing",
    {"cluster": "link__cluster__code", "link": "link__code", "firm": "organisation__code"},
)

parks_rows, parks_current, parks_check = PARKS.rows, PARKS.current, PARKS.problems
park_phases_rows, park_phases_current, park_phases_check = PHASES.rows, PHASES.current, PHASES.problems
park_infrastructure_rows = INFRASTRUCTURE.rows
park_infrastructure_current = INFRASTRUCTURE.current
park_infrastructure_check = INFRASTRUCTURE.problems
clusters_rows, clusters_current, clusters_check = CLUSTERS.rows, CLUSTERS.current, CLUSTERS.problems
cluster_industries_rows = CLUSTER_INDUSTRIES.rows
cluster_industries_current = CLUSTER_INDUSTRIES.current
cluster_industries_check = CLUSTER_INDUSTRIES.problems
chain_links_rows, chain_links_current = CHAIN_LINKS.rows, CHAIN_LINKS.current
chain_links_check = CHAIN_LINKS.problems
chain_firms_rows, chain_firms_current = CHAIN_FIRMS.rows, CHAIN_FIRMS.current
chain_firms_check = CHAIN_FIRMS.problems
