"""One cell: what is read, what is refused and what one click would do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core.sheets import cells, units
from shanhai.core.sheets.cells import Unclear, neutralise, read, unneutralise
from shanhai.core.sheets.columns import Column

DATE = Column("on", "On", "日期", "date")
TAX = Column("tax_fen", "Tax", "税收", "fen", unit="万元")
LAND = Column("land_mu", "Land", "用地面积", "mu", digits=2)
STAFF = Column("staff", "Staff", "从业人数", "int")
SHARE = Column("share", "Share", "占比", "percent")
CREDIT = Column("credit_code", "Credit code", "信用代码", "code", form="credit")
REGION = Column("region", "Region", "区划", "ref", ref="x", form="region")
CODE = Column("code", "Code", "代码", "code", max_length=20)
NAME = Column("name", "Name", "名称", max_length=20)
KIND = Column(
    "kind", "Kind", "类别", "choice", choices=(("firm", "Firm", "企业"), ("school", "School", "学校"))
)
FLAG = Column("is_on", "On", "是否", "bool")


@pytest.mark.parametrize(
    "written",
    [
        "2018-08-16",
        "2018/8/16",
        "2018.08.16",
        "2018.8.16",
        "2018年8月16日",
        "２０１８年８月１６日",
        "20180816",
        "2018-08-16 00:00:00",
        "2018-08-16T09:30:00+08:00",
        " '2018-8-16 ",
        "43328",
        43328,
        20180816,
        {"date": "2018-08-16"},
    ],
)
def test_every_way_of_writing_a_day_is_read(written):
    assert read(DATE, written) == date(2018, 8, 16)


@pytest.mark.parametrize("written", ["2018.8", "2018-08", "2018年8月", "2018/8", 2018.8])
def test_a_month_alone_is_its_first_day(written):
    assert read(DATE, written) == date(2018, 8, 1)


def test_serial_dates_follow_the_system_of_the_workbook():
    assert read(DATE, 41866, is_1904=True) == date(2018, 8, 16)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (2018.1, "sheets.january_or_october"),
        ("2018", "sheets.year_alone"),
        ("16/08/2018", "sheets.not_a_date"),
        ("2018-02-30", "sheets.no_such_day"),
        ("去年", "sheets.not_a_date"),
        ("1066-10-14", "sheets.date_out_of_range"),
        ({"formula": ""}, "sheets.formula_without_value"),
        ({"error": "#REF!"}, "sheets.error_value"),
    ],
)
def test_a_date_that_is_not_certain_is_refused(written, code):
    with pytest.raises(Unclear) as unclear:
        read(DATE, written)

    assert unclear.value.code == code
    assert unclear.value.sentence.format(**unclear.value.facts)


@pytest.mark.parametrize(
    ("written", "unit", "fen"),
    [
        ("1,204.5", None, 12_045_000_00),
        ("１，２０４．５", None, 12_045_000_00),
        (1204.5, "元", 1204_50),
        ("1204.50元", None, 1204_50),
        ("1.2亿元", None, 120_000_000_00),
        ("(3)", None, -30_000_00),
        ("￥1 204.5", "元", 1204_50),
        ("'12", None, 120_000_00),
        (0.1 + 0.2, None, 3_000_00),
        ("-", None, None),
        ("无", None, None),
        ("12345", "分", 12345),
    ],
)
def test_amounts_come_in_as_whole_fen_whatever_their_unit(written, unit, fen):
    assert read(TAX, written, units.find(unit) if unit else None) == fen


def test_land_in_hectares_and_square_metres_becomes_mu():
    assert read(LAND, "1.5", units.find("公顷")) == Decimal("22.5")
    assert read(LAND, "2000", units.find("平方米")) == Decimal("3")
    assert read(LAND, "1000", units.find("㎡")) == Decimal("1.5")
    assert read(LAND, "666.67", units.find("平方米")) == Decimal("1.00")
    assert read(LAND, "12亩") == Decimal("12")


def test_an_amount_with_an_area_behind_it_is_refused_with_the_number_as_its_cure():
    with pytest.raises(Unclear) as unclear:
        read(TAX, "1,204.5 亩")

    assert unclear.value.code == "sheets.other_unit"
    assert (unclear.value.cure.kind, unclear.value.cure.value) == ("value", "1204.5")
    assert read(TAX, unclear.value.cure.value) == 12_045_000_00


@pytest.mark.parametrize(
    ("column", "written", "code", "cure"),
    [
        (STAFF, "约120", "sheets.text_in_number", "120"),
        (STAFF, "十二", "sheets.text_in_number", None),
        (STAFF, "12-15", "sheets.text_in_number", None),
        (STAFF, "12.4", "sheets.not_whole", "12"),
        (STAFF, "1,23", "sheets.text_in_number", "123"),
        (STAFF, {"bool": True}, "sheets.text_in_number", None),
        (LAND, "1.005", "sheets.too_many_decimals", "1.00"),
        (TAX, "0.00000001", "sheets.not_whole_fen", None),
        (CREDIT, "91331181MA00000004", "identifiers.credit_code_check", "91331181MA00000003"),
        (CREDIT, "91331181", "identifiers.credit_code_length", None),
        (CODE, 913311810000000012, "sheets.digits_lost", None),
        (REGION, "3311811", "identifiers.region_code_length", None),
        (KIND, "企页", "sheets.unknown_choice", None),
        (KIND, "Schol", "sheets.unknown_choice", "school"),
        (FLAG, "maybe", "sheets.not_yes_or_no", None),
        (NAME, "长" * 21, "sheets.text_too_long", None),
    ],
)
def test_what_is_not_clear_is_refused_with_a_cure_where_there_is_one(column, written, code, cure):
    with pytest.raises(Unclear) as unclear:
        read(column, written)

    found = unclear.value
    assert (found.code, found.cure.value if found.cure else None) == (code, cure)
    assert found.sentence.format(**found.facts)


def test_shares_are_percent_points_however_the_workbook_formats_them():
    assert read(SHARE, {"share": 0.125}) == Decimal("12.5")
    assert read(SHARE, "12.5%") == read(SHARE, "12.5") == read(SHARE, 12.5) == Decimal("12.5")


def test_codes_lose_spaces_case_and_full_width():
    assert read(CREDIT, " 91331181 ma00000003") == "91331181MA00000003"
    assert read(CREDIT, "９１３３１１８１ＭＡ００００００03") == "91331181MA00000003"
    assert read(REGION, 331181) == "331181000000"
    assert read(CODE, "'00123") == "00123"
    assert read(CODE, 123.0) == "123"


def test_choices_and_yes_or_no_are_read_in_both_languages():
    assert [read(KIND, word) for word in ("firm", "Firm", " 企业 ", "")] == ["firm", "firm", "firm", ""]
    assert [read(FLAG, word) for word in ("是", "No", "√", {"bool": False}, "")] == [
        True,
        False,
        True,
        False,
        None,
    ]


def test_a_masked_cell_says_nothing_where_the_column_is_masked():
    assert read(Column("p", "P", "电话", access="a.b"), "***") is cells.MASKED
    assert read(Column("p", "P", "电话"), "***") == "***"


@given(st.text())
def test_neutralised_text_is_no_formula_and_comes_back(text):
    out = neutralise(text)

    assert not out.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unneutralise(out) == text


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_any_day_is_read_in_all_its_forms(day):
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d"):
        assert read(DATE, day.strftime(form)) == day


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_an_amount_in_any_unit_is_the_same_amount(fen):
    for word in ("元", "万元", "亿元"):
        unit = units.find(word)
        text = format(Decimal(fen) / Decimal(int(unit.size)), "f")
        assert read(TAX, text, unit) == fen


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_numbers_with_separators_and_full_width_digits_are_the_same_number(number):
    column = Column("x", "X", "数", "decimal")
    grouped = f"{number:,}"
    wide = grouped.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,.-"})

    assert read(column, grouped) == read(column, wide) == number
