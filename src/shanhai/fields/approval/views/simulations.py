"""How long cases would take: simulated from stated assumptions, kept and compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shanhai.core import access, days, sentences, tasks
from shanhai.core.models import TaskRun
from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import analysing
from shanhai.fields.approval.forms.simulations import SimulationForm
from shanhai.fields.approval.queries import saved
from shanhai.fields.approval.queries import simulations as queries
from shanhai.fields.approval.rules.catalogue import LEVERS
from shanhai.fields.approval.rules.simulating import Asked, asked_of, state
from shanhai.fields.office.queries import proposals
from shanhai.kernel.refusals import Refused
from shanhai.webkit import downloads, words
from shanhai.webkit.pages import chosen_pairing, member_required, read_again

_AT_WORK = (TaskRun.Stage.WAITING, TaskRun.Stage.RUNNING)
_SHOWN = 100


@member_required("approval.view_analysis")
def simulations(request: Any) -> HttpResponse:
    """What was simulated, how do the answers compare, and what is assumed?"""
    pairing = chosen_pairing(request)
    sources = queries.sources(pairing)
    given = request.POST if request.method == "POST" else (request.GET or None)
    form = SimulationForm(given, sources=sources)
    refusal, assumed = "", []
    try:
        if request.method == "POST" and form.is_valid():
            run = analysing.simulate_cases(pairing, form.source_key(), asked=form.asked(), by=request.member)
            return redirect("approval:simulation", run.pk)
        document = queries.document_of(form.source_key())
        assumed = assumed_said(
            [(one.sentence, dict(one.facts)) for one in state(document, form.asked())], document
        )
    except Refused as refused:
        refusal = sentences.refusal(refused)
    runs = list(queries.simulations_of(request.member, pairing)[:_SHOWN])
    names = {one.key: one.name for one in sources}
    context = {
        "form": form,
        "refusal": refusal,
        "assumed": assumed,
        "rows": [run_row(one, names) for one in runs],
        "finding": list_finding(runs),
        "reported": [
            {
                "cut": words.percent(abs(one.change_percent or Decimal(0)) / 100),
                "source": days.within(one.source),
            }
            for one in proposals.reported_of(request.member, pairing, saved.INDICATOR)
        ],
        "may_simulate": access.may(request.member, "approval.simulate_cases", pairing_id=pairing.pk),
    }
    return render(
        request, "approval/simulations.html", context, status=422 if request.method == "POST" else 200
    )


def list_finding(runs: list[TaskRun]) -> str:
    """The sentence that leads the list: the latest answer."""
    done = [one for one in runs if one.stage == TaskRun.Stage.DONE and (one.result or {}).get("cut")]
    if not done:
        return _("Nothing is simulated yet: choose who reviews, how many come, and which levers are on.")
    found = (done[0].result or {})["cut"]
    return _("Simulated: joint review takes %(cut)s less than serial; no order of work could cut more than %(bound)s.") % {
        "cut": words.percent(found["cut"]), "bound": words.percent(found["bound_cut"]),
    }  # fmt: skip


def run_row(run: TaskRun, names: dict[str, str]) -> dict[str, Any]:
    """A simulation as a row: what was asked beside what came out."""
    asked, result = asked_of(run.args["asked"]), run.result or {}
    cut = result.get("cut") or {}
    return {
        "run": run,
        "name": names.get(run.args["source"], run.args["source"]),
        "asked": asked,
        "said": asked_said(asked),
        "is_done": run.stage == TaskRun.Stage.DONE,
        "is_failed": run.stage == TaskRun.Stage.FAILED,
        "serial": _mean(result.get("serial")),
        "joint": _mean(result.get("joint")),
        "cut": words.percent(cut.get("cut")),
        "ci95": _interval(cut.get("ci95")),
        "bound": words.percent(cut.get("bound_cut")),
        "late": words.percent((result.get("joint") or result.get("serial") or {}).get("late_share"), 1),
    }


def asked_said(asked: Asked) -> str:
    """What was asked, in a line."""
    order = _("first come") if asked.order == "fifo" else _("least slack")
    levers = ", ".join(columns.words(LEVERS, one) for one in asked.levers) or _("no levers")
    return _("%(n)s reviewers, load %(load)s, %(order)s, %(levers)s") % {
        "n": asked.reviewers, "load": words.percent(asked.load), "order": order, "levers": levers,
    }  # fmt: skip


def _mean(side: dict[str, Any] | None) -> str:
    return words.num(side["lead_wd"]["mean"], 1) if side else words.NOTHING


def _interval(ends: list[float] | None) -> str:
    return f"{words.percent(ends[0], 1)} – {words.percent(ends[1], 1)}" if ends else ""


@member_required("approval.view_analysis")
def simulation(request: Any, pk: int) -> HttpResponse:
    """What came out of one simulation?"""
    pairing = chosen_pairing(request)
    run = queries.simulation_of(request.member, pairing, pk)
    is_running = run.stage in _AT_WORK
    if request.htmx and not is_running:
        return read_again()
    is_own = request.member is not None and run.member_id == request.member.pk
    context: dict[str, Any] = {
        "run": run,
        "is_running": is_running,
        "share": 100 * run.done // run.total if run.total else None,
        "url": reverse("approval:simulation", args=[run.pk]),
        "cancel_url": reverse("approval:simulation_cancel", args=[run.pk]) if is_own else "",
    }
    if request.htmx:
        return render(request, "webkit/progress.html", context)
    names = {one.key: one.name for one in queries.sources(pairing)}
    context |= run_row(run, names)
    result = run.result or {}
    document = queries.document_of(run.args["source"])
    departments = department_names(document)
    context |= {
        "finding": finding(run),
        "why": sentences.said(run.refusal["sentence"], run.refusal["facts"]) if run.refusal else "",
        "sides": sides(result),
        "cut_of": result.get("cut"),
        "bound_ci95": _interval((result.get("cut") or {}).get("bound_ci95")),
        "levers": [
            {"name": columns.words(LEVERS, one["lever"]), "days": words.num(one["saved_wd"], 1), "cut": words.percent(one["cut"], 1),
             "ci95": _interval(one["ci95"])}
            for one in result.get("levers", [])
        ],
        "loads": [
            {"name": departments.get(code, code), "text": words.percent(load), "d": load}
            for code, load in list(result.get("loads", {}).items())[:8]
        ],
        "assumed": assumed_said(
            [(one["sentence"], one["facts"]) for one in result.get("assumptions", [])], document
        ),
    }  # fmt: skip
    return render(request, "approval/simulation.html", context)


def department_names(document: Mapping[str, Any]) -> dict[str, str]:
    """The names of the departments of what is simulated, in the reader's language."""
    chinese = words.is_chinese()
    return {
        one["code"]: one["name_zh"] if chinese else (one.get("name_en") or one["name_zh"])
        for one in document.get("departments", [])
    }


