"""Pages of projects: what comes, where it stands, and how far it is."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access
from shanhai.core.actions import documents
from shanhai.core.sheets import exporting
from shanhai.fields.investment import columns, rules
from shanhai.fields.investment.actions import projects as actions
from shanhai.fields.investment.forms import projects as forms
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.investment.views import project_parts
from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.ProjectStage
_SHAPES = {
    Stage.LEAD: "not_started",
    Stage.APPROVED: "not_started",
    Stage.DROPPED: "paused",
    Stage.PRODUCING: "done",
    Stage.ABOVE_SCALE: "done",
    Stage.AT_CAPACITY: "done",
}


def status_of(project: Project) -> tuple[str, str]:
    """Shape and word of a stage."""
    word = columns.words(columns.STAGES, project.stage)
    return _SHAPES.get(Stage(project.stage), "on_track"), word[:1].upper() + word[1:]


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(
        columns.PROJECTS, file, form, member=request.member, pairing=request.pairing, pk__in=keys
    )
    return downloads.sheet(file, f"{columns.PROJECTS.name}.{form}", form)


def _choices(given: columns.Choices) -> list[tuple[str, str]]:
    return [(value, columns.words(given, value)) for value, _en, _zh in given]


PROJECTS = Table(
    code="investment.projects",
    columns=(
        Column(
            "name",
            gettext_lazy("Project"),
            kind="link",
            href=lambda row: row.url,
            sort=("name_sort",),
            index="project_zone_name",
            second=lambda row: row.enterprise.name,
            stack="full",
        ),
        Column(
            "region",
            gettext_lazy("Stands in"),
            value="region.name",
            second=lambda row: row.place,
            stack="hide-s",
        ),
        Column(
            "investment_fen",
            gettext_lazy("Investment"),
            kind="money_fen",
            sort=("investment_fen",),
            index="project_zone_investment",
        ),
        Column("land_mu", gettext_lazy("Land, mu"), kind="mu", phone_heading=True),
        Column("status", gettext_lazy("Stage"), kind="status", value=status_of, stack="push"),
        Column("number", gettext_lazy("Number"), kind="code", stack="hide-s"),
        Column(
            "registered_on",
            gettext_lazy("Registered"),
            kind="date",
            sort=("registered_on",),
            index="project_zone_registered",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter("stage", gettext_lazy("Stage"), choices=lambda _request: _choices(columns.STAGES)),
        Filter("q", gettext_lazy("Name or code"), kind="search", apply=queries.named),
    ),
    export=_export,
    default_sort="-registered_on",
    keeps_count=True,
    empty=(
        gettext_lazy("No projects yet."),
        gettext_lazy("Register the first one, or bring the list as a spreadsheet."),
    ),
)


@member_required("investment.view_projects")
def projects(request: Any) -> HttpResponse:
    """What comes, and what is on its way to the start?"""
    pairing = chosen_pairing(request)
    rows = queries.projects_of(request.member, pairing)
    head = for_reader(request, "investment.projects", (pairing.pk,), lambda: queries.head_of(rows))
    context = {
        "finding": _list_finding(head),
        "may_add": _may(request, "add_project", pairing.pk),
        "may_import": _may(request, "write_projects", pairing.pk),
        "may_board": access.may(request.member, "investment.view_board"),
    }
    return listing.render(request, "investment/projects.html", PROJECTS, rows, context)


def _list_finding(head: dict[str, Any]) -> str:
    if not head["n"]:
        return _("No projects yet.")
    whole = ngettext("%(n)s project", "%(n)s projects", head["n"]) % {"n": listing.counted(head["n"])}
    if not head["before_start"]:
        return _("%(whole)s; none waits for its start.") % {"whole": whole}
    before = ngettext(
        "%(n)s is signed and not building yet", "%(n)s are signed and not building yet", head["before_start"]
    )
    told = before % {"n": words.num(head["before_start"])}
    if head["before_start_fen"]:
        told = _("%(told)s, %(money)s of investment") % {
            "told": told,
            "money": words.yuan(head["before_start_fen"]),
        }
    return _("%(whole)s; %(told)s.") % {"whole": whole, "told": told}


def _may(request: Any, name: str, pairing_id: int) -> bool:
    return access.may(request.member, f"investment.{name}", pairing_id=pairing_id)


@member_required("investment.view_projects")
def project(request: Any, number: str) -> HttpResponse:
    """Who builds what where, who decides on it, and how far is it?"""
    one = queries.project_of(request.member, number)
    return render(
        request,
        "investment/project.html",
        {
            "project": one,
            "finding": _finding(one),
            "status": status_of(one),
            "facts": [(label, value) for label, value in _facts(one)],
            "unknown": [
                str(columns.PROJECTS.column(name).heading) for name, v in one.facts.items() if v is None
            ],
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "marks": one.source or one.is_illustrative,
            "history": history(one),
            "may_change": _may(request, "change_project", one.pairing_id),
            "may_move": _may(request, "move_project", one.pairing_id),
            **project_parts.context_of(request, one),
        },
    )


def _finding(one: Project) -> str:
    word = columns.words(columns.STAGES, one.stage)
    return _("%(name)s: %(stage)s since %(day)s, decided in %(region)s.") % {
        "name": one.name,
        "stage": word,
        "day": words.day(one.stage_on, "year"),
        "region": one.region.name,
    }


def _facts(one: Project) -> list[tuple[str, str]]:
    """The facts that decide which approvals it needs, those that are known."""
    return [
        (columns.PROJECTS.column(name).heading, said_fact(name, value))
        for name, value in one.facts.items()
        if value is not None
    ]


def said_fact(name: str, value: Any) -> str:
    """A fact as a person reads it."""
    attribute = rules.BY_NAME[name]
    if attribute.kind == "bool":
        return _("yes") if value else _("no")
    if attribute.kind == "choice":
        return columns.words(attribute.choices, value)
    if attribute.kind == "fen":
        return words.yuan(value)
    if attribute.unit == "亩":
        return words.mu(value)
    unit = {"平方米": _("m²"), "吨标准煤": _("tce")}.get(attribute.unit, "")
    return f"{words.num(value)} {unit}".strip()


@member_required("investment.add_project")
def add(request: Any) -> HttpResponse:
    """Register a project."""
    pairing = chosen_pairing(request)
    form = forms.ProjectForm(request, key=pairing.code)

    def call(data: dict[str, Any]) -> Any:
        return actions.add_project(pairing, by=request.member, **data)

    if form.sent(call):
        return said(request, _("Registered as %s.") % form.result.number, form.result.url)
    return form_page(
        request,
        form,
        name=_("Register a project"),
        finding=_("Who wants to build what, and where?"),
        crumbs=[(reverse("investment:projects"), _("Projects"))],
    )


@member_required("investment.change_project")
def change(request: Any, number: str) -> HttpResponse:
    """Change what is known about it."""
    one = queries.project_of(request.member, number)
    form = forms.ChangeProjectForm(request, subject=one)
    if form.sent(lambda data: actions.change_project(one, by=request.member, **data)):
        return said(request, _("The project is saved."), one.url)
    return form_page(
        request,
        form,
        name=_("Change"),
        finding=_("What is known about %s?") % one.name,
        crumbs=project_parts.crumbs(one),
    )


@member_required("investment.move_project")
def move(request: Any, number: str) -> HttpResponse:
    """Say that it has come to another stage."""
    one = queries.project_of(request.member, number)
    form = forms.MoveForm(request, key=number, initial={"to": _next(one.stage)})

    def call(data: dict[str, Any]) -> Any:
        given = _without_version(data)
        return documents.with_papers(
            given.pop("papers"),
            one.pairing,
            request.member,
            lambda brought: actions.move_project(one, papers=brought, by=request.member, **given),
        )

    if form.sent(call):
        return project_parts.moved(request, one)
    return form_page(
        request,
        form,
        name=_("Stage"),
        finding=_("How far is %s?") % one.name,
        crumbs=project_parts.crumbs(one),
    )


def _next(stage: str) -> str:
    if stage == Stage.DROPPED:
        return Stage.LEAD
    return rules.ORDER[min(rules.ORDER.index(Stage(stage)) + 1, len(rules.ORDER) - 1)]


def _without_version(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "version"}
