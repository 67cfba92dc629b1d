"""Writes of notes: written, mended and withdrawn by their writer, and mentions settled.

The text of a note is a sensitive value of its journal entry: the entry proves it by a salted hash and holds it apart,
where it can be erased; people write names and circumstances into notes that have no place in a record for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from shanhai.core import access, clock, journal, mentions, records, rows, search, visibility, work
from shanhai.core.models import Member, Mention, Note, Pairing, Watch, WorkItem
from shanhai.core.models.visibility import Visible
from shanhai.core.queries import finding
from shanhai.core.queries import notes as queries
from shanhai.core.queries import work as waiting
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Reach = Visible.Reach
LONGEST = 4000
# What a note may be: for the own unit, the own side, or shared by both.
REACHES = (Reach.UNIT, Reach.SIDE, Reach.BOTH)


@action
def write_note(
    record: Any,
    *,
    text: str,
    reach: str = Reach.SIDE,
    mention: Sequence[str] = (),
    pairing: Pairing | None = None,
    by: Member | None,
) -> Note:
    """Write a note on a record. It is internal to the side unless it is written to be shared.

    Parameters
    ----------
    reach
        ``unit`` or ``side`` for an internal note, ``both`` for one that both sides read.
    mention
        Codes of members who are asked to look, besides those that the text names after an @.
    pairing
        In which pairing one speaks, where the record belongs to none.
    """
    access.check(by, "core.write_note")
    if by is None:
        raise BadInput(
            "core.note_by_nobody", gettext_noop("A note is written by somebody. Say who writes it with --as.")
        )
    records.check(by, record)
    note = Note(
        kind=record._meta.label_lower,
        object_id=record.pk,
        pairing_id=work.pairing_of(record) or (pairing.pk if pairing is not None else None),
        reach=reach,
        text=_checked(text),
        by=by,
        at=clock.now(),
    )
    visibility.own(note, by)
    _check_reach(note, record)
    asked = mentions.named(record, note, mention, by=by)
    note.save()
    visibility.place(note)
    search.put_many([finding.of_note(note, record)])
    _record(note, "core.write_note", by)
    _mention(note, record, asked, by)
    _answer(record, note, by)
    return note


@action
def change_note(note: Note, *, text: str, mention: Sequence[str] = (), by: Member | None) -> Note:
    """Mend one's own note while what was done can be taken back; whoever is newly mentioned is asked too."""
    access.check(by, "core.change_note")
    _check_own(note, by)
    record = queries.record_of(by, note)
    text = _checked(text)
    before = note.text
    note.text = text
    asked = mentions.named(record, note, mention, by=by)
    note.text = before
    rows.move(note, text=text, edited_at=clock.now())
    search.put_many([finding.of_note(note, record)])
    _record(note, "core.change_note", by)
    _mention(note, record, asked, by)
    return note


@action
def withdraw_note(note: Note, *, by: Member | None) -> Note:
    """Withdraw one's own note while what was done can be taken back; that there was one stays to be seen."""
    access.check(by, "core.withdraw_note")
    _check_own(note, by)
    rows.move(note, text="", withdrawn_at=clock.now())
    search.drop("core.note", note.pk)
    journal.record(note, "core.withdraw_note", by=by)
    _drop_mentions(note, by)
    return note


def end_thread(record: Any, *, by: Member | None) -> None:
    """Within an action that deletes a record: its notes are found no more, ask nobody any more, and nobody follows it."""
    kind = record._meta.label_lower
    for note in Note.objects.filter(kind=kind, object_id=record.pk).prefetch_related("mentions"):
        search.drop("core.note", note.pk)
        _drop_mentions(note, by)
    Watch.objects.filter(subject_kind=kind, subject_id=record.pk).delete()


@action
def see_mention(mention: Mention, *, by: Member | None) -> Mention:
    """Say that one has seen what a note asks one to look at; nothing more is to be answered."""
    access.check(by, "core.see_mention")
    if mention.settled:
        return mention
    if by is not None and not _waits_for(mention, by):
        raise NotAllowed(
            "core.mention_of_another",
            gettext_noop("This note asks {who} to look, not you. Answer with a note of your own."),
            who=mention.member.name,
        )
    _settle(mention, Mention.Settled.SEEN)
    work.done("core.mention", mention, by=by)
    journal.record(mention.note, "core.see_mention", by=by, member=mention.member_id)
    return mention


