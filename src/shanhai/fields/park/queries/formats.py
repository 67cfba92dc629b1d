"""Parcels as land files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core.heavy import run_in_child
from shanhai.fields.park.models import Parcel
from shanhai.fields.park.rules import land_writing
from shanhai.kernel.refusals import BadInput, gettext_noop

FORMS = ("geojson", "gpkg", "csv")
TYPES = {
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "csv": "text/csv; charset=utf-8",
}


def values_of(parcel: Parcel) -> dict[str, str]:
    """What a land file says of a parcel, by column."""
    given: dict[str, Any] = {
        "number": parcel.number,
        "phase": parcel.phase_number or "",
        "state": parcel.state,
        "user": parcel.user.code if parcel.user else "",
        "lessee": parcel.lessee.code if parcel.lessee else "",
        "plot_grade": parcel.plot_grade,
        "plot_ratio": parcel.plot_ratio,
        "density_percent": parcel.density_percent,
        "mu": parcel.mu,
    }
    return {name: "" if value is None else str(value) for name, value in given.items()}


def written(parcels: Sequence[Parcel], form: str) -> bytes:
    """The parcels as a file: ``geojson``, ``gpkg`` (made in a child) or ``csv``.

    Raises
    ------
    BadInput
        ``park.no_form``
    """
    rows = [(values_of(one), one.outline) for one in parcels]
    if form == "geojson":
        return land_writing.geojson(rows)
    if form == "csv":
        return land_writing.as_csv(rows)
    if form == "gpkg":
        data: bytes = run_in_child("shanhai.fields.park.rules.land_writing.geopackage", (rows,))
        return data
    raise BadInput(
        "park.no_form",
        gettext_noop("Land is not written as {form}. Take one of: {forms}."),
        form=form[:20],
        forms=", ".join(FORMS),
    )
