"""Statements of one shape are built once: the ORM writes them, and later calls put other values in.

Building an UPDATE or SELECT of a wide table costs Django ten times what a database needs to run it, and a decision of a
reviewer makes the same eight each time. A shape is a model, the lookups of its condition and the fields that are set; its
text is kept for the process. The first time, the values that Django would send are held against those that are computed
here; where they differ, or a value is an expression, Django runs the statement itself, as it always did.

PostgreSQL plans such a statement once per connection as well: reading a row with six others on the way takes it longer to
plan than to run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db import connections, models, router
from django.db.models import F
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=models.Model)
# Shapes of a process: a few for each table that is written often; lists of codes differ in length.
_MOST = 2_000
_ONE = ("exact", "gt", "gte", "lt", "lte")


@dataclass(frozen=True, slots=True)
class Plus:
    """What a number grows by."""

    by: int


@dataclass(frozen=True, slots=True)
class _Shape:
    sql: str
    compiler: Any = None
    converters: Any = None
    names: tuple[str, ...] = ()
    populators: tuple[Any, ...] = ()  # of the rows that come with it


_kept: dict[Any, _Shape | None] = {}


def update(model: type[models.Model], where: Mapping[str, Any], **changes: Any) -> int:
    """``filter(**where).update(**changes)``; gives the rows that moved.

    Parameters
    ----------
    where
        Lookups of fields of the model itself, such as ``{"pk": 4, "state__in": ["open"], "left_before__gt": 0}``.
    changes
        Values, or ``Plus`` for what a field grows by. Expressions are left to Django.
    """
    using = router.db_for_write(model)
    connection = connections[using]
    if any(hasattr(value, "resolve_expression") for value in (*where.values(), *changes.values())):
        return _by_django(model, where, changes)
    names = sorted(where)
    key = (
        "update",
        model,
        using,
        *((name, _length(where[name])) for name in names),
        *map(_mark, changes.items()),
    )
    values = _values(model, where, names, connection)
    given = [*_sets(model, changes, connection), *values] if values is not None else None
    if given is None:
        return _by_django(model, where, changes)
    if key not in _kept:
        _keep(key, _shape_of_update(model, using, where, changes, given))
    shape = _kept[key]
    if shape is None:
        return _by_django(model, where, changes)
    with cursor(connection) as open_one:
        open_one.execute(shape.sql, given)
        return int(open_one.rowcount)


def rows(model: type[M], where: Mapping[str, Any], *order: str, related: tuple[str, ...] = ()) -> list[M]:
    """``list(filter(**where).select_related(*related).order_by(*order))``; lookups may lead over relations."""
    using = router.db_for_read(model)
    connection = connections[using]
    names = sorted(where)
    values = _values(model, where, names, connection)
    key = ("rows", model, using, order, related, *((name, _length(where[name])) for name in names))
    shape = _kept.get(key)
    if values is None or (shape is None and key in _kept):
        return list(_found(model, using, where, order, related))
    if shape is None:
        shape = _shape_of_rows(_found(model, using, where, order, related), using, values)
        _keep(key, shape)
        if shape is None:
            return list(_found(model, using, where, order, related))
    with cursor(connection) as open_one:
        open_one.execute(shape.sql, values)
        read = open_one.fetchall()
    if shape.converters:
        read = shape.compiler.apply_converters(read, shape.converters)
    made = []
    for row in read:
        one = model.from_db(using, shape.names, row[: len(shape.names)])
        for populator in shape.populators:
            populator.populate(row, one)
        made.append(one)
    return made


def cursor(connection: Any) -> Any:
    """A cursor of Django's; on PostgreSQL one whose statements are prepared there at their first use.

    Where statements are logged Django's own cursor runs them: of a prepared one it does not know the text.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    # Django sets no threshold, which forbids preparing; one that is never reached leaves all other statements as they are.
    connection.connection.prepare_threshold = sys.maxsize
    return connection.make_cursor(_preparing_cursor()(connection.connection))


