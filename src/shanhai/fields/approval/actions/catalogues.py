"""Writes of catalogues: opened from a profile, drafted, checked and published; what is published never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Max

from shanhai.core import access, clock, journal, rows, search
from shanhai.core.actions.naming import check_free, checked_code, named
from shanhai.core.models import Member, Region
from shanhai.core.writing import action
from shanhai.fields.approval.models import CataloguePaper, CatalogueVersion, ItemCatalogue
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.rules import checks, differences, documents, profiles
from shanhai.fields.approval.rules.catalogue import MOST_ITEMS, Catalogue, Item
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Stage = CatalogueVersion.Stage
_NAMED = 20  # So many changed items stand in a journal entry by name.


@action
def open_catalogue(
    *,
    code: str,
    region: Region,
    profile: str = profiles.OWN,
    document: Catalogue | None = None,
    name_zh: str = "",
    name_en: str = "",
    source: str = "",
    by: Member | None,
) -> ItemCatalogue:
    """Open a catalogue for a region, with a first draft taken from a profile or from a document.

    Parameters
    ----------
    name_zh, name_en
        As the profile or the document has them where they are left out.
    """
    access.check(by, "approval.open_catalogue")
    _check_own_land(by, region.code, region.name)
    code = checked_code(code)
    check_free(ItemCatalogue, code)
    document = document or profiles.profile(profile)
    names = named(name_zh or document.name_zh, name_en or document.name_en)
    catalogue = ItemCatalogue.objects.create(
        code=code, region=region, profile=document.profile, source=source.strip()[:200], **names
    )
    search.put_many([queries.found_as(catalogue)])
    journal.record(catalogue, "approval.open_catalogue", by=by)
    draft = CatalogueVersion(catalogue=catalogue, number=1)
    _set(draft, document)
    draft.save()
    journal.record(draft, "approval.open_draft", by=by, catalogue=code)
    return catalogue


@action
def open_draft(catalogue: ItemCatalogue, *, by: Member | None) -> CatalogueVersion:
    """Begin the next version as a copy of the latest published one."""
    access.check(by, "approval.open_draft")
    check_may_keep(catalogue, by)
    # The row of the catalogue is the guard: of two who begin at once the second finds the draft of the first.
    rows.move(catalogue)
    versions = CatalogueVersion.objects.filter(catalogue=catalogue)
    if versions.filter(stage=Stage.DRAFT).exists():
        raise NotNow(
            "approval.draft_there",
            gettext_noop("Catalogue {catalogue} has a draft already. Go on with it, or drop it first."),
            catalogue=catalogue.code,
        )
    latest = versions.filter(stage=Stage.PUBLISHED).order_by("-number").first()
    document = latest.document if latest is not None else profiles.profile(catalogue.profile)
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = CatalogueVersion(catalogue=catalogue, number=number)
    _set(draft, document)
    draft.save()
    if latest is not None:
        CataloguePaper.objects.bulk_create(
            CataloguePaper(version=draft, material=one.material, role=one.role, document_id=one.document_id)
            for one in CataloguePaper.objects.filter(version=latest)
        )
    journal.record(draft, "approval.open_draft", by=by, catalogue=catalogue.code)
    return draft


@action
def bring_draft(draft: CatalogueVersion, document: Catalogue, *, by: Member | None) -> CatalogueVersion:
    """Put a whole document in place of what a draft says: what a workbook or a file brings."""
    access.check(by, "approval.bring_draft")
    return _write(draft, document, "approval.bring_draft", by)


@action
def write_item(draft: CatalogueVersion, item: Item, *, was: str = "", by: Member | None) -> CatalogueVersion:
    """Put an item into a draft, in place of the one with the code ``was``; whoever waited for that waits for this."""
    access.check(by, "approval.write_item")
    document = draft.document
    others = {one.code for one in document.items} - {was}
    if item.code in others:
        raise NotNow(
            "approval.item_code_taken",
            gettext_noop("The draft has an item {item} already. Take another code, or change that one."),
            item=item.code,
            field="code",
        )
    if was:
        queries.item_of(draft, was)
    if not was and len(document.items) >= MOST_ITEMS:
        raise NotNow(
            "approval.items_full",
            gettext_noop("A catalogue has at most {most} items. Make another one for the rest."),
            most=MOST_ITEMS,
        )
    document = document.with_item(item, was)
    if was and was != item.code:
        document = replace(document, items=tuple(_renamed(one, was, item.code) for one in document.items))
    return _write(draft, document, "approval.write_item", by, item=item.code)


@action
def drop_item(draft: CatalogueVersion, code: str, *, by: Member | None) -> CatalogueVersion:
    """Take an item out of a draft; whoever waited for it waits for what it waited for."""
    access.check(by, "approval.drop_item")
    queries.item_of(draft, code)
    return _write(draft, draft.document.without_item(code), "approval.drop_item", by, item=code)


@action
def publish_draft(
    draft: CatalogueVersion,
    *,
    valid_from: date | None = None,
    why: str = "",
    why_en: str = "",
    by: Member | None,
) -> CatalogueVersion:
    """Publish a draft; from then on it never changes, and cases that run keep the version with which they began.

    Raises
    ------
    BadInput
        ``approval.catalogue_faulty``: all that is wrong, with the paths.
    NotNow
        ``approval.nothing_changed``: it says what the version before it says.
    """
    access.check(by, "approval.publish_draft")
    _check_draft(draft, by)
    checks.check(draft.document, queries.known(draft.document))
    before = queries.before(draft)
    if before is not None and before.sha256 == draft.sha256:
        raise NotNow(
            "approval.nothing_changed",
            gettext_noop(
                "The draft of {catalogue} says what version {number} says. Change something, or drop it."
            ),
            catalogue=draft.catalogue.code,
            number=before.number,
        )
    today = clock.today()
    valid_from = valid_from or today
    if before is not None and before.valid_from is not None and valid_from < before.valid_from:
        raise BadInput(
            "approval.before_last_version",
            gettext_noop("Version {number} holds from {since}. Give that day or a later one."),
            number=before.number,
            since=before.valid_from,
            field="valid_from",
        )
    words: dict[str, Any] = {"why": why.strip()[:300], "why_en": why_en.strip()[:300]}
    rows.move(draft, stage=Stage.PUBLISHED, valid_from=valid_from, published_on=today, **words)
    journal.record(draft, "approval.publish_draft", by=by, catalogue=draft.catalogue.code, **words)
    return draft


@action
def discard_draft(draft: CatalogueVersion, *, by: Member | None) -> None:
    """Throw a draft away; a catalogue that was never published goes with it."""
    access.check(by, "approval.discard_draft")
    _check_draft(draft, by)
    journal.record(draft, "approval.discard_draft", by=by, catalogue=draft.catalogue.code, is_gone=True)
    rows.move(draft)  # refused where somebody has changed it since it was read
    CatalogueVersion.objects.filter(pk=draft.pk).delete()
    catalogue = draft.catalogue
    if not catalogue.versions.exists():
        journal.record(catalogue, "approval.drop_catalogue", by=by, is_gone=True)
        search.drop("approval.itemcatalogue", catalogue.pk)
        ItemCatalogue.objects.filter(pk=catalogue.pk).delete()


@action
def load_version(
    catalogue: ItemCatalogue,
    document: Catalogue,
    *,
    number: int,
    valid_from: date | None,
    published_on: date | None,
    why: str = "",
    why_en: str = "",
    by: Member | None,
) -> CatalogueVersion | None:
    """Write a version as a zone folder has it; None where it stands so already. Only the loader calls this.

    Raises
    ------
    NotNow
        ``approval.version_stands``: another document is published under this number.
    """
    access.check(by, "approval.load_version")
    held = CatalogueVersion.objects.filter(catalogue=catalogue, number=number).first()
    sha256 = documents.sha256_of(document)
    said = {"valid_from": valid_from, "why": why, "why_en": why_en}
    if held is not None and held.sha256 == sha256 and all(getattr(held, k) == v for k, v in said.items()):
        return None
    if held is not None and not held.is_draft:
        raise NotNow(
            "approval.version_stands",
            gettext_noop(
                "Version {number} of {catalogue} is published and says something else. Give the file a new number."
            ),
            number=number,
            catalogue=catalogue.code,
        )
    if published_on is not None:
        checks.check(document, queries.known(document))
    version = held or CatalogueVersion(catalogue=catalogue, number=number)
    _set(version, document)
    stage = Stage.PUBLISHED if published_on is not None else Stage.DRAFT
    changes: dict[str, Any] = {"stage": stage, "published_on": published_on, **said}
    if held is None:
        for name, value in changes.items():
            setattr(version, name, value)
        version.save()
    else:
        rows.move(version, body=version.body, sha256=version.sha256, **changes)
    journal.record(version, "approval.load_version", by=by, catalogue=catalogue.code)
    return version


@action
def load_catalogue(*, code: str, by: Member | None, **values: Any) -> ItemCatalogue:
    """Write a catalogue as a zone folder has it. Only the loader calls this."""
    access.check(by, "approval.load_catalogue")
    names = named(values.pop("name_zh"), values.pop("name_en"))
    catalogue = ItemCatalogue.objects.filter(code=code).first()
    if catalogue is None:
        catalogue = ItemCatalogue.objects.create(code=checked_code(code), **names, **values)
    else:
        changes = {
            name: value for name, value in (names | values).items() if getattr(catalogue, name) != value
        }
        if not changes:
            return catalogue
        rows.move(catalogue, **changes)
    search.put_many([queries.found_as(catalogue)])
    journal.record(catalogue, "approval.load_catalogue", by=by)
    return catalogue


def _write(
    draft: CatalogueVersion, document: Catalogue, verb: str, by: Member | None, **facts: Any
) -> CatalogueVersion:
    _check_draft(draft, by)
    changed = differences.differences(draft.document, document)
    if not changed:
        return draft
    _set(draft, document, is_kept=False)
    codes = list(dict.fromkeys(f"{one.of} {one.code}".strip() for one in changed))
    journal.record(
        draft, verb, by=by, catalogue=draft.catalogue.code, n=len(changed), changed=codes[:_NAMED], **facts
    )
    return draft


def _set(draft: CatalogueVersion, document: Catalogue, *, is_kept: bool = True) -> None:
    document = replace(document, region=_region(draft))
    body, sha256 = documents.body_of(document), documents.sha256_of(document)
    if is_kept:
        draft.body, draft.sha256 = body, sha256
    else:
        rows.move(draft, body=body, sha256=sha256)


def _region(draft: CatalogueVersion) -> str:
    """A catalogue is of one region, whatever the file says that it is brought from."""
    return draft.catalogue.region.code


def _renamed(item: Item, was: str, code: str) -> Item:
    return replace(item, after=tuple(code if one == was else one for one in item.after))


def _check_draft(draft: CatalogueVersion, by: Member | None) -> None:
    check_may_keep(draft.catalogue, by)
    if not draft.is_draft:
        raise NotNow(
            "approval.published",
            gettext_noop(
                "Version {number} of {catalogue} is published and never changes. Begin a new draft."
            ),
            number=draft.number,
            catalogue=draft.catalogue.code,
        )


def check_may_keep(catalogue: ItemCatalogue, by: Member | None) -> None:
    """Refuse whoever is not of the land that a catalogue is of."""
    _check_own_land(by, catalogue.region.code, catalogue.region.name)


def _check_own_land(by: Member | None, region: str, name: str) -> None:
    if not queries.is_own_land(by, region):
        raise NotAllowed(
            "approval.other_land",
            gettext_noop(
                "What is approved in {region} is laid down there. Propose the change to its cooperation office."
            ),
            region=name,
        )
