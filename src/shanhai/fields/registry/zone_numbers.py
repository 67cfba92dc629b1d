"""File numbers in a zone folder: what stands at their head, and which were given to which record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps

from shanhai.core import signs
from shanhai.core.actions import printing
from shanhai.core.actions.printing import TakenNumber
from shanhai.core.cli import files
from shanhai.core.models import FileMark, FileNumber, Member, Organisation
from shanhai.kernel.refusals import BadInput, gettext_noop

MARKS, NUMBERS = "file_marks.csv", "file_numbers.csv"
MARK_COLUMNS = ("organisation", "mark")
COLUMNS = (
    "number",
    "organisation",
    "record_kind",
    "record",
    "title",
    "issued_on",
    "voided_on",
    "void_reason",
    "standing",
)


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load marks and numbers; a missing file has no rows, and what is there already stays as it is."""
    counts = {}
    if (folder / MARKS).exists():
        counts[MARKS] = 0
        for number, row in _rows(folder / MARKS, MARK_COLUMNS):
            organisation = Organisation.objects.filter(code=row["organisation"]).first()
            if organisation is None:
                raise _unreadable(MARKS, number, row["organisation"])
            if not FileMark.objects.filter(organisation=organisation).exists():
                printing.set_file_mark(organisation, row["mark"], by=by)
                counts[MARKS] += 1
    if (folder / NUMBERS).exists():
        known = set(FileNumber.objects.values_list("text", flat=True))
        rows = [(n, row) for n, row in _rows(folder / NUMBERS, COLUMNS) if row["number"] not in known]
        printing.load_numbers([_taken(row, number) for number, row in rows], by=by)
        counts[NUMBERS] = len(rows)
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write marks and numbers into a folder, as they were loaded."""
    marks = FileMark.objects.select_related("organisation").order_by("organisation__code")
    numbers = FileNumber.objects.select_related("organisation").order_by("series", "no")
    return {
        MARKS: _write(folder / MARKS, MARK_COLUMNS, ((one.organisation.code, one.mark) for one in marks)),
        NUMBERS: _write(folder / NUMBERS, COLUMNS, map(_cells, numbers)),
    }


def _taken(row: dict[str, str], number: int) -> TakenNumber:
    organisation = Organisation.objects.filter(code=row["organisation"]).first()
    record = _record(row["record_kind"], row["record"])
    if organisation is None or record is None:
        raise _unreadable(NUMBERS, number, row["organisation"] if organisation is None else row["record"])
    try:
        return TakenNumber(
            text=row["number"],
            organisation=organisation,
            record=record,
            title=row["title"],
            issued_on=date.fromisoformat(row["issued_on"]),
            voided_on=date.fromisoformat(row["voided_on"]) if row["voided_on"] else None,
            void_reason=row["void_reason"],
            is_illustrative=row["standing"] == "illustrative",
        )
    except ValueError:
        raise _unreadable(NUMBERS, number, row["issued_on"]) from None


def _record(kind: str, key: str) -> Any:
    """A record by the number or code that people know it by."""
    if kind not in signs.record_kinds:
        return None
    model = apps.get_model(kind)
    return model._default_manager.filter(**{_key(model): key}).first()


def _key(model: Any) -> str:
    return "number" if any(field.name == "number" for field in model._meta.fields) else "code"


def _cells(one: FileNumber) -> tuple[Any, ...]:
    model = apps.get_model(one.kind)
    key = model._default_manager.filter(pk=one.object_id).values_list(_key(model), flat=True).first()
    days = (one.issued_on.isoformat(), one.voided_on.isoformat() if one.voided_on else "")
    standing = "illustrative" if one.is_illustrative else "reported"
    return (one.text, one.organisation.code, one.kind, key, one.title, *days, one.void_reason, standing)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(csv.DictReader(io.StringIO(files.read_text(path), newline="")), 2):
        if missing := [name for name in columns if row.get(name) is None]:
            raise _unreadable(path.name, number, missing[0])
        yield number, row


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    n = 0
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            n += 1
    return n


def _unreadable(file: str, row: int, cell: str) -> BadInput:
    return BadInput(
        "registry.number_row",
        gettext_noop(
            "{file}, row {row}: nothing fits “{cell}”. Give the code of an organisation, a record that is there, and "
            "days as 2023-09-18."
        ),
        file=file,
        row=row,
        cell=cell,
    )
