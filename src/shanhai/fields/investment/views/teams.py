"""Teams: how they compare, the page of one with its year, itinerary, log, leads and cost, and the forms about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import teams as actions
from shanhai.fields.investment.forms import teams as forms
from shanhai.fields.investment.forms.leads import LeadReasonForm
from shanhai.fields.investment.models import Stop, Team
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.investment.rules import teams as rules
from shanhai.fields.investment.views import team_map
from shanhai.fields.investment.views.leads import capital, may, status_of
from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, timeline, words
from shanhai.webkit.pages import chosen_pairing, member_required

_KEPT = "investment.teams"
# What a year is compared by: the figure, its target, its name, and how it is written.
MEASURES: tuple[tuple[str, str, Any, Any], ...] = (
    ("stops", "target_stops", gettext_lazy("Stops made"), words.num),
    ("leads", "target_leads", gettext_lazy("Leads brought"), words.num),
    ("signed", "target_signed", gettext_lazy("Leads signed in the year"), words.num),
    ("signed_fen", "target_fen", gettext_lazy("Investment signed"), words.yuan),
    ("cost_fen", "budget_fen", gettext_lazy("Cost of the team"), words.yuan),
)


def year_wanted(request: Any, years: list[int]) -> int:
    """The year that is asked for, else the one that was looked at last, else this one."""
    given = request.GET.get("year", "")
    if given.isascii() and given.isdigit() and int(given) in years:
        request.session[_KEPT] = int(given)
    kept = request.session.get(_KEPT)
    return kept if kept in years else years[0]


def done_of(row: rules.TeamFigures, done: str, target: str, write: Any) -> dict[str, Any]:
    """A figure against its target, as a cell says it."""
    value, wanted = getattr(row, done), getattr(row, target)
    return {
        "value": value,
        "said": write(value),
        "target": wanted,
        "wanted": write(wanted) if wanted is not None else "",
    }


def ratios_of(row: rules.TeamFigures) -> dict[str, str]:
    """Conversion and what a lead and 10,000 signed yuan cost; a dash where they cannot be said."""
    return {
        "conversion": words.percent(row.conversion) if row.conversion is not None else words.NOTHING,
        "per_lead": words.yuan(row.cost_per_lead_fen) if row.cost_per_lead_fen is not None else words.NOTHING,
        "per_10k": _plain_yuan(row.cost_per_10k_fen),
    }


def _plain_yuan(fen: int | None) -> str:
    if fen is None:
        return words.NOTHING
    return _("%s yuan") % words.num(fen / 100, 1 if fen >= 1000 else 2)


@member_required("investment.view_teams")
def teams(request: Any) -> HttpResponse:
    """Which team brings what, and for how much?"""
    pairing = chosen_pairing(request)
    found = list(queries.teams_of(request.member, pairing))
    years = queries.years_of(found, clock.today())
    year = year_wanted(request, years)
    figures = queries.figures(found, years)
    of_year = [row for row in figures if row.year == year]
    names = {one.code: one for one in found}
    stops = queries.stops_of(request.member, pairing)
    context = {
        "finding": _teams_finding(of_year, year),
        "year": year,
        "years": years,
        "heads": [word for _done, _target, word, _write in MEASURES],
        "rows": [_team_row(names[row.team], row) for row in of_year],
        "whole": _team_row(None, rules.together(of_year)) if len(of_year) > 1 else None,
        "by_year": [_year_row(one, [row for row in figures if row.year == one]) for one in years],
        "head": queries.head_of(stops, clock.today()),
        "own": queries.own_team(request.member),
        "standing": _standing(found),
        "may_add": may(request, "add_team", pairing.pk),
        "may_import": may(request, "write_teams", pairing.pk),
    }
    return render(request, "investment/teams.html", context)


def _team_row(team: Team | None, row: rules.TeamFigures) -> dict[str, Any]:
    return {
        "team": team,
        "cells": [done_of(row, done, target, write) for done, target, _word, write in MEASURES],
        "paid_in_fen": row.paid_in_fen,
        **ratios_of(row),
    }


def _year_row(year: int, rows: list[rules.TeamFigures]) -> dict[str, Any]:
    whole = rules.together(rows, year=year)
    return {"year": year, "row": whole, **ratios_of(whole)}


def _standing(found: list[Team]) -> str:
    marks = {one.standing for one in found}
    return "mixed" if len(marks) > 1 else next(iter(marks), "")


def _teams_finding(rows: list[rules.TeamFigures], year: int) -> str:
    if not rows:
        return _("No investment team yet.")
    whole = rules.together(rows)
    facts = {
        "year": year,
        "leads": words.num(whole.leads),
        "money": words.yuan(whole.signed_fen),
        "cost": words.yuan(whole.cost_fen),
    }
    told = ngettext(
        "In %(year)s %(n)s team brought %(leads)s leads and signed %(money)s, for a cost of %(cost)s.",
        "In %(year)s %(n)s teams brought %(leads)s leads and signed %(money)s, for a cost of %(cost)s.",
        len(rows),
    )
    return told % {**facts, "n": words.num(len(rows))}


@member_required("investment.view_teams")
def teams_file(request: Any, form: str) -> HttpResponse:
    """How teams compare, team by team and year by year, as a table in a file."""
    found = list(queries.teams_of(request.member, chosen_pairing(request)))
    names = {one.code: one.name for one in found}
    heads = [_("Team"), _("Year"), *(str(word) for _done, _target, word, _write in MEASURES)]
    heads += [_("%s, target") % word for _done, _target, word, _write in MEASURES]
    heads += [_("Leads of the year that were signed since"), _("Paid in"), _("Cost of a lead"), _("Cost of 10,000 yuan signed")]  # fmt: skip
    lines = []
    for row in queries.figures(found, queries.years_of(found, clock.today())):
        done = [_in_file(name, getattr(row, name)) for name, _target, _word, _write in MEASURES]
        wanted = [_in_file(target, getattr(row, target)) for _done, target, _word, _write in MEASURES]
        money = [row.paid_in_fen, row.cost_per_lead_fen, row.cost_per_10k_fen]
        said_ = [_in_file("_fen", value) for value in money]
        lines.append([names[row.team], row.year, *done, *wanted, row.converted, *said_])
    return downloads.table(heads, lines, _("investment teams"), form)


def _in_file(name: str, value: int | None) -> Any:
    if value is None:
        return ""
    return words.yuan_exact(value) if name.endswith("_fen") else value


# -- one team ------------------------------------------------------------------------------------------------------


@member_required("investment.view_teams")
def team(request: Any, code: str) -> HttpResponse:
    """What was it to do this year, what did it do, where does it go next, what was it told?"""
    one = queries.team_of(request.member, code)
    today = clock.today()
    years = queries.years_of([one], one.closed_on or today)
    year = year_wanted(request, years)
    figures = queries.figures([one], years)
    row = next(found for found in figures if found.year == year)
    stops = queries.agenda_now(one, today)
    is_own = _is_own(request, one)
    context = {
        "team": one,
        "finding": _team_finding(one, row),
        "year": year,
        "years": years,
        "measures": [
            {"word": word, **done_of(row, done, target, write)} for done, target, word, write in MEASURES
        ],
        "ratios": ratios_of(row),
        "row": row,
        "by_year": [{"row": found, **ratios_of(found)} for found in figures],
        "line": picture(stops, today),
        "map": team_map.drawn(one, stops),
        "days": _days([stop for stop in stops if stop.on >= today]),
        "untold": [stop_row(stop) for stop in queries.untold(one, today)],
        "log": [_log_row(found) for found in queries.log_of(one, request.member, 10)],
        "leads": [
            {"lead": lead, "status": status_of(lead)}
            for lead in queries.brought(one, request.member, year)[:30]
        ],
        "costs": [_cost_row(found, is_own) for found in queries.costs_of(one, year)],
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "is_own": is_own,
        **{f"may_{name}": is_own and may(request, name, one.pairing_id) for name in _BUTTONS},
        "history": history(one),
    }
    return render(request, "investment/team.html", context)


_BUTTONS = ("log_on_the_road", "plan_stop", "set_team_year", "record_team_cost", "change_team")


def _is_own(request: Any, one: Team) -> bool:
    return access.standing(request.member).side_in(one.pairing_id) == one.owner_side


def _team_finding(one: Team, row: rules.TeamFigures) -> str:
    facts = {
        "name": one.name,
        "year": row.year,
        "leads": words.num(row.leads),
        "target": words.num(row.target_leads) if row.target_leads is not None else "",
        "money": words.yuan(row.signed_fen),
    }
    if row.target_leads is None:
        return (
            _("%(name)s brought %(leads)s leads in %(year)s and signed %(money)s; no target is set.") % facts
        )
    return _("%(name)s brought %(leads)s of %(target)s leads in %(year)s and signed %(money)s.") % facts


def picture(stops: list[Stop], today: date) -> timeline.Timeline | None:
    """The itinerary on an axis of days: what is planned, what was done."""
    if not stops:
        return None
    items = []
    for one in stops:
        done = one.stage == rules.StopStage.DONE
        day = one.done_on or one.on
        late = not done and one.on < today
        items.append(
            timeline.Item(
                one.whom,
                [timeline.Span("actual" if done else "plan", day, day)],
                who=one.place or (one.member.name if one.member else ""),
                used=words.day(day),
                tag=_("not told of") if late else "",
                tag_kind="late" if late else "",
                url=one.url,
            )
        )
    return timeline.Timeline(items, today - queries.BACK, today + queries.AHEAD, head=_("Whom and where"))


def _days(stops: list[Stop]) -> list[tuple[date, list[dict[str, Any]]]]:
    found: dict[date, list[dict[str, Any]]] = {}
    for one in stops:
        found.setdefault(one.on, []).append(stop_row(one))
    return list(found.items())


_STOP_SHAPES = {"planned": "not_started", "done": "done", "cancelled": "paused"}


def stop_row(one: Stop) -> dict[str, Any]:
    """A stop as lists say it."""
    late = one.stage == rules.StopStage.PLANNED and one.on < clock.today()
    word = _("Not told of") if late else capital(columns.words(columns.STOP_STAGES, one.stage))
    return {
        "stop": one,
        "way": capital(columns.words(columns.CONTACT_WAYS, one.way)),
        "status": ("late" if late else _STOP_SHAPES[one.stage], word),
        "is_planned": one.stage == rules.StopStage.PLANNED,
    }


def _log_row(one: queries.Said) -> dict[str, Any]:
    return {"said": one, "way": capital(columns.words(columns.CONTACT_WAYS, one.way))}


def _cost_row(one: Any, is_own: bool) -> dict[str, Any]:
    return {
        "cost": one,
        "kind": capital(columns.words(columns.COST_KINDS, one.kind)),
        "may_take_back": is_own and one.taken_back_on is None,
    }


# -- forms ---------------------------------------------------------------------------------------------------------


def crumbs(one: Team | None = None) -> list[tuple[str, str]]:
    """The way to the pages of teams."""
    found = [(reverse("investment:teams"), _("Investment teams"))]
    return found if one is None else [*found, (one.url, one.name)]


def without_version(data: dict[str, Any]) -> dict[str, Any]:
    """What a form says beside the version that it carries."""
    return {name: value for name, value in data.items() if name != "version"}


@member_required("investment.add_team")
def add(request: Any) -> HttpResponse:
    """Enter a team."""
    pairing = chosen_pairing(request)
    form = forms.TeamForm(request, key=pairing.code)
    if form.sent(lambda data: actions.add_team(pairing, by=request.member, **without_version(data))):
        return said(request, _("Entered; set its targets of the year."), form.result.url)
    return form_page(
        request, form, name=_("Enter a team"), finding=_("Which team goes out, and where?"), crumbs=crumbs()
    )


@member_required("investment.change_team")
def change(request: Any, code: str) -> HttpResponse:
    """Change a team."""
    one = queries.team_of(request.member, code)
    form = forms.ChangeTeamForm(request, subject=one)
    if form.sent(lambda data: actions.change_team(one, by=request.member, **data)):
        return said(request, _("The team is saved."), one.url)
    return form_page(
        request,
        form,
        name=_("Change"),
        finding=_("Where does %s sit and go?") % one.name,
        crumbs=crumbs(one),
    )


@member_required("investment.set_team_year")
def set_year(request: Any, code: str) -> HttpResponse:
    """Set the targets of a year."""
    one = queries.team_of(request.member, code)
    given = request.GET.get("year", "")
    year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else clock.today().year
    there = queries.year_of(one, year)
    known = {name: getattr(there, name) for name in _TARGET_FIELDS} if there else {}
    form = forms.TeamYearForm(request, initial={"year": year} | known)
    if form.sent(lambda data: actions.set_team_year(one, by=request.member, **without_version(data))):
        return said(request, _("The targets are set."), one.url)
    return form_page(
        request,
        form,
        name=_("Targets of the year"),
        finding=_("What is %s to do in the year?") % one.name,
        crumbs=crumbs(one),
    )


_TARGET_FIELDS = ("target_stops", "target_leads", "target_signed", "target_fen", "budget_fen")


@member_required("investment.record_team_cost")
def add_cost(request: Any, code: str) -> HttpResponse:
    """Write down what a team spent."""
    one = queries.team_of(request.member, code)
    form = forms.TeamCostForm(request)
    if form.sent(lambda data: actions.record_team_cost(one, by=request.member, **without_version(data))):
        return said(request, _("Written down."), one.url)
    return form_page(
        request,
        form,
        name=_("Cost"),
        finding=_("What did %s spend?") % one.name,
        crumbs=crumbs(one),
    )


@member_required("investment.take_back_team_cost")
def take_back_cost(request: Any, code: str, cost: str) -> HttpResponse:
    """Take back what was written down by mistake."""
    one = queries.team_of(request.member, code)
    row = queries.cost_of(one, cost)
    form = LeadReasonForm(request)
    if form.sent(lambda data: actions.take_back_team_cost(row, reason=data["reason"], by=request.member)):
        return said(request, _("Taken back; it counts no more."), one.url)
    return form_page(
        request,
        form,
        name=_("Take back"),
        finding=_("Why is cost %s taken back?") % row.code,
        crumbs=crumbs(one),
    )
