"""The itinerary of all teams, one stop, and what is written down on the road: forms for a phone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core import clock
from shanhai.core.models import Member
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import stops as actions
from shanhai.fields.investment.columns.teams import STOPS as STOP_COLUMNS
from shanhai.fields.investment.forms import teams as forms
from shanhai.fields.investment.forms.leads import LeadReasonForm
from shanhai.fields.investment.models import Stop, Team
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import teams as rules
from shanhai.fields.investment.views.leads import choices, may
from shanhai.fields.investment.views.teams import crumbs, stop_row, without_version
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.fields.park.views.exports import export_of
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required


def _teams(request: Any) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in queries.teams_of(request.member, chosen_pairing(request))]


STOPS = Table(
    code="investment.stops",
    columns=(
        Column(
            "whom",
            gettext_lazy("At whom"),
            kind="link",
            value=lambda row: row.whom,
            href=lambda row: row.url,
            second=lambda row: row.purpose,
            stack="full",
        ),
        Column("team", gettext_lazy("Team"), value=lambda row: row.team.name, stack="hide-s"),
        Column("place", gettext_lazy("Place"), value=lambda row: row.place or words.NOTHING),
        Column("way", gettext_lazy("How"), value=lambda row: stop_row(row)["way"], stack="hide-s"),
        Column(
            "member",
            gettext_lazy("Who goes"),
            value=lambda row: row.member.name if row.member else _("the whole team"),
            stack="hide-s",
        ),
        Column(
            "status",
            gettext_lazy("Status"),
            kind="status",
            value=lambda row: stop_row(row)["status"],
            stack="push",
        ),
        Column("on", gettext_lazy("Day"), kind="date", sort=("on",), index="stop_zone_on"),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("Show"),
            choices=lambda _request: [("ahead", _("ahead of us")), ("open", _("over and not told of"))],
            apply=queries.in_state,
        ),
        Filter("stage", gettext_lazy("Status"), choices=lambda _request: choices(columns.STOP_STAGES)),
        Filter("team", gettext_lazy("Team"), choices=_teams, apply=queries.of_team),
        Filter("way", gettext_lazy("How"), choices=lambda _request: choices(columns.CONTACT_WAYS)),
    ),
    export=export_of(STOP_COLUMNS),
    default_sort="-on",
    keeps_count=True,
    empty=(
        gettext_lazy("No stop yet."),
        gettext_lazy("Plan one on the page of a team, or write down a contact on the road."),
    ),
)


@member_required("investment.view_teams")
def stops(request: Any) -> HttpResponse:
    """Where do our teams go, and of what was nothing told?"""
    pairing = chosen_pairing(request)
    rows = queries.stops_of(request.member, pairing)
    head = queries.head_of(rows, clock.today())
    context = {
        "finding": _list_finding(head),
        "own": queries.own_team(request.member),
        "may_import": may(request, "write_stops", pairing.pk),
    }
    return listing.render(request, "investment/stops.html", STOPS, rows, context)


def _list_finding(head: dict[str, int]) -> str:
    facts = {name: words.num(value) for name, value in head.items()}
    if not any(head.values()):
        return _("No stop is planned, and none was made this year.")
    if head["open"]:
        return _("%(ahead)s stops are ahead; of %(open)s that are over nothing was told yet.") % facts
    return _("%(ahead)s stops are ahead; %(done)s were made this year, each of them told of.") % facts


@member_required("investment.view_teams")
def stop(request: Any, number: str) -> HttpResponse:
    """Where, at whom, what for, and what was said?"""
    one = queries.stop_of(request.member, number)
    planned = one.stage == rules.StopStage.PLANNED
    lead_seen = one.lead is not None and lead_queries.lead_seen(request.member, one.lead)

    def may_(name: str) -> bool:
        return may(request, name, one.pairing_id)

    context = {
        "stop": one,
        "team": one.team,
        "lead": one.lead if lead_seen else None,
        "said": stop_row(one),
        "finding": _("%(whom)s, %(day)s")
        % {"whom": one.whom, "day": words.day(one.done_on or one.on, "weekday")},
        "may_tell": planned and may_("tell_stop"),
        "may_change": planned and may_("change_stop"),
        "may_cancel": planned and may_("cancel_stop"),
        "may_plan_again": one.stage == rules.StopStage.CANCELLED and may_("plan_stop_again"),
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "history": history(one),
    }
    return render(request, "investment/stop.html", context)


# -- forms ---------------------------------------------------------------------------------------------------------


@member_required("investment.log_on_the_road")
def contact(request: Any) -> HttpResponse:
    """The short way to one's own team; whoever belongs to none chooses the team first."""
    own = queries.own_team(request.member)
    if own is None:
        return redirect("investment:teams")
    return redirect("investment:team_contact", own.code)


