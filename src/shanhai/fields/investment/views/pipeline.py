"""The board of projects, those that stand still, and the weekly ledger."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock
from shanhai.core.models.base import in_language
from shanhai.core.sheets import exporting
from shanhai.fields.investment import columns
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import ledger as ledgers
from shanhai.fields.investment.queries import pipeline as queries
from shanhai.fields.investment.queries import projects
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.investment.views.leads import capital
from shanhai.fields.office.queries import said as office_words
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

_DONE = ("producing", "above_scale", "at_capacity")


def stage_said(stage: str) -> str:
    """A stage as it stands alone."""
    return capital(columns.words(columns.STAGES, stage)) if stage else words.NOTHING


def list_said(one: rules.StallList) -> str:
    """One of the lists of projects that stand still, as it stands alone."""
    return capital(in_language(one.zh, one.en))


def _sums(rows: Any) -> str:
    """The mark of a panel over some projects."""
    found = set(rows.order_by().values_list("is_illustrative", flat=True).distinct())
    if not found:
        return ""
    return "mixed" if len(found) == 2 else "illustrative" if found == {True} else "reported"


# -- the board -----------------------------------------------------------------------------------------------------


@member_required("investment.view_board")
def board(request: Any) -> HttpResponse:
    """How far are the projects, and which of them stand still?"""
    pairing, today = chosen_pairing(request), clock.today()
    rows = projects.projects_of(request.member, pairing)
    side = _side(request)
    if side:
        rows = rows.filter(stands_side=side)
    figures = queries.figures(pairing, rules.STALL_DAYS, rules.ATTRIBUTION)
    table = figures[rules.STALL_DAYS]
    found = queries.board(rows, table, today)
    lists = queries.lists_of(rows, table, today)
    parts = queries.by_side(rows.exclude(stage="dropped"), figures[rules.ATTRIBUTION])
    context = {
        "finding": _board_finding(found, lists),
        "columns": [_column(one, table, today) for one in found],
        "lists": _lists(lists, table),
        "parts": _parts(parts),
        "rule": figures[rules.ATTRIBUTION],
        "total_n": sum(part.n for part in parts),
        "total_fen": int(sum(part.fen for part in parts)),
        "sides": [(value, columns.words(columns.SIDES, value)) for value, _en, _zh in columns.SIDES],
        "chosen": side,
        "standing": _sums(rows),
    }
    return render(request, "investment/board.html", context)


def _side(request: Any) -> str:
    """The side on whose land projects stand that is asked for; what was asked last stays."""
    kept = request.session.get("investment.board", "")
    asked = request.GET.get("side", kept)[:10]
    asked = asked if asked in rules.SIDES else ""
    if asked != kept:
        request.session["investment.board"] = asked
    return str(asked)


def _board_finding(found: list[queries.Column], lists: dict[str, tuple[int, int]]) -> str:
    n = sum(one.n for one in found)
    if not n:
        return _("No projects yet.")
    whole = ngettext("%(n)s project", "%(n)s projects", n) % {"n": words.num(n)}
    stalled = sum(count for count, _open in lists.values())
    if not stalled:
        return _("%(whole)s; none stands still.") % {"whole": whole}
    most = max(rules.LISTS, key=lambda one: lists[one.stage][0])
    facts = {
        "whole": whole,
        "n": words.num(stalled),
        "list": in_language(most.zh, most.en),
        "most": words.num(lists[most.stage][0]),
        "open": words.num(sum(unsaid for _count, unsaid in lists.values())),
    }
    return (
        _("%(whole)s; %(n)s stand still, most of them %(list)s (%(most)s); %(open)s nobody has explained.")
        % facts
    )


def _column(one: queries.Column, table: dict[str, int], today: date) -> dict[str, Any]:
    return {
        "name": stage_said(one.stage),
        "n": one.n,
        "fen": one.fen,
        "stalled": one.stalled,
        "cards": [
            {"project": row, "over": rules.days_over(row.stage, row.stage_on, table, today)}
            for row in one.first
        ],
        "more": one.n - len(one.first),
        "url": f"{reverse('investment:projects')}?stage={one.stage}",
        "stalled_url": f"{reverse('investment:stalled')}?list={one.stage}",
    }


def _lists(found: dict[str, tuple[int, int]], table: dict[str, int]) -> list[dict[str, Any]]:
    """The five lists with their parts, and how many of each nobody has explained."""
    told = []
    for five, en, zh in rules.FIVE:
        parts = [one for one in rules.LISTS if one.five == five]
        told.append(
            {
                "name": capital(in_language(zh, en)),
                "n": sum(found[one.stage][0] for one in parts),
                "open": sum(found[one.stage][1] for one in parts),
                "url": f"{reverse('investment:stalled')}?list={five}",
                "days": table.get(parts[0].stage) if len(parts) == 1 else None,
                "parts": [
                    {
                        "name": list_said(one),
                        "n": found[one.stage][0],
                        "open": found[one.stage][1],
                        "days": table.get(one.stage),
                        "url": f"{reverse('investment:stalled')}?list={one.stage}",
                    }
                    for one in parts
                ]
                if len(parts) > 1
                else [],
            }
        )
    return told


def _parts(parts: list[queries.Part]) -> list[dict[str, Any]]:
    total = sum(part.n for part in parts)
    return [
        {
            "side": part.side,
            "name": capital(columns.words(columns.SIDES, part.side)),
            "n": part.n,
            "of": total,
            "fen": int(part.fen),
        }
        for part in parts
    ]


# -- those that stand still ----------------------------------------------------------------------------------------


def _explained(rows: Any, text: str) -> Any:
    return rows.filter(measure_due_on=None) if text == "no" else rows.exclude(measure_due_on=None)


def _list_choices(_request: Any) -> list[tuple[str, str]]:
    fives = [(five, capital(in_language(zh, en))) for five, en, zh in rules.FIVE]
    parts = [(str(one.stage), list_said(one)) for one in rules.LISTS if one.five == rules.FIVE[0][0]]
    return [*fives[:1], *parts, *fives[1:]]


def _over(row: Any) -> int:
    return int(row.over)


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    """The list as it is filtered, with the columns of the register: it comes back with what is done."""
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(columns.STALLS, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
    return downloads.sheet(file, f"{columns.STALLS.name}.{form}", form)


STALLED = Table(
    code="investment.stalled",
    columns=(
        Column(
            "name",
            gettext_lazy("Project"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.enterprise.name,
            stack="full",
        ),
        Column("list", gettext_lazy("List"), value=lambda row: list_said(rules.BY_STAGE[row.stage])),
        Column(
            "stage_on",
            gettext_lazy("Since"),
            kind="date",
            sort=("stage_on",),
            index="project_zone_since",
        ),
        Column("over", gettext_lazy("Days over"), kind="number", value=_over, phone_heading=True),
        Column(
            "unit",
            gettext_lazy("Whose business"),
            value=lambda row: row.note.unit.name if row.note else words.NOTHING,
            second=lambda row: row.note.unit.organisation.name if row.note else "",
            stack="hide-s",
        ),
        Column(
            "reason",
            gettext_lazy("Why, and what is done"),
            value=lambda row: row.note.reason if row.note else _("nobody has said"),
            second=lambda row: row.note.measure if row.note else "",
            stack="full",
        ),
        Column(
            "due",
            gettext_lazy("To be done by"),
            kind="due",
            value=lambda row: (row.note.due_on, False) if row.note else (None, True),
        ),
        Column("investment_fen", gettext_lazy("Total investment"), kind="money_fen", stack="hide-s"),
    ),
    filters=(
        Filter("list", gettext_lazy("List"), choices=_list_choices, apply=queries.on_list),
        Filter(
            "explained",
            gettext_lazy("Explained"),
            choices=(("no", gettext_lazy("nobody has said why")), ("yes", gettext_lazy("explained"))),
            apply=_explained,
        ),
        Filter("q", gettext_lazy("Name or code"), kind="search", apply=projects.named),
    ),
    export=_export,
    default_sort="stage_on",
    empty=(
        gettext_lazy("No project stands still."),
        gettext_lazy("Each is within the days that the rulebook gives its stage."),
    ),
    begin=lambda rows: _begin(rows),
)


def _begin(rows: Any) -> None:
    """Each row with the note that holds of it, and by how many days it is over; two statements for the page."""
    queries.with_notes(rows)
    table = queries.figure(rows[0].pairing, rules.STALL_DAYS) if rows else {}
    for row in rows:
        row.over = rules.days_over(row.stage, row.stage_on, table, clock.today())


@member_required("investment.view_board")
def stalled(request: Any) -> HttpResponse:
    """Which projects stand still, whose business are they, and what is done?"""
    pairing, today = chosen_pairing(request), clock.today()
    table = queries.figure(pairing, rules.STALL_DAYS)
    rows = projects.projects_of(request.member, pairing)
    lists = queries.lists_of(rows, table, today)
    found = queries.with_explained(rows.filter(queries.stalled_where(table, today)))
    context = {
        "finding": _stalled_finding(lists),
        "days": _days_said(table),
        "may_import": access.may(request.member, columns.STALLS.write_access, pairing_id=pairing.pk),
    }
    return listing.render(request, "investment/stalled.html", STALLED, found, context)


def _stalled_finding(lists: dict[str, tuple[int, int]]) -> str:
    n = sum(count for count, _open in lists.values())
    if not n:
        return _("No project stands still.")
    unsaid = sum(one for _count, one in lists.values())
    whole = ngettext("%(n)s project stands still", "%(n)s projects stand still", n) % {"n": words.num(n)}
    if not unsaid:
        return _("%(whole)s; of each it is said why, and what is done.") % {"whole": whole}
    tail = ngettext("of %(n)s nobody has said why", "of %(n)s nobody has said why", unsaid)
    return _("%(whole)s; %(tail)s.") % {"whole": whole, "tail": tail % {"n": words.num(unsaid)}}


def _days_said(table: dict[str, int]) -> list[tuple[str, int]]:
    return [(list_said(one), int(table[one.stage])) for one in rules.LISTS if one.stage in table]


# -- the weekly ledger ---------------------------------------------------------------------------------------------

HEADINGS = {
    "moved": gettext_lazy("Came to another stage"),
    "paid": gettext_lazy("Capital paid in"),
    "asked": gettext_lazy("Factors asked for"),
    "granted": gettext_lazy("Factors granted"),
    "stalled": gettext_lazy("Began to stand still"),
    "explained": gettext_lazy("Explained"),
}


def line_said(line: ledgers.Line) -> tuple[str, str]:
    """What a line of the ledger says, and the remark beside it."""
    row = line.row
    if line.what == "moved":
        to = stage_said(row.to)
        told = f"{stage_said(row.came_from)} → {to}" if row.came_from else _("registered: %s") % to
        return told, row.reason or row.paper or row.cause
    if line.what == "paid":
        return words.yuan(row.amount_fen), row.evidence
    if line.what in ("asked", "granted"):
        request = row if line.what == "asked" else row.request
        return office_words.amount(
            row.quantity, request.measure
        ), f"{request.number} · {request.fulfiller.name}"
    if line.what == "stalled":
        return list_said(rules.BY_STAGE[row.stage]), ""
    return row.reason, f"{row.measure} · {row.unit.name} · {words.day(row.due_on, 'year')}"


@member_required("investment.view_board")
def ledger(request: Any) -> HttpResponse:
    """What happened with the projects this week?"""
    found = ledgers.week(
        request.member, chosen_pairing(request), request.GET.get("week", "")[:10], clock.today()
    )
    context = {
        "ledger": found,
        "finding": _ledger_finding(found),
        "parts": [
            (str(HEADINGS[what]), [(line, *line_said(line)) for line in found.lines[what]])
            for what in ledgers.WHAT
        ],
        "is_empty": not any(found.lines.values()),
        "standing": _mark(found),
    }
    return render(request, "investment/ledger.html", context)


def _mark(found: ledgers.Ledger) -> str:
    marks = {line.project.is_illustrative for lines in found.lines.values() for line in lines if line.project}
    return (
        "" if not marks else "mixed" if len(marks) == 2 else "illustrative" if True in marks else "reported"
    )


@member_required("investment.view_board")
def ledger_file(request: Any, form: str) -> HttpResponse:
    """The ledger of a week as a file."""
    found = ledgers.week(
        request.member, chosen_pairing(request), request.GET.get("week", "")[:10], clock.today()
    )
    heads = [_("What"), _("On"), _("Number"), _("Project"), _("Enterprise"), _("How"), _("Remark")]
    lines = []
    for what in ledgers.WHAT:
        for line in found.lines[what]:
            project: Project | None = line.project
            own = (project.number, project.name, project.enterprise.name) if project else ("", "", "")
            lines.append([str(HEADINGS[what]), line.on, *own, *line_said(line)])
    return downloads.table(heads, lines, _("project ledger %s") % found.week, form)


def _ledger_finding(found: ledgers.Ledger) -> str:
    week = _("Week %(week)s of %(year)s") % {"week": int(found.week[6:]), "year": found.week[:4]}
    if not any(found.lines.values()):
        return _("%(week)s: nothing happened with the projects.") % {"week": week}
    moved = ngettext("%(n)s step", "%(n)s steps", found.n("moved")) % {"n": words.num(found.n("moved"))}
    facts = {
        "week": week,
        "moved": moved,
        "money": words.yuan(found.paid_fen),
        "asked": words.num(found.n("asked")),
        "granted": words.num(found.n("granted")),
        "stalled": words.num(found.n("stalled")),
    }
    return (
        _(
            "%(week)s: %(moved)s, %(money)s paid in, %(asked)s factors asked for and %(granted)s granted; %(stalled)s began to stand still."
        )
        % facts
    )
