"""Wide workbooks: written without a library, read by spreadsheet programs and by our own reader."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from shanhai.core.sheets import reading, wide
from shanhai.core.sheets.wide import Number, WideSheet


def written(*rows, heads=("甲", "乙"), name="汇总") -> io.BytesIO:
    file = io.BytesIO()
    wide.write([WideSheet(name, heads, rows, frozen=1)], file)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("龙泉 & <萧山>", "龙泉 & <萧山>"),
        (Number("12.50"), 12.5),
        (Decimal("3.25"), 3.25),
        (7, 7),
        (None, None),
        ("", None),
        ("=1+1", "'=1+1"),  # text that a spreadsheet would take for a formula
        ("a\x00b\x0bc", "abc"),  # no place in XML
        (Number("1234567890123456789"), "1234567890123456789"),  # more digits than a number keeps
    ],
)
def test_a_cell_comes_out_as_it_went_in(cell, expected):
    sheet = load_workbook(written([cell, "x"])).active

    assert sheet.cell(2, 1).value == expected


def test_heads_are_bold_and_stay_when_it_is_moved():
    sheet = load_workbook(written(["x", 1])).active

    assert [cell.value for cell in sheet[1]] == ["甲", "乙"]
    assert sheet.cell(1, 1).font.b and not sheet.cell(2, 1).font.b
    assert sheet.freeze_panes == "B2"


def test_names_of_sheets_are_ones_that_spreadsheets_take():
    file = io.BytesIO()
    wide.write([WideSheet("a/b:c" * 20, ["x"], []), WideSheet("a/b:c" * 20, ["x"], [])], file)

    names = load_workbook(file).sheetnames

    assert len(set(names)) == 2 and all(len(name) <= 31 and "/" not in name for name in names)


def test_our_own_reader_reads_it(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(written(["一村", Number("3")], heads=("村", "数")).getvalue())

    with reading.open_tables(path) as sheets:
        rows = [cells for _number, cells in sheets[0].rows()]

    assert rows == [["村", "数"], ["一村", 3]]
