"""Pages of regions: the register, one region with its map and history, and its dated changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from shanhai.core import search
from shanhai.core.actions import regions as actions
from shanhai.core.counting import count_bounded
from shanhai.core.models import Organisation, Party, Region
from shanhai.fields.registry import columns, forms
from shanhai.fields.registry.queries import beginnings, region_changes
from shanhai.fields.registry.queries.counting import said
from shanhai.fields.registry.views import shared
from shanhai.webkit import cells, listing, maps
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required
from shanhai.webkit.remember import mark_at, remembered
from shanhai.webkit.words import Words, day

REGIONS = Table(
    code="registry.regions",
    columns=(
        Column(
            "name",
            _("Region"),
            kind="link",
            value="name",
            href=cells.link("registry:region", "code"),
            second=lambda row: _ended(row),
            stack="grow",
        ),
        Column("code", _("Region code"), kind="code", sort=("code",), index="unique", stack="full"),
        Column("level", _("Level"), value=lambda row: columns.words(columns.LEVELS, row.level), stack="push"),
        Column("parent", _("In"), value=lambda row: row.parent.name if row.parent else "", stack="hide-s"),
        Column("population", _("Population"), kind="number", stack="hide-s"),
        Column(
            "standing",
            _("Standing"),
            value=lambda row: columns.words(columns.STANDINGS, _standing(row)),
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "level",
            _("Level"),
            choices=lambda request: [
                (value, columns.words(columns.LEVELS, value)) for value in Region.Level.values
            ],
        ),
        Filter("q", _("Name or code"), kind="search", apply=lambda rows, text: _named_or_coded(rows, text)),
    ),
    default_sort="code",
    keeps_count=True,
    export=shared.export_of(columns.REGIONS),
    empty=(
        _("No regions yet."),
        _("Add the provinces first, or bring the register of the statistics office as a spreadsheet."),
    ),
)
CHANGES: dict[str, tuple[type[ShanhaiForm], Callable[..., Any], Words]] = {
    "rename": (forms.RenameRegion, actions.rename_region, _("Rename {region}")),
    "recode": (forms.RecodeRegion, actions.recode_region, _("Give {region} another code, or move it")),
    "merge": (forms.MergeRegion, actions.merge_region, _("Merge {region} into another region")),
    "split": (forms.SplitRegion, actions.split_region, _("Split a new region off {region}")),
    "abolish": (forms.AbolishRegion, actions.abolish_region, _("Abolish {region}")),
}


def _ended(row: Region) -> str:
    return gettext("until %(day)s") % {"day": day(row.valid_to, "year")} if row.valid_to else ""


def _standing(row: Region) -> str:
    return "illustrative" if row.is_illustrative else "reported" if row.source else ""


def _named_or_coded(rows: Any, text: str) -> Any:
    """Codes and names that begin so, else names that hold it."""
    found = beginnings.found(rows, beginnings.of_code(text), beginnings.of_name(text))
    return rows.filter(pk__in=search.keys_of("core.region", text)) if found is None else found


_UPPER = ("province", "city", "county")
_TREE = 400


def _head() -> tuple[list[tuple[str, int]], str]:
    """How many regions of each level there are now, each counted as far as lists count; and the upper ones, drawn."""
    now = Region.objects.filter(valid_to=None)
    counts = [(level, count_bounded(now.filter(level=level))) for level in Region.Level.values]
    tree = _tree(list(now.filter(level__in=_UPPER).order_by("code")[:_TREE]))
    return counts, render_to_string("registry/_region_tree.html", {"tree": tree}) if tree else ""


@require_GET
@member_required("registry.view_regions")
def index(request: Any) -> HttpResponse:
    counts, tree = remembered("registry.regions", (), _head, mark_at(request))
    context = {
        "total": sum(n for _level, n in counts),
        "counts": [said(f"level.{level}", n) for level, n in counts if n],
        "tree": tree,
        "may_add": shared.may(request, "core.add_region"),
        "may_import": shared.may(request, "registry.write_regions"),
    }
    return listing.render(
        request, "registry/regions.html", REGIONS, Region.objects.select_related("parent"), context
    )


def _tree(rows: list[Region]) -> list[tuple[int, Region]]:
    """Provinces, cities and counties with their depth, each below the one that it lies in."""
    below: dict[int | None, list[Region]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[tuple[int, Region]] = []
    stack = [(0, row) for row in reversed(below.get(None, []))]
    while stack:
        depth, row = stack.pop()
        found.append((depth, row))
        stack += [(depth + 1, child) for child in reversed(below.get(row.pk, []))]
    return found


@require_GET
@member_required("registry.view_regions")
def show(request: Any, code: str) -> HttpResponse:
    region = _found(code)
    below = list(Region.objects.filter(parent=region).order_by("valid_to", "code")[:400])
    inside = Organisation.objects.filter(region=region, is_active=True).order_by("name_sort", "pk")
    context = {
        "region": region,
        "level": columns.words(columns.LEVELS, region.level),
        "standing": _standing(region),
        "above": _above(region),
        "below": below,
        "organisations": list(inside[:50]),
        "organisation_count": inside.count(),
        "changes": [(change, _said(change, region)) for change in region_changes.changes_of(region)],
        "history": shared.history(region),
        "map": _map(request, region, below),
        "panels": shared.panels(request, "region.detail", region),
        "may_correct": shared.may(request, "core.correct_region"),
        "verbs": [(verb, title) for verb, title in VERBS if shared.may(request, "core.rename_region")]
        if region.valid_to is None
        else [],
    }
    return render(request, "registry/region.html", context)


VERBS = (
    ("rename", _("Rename")),
    ("recode", _("Recode or move")),
    ("merge", _("Merge")),
    ("split", _("Split")),
    ("abolish", _("Abolish")),
)


def _found(code: str) -> Region:
    return shared.found(
        Region.objects.select_related("parent__parent__parent__parent"), code=code.ljust(12, "0")
    )


def _above(region: Region) -> list[Region]:
    above, at = [], region.parent
    while at is not None:
        above.append(at)
        at = at.parent
    return above[::-1]


def _said(change: Any, region: Region) -> str:
    """A change in words, from where the reader stands."""
    if change.region_id != region.pk:
        other = change.region.name
        if change.kind == "split":
            return gettext("founded on land of %(other)s") % {"other": other}
        return gettext("took in %(other)s") % {"other": other}
    words = columns.words(columns.CHANGES, change.kind)
    parts = " → ".join(part for part in (change.before, change.after) if part)
    return f"{words}: {parts}" if parts else words


def _map(request: Any, region: Region, below: list[Region]) -> list[maps.Feature]:
    """The regions inside it, or itself among its neighbours where none is drawn."""
    drawn = [row for row in below if row.outline and row.valid_to is None]
    if not drawn and region.outline:
        beside = Region.objects.filter(parent_id=region.parent_id, valid_to=None).exclude(outline="")
        drawn = list(beside.order_by("code")[:400])
    side = _side_of(request, region)
    return [
        maps.Feature(
            "area",
            maps.ring(row.outline),
            side=side,
            label=row.name,
            url=reverse("registry:region", args=[row.code]),
            is_paired=row.pk == region.pk,
        )
        for row in drawn
    ]


def _side_of(request: Any, region: Region) -> str:
    """The side that the region lies on: as its smallest party that governs it, in the chosen pairing or in any."""
    parties = Party.objects.filter(organisation__kind__in=("government", "township"))
    if request.pairing is not None:
        parties = parties.filter(pairing=request.pairing)
    governed = [
        (code.rstrip("0"), role)
        for code, role in parties.values_list("organisation__region__code", "role")
        if region.code.startswith(code.rstrip("0"))
    ]
    return max(governed)[1] if governed else ""


@member_required("registry.keep_places")
def add(request: Any) -> HttpResponse:
    form = forms.AddRegion(request, initial={"code": request.GET.get("code", "")[:12]})
    if form.sent(lambda data: actions.add_region(by=request.member, **data)):
        sentence = gettext("%(region)s is in the register.") % {"region": form.result.name}
        return shared.done(request, sentence, reverse("registry:region", args=[form.result.code]))
    return shared.form_page(
        request,
        form,
        title=gettext("Add a region"),
        crumbs=[(gettext("Regions"), reverse("registry:regions"))],
    )


@member_required("registry.keep_places")
def correct(request: Any, code: str) -> HttpResponse:
    region = _found(code)
    form = forms.CorrectRegion(request, subject=region)
    if form.sent(lambda data: actions.correct_region(region, by=request.member, **data)):
        return shared.done(
            request, gettext("The correction is saved."), reverse("registry:region", args=[code])
        )
    return shared.form_page(
        request,
        form,
        title=gettext("Correct what is written of %(region)s") % {"region": region.name},
        sub=gettext("A correction has no day. What really changed is recorded on the day it changed."),
        crumbs=_crumbs(region),
    )


@member_required("registry.keep_places")
def change(request: Any, code: str, verb: str) -> HttpResponse:
    region = _found(code)
    kind, act, title = CHANGES[verb]
    form = kind(request, subject=region, initial=_blank(kind))
    if form.sent(lambda data: act(region, by=request.member, **data)):
        region.refresh_from_db()
        sentence = gettext("The change is in the history of %(region)s.") % {"region": region.name}
        return shared.done(request, sentence, reverse("registry:region", args=[region.code]))
    return shared.form_page(
        request,
        form,
        title=str(title).format(region=region.name),
        sub=_inside(region),
        crumbs=_crumbs(region),
    )


def _inside(region: Region) -> str:
    """What lies and stands in a region, for whoever is about to change it."""
    lying = Region.objects.filter(parent=region, valid_to=None).count()
    standing = Organisation.objects.filter(region=region, is_active=True).count()
    parts = (
        (lying, ngettext("%(n)s region lies in it.", "%(n)s regions lie in it.", lying)),
        (
            standing,
            ngettext("%(n)s organisation stands in it.", "%(n)s organisations stand in it.", standing),
        ),
    )
    return " ".join(words % {"n": n} for n, words in parts if n)


def _blank(kind: type[ShanhaiForm]) -> dict[str, Any]:
    """A change is written new; what the region has now would only be in the way."""
    return {name: "" for name in kind.base_fields if name != "version"}


def _crumbs(region: Region) -> list[tuple[Any, str]]:
    return [
        (gettext("Regions"), reverse("registry:regions")),
        (region.name, reverse("registry:region", args=[region.code])),
    ]


@require_GET
@member_required("registry.view_regions")
def by_short_code(request: Any, code: str) -> HttpResponse:
    """331181 leads to 331181000000."""
    return redirect("registry:region", code.ljust(12, "0"))
