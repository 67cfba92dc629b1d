"""The rows of a register as API and commands give them: the columns that it declares, under the names it gives them.

What a list adds (version, computed figures) stands in the class or the call that adds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any, TypeVar

from ninja import Schema
from ninja.schema import ResolverMetaclass
from pydantic import Field

from shanhai.core import masking
from shanhai.core.sheets.columns import Column, Register
from shanhai.webkit import api

# Rows of the register, one for each record, in their order; None for a record that went meanwhile.
Read = Callable[[Sequence[Any]], Iterable[Mapping[str, Any] | None]]
S = TypeVar("S", bound=Schema)
Widen = Callable[[type[S]], type[S]]
_CHUNK = 1000
# JSON has no decimals; text keeps a number exact.
_TYPES: dict[str, Any] = {"int": int, "fen": int, "bool": bool, "date": date}
_MEASURES = {"fen": "in fen", "mu": "in mu", "percent": "in percent"}


def cells(register: Register, row: Mapping[str, Any], without: Sequence[str] = ()) -> dict[str, Any]:
    """A row of a register for programs: masked columns stay masked, decimals are text."""
    shown = masking.hide(register, row)
    return {one.name: _plain(shown[one.name]) for one in register.columns if one.name not in without}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return value


def for_programs(
    register: Register,
    read: Read,
    records: Iterable[Any],
    adds: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Iterator[dict[str, Any]]:
    """Records as commands give them to programs: the columns of their register, then what ``adds`` works out.

    Read some at a time, in few statements; records that went meanwhile are left out.
    """
    left = iter(records)
    while chunk := list(islice(left, _CHUNK)):
        for record, row in zip(chunk, read(chunk), strict=True):
            if row is not None:
                yield cells(register, row) | {name: add(record) for name, add in (adds or {}).items()}


def schema(register: Register, read: Read, without: Sequence[str] = ()) -> Widen:
    """Put the columns of a register before the fields that a schema adds to them.

    Parameters
    ----------
    read
        Gives the rows of records; called once for a page by ``paged``, else for each record.
    without
        Columns that a list leaves out: long texts.
    """

    def cell(name: str) -> staticmethod[[Any], Any]:
        return staticmethod(lambda record: _of(record, register, read, without)[name])

    shown = [column for column in register.columns if column.name not in without]
    namespace: dict[str, Any] = {
        "__module__": __name__,
        "__annotations__": {column.name: _type(column) for column in shown},
        "fill_rows": staticmethod(lambda records: _fill(records, register, read, without)),
    }
    namespace |= {f"resolve_{column.name}": cell(column.name) for column in shown}
    left_out = "".join(f"_without_{name}" for name in without)
    made = ResolverMetaclass(f"row_of_{register.code}{left_out}", (Schema,), namespace)

    def widen(adds: type[S]) -> type[S]:
        own = {"__module__": adds.__module__, "__doc__": adds.__doc__}
        wide: type[S] = ResolverMetaclass(adds.__name__, (adds, made), own)
        return wide

    return widen


def fill(of: Any, records: Sequence[Any]) -> list[Any]:
    """The same records with their rows read at once, without those that went meanwhile."""
    found: list[Any] = of.fill_rows(records)
    return found


def paged(of: Any, *asked: Any, **more: Any) -> dict[str, Any]:
    """``webkit.api.paged`` of records that are shown by a schema of a register."""
    page = api.paged(*asked, **more)
    return page | {"items": fill(of, page["items"])}


def _fill(records: Sequence[Any], register: Register, read: Read, without: Sequence[str]) -> list[Any]:
    filled = []
    for record, row in zip(records, read(records), strict=True):
        if row is not None:
            record.__dict__.setdefault("_cells", {})[register.code] = cells(register, row, without)
            filled.append(record)
    return filled


def _of(record: Any, register: Register, read: Read, without: Sequence[str]) -> Mapping[str, Any]:
    if isinstance(record, Mapping):
        return record
    if register.code not in record.__dict__.get("_cells", {}):
        _fill([record], register, read, without)
    found: Mapping[str, Any] = record._cells[register.code]
    return found


def _type(column: Column) -> Any:
    kind = str if column.access else _TYPES.get(column.type, str)
    if not column.required and column.empty is None:
        kind = kind | None
    about = [column.en]
    if column.type in _MEASURES:
        about.append(_MEASURES[column.type])
    if column.ref:
        about.append(f"a key of {column.ref}")
    if column.access:
        about.append(f"masked; whoever has {column.access} may read one, on the record")
    values = [value for value, _en, _zh in column.choices]
    if values and not column.required:
        values.append("")
    extra: dict[str, Any] | None = {"enum": values} if values else None
    return Annotated[kind, Field(description=", ".join(about) + ".", json_schema_extra=extra)]
