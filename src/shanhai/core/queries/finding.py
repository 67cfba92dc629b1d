"""What can be found of core's nouns, for making the search index again; one place builds each entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from shanhai.core import records, signs
from shanhai.core.models import Document, FileNumber, Member, Note, Organisation, Region
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


_AT_ONCE = 500


def notes(keys: Collection[int] | None = None) -> Iterator[Found]:
    """All notes that stand, or those with some keys: by their words, for those who see note and record."""
    standing = Note.objects.filter(withdrawn_at=None).order_by("pk")
    if keys is not None:
        standing = standing.filter(pk__in=keys)
    for note, record in _with_records(standing):
        yield of_note(note, record)


def file_numbers(keys: Collection[int] | None = None) -> Iterator[Found]:
    """All file numbers in use, or those with some keys, for those who see the record whose paper carries them."""
    in_use = FileNumber.objects.filter(voided_on=None).order_by("pk")
    if keys is not None:
        in_use = in_use.filter(pk__in=keys)
    for number, record in _with_records(in_use):
        yield of_file_number(number, record)


def _with_records(hanging: QuerySet) -> Iterator[tuple[Any, Any]]:
    """Notes or file numbers, each with the record that it hangs on; a record that is gone takes them along."""
    rows = hanging.iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(rows, _AT_ONCE)):
        keys: dict[str, set[int]] = {}
        for one in batch:
            keys.setdefault(one.kind, set()).add(one.object_id)
        found: dict[tuple[str, int], Any] = {}
        for kind, some in keys.items():
            if kind in signs.record_kinds:
                for record in apps.get_model(kind)._default_manager.filter(pk__in=some):
                    found[kind, record.pk] = record
        for one in batch:
            if (record := found.get((one.kind, one.object_id))) is not None:
                yield one, record


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


def of_file_number(number: FileNumber, record: Any) -> Found:
    """How a file number is found: as it stands on the paper, on the page of its record."""
    title_zh, title_en = records.titles(record)
    return Found(
        "core.filenumber",
        number.pk,
        title_zh,
        records.url(record),
        title_en,
        number.text,
        pairing_id=number.pairing_id,
    )
