"""The rows of the registers of land: where each column lies, and what the rules say against a row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shanhai.fields.pairing.queries.registers import Table
from shanhai.fields.park.columns import land as columns
from shanhai.fields.park.models import LandQuota, Parcel, ParcelDescent, ParcelMove, SlopeProject
from shanhai.fields.park.rules import geometry
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import parks as park_rules

Row = dict[str, Any]
LOSSES = ("farmland", "forest")


def _parcel(row: Row) -> None:
    park_rules.check_number(row["number"])
    rules.check_plot(row["number"], row["plot_grade"], row["plot_ratio"], row["density_percent"])
    if row["ended_on"] is None:
        rules.check_user(row["number"], row["state"], bool(row["user"]))


def _slope(row: Row) -> None:
    park_rules.check_number(row["number"])
    gross = geometry.area_mu(geometry.checked(row["outline"]))
    check_slope(gross, row)
    rules.check_slope_state(
        row["number"], row["state"], row["approval_number"], row["approved_on"], row["accepted_on"]
    )


def check_slope(gross: Decimal, row: Row) -> None:
    """The figures of a slope project against its outline."""
    none = Decimal(0)
    rules.check_slope(
        gross,
        row["gained_mu"],
        row["mean_slope_degrees"],
        [
            (f"{what}_lost_mu", row[f"{what}_lost_mu"] or none, row[f"{what}_compensated_mu"] or none)
            for what in LOSSES
        ],
    )


_PARK = {"park": "park__number"}
_FIRMS = {"user": "user__code", "lessee": "lessee__code"}
PARCELS = Table(
    columns.PARCELS, Parcel, "pairing", {**_PARK, **_FIRMS, "phase": "phase_number"}, check=_parcel
)
SLOPES = Table(columns.SLOPES, SlopeProject, "pairing", _PARK, check=_slope)
MOVES = Table(
    columns.MOVES,
    ParcelMove,
    "parcel__pairing",
    {"parcel": "parcel__number", "organisation": "organisation__code"},
)
DESCENTS = Table(
    columns.DESCENTS, ParcelDescent, "parent__pairing", {"parent": "parent__number", "child": "child__number"}
)
QUOTAS = Table(columns.QUOTAS, LandQuota, "park__pairing", _PARK)

parcels_rows, parcels_current, parcels_check = PARCELS.rows, PARCELS.current, PARCELS.problems
slope_projects_rows, slope_projects_current = SLOPES.rows, SLOPES.current
slope_projects_check = SLOPES.problems
parcel_moves_rows, parcel_moves_current, parcel_moves_check = MOVES.rows, MOVES.current, MOVES.problems
parcel_descents_rows, parcel_descents_current = DESCENTS.rows, DESCENTS.current
parcel_descents_check = DESCENTS.problems
land_quotas_rows, land_quotas_current, land_quotas_check = QUOTAS.rows, QUOTAS.current, QUOTAS.problems