def assumed_said(told: Iterable[tuple[str, Mapping[str, Any]]], document: Mapping[str, Any]) -> list[str]:
    """Assumptions in the reader's language: the planner knows departments and levers by their codes only."""
    names = department_names(document) | {code: columns.words(LEVERS, code) for code, _en, _zh in LEVERS}
    said = []
    for sentence, facts in told:
        named = {
            name: re.sub(r"[a-z_]+", lambda code: names.get(code[0], code[0]), str(facts[name]))
            for name in ("staff", "levers")
            if name in facts
        }
        said.append(sentences.said(sentence, {**facts, **named}))
    return said


def finding(run: TaskRun) -> str:
    """The sentence that leads a simulation."""
    result = run.result or {}
    if run.stage != TaskRun.Stage.DONE or not result:
        return {
            TaskRun.Stage.FAILED: _("The simulation was refused."),
            TaskRun.Stage.CANCELLED: _("The simulation was stopped."),
        }.get(TaskRun.Stage(run.stage), _("Cases are being simulated."))
    cut = result.get("cut")
    if not cut:
        side = result.get("joint") or result["serial"]
        return _("Simulated: a case takes %(mean)s working days in the mean.") % {
            "mean": words.num(side["lead_wd"]["mean"], 1)
        }
    facts = {
        "joint": words.num(result["joint"]["lead_wd"]["mean"], 1),
        "serial": words.num(result["serial"]["lead_wd"]["mean"], 1),
        "cut": words.percent(cut["cut"]),
        "bound": words.percent(cut["bound_cut"]),
    }
    return (
        _(
            "Simulated: %(joint)s instead of %(serial)s working days, %(cut)s less; no order of work could cut more than %(bound)s."
        )
        % facts
    )


def sides(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Serial, joint and the bound as rows; bars are scaled to the longest p90."""
    found = [(name, result.get(key)) for name, key in ((_("Serial"), "serial"), (_("Joint"), "joint"))]
    there = [(name, side) for name, side in found if side]
    if not there:
        return []
    most = max(side["lead_wd"]["p90"] for _name, side in there)
    rows = [_row(name, side["lead_wd"], most, words.percent(side["late_share"], 1)) for name, side in there]
    return [*rows, _row(_("Bound: nobody waits in a queue"), there[-1][1]["bound_wd"], most, "")]


def _row(name: str, span: dict[str, Any], most: float, late: str) -> dict[str, Any]:
    ends = span["ci95"]
    return {
        "name": name,
        "d": span["mean"],
        "m": span["median"],
        "most": most,
        "mean": words.num(span["mean"], 1),
        "ci95": f"{words.num(ends[0], 1)} – {words.num(ends[1], 1)}" if ends else "",
        "median": words.num(span["median"], 1),
        "p90": words.num(span["p90"], 1),
        "late": late,
    }


@require_POST
@member_required("approval.simulate_cases")
def cancel(request: Any, pk: int) -> HttpResponse:
    """Stop a simulation."""
    run = queries.simulation_of(request.member, chosen_pairing(request), pk)
    tasks.cancel_task(run, by=request.member)
    return redirect("approval:simulation", pk)


cancel.access = "approval.simulate_cases"  # type: ignore[attr-defined]


@member_required("approval.view_analysis")
def simulations_file(request: Any, form: str) -> HttpResponse:
    """All simulations of the pairing beside one another, as a table in a file."""
    heads = [_("Catalogue"), _("Cases"), _("Reviewers"), _("Load"), _("Taken first"), _("Levers that are on"), _("Seed"),
             _("Serial, wd"), _("Joint, wd"), _("Cut"), _("Cut, low"), _("Cut, high"), _("Bound of the cut"), _("Later than promised")]  # fmt: skip
    rows = []
    for run in queries.simulations_of(request.member, chosen_pairing(request)).filter(
        stage=TaskRun.Stage.DONE
    )[:1000]:
        asked, result = asked_of(run.args["asked"]), run.result or {}
        cut = result.get("cut") or {}
        low, high = cut.get("ci95") or (None, None)
        means = [
            round(result[key]["lead_wd"]["mean"], 2) if result.get(key) else None
            for key in ("serial", "joint")
        ]
        late = (result.get("joint") or result.get("serial") or {}).get("late_share")
        rows.append([run.args["source"], asked.cases, asked.reviewers, asked.load, asked.order, ", ".join(asked.levers), asked.seed,
                     *means, cut.get("cut"), low, high, cut.get("bound_cut"), late])  # fmt: skip
    return downloads.table(heads, rows, _("simulations"), form)
