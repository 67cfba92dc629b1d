"""The example zone in two sizes: whole, and with few of its closed cases for tests that are not about cases."""

from __future__ import annotations

import atexit
import csv
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

Row = dict[str, str]

WHOLE = Path(__file__).parents[1] / "examples" / "longquan-xiaoshan"
_OF_A_KIND = 2


@cache
def small() -> Path:
    """A folder with all of the example but most of its cases, which take ten of the eleven seconds of loading it.

    Two cases of each way and stage stay, and those that have what few have: letters, services, a place on an agenda.
    """
    folder = Path(tempfile.mkdtemp(prefix="shanhai-example-")) / "zone"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    shutil.copytree(WHOLE, folder)
    cases = _rows(folder / "cases.csv")
    kept = _chosen(cases, folder)
    left_out = {one["number"] for one in cases} - kept
    projects = {one["project"] for one in cases if one["number"] in left_out}
    projects -= {one["project"] for one in cases if one["number"] in kept}
    projects -= {one["project"] for one in _rows(folder / "leads.csv")}
    for name in ("factor_requests", "papers_on_records", "problems"):
        about = (row for row in _rows(folder / f"{name}.csv") if row["record_kind"] == "investment.project")
        projects -= {row["record"] for row in about}
    for path in folder.glob("*.csv"):
        _keep(path, lambda row: row.get("case") not in left_out)
    _keep(folder / "cases.csv", lambda row: row["number"] in kept)
    _keep(folder / "projects.csv", lambda row: row["number"] not in projects)
    for name in ("steps", "teams", "stalls", "checks"):
        _keep(folder / f"project_{name}.csv", lambda row: row["project"] not in projects)
    return folder


def _chosen(cases: list[Row], folder: Path) -> set[str]:
    kept = {
        row["case"]
        for name in ("case_letters", "case_services", "review_meeting_points")
        for row in _rows(folder / f"{name}.csv")
    }
    met: dict[tuple[str, str], int] = {}
    for one in cases:
        kind = one["mode"], one["stage"]
        met[kind] = met.get(kind, 0) + 1
        if met[kind] <= _OF_A_KIND:
            kept.add(one["number"])
    return kept


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _keep(path: Path, stays: Callable[[Row], bool]) -> None:
    rows = _rows(path)
    left = [row for row in rows if stays(row)]
    if len(left) == len(rows):
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(left)
