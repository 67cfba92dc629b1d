"""Reads of the journal as pages show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import access, clock, search, signs
from shanhai.core.models import JournalEntry, Member, Receipt, SearchEntry
from shanhai.core.queries import journal
from shanhai.kernel.refusals import NotFound, gettext_noop


@lru_cache(maxsize=512)
def _body(text: str) -> dict[str, Any]:
    """A page asks three times for the body of each of its rows."""
    import json

    return json.loads(text)


def name_subjects(rows: Iterable[JournalEntry], member: Member | None) -> None:
    """Look up what entries are about, once for all of them, for ``subject_of``."""
    rows, keys = list(rows), defaultdict(set)
    for entry in rows:
        if entry.subject_id is not None:
            keys[entry.subject_kind].add(entry.subject_id)
    names = search.names_of(member, keys)
    for entry in rows:
        entry.subject_name = names.get((entry.subject_kind, entry.subject_id or 0), "")  # type: ignore[attr-defined]


def subject_of(entry: JournalEntry) -> str:
    """What the entry is about: as it is called now in the reader's language, where ``name_subjects`` found it, else
    as it was called then by whoever wrote."""
    return getattr(entry, "subject_name", "") or str(_body(entry.body).get("what") or "–")


# What spreadsheets do; these verbs have no row of their own, the register's row is asked.
_SHEETS = {
    "sheets.bring": _("Bring a spreadsheet"),
    "sheets.check": _("Check a spreadsheet"),
    "sheets.write": _("Write a spreadsheet into its register"),
    "sheets.undo": _("Take an import back"),
    "sheets.discard": _("Throw an import away"),
    "sheets.bring_batch": _("Bring tables of several registers"),
    "sheets.check_batch": _("Check tables of several registers"),
    "sheets.write_batch": _("Write tables of several registers"),
    "sheets.undo_batch": _("Take a batch back"),
    "sheets.discard_batch": _("Throw a batch away"),
    "registry.set_roles": _("Set roles from a spreadsheet"),
}


def what(entry: JournalEntry) -> str:
    """What was done, in the reader's language."""
    return _what(entry.action, get_language())


@lru_cache(maxsize=1000)
def _what(action: str, language: str | None) -> str:
    # Access rows are signed in at the start and stay, so the words of an action change with the language only.
    return str(_SHEETS.get(action) or journal.action_words(action))


def who(entry: JournalEntry) -> str:
    """Who did it, as they were called then."""
    return journal.by_name(_body(entry.body)) or gettext("the system")


def url_of(entry: JournalEntry, body: dict[str, Any]) -> str:
    """The page of what the entry is about, where it can be found."""
    if entry.subject_id is None:
        return ""
    found = SearchEntry.objects.filter(kind=entry.subject_kind, object_id=entry.subject_id).first()
    return found.url if found else ""


def actions_known() -> list[tuple[str, str]]:
    """What can have been done, for the filter, by its words."""
    return _actions_known(get_language())


@lru_cache(maxsize=10)
def _actions_known(language: str | None) -> list[tuple[str, str]]:
    rows = [(row.code, journal.action_words(row.code)) for row in signs.access_rows if row.kind == "action"]
    rows += [(code, str(words)) for code, words in _SHEETS.items()]
    return sorted(rows, key=lambda row: row[1])


# Two writers may take their numbers in one order and the time in the other; more than this lie never between them.
_DISORDER = 200


def on_day(rows: QuerySet[JournalEntry], text: str) -> QuerySet[JournalEntry]:
    """Entries of one day in Shanghai.

    Entries are numbered as time goes, so the day is a stretch of numbers; there is no index over the time, which
    every entry would have to pay for.
    """
    day = date.fromisoformat(text)
    start = datetime.combine(day, time(), clock.SHANGHAI)
    end = start + timedelta(days=1)
    first, last = _first_since(start) - _DISORDER, _first_since(end) + _DISORDER
    return rows.filter(pk__gte=first, pk__lte=last, at__gte=start, at__lt=end)


# The ORM takes ten times as long to write a step as the database to take it, and a large journal has more of them.
_STEP = "SELECT id, at >= %s FROM core_journalentry WHERE id >= %s ORDER BY id LIMIT 1"


def _first_since(moment: datetime) -> int:
    """The number of the first entry at or after an instant, by halving; one after the last where there is none."""
    last = JournalEntry.objects.order_by("pk").values_list("pk", flat=True).last()
    low, high = 0, last + 1 if last else 1
    since = connection.ops.adapt_datetimefield_value(moment)
    with connection.cursor() as cursor:
        while low < high:
            middle = (low + high) // 2
            cursor.execute(_STEP, [since, middle])
            pk, is_since = cursor.fetchone() or (high, True)
            if is_since:
                high = middle
            else:
                low = pk + 1
    return low


def for_reader(member: Member) -> QuerySet[JournalEntry]:
    """What a member may read; who keeps the registers also reads all that belongs to no pairing, whoever did it."""
    return journal.entries_for(member, keeps_registers="administrator" in access.standing(member).roles)


def entry_of(member: Member, pk: int) -> JournalEntry:
    """One entry that a member may read.

    Raises
    ------
    NotFound
        ``registry.no_entry``
    """
    found = for_reader(member).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "registry.no_entry",
            gettext_noop("There is no entry {given}, or it belongs to others. Look for it in the journal."),
            given=pk,
        )
    name_subjects([found], member)
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody read a masked value."""

    pk: int
    at: datetime
    by: str
    column: str


def readings(row: Model, n: int = 8) -> list[Reading]:
    """Who read which masked value of a row, latest first (one statement)."""
    found = []
    for entry in journal.readings_of(row)[:n]:
        facts = _body(entry.body)["facts"]
        register = signs.registers.get(facts["register"])
        column = register.column(facts["column"]).heading if register else facts["column"]
        found.append(Reading(entry.pk, entry.at, who(entry), column))
    return found


def newest_receipt(member: Member) -> Receipt | None:
    """The last receipt that the member's organisation took."""
    return journal.receipts().filter(organisation_id=member.unit.organisation_id).first()
