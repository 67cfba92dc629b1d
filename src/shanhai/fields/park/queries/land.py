"""Reads of parcels: the list, one of them, its history, and what lies in a park."""

from __future__ import annotations

from shanhai.fields.park.models import Parcel, Park
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.rules.outlines import Outline


def outlines_in(park: Park) -> list[tuple[str, Outline]]:
    """Number and outline of the parcels that lie in a park now (one statement)."""
    rows = Parcel.objects.filter(park=park, ended_on=None).order_by("pk").values_list("number", "outline")
    return [(number, outlines.kept(wkt)) for number, wkt in rows]
