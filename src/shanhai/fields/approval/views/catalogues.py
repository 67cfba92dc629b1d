"""Pages of catalogues: which items a region approves, who decides on them, and how long they take together."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from shanhai.core import access, sentences
from shanhai.core.models.base import in_language
from shanhai.fields.approval import columns
from shanhai.fields.approval.models import CatalogueVersion, ItemCatalogue
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.queries import files, prechecks
from shanhai.fields.approval.rules import applying, checks, documents, precheck
from shanhai.fields.approval.rules.catalogue import KINDS, PROFILES, STANDINGS, Catalogue, Item
from shanhai.fields.approval.rules.conditions import Condition
from shanhai.fields.approval.views import plans
from shanhai.fields.investment.rules import BY_NAME
from shanhai.fields.registry.views.shared import history
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Table
from shanhai.webkit.pages import member_required

FORMS = (("xlsx", "Excel"), ("yaml", "YAML"))
CATALOGUES = Table(
    code="approval.catalogues",
    columns=(
        Column(
            "name",
            gettext_lazy("Catalogue"),
            kind="link",
            href=lambda row: row.url,
            sort=("name_sort",),
            index="catalogue_name",
            second=lambda row: columns.words(PROFILES, row.profile),
            stack="full",
        ),
        Column("region", gettext_lazy("Region"), value="region.name"),
        Column("latest", gettext_lazy("Version"), kind="number", phone_heading=True),
        Column("valid_from", gettext_lazy("Holds from"), kind="date", phone_heading=True),
        Column(
            "status", gettext_lazy("Status"), kind="status", value=lambda row: status_of(row), stack="push"
        ),
        Column("code", gettext_lazy("Code"), kind="code", sort=("code",), index="unique", stack="hide-s"),
    ),
    default_sort="name",
    empty=(
        gettext_lazy("No catalogue yet."),
        gettext_lazy("Take one of the regimes over for your region, and make it your own."),
    ),
)


def status_of(row: Any) -> tuple[str, str]:
    """Shape and word: whether it is published, and whether a draft of the next version waits."""
    if row.latest is None:
        return "not_started", _("Draft only")
    return ("at_risk", _("Published, draft open")) if row.draft else ("done", _("Published"))


@member_required("approval.view_catalogues")
def catalogues(request: Any) -> HttpResponse:
    """Which items are approved where, under which regime?"""
    rows = queries.catalogues()
    published = queries.n_published()
    found = ngettext("%(n)s catalogue holds.", "%(n)s catalogues hold.", published) % {
        "n": words.num(published)
    }
    context = {
        "finding": found if published else _("No catalogue holds yet."),
        "may_open": access.may(request.member, "approval.open_catalogue"),
    }
    return listing.render(request, "approval/catalogues.html", CATALOGUES, rows, context)


@member_required("approval.view_catalogues")
def catalogue(request: Any, code: str) -> HttpResponse:
    """The version that holds, or the draft where there is none."""
    return render(request, "approval/version.html", _shown(request, queries.version_of(code)))


@member_required("approval.view_catalogues")
def version(request: Any, code: str, number: int) -> HttpResponse:
    """Which items, by whom, after what, in how many days?"""
    return render(request, "approval/version.html", _shown(request, queries.version_of(code, number)))


def _shown(request: Any, one: CatalogueVersion) -> dict[str, Any]:
    document = one.document
    faults = checks.faults_of(document, queries.known(document))
    organisations = queries.organisations(document)
    is_sound = not any(fault.refuses for fault in faults)
    plan = applying.whole(document) if is_sound else None
    own = queries.is_own_land(request.member, one.catalogue.region.code)
    versions = queries.versions_of(one.catalogue)
    return {
        "version": one,
        "catalogue": one.catalogue,
        "document": document,
        "finding": _finding(one, plan),
        "sub": columns.words(PROFILES, one.catalogue.profile),
        "detail": one.catalogue.source or _("Made up to fill the example zone; not reported anywhere."),
        "mark": one.catalogue.standing if one.catalogue.source or one.catalogue.is_illustrative else "",
        "note": in_language(document.note_zh, document.note_en),
        "plan": plans.picture(document, plan, one.item_url) if plan and plan.steps else None,
        "path": plans.path_said(document, plan) if plan else [],
        "limits": _limits(document) if plan else [],
        "stages": _stages(document, [_line(document, item, organisations, one) for item in document.items]),
        **faults_said(faults),
        "forms": FORMS,
        "versions": versions,
        "draft": next((row for row in versions if row.is_draft), None),
        "is_latest": one.number == max((row.number for row in versions if not row.is_draft), default=0),
        "history": history(one),
        "may_draft": own and access.may(request.member, "approval.open_draft"),
        "may_write": own and one.is_draft and access.may(request.member, "approval.write_item"),
        "may_publish": own and one.is_draft and access.may(request.member, "approval.publish_draft"),
        "may_drop": own and one.is_draft and access.may(request.member, "approval.discard_draft"),
    }


def faults_said(faults: list[checks.Fault]) -> dict[str, list[str]]:
    """What is wrong and what is remarked, as sentences; that an item asks for no paper stands on its page."""
    shown = [one for one in faults if one.code != "approval.no_materials"]
    return {
        "faults": [sentences.reason(one.reason) for one in shown if one.refuses],
        "remarks": [sentences.reason(one.reason) for one in shown if not one.refuses],
    }


def _finding(one: CatalogueVersion, plan: Any) -> str:
    n = len(one.document.items)
    items = ngettext("%(n)s item", "%(n)s items", n) % {"n": n}
    facts = {"name": one.catalogue.name, "items": items}
    if plan is None or not n:
        return _("%(name)s: %(items)s; the draft cannot be published yet.") % facts
    return _(
        "%(name)s: %(items)s; a project that needs all of them takes %(joint)s working days, %(serial)s one by one."
    ) % {
        **facts,
        "joint": plan.days,
        "serial": plan.days_serial,
    }


def _limits(document: Catalogue) -> list[dict[str, Any]]:
    found = []
    for limit in document.limits:
        days, _path = applying.longest(document, limit.stages)
        names = [in_language(s.name_zh, s.name_en) for s in document.stages if s.number in limit.stages]
        is_whole = len(names) == len(document.stages)
        found.append(
            {
                "name": _("all stages") if is_whole else ("、" if words.is_chinese() else ", ").join(names),
                "limit": limit,
                "days": days,
                "is_kept": days <= limit.days,
                "known": _known(limit),
            }
        )
    return found


def _stages(document: Catalogue, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items of each stage that has any, stages in their order; what names no known stage comes last."""
    names = {one.number: in_language(one.name_zh, one.name_en) for one in document.stages}
    numbers = dict.fromkeys([*names, *(line["item"].stage for line in lines)])
    found = [
        {"name": names.get(n, str(n)), "lines": [line for line in lines if line["item"].stage == n]}
        for n in numbers
    ]
    return [one for one in found if one["lines"]]


