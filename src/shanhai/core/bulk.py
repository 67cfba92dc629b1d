"""Many rows in few statements: what an import of 50,000 rows needs to be one short transaction.

Django's ``bulk_create`` and ``bulk_update`` spend most of their time in building one long statement. These two hand
the values to the driver: ``COPY`` on PostgreSQL, one prepared statement on SQLite. Both need a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

from shanhai.core.db import prepared
from shanhai.kernel.refusals import ChangedMeanwhile, gettext_noop

M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]

# COPY takes the server three messages; so many rows and fewer go as one statement that it has planned before.
_FEW = 16

_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.AutoField, models.BinaryField)


def insert_many(model: type[M], objects: Sequence[M]) -> None:
    """Insert new rows and give each object its primary key.

    Neither ``save`` nor signals are called, as with ``bulk_create``. Rows keep their order: keys go up.
    """
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if objects and objects[0].pk is None:
        give_keys(model, objects)
    insert_rows(model, [field.attname for field in fields], _rows(objects, fields))


def add_many(model: type[M], objects: Sequence[M]) -> None:
    """Insert new rows whose keys nobody needs to know: one statement, however many there are."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    insert_rows(model, [field.attname for field in fields], _rows(objects, fields))


def maker(model: type[M]) -> Callable[..., M]:
    """A constructor for many new rows: takes values by attribute name ("region_id") and nothing else.

    (``Model.__init__`` looks at every field and descriptor of every row, which is a third of what writing it costs.)
    """
    plain = {name: value for name, value in vars(model()).items() if name != "_state"}
    made_anew = [(f.attname, f.get_default) for f in model._meta.concrete_fields if callable(f.default)]

    def make(**values: Any) -> M:
        row = model.__new__(model)
        held = vars(row)
        held.update(plain)
        held.update((name, default()) for name, default in made_anew)
        held.update(values)
        held["_state"] = ModelState()
        return row

    return make


def give_keys(model: type[M], objects: Sequence[M]) -> None:
    """Give new objects their primary keys before ``insert_many``, so that rows of one lot can point at one another.

    (Foreign keys are looked at when the transaction ends.)
    """
    for one, pk in zip(objects, new_keys(model, len(objects)), strict=True):
        one.pk = pk


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows of values that the driver understands, in the order of ``names`` (attribute names)."""
    columns = [field.column for field in _fields(model, names)]
    target = f"{_quoted(model._meta.db_table)} ({', '.join(map(_quoted, columns))})"
    marks = f"({', '.join(['%s'] * len(columns))})"
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            for some in _batches(rows):
                cursor.executemany(f"INSERT INTO {target} VALUES {marks}", some)
        return
    left = iter(rows)
    first = list(islice(left, _FEW + 1))
    if len(first) > _FEW:
        with connection.cursor() as cursor:
            _copy(cursor, target, chain(first, left))
    elif first:
        with prepared.cursor(connection) as cursor:
            cursor.execute(
                f"INSERT INTO {target} VALUES {', '.join([marks] * len(first))}", list(chain(*first))
            )


def update_many(model: type[M], objects: Sequence[M], names: Sequence[str]) -> None:
    """Write fields of versioned rows, each only if it is still at the version in hand.

    The objects carry their new version afterwards.

    Raises
    ------
    ChangedMeanwhile
        ``core.rows_changed_meanwhile``: at least one row was changed or removed since it was read. The caller's
        transaction must not go on.
    """
    if not objects:
        return
    fields = [*_fields(model, names), model._meta.pk, model._meta.get_field("version")]
    update_rows(model, names, list(_rows(objects, fields)))
    for one in objects:
        one.version += 1  # type: ignore[attr-defined]


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """``update_many`` of values that the driver understands, in the order of ``names`` (field names), key, version.

    Raises
    ------
    ChangedMeanwhile
        As ``update_many``.
    """
    columns = [field.column for field in _fields(model, names)]
    with connection.cursor() as cursor:
        moved = (_update_from_copy if connection.vendor == "postgresql" else _update_each)(
            cursor, model, columns, rows
        )
    if moved != len(rows):
        raise ChangedMeanwhile(
            "core.rows_changed_meanwhile",
            gettext_noop(
                "{n} rows were changed by someone else since they were checked. Check the file again."
            ),
            n=len(rows) - moved,
        )


def _rows(objects: Iterable[models.Model], fields: Sequence[Any]) -> Iterable[Row]:
    readers: list[tuple[str, Callable[[Any], Any] | None]] = [
        (field.attname, None if _is_plain(field) else _prepare(field)) for field in fields
    ]
    for one in objects:
        held = one.__dict__
        yield tuple(
            held[name] if prepare is None or held[name] is None else prepare(held[name])
            for name, prepare in readers
        )


def _is_plain(field: Any) -> bool:
    """Whether the driver takes the value as the object holds it; the rest goes through the field."""
    while field.is_relation:
        field = field.target_field
    if isinstance(field, models.BooleanField):
        return True
    return type(field).get_prep_value is not models.JSONField.get_prep_value and isinstance(field, _AS_IT_IS)


def _prepare(field: Any) -> Callable[[Any], Any]:
    return lambda value: field.get_db_prep_save(value, connection)


def new_keys(model: type[models.Model], n: int) -> Sequence[int]:
    """Primary keys for ``n`` rows that the transaction at hand is about to insert, going up."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quoted(table), key, n],
            )
            return [pk for (pk,) in cursor.fetchall()]
        # The transaction holds the only write lock of the database, so nobody else takes these keys.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + n)


def _copy(cursor: Any, target: str, rows: Iterable[Row]) -> None:
    # A row may ask the database while it is made, which the connection cannot answer as long as a COPY is open.
    for some in _batches(rows):
        with cursor.connection.cursor() as raw, raw.copy(f"COPY {target} FROM STDIN") as copy:
            for row in some:
                copy.write_row(row)


def _update_each(cursor: Any, model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    sets = ", ".join(f"{_quoted(column)} = %s" for column in columns)
    moved = 0
    for some in _batches(rows):
        cursor.executemany(
            f"UPDATE {_quoted(model._meta.db_table)} SET {sets}, version = version + 1 "
            f"WHERE {_key_column(model)} = %s AND version = %s",
            some,
        )
        moved += int(cursor.rowcount)
    return moved


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Some rows at a time: Django's cursor keeps all that it was given until the statement is done."""
    iterator = iter(rows)
    while some := list(islice(iterator, 1_000)):
        yield some


def _update_from_copy(
    cursor: Any, model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]
) -> int:
    table, key = _quoted(model._meta.db_table), _key_column(model)
    listed = ", ".join([*map(_quoted, columns), key, "version"])
    cursor.execute(f"CREATE TEMP TABLE _moved ON COMMIT DROP AS SELECT {listed} FROM {table} WITH NO DATA")
    _copy(cursor, f"_moved ({listed})", rows)
    sets = ", ".join(f"{_quoted(column)} = m.{_quoted(column)}" for column in columns)
    cursor.execute(
        f"UPDATE {table} AS t SET {sets}, version = t.version + 1 "
        f"FROM _moved AS m WHERE t.{key} = m.{key} AND t.version = m.version"
    )
    moved = int(cursor.rowcount)
    cursor.execute("DROP TABLE _moved")
    return moved


def _fields(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    """Fields with a column of their own; the stubs think of relations without one at every step."""
    return [model._meta.get_field(name) for name in names]


def _key_column(model: type[models.Model]) -> str:
    """The quoted column of the primary key."""
    return _quoted(str(model._meta.pk.column))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
