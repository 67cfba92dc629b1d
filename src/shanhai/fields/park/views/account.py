"""Pages of the land account: year by year, and the parcels and changes behind a year."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.park import columns
from shanhai.fields.park.columns import land as kinds
from shanhai.fields.park.queries import accounts as queries
from shanhai.fields.park.queries import parks
from shanhai.fields.park.rules import account as rules
from shanhai.fields.park.rules.land import ParcelState
from shanhai.fields.park.views import land_shared
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import charts, downloads, words
from shanhai.webkit.pages import chosen_pairing, member_required


def _park(request: Any) -> Any:
    return parks.park_chosen(request.member, chosen_pairing(request), request.GET.get("park", ""))


@member_required("park.view_parcels")
def account(request: Any) -> HttpResponse:
    """Where did our land go, year by year?"""
    park = _park(request)
    lines = queries.account_of(park)
    if request.GET.get("format") == "csv":
        return _download(park, lines)
    states = [(state, columns.words(kinds.STATES, state)) for state in ParcelState]
    context = {
        "park": park,
        "parks": parks.parks_of(request.member, chosen_pairing(request)).order_by("name_sort", "pk")[:50],
        "finding": _finding(lines[-1]),
        "states": states,
        "rows": [
            {
                "line": line,
                "cells": [(state, line.by_state[state]) for state, _word in states],
                "url": reverse("park:account_year", args=[line.year]),
            }
            for line in reversed(lines)
        ],
        "chart": _chart(lines),
    }
    return render(request, "park/account.html", context)


def _finding(line: rules.Line) -> str:
    told = {
        "planned": words.mu(line.planned_mu),
        "used": words.mu(line.by_state[ParcelState.IN_USE]),
        "idle": words.mu(line.by_state[ParcelState.IDLE] + line.by_state[ParcelState.VACATED]),
        "rest": words.mu(line.not_parcelled_mu),
    }
    return _("Of %(planned)s planned, %(used)s are in use and %(idle)s idle or vacated; %(rest)s lie in no parcel yet.") % told  # fmt: skip


def _chart(lines: list[rules.Line]) -> charts.Chart:
    groups = [rules.grouped(line) for line in lines]
    series = [
        charts.Series(
            columns.words(kinds.GROUPS, name),
            [group[name] for group in groups],
            land_shared.COLOURS[name] or "line",  # type: ignore[arg-type]
        )
        for name, _states in reversed(rules.GROUPS)
    ]
    return charts.stacked([str(line.year) for line in lines], series, unit=_("mu"))


def _download(park: Any, lines: list[rules.Line]) -> HttpResponse:
    heads = [_("Year"), *(columns.words(kinds.STATES, state) for state in ParcelState)]
    heads += [_("In no parcel"), _("Planned")]
    rows = [
        [line.year, *(line.by_state[state] for state in ParcelState), line.not_parcelled_mu, line.planned_mu]
        for line in lines
    ]
    return downloads.table(heads, rows, f"{_('Land account')} {park.number}", "csv")


@member_required("park.view_parcels")
def year(request: Any, year: int) -> HttpResponse:
    """Which parcels stand behind a year, and what changed in it?"""
    park = _park(request)
    if not 2000 <= year <= clock.today().year:
        raise NotFound(
            "park.no_such_year",
            gettext_noop("The account has no year {year}. Choose one in its table."),
            year=year,
        )
    state = request.GET.get("state", "")
    state = state if state in set(ParcelState) else ""
    found = queries.behind(park, year, state)
    word = columns.words(kinds.STATES, state) if state else _("in parcels")
    told = {
        "year": year,
        "state": word,
        "mu": words.mu(queries.total(found.standing)),
        "n": words.num(len(found.standing)),
        "moved": words.num(len(found.moved)),
    }
    context = {
        "park": park,
        "year": year,
        "finding": _("%(year)s: %(mu)s %(state)s at its end, in %(n)s parcels; %(moved)s changes.") % told,
        "standing": [_line(move) for move in found.standing],
        "moved": [_line(move) for move in found.moved],
    }
    return render(request, "park/account_year.html", context)


def _line(move: Any) -> dict[str, Any]:
    return {
        "parcel": move.parcel,
        "on": move.on,
        "mu": move.mu,
        "organisation": move.organisation,
        "before": land_shared.state_word(move.from_state) if move.from_state else _("cut out"),
        "after": land_shared.state_word(move.to_state) if move.to_state else _("replaced"),
        "reason": move.reason,
    }