def _line(document: Catalogue, item: Item, organisations: Any, one: CatalogueVersion) -> dict[str, Any]:
    names = {other.code: in_language(other.name_zh, other.name_en) for other in document.items}
    return {
        "item": item,
        "name": names[item.code],
        "url": one.item_url(item.code),
        "lead": plans.department_said(document, item.lead),
        "lead_here": plans.department_said(document, item.lead, organisations),
        "after": [names.get(code, code) for code in item.after],
        "promised": plans.days_said(item.promised_days),
        "levers": columns.levers_said(item.levers),
        "is_reported": item.promised_standing == "reported",
        "stage": next(
            (in_language(s.name_zh, s.name_en) for s in document.stages if s.number == item.stage), ""
        ),
    }


# -- one item ------------------------------------------------------------------------------------------------------


@member_required("approval.view_catalogues")
def item(request: Any, code: str, number: int, item: str) -> HttpResponse:
    """Who decides on what, when, with which papers, and how is each figure known?"""
    one = queries.version_of(code, number)
    document = one.document
    found = queries.item_of(one, item)
    organisations = queries.organisations(document)
    names = {row.code: in_language(row.name_zh, row.name_en) for row in document.items}
    own = queries.is_own_land(request.member, one.catalogue.region.code)
    kept = prechecks.papers_of(one)
    context = {
        "version": one,
        "catalogue": one.catalogue,
        "item": found,
        "name": names[found.code],
        "line": _line(document, found, organisations, one),
        "finding": _item_finding(document, found, organisations),
        "kind": columns.words(KINDS, found.kind),
        "co": [plans.department_said(document, code, organisations) for code in found.co],
        "advise": [plans.department_said(document, code, organisations) for code in found.advise],
        "before": [(names.get(code, code), one.item_url(code)) for code in found.after],
        "behind": [(names[row.code], one.item_url(row.code)) for row in document.items if item in row.after],
        "when": condition_said(found.when),
        "materials": [
            {
                "code": m.code,
                "name": in_language(m.name_zh, m.name_en),
                "is_major": m.is_major,
                "papers": kept.get(m.code, {}),
                "asked": prechecks.asked([precheck.parsed(m.check)]) if m.check else [],
            }
            for m in found.materials
        ],
        "may_keep": own and access.may(request.member, "approval.keep_paper"),
        "result": in_language(found.result_zh, found.result_en),
        "days": [
            (_("Statutory"), found.statutory_days, *_known(found, "statutory_")),
            (_("Promised"), found.promised_days, *_known(found, "promised_")),
        ],
        "rest": _known(found),
        "may_write": own and one.is_draft and access.may(request.member, "approval.write_item"),
    }
    return render(request, "approval/item.html", context)


