"""What writes can be tried out: nothing is written, and what would happen is said."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from shanhai.core.models import Import, Installation, JournalEntry, Member, Organisation, Seal, User
from shanhai.site.cli import run
from shanhai.site.commands import upkeep
from tests import examples

pytestmark = pytest.mark.django_db


def test_an_administrator(zone: Any, capsys: Any) -> None:
    assert run(["createadmin", "boss", "--unit", "LQ-1", "--dry-run"]) == 0

    assert capsys.readouterr().out == "boss would be administrator.\n"
    assert not Member.objects.filter(code="boss").exists()
    assert not User.objects.filter(username="boss").exists()
    assert run(["createadmin", "boss", "--unit", "nowhere", "--dry-run"]) == 1


def test_a_migration(capsys: Any, monkeypatch: Any) -> None:
    assert run(["migrate", "--dry-run"]) == 0
    assert "up to date" in capsys.readouterr().err

    monkeypatch.setattr(upkeep, "plan", lambda: ["core.0099_more"])
    assert run(["migrate", "--dry-run"]) == 0
    told = capsys.readouterr()
    assert told.out == "core.0099_more\n"
    assert "1 changes of the database would be made" in told.err


def test_a_seal(zone: Any, capsys: Any) -> None:
    n = JournalEntry.objects.count()

    assert run(["journal", "seal", "--dry-run", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {"sealed": 0, "unsealed": n}
    assert not Seal.objects.exists()


def test_the_demonstration(capsys: Any, tmp_path: Path) -> None:
    assert run(["demo", "load", "--dry-run", "--folder", str(examples.beginning())]) == 0

    told = capsys.readouterr()
    assert "regions.csv" in told.out
    assert "nothing was written" in told.err
    assert not Organisation.objects.exists()
    assert not Installation.objects.exists()

    folder = tmp_path / "zone"
    shutil.copytree(examples.beginning(), folder)
    (folder / "units.csv").write_text("code,organisation,name_zh\nx,nowhere,某科\n", encoding="utf-8")
    assert run(["demo", "load", "--dry-run", "--folder", str(folder)]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_the_demonstration_beside_a_real_zone(zone: Any, capsys: Any) -> None:
    assert run(["demo", "load", "--dry-run"]) == 1
    assert run(["demo", "load", "--dry-run", "--reset"]) == 1
    assert Member.objects.exists()


class TestZoneExport:
    def test_tried_out_it_says_how_many_rows_each_file_would_have(
        self, zone: Any, capsys: Any, tmp_path: Path
    ) -> None:
        entries = JournalEntry.objects.count()

        assert run(["zone", "export", str(tmp_path / "out"), "--dry-run", "--json"]) == 0

        assert json.loads(capsys.readouterr().out)["written"]["members.csv"] == 5
        assert not (tmp_path / "out").exists()
        assert JournalEntry.objects.count() == entries

    @pytest.fixture
    def phones(self, lin: Any) -> None:
        Member.objects.filter(pk=lin.pk).update(phone="13900000001")

    def exported(self, folder: Path) -> str:
        with (folder / "members.csv").open(encoding="utf-8", newline="") as file:
            return next(row["phone"] for row in csv.DictReader(file) if row["code"] == "lin")

    def test_it_is_on_the_record_with_rows_bytes_and_digest(
        self, zone: Any, phones: Any, tmp_path: Path
    ) -> None:
        assert run(["zone", "export", str(tmp_path / "out")]) == 0

        assert self.exported(tmp_path / "out") == "13900000001"
        facts = json.loads(JournalEntry.objects.get(action="core.export_zone").body)["facts"]
        assert facts["rows"]["members.csv"] == 5
        assert facts["n"] == sum(facts["rows"].values())
        files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
        assert facts["size"] == sum(path.stat().st_size for path in files)
        assert len(facts["sha256"]) == 64

    def test_who_may_not_read_telephones_gets_them_masked(
        self, zone: Any, cast: Any, phones: Any, tmp_path: Path
    ) -> None:
        from datetime import date

        from shanhai.core.actions import roles

        roles.give_role(cast.members["pan"], role="auditor", from_on=date(2018, 1, 1), by=None)

        assert run(["zone", "export", str(tmp_path / "out"), "--as", "pan"]) == 0

        assert self.exported(tmp_path / "out") == "***"
        entry = JournalEntry.objects.get(action="core.export_zone")
        assert entry.member_id == cast.members["pan"].pk
        # What is masked stays as it is when the files come in again.
        assert run(["zone", "load", str(tmp_path / "out")]) == 0
        assert Member.objects.get(code="lin").phone == "13900000001"
        assert not Import.objects.exists()

    def test_an_outsider_takes_nothing_away(self, zone: Any, phones: Any, tmp_path: Path) -> None:
        assert run(["zone", "export", str(tmp_path / "out"), "--as", "zhou"]) == 1

        assert not list((tmp_path / "out").glob("*.csv"))
