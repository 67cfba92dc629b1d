"""The coordinator's board: which open case is where, how many days it has, and who holds it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.fields.approval.queries import board as queries
from shanhai.fields.approval.queries import said
from shanhai.fields.approval.rules.board import APPLICANT, RECEIVED, Danger
from shanhai.webkit import downloads, words
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

_FILTERS = ("department", "danger", "catalogue")
_KEPT = "approval.board"
# So many cards of a column stand open: the board shows at one look what is due first. The others fold below them.
_FIRST = 6


@member_required("approval.view_analysis")
def board(request: Any) -> HttpResponse:
    """Which cases are in danger, and whom do I call?"""
    if not any(name in request.GET for name in _FILTERS):
        kept = request.session.get(_KEPT)
        if kept:
            return redirect(f"{request.path}?{urlencode(kept)}")
    wanted = wanted_of(request)
    told = {name: getattr(wanted, name) for name in _FILTERS if getattr(wanted, name)}
    if request.session.get(_KEPT, {}) != told:
        request.session[_KEPT] = told
    found = _board(request)
    shown = [one for one in found.rows if wanted.takes(one)]
    context = {
        "board": found,
        "finding": finding(found),
        "learnt": [learnt_said(one) for one in found.learnt],
        "columns": columns(found, shown),
        "filters": filters(found, wanted),
        "chips": bool(told),
        "n_shown": len(shown),
        "query": urlencode(told),
        "is_full": found.n_open > len(found.rows),
    }
    return render(request, "approval/board.html", context)


@member_required("approval.view_analysis")
def board_file(request: Any, form: str) -> HttpResponse:
    """The board as a table in a file."""
    wanted = wanted_of(request)
    heads = [_("Number"), _("Project"), _("Enterprise"), _("Stage"), _("Deadline"), _("Working days left"), _("How it stands"),
             _("Risk of being late"), _("Not before"), _("Not after"), _("Held by"), _("Item"), _("Item due")]  # fmt: skip
    rows = [
        [one.case.number, one.case.project.name, one.case.enterprise.name, column_said(one.column), one.due_on, one.slack_days,
         DANGERS[one.danger][1](), None if one.risk is None else round(one.risk, 3), one.low, one.high,
         one.holder.name if one.holder else None, one.holder.item if one.holder else None,
         one.holder.due_on if one.holder else None]
        for one in _board(request).rows
        if wanted.takes(one)
    ]  # fmt: skip
    return downloads.table(heads, rows, _("board of cases"), form)


def wanted_of(request: Any) -> queries.Wanted:
    """Which cases the reader wants; a word that is none of the board finds nothing."""
    return queries.Wanted(*(request.GET.get(name, "")[:40] for name in _FILTERS))


def _board(request: Any) -> queries.Board:
    pairing = chosen_pairing(request)
    return for_reader(
        request, "approval.board", (pairing.pk,), lambda: queries.board(request.member, pairing)
    )


# Shape and word of each danger.
DANGERS = {
    Danger.LATE: ("late", lambda: _("Late")),
    Danger.AT_RISK: ("at_risk", lambda: _("At risk")),
    Danger.ON_TRACK: ("on_track", lambda: _("On track")),
    Danger.UNKNOWN: ("not_started", lambda: _("Not told")),
}


def finding(found: queries.Board) -> str:
    """The sentence that leads the board."""
    if not found.rows:
        return _("No case is open.")
    n = Counter(one.danger for one in found.rows)
    holders = Counter(
        one.holder.name for one in found.rows if one.holder and one.danger in (Danger.LATE, Danger.AT_RISK)
    )
    cases = ngettext("%(n)s open case", "%(n)s open cases", found.n_open) % {"n": words.num(found.n_open)}
    facts = {"cases": cases, "late": words.num(n[Danger.LATE]), "risk": words.num(n[Danger.AT_RISK])}
    if not n[Danger.AT_RISK] and not n[Danger.ON_TRACK]:
        return _("%(cases)s: %(late)s late; too little history to tell the risk of the others.") % facts
    if not holders:
        return _("%(cases)s: %(late)s late, %(risk)s at risk of missing the deadline.") % facts
    who, most = holders.most_common(1)[0]
    return _("%(cases)s: %(late)s late, %(risk)s at risk; %(who)s holds %(most)s of these.") % {
        **facts, "who": who, "most": words.num(most),
    }  # fmt: skip


def learnt_said(one: queries.Learnt) -> str:
    """What forecasts of a mode rest on, and how often they held."""
    facts = {"mode": said.words(said.MODES, one.mode), "n": words.num(one.closed)}
    if not one.is_enough or one.tested is None:
        return (
            _(
                "Reviewed %(mode)s: %(n)s cases have closed, too few to learn from (20 are needed); no risk is told."
            )
            % facts
        )
    tested = one.tested
    if tested.held is None:
        return (
            _("Reviewed %(mode)s: learnt from %(n)s closed cases; nothing tells yet how often it holds.")
            % facts
        )
    facts |= {
        "nominal": words.percent(tested.nominal),
        "held": words.percent(tested.held),
        "tests": words.num(tested.n),
    }
    return (
        _(
            "Reviewed %(mode)s: learnt from %(n)s closed cases. Intervals should hold %(nominal)s; of %(tests)s forecasts made "
            "at earlier moments %(held)s held."
        )
        % facts
    )


def column_said(column: str) -> str:
    """The heading of a column."""
    if column == APPLICANT:
        return _("With the applicant")
    if column == RECEIVED:
        return _("Handed in")
    return _("Review, stage %(n)s") % {"n": column.rpartition("-")[2]}


def columns(found: queries.Board, shown: list[queries.Placed]) -> list[dict[str, Any]]:
    """The columns of the board in order, each with its cards; those that no open case stands in are left out."""
    names = {one.column for one in found.rows}
    order = [name for name in (APPLICANT, RECEIVED) if name in names]
    order += sorted(name for name in names if name not in (APPLICANT, RECEIVED))
    return [_column(column_said(name), [_card(one) for one in shown if one.column == name]) for name in order]


def _column(name: str, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """Cards of a column; those that are late or at risk are never folded away."""
    first = [card for n, card in enumerate(cards) if n < _FIRST or card["shape"] in ("late", "at_risk")]
    return {
        "name": name,
        "n": len(cards),
        "first": first,
        "others": [card for card in cards if card not in first],
    }


def _card(one: queries.Placed) -> dict[str, Any]:
    shape, word = DANGERS[one.danger]
    told = word()
    if one.danger in (Danger.AT_RISK, Danger.ON_TRACK):
        told = _("Risk %(share)s") % {"share": words.percent(one.risk)}
    ends = None
    if one.low is not None and one.high is not None and one.danger is not Danger.UNKNOWN:
        ends = _("ends %(low)s to %(high)s") % {"low": words.day(one.low), "high": words.day(one.high)}
    return {"row": one, "shape": shape, "word": told, "ends": ends, "is_told": one.due_on is not None}


def filters(found: queries.Board, wanted: queries.Wanted) -> list[dict[str, Any]]:
    """The choices of the board: only what stands on it, each with how many cases."""
    names: dict[str, str] = {}
    held: Counter[str] = Counter()
    for one in found.rows:
        held.update(one.departments)
        if one.holder is not None:
            names[one.holder.department] = one.holder.name
    n = Counter(str(one.danger) for one in found.rows)
    catalogues = Counter(one.case.catalogue.catalogue.code for one in found.rows)
    told = {one.case.catalogue.catalogue.code: one.case.catalogue.catalogue.name for one in found.rows}
    return [
        _filter("department", _("Department"), wanted.department,
                [(code, names.get(code, code), held[code]) for code in sorted(held, key=lambda one: (-held[one], one))]),
        _filter("danger", _("Risk"), wanted.danger,
                [(str(one), word(), n[str(one)]) for one, (_shape, word) in DANGERS.items() if n[str(one)]]),
        _filter("catalogue", _("Catalogue"), wanted.catalogue,
                [(code, told[code], catalogues[code]) for code in sorted(catalogues)]),
    ]  # fmt: skip


def _filter(name: str, label: str, chosen: str, choices: list[tuple[str, str, int]]) -> dict[str, Any]:
    return {"name": name, "label": label, "chosen": chosen, "choices": choices}