@cache
def _preparing_cursor() -> Any:
    import psycopg  # which a zone on SQLite never loads

    class Preparing(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            return super().execute(query, params, **how | {"prepare": True})

    return Preparing


def _found(
    model: type[M], using: str, where: Mapping[str, Any], order: tuple[str, ...], related: tuple[str, ...]
) -> models.QuerySet[M]:
    found = model._default_manager.using(using).filter(**where).order_by(*order)
    return found.select_related(*related) if related else found


def _by_django(model: type[models.Model], where: Mapping[str, Any], changes: Mapping[str, Any]) -> int:
    grown = {
        name: F(name) + value.by if isinstance(value, Plus) else value for name, value in changes.items()
    }
    return int(model._default_manager.filter(**where).update(**grown))


def _keep(key: Any, shape: _Shape | None) -> None:
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[key] = shape


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, (list, tuple)) else None


def _mark(change: tuple[str, Any]) -> Any:
    name, value = change
    return name, "plus" if isinstance(value, Plus) else "null" if value is None else "value"


def _sets(model: type[models.Model], changes: Mapping[str, Any], connection: Any) -> list[Any]:
    given = []
    for name, value in changes.items():
        if value is None:
            continue  # Django writes NULL into the text.
        if isinstance(value, Plus):
            given.append(value.by)
            continue
        field: Any = model._meta.get_field(name)
        plain = value.pk if isinstance(value, models.Model) else value
        given.append(field.get_db_prep_save(plain, connection=connection))
    return given


def _values(
    model: type[models.Model], where: Mapping[str, Any], names: Sequence[str], connection: Any
) -> list[Any] | None:
    """The values of a condition as the driver takes them; None where a lookup is not one of these."""
    given: list[Any] = []
    for name in names:
        field, lookup = _field_of(model, name)
        value = where[name]
        if lookup == "in" and isinstance(value, (list, tuple)) and value and len(set(value)) == len(value):
            many = value
        elif (lookup or "exact") in _ONE and value is not None:
            many = [value]
        else:
            return None
        target = field.target_field if field.is_relation else field
        plain = [one.pk if isinstance(one, models.Model) else one for one in many]
        given += [
            target.get_db_prep_value(target.get_prep_value(one), connection, prepared=True) for one in plain
        ]
    return given


def _field_of(model: type[models.Model], name: str) -> tuple[Any, str]:
    """The field at the end of a way, and the lookup behind it."""
    field: Any = None
    parts = name.split("__")
    for n, part in enumerate(parts):
        if field is not None and not field.is_relation:
            return field, "__".join(parts[n:])
        if field is not None:
            try:
                field.related_model._meta.get_field(part)
            except FieldDoesNotExist:
                return field, "__".join(parts[n:])
            model = field.related_model
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
    return field, ""


def _shape_of_update(
    model: type[models.Model],
    using: str,
    where: Mapping[str, Any],
    changes: Mapping[str, Any],
    given: list[Any],
) -> _Shape | None:
    grown = {
        name: F(name) + value.by if isinstance(value, Plus) else value for name, value in changes.items()
    }
    query = model._default_manager.using(using).filter(**where).query.chain(UpdateQuery)
    query.add_update_values(grown)  # type: ignore[attr-defined]
    query.clear_ordering(force=True)
    sql, params = query.get_compiler(using).as_sql()
    return _Shape(sql) if list(params) == given else None


def _shape_of_rows(found: Any, using: str, given: list[Any]) -> _Shape | None:
    compiler = found.query.get_compiler(using)
    sql, params = compiler.as_sql()
    if list(params) != given:
        return None
    info, select = compiler.klass_info, compiler.select
    own = info["select_fields"]
    if own != list(range(len(own))):
        return None  # The columns of the model itself come first.
    converters = compiler.get_converters([column for column, _sql, _alias in select])
    names = tuple(select[n][0].target.attname for n in own)
    return _Shape(sql, compiler, converters, names, tuple(get_related_populators(info, select, using)))  # type: ignore[call-arg]
