"""Work that waits for people: one list for all fields.

A field opens an item within its own action, whose journal entry is the record of it; the item is how the work
reaches the person. Items close when the thing is done, whoever does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from shanhai.core import bulk, clock, journal, signs
from shanhai.core.calendar import Moved, calendar
from shanhai.core.db import prepared
from shanhai.core.models import NO_DAY, Climb, Member, Unit, WorkItem
from shanhai.core.queries.work import deputies_of_today, words
from shanhai.kernel.workdays import Calendar


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A due day that is counted: the n-th working day after a day, before it for negative n.

    When the notice of a year arrives, items that are still open get the day that it gives.
    """

    from_on: date
    n: int

    def due_on(self, by: Calendar | None = None) -> date:
        """The day, by the calendar of today's knowledge or another."""
        return (by or calendar()).add(self.from_on, self.n)


def open_item(
    kind: str,
    subject: models.Model,
    unit: Unit | int,
    what: str,
    facts: dict[str, Any] | None = None,
    url: str = "",
    due_on: date | WorkingDays | None = None,
    member: Member | None = None,
    *,
    step: str = "",
    by: Member | None,
) -> WorkItem:
    """Put something on the list of a unit, or of one member of it.

    Opened twice for the same subject and unit it stays one item, with the later words and day, and with whoever
    took it up unless another member is named. What is for a member who has left waits for the unit.

    Parameters
    ----------
    kind
        Signed in by the field (``signs.work_kinds``).
    what, facts
        The sentence as an English template marked for translation, and its facts (plain JSON types).
    step
        The step of the unit's ladder that a prepared reply is on, above the first.
    """
    unit_id = unit if isinstance(unit, int) else unit.pk
    where = {"kind": kind, "subject_kind": subject._meta.label_lower, "subject_id": subject.pk}
    told = {"what": what, "facts": facts or {}, "url": url, "step": step, **_due(due_on)}
    if member is not None and hold(member):
        told["member"] = member
    waiting = WorkItem.objects.filter(**where, unit_id=unit_id, stage=WorkItem.Stage.OPEN).first()
    if waiting is None:
        return WorkItem.objects.create(
            **where,
            **told,
            unit_id=unit_id,
            pairing_id=pairing_of(subject),
            created_at=clock.now(),
            created_by=by,
        )
    WorkItem.objects.filter(pk=waiting.pk).update(**told, version=F("version") + 1)
    for name, value in told.items():
        setattr(waiting, name, value)
    waiting.version += 1
    return waiting


def let_go(item: WorkItem) -> None:
    """Give an item back to its unit, because whoever had it does not have its step."""
    WorkItem.objects.filter(pk=item.pk).update(member=None, version=F("version") + 1)


def new_item(
    kind: str,
    subject: models.Model,
    unit_id: int,
    what: str,
    facts: dict[str, Any],
    url: str,
    due_on: date | None,
    *,
    by: Member | None,
) -> WorkItem:
    """An item for ``open_many``: of a subject for which nothing of its kind waits yet."""
    return WorkItem(
        kind=kind,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        unit_id=unit_id,
        pairing_id=pairing_of(subject),
        what=what,
        facts=facts,
        url=url,
        created_at=clock.now(),
        created_by=by,
        **_due(due_on),
    )


def open_many(items: Sequence[WorkItem]) -> None:
    """Put new items on the lists of their units, in one statement, however many they are."""
    if items:
        bulk.add_many(WorkItem, items)


def close_many(subjects: Mapping[str, Iterable[int]], *, is_done: bool, by: Member | None) -> int:
    """Close all that waits for some subjects, keys by label of their model, in one statement."""
    some = {label: list(dict.fromkeys(keys)) for label, keys in subjects.items()}
    some = {label: keys for label, keys in some.items() if keys}
    stage = WorkItem.Stage.DONE if is_done else WorkItem.Stage.DROPPED
    if len(some) == 1:
        ((label, keys),) = some.items()
        one = {"subject_kind": label, "subject_id__in": keys, "stage": str(WorkItem.Stage.OPEN)}
        done = {"stage": str(stage), "done_at": clock.now(), "done_by": by}
        return prepared.update(WorkItem, one, version=prepared.Plus(1), **done)
    where = Q()
    for label, keys in some.items():
        where |= Q(subject_kind=label, subject_id__in=keys)
    if not some:
        return 0
    waiting = WorkItem.objects.filter(where, stage=WorkItem.Stage.OPEN)
    return waiting.update(stage=stage, done_at=clock.now(), done_by=by, version=F("version") + 1)


def hold(member: Member) -> bool:
    """Keep a member from leaving until this transaction ends; False where the member has left already."""
    return bool(Member.objects.filter(pk=member.pk, is_active=True).update(is_active=True))


