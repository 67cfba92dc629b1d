"""The field's part of a zone folder: one CSV a register, and the figures that offices set."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shanhai.core import rulebook
from shanhai.core.cli import files
from shanhai.core.models import Member, RuleRow
from shanhai.core.sheets import exporting, gathering, loading, reading
from shanhai.core.sheets.columns import Register
from shanhai.fields.registry import columns
from shanhai.kernel.refusals import BadInput, gettext_noop

RULES = "rulebook_values.csv"
RULE_COLUMNS = ("code", "scope", "valid_from", "valid_to", "value", "status", "source")


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the registers of a folder in their order; a missing file has no rows. Gives rows written by file."""
    counts: dict[str, int] = {}
    for register in columns.REGISTERS:
        path = folder / f"{register.file_stem}.csv"
        if not path.exists():
            continue
        if register is columns.UNITS:
            # Their dispatchers are members, who come after them.
            with TemporaryDirectory() as aside, gathering.gathered_from(register, path.name):
                reading.kind_of(path)  # What is no table is refused as every other file is.
                counts[path.name] = _loaded(register, _without(path, "dispatcher", Path(aside)), by)
        else:
            counts[path.name] = _loaded(register, path, by)
        if register is columns.MEMBERS and (units := folder / "units.csv").exists():
            _loaded(columns.UNITS, units, by)
    if (folder / RULES).exists():
        counts[RULES] = _load_rules(folder / RULES, by)
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the registers into a folder, in key order, so that what was loaded comes out equal."""
    counts = {}
    for register in columns.REGISTERS:
        path = folder / f"{register.file_stem}.csv"
        counts[path.name] = exporting.export_file(register, path, by=by)
    counts[RULES] = _export_rules(folder / RULES)
    return counts


def _loaded(register: Register, path: Path, by: Member | None) -> int:
    counts = loading.load_table(register, path, by=by)
    return counts["new"] + counts["changed"]


def _without(path: Path, column: str, aside: Path) -> Path:
    """A copy of a CSV file without one column."""
    copy = aside / path.name
    with copy.open("w", encoding="utf-8", newline="") as target:
        reader = csv.DictReader(io.StringIO(files.read_text(path), newline=""))
        names = [name for name in reader.fieldnames or () if name != column]
        writer = csv.DictWriter(target, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(reader)
    return copy


def _load_rules(path: Path, by: Member | None) -> int:
    """Add the values that are not there yet; the same row brought twice is one value."""
    known = {(row.code, row.scope, row.valid_from, row.value) for row in RuleRow.objects.all()}
    n = 0
    lines = csv.DictReader(io.StringIO(files.read_text(path), newline=""))
    for number, row in enumerate(lines, 2):
        key, given = _read_rule(row, path, number)
        if key not in known:
            rulebook.add_value(row["code"], given, by=by, **_dates(row, path, number))
            n += 1
    return n


def _read_rule(row: dict[str, str], path: Path, number: int) -> tuple[tuple[str, str, date, str], Any]:
    try:
        given = json.loads(row["value"])
        return (row["code"], row["scope"], date.fromisoformat(row["valid_from"]), row["value"]), given
    except (KeyError, ValueError, TypeError) as wrong:
        raise _unreadable(path, number) from wrong


def _dates(row: dict[str, str], path: Path, number: int) -> dict[str, Any]:
    try:
        return {
            "scope": row["scope"],
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            "status": row["status"],
            "source": row["source"],
        }
    except (KeyError, ValueError) as wrong:
        raise _unreadable(path, number) from wrong


def _unreadable(path: Path, number: int) -> BadInput:
    return BadInput(
        "registry.rule_row",
        gettext_noop(
            "{file}, row {row}: this is no rulebook value. Give code, scope, valid_from, valid_to, value as JSON, "
            "status and source."
        ),
        file=path.name,
        row=number,
    )


def _export_rules(path: Path) -> int:
    rows = list(RuleRow.objects.order_by("code", "scope", "valid_from", "known_at", "pk"))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RULE_COLUMNS)
        for row in rows:
            dates = [row.valid_from.isoformat(), row.valid_to.isoformat() if row.valid_to else ""]
            writer.writerow([row.code, row.scope, *dates, row.value, row.status, row.source])
    return len(rows)