def _known(of: Any, what: str = "") -> tuple[str, str]:
    """How a figure is known, and where it stands, in the reader's language."""
    source = in_language(getattr(of, f"{what}source_zh"), getattr(of, f"{what}source"))
    return columns.words(STANDINGS, getattr(of, f"{what}standing")), source


def _item_finding(document: Catalogue, found: Item, organisations: Any) -> str:
    facts = {
        "name": in_language(found.name_zh, found.name_en),
        "lead": plans.department_said(document, found.lead, organisations),
        "days": plans.days_said(found.promised_days),
    }
    if found.is_abolished:
        return _("%(name)s is abolished.") % facts
    return _("%(lead)s decides on %(name)s: %(days)s.") % facts


def condition_said(condition: Condition) -> list[list[str]]:
    """A condition in words: groups of which one is enough, each a list of clauses that all must hold."""
    return [[_clause_said(clause) for clause in group] for group in condition]


def _clause_said(clause: Any) -> str:
    attribute = BY_NAME[clause.attribute]
    name = in_language(attribute.zh, attribute.en)
    if attribute.kind == "bool":
        is_yes = (clause.operator == "=") == bool(clause.values[0])
        return _("%(fact)s: yes") % {"fact": name} if is_yes else _("%(fact)s: no") % {"fact": name}
    values = [_value_said(attribute, value) for value in clause.values]
    sign = {"=": "", "!=": "≠ ", "<=": "≤ ", ">=": "≥ "}.get(clause.operator, f"{clause.operator} ")
    return _("%(fact)s: %(value)s") % {"fact": name, "value": sign + _(" or ").join(values)}


def _value_said(attribute: Any, value: Any) -> str:
    if attribute.kind == "choice":
        return columns.words(attribute.choices, value)
    if attribute.kind == "fen":
        return words.yuan(value)
    unit = {"平方米": _("m²"), "吨标准煤": _("tce"), "亩": _("mu")}.get(attribute.unit, "")
    return f"{words.num(value)} {unit}".strip()


# -- away ----------------------------------------------------------------------------------------------------------


@require_GET
@member_required("approval.view_catalogues")
def file(request: Any, code: str, number: int, form: str) -> HttpResponse:
    """A version as a workbook, or as the YAML document that it is kept from."""
    one = queries.version_of(code, number)
    name = f"{one.catalogue.code}-{one.number}"
    if form == "xlsx":
        target = BytesIO()
        files.write_workbook(one.document, target)
        return downloads.sheet(target, f"{name}.xlsx", "xlsx")
    if form == "yaml":
        answer = HttpResponse(documents.yaml_of(one.document), content_type="application/yaml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
        return answer
    raise NotFound(
        "approval.no_such_form",
        gettext_noop("A catalogue goes out as xlsx or yaml, not as {form}. Ask for one of them."),
        form=form[:20],
    )


def crumbs(row: ItemCatalogue) -> list[tuple[str, str]]:
    """The way to a catalogue."""
    return [(reverse("approval:catalogues"), _("Catalogues of items")), (row.url, row.name)]
