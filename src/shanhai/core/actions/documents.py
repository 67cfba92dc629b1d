"""Writes of documents: stored once by their bytes, hung on records, replaced, withdrawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, BinaryIO, TypeVar

from django.db import models
from django.db.models import F

from shanhai.core import access, blobs, clock, filetypes, journal, rows, rulebook, search, visibility
from shanhai.core.models import Attachment, Document, Member, Pairing, Seat, Share, Unit
from shanhai.core.names import called
from shanhai.core.queries import finding
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop
from shanhai.kernel.text import tidy_name

T = TypeVar("T")


@action
def store_document(
    file: BinaryIO,
    *,
    title: str = "",
    file_name: str = "",
    pairing: Pairing | None = None,
    number: str = "",
    dated_on: date | None = None,
    reach: str = "",
    replaces: Document | None = None,
    attach_to: models.Model | None = None,
    role: str = "annex",
    is_illustrative: bool = False,
    owner: Unit | None = None,
    by: Member | None,
) -> Document:
    """Store a file as a document that the writer's side sees, and hang it on a record if one is named.

    The content is checked against the name; bytes that are there already are not stored again.

    Parameters
    ----------
    owner
        The unit that it belongs to, where nobody with a unit brings it (a photograph by a phone link).
    """
    access.check(by, "core.store_document")
    _check_seat(by, pairing)
    file_name = checked_file_name(file_name or getattr(file, "name", "") or "")
    max_bytes = limit_bytes()
    if getattr(file, "size", 0) > max_bytes:
        raise blobs.too_large(max_bytes)
    kind = filetypes.check_content(file, file_name)
    document = Document(
        title=tidy_name(title)[:200] or file_name.rpartition(".")[0][:200],
        file_name=file_name,
        blob=blobs.keep(file, kind.media_type, max_bytes),
        pairing=pairing,
        number=number.strip(),
        dated_on=dated_on,
        uploaded_by=by,
        uploaded_at=clock.now(),
        replaces=replaces,
        is_illustrative=is_illustrative,
    )
    if replaces is None:
        visibility.own(document, by)
        if by is None and owner is not None:
            document.owner_unit = owner
            seat = Seat.objects.filter(pairing=pairing, organisation_id=owner.organisation_id).first()
            document.owner_side = seat.side if seat is not None and pairing is not None else ""
    else:  # Whoever of the organisation brings a better version, it stays the paper of whom it was.
        document.owner_unit, document.owner_side = replaces.owner_unit, replaces.owner_side
    if reach:
        document.reach = reach
    document.save()
    visibility.place(document, document.uploaded_at)
    journal.record(document, "core.store_document", by=by, file=file_name, size=document.blob.size)
    make_findable(document)
    if attach_to is not None:
        attach_document(document, attach_to, role=role, by=by)
    return document


def with_papers(
    files: Sequence[Any], pairing: Pairing, by: Member | None, call: Callable[[list[Document]], T]
) -> T:
    """File papers and do what they belong to in one transaction: neither stays without the other."""

    def both() -> T:
        return call([store_document(file, pairing=pairing, by=by) for file in files])

    return action(both)()


@action
def describe_document(document: Document, *, by: Member | None, **changes: Any) -> Document:
    """Correct the title, number or date of a document."""
    access.check(by, "core.describe_document")
    _check_owner(document, by)
    _check_current(document)
    changes = {name: value for name, value in changes.items() if getattr(document, name) != value}
    if changes:
        rows.move(document, **changes)
        journal.record(document, "core.describe_document", by=by, changed=sorted(changes))
        make_findable(document)
    return document


@action
def attach_document(
    document: Document, record: models.Model, *, role: str = "annex", by: Member | None
) -> Attachment:
    """Hang a document on a record as annex, evidence, minutes, scan; what hangs there already can become evidence."""
    access.check(by, "core.attach_document")
    _check_sees(document, by)
    hold([document])
    attachment, is_new = Attachment.objects.get_or_create(
        document=document,
        kind=record._meta.label_lower,
        object_id=record.pk,
        defaults={"role": role},
    )
    is_promoted = not is_new and role == "evidence" and attachment.role != role
    if is_promoted:
        attachment.role = role
        attachment.save(update_fields=["role"])
    if is_new or is_promoted:
        journal.record(
            document,
            "core.attach_document",
            by=by,
            to_kind=attachment.kind,
            to_id=record.pk,
            to=str(record)[:120],
            role=role,
        )
    return attachment


@action
def detach_document(document: Document, record: models.Model, *, by: Member | None) -> None:
    """Take a document off a record; the document itself stays."""
    access.check(by, "core.detach_document")
    _check_owner(document, by)
    _take_turn([document])
    hung = Attachment.objects.filter(
        document=document, kind=record._meta.label_lower, object_id=record.pk
    ).first()
    if hung is None:
        return
    _check_no_evidence([hung], document)
    hung.delete()
    journal.record(
        document, "core.detach_document", by=by, from_kind=record._meta.label_lower, from_id=record.pk
    )


@action
def replace_document(
    document: Document, file: BinaryIO, *, file_name: str = "", by: Member | None
) -> Document:
    """Bring a new version of a document: it takes over title, reach and places; the old one stays to be read."""
    access.check(by, "core.replace_document")
    _check_owner(document, by)
    _check_current(document)
    rows.move(document)  # Of two who replace it at once the second is told, so one version counts.
    new = store_document(
        file,
        title=document.title,
        file_name=file_name,
        pairing=document.pairing,
        number=document.number,
        dated_on=document.dated_on,
        reach=document.reach,
        replaces=document,
        is_illustrative=document.is_illustrative,
        by=by,
    )
    for hung in document.attachments.all():
        Attachment.objects.create(document=new, kind=hung.kind, object_id=hung.object_id, role=hung.role)
    guests = Share.objects.filter(kind="core.document", object_id=document.pk)
    for guest in guests:
        Share.objects.create(
            kind=guest.kind,
            object_id=new.pk,
            organisation_id=guest.organisation_id,
            by=guest.by,
            at=guest.at,
        )
    visibility.place(new)
    search.drop("core.document", document.pk)
    return new


@action
def withdraw_document(document: Document, *, by: Member | None) -> Document:
    """Withdraw a document that nothing rests on: it leaves the lists, its entry in the journal stays."""
    access.check(by, "core.withdraw_document")
    _check_owner(document, by)
    _check_current(document)
    # The row is moved before we look what rests on it: who hangs the paper on a record holds that row too.
    rows.move(document, withdrawn_on=clock.today())
    _check_no_evidence(list(document.attachments.all()), document)
    visibility.drop(document)
    search.drop("core.document", document.pk)
    journal.record(document, "core.withdraw_document", by=by)
    return document


@action
def restore_document(document: Document, *, by: Member | None) -> Document:
    """Take a withdrawal back."""
    access.check(by, "core.restore_document")
    _check_owner(document, by)
    if document.withdrawn_on is not None:
        rows.move(document, withdrawn_on=None)
        visibility.place(document, document.uploaded_at)
        make_findable(document)
        journal.record(document, "core.restore_document", by=by)
    return document


def hold(papers: Sequence[Document]) -> None:
    """Keep papers from being withdrawn or replaced until something rests on them, within the caller's action.

    Raises
    ------
    NotNow
        ``documents.not_current``: one of them was withdrawn meanwhile.
    """
    _take_turn(papers)
    keys = [paper.pk for paper in papers]
    if gone := Document.objects.filter(pk__in=keys).exclude(withdrawn_on=None).first():
        raise _not_current(gone)


def _take_turn(papers: Sequence[Document]) -> None:
    """Move the guard rows: what hangs on a paper, and whether it counts, changes by one writer at a time."""
    Document.objects.filter(pk__in=[paper.pk for paper in papers]).update(version=F("version"))


def limit_bytes() -> int:
    """How large a file may be, by the rulebook."""
    megabytes: Any = rulebook.value("core.document_max_mb", clock.today()).value  # an int, by its kind
    return int(megabytes) * 2**20


def checked_file_name(given: str) -> str:
    """A file name without folders and without characters that hide its ending."""
    name = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C").strip(" .")
    if not name or "." not in name:
        raise BadInput(
            "documents.name",
            gettext_noop(
                "The file name {name} has no ending that says what it is. Give it one, such as .pdf."
            ),
            name=name or "?",
            field="file",
        )
    stem, _, ending = name.rpartition(".")
    return f"{stem[: 199 - len(ending)]}.{ending}"


def make_findable(*documents: Document) -> None:
    """Put documents into the search, for those who see them."""
    search.put_many(map(finding.of_document, documents))


def _check_seat(by: Member | None, pairing: Pairing | None) -> None:
    if by is None or pairing is None:
        return
    if access.standing(by).side_in(pairing.pk) in (None, "above"):
        raise NotAllowed(
            "documents.no_side",
            gettext_noop(
                "You sit on no side of {pairing}, so you cannot file papers there. File them where "
                "your organisation sits, or ask a member of a side."
            ),
            pairing=called(pairing),
        )


def _check_sees(document: Document, by: Member | None) -> None:
    if not visibility.can_see(by, document):
        raise NotAllowed(
            "documents.not_seen",
            gettext_noop(
                "This document is not shown to you. Ask the organisation that filed it to share it."
            ),
        )


def _check_owner(document: Document, by: Member | None) -> None:
    """Only the organisation that filed a paper changes it; what is kept to a unit, only that unit."""
    if by is None:
        return
    _check_sees(document, by)
    owner = document.owner_unit.organisation_id if document.owner_unit else None
    if owner != access.standing(by).organisation_id:
        raise NotAllowed(
            "documents.not_own",
            gettext_noop("“{paper}” was filed by another organisation. Only that one may change it."),
            paper=document.title,
        )


def _check_current(document: Document) -> None:
    _check_not_withdrawn(document)
    if document.replaced_by.exists():
        raise _not_current(document)


def _check_not_withdrawn(document: Document) -> None:
    if document.withdrawn_on is not None:
        raise _not_current(document)


def _not_current(document: Document) -> NotNow:
    return NotNow(
        "documents.not_current",
        gettext_noop("“{paper}” was withdrawn or replaced. Work with the version that counts."),
        paper=document.title,
    )


def _check_no_evidence(hung: list[Attachment], document: Document) -> None:
    if any(one.role == "evidence" for one in hung):
        raise NotNow(
            "documents.is_evidence",
            gettext_noop(
                "“{paper}” is evidence of something that was counted. Replace it by a better version instead."
            ),
            paper=document.title,
        )
