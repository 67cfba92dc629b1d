"""What the page of a project shows of its way: the log, what the next step lacks, who serves it, what it promised, whose it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shanhai.core import access, clock, undo
from shanhai.core.actions import documents
from shanhai.core.models import Document
from shanhai.core.models.base import in_language
from shanhai.fields.investment import columns, rules
from shanhai.fields.investment.actions import capacity as capacity_actions
from shanhai.fields.investment.actions import project_steps, service_teams, stalls
from shanhai.fields.investment.forms import pipeline as forms
from shanhai.fields.investment.models import CapacityCheck, Project
from shanhai.fields.investment.queries import capacity, evidence, pipeline, projects
from shanhai.fields.investment.rules import pipeline as pipeline_rules
from shanhai.fields.investment.views.lead_forms import units_of
from shanhai.fields.investment.views.leads import capital
from shanhai.fields.investment.views.pipeline import list_said, stage_said
from shanhai.fields.office.queries import factors
from shanhai.fields.office.queries.said import FACTOR_STAGES
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.webkit import undo as offers
from shanhai.webkit import words
from shanhai.webkit.pages import member_required

Stage = rules.ProjectStage


def fact_said(name: str) -> str:
    """What a fact that a stage asks for is called."""
    register = columns.PROJECTS
    if name in {column.name for column in register.columns}:
        return str(register.column(name).heading)
    return {
        pipeline_rules.PAPER: _("the paper that shows it"),
        pipeline_rules.SCALE: _("its enterprise above scale"),
        pipeline_rules.CHECKED: _("a check of its promises"),
    }[name]


def context_of(request: Any, one: Project) -> dict[str, Any]:
    """All that the page shows of the way of a project."""
    member, here = request.member, one.pairing_id
    figures = pipeline.figures(
        one.pairing, pipeline_rules.FACTS, pipeline_rules.STALL_DAYS, pipeline_rules.ATTRIBUTION
    )
    over = pipeline.days_over(one, figures[pipeline_rules.STALL_DAYS])
    team = pipeline.team_of(one)
    steps = pipeline.steps_of(one)
    return {
        "way": [stage_said(stage) for stage in rules.ORDER],
        "way_at": rules.ORDER.index(Stage(one.stage)) if one.stage != Stage.DROPPED else -1,
        "next": _next(one, figures[pipeline_rules.FACTS]),
        "steps": _steps(member, steps),
        "may_add_papers": _may(member, "add_step_papers", here),
        "may_take_back": bool(steps) and _fresh(steps) and _may(member, "take_back_step", here),
        "over": over,
        "stall_list": list_said(pipeline_rules.BY_STAGE[one.stage]) if over else "",
        "note": pipeline.note_of(one) if over else None,
        "may_note": bool(over) and _may(member, "note_stall", here),
        "team": [(row, _team_side(row.side), _task(row.task)) for row in team],
        "team_gaps": _gaps(team),
        "may_team": _may(member, "join_team", here),
        "requests": [(row, capital(str(FACTOR_STAGES[row.stage]))) for row in factors.about(member, one)],
        "ask_url": f"{reverse('office:factor_ask')}?kind=investment.project&id={one.pk}"
        if access.may(member, "office.ask", pairing_id=here)
        else "",
        "attribution": _attribution(one, figures[pipeline_rules.ATTRIBUTION]),
        "promises": _promises(one, member),
        "may_check": one.stage in ("producing", "above_scale", "at_capacity")
        and _may(member, "check_promises", here),
    }


def _may(member: Any, name: str, pairing_id: int) -> bool:
    return access.may(member, f"investment.{name}", pairing_id=pairing_id)


def _next(one: Project, table: dict[str, list[str]]) -> dict[str, Any] | None:
    if pipeline.is_over(one):
        return None
    to = rules.ORDER[rules.ORDER.index(Stage(one.stage)) + 1]
    lacking = pipeline_rules.missing(pipeline.known(one), table, one.stage, to)
    return {"name": stage_said(to), "missing": [fact_said(name) for name in lacking]}


def _steps(member: Any, steps: list[Any]) -> list[dict[str, Any]]:
    """The log, latest first, each step with its place from 1 and what shows it."""
    hung = evidence.papers_on(member, steps)
    return [
        _step(step, place, hung.get(step.pk, []))
        for place, step in zip(range(len(steps), 0, -1), steps, strict=True)
    ]


def _step(step: Any, place: int, papers: list[Document]) -> dict[str, Any]:
    return {
        "row": step,
        "place": place,
        "pictures": [one for one in papers if evidence.is_picture(one)],
        "papers": [one for one in papers if not evidence.is_picture(one)],
        "from": stage_said(step.came_from) if step.came_from else "",
        "to": stage_said(step.to),
        "who": step.member.name if step.member else _("The platform"),
    }


def _fresh(steps: list[Any]) -> bool:
    last = next((step for step in steps if step.taken_back_at is None), None)
    is_plain = last is not None and last.came_from and not last.cause
    return bool(is_plain and clock.now() <= undo.until(last.at))  # type: ignore[union-attr]


def _team_side(side: str) -> str:
    return columns.words(columns.SIDES, side) if side in pipeline_rules.SIDES else _("the enterprise")


def _task(task: str) -> str:
    return columns.words(columns.TASKS, task)


def _gaps(team: list[Any]) -> list[str]:
    said_of = {
        pipeline_rules.Task.LEADS: _("somebody who leads it"),
        "mountain": _("somebody of the mountain side"),
        "sea": _("somebody of the sea side"),
    }
    return [said_of[gap] for gap in pipeline_rules.team_gaps((one.side, one.task) for one in team)]


def _attribution(one: Project, rule: dict[str, int]) -> list[dict[str, Any]]:
    of = pipeline_rules.weights(rule, one.introducer_side, one.stands_side)
    total = sum(of.values())
    return [
        {
            "side": side,
            "name": columns.words(columns.SIDES, side),
            "percent": words.percent(weight / total),
            "why": _why(one, side),
        }
        for side, weight in sorted(of.items())
    ]


def _why(one: Project, side: str) -> str:
    if not one.introducer_side and not one.stands_side:
        return _("neither is known, so each has half")
    if one.introducer_side == side == one.stands_side:
        return _("introduced it; it stands there")
    return _("introduced it") if one.introducer_side == side else _("it stands there")


def _promises(one: Project, member: Any) -> dict[str, Any] | None:
    checks = capacity.checks_of(one)
    if not checks and all(value is None for name, value in one.promised.items() if name != "investment_fen"):
        return None
    last = checks[0] if checks else None
    return {
        "rows": [_promise(item, one, last) for item in pipeline_rules.PROMISES],
        "last": last,
        "kept": last is not None and not last.failed,
        "n": len(checks),
        "origin": _("figures of the park") if last and last.origin == CapacityCheck.From.PARK else "",
    }


def _promise(item: pipeline_rules.Promise, one: Project, last: CapacityCheck | None) -> dict[str, Any]:
    promised = last.promised.get(item.name) if last else one.promised[item.name]
    measured = last.measured.get(item.name) if last else None
    state = ""
    if last is not None and promised is not None and measured is not None:
        state = "late" if item.name in last.failed else "done"
    # The tax of an enterprise is read on its own page, on the record; here stands only whether the promise is kept.
    shown = words.NOTHING if item.name == "tax_fen" else _value(item, measured)
    return {
        "name": in_language(item.zh, item.en),
        "promised": _value(item, promised),
        "measured": shown,
        "state": state,
        "word": {"late": _("Missed"), "done": _("Kept"), "": _("Not measured")}[state],
    }


def _value(item: pipeline_rules.Promise, value: int | None) -> str:
    if value is None:
        return words.NOTHING
    return words.yuan(value) if item.kind == "fen" else words.num(value)


# -- what is done here ---------------------------------------------------------------------------------------------


@posted("investment.take_back_step")
def take_back(request: Any, number: str) -> HttpResponse:
    """Take the last step back."""
    one = projects.project_of(request.member, number)
    project_steps.take_back_step(one, by=request.member)
    sentence = _("%(name)s is now: %(stage)s.") % {
        "name": one.name,
        "stage": columns.words(columns.STAGES, one.stage),
    }
    return said(request, sentence, one.url)


@member_required("investment.add_step_papers")
def add_papers(request: Any, number: str, place: int) -> HttpResponse:
    """Add photographs and papers to a step of its log."""
    one = projects.project_of(request.member, number)
    step = evidence.step_of(one, place)
    form = forms.StepPapersForm(request, key=f"{number}-{place}")

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["papers"],
            one.pairing,
            request.member,
            lambda brought: project_steps.add_step_papers(step, brought, by=request.member),
        )

    if form.sent(call):
        return said(request, _("They stand with the step."), one.url)
    return form_page(
        request,
        form,
        name=_("Add photographs and papers"),
        finding=_("What shows that %(name)s was %(stage)s on %(day)s?")
        % {"name": one.name, "stage": stage_said(step.to), "day": words.day(step.on, "year")},
        crumbs=crumbs(one),
    )


@member_required("investment.note_stall")
def stall(request: Any, number: str) -> HttpResponse:
    """Say why it stands still, and what is done."""
    one = projects.project_of(request.member, number)
    note = pipeline.note_of(one)
    form = forms.StallForm(request, key=number, initial=_noted(note))
    form.offer("unit", units_of(one.pairing_id))
    if form.sent(lambda data: stalls.note_stall(one, by=request.member, **_plain(data))):
        return said(request, _("Written down; it is reminded of when it is due."), one.url)
    return form_page(
        request,
        form,
        name=_("Why it stands still"),
        finding=_("Why does %s stand still, and what is done about it?") % one.name,
        crumbs=crumbs(one),
    )


def _noted(note: Any) -> dict[str, Any]:
    return (
        {"unit": note.unit, "reason": note.reason, "measure": note.measure, "due_on": note.due_on}
        if note
        else {}
    )


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "version"}


@member_required("investment.join_team")
def join(request: Any, number: str) -> HttpResponse:
    """Put somebody into the service team."""
    one = projects.project_of(request.member, number)
    form = forms.JoinForm(request, key=number)
    if form.sent(lambda data: service_teams.join_team(one, by=request.member, **_plain(data))):
        return said(request, _("They are in the team, and told so."), one.url)
    return form_page(
        request,
        form,
        name=_("Service team"),
        finding=_("Who serves %s, from either side?") % one.name,
        crumbs=crumbs(one),
    )


@posted("investment.leave_team")
def leave(request: Any, number: str, member: str) -> HttpResponse:
    """Somebody serves it no longer."""
    one = projects.project_of(request.member, number)
    service_teams.leave_team(pipeline.team_member_of(one, member), by=request.member)
    return said(request, _("They are out of the team; that they served stays on record."), one.url)


@member_required("investment.check_promises")
def check(request: Any, number: str) -> HttpResponse:
    """Check what it promised."""
    one = projects.project_of(request.member, number)
    found = capacity.measured(one)
    form = forms.CheckForm(request, key=number)

    def call(data: dict[str, Any]) -> Any:
        data = _plain(data)
        typed = {item.name: data.pop(item.name) for item in pipeline_rules.PROMISES}
        is_typed = any(value is not None for value in typed.values()) or bool(data["paper"].strip())
        return capacity_actions.check_promises(
            one, measured=typed if is_typed else None, by=request.member, **data
        )

    if form.sent(call):
        failed = len(form.result.failed)
        told = (
            _("Checked; it keeps what it promised.")
            if not failed
            else _("Checked; it misses %s of what it promised.") % failed
        )
        return said(request, told, one.url)
    return form_page(
        request,
        form,
        name=_("Check its promises"),
        finding=_("Does %s keep what it promised?") % one.name,
        sub=_found_said(found),
        crumbs=crumbs(one),
    )


def _found_said(found: capacity.Measured | None) -> str:
    if found is None:
        return _("The park has no figures of a whole year of its enterprise; type them from a paper.")
    told = _("The park has the figures of %(year)s.") % {"year": found.year}
    if found.base_year is not None:
        told += " " + _("What the enterprise made in %(year)s, before the project, is taken off.") % {
            "year": found.base_year
        }
    if found.others:
        told += " " + _("The enterprise runs other projects too (%(n)s); its figures hold them as well.") % {
            "n": found.others
        }
    return told


def crumbs(one: Project) -> list[tuple[str, str]]:
    """Where the page of a project lies."""
    return [(reverse("investment:projects"), _("Projects")), (one.url, one.number)]


# -- on the page of an enterprise ----------------------------------------------------------------------------------


def firm_panel(request: Any, record: Any) -> SafeString | None:
    """On the page of an enterprise: its projects, and how far they are."""
    # The page of a project draws its parts from here, so it is asked for when all is there.
    from shanhai.fields.investment.views.projects import status_of

    found = pipeline.of_firm(request.member, record.organisation)
    if not found:
        return None
    rows = [(one, status_of(one)) for one in found]
    return mark_safe(render_to_string("investment/_firm_projects.html", {"rows": rows}, request))


def moved(request: Any, one: Project) -> HttpResponse:
    """After a step: what is now, and for some minutes the way to take it back."""
    word = columns.words(columns.STAGES, one.stage)
    sentence = _("%(name)s is now: %(stage)s.") % {"name": one.name, "stage": word}
    offers.offer(request, sentence, reverse("investment:project_take_back", args=[one.number]))
    return redirect(one.url)
