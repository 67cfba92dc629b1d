"""Reads of official papers: numbers given out, prints and signed copies of a record, and the papers of its whole file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet

from shanhai.core import access, records, signs, visibility
from shanhai.core.models import Attachment, FileMark, FileNumber, Member, Organisation, Print, SignedCopy
from shanhai.core.printing.content import changed, digest, signed_part
from shanhai.core.printing.making import content_of
from shanhai.core.printing.whole import Inside
from shanhai.kernel.refusals import NotFound, TooLarge, gettext_noop

# A file of more papers is taken away by its parts.
MOST_PAPERS = 2_000


def numbers_of(member: Member | None) -> QuerySet[FileNumber]:
    """The file numbers that the member's organisation gave out; auditors see all."""
    rows = FileNumber.objects.select_related("organisation", "issued_by")
    if member is None:
        return rows
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return rows
    return rows.filter(organisation_id=here.organisation_id)


def number_named(member: Member | None, text: str) -> FileNumber:
    """A file number as it is written, of those that the member sees.

    Raises
    ------
    NotFound
        ``core.no_file_number``
    """
    found = numbers_of(member).filter(text=text.strip()[:60]).first()
    if found is None:
        raise NotFound(
            "core.no_file_number",
            gettext_noop("There is no file number {text} here. Look for it in the list of file numbers."),
            text=text.strip()[:60],
        )
    return found


def mark_of(organisation: Organisation | int | None) -> FileMark | None:
    """The mark at the head of an organisation's file numbers, if it has one."""
    return FileMark.objects.filter(organisation=organisation).first()


def prints_of(record: Model) -> list[tuple[Print, list[str]]]:
    """The prints of a record, latest first, each with the names of what the record says otherwise since."""
    found = list(Print.objects.filter(**_own(record)).select_related("made_by")[:20])
    parts = {
        language: signed_part(content_of(record, language)) for language in {one.language for one in found}
    }
    return [
        (one, [] if digest(parts[one.language]) == one.sha256 else changed(one.parts, parts[one.language]))
        for one in found
    ]


def copies_of(record: Model) -> list[SignedCopy]:
    """The signed copies that were matched to prints of a record."""
    rows = SignedCopy.objects.filter(**_own(record)).select_related("paper", "document", "matched_by")
    return list(rows[:50])


def _own(record: Model) -> dict[str, Any]:
    return {"kind": record._meta.label_lower, "object_id": record.pk}


def whole_file(member: Member | None, record: Model) -> list[Inside]:
    """The papers of a record and of its parts that a member sees, each once, in the order in which they were filed.

    Raises
    ------
    TooLarge
        ``core.file_too_many_papers``
    """
    kind = records.kind_of(record)
    hung = Q(kind=record._meta.label_lower, object_id=record.pk)
    parts: Sequence[tuple[str, list[int]]] = signs.call(kind.parts)(record) if kind and kind.parts else ()
    for label, keys in parts:
        hung |= Q(kind=label, object_id__in=keys)
    rows = (
        Attachment.objects.filter(hung, document__withdrawn_on=None, document__replaced_by=None)
        .select_related("document__blob", "document__owner_unit")
        .order_by("document__uploaded_at", "document_id", "pk")
    )
    found: dict[int, Inside] = {}
    sees_all = member is None or bool(access.SEES_ALL & access.standing(member).roles)
    for one in rows[: MOST_PAPERS + 1]:
        if one.document_id not in found and (sees_all or visibility.can_see(member, one.document)):
            found[one.document_id] = Inside(one.document, one.role)
    if len(found) > MOST_PAPERS:
        raise TooLarge(
            "core.file_too_many_papers",
            gettext_noop("This file holds more than {most} papers. Take its parts away one by one."),
            most=MOST_PAPERS,
        )
    return list(found.values())
