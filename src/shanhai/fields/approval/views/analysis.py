"""How long cases take, where they wait, and what joint review saved."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shanhai.core import days, sentences
from shanhai.fields.approval import columns
from shanhai.fields.approval.forms.analysis import ComparisonForm, OwnForm
from shanhai.fields.approval.queries import analyses, said
from shanhai.fields.approval.queries import saved as saving
from shanhai.fields.approval.rules.case_words import CLASSES
from shanhai.fields.approval.rules.catalogue import LEVERS
from shanhai.fields.approval.rules.cohorts import By, Class, Comparison
from shanhai.fields.approval.views import flows
from shanhai.webkit import downloads, words
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader


@member_required("approval.view_analysis")
def analysis(request: Any) -> HttpResponse:
    """Do cases take less time than they did, and where does their time go?"""
    pairing = chosen_pairing(request)
    form = ComparisonForm(request.GET or None)
    asked = form.comparison()
    found = for_reader(
        request, "approval.saved", (pairing.pk, asked), lambda: saving.saved(request.member, pairing, asked)
    )
    own = _own(request, pairing)
    context = {
        "finding": finding(found),
        "form": form,
        "saved": found,
        "sides": sides(found),
        "classes": classes(found) if len(found.found.kinds) > 1 else [],
        "levers": levers(found),
        "notes": [sentences.reason(one) for one in found.found.notes],
        "reported": [
            {
                "cut": words.percent(abs(one.change_percent) / 100),
                "what": one.what,
                "source": days.within(one.source),
            }
            for one in found.reported
        ],
        "own": own,
        "own_form": OwnForm(initial=_chosen(request, own), catalogues=own.catalogues),
        "clock_shares": clock_shares(own),
    }
    if own.told:
        context |= flows.flow_context(own.told, own.days)
    return render(request, "approval/analysis.html", context)


def _own(request: Any, pairing: Any) -> analyses.OwnFound:
    wanted = OwnForm.wanted(request.GET)
    return for_reader(
        request,
        "approval.own_flow",
        (pairing.pk, wanted),
        lambda: analyses.own_flow(request.member, pairing, wanted),
    )


def _chosen(request: Any, own: analyses.OwnFound) -> dict[str, str]:
    wanted = OwnForm.wanted(request.GET)
    return {
        "catalogue": own.catalogue, "mode": wanted.mode, "days": wanted.days, "orders": wanted.orders,
    }  # fmt: skip


def clock_shares(own: analyses.OwnFound) -> list[dict[str, Any]]:
    """Of the working days of the cases: those of the government, of the owner, and those granted by law."""
    days = own.calendar_days
    rows = ((_("government"), own.government_days), (_("owner"), own.owner_days),
            (_("granted by law"), days - own.government_days - own.owner_days))  # fmt: skip
    return (
        [{"name": name, "d": n, "most": days, "text": words.percent(n / days)} for name, n in rows]
        if days
        else []
    )


@member_required("approval.view_analysis")
def own_file(request: Any, form: str) -> HttpResponse:
    """What follows what in the own cases, as a table in a file."""
    own = _own(request, chosen_pairing(request))
    return flows.follows_file((own.told or {}).get("directly_follows", []), form, own.days)


@member_required("approval.view_analysis")
def saved_file(request: Any, form: str) -> HttpResponse:
    """The cohorts, class by class, as a table in a file."""
    asked = ComparisonForm(request.GET or None).comparison()
    found = saving.saved(request.member, chosen_pairing(request), asked).found
    heads = [_("Class"), _("Side"), _("Closed cases"), _("Mean wd"), _("Median"), _("p90"), _("Time saved")]
    rows = []
    for kind in found.kinds:
        for name, side, cut in ((_("Baseline"), kind.baseline, None), (_("Cohort"), kind.cohort, kind.cut)):
            told = [round(value, 2) for value in (side.mean, side.median, side.p90)]
            rows.append([kind.kind, name, side.n, *told, None if cut is None else round(cut, 4)])
    return downloads.table(heads, rows, _("time saved"), form)


def finding(one: saving.Saved) -> str:
    """The sentence that leads the page."""
    found = one.found
    if found.cut is None or found.cohort is None or found.baseline is None:
        return _("Nothing can be compared yet: no class of cases has closed on both sides.")
    facts = {
        "cohort": words.num(found.cohort.n),
        "baseline": words.num(found.baseline.n),
        "cut": words.percent(abs(found.cut)),
        "now": words.num(found.cohort.mean, 1),
    }
    if one.asked.by is By.DAY:
        facts["day"] = words.day(one.asked.since, "year") if one.asked.since else words.NOTHING
        if found.cut < 0:
            return (
                _("Cases since %(day)s (%(cohort)s) took %(cut)s longer than those before (%(baseline)s).")
                % facts
            )
        return (
            _("Cases since %(day)s (%(cohort)s) took %(cut)s less time than those before (%(baseline)s).")
            % facts
        )
    if found.cut < 0:
        return (
            _(
                "Joint cases (%(cohort)s) took %(cut)s longer than serial ones of the same class (%(baseline)s)."
            )
            % facts
        )
    return (
        _(
            "Joint cases (%(cohort)s) took %(cut)s less time than serial ones of the same class (%(baseline)s)."
        )
        % facts
    )


def names_of(asked: Comparison) -> tuple[str, str]:
    """What the baseline and the cohort are called."""
    if asked.by is By.DAY:
        return _("before"), _("since")
    return _("serial"), _("joint")


def sides(one: saving.Saved) -> list[dict[str, Any]]:
    """Baseline and cohort as rows; bars are scaled to the longer p90."""
    found = one.found
    if found.baseline is None or found.cohort is None:
        return []
    most = max(found.baseline.p90, found.cohort.p90, 1)
    return [
        {"name": name, "days": days, "most": most, "mean": words.num(days.mean, 1),
         "median": words.num(days.median, 1), "p90": words.num(days.p90, 0)}
        for name, days in zip(names_of(one.asked), (found.baseline, found.cohort), strict=True)
    ]  # fmt: skip


def classes(one: saving.Saved) -> list[dict[str, Any]]:
    """Each class that both sides have."""
    return [
        {"kind": class_said(one, kind.kind), "n": f"{words.num(kind.baseline.n)} / {words.num(kind.cohort.n)}",
         "was": words.num(kind.baseline.mean, 1), "now": words.num(kind.cohort.mean, 1),
         "cut": words.percent(kind.cut, 1)}
        for kind in one.found.kinds
    ]  # fmt: skip


def class_said(one: saving.Saved, kind: str) -> str:
    """A class in words; catalogues and regimes are told by their code."""
    if one.asked.alike is Class.PROJECT:
        return said.words(CLASSES, kind) if kind else _("kind of project not told")
    return kind


def levers(one: saving.Saved) -> list[dict[str, Any]]:
    """What each lever contributed, and what no lever explains."""
    found = one.found
    rows = [
        {"name": columns.words(LEVERS, row.lever), "cases": words.num(row.cases), "is_told": row.saved_wd is not None,
         "days": words.num(row.saved_wd, 1), "share": _share(row.share), "d": row.share or 0}
        for row in found.levers
    ]  # fmt: skip
    if found.rest_wd is None or not found.saved_wd or found.cohort is None:
        return rows
    share = found.rest_wd / found.saved_wd
    rest = {"name": _("way of working, not due to a lever"), "cases": words.num(found.cohort.n), "is_told": True,
            "days": words.num(found.rest_wd, 1), "share": words.percent(share), "d": share}  # fmt: skip
    return [*rows, rest]


def _share(share: float | None) -> str:
    # A share that rounds to nothing has no sign.
    return words.percent(None if share is None else round(share, 2) + 0.0)