def pairing_of(subject: models.Model) -> int | None:
    """The pairing that a row belongs to; a pairing belongs to itself."""
    if subject._meta.label_lower == "core.pairing":
        return int(subject.pk)
    return getattr(subject, "pairing_id", None)


def done(kind: str, subject: models.Model, *, unit_id: int | None = None, by: Member | None) -> int:
    """Close what waits for this subject, because it is done; gives the number of items closed.

    Parameters
    ----------
    unit_id
        Only what waits for this unit.
    """
    return _close(kind, subject, WorkItem.Stage.DONE, unit_id, by)


def drop(kind: str, subject: models.Model, *, by: Member | None) -> int:
    """Close what waits for this subject, because it need not be done any more."""
    return _close(kind, subject, WorkItem.Stage.DROPPED, None, by)


def _close(kind: str, subject: models.Model, stage: str, unit_id: int | None, by: Member | None) -> int:
    waiting = WorkItem.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk, kind=kind, stage=WorkItem.Stage.OPEN
    )
    if unit_id is not None:
        waiting = waiting.filter(unit_id=unit_id)
    else:
        _drop_replies(kind, subject)
    if by is not None:
        _say_for_whom(waiting.exclude(member=None).exclude(member=by), subject, by)
    return waiting.update(stage=stage, done_at=clock.now(), done_by=by, version=F("version") + 1)


def _drop_replies(kind: str, subject: models.Model) -> None:
    """Replies that units prepared to what waits no more are moot: they come off their ladders and keep their words."""
    codes = [one.code for one in signs.replies if one.kind == kind]
    if codes:
        on_the_way = Climb.objects.filter(
            subject_kind=subject._meta.label_lower, subject_id=subject.pk, reply__in=codes
        )
        on_the_way.filter(stage=Climb.Stage.CLIMBING).update(
            stage=Climb.Stage.DROPPED, done_at=clock.now(), version=F("version") + 1
        )


def _say_for_whom(named: models.QuerySet[WorkItem], subject: models.Model, by: Member) -> None:
    """Put on the record whose work it was that somebody else did: "X for Y"."""
    for item in named.select_related("member"):
        journal.record(
            subject,
            "core.act_for",
            by=by,
            state={},
            kind=item.kind,
            for_member=item.member.code,  # type: ignore[union-attr]
            for_name=item.member.name_zh,  # type: ignore[union-attr]
            for_name_en=item.member.name_en,  # type: ignore[union-attr]
            is_deputy=stands_in(by, item.member_id),
        )


def stands_in(deputy: Member, member_id: int | None) -> bool:
    """Whether one member acts for another today; for nobody, no."""
    if member_id is None:
        return False
    return deputies_of_today().filter(deputy=deputy, member_id=member_id).exists()


def move_due(kind: str, subject: models.Model, due_on: date | WorkingDays | None) -> int:
    """Give what waits for this subject another due day."""
    waiting = WorkItem.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk, kind=kind, stage=WorkItem.Stage.OPEN
    )
    return waiting.update(**_due(due_on), version=F("version") + 1)


def due_of(kind: str, subject: models.Model, unit_id: int) -> date | WorkingDays | None:
    """The due day of what waits for a unit, as it was given."""
    waiting = WorkItem.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk, kind=kind, unit_id=unit_id
    )
    item = waiting.filter(stage=WorkItem.Stage.OPEN).first()
    if item is None:
        return None
    if item.counted_from is not None and item.counted_days is not None:
        return WorkingDays(item.counted_from, item.counted_days)
    return item.due_on


def _due(due_on: date | WorkingDays | None) -> dict[str, Any]:
    """The columns of a due day, and of what it was counted from."""
    if isinstance(due_on, WorkingDays):
        day = due_on.due_on()
        return {
            "due_on": day,
            "sorted_on": day,
            "counted_from": due_on.from_on,
            "counted_days": due_on.n,
        }
    return {"due_on": due_on, "sorted_on": due_on or NO_DAY, "counted_from": None, "counted_days": None}


def follow_notice(old: Calendar, new: Calendar, apply: bool) -> list[Moved]:
    """The deadline hook of all fields' work: open items whose due day was counted in working days."""
    moved = []
    for item in WorkItem.objects.filter(stage=WorkItem.Stage.OPEN, counted_days__isnull=False).order_by("pk"):
        day = WorkingDays(item.counted_from, item.counted_days).due_on(new)  # type: ignore[arg-type]
        if item.due_on is None or item.due_on == day:
            continue
        moved.append(Moved(item.kind, item.pk, words(item), item.url, item.due_on, day))
        if apply:
            WorkItem.objects.filter(pk=item.pk).update(due_on=day, sorted_on=day, version=F("version") + 1)
    return moved
