"""Parts of pages that are kept until something happens.

Every change of a record writes a journal entry in the same transaction, so as long as the journal's end stands still,
what was computed from the records still holds. Kept per process; nothing needs to be told to forget.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Hashable
from typing import Any, TypeVar

from django.core.cache import caches
from django.db import connection
from django.utils.translation import get_language

from shanhai.core import access, clock

T = TypeVar("T")

# Entries get their number before they are committed, so one with a lower number may appear after one with a higher
# one: the mark counts the last entries, and does not only look at the very last.
_TAIL = 500
_NOT_KEPT = object()
# What depends on the hour, not on records (a meeting that begins), is at most this old.
SECONDS = 120

# No more than so many can be there. Said to PostgreSQL too, which takes "above a number" for a third of the journal and
# starts workers for it: 13 ms of every page at a million entries, 0.1 ms so.
_LAST = (
    "SELECT id, subject_kind FROM core_journalentry "
    "WHERE id > (SELECT coalesce(max(id), 0) FROM core_journalentry) - %s ORDER BY id DESC LIMIT %s"
)


def mark() -> str:
    """Where the journal ends now: another text as soon as anything was recorded (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(id), count(*) FROM ({_LAST}) AS last",
            [_TAIL, _TAIL],
        )
        last, n = cursor.fetchone()
    return f"{last}:{n}"


def mark_at(request: Any) -> str:
    """``mark()``, asked once a request."""
    found = getattr(request, "journal_mark", "")
    if not found:
        found = request.journal_mark = mark()
    return found


class _Tail:
    """The last entries of the journal as this process saw them: what kinds of records they were of, and when they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark = ""
        self._kinds: dict[int, str] = {}
        self._n = self._all = 0
        self._moved: dict[str, int] = {}

    def beside(self, at: str, kinds: Collection[str]) -> int:
        """Another number as soon as anything was recorded of another kind than these."""
        with self._lock:
            if at != self._mark:
                self._look(at)
            return max([self._all, *(n for kind, n in self._moved.items() if kind not in kinds)])

    def _look(self, at: str) -> None:
        self._n += 1
        now = _last_kinds()
        first = min(now, default=0)
        is_torn = not self._kinds or first > max(self._kinds) + 1
        if is_torn or any(pk >= first and pk not in now for pk in self._kinds):
            # So much was recorded since the last look, or taken back, that nobody knows of what kinds it was.
            self._all = self._n
        for pk, kind in now.items():
            if self._kinds.get(pk) != kind:
                self._moved[kind] = self._n
        self._mark, self._kinds = at, now


def _last_kinds() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            _LAST,
            [_TAIL, _TAIL],
        )
        return dict(cursor.fetchall())


_tail = _Tail()


def mark_beside(request: Any, kinds: Collection[str]) -> str:
    """``mark_at`` that stands still while only records of some kinds change: those that what is kept does not show."""
    return f"beside {_tail.beside(mark_at(request), kinds)}"


def remembered(
    what: str, parts: tuple[Hashable, ...], make: Callable[[], T], at: str = "", cache: str = "pages"
) -> T:
    """What ``make`` gives, made once until the journal moves on, the day turns or the language changes.

    Parameters
    ----------
    what, parts
        Name the thing, and all that it depends on beside the records: the pairing, the reader's seats.
    at
        ``mark()``, where the caller has it already. Taken before ``make`` reads, so that what is kept is at least as
        new as its mark says.
    cache
        "readers" for small things that each login has its own of, "pages" for drawn parts of pages.
    """
    at = at or mark()
    text = repr((what, parts, at, clock.today(), get_language()))
    key = f"{what}:{hashlib.sha256(text.encode()).hexdigest()}"
    kept = caches[cache]
    found = kept.get(key, _NOT_KEPT)
    if found is _NOT_KEPT:
        found = make()
        kept.set(key, found, SECONDS)
    return found


def as_said(what: str, said: dict[str, Any], make: Callable[[], T], cache: str = "pages") -> T:
    """What is drawn from nothing but ``said``: made again when that says something else, whatever was recorded.

    ``said`` holds words, numbers and days only. A record in it would be told apart by its name, not by what it says.
    """
    return remembered(what, (repr(said),), make, "as said", cache)


def for_reader(request: Any, what: str, parts: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """``remembered`` for what all members with the same unit, roles and seats are shown."""
    return remembered(what, (*parts, access.reader(request.member)), make, mark_at(request))
