"""The example zone whole, with a few rows of each kind, and its first tables, for tests that need no more."""

from __future__ import annotations

import atexit
import csv
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

Row = dict[str, str]

WHOLE = Path(__file__).parents[1] / "examples" / "longquan-xiaoshan"
_OF_A_KIND = 2
# Of the tables that no other stands on, what makes a kind: the rest is more of the same.
_LEAVES = {
    "event_guests": ("event", "came"),
    "stops": ("team", "way", "stage"),
    "team_costs": ("team", "kind"),
}
# The first year that the example grades.
_GRADED = "2021"
_LEADS = ("kind", "stage", "reach", "unit")


@cache
def small() -> Path:
    """A folder with all tables of the example and few rows of the longest, which take most of the time of loading it.

    Two cases of each way and stage stay, and those that have what few have: letters, services, a place on an agenda.
    Of leads, stops, guests and costs two of a kind stay, of figures those of the years that are graded.
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
    for name, kind in _LEAVES.items():
        _keep_of_a_kind(folder / f"{name}.csv", kind)
    _keep(folder / "figures.csv", lambda row: row["period"] >= _GRADED)
    _leave_out_leads(folder)
    return folder


@cache
def beginning() -> Path:
    """A folder with the tables of registry and pairing alone, on which those of all other fields stand."""
    from shanhai.core import signs

    first = ("registry.", "pairing.")
    stems = {one.file_stem for one in signs.registers if one.code.startswith(first)}
    # Numbers are given to papers of all fields.
    parts = [part for part in signs.zone_parts if part.code.startswith(("registry", "pairing"))]
    stems |= {stem for part in parts if part.code != "registry.numbers" for stem in part.files}
    folder = small().parent / "beginning"
    shutil.copytree(small(), folder)
    for path in folder.glob("*.csv"):
        if path.stem not in stems:
            path.unlink()
    return folder


def _leave_out_leads(folder: Path) -> None:
    leads = _rows(folder / "leads.csv")
    kept = {
        row["lead"] for name in ("event_guests", "stops", "stocks") for row in _rows(folder / f"{name}.csv")
    }
    kept |= {one["number"] for one in _of_a_kind(leads, _LEADS)}
    kept |= {one["merged_into"] for one in leads if one["number"] in kept}
    left_out = {one["number"] for one in leads} - kept
    for name in ("lead_contacts", "lead_payments", "quarterly_list_lines"):
        _keep(folder / f"{name}.csv", lambda row: row["lead"] not in left_out)
    _keep(folder / "leads.csv", lambda row: row["number"] not in left_out)


def _keep_of_a_kind(path: Path, kind: tuple[str, ...]) -> None:
    kept = _of_a_kind(_rows(path), kind)
    _keep(path, lambda row: row in kept)


def _of_a_kind(rows: list[Row], kind: tuple[str, ...]) -> list[Row]:
    met: Counter[tuple[str, ...]] = Counter()
    kept = []
    for row in rows:
        this = tuple(row[name] for name in kind)
        met[this] += 1
        if met[this] <= _OF_A_KIND:
            kept.append(row)
    return kept


def _chosen(cases: list[Row], folder: Path) -> set[str]:
    kept = {
        row["case"]
        for name in ("case_letters", "case_services", "review_meeting_points")
        for row in _rows(folder / f"{name}.csv")
    }
    return kept | {one["number"] for one in _of_a_kind(cases, ("mode", "stage"))}


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
