"""Pages of parks: which there are, and one of them with its phases, infrastructure, quota and land."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access
from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.park import columns
from shanhai.fields.park.actions import parks as actions
from shanhai.fields.park.columns import parks as kinds
from shanhai.fields.park.forms import parks as forms
from shanhai.fields.park.models import Park
from shanhai.fields.park.queries import grade_indicators
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.rules import parks as rules
from shanhai.fields.park.views.exports import export_of
from shanhai.fields.registry.views.shared import history, panels
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

_SHAPES = {
    rules.UtilityState.PLANNED: "not_started",
    rules.UtilityState.BUILDING: "on_track",
    rules.UtilityState.IN_SERVICE: "done",
    rules.UtilityState.OUT: "paused",
}
PARKS = Table(
    code="park.parks",
    columns=(
        Column(
            "name",
            gettext_lazy("Park"),
            kind="link",
            href=lambda row: row.url,
            sort=("name_sort",),
            index="park_zone_name",
            second=lambda row: row.number,
            stack="full",
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda row: columns.words(kinds.KINDS, row.kind)),
        Column("region", gettext_lazy("Stands in"), value="region.name", stack="hide-s"),
        Column("company", gettext_lazy("Park company"), value="company.name", stack="hide-s"),
        Column("planned_mu", gettext_lazy("Planned, mu"), kind="mu", phone_heading=True),
        Column("parcelled_mu", gettext_lazy("In parcels, mu"), kind="mu", phone_heading=True),
    ),
    filters=(Filter("q", gettext_lazy("Name or number"), kind="search", apply=queries.parks_named),),
    export=export_of(kinds.PARKS),
    default_sort="name",
    empty=(
        gettext_lazy("No parks yet."),
        gettext_lazy("Register the first one, or bring the list as a spreadsheet."),
    ),
)


def may(request: Any, name: str, pairing_id: int) -> bool:
    """Whether a button is shown."""
    return access.may(request.member, f"park.{name}", pairing_id=pairing_id)


@member_required("park.view_parks")
def parks(request: Any) -> HttpResponse:
    """Which parks do we have, and how much land is planned for them?"""
    pairing = chosen_pairing(request)
    rows = queries.parks_of(request.member, pairing)
    context = {
        "finding": _list_finding(queries.planned_of(rows)),
        "may_add": may(request, "add_park", pairing.pk),
        "may_import": may(request, "write_parks", pairing.pk),
    }
    return listing.render(request, "park/parks.html", PARKS, rows, context)


def _list_finding(head: dict[str, Any]) -> str:
    if not head["n"]:
        return _("No parks yet.")
    n = ngettext("%(n)s park", "%(n)s parks", head["n"]) % {"n": words.num(head["n"])}
    told = {"parks": n, "mu": words.mu(head["mu"]), "enclaves": words.num(head["enclaves"])}
    if not head["enclaves"]:
        return _("%(parks)s with %(mu)s planned.") % told
    return _("%(parks)s with %(mu)s planned, %(enclaves)s of them on the partner’s land.") % told


@member_required("park.view_parks")
def park(request: Any, number: str) -> HttpResponse:
    """What is this park, how far are its phases and its infrastructure?"""
    one = queries.park_of(request.member, number)
    utilities = queries.infrastructure_of(one)
    for utility in utilities:
        word = columns.words(kinds.UTILITY_STATES, utility.state)
        utility.said = columns.words(kinds.UTILITIES, utility.kind)  # type: ignore[attr-defined]
        utility.status = (_SHAPES[rules.UtilityState(utility.state)], word)  # type: ignore[attr-defined]
    deeds = ("change_park", "plan_phase", "say_infrastructure", "set_quota")
    context = {
        "park": one,
        "kind": columns.words(kinds.KINDS, one.kind),
        "finding": _finding(one, utilities),
        "phases": queries.phases_of(one),
        "utilities": utilities,
        "quotas": queries.quotas_of(one),
        "graded": grade_indicators.years_of(request.member, one),
        "history": history(one),
        "panels": panels(request, "park.detail", one),
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "marks": one.source or one.is_illustrative,
        "may": {name: may(request, name, one.pairing_id) for name in deeds},
    }
    return render(request, "park/park.html", context)


def _finding(one: Park, utilities: list[Any]) -> str:
    if one.planned_mu is None:
        return _("%(name)s: how much land is planned is not known yet.") % {"name": one.name}
    told = {"name": one.name, "planned": words.mu(one.planned_mu), "parcelled": words.mu(one.parcelled_mu)}
    said = _("%(name)s: %(planned)s planned, %(parcelled)s of it in parcels") % told
    if not utilities:
        return _("%(said)s.") % {"said": said}
    working = sum(one.state == rules.UtilityState.IN_SERVICE for one in utilities)
    return _("%(said)s; %(working)s of %(all)s connections in service.") % {
        "said": said,
        "working": words.num(working),
        "all": words.num(len(utilities)),
    }


@member_required("park.add_park")
def add(request: Any) -> HttpResponse:
    """Register a park."""
    pairing = chosen_pairing(request)
    form = forms.ParkForm(request, key=pairing.code)
    if form.sent(lambda data: actions.add_park(pairing, by=request.member, **data)):
        return said(request, _("%s is registered.") % form.result.name, form.result.url)
    return form_page(
        request,
        form,
        name=_("Register a park"),
        finding=_("Which park, and on whose land?"),
        crumbs=[(reverse("park:parks"), _("Parks"))],
    )


@member_required("park.change_park")
def change(request: Any, number: str) -> HttpResponse:
    """Change what is known about it."""
    one = queries.park_of(request.member, number)
    form = forms.ChangeParkForm(request, subject=one)
    if form.sent(lambda data: actions.change_park(one, by=request.member, **data)):
        return said(request, _("The park is saved."), one.url)
    return form_page(
        request, form, name=_("Change"), finding=_("What is known about %s?") % one.name, crumbs=crumbs(one)
    )


@member_required("park.plan_phase")
def phase(request: Any, number: str) -> HttpResponse:
    """Plan a phase."""
    one = queries.park_of(request.member, number)
    form = forms.PhaseForm(request)
    if form.sent(lambda data: actions.plan_phase(one, by=request.member, **data)):
        return said(request, _("Phase %s is planned.") % form.result.number, one.url)
    return form_page(
        request,
        form,
        name=_("Plan a phase"),
        finding=_("Which land, and from when?"),
        crumbs=crumbs(one),
    )


@member_required("park.say_infrastructure")
def infrastructure(request: Any, number: str) -> HttpResponse:
    """Say how far a connection is."""
    one = queries.park_of(request.member, number)
    asked = {name: request.GET[name] for name in ("kind", "phase") if name in request.GET}
    form = forms.InfrastructureForm(request, initial=asked)
    if form.sent(lambda data: actions.say_infrastructure(one, by=request.member, **data)):
        return said(request, _("The infrastructure is saved."), one.url)
    return form_page(
        request,
        form,
        name=_("Infrastructure"),
        finding=_("What is there, and how far is it?"),
        crumbs=crumbs(one),
    )


@member_required("park.set_quota")
def quota(request: Any, number: str) -> HttpResponse:
    """Set the land quota of a year."""
    one = queries.park_of(request.member, number)
    form = forms.QuotaForm(request)
    if form.sent(lambda data: actions.set_quota(one, by=request.member, **data)):
        return said(request, _("The quota of %s is set.") % form.result.year, one.url)
    return form_page(
        request,
        form,
        name=_("Land quota"),
        finding=_("How much land may be allotted in a year?"),
        crumbs=crumbs(one),
    )


def crumbs(one: Park) -> list[tuple[str, str]]:
    """The way to a park."""
    return [(reverse("park:parks"), _("Parks")), (one.url, one.number)]
