"""Which items a project needs by a catalogue, and how long they take: for facts that are typed, and for a project."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access
from shanhai.core.models.base import in_language
from shanhai.fields.approval import columns
from shanhai.fields.approval.forms.previews import FactsForm
from shanhai.fields.approval.models import CatalogueVersion
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.rules import applying, checks
from shanhai.fields.approval.views import cases as case_views
from shanhai.fields.approval.views import plans
from shanhai.fields.approval.views.catalogues import crumbs
from shanhai.fields.investment.queries import projects
from shanhai.fields.investment.rules import BY_NAME
from shanhai.webkit import words
from shanhai.webkit.pages import member_required


def asked_by(version: CatalogueVersion) -> tuple[str, ...]:
    """The facts that the conditions and levers of a version ask for, in the order of the register."""
    items = version.document.items
    wanted = {clause.attribute for item in items for group in item.when for clause in group}
    if any("regional" in item.levers for item in items):
        wanted.add("is_in_assessed_area")
    return tuple(name for name in BY_NAME if name in wanted)


@member_required("approval.view_catalogues")
def preview(request: Any, code: str, number: int) -> HttpResponse:
    """Which items does a project with these facts need, and in how many days?"""
    version = queries.version_of(code, number)
    project = None
    if request.GET.get("project") and access.may(request.member, "investment.view_projects"):
        project = projects.project_of(request.member, request.GET["project"])
    names = asked_by(version)
    typed = request.GET if any(name in request.GET for name in names) else None
    form = FactsForm(typed, names=names, initial=project.facts if project else None)
    context = {
        "version": version,
        "catalogue": version.catalogue,
        "crumbs": [*crumbs(version.catalogue), (version.url, _("Version %s") % version.number)],
        "project": project,
        "form": form,
        "is_typed": typed is not None,
    }
    checks.check(version.document)
    context |= _told(version, applying.needed(version.document, form.facts()))
    return render(request, "approval/preview.html", context)


def _told(version: CatalogueVersion, found: applying.Needed) -> dict[str, Any]:
    document = version.document
    return {
        "finding": _finding(found),
        "plan": plans.picture(document, found.schedule, version.item_url, found.judged)
        if found.counted
        else None,
        "path": plans.path_said(document, found.schedule),
        "limits": [
            {
                "name": ("、" if words.is_chinese() else ", ").join(
                    in_language(one.name_zh, one.name_en)
                    for one in document.stages
                    if one.number in held.limit.stages
                ),
                "held": held,
            }
            for held in found.limits
        ],
        "unknown": [in_language(BY_NAME[name].zh, BY_NAME[name].en) for name in found.unknown],
        "left_out": [
            {
                "name": in_language(one.item.name_zh, one.item.name_en),
                "url": version.item_url(one.item.code),
                "verdict": columns.words(columns.VERDICTS, one.verdict),
            }
            for one in found.judged
            if not one.is_counted
        ],
    }


def _finding(found: applying.Needed) -> str:
    n = len(found.counted)
    if not n:
        return _("No item applies.")
    items = ngettext("%(n)s item", "%(n)s items", n) % {"n": n}
    told = _("%(items)s: at best %(joint)s working days together, %(serial)s one by one.") % {
        "items": items,
        "joint": found.schedule.days,
        "serial": found.schedule.days_serial,
    }
    open_items = sum(1 for one in found.counted if one.unknown)
    if open_items:
        told += ("" if words.is_chinese() else " ") + ngettext(
            "%(n)s of them depends on facts that nobody has given.",
            "%(n)s of them depend on facts that nobody has given.",
            open_items,
        ) % {"n": open_items}
    return told


def panel(request: Any, record: Any) -> SafeString | None:
    """On the page of a project: what it needs by each catalogue that holds where it stands."""
    if record._meta.label_lower != "investment.project":
        return None
    lines = []
    for version in queries.in_force(record.region.code):
        found = applying.needed(version.document, record.facts)
        if not found.counted:
            continue
        address = reverse("approval:preview", args=[version.catalogue.code, version.number])
        lines.append(
            {
                "version": version,
                "url": f"{address}?project={record.number}",
                "n": len(found.counted),
                "days": found.schedule.days,
                "serial": found.schedule.days_serial,
                "open": sum(1 for one in found.counted if one.unknown),
                "path": plans.path_said(version.document, found.schedule),
            }
        )
    context = {"lines": lines, "region": record.region}
    return mark_safe(render_to_string("approval/_needed.html", context, request))


def cases_panel(request: Any, record: Any) -> SafeString | None:
    """On the page of a project: its cases, and where to open its file."""
    if record._meta.label_lower != "investment.project":
        return None
    found = cases.of_project(request.member, record)
    may_file = access.may(request.member, "approval.file_case", pairing_id=record.pairing_id)
    if not found and not may_file:
        return None
    context = {
        "cases": [(one, case_views.status_of(one)) for one in found],
        "file": f"{reverse('approval:case_file')}?project={record.number}" if may_file else "",
    }
    return mark_safe(render_to_string("approval/_cases.html", context, request))


def firm_panel(request: Any, record: Any) -> SafeString | None:
    """On the page of an enterprise: its cases, and where they stand."""
    found = cases.of_enterprise(request.member, record.organisation)
    if not found:
        return None
    open_n = sum(one.stage not in cases.rules.CLOSED for one in found)
    context = {"cases": [(one, case_views.status_of(one)) for one in found], "open_n": open_n}
    return mark_safe(render_to_string("approval/_firm_cases.html", context, request))
