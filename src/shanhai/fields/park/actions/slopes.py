"""Writes of slope projects: proposed, put right, and moved on from approval to acceptance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core import access, clock, journal, rows, search
from shanhai.core.actions.naming import check_not_later, differing, named
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.park.actions.land import placed
from shanhai.fields.park.actions.shared import chosen, land_moved
from shanhai.fields.park.models import Park, SlopeProject
from shanhai.fields.park.queries import slopes as queries
from shanhai.fields.park.queries.land_registers import check_slope
from shanhai.fields.park.rules import geometry, outlines
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import parks as park_rules
from shanhai.kernel.refusals import NotNow, gettext_noop

_NAMES = ("name_zh", "name_en")
FIGURES = (
    "mean_slope_degrees",
    "cost_per_mu_fen",
    "gained_mu",
    "farmland_lost_mu",
    "farmland_compensated_mu",
    "forest_lost_mu",
    "forest_compensated_mu",
)


@action
def add_slope(
    park: Park,
    *,
    number: str,
    name_zh: str,
    name_en: str = "",
    outline: str,
    by: Member | None,
    **facts: Any,
) -> SlopeProject:
    """Propose a slope project; it begins as planned.

    Parameters
    ----------
    outline
        WKT or GeoJSON in degrees; its area is geodesic and bounds what is gained and lost.
    facts
        Those of ``FIGURES``, and ``about_zh``, ``about_en``, ``source``.
    """
    access.check(by, "park.add_slope", pairing_id=park.pairing_id)
    park_rules.check_number(number := number.strip())
    if SlopeProject.objects.filter(number=number).exists():
        raise NotNow(
            "park.number_taken",
            gettext_noop("The number {number} is taken. Choose another one."),
            number=number,
            field="number",
        )
    drawn = geometry.checked(outline)
    facts = {name: value for name, value in facts.items() if value is not None}
    slope = SlopeProject(
        park=park,
        pairing_id=park.pairing_id,
        zone_id=park.zone_id,
        number=number,
        gross_mu=geometry.area_mu(drawn),
        **named(name_zh, name_en),
        **facts,
    )
    _place(slope, drawn)
    check_slope(slope.gross_mu, {name: getattr(slope, name) for name in FIGURES})
    slope.save()
    search.put_many([queries.found_as(slope)])
    journal.record(slope, "park.add_slope", by=by)
    return slope


def _place(slope: SlopeProject, drawn: outlines.Outline) -> None:
    for name, value in placed(drawn).items():
        if name != "outline_sha256":
            setattr(slope, name, value)


@action
def change_slope(slope: SlopeProject, *, by: Member | None, **changes: Any) -> SlopeProject:
    """Change what is known about a slope project; its state has an action of its own."""
    access.check(by, "park.change_slope", pairing_id=slope.pairing_id)
    if set(changes) & set(_NAMES):
        zh, en = (changes.pop(name, getattr(slope, name)) for name in _NAMES)
        changes |= named(zh, en)
    for name in FIGURES:
        if name in changes and changes[name] is None and name != "cost_per_mu_fen":
            changes[name] = Decimal(0)
    if "outline" in changes:
        drawn = geometry.checked(changes["outline"])
        where = placed(drawn)
        del where["outline_sha256"]
        changes |= where | {"gross_mu": geometry.area_mu(drawn)}
    changes = differing(slope, changes)
    if not changes:
        return slope
    figures = {name: changes.get(name, getattr(slope, name)) for name in FIGURES}
    check_slope(changes.get("gross_mu", slope.gross_mu), figures)
    rows.move(slope, **changes)
    search.put_many([queries.found_as(slope)])
    journal.record(slope, "park.change_slope", by=by, changed=sorted(changes))
    land_moved(slope.pairing_id)
    return slope


@action
def move_slope(
    slope: SlopeProject,
    *,
    to: str,
    on: date | None = None,
    approval_number: str = "",
    reason: str = "",
    by: Member | None,
) -> SlopeProject:
    """Say that a slope project has come a step further: approved with its document, accepted on a day; back with a reason."""
    access.check(by, "park.move_slope", pairing_id=slope.pairing_id)
    to, on = chosen(rules.SlopeState, to, "to"), on or clock.today()
    check_not_later(on)
    rules.check_slope_move(slope.number, slope.state, to, reason)
    before = slope.state
    changes: dict[str, Any] = {"state": to, "accepted_on": on if to == rules.SlopeState.ACCEPTED else None}
    if to == rules.SlopeState.PLANNED:
        changes |= {"approval_number": "", "approved_on": None}
    elif to == rules.SlopeState.APPROVED and before == rules.SlopeState.PLANNED:
        changes |= {"approval_number": approval_number.strip(), "approved_on": on}
    rules.check_slope_state(
        slope.number,
        to,
        changes.get("approval_number", slope.approval_number),
        changes.get("approved_on", slope.approved_on),
        changes["accepted_on"],
    )
    rows.move(slope, **changes)
    journal.record(slope, "park.move_slope", by=by, came_from=before, reason=reason.strip()[:300])
    land_moved(slope.pairing_id)
    return slope
