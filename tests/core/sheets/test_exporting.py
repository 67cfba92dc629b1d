"""What goes out comes in equal, for people and for programs."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from shanhai.core import access, signs
from shanhai.core.models import Organisation
from shanhai.core.sheets import bringing, exporting, loading, recognise, staged
from shanhai.core.sheets.cells import clean_text, decode
from shanhai.core.sheets.columns import Column, Register
from shanhai.core.sheets.headings import Asked

ALL_TYPES = (
    Column("code", "Code", "代码", "code", key=True, required=True),
    Column("name", "Name", "名称", max_length=1000),
    Column("n", "Number", "数量", "int"),
    Column("rate", "Rate", "比率", "decimal"),
    Column("share", "Share", "占比", "percent"),
    Column("tax_fen", "Tax", "税收", "fen", unit="万元"),
    Column("fee", "Fee", "费用", "fen"),
    Column("land_mu", "Land", "面积", "mu"),
    Column("founded_on", "Founded", "成立日期", "date"),
    Column("is_on", "On", "启用", "bool"),
    Column("grade", "Grade", "等级", "choice", choices=(("a", "=A", "甲"), ("b", "B+", "乙"))),
    Column("above", "Above", "上级", "ref", ref="test.all"),
)
MODULE = "shanhai_test_all"
ROWS: list[dict[str, Any]] = []


@pytest.fixture(scope="module")
def register() -> Any:
    """A register of every type of column; its rows are whatever ROWS holds."""
    module = ModuleType(MODULE)
    module.rows = lambda member, pairing, **filters: iter(ROWS)  # type: ignore[attr-defined]
    sys.modules[MODULE] = module
    yield Register(
        "test.all",
        "All types",
        "全部类型",
        ALL_TYPES,
        f"{MODULE}.rows",
        f"{MODULE}.x",
        f"{MODULE}.x",
        "a.b",
        "a.c",
    )
    del sys.modules[MODULE]


texts = st.text(max_size=60).map(clean_text)
codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,20}", fullmatch=True).filter(
    lambda c: c.lower() not in ("na", "n/a", "null", "none")
)
# What the columns of databases hold, and so what can go out: core.sheets.cells refuses more.
numbers = st.integers(min_value=-(2**31 - 1), max_value=2**31 - 1)
amounts = st.integers(min_value=-(10**17), max_value=10**17)


def decimals(most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-most, max_value=most)


any_row = st.fixed_dictionaries(
    {
        "name": texts,
        "n": st.none() | numbers,
        "rate": st.none() | decimals(10**14),
        "share": st.none() | decimals(10**10 - 1),
        "tax_fen": st.none() | amounts,
        "fee": st.none() | amounts,
        "land_mu": st.none() | decimals(10**10 - 1),
        "founded_on": st.none() | st.dates(min_value=date(1900, 3, 1), max_value=date(2100, 12, 31)),
        "is_on": st.none() | st.booleans(),
        "grade": st.sampled_from(["", "a", "b"]),
        "above": st.none() | codes,
    }
)
tables = st.dictionaries(codes, any_row, min_size=1, max_size=6).map(
    lambda by_code: [{"code": code, **row} for code, row in sorted(by_code.items())]
)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("machine", [True, False])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@given(table=tables)
@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_goes_out_comes_in_equal(register, tmp_path, form, machine, language, table):
    ROWS[:] = table
    path = Path(tmp_path) / f"out.{form}"

    with translation.override(language), path.open("wb") as target:
        n = exporting.export(register, target, form, member=None, machine=machine)
    out = str(tmp_path / "rows")
    found = recognise.read_file(str(path), Asked("test.all", ("全部类型",), ALL_TYPES, is_strict=True), out)

    assert (found["refusal"], n) == (None, len(table))
    lines = [json.loads(line) for line in Path(out).read_text(encoding="utf-8").split("\n") if line]
    assert [problems for _, _, _, problems in lines] == [[]] * n
    back = [{c.name: decode(c, values[c.name]) for c in ALL_TYPES} for _, _, values, _ in lines]
    assert back == table


class TestForms:
    def test_a_workbook_keeps_codes_as_text_and_dates_as_dates(self, register, tmp_path):
        ROWS[:] = [
            {
                "code": "00123", "name": "=1+1", "n": 12, "rate": Decimal("0.5"), "share": None, "tax_fen": 123456,
                "fee": 10**17, "land_mu": Decimal("42.6"), "founded_on": date(2018, 8, 16), "is_on": True,
                "grade": "a", "above": None,
            }
        ]  # fmt: skip
        with translation.override("en"), (tmp_path / "x.xlsx").open("wb") as target:
            exporting.export(register, target, "xlsx", member=None)

        book = load_workbook(tmp_path / "x.xlsx")
        sheet = book["All types"]
        heads, row = [[cell.value for cell in line] for line in sheet.iter_rows()]

        assert heads[5:8] == ["Tax (万元)", "Fee (元)", "Land (亩)"]
        assert row[:2] == ["00123", "'=1+1"]
        assert (row[5], row[6], row[7]) == (Decimal("0.123456"), "1000000000000000", 42.6) or (
            float(row[5]),
            row[6],
            row[7],
        ) == (0.123456, "1000000000000000", 42.6)
        assert row[8].date() == date(2018, 8, 16)
        assert (row[9], row[10]) == ("yes", "'=A")
        assert sheet.freeze_panes == "A2"

    def test_csv_for_people_has_the_mark_and_windows_line_ends(self, register, tmp_path):
        ROWS[:] = [{"code": "A", "name": "甲,乙", "fee": 150}]
        target = io.BytesIO()

        with translation.override("zh-hans"):
            exporting.export(register, target, "csv", member=None)

        text = target.getvalue()
        assert text.startswith(b"\xef\xbb\xbf")
        assert text.decode("utf-8-sig").splitlines()[1] == 'A,"甲,乙",,,,,1.5,,,,,'

    def test_a_masked_column_is_written_as_stars_and_comes_back_as_no_change(
        self, firms, lin, monkeypatch, tmp_path
    ):
        loading.load_table(
            firms,
            [
                {
                    "code": "A",
                    "name_zh": "甲",
                    "name_en": "",
                    "kind": "school",
                    "region": "331181000000",
                    "phone": "1",
                }
            ],
            by=None,
        )
        path = tmp_path / "masked.csv"
        may = access.may
        monkeypatch.setattr(
            access, "may", lambda who, code, **more: code != "test.phones" and may(who, code, **more)
        )

        with path.open("wb") as target:
            exporting.export(firms, target, "csv", member=lin, code="A")
        monkeypatch.setattr(access, "may", may)
        imported = bringing.bring(path, firms, by=lin)

        assert ",***" in path.read_text(encoding="utf-8-sig")
        assert imported.counts["same"] == 1
        assert Organisation.objects.get(code="A").phone == "1"


class TestTemplate:
    def test_an_empty_workbook_has_headings_choices_and_hints(self, firms, tmp_path):
        with translation.override("zh-hans"), (tmp_path / "t.xlsx").open("wb") as target:
            exporting.template(firms, target)

        book = load_workbook(tmp_path / "t.xlsx")
        sheet = book.worksheets[0]

        assert [cell.value for cell in sheet[1]][:4] == ["单位代码", "单位名称", "英文名", "类别"]
        (validation,) = sheet.data_validations.dataValidation
        assert str(validation.sqref).startswith("D2:")
        assert [cell.value for cell in book.worksheets[1]["D"]] == ["企业", "学校", "村"]
        assert book.worksheets[1].sheet_state == "hidden"
        assert len(book.worksheets[2]["A"]) > len(firms.columns)

    def test_a_filled_template_is_read(self, firms, lin, tmp_path):
        with translation.override("en"), (tmp_path / "t.xlsx").open("wb") as target:
            exporting.template(firms, target)
        book = load_workbook(tmp_path / "t.xlsx")
        book.worksheets[0].append(["A", "甲厂", "", "School", "331181", None, None, None])
        book.save(tmp_path / "t.xlsx")

        imported = bringing.bring(tmp_path / "t.xlsx", firms, by=lin)

        assert (imported.stage, imported.counts["new"]) == ("checked", 1)


def test_refused_rows_go_out_to_be_corrected_and_come_in_again(firms, lin, workbook, tmp_path):
    path = workbook(
        [
            ["单位代码", "单位名称", "类别", "区划代码", "统一社会信用代码"],
            ["A", "甲", "学校", "331181", "91331181MA00000014"],
        ]
    )
    imported = bringing.bring(path, firms, by=lin)
    row = imported.rows.get()
    values = {name: decode(firms.column(name), value) for name, value in row.values.items()}
    problems = [{**problem, "why": staged.say(problem)} for problem in row.problems]

    with (tmp_path / "refused.xlsx").open("wb") as target:
        exporting.refused_rows([(firms, "", [(row.row, values, problems)])], target)
    book = load_workbook(tmp_path / "refused.xlsx")
    sheet = book.worksheets[0]
    assert "position 18" in sheet["G2"].comment.text
    sheet["G2"] = "91331181MA00000016"
    book.save(tmp_path / "refused.xlsx")
    again = bringing.bring(tmp_path / "refused.xlsx", firms, by=lin)

    assert signs.registers["test.firms"] is firms
    assert (again.counts["new"], again.counts["refused"]) == (1, 0)
