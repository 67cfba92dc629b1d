"""The pipeline: open leads by stage on a board, and how far leads came, each number opening its records."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core.models import Organisation
from shanhai.fields.investment import columns
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.views.leads import REACHED_WORDS, capital, choices, quarter_said, status_of
from shanhai.webkit import downloads, words
from shanhai.webkit.pages import chosen_pairing, member_required

_FIRST = 5
_KEPT = "investment.funnel"
_CUTS = {
    "kind": gettext_lazy("by kind"),
    "introducer": gettext_lazy("by introducer"),
    "quarter": gettext_lazy("by quarter"),
}


@member_required("investment.view_funnel")
def funnel(request: Any) -> HttpResponse:
    """How far do leads come, and where do they wait?"""
    pairing = chosen_pairing(request)
    kind, by = _wanted(request)
    rows = queries.leads_of(request.member, pairing)
    if kind:
        rows = rows.filter(kind=kind)
    whole = next(iter(queries.funnel(rows)), None)
    cuts = queries.funnel(rows, by)
    context = {
        "finding": _finding(whole),
        "steps": _steps(whole, kind),
        "heads": [str(word) for word in REACHED_WORDS.values()],
        "cuts": [_cut_row(one, by, kind, _names(cuts, by)) for one in cuts],
        "cut_words": _CUTS[by],
        "board": [_column(name, found) for name, found in queries.board(rows).items()],
        "kinds": choices(columns.KINDS),
        "chosen": kind,
        "by": by,
        "cut_choices": [(name, str(word)) for name, word in _CUTS.items()],
        "query": urlencode({"kind": kind, "by": by}),
        "standing": _standing(rows),
    }
    return render(request, "investment/funnel.html", context)


@member_required("investment.view_funnel")
def funnel_file(request: Any, form: str) -> HttpResponse:
    """The funnel as a table in a file."""
    kind, by = _wanted(request)
    rows = queries.leads_of(request.member, chosen_pairing(request))
    cuts = queries.funnel(rows.filter(kind=kind) if kind else rows, by)
    names = _names(cuts, by)
    heads = [str(_CUTS[by]), *(str(word) for word in REACHED_WORDS.values()), _("Rejected or transferred"),
             _("Counted investment"), _("Paid in")]  # fmt: skip
    lines = [
        [
            names[one.key],
            *one.steps.values(),
            one.lost,
            words.yuan_exact(one.fen),
            words.yuan_exact(one.paid_fen),
        ]
        for one in cuts
    ]
    return downloads.table(heads, lines, _("pipeline"), form)


def _wanted(request: Any) -> tuple[str, str]:
    """The kind and the cut that are asked for; what was asked last stays."""
    asked = {name: request.GET[name][:20] for name in ("kind", "by") if name in request.GET}
    kept = request.session.get(_KEPT, {}) | asked
    if asked and kept != request.session.get(_KEPT):
        request.session[_KEPT] = kept
    kind, by = kept.get("kind", ""), kept.get("by", "quarter")
    known = {value for value, _en, _zh in columns.KINDS}
    return kind if kind in known else "", by if by in _CUTS else "quarter"


def _finding(whole: queries.Cut | None) -> str:
    if whole is None:
        return _("No leads yet.")
    steps = whole.steps
    facts = {
        "n": words.num(steps["registered"]),
        "signed": words.num(steps["signed"]),
        "started": words.num(steps["started"]),
        "money": words.yuan(whole.paid_fen),
    }
    return (
        _(
            "Of %(n)s leads %(signed)s were signed and %(started)s are building or beyond; %(money)s was paid in."
        )
        % facts
    )


def _leads_at(**wanted: str) -> str:
    return (
        f"{reverse('investment:leads')}?{urlencode({name: value for name, value in wanted.items() if value})}"
    )


def _steps(whole: queries.Cut | None, kind: str) -> list[dict[str, Any]]:
    """The funnel as bars in rows: how many, and what part of those at the step before."""
    if whole is None:
        return []
    found, before = [], None
    for name, n in whole.steps.items():
        found.append(
            {
                "word": REACHED_WORDS[name],
                "n": n,
                "of": whole.steps["registered"],
                "share": words.percent(n / before) if before else "",
                "url": _leads_at(reached=name, kind=kind),
            }
        )
        before = n
    return found


def _cut_row(one: queries.Cut, by: str, kind: str, names: dict[str, str]) -> dict[str, Any]:
    field = {"kind": "kind", "introducer": "introducer", "quarter": "quarter"}[by]
    where = {"kind": kind} | {field: one.key}
    linked = bool(one.key)
    return {
        "name": names[one.key],
        "url": _leads_at(**where) if linked else "",
        "cells": [
            {"n": n, "url": _leads_at(reached=name, **where) if linked and n else ""}
            for name, n in one.steps.items()
        ],
        "fen": one.fen,
        "paid_fen": one.paid_fen,
        "lost": one.lost,
    }


def _names(cuts: list[queries.Cut], by: str) -> dict[str, str]:
    keys = [one.key for one in cuts]
    if by == "kind":
        return {key: capital(columns.words(columns.KINDS, key)) for key in keys}
    if by == "quarter":
        return {key: quarter_said(key) for key in keys}
    found = {one.code: one.name for one in Organisation.objects.filter(code__in=keys)}
    return {key: found.get(key) or _("nobody named") for key in keys}


def _column(name: str, found: list[Any]) -> dict[str, Any]:
    cards = [{"lead": one, "status": status_of(one)} for one in found]
    return {
        "name": capital(columns.words(columns.LEAD_STAGES, name)),
        "n": len(cards),
        "first": cards[:_FIRST],
        "more": len(cards) - _FIRST,
        "url": _leads_at(stage=name),
    }


def _standing(rows: Any) -> str:
    found = set(rows.order_by().values_list("is_illustrative", flat=True).distinct())
    if not found:
        return ""
    return "mixed" if len(found) == 2 else "illustrative" if found == {True} else "reported"
