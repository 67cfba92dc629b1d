"""What the registers' reads share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from shanhai.core.sheets.columns import Problem
from shanhai.kernel.refusals import NotFound, Refused, gettext_noop

Row = dict[str, Any]
CHUNK = 2000


def standing_of(row: Any) -> str:
    """reported where the row names a source, illustrative where it is made up, else nothing is claimed."""
    if row.is_illustrative:
        return "illustrative"
    return "reported" if getattr(row, "source", "") else ""


def in_chunks(queryset: QuerySet, as_row: Callable[[Any], Row]) -> Iterator[Row]:
    """Rows of a queryset in its order, a chunk in memory at a time."""
    return map(as_row, queryset.iterator(chunk_size=CHUNK))


def keyed(records: Iterable[Any], as_row: Callable[[Any], Row], key: str = "code") -> dict[str, Row]:
    """Rows by key, with what a write needs to move only what is still as it was shown."""
    return {
        getattr(record, key): as_row(record)
        | {"_id": record.pk, "_version": getattr(record, "version", None)}
        for record in records
    }


def problem_of(refused: Refused, column: str, cell: Any) -> Problem:
    """A refusal of an action as a problem of a cell."""
    facts: Mapping[str, Any] = {name: value for name, value in refused.facts.items() if name != "field"}
    return Problem(0, column, str(cell or ""), refused.code, refused.sentence, facts)


def tried(call: Callable[[], Any], column: str, cell: Any) -> list[Problem]:
    """The problem that a check raises, or none."""
    try:
        call()
    except Refused as refused:
        return [problem_of(refused, column, cell)]
    return []


def found(rows: QuerySet, **key: Any) -> Any:
    """The one row of a key.

    Raises
    ------
    NotFound
        ``registry.not_found``: with what was asked for.
    """
    row = rows.filter(**key).first()
    if row is None:
        raise NotFound(
            "registry.not_found",
            gettext_noop(
                "The register has nothing under {given}. It may have got another code; look it up by name."
            ),
            given=next(iter(key.values())),
        )
    return row
