"""The map of a park: its parcels by state, grade or tax per mu, the legend with its figures, and the list below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from shanhai.fields.park import columns
from shanhai.fields.park.columns import land as kinds
from shanhai.fields.park.models import Parcel
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.queries import parks, performance
from shanhai.fields.park.rules import account, outlines
from shanhai.fields.park.rules.land import HELD, ParcelState
from shanhai.fields.park.views import drawing, land_shared
from shanhai.fields.park.views.drawing import Plot
from shanhai.fields.park.views.parcels import PARCELS, list_finding
from shanhai.fields.park.views.parks import may
from shanhai.webkit import listing, words
from shanhai.webkit.pages import chosen_pairing, member_required

# A list of its own: what is set here is not remembered for all parcels.
ON_MAP = replace(PARCELS, code="park.map")
_GRADES = {"A": "q5", "B": "q4", "C": "q2", "D": "c6"}
_STEPS = ("q1", "q2", "q3", "q4", "q5")


@dataclass(slots=True)
class Class:
    """A line of the legend: its colour, word, and the parcels that have it."""

    word: str
    fill: str
    n: int = 0
    mu: Decimal = field(default_factory=Decimal)


@gzip_page
@member_required("park.view_parcels")
def land_map(request: Any) -> HttpResponse:
    """Where does our land stand?"""
    pairing = chosen_pairing(request)
    park = parks.park_chosen(request.member, pairing, request.GET.get("park", ""))
    by = request.GET.get("by", "state")
    # The list below is that of the same park, also where none was named.
    request.GET = request.GET.copy()
    request.GET["park"] = park.number
    parcels = queries.in_park(park)
    legend, of = _CLASSES.get(by, _by_state)(request, parcels)
    plots = []
    for one, group in zip(parcels, of, strict=True):
        group.n += 1
        group.mu += one.mu
        title = f"{one.number}: {group.word}, {words.mu(one.mu)}"
        plots.append(Plot(outlines.kept(one.outline), title, one.url, group.fill))
    rows = queries.parcels_of(request.member, park.pairing).filter(park=park)
    context = {
        "park": park,
        "parks": parks.parks_of(request.member, pairing).order_by("name_sort", "pk")[:50],
        "by": by if by in _CLASSES else "state",
        "ways": [("state", _("State")), ("grade", _("Grade")), ("tax", _("Tax per mu"))],
        "finding": list_finding(queries.sums_of(parcels)),
        "forms": [("GeoJSON", "geojson"), ("GeoPackage", "gpkg"), ("CSV", "csv")],
        "legend": [one for one in legend if one.n],
        "picture": drawing.draw(plots, _("Map of %s") % park.name, border=land_shared.border_of(park)),
        "may_add": may(request, "add_parcel", park.pairing_id),
        "may_import": may(request, "import_land", park.pairing_id),
    }
    return listing.render(request, "park/map.html", ON_MAP, rows, context)


def _by_state(request: Any, parcels: Sequence[Parcel]) -> tuple[list[Class], list[Class]]:
    groups = {
        name: Class(columns.words(kinds.GROUPS, name), land_shared.COLOURS[name])
        for name, _states in account.GROUPS
    }
    return list(groups.values()), [groups[land_shared.GROUP_OF[ParcelState(one.state)]] for one in parcels]


def _holder(one: Parcel) -> int | None:
    """Who carries the land in per-mu figures: the lessee, else the user, of land that is held."""
    return (one.lessee_id or one.user_id) if one.state in HELD else None


def _by_grade(request: Any, parcels: Sequence[Parcel]) -> tuple[list[Class], list[Class]]:
    holders = {pk for one in parcels if (pk := _holder(one))}
    grades = performance.grades_of(request.member, holders)
    groups = {grade: Class(grade, fill) for grade, fill in _GRADES.items()}
    none = Class(_("no grade"), "")
    of = [groups.get(grades.get(_holder(one) or 0, ""), none) for one in parcels]
    return [*groups.values(), none], of


def _by_tax(request: Any, parcels: Sequence[Parcel]) -> tuple[list[Class], list[Class]]:
    """Five classes with as many holders each, the least tax lightest."""
    holders = {pk for one in parcels if (pk := _holder(one))}
    taxes = performance.tax_per_mu_of(request.member, holders)
    values = sorted(taxes.values())
    limits = [values[len(values) * n // len(_STEPS)] for n in range(1, len(_STEPS))] if values else []
    edges = [None, *limits, None]
    groups = [Class(_span(edges[n], edges[n + 1]) if values else "", fill) for n, fill in enumerate(_STEPS)]
    none = Class(_("no figures"), "")

    def of(one: Parcel) -> Class:
        tax = taxes.get(_holder(one) or 0)
        return none if tax is None else groups[sum(tax >= limit for limit in limits)]

    return [*groups, none], [of(one) for one in parcels]


def _span(least: Decimal | None, most: Decimal | None) -> str:
    told = {
        "least": "" if least is None else words.num(least, 1),
        "most": "" if most is None else words.num(most, 1),
    }
    if least is None:
        return _("below %(most)s (10,000 yuan a mu)") % told
    if most is None:
        return _("%(least)s and more (10,000 yuan a mu)") % told
    return _("%(least)s to %(most)s (10,000 yuan a mu)") % told


_CLASSES = {"state": _by_state, "grade": _by_grade, "tax": _by_tax}
