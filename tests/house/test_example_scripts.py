"""The files of the example zone are what the scripts that made them up write, to the letter."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shanhai.core import clock
from shanhai.site.commands.zone import load_folder
from tests import examples

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "examples"
# Each script of the two fields, and the files that it alone writes.
OWN = {
    "leads": ("leads", "lead_contacts", "lead_payments", "quarterly_lists", "quarterly_list_lines"),
    "teams": ("teams", "team_years", "team_costs", "stops", "event_sides", "event_guests"),
    "firms": ("firms", "holdings", "scale_spells", "figures", "grade_rulings", "grade_policies", "gradings"),
    "park": (
        "renewals", "quota_pools", "land_promises", "land_checks", "grade_appeals", "firm_agents", "papers_on_records",
    ),
    "projects": ("project_steps", "project_teams", "project_stalls", "project_checks"),
    "stocks": ("stocks", "stock_votes", "stock_milestones"),
}  # fmt: skip


def script(name: str) -> ModuleType:
    """A script as a module of its own, not run."""
    path = REPOSITORY / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"script_{name}", path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the examples that scripts may write into."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    made = tmp_path / "examples"
    shutil.copytree(EXAMPLES, made, ignore=shutil.ignore_patterns("documents"))
    return made


def same(copied: Path) -> list[str]:
    """The files that differ from those that ship."""
    files = [path for path in copied.rglob("*") if path.is_file()]
    return [
        str(one.relative_to(copied))
        for one in files
        if one.read_bytes() != (EXAMPLES / one.relative_to(copied)).read_bytes()
    ]


def test_land(copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    land = script("example_land")
    monkeypatch.setattr(land, "ROOT", copied)
    monkeypatch.setattr(land, "ZONE", copied / "longquan-xiaoshan")
    for name in ("parcels", "parcel_moves", "parcel_descents", "land_quotas", "slope_projects"):
        (copied / "longquan-xiaoshan" / f"{name}.csv").write_text("", encoding="utf-8")

    land.main()

    assert same(copied) == []


@pytest.mark.parametrize("name", OWN)
@pytest.mark.django_db
def test_park_and_investment(name: str, copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    made = script(f"example_{name}")
    # Scripts take from one another what they share, and with it where it is.
    for module in (made, *(found for code, found in sys.modules.items() if code.startswith("example_"))):
        if hasattr(module, "FOLDER"):
            monkeypatch.setattr(module, "FOLDER", copied / "longquan-xiaoshan")
    (copied / "longquan-xiaoshan" / "documents").mkdir()
    for stem in OWN[name]:
        (copied / "longquan-xiaoshan" / f"{stem}.csv").write_text("", encoding="utf-8")

    run = made.main if hasattr(made, "main") else getattr(made, name.capitalize())().write
    run()

    assert same(copied) == []


@pytest.mark.django_db
def test_aid_and_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """They are what the actions of the platform make of the zone without them, lived through day by day."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    aid, plans, living = (script(f"example_{name}") for name in ("aid", "plans", "living"))
    settings.SHANHAI_TODAY = "2023-09-18T09:00"
    zone, out = tmp_path / "zone", tmp_path / "out"
    out.mkdir()
    # The way of projects stands in a file of its own, so the cases that they went through are left out, and what is about them.
    without = (
        "aid_*.csv",
        *plans.FILES,
        "case_*.csv",
        "cases.csv",
        "review_meeting*.csv",
        "file_*.csv",
        "work_in_hand.csv",
    )
    shutil.copytree(examples.WHOLE, zone, ignore=shutil.ignore_patterns(*without))
    load_folder(zone, by=None)
    living.roles_from_the_start()

    try:
        for one in (aid, plans):
            one.live(out)
    finally:
        clock.fixed_start.cache_clear()

    made = sorted(out.glob("*.csv"))
    assert len(made) == 11
    for path in made:
        assert told(path) == told(EXAMPLES / "longquan-xiaoshan" / path.name), path.name


def told(path: Path) -> list[dict[str, Any]]:
    """The rows of a file; of a plan without the version of the solver and the time that it took."""
    csv.field_size_limit(2**27)
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    if path.stem != "portfolio_plan_parts":
        return rows
    whole: dict[str, str] = {}
    for row in rows:
        whole[row["plan"]] = whole.get(row["plan"], "") + json.loads(row["json"])
    plans = {number: json.loads(text) for number, text in whole.items()}
    for plan in plans.values():
        del plan["result"]["solver"], plan["result"]["seconds"]
    return [plans]
