"""Reads of catalogues and their versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from shanhai.core import clock
from shanhai.core.models import Member, Organisation
from shanhai.core.search import Found
from shanhai.fields.approval.models import CatalogueVersion, ItemCatalogue
from shanhai.fields.approval.rules import documents
from shanhai.fields.approval.rules.catalogue import Catalogue, Item
from shanhai.fields.approval.rules.checks import Known, line_of, may_decide
from shanhai.kernel.refusals import NotFound, gettext_noop

Stage = CatalogueVersion.Stage


def catalogues() -> QuerySet[ItemCatalogue]:
    """All catalogues, with the number of the latest published version and of the draft; sort by ``name_sort``."""
    rows = ItemCatalogue.objects.select_related("region")
    return rows.annotate(
        latest=Max("versions__number", filter=Q(versions__stage=Stage.PUBLISHED)),
        draft=Max("versions__number", filter=Q(versions__stage=Stage.DRAFT)),
        n_versions=Count("versions", filter=Q(versions__stage=Stage.PUBLISHED)),
        valid_from=Subquery(
            CatalogueVersion.objects.filter(catalogue=OuterRef("pk"), stage=Stage.PUBLISHED)
            .order_by("-number")
            .values("valid_from")[:1]
        ),
    )


def catalogue_of(code: str) -> ItemCatalogue:
    """One catalogue.

    Raises
    ------
    NotFound
        ``approval.no_catalogue``
    """
    found = catalogues().filter(code=code[:40]).first()
    if found is None:
        raise NotFound(
            "approval.no_catalogue",
            gettext_noop("There is no catalogue {catalogue}. Look for it in the list of catalogues."),
            catalogue=code[:40],
        )
    return found


def n_published() -> int:
    """How many catalogues have a published version."""
    return CatalogueVersion.objects.filter(stage=Stage.PUBLISHED).values("catalogue").distinct().count()


def is_there(code: str) -> bool:
    """Whether there is a catalogue of this code."""
    return ItemCatalogue.objects.filter(code=code).exists()


def version_of(code: str, number: int | None = None) -> CatalogueVersion:
    """One version of a catalogue: that number, else the latest published one, else its draft.

    Raises
    ------
    NotFound
        ``approval.no_version``
    """
    catalogue = catalogue_of(code)
    rows = CatalogueVersion.objects.filter(catalogue=catalogue).select_related("catalogue__region")
    wanted = number if number is not None else catalogue.latest or catalogue.draft  # type: ignore[attr-defined]
    found = rows.filter(number=wanted).first() if wanted is not None and wanted < 2**15 else None
    if found is None:
        raise NotFound(
            "approval.no_version",
            gettext_noop("Catalogue {catalogue} has no version {number}. Look at the versions that it has."),
            catalogue=catalogue.code,
            number=number if number is not None else "–",
        )
    return found


def draft_of(code: str) -> CatalogueVersion:
    """The draft of a catalogue.

    Raises
    ------
    NotFound
        ``approval.no_draft``
    """
    catalogue = catalogue_of(code)
    found = CatalogueVersion.objects.filter(catalogue=catalogue, stage=Stage.DRAFT).select_related(
        "catalogue__region"
    )
    draft = found.first()
    if draft is None:
        raise NotFound(
            "approval.no_draft",
            gettext_noop(
                "Catalogue {catalogue} has no draft. Begin one first; what is published never changes."
            ),
            catalogue=catalogue.code,
        )
    return draft


def item_of(version: CatalogueVersion, code: str) -> Item:
    """One item of a version.

    Raises
    ------
    NotFound
        ``approval.no_item``
    """
    try:
        return version.document.item(code)
    except KeyError:
        raise NotFound(
            "approval.no_item",
            gettext_noop(
                "Version {number} of {catalogue} has no item {item}. Look at the items that it has."
            ),
            number=version.number,
            catalogue=version.catalogue.code,
            item=code[:40],
        ) from None


def versions_of(catalogue: ItemCatalogue) -> list[CatalogueVersion]:
    """All versions, the latest first, without what they say."""
    return list(
        CatalogueVersion.objects.filter(catalogue=catalogue)
        .select_related("catalogue")
        .defer("body")
        .order_by("-number")
    )


def before(version: CatalogueVersion) -> CatalogueVersion | None:
    """The published version that a version follows; None for the first."""
    rows = CatalogueVersion.objects.filter(
        catalogue_id=version.catalogue_id, stage=Stage.PUBLISHED, number__lt=version.number
    )
    return rows.select_related("catalogue").order_by("-number").first()


def in_force(region_code: str, on: date | None = None) -> list[CatalogueVersion]:
    """The version of each catalogue of a region that holds on a day, by name: a running case keeps the one it began with.

    Of the versions that hold by then the one with the highest number counts.
    """
    rows = CatalogueVersion.objects.filter(
        catalogue__region__code=region_code, stage=Stage.PUBLISHED, valid_from__lte=on or clock.today()
    )
    latest: dict[int, CatalogueVersion] = {}
    for one in rows.select_related("catalogue__region").order_by(
        "catalogue__name_sort", "catalogue_id", "number"
    ):
        latest[one.catalogue_id] = one
    return list(latest.values())


def in_force_at(place: str, on: date | None = None) -> list[CatalogueVersion]:
    """The versions in force in a place: of its own region, else of the nearest one above that has any."""
    for region in line_of(place):
        found = in_force(region, on)
        if found:
            return found
    return []


def known(document: Catalogue) -> Known:
    """What the register of organisations says of those that a catalogue names (one statement)."""
    codes = {one.organisation for one in document.departments if one.organisation}
    regions = dict(Organisation.objects.filter(code__in=codes).values_list("code", "region__code"))
    return Known({code: regions.get(code) for code in codes})


def organisations(document: Catalogue) -> dict[str, Organisation]:
    """The organisation of each department that names one, by code of the department (one statement)."""
    named = {one.code: one.organisation for one in document.departments if one.organisation}
    found = Organisation.objects.filter(code__in=set(named.values())).select_related("region")
    rows = {row.code: row for row in found}
    return {code: rows[organisation] for code, organisation in named.items() if organisation in rows}


def is_own_land(member: Member | None, catalogue_region: str) -> bool:
    """Whether a member's organisation stands in the region of a catalogue or in one that lies in it or above it."""
    return member is None or may_decide(catalogue_region, member.unit.organisation.region.code)


# -- finding and checking ------------------------------------------------------------------------------------------


def found_as(one: Any) -> Found:
    """By its name and code, for whoever may see catalogues."""
    return Found("approval.itemcatalogue", one.pk, one.name_zh, one.url, one.name_en, one.code)


def entries() -> Iterator[Found]:
    """All catalogues."""
    return map(found_as, ItemCatalogue.objects.iterator())


def changed_since() -> Iterator[CatalogueVersion]:
    """Published versions that do not say what they said when they were published."""
    rows = CatalogueVersion.objects.filter(stage=Stage.PUBLISHED).select_related("catalogue").order_by("pk")
    for one in rows.iterator():
        if documents.sha256_of(documents.of_body(one.body)) != one.sha256:
            yield one
