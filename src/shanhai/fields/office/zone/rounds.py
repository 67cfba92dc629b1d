"""The field's part of a zone folder: rounds with their forms, answers and values, one CSV a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shanhai.core.cli import files
from shanhai.core.models import Member
from shanhai.fields.office.actions import loading
from shanhai.fields.office.queries import exported
from shanhai.fields.office.queries.exported import TABLES
from shanhai.kernel.refusals import BadInput, gettext_noop


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the rounds of a folder that are not there yet; a missing file has no rows."""
    read = {name: _read(folder / f"{name}.csv", heads) for name, heads in TABLES.items()}
    if not read["rounds"]:
        return {}
    counts = loading.load_rounds(
        loading.Tables(
            read["rounds"],
            read["round_columns"],
            read["round_lines"],
            read["round_answers"],
            read["round_values"],
        ),
        by=by,
    )
    return {f"{name}.csv": n for name, n in counts.items()}


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the rounds that a member sees into a folder, in key order; the system sees all."""
    counts = {}
    for name, heads in TABLES.items():
        counts[f"{name}.csv"] = _write(folder / f"{name}.csv", heads, exported.rows_of(name, by))
    return counts


def _read(path: Path, heads: tuple[str, ...]) -> list[dict[str, str]]:
    if not path.exists():
        return []
    # Offices save CSV as GBK, with lines that end as theirs do.
    reader = csv.DictReader(io.StringIO(files.read_text(path), newline=""))
    missing = [head for head in heads if head not in (reader.fieldnames or ())]
    if missing:
        raise BadInput(
            "office.file_lacks_columns",
            gettext_noop("{file} lacks the columns {columns}. Add them; they may be empty."),
            file=path.name,
            columns=", ".join(missing),
        )
    return [{head: row[head] or "" for head in heads} for row in reader]


def _write(path: Path, heads: tuple[str, ...], rows: Iterator[dict[str, Any]]) -> int:
    n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            n += 1
            writer.writerow(row)
    return n
