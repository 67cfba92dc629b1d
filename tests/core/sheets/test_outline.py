"""What a table asks that nobody has described: headings, types and fixed rows of workbooks as offices have them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from shanhai.core.sheets import outline
from shanhai.kernel.refusals import BadInput


def workbook(path: Path, rows: list[list[Any]], merges: tuple[str, ...] = ()) -> str:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    book.save(path)
    return str(path)


def columns(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["name"], one["unit"], one["type"]) for one in found["columns"]]


def test_a_table_with_a_title_units_and_total_row_gives_its_questions_and_fixed_rows(tmp_path):
    path = workbook(
        tmp_path / "月报.xlsx",
        [
            ["2023年9月山海协作月报"],
            ["单位：龙泉市各部门"],
            ["序号", "乡镇", "帮扶资金（万元）", "交流活动（次）", "流转土地（亩）", "完成率（%）", "备注"],
            [1, "八都镇", 12.5, 3, 40, None, None],
            [2, "上垟镇", None, 2, None, None, "已报"],
            [None, "合计", 12.5, 5, 40, None, None],
        ],
        ("A1:G1", "A2:G2"),
    )

    found = outline.read_file(path)

    assert found["title"] == "2023年9月山海协作月报"
    assert found["rows"] == (("", "八都镇"), ("", "上垟镇"))
    assert columns(found) == [
        ("帮扶资金", "万元", "fen"),
        ("交流活动", "次", "int"),
        ("流转土地", "亩", "mu"),
        ("完成率", "%", "percent"),
        ("备注", "", "text"),
    ]


def test_headings_on_two_lines_under_merged_cells_are_joined(tmp_path):
    path = workbook(
        tmp_path / "two.xlsx",
        [
            ["乡镇", "税收", None, "就业人数"],
            [None, "本年", "上年", None],
            ["八都镇", 1.5, 2.5, 30],
            ["上垟镇", 2.5, 1, 12],
        ],
        ("A1:A2", "B1:C1", "D1:D2"),
    )

    found = outline.read_file(path)

    assert [one[0] for one in columns(found)] == ["税收·本年", "税收·上年", "就业人数"]
    assert [one[2] for one in columns(found)] == ["decimal", "decimal", "int"]
    assert [row[1] for row in found["rows"]] == ["八都镇", "上垟镇"]


def test_a_line_of_units_below_the_headings_belongs_to_them(tmp_path):
    path = workbook(tmp_path / "units.xlsx", [["资金", "面积"], ["（万元）", "（亩）"], [None, None]])

    assert columns(outline.read_file(path)) == [("资金", "万元", "fen"), ("面积", "亩", "mu")]


def test_an_empty_form_takes_types_from_its_words(tmp_path):
    path = workbook(tmp_path / "empty.xlsx", [["活动次数", "开展日期", "联系人", "金额（元）"]])

    assert [one[2] for one in columns(outline.read_file(path))] == ["decimal", "date", "text", "fen"]


def test_cells_decide_against_words(tmp_path):
    path = workbook(
        tmp_path / "cells.xlsx",
        [["活动", "次数", "日子"], ["展销", 3, date(2023, 9, 1)], ["展销", 4, date(2023, 9, 2)]],
    )

    assert [one[2] for one in columns(outline.read_file(path))] == ["text", "int", "date"]


def test_codes_before_the_labels_become_codes_of_the_rows(tmp_path):
    path = workbook(
        tmp_path / "codes.xlsx",
        [["编号", "项目", "金额（万元）"], ["P1", "厂房", None], ["P2", "道路", None]],
    )

    assert outline.read_file(path)["rows"] == (("P1", "厂房"), ("P2", "道路"))


def test_a_csv_in_gbk_is_read(tmp_path):
    path = tmp_path / "gbk.csv"
    path.write_bytes("乡镇,人数（人）\n八都镇,3\n上垟镇,4\n".encode("gbk"))

    assert columns(outline.read_file(str(path))) == [("人数", "人", "int")]


def test_a_file_without_headings_is_refused_and_says_what_to_bring(tmp_path):
    path = workbook(tmp_path / "none.xlsx", [["只有一句话"]])

    with pytest.raises(BadInput) as refused:
        outline.read_file(path)

    assert refused.value.code == "sheets.no_outline"


@settings(max_examples=40, deadline=None)
@given(
    names=st.lists(
        st.text(alphabet="甲乙丙丁戊己庚辛", min_size=2, max_size=5), min_size=2, max_size=8, unique=True
    ),
    n_rows=st.integers(0, 5),
)
def test_every_heading_of_figures_is_asked_once_and_in_its_order(tmp_path_factory, names, n_rows):
    rows = [[index + column for column in range(len(names))] for index in range(n_rows)]
    path = workbook(tmp_path_factory.mktemp("any") / "any.xlsx", [list(names), *rows])

    found = outline.read_file(path)

    assert [one[0] for one in columns(found)] == names
    assert found["rows"] == ()
