"""Gradings in a zone folder: their days and stages. The grades follow from the figures and are computed when it is loaded."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from shanhai.core.models import Member, Pairing, Unit
from shanhai.fields.park.actions import grades
from shanhai.fields.park.models import GradingRun
from shanhai.fields.park.queries import grades as queries

FILE = "gradings.csv"
_DAYS = ("published_on", "objections_until", "final_on")
_HEADS = ("number", "pairing", "year", "stage", *_DAYS, "unit", "standing")


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Compute the gradings of a folder, earliest year first; a missing file has none."""
    path = folder / FILE
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["year"]))
    for row in rows:
        grades.write_grading(
            Pairing.objects.get(code=row["pairing"]),
            int(row["year"]),
            number=row["number"],
            stage=row["stage"],
            days={name: date.fromisoformat(row[name]) if row[name] else None for name in _DAYS},
            unit=Unit.objects.filter(code=row["unit"]).first(),
            is_illustrative=row["standing"] == "illustrative",
            by=by,
        )
    return {FILE: len(rows)}


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the gradings that a member sees, by number."""
    rows = GradingRun.objects.select_related("pairing", "unit").order_by("number")
    if by is not None:
        rows = rows.filter(queries.seen_by(by))
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADS)
        n = 0
        for one in rows:
            days = [getattr(one, name) or "" for name in _DAYS]
            unit = one.unit.code if one.unit else ""
            writer.writerow([one.number, one.pairing.code, one.year, one.stage, *days, unit, one.standing])
            n += 1
    return {FILE: n}
