"""What happened, as the journal has it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import Case, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, gettext

from shanhai.core import access, signs, visibility
from shanhai.core.journal import READINGS
from shanhai.core.models import JournalEntry, JournalLeaf, JournalSecret, Member, Note, Receipt, Seal, Seen

_LIGHT = ("at", "action", "subject_kind", "subject_id", "member_id")


@dataclass(frozen=True, slots=True)
class _Reader:
    """All that the entries which somebody may read depend on."""

    sees_all: bool
    pairing_ids: frozenset[int]
    organisation_id: int
    unit_id: int


def _reader(member: Member) -> _Reader:
    here = access.standing(member)
    sees_all = bool(here.roles & access.SEES_ALL)
    return _Reader(sees_all, frozenset(here.sides), here.organisation_id, here.unit_id)


def entries_for(
    member: Member, pairing_ids: Collection[int] | None = None, *, keeps_registers: bool = False
) -> QuerySet[JournalEntry]:
    """The entries that a member may read, latest first.

    Those of the pairings where the member has a seat, and those of no pairing that the member's organisation made,
    without what is about records that are not shown to the member; an auditor reads all.

    Parameters
    ----------
    pairing_ids
        Only entries of these pairings.
    keeps_registers
        Of no pairing: all, whoever made them.
    """
    wanted = None if pairing_ids is None else frozenset(pairing_ids)
    return _entries(_reader(member), wanted, keeps_registers)


def latest_for(member: Member, pairing_ids: Collection[int] | None, most: int) -> list[JournalEntry]:
    """The first of ``entries_for`` without their bodies, by a statement that is written once for such a reader.

    Writing it takes ten times as long as asking it, and the home page asks after each entry.
    """
    wanted = None if pairing_ids is None else frozenset(pairing_ids)
    sql, parameters = _latest(_reader(member), wanted, most)
    return list(JournalEntry.objects.raw(sql, parameters))


@lru_cache(maxsize=500)
def _latest(reader: _Reader, pairing_ids: frozenset[int] | None, most: int) -> tuple[str, tuple[Any, ...]]:
    return _entries(reader, pairing_ids).only(*_LIGHT)[:most].query.sql_with_params()


def _entries(
    reader: _Reader, pairing_ids: frozenset[int] | None, keeps_registers: bool = False
) -> QuerySet[JournalEntry]:
    entries = JournalEntry.objects.order_by("-pk")
    if pairing_ids is not None:
        entries = entries.filter(
            pairing_id__in=pairing_ids if reader.sees_all else pairing_ids & reader.pairing_ids
        )
    elif not reader.sees_all:
        own = Q(pairing_id=None)
        if not keeps_registers:
            own &= Q(organisation_id=reader.organisation_id)
        entries = entries.filter(Q(pairing_id__in=reader.pairing_ids) | own)
    return entries if reader.sees_all else entries.filter(_shown(reader, connection.vendor))


def _shown(reader: _Reader, vendor: str) -> RawSQL:
    """``_is_shown`` as SQL written once for such a reader: it takes longer to write than to ask, and each page asks.

    It names the table of the journal, so these entries are no subquery of a query over the same table.
    """
    sql, parameters = _shown_sql(reader, vendor)
    return RawSQL(sql, parameters, output_field=models.BooleanField())


@lru_cache(maxsize=500)
def _shown_sql(reader: _Reader, vendor: str) -> tuple[str, tuple[Any, ...]]:
    query = JournalEntry.objects.filter(_is_shown(reader)).query
    sql, parameters = query.where.as_sql(query.get_compiler(DEFAULT_DB_ALIAS), connection)
    return sql, tuple(parameters)


def _is_shown(here: _Reader) -> Case:
    """Whether an entry is about a record that its reader sees: title and state of the record stand in it.

    Who sees a record changes and an entry does not, so entries about such records ask; all others cost nothing. The
    own organisation reads on what it did to records that are in nobody's lists any more (withdrawn, removed).
    """
    listed = Seen.objects.filter(organisation_id=here.organisation_id)
    to_me = Q(unit_id=None) | Q(unit_id=here.unit_id)
    is_own = Case(When(organisation_id=here.organisation_id, then=True), default=False)
    of_subject = listed.filter(kind=OuterRef("subject_kind"), object_id=OuterRef("subject_id"))
    in_mine = Q(_any(of_subject.filter(to_me))) | (
        Q(organisation_id=here.organisation_id) & ~Q(_any(of_subject))
    )
    visible = [model._meta.label_lower for model in visibility.visible_models()]
    cases = [When(subject_kind__in=visible, then=Case(When(in_mine, then=True), default=False))]
    for model, name, host in visibility.parts_of_records():
        of_host = listed.filter(to_me, kind=host._meta.label_lower, object_id=OuterRef(f"{name}_id"))
        part = model._default_manager.filter(pk=OuterRef("subject_id")).order_by().values_list(_any(of_host))
        cases.append(When(subject_kind=model._meta.label_lower, then=Coalesce(Subquery(part[:1]), is_own)))
    return Case(*cases, default=True)


def _any(rows: QuerySet[Any]) -> Coalesce:
    """``Exists`` by another word: PostgreSQL plans each ``EXISTS`` twice, and here planning takes longer than asking."""
    return Coalesce(Subquery(rows.values_list(Value(True))[:1]), Value(False))


def of_subject(subject: models.Model) -> QuerySet[JournalEntry]:
    """The history of one row, latest first: what was done to it, not who read it."""
    return _about(subject).exclude(action__in=READINGS)


def everything_of(subject: models.Model) -> QuerySet[JournalEntry]:
    """All entries of one row, latest first: also who only looked."""
    return _about(subject)


def readings_of(subject: models.Model) -> QuerySet[JournalEntry]:
    """Who read a masked value of one row, latest first."""
    return _about(subject).filter(action="core.read_masked")


def _about(subject: models.Model) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk
    ).order_by("-pk")


def body_of(entry: JournalEntry) -> dict[str, Any]:
    """What an entry says: at, action, what, by_name, state, facts and so on."""
    return json.loads(entry.body)


def by_name(body: dict[str, Any]) -> str:
    """Who did it, as they were called then, in the reader's language; empty for the system itself.

    What was done for somebody else says so: "X for Y"; what was done by a phone link names its holder and phone.
    """
    name = _in_language(body, "by_name")
    if by_link := body.get("by_link"):
        return gettext("by link, for {name}, phone {phone}").format(name=name, phone=by_link["phone"])
    whom = _in_language(body.get("facts") or {}, "for_name")
    return gettext("{name} for {whom}").format(name=name, whom=whom) if name and whom else name


def _in_language(words: dict[str, Any], name: str) -> str:
    if (get_language() or "").startswith("zh"):
        return str(words.get(name) or "")
    return str(words.get(f"{name}_en") or words.get(name) or "")


def concerns_all(entry: JournalEntry, member: Member) -> bool:
    """Whether what an entry tells of a record may be told to whoever sees the record: of a note, who reads the note."""
    if entry.subject_kind != "core.note" or entry.subject_id is None:
        return True
    note = Note.objects.filter(pk=entry.subject_id, withdrawn_at=None).first()
    return note is not None and visibility.can_see(member, note)


def action_name(entry: JournalEntry) -> str:
    """What was done, in the reader's language; the action's code where no field knows it any more."""
    return action_words(entry.action)


def action_words(action: str) -> str:
    """The words of an action, in the reader's language; its code where no field knows it any more.

    Where several rows of the access table say the same (all registers of a field in one sentence), the register that
    the action writes tells them apart.
    """
    return _action_words(action, get_language())


@lru_cache(maxsize=1000)
def _action_words(action: str, language: str | None) -> str:
    # Rows and registers are signed in at the start and stay, so the words change with the language only.
    row = signs.access_rows.get(action)
    if row is None:
        return action
    said = str(row.about).rstrip("。.")
    if sum(str(other.about) == str(row.about) for other in signs.access_rows) > 1:
        names = [register.name for register in signs.registers if register.write_access == action]
        colon = "：" if (language or "").startswith("zh") else ": "
        said += f"{colon}{names[0]}" if names else ""
    return said


def secrets_of(entry: JournalEntry) -> QuerySet[JournalSecret]:
    """The sensitive values of an entry; their contents are read with ``sensitive.read_secret`` only."""
    return JournalSecret.objects.filter(entry_id=entry.pk).defer("value", "salt").order_by("name")


def seals() -> QuerySet[Seal]:
    """All seals, latest first."""
    return Seal.objects.order_by("-number")


def receipts() -> QuerySet[Receipt]:
    """Who took which seal away, latest first."""
    return Receipt.objects.select_related("organisation", "member").order_by("-taken_at", "-pk")


def unsealed_count() -> int:
    """Entries that are newer than the last seal."""
    last = JournalLeaf.objects.aggregate(last=Max("entry_id"))["last"] or 0
    return JournalEntry.objects.filter(pk__gt=last).count()
