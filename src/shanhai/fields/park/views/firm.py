"""The page of one enterprise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shanhai.core import masking
from shanhai.core.sheets.columns import words_of
from shanhai.fields.office.columns import ANSWER_STAGES
from shanhai.fields.office.queries import factors, rounds
from shanhai.fields.office.queries.said import FACTOR_STAGES
from shanhai.fields.park.columns.firms import FIGURES, HERITAGE, SIDES, TENURES
from shanhai.fields.park.columns.grades import CAUSES, RULINGS
from shanhai.fields.park.models import FigureChange, Figures, Firm
from shanhai.fields.park.queries import figures as figure_queries
from shanhai.fields.park.queries import firms as queries
from shanhai.fields.park.queries import grades as grade_queries
from shanhai.fields.park.rules import figures as rules
from shanhai.fields.park.views import grades as grade_pages
from shanhai.fields.park.views import shared
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import masked, words
from shanhai.webkit.pages import member_required


@member_required("park.view_firms")
def firm(request: Any, code: str) -> HttpResponse:
    """Who is it, what land does it use, and what does it make of it?"""
    return _page(request, queries.firm_of(request.member, code), {})


@require_POST
@member_required("park.view_firms")
def read(request: Any, code: str, period: str) -> HttpResponse:
    """Give the tax of a period to whoever may read it; that they read it goes on the record."""
    one = queries.firm_of(request.member, code)
    figures = figure_queries.figures_for(one, period)
    name = request.POST.get("column", "")[:40]
    value = words.yuan(int(masking.read_masked(figures, FIGURES.code, name, by=request.member) or 0))
    if request.htmx:
        return masked.answer(request, masked.Cell(name, FIGURES.column(name).heading, value=value))
    return masked.kept_nowhere(_page(request, one, {period: value}))


@dataclass(slots=True)
class Line:
    """The figures of a period as the page shows them; ``tax`` is a masked cell or, for the firm itself, its text."""

    period: str
    cells: list[str]
    tax: masked.Cell | None
    tax_said: str
    standing: str
    source: str = field(default="")


def _page(request: Any, one: Firm, shown: dict[str, str]) -> HttpResponse:
    is_own = queries.is_own(request.member, one)
    lines = [_line(request, one, row, is_own, shown) for row in figure_queries.of_firm(one)]
    here, grades = one.pairing_id, grade_queries.history_of(one)
    asked = rounds.answers_of_organisation(one.organisation_id, request.member, one.pairing)[:20]
    wanted = factors.requests_of(request.member, one.pairing).filter(asker_id=one.organisation_id)

    def may(name: str) -> bool:
        return shared.may(request, name, here)

    return render(
        request,
        "park/firm.html",
        {
            "firm": one,
            "finding": _finding(one),
            "came_from": words_of(SIDES, one.came_from) if one.came_from else "",
            "craft": _craft(one),
            "badge": shared.badge(one.grade),
            "policies": grade_pages.policies_for(one),
            "plots": [
                (row, words_of(TENURES, row.tenure))
                for row in one.holdings.select_related("lessor__organisation").order_by("ends_on", "plot")
            ],
            "let": list(one.lettings.filter(ends_on=None).select_related("firm__organisation")),
            "agents": list(one.agencies.filter(ends_on=None).select_related("agent")),
            "spells": list(one.spells.order_by("-begins_on")),
            "items": [FIGURES.column(item.name).heading for item in _SHOWN],
            "lines": lines,
            "grades": grades,
            "grade_chart": grade_pages.history_chart(grades),
            "rulings": _rulings(one),
            "filings": [(answer, words_of(ANSWER_STAGES, answer.stage)) for answer in asked],
            "requests": [(row, FACTOR_STAGES[row.stage]) for row in wanted.order_by("-asked_on", "-pk")[:20]],
            "changes": [_said(change, is_own) for change in figure_queries.changes_of(one)],
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "marks": one.source or one.is_illustrative,
            "history": history(one),
            "is_own": is_own,
            "sheets": shared.sheets(request, here, "agents", "promises", "promise_checks", "objections"),
            "may_change": may("change_firm"),
            "may_report": may("report_figures"),
            "may_plot": may("add_holding"),
            "may_raise": may("raise_above_scale") and one.above_scale_on is None,
            "may_drop": may("drop_below_scale") and one.above_scale_on is not None,
            "may_agent": may("name_agent"),
            "may_rule": may("rule_on_firm"),
            "may_promise": may("promise_land"),
            "may_nominate": may("nominate_plot"),
        },
    )


def _craft(one: Firm) -> str:
    """What its craft is known by, in a line; empty where there is nothing."""
    known = []
    if one.masters_n:
        masters = ngettext("%(n)s master", "%(n)s masters", one.masters_n)
        known.append(masters % {"n": words.num(one.masters_n)})
    if one.heritage:
        known.append(_("heritage of the %s") % words_of(HERITAGE, one.heritage))
    if one.is_gi:
        known.append(_("geographical indication"))
    return " · ".join(known)


_SHOWN = tuple(item for item in rules.ITEMS if item.name != "tax_fen")


def _line(request: Any, one: Firm, row: Figures, is_own: bool, shown: dict[str, str]) -> Line:
    url = reverse("park:figures_read", args=[one.code, row.period])
    cell = masked.cell(
        FIGURES, "tax_fen", row, url=url, member=request.member, value=shown.get(row.period, "")
    )
    own = words.yuan(row.tax_fen) if is_own and row.tax_fen is not None else ""
    cells = [_cell(item, getattr(row, item.name)) for item in _SHOWN]
    return Line(row.period, cells, None if is_own else cell, own, row.standing, row.source)


def _cell(item: rules.Item, value: Any) -> str:
    if value is None:
        return words.NOTHING
    return words.yuan(value) if item.kind == "fen" else words.num(value)


@dataclass(slots=True)
class Said:
    """A correction as the page shows it."""

    at: Any
    period: str
    what: str
    before: str
    after: str
    reason: str
    who: str


def _said(change: FigureChange, is_own: bool) -> Said:
    item = rules.BY_NAME[change.name]
    is_hidden = bool(FIGURES.column(item.name).access) and not is_own

    def text(value: str) -> str:
        if not value:
            return words.NOTHING
        if is_hidden:
            return masked.MASK
        return words.yuan(int(value)) if item.kind == "fen" else words.num(value)

    return Said(
        change.at,
        change.figures.period,
        FIGURES.column(item.name).heading,
        text(change.before),
        text(change.after),
        change.reason,
        change.member.name if change.member else _("The platform"),
    )


def _rulings(one: Firm) -> list[tuple[Any, str, str]]:
    rows = one.rulings.filter(withdrawn_on=None).order_by("-year", "kind")
    return [(row, words_of(RULINGS, row.kind), words_of(CAUSES, row.cause)) for row in rows]


def _finding(one: Firm) -> str:
    if one.left_on is not None:
        return _("%(firm)s left the park on %(day)s.") % {
            "firm": one.name,
            "day": words.day(one.left_on, "year"),
        }
    land = words.mu(one.land_mu)
    if one.tax_per_mu is None:
        return _("%(firm)s uses %(land)s; no grade is published yet.") % {"firm": one.name, "land": land}
    return _("%(firm)s uses %(land)s and pays %(tax)s of tax per mu (%(year)s).") % {
        "firm": one.name,
        "land": land,
        "tax": words.yuan(int(one.tax_per_mu * words.WAN)),
        "year": one.graded_year,
    }
