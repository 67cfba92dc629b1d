"""Rows that many tests begin with: written once by the actions that an office uses, then laid down as they were."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from shanhai.core import search

# By name and clock: the rows that building it added, table by table, and what the builder gave.
_laid: dict[tuple[str, str], tuple[dict[str, tuple[list[str], list[tuple[Any, ...]]]], bytes]] = {}


def laid(name: str, build: Callable[[], Any]) -> Any:
    """What ``build`` makes, with its rows in the database; the actions run at the first call only.

    ``build`` only adds rows, begins with an empty database, and gives something that can be pickled.
    """
    key = name, settings.SHANHAI_TODAY
    if key in _laid:
        rows, made = _laid[key]
        _insert(rows)
        if connection.vendor == "sqlite" and "core_searchentry" in rows:
            search.rebuild()  # The words stand in the index alone, which is no table.
        return pickle.loads(made)
    before = _all_rows()
    found = build()
    added = {
        table: (columns, [row for row in rows if row not in set(before[table][1])])
        for table, (columns, rows) in _all_rows().items()
    }
    _laid[key] = {table: kept for table, kept in added.items() if kept[1]}, pickle.dumps(found)
    return found


def _all_rows() -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    found = {}
    quote = connection.ops.quote_name
    models = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    with connection.cursor() as cursor:
        for meta in models:
            columns = [field.column for field in meta.concrete_fields if not field.generated]
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(meta.db_table)}")
            found[meta.db_table] = columns, cursor.fetchall()
    return found


def _insert(rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    """Foreign keys are looked at when the transaction ends, so the order of tables does not matter."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, kept) in rows.items():
            names = ", ".join(map(quote, columns))
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", kept)
