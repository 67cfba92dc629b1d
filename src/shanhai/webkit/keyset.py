"""Paging by the last row seen: the cursor and the condition that continues behind it.

A cursor holds the sort values and key of one row, its place in the list, and a hash of filters and sort; it is signed,
so that it can be refused when it was made for another list. Ties of the sort are decided by the key.

Rows without a value stand where the database's own index has them (SQLite first in ascending order, PostgreSQL last),
because any other place would make it sort the whole table for each page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

from django.core import signing
from django.db import connections, models
from django.db.models import BooleanField, Expression, F, Q, QuerySet

_SALT = "shanhai.webkit.keyset"


@dataclass(frozen=True, slots=True)
class Key:
    """One sort field: its path from the model, and whether it falls."""

    path: str
    falls: bool
    field: models.Field

    @property
    def name(self) -> str:
        """As ``order_by`` writes it."""
        return f"-{self.path}" if self.falls else self.path


def keys(model: type[models.Model], paths: Sequence[str]) -> tuple[Key, ...]:
    """The sort fields of a list, with the key of the table last, falling like the field before it."""
    found = []
    for path in paths:
        falls, bare = path.startswith("-"), path.removeprefix("-")
        found.append(Key(bare, falls, _field(model, bare)))
    if not found or found[-1].path not in ("pk", model._meta.pk.name):
        found.append(Key(model._meta.pk.name, bool(found) and found[-1].falls, model._meta.pk))
    return tuple(found)


def turned(sort: Sequence[Key]) -> tuple[Key, ...]:
    """The same sort from its other end."""
    return tuple(Key(key.path, not key.falls, key.field) for key in sort)


def _field(model: type[models.Model], path: str) -> models.Field:
    *relations, last = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model  # type: ignore[assignment]
    return model._meta.pk if last == "pk" else model._meta.get_field(last)  # type: ignore[return-value]


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part) if row is not None else None
    return row


# --- the cursor ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind a row (``forwards``) or before it, and the place of its first row, from 1."""

    forwards: bool
    values: tuple[Any, ...]
    first: int


