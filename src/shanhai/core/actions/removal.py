"""Rows are taken out again that nobody has used since they came: what undoing an import needs.

Records are closed, withdrawn or cancelled otherwise, never deleted; a row that was brought by mistake minutes ago is no
record of anything. The journal keeps that it came and that it went.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Model

from shanhai.core.models import Attachment, Note, SearchEntry, Seen, Share, Watch, WorkItem
from shanhai.core.names import called
from shanhai.kernel.refusals import NotNow, gettext_noop

# Rows that go in one statement: a database takes only so many parameters.
_CHUNK = 2_000
# A table and its foreign key: what belongs to a row and goes with it.
Part = tuple[type[Model], str]


def take_out(
    rows: Sequence[Model], parts: Sequence[Part] = (), *, own_papers: frozenset[str] = frozenset()
) -> None:
    """Delete rows of one table, with their parts and all that only says where they stand; within the caller's action.

    Parameters
    ----------
    rows
        Rows of one table; they may point at one another.
    parts
        Tables whose rows belong to these rows, each with the name of its foreign key: they go first.
    own_papers
        File names of papers that came with the rows. Another paper that hangs on a row is a use of it.

    Raises
    ------
    NotNow
        ``core.row_in_use``: another record points at one of the rows, or a paper hangs on it. The caller's
        transaction must not go on.
        ``core.row_noted``: somebody wrote a note on one of the rows.
    """
    if not rows:
        return
    model, going = type(rows[0]), {row.pk for row in rows}
    for some in _chunks(rows):
        _check_unused(model, some, going, set(parts), own_papers)
    kind = model._meta.label_lower
    for some in _chunks(rows):
        keys = [row.pk for row in some]
        for part, name in parts:
            own = {f"{name}__in": keys}
            # As a question within the statement: rows may have more parts than a statement takes parameters.
            gone = part._default_manager.filter(**own).values("pk")
            waits = {"subject_kind": part._meta.label_lower, "stage": WorkItem.Stage.OPEN}
            _delete(WorkItem, subject_id__in=gone, **waits)
            _delete(part, **own)
        for table in (Seen, Share, SearchEntry, Attachment):
            _delete(table, kind=kind, object_id__in=keys)
        _delete(Watch, subject_kind=kind, subject_id__in=keys)
        # What was done about a row stays on record.
        _delete(WorkItem, subject_kind=kind, subject_id__in=keys, stage=WorkItem.Stage.OPEN)
    # Rows that point at one another: foreign keys are looked at when the transaction ends.
    for some in _chunks(rows):
        _delete(model, pk__in=[row.pk for row in some])


def _check_unused(
    model: type[Model], rows: Sequence[Model], going: set[Any], parts: set[Part], own_papers: frozenset[str]
) -> None:
    by_key = {row.pk: row for row in rows}
    for other, name in _pointing_at(model):
        if (other, name) in parts:
            continue
        users = other._default_manager.filter(**{f"{name}__in": by_key})
        # Rows that go as well may point at these.
        user = next((one for one in users.iterator() if other is not model or one.pk not in going), None)
        if user is not None:
            raise _in_use(by_key[getattr(user, f"{name}_id")], user)
    papers = Attachment.objects.filter(kind=model._meta.label_lower, object_id__in=by_key)
    paper = papers.exclude(document__file_name__in=own_papers).select_related("document").first()
    if paper is not None:
        raise _in_use(by_key[paper.object_id], paper.document)
    notes = Note.objects.filter(kind=model._meta.label_lower, object_id__in=by_key, withdrawn_at=None)
    note = notes.first()
    if note is not None:
        raise _noted(by_key[note.object_id])


def _pointing_at(model: type[Model]) -> Iterator[tuple[Any, str]]:
    """Tables with a foreign key to this one, those without a way back (``related_name="+"``) included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.name  # type: ignore[union-attr]


def _in_use(row: Model, user: Model) -> NotNow:
    return NotNow(
        "core.row_in_use",
        gettext_noop(
            "{what} is used by {user} by now, so nothing was taken back. Take {user} out first, or leave the import and "
            "close {what} on its page."
        ),
        what=called(row),
        user=called(user),
        kind=row._meta.label_lower,
        pk=row.pk,
    )


def _noted(row: Model) -> NotNow:
    return NotNow(
        "core.row_noted",
        gettext_noop(
            "Somebody has written a note on {what} by now, so nothing was taken back. Leave the import and close {what} "
            "on its page."
        ),
        what=called(row),
        kind=row._meta.label_lower,
        pk=row.pk,
    )


def _delete(model: type[Model], **where: Any) -> None:
    # Nothing else hangs on these rows: that was looked at before. Django would read them all first.
    found = model._default_manager.filter(**where)
    found._raw_delete(using=found.db)


def _chunks(rows: Sequence[Model]) -> Iterator[Sequence[Model]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
