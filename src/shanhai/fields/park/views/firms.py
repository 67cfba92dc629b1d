"""Pages of enterprises: the register, and what is entered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core.sheets.columns import words_of
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.fields.park.actions import figures as figure_actions
from shanhai.fields.park.actions import firms as actions
from shanhai.fields.park.columns.firms import FIRMS, GRADES, SIDES
from shanhai.fields.park.forms import firms as forms
from shanhai.fields.park.models import Firm
from shanhai.fields.park.queries import firms as queries
from shanhai.fields.park.views import shared
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader


def _by_scale(rows: QuerySet[Firm], text: str) -> QuerySet[Firm]:
    return rows.filter(above_scale_on__isnull=text != "above")


def _by_presence(rows: QuerySet[Firm], text: str) -> QuerySet[Firm]:
    return rows.filter(left_on__isnull=text != "left")


def _side(row: Firm) -> Any:
    return (row.came_from, words_of(SIDES, row.came_from)) if row.came_from else ""


FIRM_LIST = Table(
    code="park.firms",
    columns=(
        Column(
            "name", gettext_lazy("Enterprise"), kind="link", href=lambda row: row.url, sort=("name_sort",),
            index="firm_zone_name", stack="full",
        ),
        Column("credit_code", gettext_lazy("Credit code"), kind="code", value="organisation.credit_code", stack="hide-s"),
        Column(
            "industry", gettext_lazy("Industry"), value=lambda row: row.cluster.name if row.cluster else row.industry,
            second=lambda row: row.industry if row.cluster else "", stack="hide-s",
        ),
        Column("came_from", gettext_lazy("Came from"), kind="side", value=_side, stack="hide-s"),
        Column(
            "land_mu", gettext_lazy("Land, mu"), kind="mu", digits=1, sort=("land_mu",), index="firm_zone_land",
            phone_heading=True,
        ),
        Column(
            "tax_per_mu", gettext_lazy("Tax per mu, 10,000 yuan"), kind="bar", digits=1,
            value=lambda row: (row.tax_per_mu, row.most, row.median), sort=("tax_per_mu",), index="firm_zone_tax",
            stack="full",
        ),
        Column(
            "staff_n", gettext_lazy("Staff"), kind="number", sort=("staff_n",), index="firm_zone_staff",
            phone_heading=True,
        ),
        Column("grade", gettext_lazy("Grade"), kind="html", value=lambda row: shared.badge(row.grade)),
        Column(
            "above_scale_on", gettext_lazy("Above scale"), value=lambda row: _("yes") if row.is_above_scale else "–",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter("q", gettext_lazy("Name or code"), kind="search", apply=queries.named),
        Filter("came_from", gettext_lazy("Came from"), choices=shared.options(SIDES), every=gettext_lazy("Both sides")),
        Filter("grade", gettext_lazy("Grade"), choices=shared.options(GRADES), every="A – D"),
        Filter(
            "scale", gettext_lazy("Scale"), apply=_by_scale,
            choices=(("above", gettext_lazy("above scale")), ("below", gettext_lazy("below scale"))),
        ),
        Filter(
            "presence", gettext_lazy("In the park"), apply=_by_presence,
            choices=(("there", gettext_lazy("in the park")), ("left", gettext_lazy("left"))),
        ),
    ),
    default_sort="name",
    keeps_count=True,
    export=shared.export_of(FIRMS),
    empty=(
        gettext_lazy("No enterprise is on the register."),
        gettext_lazy("Enter the first one, or bring the list of the park as a spreadsheet."),
    ),
)  # fmt: skip


@member_required("park.view_firms")
def firms(request: Any) -> HttpResponse:
    """Who produces in the park, and who makes little of its land?"""
    pairing = chosen_pairing(request)
    rows = queries.firms_of(request.member, pairing)
    head = for_reader(request, "park.firms", (pairing.pk,), lambda: queries.head_of(rows))
    number = DecimalField(max_digits=14, decimal_places=4)
    rows = rows.annotate(most=Value(head["most"] or Decimal(1), number), median=Value(head["median"], number))
    context = {
        "finding": _finding(head),
        "sub": _sub(head),
        "note": _note(head),
        "may_enter": shared.may(request, "enter_firm", pairing.pk),
        "may_import": shared.may(request, "write_firms", pairing.pk),
    }
    return listing.render(request, "park/firms.html", FIRM_LIST, rows, context)


def _finding(head: dict[str, Any]) -> str:
    if not head["n"]:
        return _("No enterprise is on the register.")
    found = ngettext(
        "%(n)s firm produces in the park", "%(n)s firms produce in the park", head["producing"]
    ) % {"n": words.num(head["producing"])}
    if not head["low"]:
        return _("%s.") % found
    low = ngettext(
        "%(n)s pays less than a third of the median tax per mu",
        "%(n)s pay less than a third of the median tax per mu",
        head["low"],
    ) % {"n": words.num(head["low"])}
    return _("%(found)s; %(low)s.") % {"found": found, "low": low}


def _sub(head: dict[str, Any]) -> str:
    if not head["n"]:
        return ""
    return ngettext(
        "%(n)s of %(whole)s is above scale.", "%(n)s of %(whole)s are above scale.", head["above"]
    ) % {"n": words.num(head["above"]), "whole": words.num(head["n"])}


def _note(head: dict[str, Any]) -> str:
    if head["median"] is None:
        return _("tax per mu stands here once grades are published")
    return _("tax per mu %(year)s; the tick marks the median, %(median)s") % {
        "year": head["year"], "median": words.num(head["median"], 1),
    }  # fmt: skip


# -- writing -------------------------------------------------------------------------------------------------------


def crumbs(one: Firm | None = None) -> list[tuple[str, str]]:
    """The way to the page of an enterprise."""
    found = [(reverse("park:firms"), _("Enterprises"))]
    return found if one is None else [*found, (one.url, one.name)]


@member_required("park.enter_firm")
def enter(request: Any) -> HttpResponse:
    """Enter an enterprise."""
    pairing = chosen_pairing(request)
    form = forms.EnterFirmForm(request, pairing=pairing, key=pairing.code)

    def call(data: dict[str, Any]) -> Any:
        data = shared.without_version(data)
        return actions.enter_firm(data.pop("park"), data.pop("organisation"), by=request.member, **data)

    if form.sent(call):
        return said(request, _("%s is on the register.") % form.result.name, form.result.url)
    return form_page(
        request, form, name=_("Enter an enterprise"), finding=_("Who is in the park?"), crumbs=crumbs()
    )


@member_required("park.change_firm")
def change(request: Any, code: str) -> HttpResponse:
    """Change its profile."""
    one = queries.firm_of(request.member, code)
    form = forms.ChangeFirmForm(request, pairing=one.pairing, subject=one)
    if form.sent(lambda data: actions.change_firm(one, by=request.member, **shared.without_version(data))):
        return said(request, _("The enterprise is saved."), one.url)
    finding = _("What is known about %s?") % one.name
    return form_page(request, form, name=_("Change"), finding=finding, crumbs=crumbs(one))


@member_required("park.leave_park")
def leave(request: Any, code: str) -> HttpResponse:
    """Say that it has left."""
    one = queries.firm_of(request.member, code)
    form = forms.ReasonOnForm(request, key=code)
    if form.sent(lambda data: actions.leave_park(one, by=request.member, **shared.without_version(data))):
        return said(request, _("%s has left the park.") % one.name, one.url)
    finding = _("Since when is %s no longer here?") % one.name
    sub = _("It gives its plots up; its record stays.")
    return form_page(request, form, name=_("Left the park"), finding=finding, sub=sub, crumbs=crumbs(one))


@member_required("park.raise_above_scale")
def above_scale(request: Any, code: str) -> HttpResponse:
    """Say that it is above scale."""
    one = queries.firm_of(request.member, code)
    form = forms.AboveScaleForm(request, key=code)
    if form.sent(
        lambda data: actions.raise_above_scale(one, by=request.member, **shared.without_version(data))
    ):
        return said(request, _("%s is above scale.") % one.name, one.url)
    finding = _("By what revenue is %s above scale?") % one.name
    return form_page(request, form, name=_("Above scale"), finding=finding, crumbs=crumbs(one))


@member_required("park.drop_below_scale")
def below_scale(request: Any, code: str) -> HttpResponse:
    """Say that it is above scale no longer."""
    one = queries.firm_of(request.member, code)
    form = forms.ReasonOnForm(request, key=code)
    if form.sent(
        lambda data: actions.drop_below_scale(one, by=request.member, **shared.without_version(data))
    ):
        return said(request, _("%s is below scale.") % one.name, one.url)
    finding = _("Why is %s no longer above scale?") % one.name
    return form_page(request, form, name=_("Below scale"), finding=finding, crumbs=crumbs(one))


@member_required("park.add_holding")
def add_plot(request: Any, code: str) -> HttpResponse:
    """Enter a plot that it uses."""
    one = queries.firm_of(request.member, code)
    others = queries.firms_of(request.member, one.pairing).exclude(pk=one.pk).filter(left_on=None)
    form = forms.HoldingForm(request, key=code, firms=others)
    if form.sent(lambda data: actions.add_holding(one, by=request.member, **shared.without_version(data))):
        return said(request, _("The plot is entered."), one.url)
    finding = _("What land does %s use?") % one.name
    return form_page(request, form, name=_("Enter a plot"), finding=finding, crumbs=crumbs(one))


@member_required("park.end_holding")
def end_plot(request: Any, code: str, plot: str) -> HttpResponse:
    """Say when it had a plot for the last time."""
    one = queries.firm_of(request.member, code)
    holding = queries.holding_of(one, plot)
    form = forms.HoldingEndForm(request, key=f"{code} {plot}")
    if form.sent(
        lambda data: actions.end_holding(holding, by=request.member, **shared.without_version(data))
    ):
        return said(request, _("The plot is given up."), one.url)
    finding = _("Until when had %(firm)s plot %(plot)s?") % {"firm": one.name, "plot": plot}
    return form_page(request, form, name=_("Give the plot up"), finding=finding, crumbs=crumbs(one))


@member_required("park.name_agent")
def agent(request: Any, code: str) -> HttpResponse:
    """Name an agent."""
    one = queries.firm_of(request.member, code)
    form = forms.AgentForm(request, key=code)
    if form.sent(lambda data: actions.name_agent(one, data["agent"], by=request.member)):
        undo.offer(
            request, _("%s may act for it.") % form.result.agent.name,
            reverse("park:firm_agent_end", args=[code, form.result.agent.code]),
        )  # fmt: skip
        return redirect(one.url)
    finding = _("Who files for %s?") % one.name
    return form_page(request, form, name=_("Name an agent"), finding=finding, crumbs=crumbs(one))


@posted("park.end_agent")
def end_agent(request: Any, code: str, agent: str) -> HttpResponse:
    """Say that an agent acts for it no longer."""
    one = queries.firm_of(request.member, code)
    actions.end_agent(queries.agency_of(one, agent), by=request.member)
    return said(request, _("The agent acts for it no longer."), one.url)


@member_required("park.report_figures")
def figures(request: Any, code: str) -> HttpResponse:
    """Enter figures of a year or quarter, or put them right."""
    one = queries.firm_of(request.member, code)
    form = forms.FiguresForm(request, key=code)

    def call(data: dict[str, Any]) -> Any:
        return figure_actions.report_figures(
            one, data["period"], values=form.given(), reason=data["reason"], by=request.member
        )

    if form.sent(call):
        return said(request, _("The figures are on record."), one.url)
    finding = _("What did %s report?") % one.name
    sub = _("An empty field leaves what stands there.")
    return form_page(request, form, name=_("Enter figures"), finding=finding, sub=sub, crumbs=crumbs(one))
