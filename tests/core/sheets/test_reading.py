"""Files as they come: what is refused before it is opened, and office tables that are read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import numbers
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from shanhai.core.sheets import reading, recognise
from shanhai.core.sheets.columns import Column
from shanhai.core.sheets.headings import Asked
from shanhai.kernel.refusals import BadInput

QINGFENG, LONGYUAN, TIANYU = "91331181MA00000003", "91331181MA00000016", "91331181MA00000029"


@pytest.fixture
def read(table: tuple[Column, ...], tmp_path: Path) -> Any:
    """``read(path)`` gives what was found and the rows as dicts by row number."""

    def reader(
        path: Path, **asked: Any
    ) -> tuple[dict[str, Any], dict[int, dict[str, Any]], list[dict[str, Any]]]:
        out = tmp_path / "rows.jsonl"
        found = recognise.read_file(str(path), Asked("park.firms", ("企业",), table, **asked), str(out))
        lines = (
            [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]
            if out.exists()
            else []
        )
        problems = [{"row": row, **problem} for row, _, _, found in lines for problem in found]
        return found, {row: values for row, _, values, _ in lines}, problems

    return reader


HEADINGS = ["统一社会信用代码", "企业名称", "税收(万元)", "用地面积(亩)", "从业人数"]


class TestOfficeTables:
    def test_title_lines_merged_cells_units_totals_and_notes_are_understood(self, read, workbook):
        def merge(sheet):
            sheet.merge_cells("A1:H1")
            for cells in ("A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5", "G4:G5", "A6:A6"):
                sheet.merge_cells(cells)

        path = workbook(
            [
                ["2023年上半年龙泉工业园区企业情况表"],
                ["单位：万元、亩", None, None, None, None, None, "2023年7月"],
                [],
                ["序号", "统一社会\n信用代码", "企业名称", "用地", None, "税收", "成立时间"],
                [None, None, None, "用地面积", "用途", None, None],
                [1, " 91331181ma00000003", "青峰汽配", "42.6", "工业", "1,204.5", "2012年5月"],
                [2, LONGYUAN, "龙渊输液", 186.4, "工业", 38.6, "2009.10"],
                ["小计", None, None, 229, None, 1243.1, None],
                [None, "   ", None, None, None, None, None],
                [3, TIANYU, "天御青瓷", "6.3亩", None, "1.2亿元", "2018-08-16"],
                ["合 计", None, None, 235.3, None, 13243.1, None],
                ["注：本表由管委会填报。"],
                ["填表人：林涛", None, None, "审核：叶岚"],
            ],
            edit=merge,
        )

        found, rows, problems = read(path)

        assert problems == []
        assert (found["header_row"], found["n_title"], found["n_total"], found["n_note"]) == (5, 2, 2, 2)
        assert list(rows) == [6, 7, 10]
        assert rows[6] == {
            "credit_code": QINGFENG,
            "name": "青峰汽配",
            "land_mu": "42.6",
            "tax_fen": 1_204_500_000,
            "founded_on": "2012-05-01",
        }
        assert rows[7]["founded_on"] == "2009-10-01"
        assert (rows[10]["land_mu"], rows[10]["tax_fen"]) == ("6.3", 12_000_000_000)
        by_column = {one["column"]: one for one in found["headings"] if one["column"]}
        assert by_column["tax_fen"]["unit"] == "万元"  # from the line above the table
        assert by_column["land_mu"]["text"] == "用地面积"

    def test_units_in_headings_convert_to_the_unit_of_the_column(self, read, workbook):
        path = workbook(
            [
                ["信用代码", "统一社会信用代码", "名称", "税收（亿元）", "用地面积/公顷"],
                ["x", QINGFENG, "青峰", 0.12, 1.5],
            ]
        )

        _, rows, _ = read(path)

        assert (rows[2]["tax_fen"], rows[2]["land_mu"]) == (1_200_000_000, "22.5")

    def test_a_line_of_units_below_the_headings_belongs_to_them(self, read, workbook):
        path = workbook(
            [[*HEADINGS[:2], "税收", "用地面积"], [None, None, "元", "公顷"], [QINGFENG, "青峰", 1200, 2]]
        )

        found, rows, problems = read(path)

        assert problems == []
        assert rows == {3: {"credit_code": QINGFENG, "name": "青峰", "tax_fen": 120000, "land_mu": "30"}}, (
            found["headings"]
        )

    def test_a_cell_merged_over_rows_speaks_for_all_of_them(self, read, workbook):
        path = workbook(
            [
                ["统一社会信用代码", "企业名称", "亩均等级"],
                [QINGFENG, "青峰", "A类"],
                [LONGYUAN, "龙渊", None],
            ],
            edit=lambda sheet: sheet.merge_cells("C2:C3"),
        )

        _, rows, _ = read(path)

        assert [row["grade"] for row in rows.values()] == ["a", "a"]

    def test_headings_repeated_for_each_printed_page_are_left_out(self, read, workbook):
        path = workbook([HEADINGS[:2], [QINGFENG, "青峰"], HEADINGS[:2], [LONGYUAN, "龙渊"]])

        found, rows, _ = read(path)

        assert (list(rows), found["n_repeated"]) == ([2, 4], 1)

    def test_dates_of_a_workbook_that_counts_from_1904(self, read, tmp_path):
        from openpyxl import Workbook

        book = Workbook()
        book.epoch = CALENDAR_MAC_1904
        sheet = book.active
        sheet.append(["统一社会信用代码", "企业名称", "成立日期"])
        sheet.append([QINGFENG, "青峰", 41866])
        sheet.append([LONGYUAN, "龙渊", 41866])
        sheet["C3"].number_format = numbers.FORMAT_DATE_YYYYMMDD2
        book.save(tmp_path / "mac.xlsx")

        _, rows, _ = read(tmp_path / "mac.xlsx")

        assert {row["founded_on"] for row in rows.values()} == {"2018-08-16"}

    def test_numbers_stored_as_text_percent_formats_and_yes_or_no(self, read, workbook):
        def as_percent(sheet):
            sheet["D2"].number_format = "0.00%"

        path = workbook(
            [
                ["统一社会信用代码", "企业名称", "从业人数", "销售占比", "规上企业"],
                [QINGFENG, "青峰", "1 318", 0.125, "是"],
            ],
            edit=as_percent,
        )

        _, rows, _ = read(path)

        assert (rows[2]["staff"], rows[2]["share"], rows[2]["is_above"]) == (1318, "12.5", True)

    def test_the_sheet_whose_headings_fit_best_is_taken(self, read, workbook):
        path = workbook([["说明"], ["请填写"]], sheet="说明", 企业表=[HEADINGS, [QINGFENG, "青峰", 1, 2, 3]])

        found, rows, _ = read(path)

        assert (found["sheet"], list(rows)) == ("企业表", [2])

    def test_strings_shared_between_cells_and_readings_over_them(self, read, workbook, tmp_path):
        """As Excel writes text: once in a table of strings, with formats and phonetic readings inside."""
        good = workbook([["统一社会信用代码", "企业名称"], [QINGFENG, "青峰"]])
        shared = tmp_path / "shared.xlsx"
        strings = (
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>x</t></si>'
            "<si><r><t>青</t></r><r><t>峰</t></r><rPh sb='0' eb='1'><t>qing</t></rPh></si></sst>"
        )
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(shared, "w") as target:
            for name in source.namelist():
                if name == "xl/sharedStrings.xml":
                    continue
                text = source.read(name).decode()
                text = text.replace('t="inlineStr"><is><t>青峰</t></is>', 't="s"><v>1</v>')
                target.writestr(name, text)
            target.writestr("xl/sharedStrings.xml", strings)

        _, rows, _ = read(shared)

        assert rows[2]["name"] == "青峰"


class TestMapping:
    def test_a_likely_heading_is_proposed_and_must_be_confirmed(self, read, workbook):
        path = workbook([["统一社会信用代码", "企业名称", "企业成立日期"], [QINGFENG, "青峰", "2018-08-16"]])

        found, _, _ = read(path)

        assert found["is_mapped"] is False
        guess = found["headings"][2]
        assert (guess["column"], guess["how"], guess["examples"]) == ("founded_on", "guess", ["2018-08-16"])

    def test_what_the_unit_named_before_is_taken_without_asking(self, read, workbook):
        path = workbook([["代码", "企业", "入库税金（元）"], [QINGFENG, "青峰", 12000]])
        known = {"代码": "credit_code", "企业": "name", "入库税金（元）": "tax_fen"}

        found, rows, _ = read(path, known=known)

        assert found["is_mapped"] is True
        assert rows[2] == {"credit_code": QINGFENG, "name": "青峰", "tax_fen": 1_200_000}

    def test_a_heading_with_a_unit_of_another_kind_must_be_confirmed(self, read, workbook):
        found, _, _ = read(workbook([["统一社会信用代码", "企业名称", "税收(亩)"], [QINGFENG, "青峰", 1]]))

        assert (found["is_mapped"], found["headings"][2]["how"]) == (False, "guess")

    def test_a_strict_reader_refuses_headings_it_does_not_know(self, read, workbook):
        found, _, _ = read(workbook([[*HEADINGS, "心情"], [QINGFENG, "青峰", 1, 1, 1, "好"]]), is_strict=True)

        assert found["refusal"]["code"] == "sheets.unknown_headings"
        assert found["refusal"]["facts"]["unknown"] == "心情"


class TestBadFiles:
    def refusal(self, found: dict[str, Any]) -> str:
        """The code, after the sentence was seen to hold with its facts."""
        assert found["refusal"], found
        sentence = found["refusal"]["sentence"].format(**found["refusal"]["facts"])
        assert sentence.endswith(".")
        return found["refusal"]["code"]

    def test_a_missing_sheet_is_named_with_those_that_are_there(self, read, workbook):
        path = workbook([HEADINGS], sheet="Tabelle1", Sheet2=[["x"]])

        found, _, _ = read(path, is_strict=True)

        assert self.refusal(found) == "sheets.sheet_missing"
        assert found["refusal"]["facts"] == {"wanted": "企业", "found": "Tabelle1, Sheet2"}

    def test_a_table_of_something_else_is_refused(self, read, workbook):
        found, rows, _ = read(workbook([["日期", "天气"], ["2018-08-16", "晴"]]))

        assert self.refusal(found) == "sheets.no_headings"
        assert rows == {}

    def test_headings_without_rows_are_refused(self, read, workbook):
        found, _, _ = read(workbook([HEADINGS]))

        assert self.refusal(found) == "sheets.no_rows"

    def test_row_100_001_is_one_too_many(self, read, csv_file, monkeypatch):
        text = "统一社会信用代码,企业名称\n" + f"{QINGFENG},青峰\n" * 100_001

        found, _, _ = read(csv_file(text))

        assert self.refusal(found) == "sheets.too_many_rows"

    def test_100_000_rows_and_a_total_are_not_too_many(self, read, csv_file):
        text = "统一社会信用代码,企业名称\n" + f"{QINGFENG},青峰\n" * 100_000 + "合计,100000\n"

        found, _, _ = read(csv_file(text))

        assert (found["refusal"], found["n_rows"], found["n_total"]) == (None, 100_000, 1)

    def test_an_old_xls_is_told_from_its_bytes_and_not_its_name(self, read, tmp_path):
        path = tmp_path / "renamed.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

        found, _, _ = read(path)

        assert self.refusal(found) == "sheets.old_xls"
        assert ".xlsx" in found["refusal"]["sentence"]

    def test_a_workbook_with_a_password(self, read, tmp_path):
        path = tmp_path / "secret.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))

        assert self.refusal(read(path)[0]) == "sheets.encrypted"

    def test_more_sheets_than_are_read_are_refused_and_none_is_passed_over(self, read, tmp_path, monkeypatch):
        book = openpyxl.Workbook()
        for n in range(4):
            book.create_sheet(f"S{n}")
        book.save(tmp_path / "many.xlsx")
        monkeypatch.setattr(reading, "MAX_SHEETS", 5)
        with reading.open_tables(tmp_path / "many.xlsx") as sheets:
            assert len(sheets) == 5

        monkeypatch.setattr(reading, "MAX_SHEETS", 4)

        with pytest.raises(BadInput) as caught, reading.open_tables(tmp_path / "many.xlsx"):
            pass
        assert caught.value.code == "sheets.too_many_sheets"
        assert caught.value.facts["n"] == 5

    def test_a_zip_bomb_is_never_opened(self, read, tmp_path):
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml", "<workbook/>")
            with archive.open("xl/worksheets/sheet1.xml", "w") as part:
                for _ in range(60):
                    part.write(b"\0" * 1_000_000)

        found, _, _ = read(path)

        assert path.stat().st_size < 100_000
        assert self.refusal(found) == "sheets.zip_bomb"

    def test_an_archive_of_thousands_of_parts(self, read, tmp_path):
        path = tmp_path / "parts.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for i in range(reading.MAX_MEMBERS + 1):
                archive.writestr(f"xl/{i}.xml", "")

        assert self.refusal(read(path)[0]) == "sheets.zip_bomb"

    def test_entities_that_grow_are_not_followed(self, read, workbook, tmp_path):
        good = workbook([HEADINGS[:2], [QINGFENG, "青峰"]])
        bad = tmp_path / "laughs.xlsx"
        laugh = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
            for name in source.namelist():
                text = source.read(name)
                target.writestr(name, laugh + b"<x>&b;</x>" if name.startswith("xl/worksheets") else text)

        assert self.refusal(read(bad)[0]) == "sheets.damaged"

    @pytest.mark.parametrize(
        ("head", "code"),
        [
            (b"%PDF-1.7 ...", "sheets.other_kind"),
            (b"\x89PNG\r\n\x1a\n", "sheets.other_kind"),
            (b"<html><table><tr><td>1</td></tr></table></html>", "sheets.web_page"),
            (b"<?xml version='1.0'?><Workbook/>", "sheets.web_page"),
            (b"", "sheets.empty_file"),
            (b"PK\x03\x04 and then nothing", "sheets.damaged"),
            (bytes(range(256)) * 4, "sheets.not_text"),
        ],
    )
    def test_other_kinds_of_file_are_told_what_to_do(self, read, tmp_path, head, code):
        path = tmp_path / "table.xlsx"
        path.write_bytes(head)

        assert self.refusal(read(path)[0]) == code

    def test_a_file_of_21_megabytes(self, read, tmp_path):
        path = tmp_path / "large.csv"
        path.write_bytes(b"a,b\n" * 5_250_000)

        assert self.refusal(read(path)[0]) == "sheets.file_too_large"

    def test_a_damaged_sheet_inside_a_good_archive(self, read, workbook, tmp_path):
        good = workbook([HEADINGS[:2], [QINGFENG, "青峰"]])
        bad = tmp_path / "cut.xlsx"
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
            for name in source.namelist():
                text = source.read(name)
                target.writestr(name, text[: len(text) // 2] if name.startswith("xl/worksheets") else text)

        assert self.refusal(read(bad)[0]) == "sheets.damaged"


class TestBadCells:
    def test_each_problem_names_row_column_cell_and_cure(self, read, workbook):
        path = workbook(
            [
                HEADINGS,
                [QINGFENG, "青峰", "1,204.5 亩", 1, 2],
                ["91331181MA00000014", "龙渊", 1, "很多", 2],
                [QINGFENG, "青峰二", 1, 1, 1],
                [None, "无码", 1, 1, 1],
                [TIANYU, None, 1, 1, 1],
            ]
        )

        _, rows, problems = read(path)

        seen = [
            (p["row"], p["column"], p["cell"], p["code"], p.get("cure", {}).get("value")) for p in problems
        ]
        assert seen == [
            (2, "tax_fen", "1,204.5 亩", "sheets.other_unit", "1204.5"),
            (3, "credit_code", "91331181MA00000014", "identifiers.credit_code_check", LONGYUAN),
            (3, "land_mu", "很多", "sheets.text_in_number", None),
            (4, "credit_code", QINGFENG, "sheets.double", "2"),
            (5, "credit_code", "", "sheets.required", None),
            (6, "name", "", "sheets.required", None),
        ]
        assert len(rows) == 5

    def test_formulas_without_a_kept_result_are_refused_and_others_are_counted(
        self, read, workbook, tmp_path
    ):
        plain = workbook([HEADINGS[:3], [QINGFENG, "青峰", "=1+2"], [LONGYUAN, "龙渊", 3]])
        kept = tmp_path / "kept.xlsx"
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(kept, "w") as target:
            for name in source.namelist():
                text = source.read(name)
                target.writestr(name, text.replace(b"<v></v>", b"<v>3</v>").replace(b"<v />", b"<v>3</v>"))

        found, _, problems = read(plain)
        found_kept, rows, no_problems = read(kept)

        assert [(p["row"], p["column"], p["code"]) for p in problems] == [
            (2, "tax_fen", "sheets.formula_without_value")
        ]
        assert (found["n_formulas"], found_kept["n_formulas"], no_problems) == (1, 1, [])
        assert rows[2]["tax_fen"] == 3_000_000


class TestCsv:
    TEXT = "统一社会信用代码{0}企业名称{0}税收（元）\r\n91331181MA00000003{0}青峰“一”厂{0}12.5\r\n"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_every_encoding_and_delimiter_of_office_programs(self, read, csv_file, encoding, delimiter):
        found, rows, _ = read(csv_file(self.TEXT.format(delimiter), encoding))

        assert found["refusal"] is None
        assert rows == {2: {"credit_code": QINGFENG, "name": "青峰“一”厂", "tax_fen": 1250}}

    def test_quoted_cells_with_commas_and_line_ends(self, read, csv_file):
        _, rows, _ = read(csv_file(f'统一社会信用代码,企业名称,备注\n{QINGFENG},"青峰,一","上\n下"\n'))

        assert (rows[2]["name"], rows[2]["note"]) == ("青峰,一", "上\n下")

    def test_a_neutralised_formula_is_the_text_it_was(self, read, csv_file):
        _, rows, _ = read(csv_file(f"统一社会信用代码,企业名称,备注\n{QINGFENG},青峰,'=1+1\n"))

        assert rows[2]["note"] == "=1+1"


@pytest.mark.parametrize("n_rows", [2_000, 20_000])
def test_memory_does_not_grow_with_the_rows(tmp_path, table, n_rows):
    """Rows stream: the child needs the same for ten times the rows (measured in a process of its own)."""
    from openpyxl import Workbook

    from shanhai.core.heavy import run_in_child

    book = Workbook(write_only=True)
    sheet = book.create_sheet("企业")
    sheet.append([column.zh for column in table])
    for i in range(n_rows):
        sheet.append([f"code {i}", f"企业{i}", i * 1.5, i, i, 0.5, "A类", "2018-08-16", "是", f"备注{i}" * 5])
    book.save(tmp_path / "many.xlsx")

    found = run_in_child(
        "shanhai.core.sheets.recognise.read_file",
        (str(tmp_path / "many.xlsx"), Asked("park.firms", ("企业",), table), str(tmp_path / "out")),
        timeout=60,
        memory_mb=600,
    )

    assert found["n_rows"] == n_rows
    assert found["peak_mb"] < 120
