"""Files of a zone folder beside the register of projects: the stage log, teams, why projects stand still, checks of promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from shanhai.core import clock
from shanhai.core.models import Member
from shanhai.fields.investment.actions import way_loading as actions
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import capacity
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    JSON,
    MOMENT,
    TEXT,
    WHOLE,
    WORDS,
    Read,
    Row,
    dumped,
    grouped,
    rows,
    said,
    seen,
    write_files,
)

STEPS: dict[str, Read] = {
    "project": TEXT, "came_from": TEXT, "to": TEXT, "on": DAY, "since_on": DAY, "reason": TEXT, "paper": TEXT, "cause": TEXT,
    "member": TEXT, "at": MOMENT, "taken_back_at": MOMENT,
}  # fmt: skip
TEAMS: dict[str, Read] = {
    "project": TEXT, "member": TEXT, "side": TEXT, "task": TEXT, "from_on": DAY, "to_on": DAY,
}  # fmt: skip
STALLS: dict[str, Read] = {
    "project": TEXT, "stage": TEXT, "since_on": DAY, "unit": TEXT, "reason": TEXT, "measure": TEXT, "due_on": DAY,
    "noted_on": DAY, "member": TEXT,
}  # fmt: skip
CHECKS: dict[str, Read] = {
    "project": TEXT, "on": DAY, "year": WHOLE, "base_year": WHOLE, "origin": TEXT, "promised": JSON, "measured": JSON,
    "failed": WORDS, "tolerance_hash": TEXT, "paper": TEXT, "reason": TEXT, "member": TEXT,
}  # fmt: skip
FILES = {
    "project_steps.csv": STEPS,
    "project_teams.csv": TEAMS,
    "project_stalls.csv": STALLS,
    "project_checks.csv": CHECKS,
}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load what hangs on projects; a project that has some already is left alone."""
    counts: dict[str, int] = {}
    for name, columns in FILES.items():
        given = grouped("project", rows(folder / name, columns))
        found = queries.by_number(given)
        for number in given:
            if number not in found:
                raise queries.no_project(number)
        if given:
            counts[name] = actions.load_way(
                name.removesuffix(".csv"), [(found[number], lines) for number, lines in given.items()], by=by
            )
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what hangs on the projects that a member sees, in order of their numbers."""
    lines: dict[str, Iterator[Row]] = {
        "project_steps.csv": _lines(by, "steps", STEPS, ("member",)),
        "project_teams.csv": _lines(by, "team", TEAMS, ("member",)),
        "project_stalls.csv": _lines(by, "stalls", STALLS, ("member", "unit")),
        "project_checks.csv": _lines(by, "checks", CHECKS, ("member",)),
    }
    return write_files(folder, FILES, lines)


def _lines(by: Member | None, name: str, columns: dict[str, Read], people: tuple[str, ...]) -> Iterator[Row]:
    model: Any = Project._meta.get_field(name).related_model
    rows = model._default_manager.filter(project__in=seen(Project, by).order_by().values("pk"))
    for one in rows.select_related("project", *people).order_by("project__number", "pk").iterator(1000):
        yield {column: _cell(one, column, by) for column in columns}


def _cell(one: Any, column: str, by: Member | None) -> str:
    if column == "project":
        return str(one.project.number)
    value = getattr(one, column)
    if isinstance(value, datetime):
        return clock.local(value).replace(microsecond=0).isoformat()
    if column == "failed":
        return " ".join(value)
    if column == "measured" and not capacity.may_read_tax(by, one.project):
        value = {name: figure for name, figure in value.items() if name != "tax_fen"}
    if column in ("promised", "measured"):
        return dumped(value) if value else ""
    return said(value)