def fingerprint(*what: Any) -> str:
    """A short hash of what a list shows: sort and filters."""
    text = json.dumps(what, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def write(row: Any, sort: Sequence[Key], forwards: bool, first: int, shown: str) -> str:
    """The cursor that continues behind (or before) a row."""
    values = [_to_json(_value(row, key.path)) for key in sort]
    return signing.Signer(salt=_SALT).sign_object([1 if forwards else 0, values, first, shown])


def read(text: str, sort: Sequence[Key], shown: str) -> Cursor | None:
    """What a cursor says; None for one that was tampered with or made for another sort or filter."""
    try:
        forwards, values, first, its = signing.Signer(salt=_SALT).unsign_object(text)
        if its != shown or len(values) != len(sort):
            return None
        given = tuple(
            None if value is None else key.field.to_python(value)
            for value, key in zip(values, sort, strict=True)
        )
        return Cursor(bool(forwards), given, int(first))
    except Exception:
        # Whatever is wrong with it (cut off, made by hand, of an older version): the list starts from its beginning.
        return None


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return value.pk
    return value


# --- the condition ---------------------------------------------------------------------------------------------------


class RowAfter(Expression):
    """``(a, b, c) > (x, y, z)``: both databases walk an index from there."""

    output_field = BooleanField()
    conditional = True

    def __init__(
        self, paths: Sequence[Any], fields: Sequence[models.Field], values: Sequence[Any], sign: str
    ):
        super().__init__()
        self.sources = [F(path) if isinstance(path, str) else path for path in paths]
        self.fields = list(fields)
        self.values = list(values)
        self.sign = sign

    def get_source_expressions(self) -> list[Any]:
        return list(self.sources)

    def set_source_expressions(self, expressions: Sequence[Any]) -> None:
        self.sources = list(expressions)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        columns, parameters = [], []
        for source in self.sources:
            sql, given = compiler.compile(source)
            columns.append(sql)
            parameters += given
        parameters += [
            field.get_db_prep_value(value, connection)
            for field, value in zip(self.fields, self.values, strict=True)
        ]
        marks = ", ".join(["%s"] * len(self.values))
        return f"({', '.join(columns)}) {self.sign} ({marks})", parameters


def _nulls_come_first(vendor: str, falls: bool) -> bool:
    is_small = vendor != "postgresql"
    return is_small != falls


def after(sort: Sequence[Key], values: Sequence[Any], vendor: str) -> Q | RowAfter:
    """The rows that come after the one with these values, in an order of these keys."""
    one_way = len({key.falls for key in sort}) == 1
    # A row comparison leaves rows without a value out: right where those all lie before this row.
    safe = all(
        value is not None and (not key.field.null or _nulls_come_first(vendor, key.falls))
        for key, value in zip(sort, values, strict=True)
    )
    if one_way and safe:
        return RowAfter(
            [key.path for key in sort],
            [key.field for key in sort],
            list(values),
            "<" if sort[0].falls else ">",
        )
    return _spelled_out(sort, values, vendor)


def _spelled_out(sort: Sequence[Key], values: Sequence[Any], vendor: str) -> Q:
    """``a > x OR (a = x AND (b > y OR …))``, with ``a >= x`` before it so that the index is entered at x."""
    # The last is the key of the table, which always has a value.
    condition: Any = _beyond(sort[-1], values[-1], vendor)
    for key, value in reversed(list(zip(sort[:-1], values[:-1], strict=True))):
        beyond = _beyond(key, value, vendor)
        tied = Q(**{f"{key.path}__isnull": True}) if value is None else Q(**{key.path: value})
        condition = (beyond | (tied & condition)) if beyond is not None else (tied & condition)
    first, value = sort[0], values[0]
    if value is not None and (not first.field.null or _nulls_come_first(vendor, first.falls)):
        condition = Q(**{f"{first.path}__{'lte' if first.falls else 'gte'}": value}) & condition
    return condition


def _beyond(key: Key, value: Any, vendor: str) -> Q | None:
    nulls_first = _nulls_come_first(vendor, key.falls)
    if value is None:
        return Q(**{f"{key.path}__isnull": False}) if nulls_first else None
    strictly = Q(**{f"{key.path}__{'lt' if key.falls else 'gt'}": value})
    if key.field.null and not nulls_first:
        strictly |= Q(**{f"{key.path}__isnull": True})
    return strictly


# --- a page ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Slice:
    """The rows of one page, and the cursors to its neighbours."""

    rows: list[Any]
    first: int
    next: str | None
    previous: str | None


class Start(Protocol):
    """Rows of another table, ``object_id`` the keys of a list and ``column`` what it is sorted by; ``records`` are read by them."""

    @property
    def rows(self) -> QuerySet: ...

    @property
    def column(self) -> str: ...

    @property
    def records(self) -> QuerySet: ...

    def counted(self, most: int) -> int:
        """How many there are, at most ``most`` + 1."""


def cut(
    queryset: QuerySet,
    paths: Sequence[str],
    size: int,
    cursor_text: str = "",
    shown: str = "",
    start: Start | None = None,
    keys_first: bool = False,
) -> Slice:
    """One page of a queryset in one statement, or in two where it begins in another table or with its keys alone.

    Parameters
    ----------
    paths
        Sort fields as ``order_by`` takes them; the key of the table is added.
    size
        Rows of a page, at least 1.
    cursor_text, shown
        The cursor of the address, and the fingerprint that it must carry.
    start
        Has the keys of the queryset in the order of ``paths``.
    keys_first
        Sort the keys alone and read the rest for the page only: for rows that no index has in their order, which would
        each be joined with all that is shown of them before they are sorted.
    """
    sort = keys(queryset.model, paths)
    cursor = read(cursor_text, sort, shown) if cursor_text else None
    forwards = cursor is None or cursor.forwards
    walk = sort if forwards else turned(sort)
    ordered = queryset.order_by(*(key.name for key in walk))
    if start is not None:
        behind = cursor.values if cursor is not None else None
        keys_of = _keys_of(start, walk[0].falls, behind, size + 1)
        ordered = start.records.filter(pk__in=keys_of).order_by(*(key.name for key in walk))
    elif cursor is not None:
        ordered = ordered.filter(after(walk, cursor.values, connections[queryset.db].vendor))
    if keys_first and start is None:
        ordered = ordered.filter(pk__in=list(ordered.values_list("pk", flat=True)[: size + 1]))
    rows = list(ordered[: size + 1])
    there_is_more = len(rows) > size
    rows = rows[:size]
    if not forwards:
        rows.reverse()
    first = _first_place(cursor, forwards, len(rows), size)
    has_previous = there_is_more if not forwards else cursor is not None
    has_next = there_is_more if forwards else True
    return Slice(
        rows=rows,
        first=first,
        next=write(rows[-1], sort, True, first + len(rows), shown) if rows and has_next else None,
        previous=write(rows[0], sort, False, first, shown) if rows and has_previous else None,
    )


def _keys_of(start: Start, falls: bool, behind: Sequence[Any] | None, most: int) -> list[int]:
    fields = start.rows.model._meta
    sort = [Key(path, falls, fields.get_field(path)) for path in (start.column, "object_id")]
    found = start.rows.order_by(*(key.name for key in sort))
    if behind is not None:
        found = found.filter(after(sort, behind, connections[found.db].vendor))
    return list(found.values_list("object_id", flat=True)[:most])


def _first_place(cursor: Cursor | None, forwards: bool, found: int, size: int) -> int:
    if cursor is None:
        return 1
    if forwards:
        return cursor.first
    # Going back, the place is counted down; rows added meanwhile must not make it fall below the beginning.
    return max(1, cursor.first - max(found, min(size, 1)))
