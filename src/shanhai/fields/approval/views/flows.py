"""How cases ran, drawn and in tables: of this zone, and of logs that members bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shanhai.core import access, sentences, tasks
from shanhai.core.actions import documents
from shanhai.core.models import TaskRun
from shanhai.fields.approval.actions import analysing
from shanhai.fields.approval.forms.analysis import LogForm
from shanhai.fields.approval.queries import analyses
from shanhai.kernel.refusals import Refused
from shanhai.planners.flow_picture import FlowPicture, Line, draw_flow
from shanhai.webkit import downloads, words
from shanhai.webkit.pages import chosen_pairing, member_required, read_again

_AT_WORK = (TaskRun.Stage.WAITING, TaskRun.Stage.RUNNING)
_MOST_ROWS = 15
_MOST_RULES = 30
_MOST_LABELS = 16


Said = Callable[[float | None], str]
_DAY_S = 86_400


def _length_of(days: str) -> Said:
    return working_days if days == analyses.WORKING else length


def length(seconds: float | None) -> str:
    """A length of time in the unit in which people say it, by the calendar."""
    if seconds is None:
        return words.NOTHING
    for size, sentence in ((86_400, _("%(n)s days")), (3_600, _("%(n)s hours")), (60, _("%(n)s minutes"))):
        if seconds >= size:
            n = seconds / size
            return sentence % {"n": words.num(n, 0 if n >= 100 else 1)}
    return _("%(n)s seconds") % {"n": words.num(seconds, 0)}


def working_days(seconds: float | None) -> str:
    """A length of time that was counted in working days of 24 hours."""
    if seconds is None:
        return words.NOTHING
    n = seconds / _DAY_S
    return _("%(n)s wd") % {"n": words.num(n, 0 if n >= 100 or n == int(n) else 1)}


def flow_context(told: Mapping[str, Any], days: str = analyses.CALENDAR) -> dict[str, Any]:
    """What ``approval/_flow.html`` shows of an analysis whose times were counted in such days."""
    length = _length_of(days)
    follows = told["directly_follows"]
    picture = draw_flow(
        {one["name"]: one["events"] for one in told["steps"]},
        {(one["from"], one["to"]): one["count"] for one in follows},
    )
    medians = {(one["from"], one["to"]): one["median_s"] for one in follows}
    most = max((one["total_s"] for one in told["bottlenecks"]), default=1) or 1
    since = sum(one["since_s"] for one in told["steps"]) or 1
    return {
        "told": told,
        "lead": {name: length(told["lead_time"][f"{name}_s"]) for name in ("mean", "median", "p90")},
        "rework": words.percent(told["reworked_cases"] / told["cases"]) if told["cases"] else words.NOTHING,
        "picture": _drawn(picture, medians, length),
        "bottlenecks": [
            {**one, "median": length(one["median_s"]), "all": length(one["total_s"]), "d": one["total_s"], "most": most}
            for one in told["bottlenecks"]
        ],
        "steps": [
            {**one, "mean": length(one["since_s"] / one["events"]), "share": words.percent(one["since_s"] / since),
             "d": one["since_s"], "most": since,
             "work": length(one["working"]["median_s"]) if one["working"] else "",
             "wait": length(one["waiting"]["median_s"]) if one["waiting"] else ""}
            for one in sorted(told["steps"], key=lambda one: -one["since_s"])[:_MOST_ROWS]
        ],
        "follows": [{**one, "median": length(one["median_s"]), "mean": length(one["mean_s"])} for one in follows[:_MOST_RULES]],
        "paths": [
            {"cases": one["cases"], "text": " → ".join(one["activities"]) + (" …" if one["length"] > len(one["activities"]) else "")}
            for one in told["paths"]
        ],
        "unread": [sentences.said(one["sentence"], one["facts"]) for one in told["unread"]],
        "potential": _potential(told, length),
        "no_potential": sentences.said(told["no_potential"]["sentence"], told["no_potential"]["facts"])
        if told["no_potential"]
        else "",
    }  # fmt: skip


def _potential(told: Mapping[str, Any], length: Said) -> dict[str, Any] | None:
    found = told["potential"]
    if not found:
        return None
    now = found["median_s_now"] or 1
    return {
        "rows": [
            {"name": name, "text": length(found[key]), "d": found[key], "most": now}
            for name, key in (
                (_("As it was"), "median_s_now"),
                (_("In joint review"), "median_s_joint"),
                (_("No order can beat"), "median_s_bound"),
            )
        ],
        "cut": words.percent(found["cut"]),
        "cut_of_means": words.percent(found["cut_of_means"]),
        "gains": [
            {"name": one["activity"], "text": length(one["gain_s"]), "share": words.percent(one["share"]), "d": one["share"]}
            for one in found["gains"][:_MOST_ROWS]
        ],
        "rules": found["order_rules"][:_MOST_RULES],
        "n_rules": found["n_rules"],
        "n_shown": min(found["n_rules"], _MOST_RULES),
        "notes": [sentences.said(one["sentence"], one["facts"]) for one in found["notes"]],
    }  # fmt: skip


def _drawn(picture: FlowPicture, medians: Mapping[tuple[str, str], float], length: Said) -> dict[str, Any]:
    """The picture as the template draws it: paths through their points, labels where most goes."""
    told = sorted(picture.lines, key=lambda one: -one.count)[:_MOST_LABELS]
    labels = {(one.before, one.after) for one in told}
    return {
        "width": picture.width,
        "height": picture.height,
        "boxes": [
            {"box": one, "name": _short(one.name), "count": words.num(one.count)} for one in picture.boxes
        ],
        "lines": [
            {
                "line": one,
                "d": _path(one),
                "w": f"{1 + 3 * one.weight:.1f}",
                "title": f"{one.before} → {one.after}: {words.num(one.count)}, {length(medians[one.before, one.after])}",
                "label": _label(one, medians[one.before, one.after], length)
                if (one.before, one.after) in labels
                else "",
                "x": (one.points[0][0] + one.points[1][0]) // 2,
                "y": (one.points[0][1] + one.points[1][1]) // 2 + 4,
            }
            for one in picture.lines
        ],
        "left_out": picture.left_out,
    }


def _label(line: Line, median_s: float, length: Said) -> str:
    """How often, and after how long; what follows at the same time is not told as a time."""
    return f"{words.num(line.count)} · {length(median_s)}" if median_s else words.num(line.count)


def _short(name: str) -> str:
    width = 0
    for n, sign in enumerate(name):
        width += 2 if ord(sign) > 0x2E7F else 1
        if width > 24:
            return name[:n] + "…"
    return name


def _path(line: Line) -> str:
    (x, y), *rest = line.points
    parts = [f"M{x} {y}"]
    for to_x, to_y in rest:
        middle = (y + to_y) // 2
        parts.append(f"C{x} {middle} {to_x} {middle} {to_x} {to_y}")
        x, y = to_x, to_y
    return " ".join(parts)


# -- logs that members bring ---------------------------------------------------------------------------------------


@member_required("approval.view_analysis")
def logs(request: Any) -> HttpResponse:
    """Which logs did I have analysed, and how do I bring another?"""
    pairing = chosen_pairing(request)
    form = LogForm(request.POST or None, request.FILES or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            run = analysing.analyse_log(
                pairing,
                form.cleaned_data["log"],
                file_name=form.cleaned_data["log"].name,
                columns=form.columns(),
                rule=form.rule(),
                by=request.member,
            )
        except Refused as refused:
            refusal = sentences.refusal(refused)
        else:
            return redirect("approval:log", run.pk)
    runs = list(analyses.runs_of(request.member)[:50])
    context = {
        "form": form,
        "refusal": refusal,
        "runs": [_run_row(one) for one in runs],
        "may_bring": access.may(request.member, "approval.analyse_log", pairing_id=pairing.pk),
        "limit_mb": documents.limit_bytes() // 2**20,
        "finding": _(
            "Bring a log of approvals: see how its cases ran and what joint review would have taken."
        )
        if not runs
        else _("%(n)s logs were analysed for you; bring another.") % {"n": words.num(len(runs))},
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "approval/logs.html", context, status=status)


def _run_row(run: TaskRun) -> dict[str, Any]:
    shape, word = {
        TaskRun.Stage.DONE: ("done", _("Done")),
        TaskRun.Stage.FAILED: ("late", _("Not analysed")),
        TaskRun.Stage.CANCELLED: ("paused", _("Cancelled")),
    }.get(TaskRun.Stage(run.stage), ("not_started", _("At work")))
    result = run.result or {}
    found = result.get("potential") or {}
    return {
        "run": run,
        "name": run.facts.get("file", ""),
        "shape": shape,
        "word": word,
        "cases": result.get("cases"),
        "events": result.get("events"),
        "cut": words.percent(found["cut"]) if found else words.NOTHING,
    }


@member_required("approval.view_analysis")
def log(request: Any, pk: int) -> HttpResponse:
    """What does this log say?"""
    run = analyses.run_of(request.member, pk)
    is_running = run.stage in _AT_WORK
    if request.htmx and not is_running:
        return read_again()
    context: dict[str, Any] = {
        "run": run,
        "name": run.facts.get("file", ""),
        "is_running": is_running,
        "share": 100 * run.done // run.total if run.total else None,
        "url": reverse("approval:log", args=[run.pk]),
        "cancel_url": reverse("approval:log_cancel", args=[run.pk]),
    }
    if request.htmx:
        return render(request, "webkit/progress.html", context)
    if run.stage == TaskRun.Stage.DONE:
        context |= flow_context(run.result or {})
    context["finding"] = log_finding(run)
    context["why"] = sentences.said(run.refusal["sentence"], run.refusal["facts"]) if run.refusal else ""
    return render(request, "approval/log.html", context)


def log_finding(run: TaskRun) -> str:
    """The sentence that leads the page of a log."""
    if run.stage != TaskRun.Stage.DONE or not run.result:
        return {
            TaskRun.Stage.FAILED: _("The log could not be analysed."),
            TaskRun.Stage.CANCELLED: _("The analysis was stopped."),
        }.get(TaskRun.Stage(run.stage), _("The log is being analysed."))
    told = run.result
    facts = {"cases": words.num(told["cases"]), "median": length(told["lead_time"]["median_s"])}
    if not told["potential"]:
        return _("%(cases)s cases took %(median)s in the median.") % facts
    facts["cut"] = words.percent(told["potential"]["cut"])
    return (
        _("%(cases)s cases took %(median)s in the median; side by side they would have taken %(cut)s less.")
        % facts
    )


@require_POST
@member_required("approval.analyse_log")
def log_cancel(request: Any, pk: int) -> HttpResponse:
    """Stop the analysis."""
    tasks.cancel_task(analyses.run_of(request.member, pk), by=request.member)
    return redirect("approval:log", pk)


@member_required("approval.view_analysis")
def log_file(request: Any, pk: int, form: str) -> HttpResponse:
    """What follows what in a log, as a table in a file."""
    run = analyses.run_of(request.member, pk)
    return follows_file((run.result or {}).get("directly_follows", []), form)


def follows_file(follows: list[dict[str, Any]], form: str, days: str = analyses.CALENDAR) -> HttpResponse:
    """What follows what, as a table in a file; times in seconds, or in the working days in which they were counted."""
    heads = [_("Step"), _("Next step"), _("Times"), _("Mean, s"), _("Median, s"), _("p90, s"), _("In all, s")]
    per = 1
    if days == analyses.WORKING:
        heads[3:], per = [_("Mean, wd"), _("Median, wd"), _("p90, wd"), _("In all, wd")], _DAY_S
    times = ("mean_s", "median_s", "p90_s", "total_s")
    rows = (
        [one["from"], one["to"], one["count"], *(round(one[name] / per, 3) for name in times)]
        for one in follows
    )
    return downloads.table(heads, rows, _("what follows what"), form)


log_cancel.access = "approval.analyse_log"  # type: ignore[attr-defined]
