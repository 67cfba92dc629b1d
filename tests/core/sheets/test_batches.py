"""Tables of several registers are checked whole, written in one transaction and taken back in one."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shanhai.core.models import Batch, Import, ImportRow, JournalEntry, Member, Organisation, Region, Unit
from shanhai.core.sheets import batches, trying
from shanhai.kernel.refusals import ChangedMeanwhile, NotAllowed, NotNow

pytestmark = pytest.mark.django_db
Sheets = dict[str, list[list[Any]]]

GOOD: Sheets = {
    "regions": [
        ["code", "name_zh", "name_en", "parent"],
        ["331181101000", "剑池街道", "Jianchi", "331181000000"],
    ],
    "organisations": [
        ["code", "name_zh", "kind", "region"],
        ["JC-GW", "剑池工委", "township", "331181101000"],
    ],
    "units": [
        ["code", "organisation", "name_zh", "dispatcher"],
        ["jc-office", "JC-GW", "综合科", "jc-zhao"],
    ],
    "members": [
        ["code", "unit", "name_zh", "title"],
        ["jc-zhao", "jc-office", "赵明", "科长"],
    ],
}


def as_workbook(sheets: Sheets, path: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def as_files(sheets: Sheets, folder: Path) -> list[Path]:
    paths = []
    for name, rows in sheets.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        paths.append(path)
    return paths


@pytest.fixture
def brought(cast: Any, tmp_path: Path) -> Callable[..., Batch]:
    def make(sheets: Sheets = GOOD, form: str = "files") -> Batch:
        files = (
            as_files(sheets, tmp_path) if form == "files" else [as_workbook(sheets, tmp_path / "all.xlsx")]
        )
        return batches.bring(files, by=None)

    return make


def but(**changed: list[list[Any]]) -> Sheets:
    return {**GOOD, **changed}


def faults(batch: Batch) -> list[tuple[str, int, str]]:
    """Sheet, row and code of what is wrong, in the order of the batch."""
    rows = ImportRow.objects.filter(of__batch=batch, outcome="refused").order_by("of__place", "row")
    return [(row.of.register, row.row, problem["code"]) for row in rows for problem in row.problems]


@pytest.mark.parametrize("form", ["workbook", "files"])
def test_tables_that_stand_on_one_another_are_checked_whole_and_nothing_is_written(
    brought: Any, form: str
) -> None:
    batch = brought(form=form)

    assert batch.stage == "checked"
    assert faults(batch) == []
    # The units come once more, for the dispatchers that only the members bring.
    assert [
        (part.register.rpartition(".")[2], part.counts["new"], part.counts["changed"])
        for part in batch.parts.order_by("place")
    ] == [
        ("regions", 1, 0),
        ("organisations", 1, 0),
        ("units", 1, 0),
        ("members", 1, 0),
        ("units", 0, 1),
    ]
    assert not Region.objects.filter(code="331181101000").exists()
    assert not JournalEntry.objects.filter(action="sheets.write").exists()


def test_faults_of_all_sheets_are_named_at_once(brought: Any) -> None:
    batch = brought(
        but(
            regions=[*GOOD["regions"], ["33118110200x", "坏街道", "", "331181000000"]],
            organisations=[*GOOD["organisations"], ["JC-X", "某单位", "no such kind", "331181101000"]],
            members=[*GOOD["members"], ["jc-qian", "no-such-unit", "钱进", "科员"]],
        )
    )

    assert [(register, row) for register, row, _ in faults(batch)] == [
        ("registry.regions", 3),
        ("registry.organisations", 3),
        ("registry.members", 3),
    ]
    assert batch.counts["new"] == 4


def test_rows_that_point_at_a_refused_row_have_no_fault_of_their_own(brought: Any) -> None:
    batch = brought(
        but(organisations=[GOOD["organisations"][0], ["JC-GW", "剑池工委", "no such kind", "331181101000"]])
    )

    found = faults(batch)
    assert found[0][:2] == ("registry.organisations", 2)
    assert {code for register, _, code in found if register != "registry.organisations"} == {
        "sheets.refers_to_refused"
    }


def test_all_is_written_in_one_transaction_and_taken_back_in_one(brought: Any) -> None:
    batch = brought()

    batches.write(batch, by=None)

    unit = Unit.objects.get(code="jc-office")
    assert unit.organisation.region.code == "331181101000"
    assert unit.dispatcher == Member.objects.get(code="jc-zhao")
    assert set(batch.parts.values_list("stage", flat=True)) == {"written"}
    assert JournalEntry.objects.filter(action="sheets.write_batch").count() == 1

    batches.undo_batch(batch, by=None)

    assert not Region.objects.filter(code="331181101000").exists()
    assert not Organisation.objects.filter(code="JC-GW").exists()
    assert not Unit.objects.filter(code="jc-office").exists()
    assert not Member.objects.filter(code="jc-zhao").exists()
    assert set(batch.parts.values_list("stage", flat=True)) == {"undone"}


def test_changed_rows_get_back_what_they_had(brought: Any, lin: Any) -> None:
    lin.refresh_from_db()
    title, unit = lin.title, lin.unit
    batch = brought(
        but(
            units=[*GOOD["units"], [unit.code, unit.organisation.code, unit.name_zh, "jc-zhao"]],
            members=[*GOOD["members"], [lin.code, "jc-office", lin.name_zh, "主任"]],
        )
    )
    batches.write(batch, by=None)
    lin.refresh_from_db()
    assert (lin.title, lin.unit.code) == ("主任", "jc-office")

    batches.undo_batch(batch, by=None)

    lin.refresh_from_db()
    assert (lin.title, lin.unit) == (title, unit)
    assert Unit.objects.get(pk=unit.pk).dispatcher == unit.dispatcher


def test_an_undo_of_rows_moved_since_takes_nothing_back(brought: Any) -> None:
    batch = brought()
    batches.write(batch, by=None)
    Organisation.objects.filter(code="JC-GW").update(version=7)

    with pytest.raises(NotNow) as refused:
        batches.undo_batch(batch, by=None)

    assert refused.value.code == "sheets.undo_of_moved"
    assert Member.objects.filter(code="jc-zhao").exists()
    assert Batch.objects.get().stage == "written"


def test_rows_changed_since_the_check_write_nothing_and_are_shown_anew(brought: Any) -> None:
    batch = brought(
        but(organisations=[*GOOD["organisations"], ["XS", "萧山区政府", "government", "330109000000"]])
    )
    Organisation.objects.filter(code="XS").update(name_zh="别的名字", version=9)

    with pytest.raises(ChangedMeanwhile) as refused:
        batches.write(batch, by=None)

    assert refused.value.code == "sheets.rows_moved"
    assert not Region.objects.filter(code="331181101000").exists()
    assert Batch.objects.get().stage == "checked"

    batches.write(Batch.objects.get(), by=None)
    assert Organisation.objects.get(code="XS").name_zh == "萧山区政府"


def test_a_second_click_writes_nothing_again(brought: Any) -> None:
    batch = brought()
    seen = Batch.objects.get()
    batches.write(batch, by=None)

    with pytest.raises((ChangedMeanwhile, NotNow)):
        batches.write(seen, by=None)

    assert Organisation.objects.filter(code="JC-GW").count() == 1


def test_refused_rows_are_left_out_and_the_others_written(brought: Any) -> None:
    batch = brought(but(members=[*GOOD["members"], ["jc-qian", "no-such-unit", "钱进", "科员"]]))

    batches.write(batch, by=None)

    assert Member.objects.filter(code="jc-zhao").exists()
    assert not Member.objects.filter(code="jc-qian").exists()


def test_a_row_that_stands_in_two_tables_is_refused_in_the_second(brought: Any, tmp_path: Path) -> None:
    one = as_workbook(
        {"organisations": GOOD["organisations"], "regions": GOOD["regions"]}, tmp_path / "one.xlsx"
    )
    two = as_workbook(
        {"单位": [*GOOD["organisations"][:1], ["JC-GW", "另名", "township", "331181101000"]]},
        tmp_path / "two.xlsx",
    )

    batch = batches.bring([one, two], by=None)

    assert faults(batch) == [("registry.organisations", 2, "sheets.double_in_batch")]


def test_a_sheet_is_known_by_its_headings_and_a_strange_one_is_named(cast: Any, tmp_path: Path) -> None:
    sheets = {
        "Sheet1": [
            ["单位编码", "单位名称（中文）", "单位类型", "所在区划"],
            ["JC-GW", "剑池工委", "企业", "331181"],
        ],
        "说明": [["请填写"]],
    }

    batch = batches.bring([as_workbook(sheets, tmp_path / "all.xlsx")], by=None)

    assert [part.register for part in batch.parts.all()] == ["registry.organisations"]
    assert [one["sheet"] for one in batch.counts["strange"]] == ["说明"]


def test_a_file_that_cannot_be_read_keeps_the_others_from_nothing(cast: Any, tmp_path: Path) -> None:
    old = tmp_path / "units.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

    batch = batches.bring([old, as_workbook({"regions": GOOD["regions"]}, tmp_path / "r.xlsx")], by=None)

    assert batch.stage == "checked"
    assert [one["refusal"]["code"] for one in batch.counts["strange"]] == ["sheets.old_xls"]
    assert batch.counts["new"] == 1


def test_no_table_at_all_is_refused_with_what_to_do(cast: Any, tmp_path: Path) -> None:
    batch = batches.bring([as_workbook({"说明": [["请填写"]]}, tmp_path / "all.xlsx")], by=None)

    assert (batch.stage, batch.refusal["code"]) == ("refused", "sheets.no_tables")


def test_what_a_member_may_not_write_is_refused_as_a_whole_table(cast: Any, lin: Any, tmp_path: Path) -> None:
    batch = batches.bring([as_workbook(GOOD, tmp_path / "all.xlsx")], by=lin)

    refused = {part.register for part in batch.parts.filter(stage="refused")}
    assert "registry.members" in refused
    with pytest.raises(NotNow):
        batches.write(batch, by=lin) if not batch.counts["new"] else batches.undo_batch(batch, by=lin)


def test_a_heading_that_is_only_likely_is_asked_for_and_all_is_checked_again(brought: Any) -> None:
    batch = brought(but(organisations=[["code", "name_zh", "kind", "regionn"], GOOD["organisations"][1]]))
    part = batch.parts.get(register="registry.organisations")
    assert part.stage == "mapping"
    assert {code for _, _, code in faults(batch)} == {"sheets.refers_to_refused"}

    batch = batches.name_columns(
        part, {"code": "code", "name_zh": "name_zh", "kind": "kind", "regionn": "region"}, by=None
    )

    assert faults(batch) == []
    assert batch.counts["new"] == 4


def test_too_many_rows_that_stand_on_one_another_are_refused(
    brought: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_TRIED", 3)

    batch = brought()

    assert (batch.stage, batch.refusal["code"]) == ("refused", "sheets.too_many_tried")


def test_a_discarded_batch_leaves_nothing_but_its_record(brought: Any) -> None:
    batch = brought()

    batches.discard_batch(batch, by=None)

    assert not ImportRow.objects.exists()
    assert set(Import.objects.values_list("stage", flat=True)) == {"discarded"}
    with pytest.raises(NotNow):
        batches.write(batch, by=None)


def test_a_batch_is_discarded_by_who_brought_it_or_may_write_a_table(
    cast: Any, lin: Any, zhou: Any, tmp_path: Path
) -> None:
    batch = batches.bring([as_workbook(GOOD, tmp_path / "all.xlsx")], by=lin)

    with pytest.raises(NotAllowed):
        batches.discard_batch(batch, by=zhou)

    assert batches.discard_batch(batch, by=lin).stage == "discarded"
