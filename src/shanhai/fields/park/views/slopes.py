"""Pages of slope projects: the list, one of them, proposed, put right and moved on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.park import columns
from shanhai.fields.park.actions import slopes as actions
from shanhai.fields.park.columns import land as kinds
from shanhai.fields.park.forms import land as forms
from shanhai.fields.park.models import SlopeProject
from shanhai.fields.park.queries import land, parks
from shanhai.fields.park.queries import slopes as queries
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.views import drawing, land_shared
from shanhai.fields.park.views.drawing import Plot
from shanhai.fields.park.views.exports import export_of
from shanhai.fields.park.views.parks import may
from shanhai.fields.registry.views.shared import history, panels
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

_SHAPES = {
    rules.SlopeState.PLANNED: "not_started",
    rules.SlopeState.APPROVED: "on_track",
    rules.SlopeState.LEVELLING: "on_track",
    rules.SlopeState.ACCEPTED: "done",
}


def status_of(slope: SlopeProject) -> tuple[str, str]:
    """Shape and word of a state."""
    word = columns.words(kinds.SLOPE_STATES, slope.state)
    return _SHAPES[rules.SlopeState(slope.state)], word[:1].upper() + word[1:]


def _choices(_request: Any) -> list[tuple[str, str]]:
    return [(value, columns.words(kinds.SLOPE_STATES, value)) for value, _en, _zh in kinds.SLOPE_STATES]


SLOPES = Table(
    code="park.slopes",
    columns=(
        Column(
            "number",
            gettext_lazy("Slope project"),
            kind="link",
            value="name",
            href=lambda row: row.url,
            sort=("number",),
            index="slope_zone_number",
            second=lambda row: row.approval_number or row.number,
            stack="full",
        ),
        Column("gross_mu", gettext_lazy("Outline, mu"), kind="mu", stack="hide-s"),
        Column(
            "gained_mu",
            gettext_lazy("Gained, mu"),
            kind="mu",
            sort=("gained_mu",),
            index="slope_zone_gained",
            phone_heading=True,
        ),
        Column("mean_slope_degrees", gettext_lazy("Slope, °"), kind="number", digits=1, phone_heading=True),
        Column("cost_per_mu_fen", gettext_lazy("Cost per mu"), kind="money_fen", phone_heading=True),
        Column(
            "approved_on",
            gettext_lazy("Approved"),
            kind="date",
            sort=("approved_on",),
            index="slope_zone_approved",
            stack="hide-s",
        ),
        Column("status", gettext_lazy("State"), kind="status", value=status_of, stack="push"),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), choices=_choices),
        Filter("q", gettext_lazy("Name or number"), kind="search", apply=queries.slopes_named),
    ),
    export=export_of(kinds.SLOPES),
    default_sort="number",
    empty=(
        gettext_lazy("No slope projects yet."),
        gettext_lazy("Propose the first one, or bring the list as a spreadsheet."),
    ),
)


@member_required("park.view_slopes")
def slopes(request: Any) -> HttpResponse:
    """What land did the slopes give, and what is still owed for it?"""
    pairing = chosen_pairing(request)
    rows = queries.slopes_of(request.member, pairing)
    context = {
        "finding": _list_finding(queries.head_of(rows)),
        "may_add": may(request, "add_slope", pairing.pk),
        "may_import": may(request, "write_slope_projects", pairing.pk),
    }
    return listing.render(request, "park/slopes.html", SLOPES, rows, context)


def _list_finding(head: dict[str, Any]) -> str:
    if not head["n"]:
        return _("No slope projects yet.")
    told = {
        "projects": ngettext("%(n)s slope project", "%(n)s slope projects", head["n"])
        % {"n": words.num(head["n"])},
        "gained": words.mu(head["gained"] or Decimal(0)),
        "owed": words.mu(head["owed"] or Decimal(0)),
    }
    if not head["owed"]:
        return _("%(projects)s; the accepted ones gained %(gained)s, and all farmland is compensated.") % told
    return (
        _("%(projects)s; the accepted ones gained %(gained)s, %(owed)s of farmland are to be compensated.")
        % told
    )


@member_required("park.view_slopes")
def slope(request: Any, number: str) -> HttpResponse:
    """What does it gain, at what cost, and what does it take?"""
    one = queries.slope_of(request.member, number)
    outline = outlines.kept(one.outline)
    there = [land_shared.plot_of(row) for row in land.in_park(one.park)]
    picture = drawing.draw(
        [*there, Plot(outline, one.name, fill="none", is_chosen=True)],
        _("Outline of %s") % one.name,
        border=land_shared.border_of(one.park),
    )
    balance = [
        (_("Farmland"), one.farmland_lost_mu, one.farmland_compensated_mu),
        (_("Forest"), one.forest_lost_mu, one.forest_compensated_mu),
    ]
    context = {
        "slope": one,
        "finding": _finding(one),
        "status": status_of(one),
        "picture": picture,
        "balance": [(what, lost, back, max(lost - back, Decimal(0))) for what, lost, back in balance],
        "history": history(one),
        "panels": panels(request, "slope.detail", one),
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "marks": one.source or one.is_illustrative,
        "may": {name: may(request, name, one.pairing_id) for name in ("change_slope", "move_slope")},
    }
    return render(request, "park/slope.html", context)


def _finding(one: SlopeProject) -> str:
    told = {
        "name": one.name,
        "gained": words.mu(one.gained_mu),
        "gross": words.mu(one.gross_mu),
        "slope": words.num(one.mean_slope_degrees, 1),
        "cost": words.yuan(one.cost_per_mu_fen) if one.cost_per_mu_fen else "",
    }
    if one.cost_per_mu_fen is None:
        return _("%(name)s: %(gained)s usable of %(gross)s at a mean slope of %(slope)s°.") % told
    return _("%(name)s: %(gained)s usable of %(gross)s at a mean slope of %(slope)s°, %(cost)s a mu.") % told


@member_required("park.add_slope")
def add(request: Any) -> HttpResponse:
    """Propose a slope project."""
    park = parks.park_chosen(request.member, chosen_pairing(request), request.GET.get("park", ""))
    form = forms.SlopeForm(request)
    if form.sent(lambda data: actions.add_slope(park, by=request.member, **data)):
        return said(request, _("%s is proposed.") % form.result.name, form.result.url)
    return land_shared.map_form(
        request,
        form,
        park,
        pen="Polygon",
        name=_("Propose a slope project"),
        finding=_("Which slope becomes land, and at what price?"),
        crumbs=[(reverse("park:slopes"), _("Slope projects"))],
    )


@member_required("park.change_slope")
def change(request: Any, number: str) -> HttpResponse:
    """Change what is known about it."""
    one = queries.slope_of(request.member, number)
    form = forms.ChangeSlopeForm(request, subject=one)
    if form.sent(lambda data: actions.change_slope(one, by=request.member, **data)):
        return said(request, _("The slope project is saved."), one.url)
    return land_shared.map_form(
        request,
        form,
        one.park,
        pen="Polygon",
        name=_("Change"),
        finding=_("What is known about %s?") % one.name,
        crumbs=_crumbs(one),
    )


@member_required("park.move_slope")
def move(request: Any, number: str) -> HttpResponse:
    """Say that it has come a step further."""
    one = queries.slope_of(request.member, number)
    order = rules.SLOPE_ORDER
    following = order[min(order.index(rules.SlopeState(one.state)) + 1, len(order) - 1)]
    form = forms.SlopeMoveForm(request, initial={"to": following})
    if form.sent(lambda data: actions.move_slope(one, by=request.member, **data)):
        told = {"name": one.name, "state": columns.words(kinds.SLOPE_STATES, one.state)}
        return said(request, _("%(name)s is now: %(state)s.") % told, one.url)
    return form_page(
        request, form, name=_("State"), finding=_("How far is %s?") % one.name, crumbs=_crumbs(one)
    )


def _crumbs(one: SlopeProject) -> list[tuple[str, str]]:
    return [(reverse("park:slopes"), _("Slope projects")), (one.url, one.number)]
