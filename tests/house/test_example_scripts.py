"""The files of the example zone are what the scripts that made them up write, to the letter."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "examples"


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


@pytest.mark.django_db
def test_leads(copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    leads = script("example_leads")
    monkeypatch.setattr(leads, "FOLDER", copied / "longquan-xiaoshan")
    for name in leads.HEADS:
        (copied / "longquan-xiaoshan" / f"{name}.csv").write_text("", encoding="utf-8")

    leads.Leads().write()

    assert same(copied) == []