# -- helpers -------------------------------------------------------------------------------------------------------


def see_in_row(item: WorkItem, word: str, by: Member | None) -> str:
    """``see_mention`` from the row of its work item."""
    mention = Mention.objects.select_related("note", "member").get(pk=item.subject_id)
    see_mention(mention, by=by)
    return gettext("Seen.")


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise BadInput("core.note_empty", gettext_noop("Write what the note shall say."), field="text")
    if len(text) > LONGEST:
        raise BadInput(
            "core.note_too_long",
            gettext_noop("The note has {n} characters; there is room for {most}. File a paper instead."),
            n=len(text),
            most=LONGEST,
            field="text",
        )
    return text


def _check_reach(note: Note, record: Any) -> None:
    if note.reach not in REACHES:
        raise BadInput(
            "core.note_reach",
            gettext_noop("A note is for the unit, the side or both sides, not {reach}. Choose one of them."),
            reach=note.reach[:20],
            field="reach",
        )
    if note.reach != Reach.BOTH:
        return
    if note.pairing_id is None:
        raise NotNow(
            "core.note_no_other_side",
            gettext_noop("You speak in no pairing here, so there is no other side. Write an internal note."),
        )
    if not records.is_shared(record):
        raise NotNow(
            "core.note_record_not_shared",
            gettext_noop("{what} is not shown to the other side. Share it first, or write an internal note."),
            what=records.title(record),
        )


def _check_own(note: Note, by: Member | None) -> None:
    if by is not None and note.by_id != by.pk:
        raise NotAllowed(
            "core.note_of_another",
            gettext_noop("The note is by somebody else. Answer it with a note of your own."),
        )
    if not queries.is_within_undo(note):
        raise NotNow(
            "core.note_stands",
            gettext_noop(
                "The note stands: others may have read it. Write another note that says what is different."
            ),
        )


def _record(note: Note, verb: str, by: Member | None) -> None:
    journal.record(
        note, verb, by=by, sensitive={"text": note.text}, record_kind=note.kind, record_id=note.object_id
    )


def _mention(note: Note, record: Any, asked: Sequence[Member], by: Member | None) -> None:
    known = set(note.mentions.values_list("member_id", flat=True))
    zh, en = records.titles(record)
    for member in asked:
        if member.pk in known:
            continue
        mention = Mention.objects.create(note=note, member=member)
        facts = {
            "title": zh,
            "title_en": en,
            "who": by.name_zh if by else "",
            "who_en": by.name_en if by else "",
        }
        work.open_item(
            "core.mention",
            mention,
            member.unit_id,
            gettext_noop("{who} asks you to look: {title}"),
            facts,
            f"{records.url(record)}#note-{note.pk}",
            member=member,
            by=by,
        )
        journal.record(note, "core.mention", by=by, member=member.pk)


def _drop_mentions(note: Note, by: Member | None) -> None:
    for one in note.mentions.filter(settled=""):
        _settle(one, Mention.Settled.DROPPED)
        work.drop("core.mention", one, by=by)


def _answer(record: Any, note: Note, by: Member) -> None:
    """Whoever writes on a record has answered what asked them to look at it."""
    for mention in queries.of_others(record, by).exclude(note=note):
        _settle(mention, Mention.Settled.ANSWERED)
        work.done("core.mention", mention, by=by)


def _settle(mention: Mention, how: str) -> None:
    mention.settled, mention.settled_at = how, clock.now()
    mention.save(update_fields=["settled", "settled_at"])


def _waits_for(mention: Mention, by: Member) -> bool:
    """Whether the mention is of this member, or of one whom they stand in for today."""
    items = waiting.waiting_for(by).filter(
        kind="core.mention", subject_kind="core.mention", subject_id=mention.pk
    )
    return items.exists()