@member_required("investment.log_on_the_road")
def log(request: Any, code: str) -> HttpResponse:
    """Write down what was just said: whom, what, and what comes next."""
    one = queries.team_of(request.member, code)
    form = forms.ContactOnTheRoadForm(
        request, initial={"way": lead_rules.Way.CALL, "lead": _asked_lead(request, one)}
    )
    form.offer("lead", queries.leads_for(one, request.member))
    if form.sent(lambda data: actions.log_on_the_road(one, by=request.member, **without_version(data))):
        sentence = _("Written down, and the next step planned.") if form.cleaned_data.get("next_on") else _("Written down.")  # fmt: skip
        return said(request, sentence, one.url)
    return form_page(
        request,
        form,
        name=_("Contact on the road"),
        finding=_("Whom did you speak to, and what was said?"),
        crumbs=crumbs(one),
    )


def _asked_lead(request: Any, one: Team) -> Any:
    given = request.GET.get("lead", "")[:40]
    return queries.leads_for(one, request.member).filter(number=given).first() if given else None


@member_required("investment.plan_stop")
def plan(request: Any, code: str) -> HttpResponse:
    """Plan a stop."""
    one = queries.team_of(request.member, code)
    form = forms.StopForm(request, initial={"on": clock.today(), "way": lead_rules.Way.VISIT})
    _offer(form, request, one)
    if form.sent(lambda data: actions.plan_stop(one, by=request.member, **without_version(data))):
        return said(request, _("It stands in the itinerary."), one.url)
    return form_page(
        request,
        form,
        name=_("Plan a stop"),
        finding=_("Where does %s go, and what for?") % one.name,
        crumbs=crumbs(one),
    )


def _offer(form: Any, request: Any, one: Team) -> None:
    form.offer("lead", queries.leads_for(one, request.member))
    people = Member.objects.filter(unit__organisation_id=one.organisation_id, is_active=True)
    form.offer("member", people.order_by("name_sort", "pk"))


def _crumbs(one: Stop) -> list[tuple[str, str]]:
    return [*crumbs(one.team), (one.url, one.number)]


@member_required("investment.change_stop")
def change(request: Any, number: str) -> HttpResponse:
    """Move a planned stop, or change it."""
    one = queries.stop_of(request.member, number)
    form = forms.StopForm(request, subject=one)
    _offer(form, request, one.team)
    if form.sent(lambda data: actions.change_stop(one, by=request.member, **data)):
        return said(request, _("The stop is saved."), one.url)
    return form_page(
        request, form, name=_("Change"), finding=_("What changes at %s?") % one.whom, crumbs=_crumbs(one)
    )


@member_required("investment.tell_stop")
def tell(request: Any, number: str) -> HttpResponse:
    """Say what was said."""
    one = queries.stop_of(request.member, number)
    form = forms.TellForm(request)
    if form.sent(lambda data: actions.tell_stop(one, by=request.member, **without_version(data))):
        return said(request, _("Written down."), one.team.url)
    return form_page(
        request,
        form,
        name=_("What was said"),
        finding=_("What was said at %s?") % one.whom,
        crumbs=_crumbs(one),
    )


@member_required("investment.cancel_stop")
def cancel(request: Any, number: str) -> HttpResponse:
    """Call it off; for some minutes that can be taken back."""
    one = queries.stop_of(request.member, number)
    form = LeadReasonForm(request)
    if form.sent(lambda data: actions.cancel_stop(one, reason=data["reason"], by=request.member)):
        undo.offer(request, _("Called off."), reverse("investment:stop_again", args=[number]))
        return redirect(one.team.url)
    return form_page(
        request, form, name=_("Call off"), finding=_("Why is %s called off?") % one.whom, crumbs=_crumbs(one)
    )


@posted("investment.plan_stop_again")
def again(request: Any, number: str) -> HttpResponse:
    """It is planned again."""
    one = queries.stop_of(request.member, number)
    actions.plan_stop_again(one, by=request.member)
    return said(request, _("It stands in the itinerary again."), one.url)
