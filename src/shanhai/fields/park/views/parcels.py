"""Pages of parcels: the list, one of them, drawn, put right, moved, allotted, split and merged."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.park import columns
from shanhai.fields.park.actions import land as actions
from shanhai.fields.park.actions import plots
from shanhai.fields.park.columns import land as kinds
from shanhai.fields.park.forms import land as forms
from shanhai.fields.park.models import Parcel
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.queries import parks
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.views import drawing, land_shared
from shanhai.fields.park.views.exports import export_of
from shanhai.fields.park.views.parks import may
from shanhai.fields.registry.views.shared import history, panels
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

State = rules.ParcelState


def _choices(_request: Any) -> list[tuple[str, str]]:
    return [(value, columns.words(kinds.STATES, value)) for value, _en, _zh in kinds.STATES]


def _parks(request: Any) -> list[tuple[str, str]]:
    found = parks.parks_of(request.member, chosen_pairing(request)).order_by("name_sort", "pk")[:50]
    return [(one.number, one.name) for one in found]


PARCELS = Table(
    code="park.parcels",
    columns=(
        Column(
            "number",
            gettext_lazy("Parcel"),
            kind="link",
            href=lambda row: row.url,
            sort=("number",),
            index="parcel_zone_number",
            second=lambda row: row.park.name,
            stack="full",
        ),
        Column(
            "user", gettext_lazy("User"), value="user.name", second=lambda row: row.lessee and row.lessee.name
        ),
        Column(
            "mu",
            gettext_lazy("Area, mu"),
            kind="mu",
            sort=("mu",),
            index="parcel_zone_mu",
            phone_heading=True,
        ),
        Column("status", gettext_lazy("State"), kind="status", value=land_shared.status_of, stack="push"),
        Column(
            "state_on",
            gettext_lazy("Since"),
            kind="date",
            sort=("state_on",),
            index="parcel_zone_since",
            stack="hide-s",
        ),
        Column("plot_grade", gettext_lazy("Plot grade"), kind="number", stack="hide-s"),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), choices=_choices),
        Filter("park", gettext_lazy("Park"), choices=_parks, field="park__number"),
        Filter("q", gettext_lazy("Number or user"), kind="search", apply=queries.parcels_named),
    ),
    export=export_of(kinds.PARCELS),
    default_sort="number",
    keeps_count=True,
    empty=(
        gettext_lazy("No parcels here."),
        gettext_lazy("Draw the first one, or bring a land file."),
    ),
)


@member_required("park.view_parcels")
def parcels(request: Any) -> HttpResponse:
    """Which land do we have, how far is it, and what stands idle?"""
    pairing = chosen_pairing(request)
    rows = queries.parcels_of(request.member, pairing)
    head = for_reader(request, "park.parcels", (pairing.pk,), lambda: queries.head_of(rows))
    context = {
        "finding": list_finding(head),
        "may_add": may(request, "add_parcel", pairing.pk),
        "may_import": may(request, "import_land", pairing.pk),
    }
    return listing.render(request, "park/parcels.html", PARCELS, rows, context)


def list_finding(head: dict[str, Any]) -> str:
    """Number and land of all parcels, what is in use and what stands idle."""
    if not head:
        return _("No parcels yet.")
    n, total = sum(n for n, _mu in head.values()), sum(mu for _n, mu in head.values())
    told = {
        "parcels": ngettext("%(n)s parcel", "%(n)s parcels", n) % {"n": words.num(n)},
        "mu": words.mu(total),
        "used": words.mu(head.get(State.IN_USE, (0, 0))[1]),
        "idle": words.mu(head.get(State.IDLE, (0, 0))[1]),
    }
    if State.IDLE not in head:
        return _("%(parcels)s with %(mu)s; %(used)s in use, none idle.") % told
    return _("%(parcels)s with %(mu)s; %(used)s in use, %(idle)s idle.") % told


_DEEDS = (
    "change_parcel",
    "redraw_parcel",
    "move_parcel",
    "allot_parcel",
    "split_parcel",
    "merge_parcels",
)


@member_required("park.view_parcels")
def parcel(request: Any, number: str) -> HttpResponse:
    """What is this parcel, who works on it, and how did it come to this?"""
    one = queries.parcel_of(request.member, number)
    outline = outlines.kept(one.outline)
    beside = {number for number, _outline in queries.near(one.park, drawing.wider(outline.box), [one.pk])}
    around = queries.in_park(one.park, beside)
    allowed = {name: one.ended_on is None and may(request, name, one.pairing_id) for name in _DEEDS}
    allowed["allot_parcel"] &= one.state in rules.FREE
    allowed["move_parcel"] &= bool(rules.reachable(one.state))
    plots_drawn = [land_shared.plot_of(row) for row in around] + [land_shared.plot_of(one, is_chosen=True)]
    context = {
        "parcel": one,
        "finding": _finding(one),
        "status": land_shared.status_of(one),
        "picture": drawing.draw(plots_drawn, _("Parcel %s and its neighbours") % one.number, around=outline),
        "moves": [_line(move) for move in queries.moves_of(one)],
        "parents": queries.parents_of(one),
        "children": queries.children_of(one),
        "history": history(one),
        "panels": panels(request, "parcel.detail", one),
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "marks": one.source or one.is_illustrative,
        "may": allowed,
    }
    return render(request, "park/parcel.html", context)


def _line(move: Any) -> dict[str, Any]:
    is_end, is_begin = not move.to_state, not move.from_state
    return {
        "on": move.on,
        "parcel": move.parcel,
        "mu": move.mu,
        "organisation": move.organisation,
        "reason": move.reason,
        "before": _("cut out") if is_begin else land_shared.state_word(move.from_state),
        "after": _("replaced") if is_end else land_shared.state_word(move.to_state),
    }


def _finding(one: Parcel) -> str:
    told = {
        "number": one.number,
        "mu": words.mu(one.mu),
        "state": columns.words(kinds.STATES, one.state),
        "day": words.day(one.state_on, "year"),
        "user": one.user.name if one.user else "",
    }
    if one.ended_on is not None:
        told["day"] = words.day(one.ended_on, "year")
        return _("Parcel %(number)s, %(mu)s, was replaced on %(day)s.") % told
    if one.user is None:
        return _("Parcel %(number)s, %(mu)s: %(state)s since %(day)s.") % told
    return _("Parcel %(number)s, %(mu)s: %(state)s since %(day)s, held by %(user)s.") % told


def crumbs(one: Parcel) -> list[tuple[str, str]]:
    """The way to a parcel."""
    return [(reverse("park:parcels"), _("Parcels")), (one.url, one.number)]


@member_required("park.add_parcel")
def add(request: Any) -> HttpResponse:
    """Draw a parcel."""
    park = parks.park_chosen(request.member, chosen_pairing(request), request.GET.get("park", ""))
    form = forms.ParcelForm(request)

    def call(data: dict[str, Any]) -> Any:
        return actions.add_parcel(park, by=request.member, **data)

    if form.sent(call):
        return said(request, _("Parcel %s is drawn.") % form.result.number, form.result.url)
    return land_shared.map_form(
        request,
        form,
        park,
        pen="Polygon",
        name=_("Draw a parcel"),
        finding=_("Where in %s does the parcel lie?") % park.name,
        crumbs=[(reverse("park:parcels"), _("Parcels"))],
    )


@member_required("park.change_parcel")
def change(request: Any, number: str) -> HttpResponse:
    """Change what is known about it."""
    one = queries.parcel_of(request.member, number)
    form = forms.ChangeParcelForm(request, subject=one)
    if form.sent(lambda data: actions.change_parcel(one, by=request.member, **data)):
        return said(request, _("The parcel is saved."), one.url)
    return form_page(
        request,
        form,
        name=_("Change"),
        finding=_("What is known about parcel %s?") % one.number,
        crumbs=crumbs(one),
    )


@member_required("park.redraw_parcel")
def redraw(request: Any, number: str) -> HttpResponse:
    """Put its outline right."""
    one = queries.parcel_of(request.member, number)
    form = forms.RedrawForm(request, initial={"outline": one.outline})
    if form.sent(lambda data: actions.redraw_parcel(one, by=request.member, **data)):
        return said(request, _("The outline is saved."), one.url)
    return land_shared.map_form(
        request,
        form,
        one.park,
        pen="Polygon",
        chosen=one,
        name=_("Outline"),
        finding=_("Where does parcel %s lie?") % one.number,
        crumbs=crumbs(one),
    )


@member_required("park.move_parcel")
def move(request: Any, number: str) -> HttpResponse:
    """Say that it has come to another state."""
    one = queries.parcel_of(request.member, number)
    form = forms.MoveForm(request)
    ways = rules.reachable(one.state)
    form.offer_choices("to", [(way, columns.words(kinds.STATES, way)) for way in ways])
    if form.sent(lambda data: actions.move_parcel(one, by=request.member, **data)):
        told = {"number": one.number, "state": columns.words(kinds.STATES, one.state)}
        return said(request, _("Parcel %(number)s is now: %(state)s.") % told, one.url)
    return form_page(
        request,
        form,
        name=_("State"),
        finding=_("How far is parcel %s?") % one.number,
        crumbs=crumbs(one),
    )


@member_required("park.allot_parcel")
def allot(request: Any, number: str) -> HttpResponse:
    """Allot it."""
    one = queries.parcel_of(request.member, number)
    form = forms.AllotForm(request, subject=one)
    if form.sent(lambda data: actions.allot_parcel(one, by=request.member, **data)):
        told = {"number": one.number, "user": form.result.user.name}
        return said(request, _("Parcel %(number)s is allotted to %(user)s.") % told, one.url)
    quotas = [quota for quota in parks.quotas_of(one.park)][:1]
    left = [
        _("Of the quota of %(year)s %(left)s are left.")
        % {"year": quota.year, "left": words.mu(quota.quota_mu - quota.used_mu)}
        for quota in quotas
    ]
    return form_page(
        request,
        form,
        name=_("Allot"),
        finding=_("Who gets parcel %(number)s with %(mu)s?") % {"number": one.number, "mu": words.mu(one.mu)},
        sub="".join(left) or _("No quota is set for this park."),
        crumbs=crumbs(one),
    )


@member_required("park.split_parcel")
def split(request: Any, number: str) -> HttpResponse:
    """Split it."""
    one = queries.parcel_of(request.member, number)
    form = forms.SplitForm(request)

    def call(data: dict[str, Any]) -> Any:
        data["parts"] = [part for part in data["parts"].splitlines() if part.strip()]
        data["numbers"] = data["numbers"].split()
        return plots.split_parcel(one, by=request.member, **data)

    if form.sent(call):
        told = ", ".join(f"{part.number} ({words.mu(part.mu)})" for part in form.result)
        return said(
            request,
            _("Parcel %(number)s is split into %(parts)s.") % {"number": one.number, "parts": told},
            one.url,
        )
    return land_shared.map_form(
        request,
        form,
        one.park,
        pen="LineString",
        chosen=one,
        name=_("Split"),
        finding=_("Where is parcel %s cut?") % one.number,
        sub=_("The parts have exactly its %s together.") % words.mu(one.mu),
        crumbs=crumbs(one),
    )


@member_required("park.merge_parcels")
def merge(request: Any, number: str) -> HttpResponse:
    """Merge it with its neighbours."""
    one = queries.parcel_of(request.member, number)
    form = forms.MergeForm(request)

    def call(data: dict[str, Any]) -> Any:
        others = [queries.parcel_of(request.member, other) for other in data.pop("others").split()]
        return plots.merge_parcels([one, *others], by=request.member, **data)

    if form.sent(call):
        return said(request, _("Parcel %s is merged.") % form.result.number, form.result.url)
    return land_shared.map_form(
        request,
        form,
        one.park,
        pen="",
        chosen=one,
        name=_("Merge"),
        finding=_("With which neighbours is parcel %s merged?") % one.number,
        sub=_("They are of the same phase, state, user and term; the new parcel has their land together."),
        crumbs=crumbs(one),
    )
