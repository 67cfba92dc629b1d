"""Rows that many tests begin with: written once by the actions that an office uses, then laid down as they were."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from shanhai.core import clock, search
from shanhai.core.models import SearchEntry
from tests import examples

F = TypeVar("F", bound=Callable[..., Any])
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """Some rows of a table, by key; the first name is that of the key, the others are those of the columns."""

    columns: tuple[str, ...]
    rows: dict[Any, Row]


@dataclass(frozen=True)
class Laid:
    """What building something did to the database, and what it gave and changed in memory."""

    added: dict[str, Table]
    changed: dict[str, Table]
    removed: dict[str, Table]
    made: bytes
    seconds: float  # of the test's clock when it was built


_laid: dict[tuple[str, str, Any], Laid] = {}
# What a test has laid down so far; None once it has written anything else.
_trail: tuple[str, ...] | None = ()
_READS = ("BEGIN", "SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


@contextmanager
def from_nothing() -> Iterator[None]:
    """A test that begins with an empty database, and notices when something is written that is not laid down."""
    global _trail
    _trail = ()
    with connection.execute_wrapper(_notice):
        yield


def _notice(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    global _trail
    if _trail is not None and not sql.lstrip().startswith(_READS):
        _trail = None
    return execute(sql, params, many, context)


def lays(*changes: str) -> Callable[[F], F]:
    """Mark a fixture as one that is laid down; ``changes`` are the rows among its arguments that it changes in memory."""

    def mark(function: F) -> F:
        @wraps(function)
        def run(**given: Any) -> Any:
            name = f"{function.__module__}.{function.__qualname__}"
            return laid(name, lambda: function(**given), on=[given[one] for one in changes])

        return run  # type: ignore[return-value]

    return mark


def laid(name: str, build: Callable[[], Any], *, on: Sequence[Any] = ()) -> Any:
    """What ``build`` makes, with its rows in the database; its actions run once for each state that they begin with.

    Parameters
    ----------
    build
        Gives something that can be pickled.
    on
        Objects in memory that ``build`` changes: they are brought to the state that it left them in.
    """
    global _trail
    trail = _trail
    key = name, settings.SHANHAI_TODAY, trail if trail is not None else hash(repr(_all_rows()))
    found = _laid.get(key)
    if found is None:
        made = _build(key, build, on)
    else:
        _write(found)
        made = _brought_back(found, on)
    _trail = (*trail, name) if trail is not None else None
    return made


def demonstration(folder: Path | None = None) -> None:
    """The example zone with its logins and its morning, as a visitor of the demonstration finds it; with few cases."""
    from shanhai.site.commands import demo

    place = folder or examples.small()

    def load() -> None:
        with patch.object(demo, "EXAMPLE", place):  # only its own example has a morning
            assert demo._load_once(place)

    laid(f"demonstration of {place}", load)


def loaded_example() -> None:
    """The example zone with few cases as its folder says it: nobody can log in, nothing has happened since."""
    from shanhai.site.commands.zone import load_folder

    laid("example", lambda: load_folder(examples.small(), by=None))


def _build(key: tuple[str, str, Any], build: Callable[[], Any], on: Sequence[Any]) -> Any:
    before = _all_rows()
    with _kept_words() as words:
        made = build()
    given = next((n for n, one in enumerate(on) if one is made), None)
    kept = pickle.dumps((made if given is None else None, given, [vars(one) for one in on]))
    _laid[key] = _difference(before, _all_rows(), words, kept)
    return made


def _brought_back(found: Laid, on: Sequence[Any]) -> Any:
    # What the test does comes after what was laid down, as it would have.
    clock._started = min(clock._started, time.monotonic() - found.seconds)
    made, given, states = pickle.loads(found.made)
    for one, state in zip(on, states, strict=True):
        vars(one).clear()
        vars(one).update(state)
    return made if given is None else on[given]


def _all_rows() -> dict[str, Table]:
    found = {}
    quote = connection.ops.quote_name
    models = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    with connection.cursor() as cursor:
        for meta in models:
            columns = tuple(field.column for field in meta.concrete_fields if not field.generated)
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(meta.db_table)}")
            key = columns.index(meta.pk.column)
            found[meta.db_table] = Table(
                (columns[key], *columns), {row[key]: row for row in cursor.fetchall()}
            )
    return found


def _difference(
    before: dict[str, Table], after: dict[str, Table], words: dict[tuple[str, int], str], made: bytes
) -> Laid:
    added, changed, removed = {}, {}, {}
    for name, (old, new) in {name: (before[name].rows, after[name].rows) for name in after}.items():
        columns = after[name].columns
        added[name] = Table(columns, {key: row for key, row in new.items() if key not in old})
        changed[name] = Table(columns, {key: row for key, row in new.items() if old.get(key, row) != row})
        removed[name] = Table(columns, {key: row for key, row in old.items() if key not in new})
    added["core_searchentry"] = _with_words(added["core_searchentry"], words)
    seconds = time.monotonic() - clock._started
    return Laid(_with_rows(added), _with_rows(changed), _with_rows(removed), made, seconds)


def _with_rows(tables: dict[str, Table]) -> dict[str, Table]:
    return {name: table for name, table in tables.items() if table.rows}


@contextmanager
def _kept_words() -> Iterator[dict[tuple[str, int], str]]:
    """The words under which things are found, by kind and key: on SQLite a trigger moves them from the row to the index."""
    words: dict[tuple[str, int], str] = {}
    plain = search._words_of

    def keep(entry: SearchEntry) -> str:
        words[entry.kind, entry.object_id] = found = plain(entry)
        return found

    search._words_of = keep
    try:
        yield words
    finally:
        search._words_of = plain


def _with_words(table: Table, words: dict[tuple[str, int], str]) -> Table:
    """Rows of the search that fill the index once more when they are written."""
    kind, thing, grams = (table.columns.index(name) - 1 for name in ("kind", "object_id", "grams"))
    rows = {
        key: (*row[:grams], words[row[kind], row[thing]], *row[grams + 1 :])
        for key, row in table.rows.items()
    }
    return Table(table.columns, rows)


def _write(found: Laid) -> None:
    """What goes leaves room first. Foreign keys are looked at when the transaction ends: any order of tables will do."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for name, table in found.removed.items():
            delete = f"DELETE FROM {quote(name)} WHERE {quote(table.columns[0])} = %s"
            cursor.executemany(delete, [(pk,) for pk in table.rows])
        for name, table in found.changed.items():
            key, *columns = map(quote, table.columns)
            update = (
                f"UPDATE {quote(name)} SET {', '.join(f'{one} = %s' for one in columns)} WHERE {key} = %s"
            )
            cursor.executemany(update, [(*row, pk) for pk, row in table.rows.items()])
        for name, table in found.added.items():
            _, *columns = map(quote, table.columns)
            places = ", ".join(["%s"] * len(columns))
            insert = f"INSERT INTO {quote(name)} ({', '.join(columns)}) VALUES ({places})"
            cursor.executemany(insert, list(table.rows.values()))
        if connection.vendor == "postgresql":
            _go_on_behind(cursor, found.added)


def _go_on_behind(cursor: Any, added: dict[str, Table]) -> None:
    """Let keys go on behind those of the rows, as they would have: counters are not rolled back with a test."""
    latest = {name: (table.columns[0], max(table.rows)) for name, table in added.items()}
    counters = [
        f"setval(pg_get_serial_sequence('{name}', '{key}'), {pk})"
        for name, (key, pk) in latest.items()
        if isinstance(pk, int)
    ]
    if counters:
        cursor.execute(f"SELECT {', '.join(counters)}")
