"""The thread of a record, as each reader sees it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from shanhai.core import access, clock, records, undo
from shanhai.core.models import Member, Mention, Note, Seen
from shanhai.kernel.refusals import NotFound, gettext_noop


def thread(member: Member | None, record: Any) -> QuerySet[Note]:
    """The notes on a record that a member may read, oldest first; the record itself is asked for before."""
    return _read_by(member).filter(kind=record._meta.label_lower, object_id=record.pk).order_by("at", "id")


def of_others(record: Any, member: Member) -> QuerySet[Mention]:
    """Mentions of a member on a record that still wait for an answer."""
    return Mention.objects.filter(
        note__kind=record._meta.label_lower, note__object_id=record.pk, member=member, settled=""
    ).select_related("note")


def note_of(member: Member | None, pk: int) -> Note:
    """One note, for those who see it and its record.

    Raises
    ------
    NotFound
        ``core.no_note``
    """
    note = _read_by(member).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if note is None or not _sees_record(member, note):
        raise _none(pk)
    return note


def mention_of(member: Member | None, pk: int) -> Mention:
    """One mention, with its note, for those who see the note.

    Raises
    ------
    NotFound
        ``core.no_note``
    """
    found = Mention.objects.select_related("member").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise _none(pk)
    found.note = note_of(member, found.note_id)
    return found


def record_of(member: Member | None, note: Note) -> Any:
    """The record that a note hangs on, for those who see it."""
    return records.found(member, note.kind, note.object_id)


def is_within_undo(note: Note) -> bool:
    """Whether its writer may still change or withdraw a note."""
    return note.withdrawn_at is None and clock.now() <= undo.until(note.at)


def _read_by(member: Member | None) -> QuerySet[Note]:
    notes = Note.objects.select_related("by__unit__organisation", "owner_unit__organisation", "pairing")
    notes = notes.prefetch_related(Prefetch("mentions", Mention.objects.select_related("member")))
    if member is None or access.standing(member).roles & access.SEES_ALL:
        return notes
    here = access.standing(member)
    listed = Seen.objects.filter(
        Q(unit_id=None) | Q(unit_id=here.unit_id),
        kind="core.note",
        organisation_id=here.organisation_id,
        object_id=OuterRef("pk"),
    )
    return notes.filter(Exists(listed))


def _sees_record(member: Member | None, note: Note) -> bool:
    try:
        record_of(member, note)
    except NotFound:
        return False
    return True


def _none(pk: int) -> NotFound:
    return NotFound(
        "core.no_note",
        gettext_noop(
            "There is no note {pk}, or it is not shown to you. Open it from the page of its record."
        ),
        pk=pk,
    )
