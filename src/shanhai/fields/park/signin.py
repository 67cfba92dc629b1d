"""What the field signs in: who may do what, what can be found and measured, registers, menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import AccessRow, CommandGroup, RecordKind, RulebookFile, SearchKind, ZonePart
from shanhai.fields.park import columns, signin_firms
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.park"

# Everybody who works on the park or is graded there; growers, buyers and drivers have pages of their own fields.
READERS = frozenset(
    {
        "leader",
        "office",
        "dispatcher",
        "handler",
        "checker",
        "signer",
        "province",
        "park_committee",
        "investment_team",
        "enterprise",
        "auditor",
    }
)
WRITERS = frozenset({"leader", "office", "dispatcher", "handler", "checker", "park_committee"})


def sign_in() -> None:
    """Each part of the field signs in what is its own."""
    _sign_in_parks()
    _sign_in_clusters()
    signin_firms.sign_in(READERS, WRITERS)
    signin_firms.sign_in_grading(READERS, WRITERS)
    signin_firms.sign_in_renewal(READERS, WRITERS)
    signin_firms.sign_in_promises(READERS, WRITERS)
    signs.registers.add(*columns.REGISTERS)
    signs.rulebook_files.add(RulebookFile("park", OWN))
    signs.zone_parts.add(ZonePart("park", 55, f"{OWN}.zone.load", f"{OWN}.zone.export"))
    signs.command_groups.add(
        CommandGroup("park", _("Parks: their land, clusters and enterprises."), f"{OWN}.cli.app")
    )


def page(code: str, about: object) -> AccessRow:
    """A page that all who work on the park read."""
    return AccessRow(f"park.{code}", about, READERS, kind="page")  # type: ignore[arg-type]


def deed(code: str, about: object) -> AccessRow:
    """Something that those who write do, of a side of the record's pairing."""
    return AccessRow(f"park.{code}", about, WRITERS, scope="side")  # type: ignore[arg-type]


def _sign_in_parks() -> None:
    signs.access_rows.add(
        page("view_parks", _("See parks with their phases and infrastructure.")),
        deed("add_park", _("Register parks.")),
        deed("change_park", _("Change what is known about parks.")),
        deed("plan_phase", _("Plan phases of parks.")),
        deed("say_infrastructure", _("Say how far the infrastructure of parks is.")),
        deed("set_quota", _("Set the yearly land quota of parks.")),
        deed("write_parks", _("Bring parks as a spreadsheet.")),
        deed("write_park_phases", _("Bring phases of parks as a spreadsheet.")),
        deed("write_park_infrastructure", _("Bring infrastructure of parks as a spreadsheet.")),
    )
    signs.record_kinds.add(RecordKind("park.park", _("Park"), "park.view_parks"))
    signs.search_kinds.add(
        SearchKind("park.park", _("Park"), f"{OWN}.queries.parks.park_entries", "park.view_parks")
    )
    pages.menu.add(MenuEntry("park.parks", "land", 20, _("Parks"), "park:parks", "park.view_parks"))


def _sign_in_clusters() -> None:
    signs.access_rows.add(
        page("view_clusters", _("See clusters with their chains.")),
        deed("add_cluster", _("Found clusters.")),
        deed("change_cluster", _("Change what is known about clusters.")),
        deed("add_industry", _("Let industries belong to clusters.")),
        deed("end_industry", _("End that industries belong to clusters.")),
        deed("put_link", _("Put links into chains of clusters.")),
        deed("put_firm", _("Put firms on links of chains.")),
        deed("take_firm", _("Take firms off links of chains.")),
        deed("write_clusters", _("Bring clusters as a spreadsheet.")),
        deed("write_cluster_industries", _("Bring industries of clusters as a spreadsheet.")),
        deed("write_chain_links", _("Bring links of chains as a spreadsheet.")),
        deed("write_chain_firms", _("Bring firms on links as a spreadsheet.")),
    )
    signs.record_kinds.add(RecordKind("park.cluster", _("Cluster"), "park.view_clusters"))
    signs.search_kinds.add(
        SearchKind("park.cluster", _("Cluster"), f"{OWN}.queries.parks.cluster_entries", "park.view_clusters")
    )
    pages.menu.add(
        MenuEntry("park.clusters", "land", 24, _("Clusters"), "park:clusters", "park.view_clusters")
    )
