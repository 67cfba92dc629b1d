"""Pages of organisations and their units."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from shanhai.core import search
from shanhai.core.actions import organisations as actions
from shanhai.core.actions import units as unit_actions
from shanhai.core.counting import MOST_COUNTED, count_bounded
from shanhai.core.models import Organisation, Seat, Unit, WorkItem
from shanhai.fields.registry import columns, forms
from shanhai.fields.registry.queries import beginnings
from shanhai.fields.registry.queries import members as member_queries
from shanhai.fields.registry.queries import units as unit_queries
from shanhai.fields.registry.queries.counting import said
from shanhai.fields.registry.views import shared
from shanhai.webkit import cells, listing, undo
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required
from shanhai.webkit.remember import mark_at, remembered

ORGANISATIONS = Table(
    code="registry.organisations",
    columns=(
        Column(
            "name",
            _("Organisation"),
            kind="link",
            value="name",
            href=cells.link("registry:organisation", "code"),
            sort=("name_sort",),
            index="organisation_name",
            second=lambda row: "" if row.is_active else gettext("closed"),
            stack="grow",
        ),
        Column("code", _("Code"), kind="code", sort=("code",), index="unique", stack="hide-s"),
        Column("kind", _("Kind"), value=lambda row: columns.words(columns.KINDS, row.kind), stack="push"),
        Column("region", _("Region"), value="region.name", stack="full"),
        Column(
            "parent",
            _("Organisation above"),
            value=lambda row: row.parent.name if row.parent else "",
            stack="hide-s",
        ),
        Column("credit_code", _("Credit code"), kind="code", stack="hide-s"),
        Column(
            "standing",
            _("Standing"),
            value=lambda row: columns.words(columns.STANDINGS, _standing(row)),
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            choices=lambda request: [
                (value, columns.words(columns.KINDS, value)) for value in Organisation.Kind.values
            ],
        ),
        Filter(
            "region",
            _("Region code"),
            apply=lambda rows, text: rows.filter(region__code=text.ljust(12, "0")),
        ),
        Filter("q", _("Name or code"), kind="search", apply=lambda rows, text: _named_or_coded(rows, text)),
    ),
    default_sort="name",
    export=shared.export_of(columns.ORGANISATIONS),
    empty=(
        _("No organisations yet."),
        _("Add the two governments first, or bring the list as a spreadsheet."),
    ),
)
UNITS = Table(
    code="registry.units",
    columns=(
        Column(
            "name",
            _("Office unit"),
            kind="link",
            value="name",
            href=cells.link("registry:unit", "code"),
            second=lambda row: "" if row.is_active else gettext("closed"),
            stack="grow",
        ),
        Column("code", _("Code"), kind="code", sort=("code",), index="unique", stack="hide-s"),
        Column("organisation", _("Organisation"), value="organisation.name", stack="full"),
        Column("ladder", _("Steps of papers"), value=lambda row: columns.words(columns.LADDERS, row.ladder)),
        Column(
            "dispatcher",
            _("Dispatcher"),
            value=lambda row: row.dispatcher.name if row.dispatcher else "",
            stack="push",
        ),
    ),
    filters=(
        Filter("organisation", _("Organisation (code)"), field="organisation__code"),
        Filter(
            "ladder",
            _("Steps of papers"),
            choices=lambda request: [
                (value, columns.words(columns.LADDERS, value)) for value, _en, _zh in columns.LADDERS
            ],
        ),
    ),
    default_sort="code",
    keeps_count=True,
    export=shared.export_of(columns.UNITS),
    empty=(
        _("No units yet."),
        _("Units stand in organisations: open one and add its units, or bring them as a spreadsheet."),
    ),
)


def _standing(row: Organisation) -> str:
    return "illustrative" if row.is_illustrative else "reported" if row.source else ""


def _named_or_coded(rows: Any, text: str) -> Any:
    """The credit code, codes and names that begin so, else names that hold it."""
    ways = (Q(credit_code=text.upper()), beginnings.of_code(text), beginnings.of_name(text))
    found = beginnings.found(rows, *ways)
    return rows.filter(pk__in=search.keys_of("core.organisation", text)) if found is None else found


def _counts() -> tuple[int, list[tuple[str, int]]]:
    """How many open organisations there are, and how many of each kind.

    A register of a whole province is not counted out: the list says "10,000+".
    """
    total = count_bounded(Organisation.objects.filter(is_active=True))
    return total, _by_kind() if total <= MOST_COUNTED else []


def _by_kind() -> list[tuple[str, int]]:
    """How many open organisations there are of each kind, most first."""
    kinds = Organisation.objects.filter(is_active=True).values_list("kind")
    return list(kinds.annotate(n=Count("pk")).order_by("-n"))


@require_GET
@member_required("registry.view_organisations")
def index(request: Any) -> HttpResponse:
    total, counts = remembered("registry.organisations", (), _counts, mark_at(request))
    context = {
        "total": total,
        "counts": [said(f"kind.{kind}", n) for kind, n in counts],
        "may_add": shared.may(request, "core.add_organisation"),
        "may_import": shared.may(request, "registry.write_organisations"),
    }
    rows = Organisation.objects.select_related("region", "parent")
    return listing.render(request, "registry/organisations.html", ORGANISATIONS, rows, context)


@require_GET
@member_required("registry.view_organisations")
def show(request: Any, code: str) -> HttpResponse:
    organisation = _found(code)
    context = {
        "organisation": organisation,
        "kind": columns.words(columns.KINDS, organisation.kind),
        "standing": _standing(organisation),
        "units": _units_of(organisation),
        "children": list(
            Organisation.objects.filter(parent=organisation, is_active=True).order_by("name_sort", "pk")[:200]
        ),
        "seats": list(Seat.objects.filter(organisation=organisation).select_related("pairing")[:100]),
        "history": shared.history(organisation),
        "panels": shared.panels(request, "organisation.detail", organisation),
        "may_change": shared.may(request, "core.change_organisation"),
        "may_keep_people": shared.may(request, "core.add_unit"),
        "sees_people": member_queries.sees_people_of(request.member, organisation),
    }
    return render(request, "registry/organisation.html", context)


def _units_of(organisation: Organisation) -> list[Unit]:
    rows = Unit.objects.filter(organisation=organisation).select_related("dispatcher")
    return list(
        rows.annotate(n=Count("members", filter=Q(members__is_active=True))).order_by(
            "-is_active", "name_sort", "pk"
        )[:200]
    )


def _found(code: str) -> Organisation:
    return shared.found(Organisation.objects.select_related("region", "parent"), code=code)


@member_required("registry.keep_places")
def add(request: Any) -> HttpResponse:
    form = forms.AddOrganisation(request)
    if form.sent(lambda data: actions.add_organisation(by=request.member, **data)):
        sentence = gettext("%(organisation)s is in the register. Add its units next.")
        return shared.done(
            request,
            sentence % {"organisation": form.result.name},
            reverse("registry:organisation", args=[form.result.code]),
        )
    return shared.form_page(
        request,
        form,
        title=gettext("Add an organisation"),
        crumbs=[(gettext("Organisations"), reverse("registry:organisations"))],
    )


@member_required("registry.keep_places")
def change(request: Any, code: str) -> HttpResponse:
    organisation = _found(code)
    form = forms.OrganisationForm(request, subject=organisation)
    if form.sent(lambda data: actions.change_organisation(organisation, by=request.member, **data)):
        return shared.done(
            request, gettext("The organisation is saved."), reverse("registry:organisation", args=[code])
        )
    return shared.form_page(
        request,
        form,
        title=gettext("Change %(organisation)s") % {"organisation": organisation.name},
        crumbs=_crumbs(organisation),
    )


@require_POST
@member_required("registry.keep_places")
def close(request: Any, code: str) -> HttpResponse:
    organisation = shared.versioned(request, _found(code))
    actions.close_organisation(organisation, by=request.member)
    undo.offer(
        request,
        gettext("%(organisation)s is closed.") % {"organisation": organisation.name},
        reverse("registry:organisation_reopen", args=[code]),
    )
    return render_back("registry:organisation", code)


@require_POST
@member_required("registry.keep_places")
def reopen(request: Any, code: str) -> HttpResponse:
    organisation = _found(code)
    actions.reopen_organisation(organisation, by=request.member)
    sentence = gettext("%(organisation)s is open again.") % {"organisation": organisation.name}
    return shared.done(request, sentence, reverse("registry:organisation", args=[code]))


def render_back(name: str, code: str) -> HttpResponse:
    """Back to a page of the register."""
    from django.shortcuts import redirect

    return redirect(name, code)


def _crumbs(organisation: Organisation) -> list[tuple[Any, str]]:
    return [
        (gettext("Organisations"), reverse("registry:organisations")),
        (organisation.name, reverse("registry:organisation", args=[organisation.code])),
    ]


# --- units


def _unit_counts() -> tuple[int, int]:
    """How many units are open, and how many of them nobody dispatches for; each as far as lists count."""
    asked = (Unit.objects.filter(is_active=True), unit_queries.without_dispatcher())
    total, without = (count_bounded(rows) for rows in asked)
    return total, without


@require_GET
@member_required("registry.view_units")
def unit_index(request: Any) -> HttpResponse:
    rows = Unit.objects.select_related("organisation", "dispatcher")
    total, without = remembered("registry.units", (), _unit_counts, mark_at(request))
    context = {
        "total": total,
        "without_dispatcher": without,
        "may_import": shared.may(request, "registry.write_units"),
    }
    return listing.render(request, "registry/units.html", UNITS, rows, context)


@require_GET
@member_required("registry.view_units")
def unit(request: Any, code: str) -> HttpResponse:
    row = _unit(code)
    people = list(
        member_queries.with_roles(member_queries.seen_by(request.member).filter(unit=row)).order_by(
            "-is_active", "name_sort", "pk"
        )[:300]
    )
    context = {
        "unit": row,
        "ladder": columns.words(columns.LADDERS, row.ladder),
        "people": [(member, member_queries.role_names(member)) for member in people],
        "active": sum(member.is_active for member in people),
        "open_work": WorkItem.objects.filter(unit=row, stage=WorkItem.Stage.OPEN).count(),
        "history": shared.history(row),
        "may_change": shared.may(request, "core.change_unit"),
        "sees_people": member_queries.sees_people_of(request.member, row.organisation),
    }
    return render(request, "registry/unit.html", context)


def _unit(code: str) -> Unit:
    return shared.found(Unit.objects.select_related("organisation__region", "dispatcher"), code=code)


@member_required("registry.keep_people")
def add_unit(request: Any, code: str) -> HttpResponse:
    organisation = _found(code)
    form = forms.AddUnit(request, key=f"new-{organisation.pk}", initial={"code": f"{organisation.code}-"})
    if form.sent(lambda data: unit_actions.add_unit(organisation, by=request.member, **data)):
        sentence = gettext("%(unit)s is in the register. Add its members next.") % {"unit": form.result.name}
        return shared.done(request, sentence, reverse("registry:unit", args=[form.result.code]))
    return shared.form_page(
        request,
        form,
        title=gettext("Add a unit to %(organisation)s") % {"organisation": organisation.name},
        crumbs=_crumbs(organisation),
    )


@member_required("registry.keep_people")
def change_unit(request: Any, code: str) -> HttpResponse:
    row = _unit(code)
    form = forms.UnitForm(request, subject=row)
    if form.sent(lambda data: unit_actions.change_unit(row, by=request.member, **data)):
        return shared.done(request, gettext("The unit is saved."), reverse("registry:unit", args=[code]))
    return shared.form_page(
        request,
        form,
        title=gettext("Change %(unit)s") % {"unit": row.name},
        crumbs=[*_crumbs(row.organisation), (row.name, reverse("registry:unit", args=[code]))],
    )


@require_POST
@member_required("registry.keep_people")
def close_unit(request: Any, code: str) -> HttpResponse:
    row = shared.versioned(request, _unit(code))
    unit_actions.close_unit(row, by=request.member)
    undo.offer(
        request,
        gettext("%(unit)s is closed.") % {"unit": row.name},
        reverse("registry:unit_reopen", args=[code]),
    )
    return render_back("registry:unit", code)


@require_POST
@member_required("registry.keep_people")
def reopen_unit(request: Any, code: str) -> HttpResponse:
    row = _unit(code)
    unit_actions.reopen_unit(row, by=request.member)
    sentence = gettext("%(unit)s is open again.") % {"unit": row.name}
    return shared.done(request, sentence, reverse("registry:unit", args=[code]))
