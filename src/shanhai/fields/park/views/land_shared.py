"""What the pages of land share: colours and words of states, and forms with a map to draw on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shanhai.fields.park import columns
from shanhai.fields.park.models import Parcel, Park
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules import account, outlines
from shanhai.fields.park.rules.land import ParcelState
from shanhai.fields.park.rules.outlines import Outline
from shanhai.fields.park.views import drawing
from shanhai.fields.park.views.drawing import Plot
from shanhai.kernel.refusals import Refused
from shanhai.webkit import words
from shanhai.webkit.forms import ShanhaiForm

STATES = columns.land.STATES
# Land is filled by how far it is; what stands idle has the colour of sand, no alarm.
COLOURS = {"raw": "sunk", "ready": "q2", "taken": "q3", "in_use": "q5", "idle": "c6", "public": ""}
GROUP_OF = {state: name for name, states in account.GROUPS for state in states}
_SHAPES = {
    ParcelState.NOT_LEVELLED: "not_started",
    ParcelState.IN_USE: "done",
    ParcelState.PUBLIC: "done",
    ParcelState.IDLE: "at_risk",
    ParcelState.VACATED: "paused",
}


def state_word(state: str) -> str:
    """The word for a state, as the first of a line."""
    word = columns.words(STATES, state)
    return word[:1].upper() + word[1:]


def status_of(parcel: Any) -> tuple[str, str]:
    """Shape and word of a parcel's state; one that was replaced is history."""
    if parcel.ended_on is not None:
        return "paused", _("Replaced")
    return _SHAPES.get(ParcelState(parcel.state), "on_track"), state_word(parcel.state)


def plot_of(parcel: Parcel, *, is_chosen: bool = False) -> Plot:
    """A parcel as the map draws it by its state."""
    title = f"{parcel.number}: {columns.words(STATES, parcel.state)}, {words.mu(parcel.mu)}"
    colour = COLOURS[GROUP_OF[ParcelState(parcel.state)]]
    return Plot(outlines.kept(parcel.outline), title, parcel.url, colour, is_chosen)


def border_of(park: Park) -> Outline | None:
    """The border of a park, where it is known."""
    return outlines.kept(park.outline) if park.outline else None


def map_form(
    request: Any,
    form: ShanhaiForm,
    park: Park,
    *,
    pen: str,
    name: str,
    finding: str,
    crumbs: Sequence[tuple[str, str]],
    sub: str = "",
    chosen: Parcel | None = None,
) -> HttpResponse:
    """A form below a map of the park: the pen ("Polygon", "LineString", empty for none) draws into its text field.

    The spot that a refusal names is marked on the map.
    """
    parcels = queries.in_park(park)
    key = chosen.pk if chosen is not None else None
    plots = [plot_of(one, is_chosen=one.pk == key) for one in parcels]
    spot = form.refusal.facts.get("spot", "") if isinstance(form.refusal, Refused) else ""
    around = outlines.kept(chosen.outline) if chosen is not None else None
    border = border_of(park)
    rings = [plot.outline for plot in plots] + ([border] if border is not None else [])
    context = {
        "form": form,
        "name": name,
        "finding": finding,
        "sub": sub,
        "crumbs": crumbs,
        "back": crumbs[-1][0],
        "picture": drawing.draw(
            plots,
            _("Map of %s") % park.name,
            border=border,
            around=around,
            spots=drawing.spots_of(spot),
        ),
        "spot": spot,
        "pen": pen,
        "corners": drawing.corners(rings) if pen else [],
    }
    return render(request, "park/land_form.html", context, status=form.status)
