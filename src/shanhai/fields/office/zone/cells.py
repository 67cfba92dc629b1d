"""How the files of the field in a zone folder are read and written: cells, rows, the records that codes name."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from shanhai.core import access, signs, visibility
from shanhai.core.cli import files
from shanhai.core.models import Document, Member
from shanhai.kernel.refusals import BadInput, gettext_noop

Row = dict[str, Any]
Read = Callable[[str], Any]

TEXT: Read = str.strip
DAY: Read = lambda text: date.fromisoformat(text) if text else None  # noqa: E731
NUMBER: Read = lambda text: Decimal(text) if text else None  # noqa: E731
WHOLE: Read = lambda text: int(text) if text else None  # noqa: E731
YES: Read = lambda text: text == "true"  # noqa: E731
MOMENT: Read = lambda text: datetime.fromisoformat(text) if text else None  # noqa: E731
WORDS: Read = str.split
JSON: Read = lambda text: json.loads(text) if text else {}  # noqa: E731
# What is longer than a cell of a table may be stands in parts.
_PART = 20_000


def record(kind: str, code: str) -> Any:
    """A record of a kind that was signed in, by its number or code."""
    model: Any = apps.get_model(kind) if kind in signs.record_kinds else None
    names = {field.name for field in model._meta.get_fields()} if model else set()
    found = (
        model.objects.filter(**{"number" if "number" in names else "code": code}).first() if model else None
    )
    if found is None:
        raise BadInput(
            "office.zone_code",
            gettext_noop("There is no {kind} {code} in this zone. Correct the code, or load it first."),
            kind=kind,
            code=code,
        )
    return found


def paper_of(sha256: str) -> Document | None:
    """A paper of this zone by the sum of its file; ``zone.papers`` has filed it before."""
    return (
        Document.objects.filter(blob_id=sha256, withdrawn_on=None).order_by("pk").first() if sha256 else None
    )


def rows(path: Path, columns: dict[str, Read]) -> list[Row]:
    """The rows of a file, each cell read by its column; none where the file is missing."""
    if not path.exists():
        return []
    reader = csv.DictReader(io.StringIO(files.read_text(path), newline=""))
    if list(reader.fieldnames or []) != list(columns):
        raise BadInput(
            "office.zone_columns",
            gettext_noop("{file} has other columns than these: {columns}. Correct its first row."),
            file=path.name,
            columns=", ".join(columns),
        )
    return [_read(path.name, n, cells, columns) for n, cells in enumerate(reader, 2)]


def _read(name: str, n: int, cells: dict[str, str], columns: dict[str, Read]) -> Row:
    found = {}
    for column, read in columns.items():
        try:
            found[column] = read((cells[column] or "").strip())
        except (ValueError, ArithmeticError):
            raise BadInput(
                "office.zone_cell",
                gettext_noop("{file}, row {row}: {column} cannot be {cell}. Correct the cell."),
                file=name,
                row=n,
                column=column,
                cell=(cells[column] or "")[:40],
            ) from None
    return found


def write_files(
    folder: Path, files: Mapping[str, Mapping[str, Read]], lines: Mapping[str, Iterable[Row]]
) -> dict[str, int]:
    """Write the files of a part into a folder, each with the columns by which it is read; gives rows by file."""
    counts = {}
    for name, columns in files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(columns), lineterminator="\n")
            writer.writeheader()
            counts[name] = 0
            for line in lines[name]:
                writer.writerow(line)
                counts[name] += 1
    return counts


def said(value: Any) -> str:
    """A value as a cell says it: a record by its code, a list or a table as JSON, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return dumped(value)
    return str(value.code) if hasattr(value, "code") else str(value)


def line_of(one: object, columns: Iterable[str], own: Mapping[str, object]) -> Row:
    """A record as a file says it: what it does not say of itself in so many words stands in ``own``."""
    return {name: said(own[name] if name in own else getattr(one, name)) for name in columns}


def dumped(value: object) -> str:
    """A value as a cell says it that ``JSON`` reads."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def in_parts(value: object) -> Iterator[Row]:
    """A long value in numbered parts, each as JSON, so that it keeps its spaces where it begins or ends within a text."""
    told = dumped(value)
    for part, start in enumerate(range(0, len(told), _PART), 1):
        yield {"part": part, "json": dumped(told[start : start + _PART])}


def of_parts(parts: Iterable[Row]) -> dict[str, Any]:
    """The value that was written in parts; empty where there are none."""
    told = "".join(part["json"] for part in sorted(parts, key=lambda part: part["part"]))
    return JSON(told)


def of_own(found: QuerySet[Any], by: Member | None, organisation: str) -> QuerySet[Any]:
    """Of rows that are an organisation's own business those of the member's; all for the system and an auditor."""
    if by is None or access.standing(by).roles & access.SEES_ALL:
        return found
    return found.filter(**{organisation: by.unit.organisation_id})


def grouped(column: str, rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    """Rows by one of their columns, without it."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append({name: value for name, value in row.items() if name != column})
    return found


def one(model: Any, code: str) -> Any:
    """A row by its code."""
    found = model.objects.filter(code=code).first()
    if found is None:
        raise BadInput(
            "office.zone_code",
            gettext_noop("There is no {kind} {code} in this zone. Correct the code, or load it first."),
            kind=model._meta.verbose_name,
            code=code,
        )
    return found


def seen(model: type[Model], by: Member | None) -> QuerySet[Any]:
    """The records of a kind that a member sees; all for the system."""
    found = model._default_manager.all()
    if by is None:
        return found
    return found.filter(pk__in=visibility.seen(model, by).order_by().values("object_id"))


def code_of(row: Any) -> str:
    """The number or code of the record that a row is about."""
    if not row.record_kind:
        return ""
    record = apps.get_model(row.record_kind)._default_manager.get(pk=row.record_id)
    return str(getattr(record, "number", "") or getattr(record, "code", ""))
