"""What can be found of core's nouns, for making the search index again; one place builds each entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps

from shanhai.core import records, signs
from shanhai.core.models import Document, Member, Note, Organisation, Region
from shanhai.core.search import Found


def of_region(region: Region) -> Found:
    """How a region is found: by its names and its code."""
    return Found(
        "core.region",
        region.pk,
        region.name_zh,
        f"/registry/regions/{region.code}/",
        region.name_en,
        region.code,
    )


def of_organisation(organisation: Organisation) -> Found:
    """How an organisation is found: by its names and its credit code, or else its own code."""
    return Found(
        "core.organisation",
        organisation.pk,
        organisation.name_zh,
        f"/registry/organisations/{organisation.code}/",
        organisation.name_en,
        organisation.credit_code or organisation.code,
    )


def of_member(member: Member) -> Found:
    """How a member is found."""
    return Found(
        "core.member",
        member.pk,
        member.name_zh,
        f"/registry/members/{member.code}/",
        member.name_en,
        member.code,
    )


def of_document(document: Document) -> Found:
    """How a paper is found, by those who see it: by its title and its file number (文号)."""
    return Found(
        "core.document",
        document.pk,
        document.title,
        f"/registry/documents/{document.pk}/",
        code=document.number,
        pairing_id=document.pairing_id,
        scope="seen",
    )


def regions() -> Iterator[Found]:
    """All regions."""
    return map(of_region, Region.objects.iterator(chunk_size=2000))


def organisations() -> Iterator[Found]:
    """All open organisations."""
    return map(of_organisation, Organisation.objects.filter(is_active=True).iterator(chunk_size=2000))


def members() -> Iterator[Found]:
    """All active members."""
    return map(of_member, Member.objects.filter(is_active=True).iterator(chunk_size=2000))


def documents() -> Iterator[Found]:
    """All papers that count: neither withdrawn nor replaced."""
    current = Document.objects.filter(withdrawn_on=None, replaced_by=None)
    return map(of_document, current.iterator(chunk_size=2000))


_NOTES_AT_ONCE = 500


def notes(keys: Collection[int] | None = None) -> Iterator[Found]:
    """All notes that stand, or those with some keys: by their words, for those who see note and record."""
    standing = Note.objects.filter(withdrawn_at=None).order_by("pk")
    if keys is not None:
        standing = standing.filter(pk__in=keys)
    batch: list[Note] = []
    for note in standing.iterator(chunk_size=_NOTES_AT_ONCE):
        batch.append(note)
        if len(batch) == _NOTES_AT_ONCE:
            yield from _of_notes(batch)
            batch = []
    yield from _of_notes(batch)


def _of_notes(batch: list[Note]) -> Iterator[Found]:
    keys: dict[str, set[int]] = {}
    for note in batch:
        keys.setdefault(note.kind, set()).add(note.object_id)
    noted: dict[tuple[str, int], Any] = {}
    for kind, some in keys.items():
        if kind in signs.record_kinds:
            for record in apps.get_model(kind)._default_manager.filter(pk__in=some):
                noted[kind, record.pk] = record
    for note in batch:
        record = noted.get((note.kind, note.object_id))
        if record is not None:
            yield of_note(note, record)


def of_note(note: Note, record: Any) -> Found:
    """How a note is found: by all its words, on the page of its record."""
    return Found(
        "core.note",
        note.pk,
        " ".join(note.text.split())[:200],
        f"{records.url(record)}#note-{note.pk}",
        pairing_id=note.pairing_id,
        scope="seen",
        text=note.text,
    )
