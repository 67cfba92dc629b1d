"""All that is wrong in a zone is told at once: a folder, a workbook; nothing is written."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from shanhai.core.models import Import, JournalEntry, Organisation
from shanhai.core.sheets import gathering
from shanhai.site.cli import run
from tests import examples

pytestmark = pytest.mark.django_db
Rows = list[list[str]]


def changed(folder: Path, stem: str, change: Callable[[Rows], None]) -> None:
    path = folder / f"{stem}.csv"
    rows = list(csv.reader(path.open(encoding="utf-8-sig", newline="")))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def put(row: int, column: str, value: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[row - 1][rows[0].index(column)] = value

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(examples.small(), tmp_path / "zone")
    return tmp_path / "zone"


@pytest.fixture
def beginning(tmp_path: Path) -> Path:
    """The tables on which all others stand, for what those add nothing to."""
    shutil.copytree(examples.beginning(), tmp_path / "zone")
    return tmp_path / "zone"


@pytest.fixture
def told(capsys: Any) -> Callable[[Path], list[str]]:
    """The lines of a load that is refused and has written nothing."""

    def load(source: Path) -> list[str]:
        assert run(["zone", "load", str(source)]) == 1
        assert not Organisation.objects.exists()
        assert not JournalEntry.objects.exists()
        assert not Import.objects.exists()
        return capsys.readouterr().err.splitlines()

    return load


def as_workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for path in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(path.stem)
        for row in csv.reader(path.open(encoding="utf-8-sig", newline="")):
            sheet.append([value or None for value in row])
    target = folder / "zone.xlsx"
    book.save(target)
    return target


def spoil(folder: Path) -> None:
    changed(folder, "regions", put(3, "population", "many"))
    changed(folder, "organisations", lambda rows: rows.append(rows[1]))
    changed(folder, "members", put(5, "unit", "no-such-unit"))
    changed(folder, "commitments", put(2, "due_on", "2030-02-30"))
    changed(folder, "deliveries", put(2, "quantity", "lots"))


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_faults_of_all_tables_are_told_at_once(folder: Path, told: Any, form: str) -> None:
    spoil(folder)
    lines = told(folder if form == "folder" else as_workbook(folder))

    name = "{}.csv" if form == "folder" else "{}"
    for where, what in (
        ("regions, row 3, column population", "Text in a number column"),
        ("organisations, row", ""),
        ("members, row 5, column unit", "no-such-unit"),
        ("commitments, row 2, column due_on", ""),
        ("deliveries, row 2, column quantity", "Text in a number column"),
    ):
        stem, rest = where.split(",", 1)
        found = [line for line in lines if line.strip().startswith(f"{name.format(stem)},{rest}")]
        assert found, (where, lines)
        assert any(what in line for line in found), found


def test_rows_that_point_at_a_refused_row_have_no_fault_of_their_own(folder: Path, told: Any) -> None:
    # Zhejiang, in which most others lie.
    codes = [line.partition(",")[0] for line in (folder / "regions.csv").read_text("utf-8").splitlines()]
    changed(folder, "regions", put(codes.index("330000000000") + 1, "population", "many"))

    lines = told(folder)

    assert lines[0].endswith("Faults found: 1, in regions.csv.")
    assert sum("330000000000" in line for line in lines[1:]) >= 1
    assert not [line for line in lines if "has no row" in line or "neither in the register" in line]
    # One line for the row and one for what lies in it; what points at those in turn is not told again.
    assert len(lines) <= 4, lines


def test_a_reference_to_nothing_is_still_an_unknown_code(beginning: Path, told: Any) -> None:
    changed(beginning, "units", put(2, "organisation", "nowhere"))
    changed(beginning, "members", put(2, "unit", "neither"))

    lines = told(beginning)

    assert any("nowhere" in line and line.strip().startswith("units.csv, row 2") for line in lines)
    assert any("neither" in line and line.strip().startswith("members.csv, row 2") for line in lines)


def test_a_table_that_cannot_be_read_and_one_with_strange_headings_keep_nothing_back(
    beginning: Path, told: Any
) -> None:
    (beginning / "units.csv").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (beginning / "strange.csv").write_text("code\n", encoding="utf-8")
    changed(beginning, "regions", put(3, "population", "many"))
    changed(beginning, "commitments", put(2, "due_on", "2030-02-30"))

    lines = told(beginning)

    for what in (
        "units.csv: The file is a workbook of the old .xls form",
        "strange.csv",
        "regions.csv, row 3",
        "2030-02-30",
    ):
        assert any(what in line for line in lines), (what, lines)
    assert not [line for line in lines if "has no row" in line]


def test_a_missing_sheet_and_faulty_rows_are_told_together(beginning: Path, told: Any) -> None:
    (beginning / "units.csv").unlink()
    changed(beginning, "regions", put(3, "population", "many"))
    changed(beginning, "meetings", put(2, "on", "soon"))

    lines = told(as_workbook(beginning))

    for what in ("units: The sheet is missing", "regions, row 3", "meetings, row 2"):
        assert any(what in line for line in lines), (what, lines)
    assert not [line for line in lines if "has no row" in line]


def test_what_is_wrong_with_sheets_is_told_in_the_language_of_the_terminal(
    beginning: Path, told: Any
) -> None:
    (beginning / "units.csv").unlink()
    changed(beginning, "regions", put(3, "population", "many"))
    book = as_workbook(beginning)

    with translation.override("zh-hans"):
        lines = told(book)

    assert any("units：缺少该工作表" in line for line in lines), lines
    assert any("regions，第3行，population列" in line for line in lines), lines


def test_a_file_without_any_register_is_named_with_what_stands_in_it(tmp_path: Path, told: Any) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    book.active.append(["a"])
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "renamed.xlsx").write_text("code,name_zh\n", encoding="utf-8")

    for name, sheet in (("list.xlsx", "Sheet1"), ("renamed.xlsx", "renamed.xlsx")):
        lines = told(tmp_path / name)

        assert lines[0].startswith(f"The workbook {name} is no zone: none of its sheets ({sheet})"), lines
        assert "organisations" in lines[0]


def test_the_check_ends_where_there_are_too_many_faults_and_says_so(
    beginning: Path, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_FAULTS", 10)
    text = "".join(f"u{n},nowhere{n},某科\n" for n in range(50))
    (beginning / "units.csv").write_text("code,organisation,name_zh\n" + text, encoding="utf-8")
    changed(beginning, "commitments", put(2, "due_on", "2030-02-30"))

    lines = told(beginning)

    assert lines[0].endswith("Faults found: 11, in units.csv.")
    assert "The check ended here" in lines[-1]
    assert not [line for line in lines if "commitments.csv" in line]


def test_the_list_is_as_long_as_can_be_read_and_says_how_much_there_is(beginning: Path, told: Any) -> None:
    def all_wrong(rows: Rows) -> None:
        for number in range(2, len(rows) + 1):
            put(number, "population", "many")(rows)

    path = beginning / "regions.csv"
    more = "".join(f"33010{n:07d},村{n},,x,,,,,\n" for n in range(9_100_000, 9_100_600))
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    changed(beginning, "regions", all_wrong)

    lines = told(beginning)

    n = int(re.search(r"Faults found: (\d+)", lines[0]).group(1))  # type: ignore[union-attr]
    assert n > 600
    assert len(lines) <= 2 * gathering.SHOWN + 1
