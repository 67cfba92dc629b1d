"""What the field signs in: who may do what, what can be found and measured, registers, menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import PARK_DESKS, PROJECT_DESKS, WITH_FIRMS
from shanhai.core.signs import (
    AccessRow,
    CommandGroup,
    Indicator,
    RecordKind,
    RulebookFile,
    SearchKind,
    SelfCheck,
    ZonePart,
)
from shanhai.fields.park import columns, signin_firms
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.park"

# Files of ``zone.rest``: what follows from the work on enterprises.
FILES_OF_REST = ("renewals", "quota_pools", "land_promises", "land_checks", "grade_appeals", "firm_agents")
# What a zone folder keeps of the history of land, besides the registers.
ZONE_FILES = (
    *(register.file_stem for register in columns.land.OF_FOLDER),
    "gradings",
    *FILES_OF_REST,
    "plot_reservations",
)


def sign_in() -> None:
    """Each part of the field signs in what is its own."""
    _sign_in_parks()
    _sign_in_clusters()
    _sign_in_land()
    _sign_in_slopes()
    signin_firms.sign_in()
    signin_firms.sign_in_grading()
    signin_firms.sign_in_renewal()
    signin_firms.sign_in_promises()
    signs.registers.add(*columns.REGISTERS)
    signs.rulebook_files.add(RulebookFile("park", OWN))
    signs.zone_parts.add(ZonePart("park", 55, f"{OWN}.zone.load", f"{OWN}.zone.export", ZONE_FILES))
    signs.command_groups.add(
        CommandGroup("park", _("Parks: their land, clusters and enterprises."), f"{OWN}.cli.app")
    )


def page(code: str, about: object) -> AccessRow:
    """A page that all who work on the park read."""
    return AccessRow(f"park.{code}", about, WITH_FIRMS, kind="page")  # type: ignore[arg-type]


def deed(code: str, about: object) -> AccessRow:
    """Something that those who write do, of a side of the record's pairing."""
    return AccessRow(f"park.{code}", about, PARK_DESKS, scope="side")  # type: ignore[arg-type]


def for_leads(code: str, about: object) -> AccessRow:
    """Something that those do, too, who bring the leads."""
    return AccessRow(f"park.{code}", about, PROJECT_DESKS, scope="side")  # type: ignore[arg-type]


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


def system(code: str, about: object) -> AccessRow:
    """Something that only the loader does."""
    return AccessRow(f"park.{code}", about, scope="system")  # type: ignore[arg-type]


def _sign_in_land() -> None:
    signs.access_rows.add(
        page("view_parcels", _("See parcels, the map of parks and the land account.")),
        deed("add_parcel", _("Draw parcels.")),
        deed("change_parcel", _("Change what is known about parcels.")),
        deed("redraw_parcel", _("Put outlines of parcels right.")),
        deed("move_parcel", _("Say that parcels have come to another state.")),
        deed("allot_parcel", _("Allot parcels under the quota of the year.")),
        for_leads("reserve_plot", _("Reserve parcels and vacated plots for leads.")),
        for_leads("release_plot", _("Give reserved land free again.")),
        deed("split_parcel", _("Split parcels.")),
        deed("merge_parcels", _("Merge parcels.")),
        deed("import_land", _("Bring land files.")),
        deed("read_land_file", _("Have land files read and compared.")),
        deed("write_land_file", _("Write what land files change.")),
        deed("write_plan", _("Write what a land file changes, by command.")),
        deed("write_parcels", _("Bring what is known about parcels as a spreadsheet.")),
        system("write_parcel_moves", _("Load the history of parcels of a zone folder.")),
        system("write_parcel_descents", _("Load the descent of parcels of a zone folder.")),
        system("load_parts", _("Load renewals, promises, objections and agents of a zone folder.")),
        system("load_reservation", _("Load reservations of land of a zone folder.")),
        system("write_land_quotas", _("Load the land quotas of a zone folder.")),
    )
    signs.record_kinds.add(RecordKind("park.parcel", _("Parcel"), "park.view_parcels"))
    signs.search_kinds.add(
        SearchKind("park.parcel", _("Parcel"), f"{OWN}.queries.land.entries", "park.view_parcels")
    )
    signs.self_checks.add(SelfCheck("park.land", _("Land of parks"), f"{OWN}.queries.checks.land"))
    signs.indicators.add(*_LAND)
    pages.menu.add(
        MenuEntry("park.map", "land", 12, _("Park map"), "park:map", "park.view_parcels"),
        MenuEntry(
            "park.parcels",
            "land",
            14,
            _("Parcels"),
            "park:parcels",
            "park.view_parcels",
            below=("/park/land-files/",),
        ),
        MenuEntry("park.account", "land", 16, _("Land account"), "park:account", "park.view_parcels"),
    )


def _indicator(code: str, name: object, kind: str, about: object) -> Indicator:
    return Indicator(
        f"park.{code}",
        name,  # type: ignore[arg-type]
        "mu",
        kind,  # type: ignore[arg-type]
        "park",
        f"{OWN}.queries.land_indicators.{code}",
        f"{OWN}.queries.land_indicators.{code}_evidence",
        about,  # type: ignore[arg-type]
    )


_LAND = (
    _indicator(
        "land_usable", _("Land made usable"), "flow", _("Parcels levelled for the first time, in mu.")
    ),
    _indicator("land_in_use", _("Land in use"), "stock", _("Parcels in use at the end, in mu.")),
    _indicator("land_idle", _("Idle land"), "stock", _("Parcels that stand idle at the end, in mu.")),
    _indicator(
        "slope_gained",
        _("Land gained from slopes"),
        "flow",
        _("Usable land of slope projects accepted, in mu."),
    ),
)


def _sign_in_slopes() -> None:
    signs.access_rows.add(
        page("view_slopes", _("See slope projects.")),
        deed("add_slope", _("Propose slope projects.")),
        deed("change_slope", _("Change what is known about slope projects.")),
        deed("move_slope", _("Say how far slope projects are.")),
        deed("write_slope_projects", _("Bring slope projects as a spreadsheet.")),
    )
    signs.record_kinds.add(RecordKind("park.slopeproject", _("Slope project"), "park.view_slopes"))
    signs.search_kinds.add(
        SearchKind(
            "park.slopeproject", _("Slope project"), f"{OWN}.queries.slopes.entries", "park.view_slopes"
        )
    )
    pages.menu.add(
        MenuEntry("park.slopes", "land", 18, _("Slope projects"), "park:slopes", "park.view_slopes")
    )
