"""Writes of who follows a record, and what the tick tells them.

Following is nobody's deed on the record: it leaves no entry in the journal, and the other side is not told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.utils import translation

from shanhai.core import access, clock, notices, records
from shanhai.core.journal import READINGS
from shanhai.core.models import JournalEntry, Member, Sweep, Watch
from shanhai.core.queries import journal
from shanhai.core.writing import action
from shanhai.kernel.refusals import gettext_noop

_PLACE = "core.watched.told"
_AT_ONCE = 2_000
# Entries get their numbers before they are there for others to read: what came late is looked at again. Nobody is told
# of one fact twice.
_LOOKED_AT_AGAIN = 200
# People, errands and links lie in a unit; what is done to them is not done to it.
_PLACES = frozenset({"core.unit", "core.region"})


@action
def watch_record(record: Any, *, by: Member | None) -> None:
    """Follow a record that one sees: what waits on it stands in one's list, and one hears when it moves."""
    access.check(by, "core.watch_record")
    records.check(by, record)
    if by is not None:
        begin(by, record._meta.label_lower, record.pk)


def begin(member: Member, kind: str, key: int) -> None:
    """Write down that a member follows a record from now on; once only. For the actions that say so."""
    Watch.objects.get_or_create(
        member=member,
        subject_kind=kind,
        subject_id=key,
        defaults={"since": clock.now(), "after_entry": _latest()},
    )


def _latest() -> int:
    return JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@action
def unwatch_record(record: Any, *, by: Member | None) -> None:
    """Follow a record no longer."""
    access.check(by, "core.unwatch_record")
    if by is not None:
        Watch.objects.filter(member=by, subject_kind=record._meta.label_lower, subject_id=record.pk).delete()


def tell_watchers(now: datetime) -> int:
    """Tell those who follow records what was done to them since the last tick; gives how many notices were sent."""
    place, _made = Sweep.objects.get_or_create(name=_PLACE)
    latest = _latest()
    # Letters before the number: the check of the tick takes what is all digits for an instant.
    before = int(place.up_to.removeprefix("entry ")) if place.up_to else latest
    upto = min(latest, before + _AT_ONCE)
    n = 0
    if Watch.objects.exists():
        entries = JournalEntry.objects.filter(pk__gt=before - _LOOKED_AT_AGAIN, pk__lte=upto)
        n = _tell(list(entries.exclude(action__in=READINGS).order_by("pk")))
    Sweep.objects.filter(name=_PLACE).update(up_to=f"entry {upto}", last_at=now)
    return n


def _tell(entries: Sequence[JournalEntry]) -> int:
    """One fact for what one person did to one record within a minute: a signature moves more than one row."""
    n = 0
    told: set[tuple[Any, ...]] = set()
    heard: set[tuple[int, int]] = set()
    for entry, record in _moved(entries):
        fact = (
            record._meta.label_lower,
            record.pk,
            entry.member_id,
            entry.at.replace(second=0, microsecond=0),
        )
        members = [] if fact in told else _hearers(entry, record)
        # Whoever watches a part and the whole hears of the part.
        members = [one for one in members if (entry.pk, one.pk) not in heard]
        if members:
            told.add(fact)
            heard |= {(entry.pk, one.pk) for one in members}
            n += _tell_of(entry, record, members)
    return n


def _moved(entries: Sequence[JournalEntry]) -> Iterator[tuple[JournalEntry, Any]]:
    """The entries with the watched records that they concern."""
    rows = _rows_of((entry.subject_kind, entry.subject_id) for entry in entries)
    concerned: list[tuple[JournalEntry, str, int]] = []
    for entry in entries:
        row = rows.get((entry.subject_kind, entry.subject_id))
        if row is not None:
            concerned += [(entry, kind, key) for kind, key in _concerned(row)]
    watched = _watched({(kind, key) for _, kind, key in concerned})
    found = _rows_of(watched)
    for entry, kind, key in concerned:
        record = found.get((kind, key))
        if record is not None:
            yield entry, record


def _rows_of(keys: Iterable[tuple[str, Any]]) -> dict[tuple[str, Any], Model]:
    by_kind: dict[str, set[int]] = {}
    for kind, key in keys:
        if kind and key is not None:
            by_kind.setdefault(kind, set()).add(key)
    found: dict[tuple[str, Any], Model] = {}
    for kind, some in by_kind.items():
        try:
            model = apps.get_model(kind)
        except (LookupError, ValueError):
            continue  # an entry of a version that had this table
        found |= {(kind, row.pk): row for row in model._default_manager.filter(pk__in=some)}
    return found


def _concerned(row: Any) -> list[tuple[str, int]]:
    """The record itself and what it is a part of, or the records that a row without a page of its own hangs on.

    A model names the record that it is a part of: ``PART_OF = "commitment"``.
    """
    kind = row._meta.label_lower
    if kind == "core.note":
        return [(row.kind, row.object_id)]
    if records.kind_of(row) is not None:
        whole = getattr(row, "PART_OF", "")
        if not whole:
            return [(kind, row.pk)]
        of = row._meta.get_field(whole).related_model._meta.label_lower
        return [(kind, row.pk), (of, getattr(row, f"{whole}_id"))]
    hosts = [
        (one.related_model._meta, getattr(row, one.attname))
        for one in row._meta.concrete_fields
        if one.many_to_one and one.related_model._meta.app_label == row._meta.app_label
    ]
    return [
        (meta.label_lower, key)
        for meta, key in hosts
        if key is not None and records.is_kind(meta.label_lower) and meta.label_lower not in _PLACES
    ]


def _watched(keys: set[tuple[str, int]]) -> set[tuple[str, int]]:
    wanted = Q(pk__in=[])
    by_kind: dict[str, list[int]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, []).append(key)
    for kind, some in by_kind.items():
        wanted |= Q(subject_kind=kind, subject_id__in=some)
    return set(Watch.objects.filter(wanted).values_list("subject_kind", "subject_id"))


def _hearers(entry: JournalEntry, record: Any) -> list[Member]:
    """Who followed the record by then and still sees it, besides whoever did it."""
    kind = record._meta.label_lower
    watches = Watch.objects.filter(subject_kind=kind, subject_id=record.pk, after_entry__lt=entry.pk)
    watches = watches.exclude(member_id=entry.member_id or 0).filter(member__is_active=True)
    members = [one.member for one in watches.select_related("member__unit__organisation")]
    return [one for one in members if records.sees(one, record) and journal.concerns_all(entry, one)]


def _tell_of(entry: JournalEntry, record: Any, members: Sequence[Member]) -> int:
    zh, en = records.titles(record)
    facts = {"title": zh[:100], "title_en": en[:100]}
    for language, name in (("zh-hans", "what"), ("en", "what_en")):
        with translation.override(language):
            facts[name] = journal.action_name(entry)
    return notices.tell(
        f"core.watched:{entry.pk}:{record._meta.label_lower}:{record.pk}",
        "core.watched",
        gettext_noop("You watch {title}: {what}"),
        facts,
        records.url(record),
        members,
        entry.pairing_id,
    )
