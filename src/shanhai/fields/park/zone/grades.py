"""Gradings in a zone folder: their days and stages. The grades follow from the figures and are computed when it is loaded.

What does not follow from the figures of now is how enterprises were graded first, before objections were upheld.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from shanhai.core.models import Member, Pairing, Unit
from shanhai.fields.office.zone.cells import DAY, TEXT, WHOLE, Read, rows
from shanhai.fields.park.actions import grades
from shanhai.fields.park.models import GradingRun
from shanhai.fields.park.queries import grades as queries
from shanhai.kernel.text import canonical

FILE = "gradings.csv"
_DAYS = ("published_on", "objections_until", "final_on")
_CELLS: dict[str, Read] = {
    "number": TEXT, "pairing": TEXT, "year": WHOLE, "stage": TEXT, **dict.fromkeys(_DAYS, DAY), "unit": TEXT,
    "standing": TEXT, "first_grades": lambda text: json.loads(text) if text else {},
}  # fmt: skip


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Compute the gradings of a folder, earliest year first; a missing file has none, and one that is there is left alone."""
    given = sorted(rows(folder / FILE, _CELLS), key=lambda row: row["year"])
    there = set(GradingRun.objects.values_list("number", flat=True))
    new = [row for row in given if row["number"] not in there]
    for row in new:
        grades.write_grading(
            Pairing.objects.get(code=row["pairing"]),
            row["year"],
            number=row["number"],
            stage=row["stage"],
            days={name: row[name] for name in _DAYS},
            unit=Unit.objects.filter(code=row["unit"]).first(),
            is_illustrative=row["standing"] == "illustrative",
            first_grades=row["first_grades"],
            by=by,
        )
    return {FILE: len(new)} if given else {}


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the gradings that a member sees, by number."""
    found = GradingRun.objects.select_related("pairing", "unit").order_by("number")
    if by is not None:
        found = found.filter(queries.seen_by(by))
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_CELLS)
        n = 0
        for one in found:
            days = [getattr(one, name) or "" for name in _DAYS]
            unit = one.unit.code if one.unit else ""
            own = [one.number, one.pairing.code, one.year, one.stage, *days, unit, one.standing]
            changed = queries.first_grades_of(by, one)
            writer.writerow([*own, canonical(changed) if changed else ""])
            n += 1
    return {FILE: n}
