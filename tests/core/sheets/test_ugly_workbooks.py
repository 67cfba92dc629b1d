"""Workbooks as nobody should send them: what is wrong is said at its cell, and nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shanhai.core.models import ImportRow, Organisation
from shanhai.core.sheets import bringing, cells, committing, recognise
from shanhai.core.sheets.columns import Column
from shanhai.core.sheets.headings import Asked
from shanhai.core.sheets.units import find

CODE = "91331181MA00000016"
OTHER = "91331181MA00000029"


@pytest.fixture
def read(table: Any, tmp_path: Path) -> Callable[..., Any]:
    """``read(path)``: what was recognised, and row number to (values, problem codes)."""

    def run(path: Path, **more: Any) -> tuple[dict[str, Any], dict[int, tuple[dict[str, Any], list[str]]]]:
        out = tmp_path / "rows"
        asked = Asked("park.firms", ("企业",), table, **more)
        found = recognise.read_file(str(path), asked, str(out))
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        return found, {
            number: (values, [f"{p['column']} {p['code']}" for p in problems])
            for number, _, values, problems in lines
        }

    return run


def unclear(column: Column, raw: Any, unit: str = "") -> cells.Unclear:
    with pytest.raises(cells.Unclear) as found:
        cells.read(column, raw, find(unit) if unit else None)
    return found.value


class TestCodes:
    @pytest.mark.parametrize("text", ["9.13312E+17", "9.13e+17", "９.１３E+17", "3.31181E+11"])
    def test_a_code_that_a_program_wrote_in_short_form_has_lost_its_digits(self, text: str) -> None:
        for column in (
            Column("credit", "", "", "code", form="credit"),
            Column("region", "", "", "ref", form="region"),
            Column("parent", "", "", "ref"),
        ):
            assert unclear(column, text).code == "sheets.short_form"

    @pytest.mark.parametrize("code", ["1E2", "E+12", "2E-7", "F-1E+2"])
    def test_codes_that_only_look_a_little_like_it_stay(self, code: str) -> None:
        assert cells.read(Column("code", "", "", "code"), code) == code


class TestNumbers:
    TAX = Column("tax_fen", "Tax", "税收", "fen", unit="元")

    def test_the_button_keeps_the_unit_that_stands_behind_the_number(self) -> None:
        found = unclear(self.TAX, "约12万")

        assert found.code == "sheets.text_in_number"
        assert cells.read(self.TAX, found.cure.value) == 12_000_000  # 120,000 yuan, not 12

    def test_a_unit_of_another_kind_is_said_to_be_one(self) -> None:
        assert unclear(self.TAX, "12亩").code == "sheets.other_unit"

    @pytest.mark.parametrize(
        ("column", "raw"),
        [
            (TAX, 1e30),
            (TAX, "-1e30"),
            (Column("n", "", "", "int"), 2**31),
            (Column("n", "", "", "int", least=0), -1),
            (Column("n", "", "", "int", most=32_767), "32768"),
            (Column("q", "", "", "decimal"), 1e16),
            (Column("q", "", "", "mu"), "123456789012"),
        ],
    )
    def test_a_number_that_no_database_holds_is_refused_at_its_cell(self, column: Column, raw: Any) -> None:
        assert unclear(column, raw).code == "sheets.out_of_range"

    def test_the_largest_ones_stay(self) -> None:
        assert cells.read(Column("n", "", "", "int"), 2**31 - 1) == 2**31 - 1
        assert cells.read(self.TAX, "1000000000000000") == 10**17
        assert cells.read(Column("q", "", "", "decimal"), 120_000_000_000) == 120_000_000_000


class TestHeadings:
    ROWS = (["统一社会信用代码", "企业名称", "税收（万元）", "税收（万元）"], [CODE, "甲厂", 1, 2])

    def test_of_two_columns_with_one_heading_a_person_says_which(self, read: Any, workbook: Any) -> None:
        path = workbook(list(self.ROWS))
        found, _ = read(path)

        assert not found["is_mapped"]
        texts = [one["text"] for one in found["headings"]]
        assert texts[2:] == ["税收（万元）", "税收（万元） (2)"]

        chosen = {"统一社会信用代码": "credit_code", "企业名称": "name", texts[2]: "", texts[3]: "tax_fen"}
        found, rows = read(path, chosen=chosen)
        assert found["is_mapped"]
        assert rows[2][0]["tax_fen"] == 2_000_000

    def test_what_was_chosen_once_is_not_asked_again(self, read: Any, workbook: Any) -> None:
        known = {"税收（万元）": "tax_fen", "税收（万元） (2)": ""}

        found, rows = read(workbook(list(self.ROWS)), known=known)

        assert found["is_mapped"]
        assert rows[2][0]["tax_fen"] == 1_000_000


def test_a_table_on_a_hidden_sheet_is_not_read_and_the_refusal_names_the_sheet(
    read: Any, workbook: Any
) -> None:
    def hide(sheet: Any) -> None:
        sheet.sheet_state = "hidden"

    path = workbook([["统一社会信用代码", "企业名称"], [CODE, "甲厂"]], edit=hide, 说明=[["见附件"]])
    found, rows = read(path)

    assert found["refusal"]["code"] == "sheets.table_hidden"
    assert found["refusal"]["facts"]["hidden"] == "企业"
    assert not rows


class TestTwice:
    def test_what_only_one_row_may_say_is_found_however_far_apart(
        self, cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from shanhai.core import signs
        from shanhai.core.sheets import staged

        monkeypatch.setattr(staged, "CHUNK", 2)
        monkeypatch.setattr(bringing, "CHUNK", 2)
        path = tmp_path / "organisations.csv"
        lines = ["code,name_zh,kind,region,credit_code", f"F-0,甲厂,enterprise,331181,{CODE}"]
        lines += [f"F-{i},厂{i},enterprise,331181," for i in range(1, 6)]
        lines += [f"F-9,乙厂,enterprise,331181,{CODE}"]
        path.write_text("\n".join(lines), encoding="utf-8")

        imported = bringing.bring(path, signs.registers["registry.organisations"], by=None)

        (row,) = ImportRow.objects.filter(of=imported, outcome="refused")
        assert (row.row, row.problems[0]["column"], row.problems[0]["code"]) == (
            8,
            "credit_code",
            "sheets.twice",
        )
        assert row.problems[0]["facts"] == {"first": 2}
        committing.write(imported, by=None)
        assert Organisation.objects.filter(code__startswith="F-").count() == 6
