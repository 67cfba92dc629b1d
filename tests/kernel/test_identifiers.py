"""Codes: every good one is read, every slip is found and named."""

import csv

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shanhai.kernel.identifiers import (
    CREDIT_ALPHABET,
    PROVINCES,
    RegionLevel,
    check_credit_code,
    check_project_code,
    check_region_code,
    credit_code_check,
    region_level,
    region_parent,
)
from shanhai.kernel.refusals import BadInput

FIRST_17 = st.tuples(
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
).map("".join)
CREDIT_CODES = FIRST_17.map(lambda first17: first17 + credit_code_check(first17))
VILLAGES = st.tuples(
    st.sampled_from(sorted(PROVINCES)),
    *[st.integers(1, 99).map("{:02}".format)] * 2,
    *[st.integers(1, 999).map("{:03}".format)] * 2,
).map("".join)


class TestRegionCode:
    def test_reads_every_code_of_zhejiang(self, shared_data):
        folder = shared_data("china_admin")
        levels = {}
        for name, column in (("counties", RegionLevel.COUNTY), ("townships", RegionLevel.TOWNSHIP)):
            text = (folder / f"zhejiang_{name}_2023.csv").read_text(encoding="utf-8-sig")
            for row in csv.DictReader(text.splitlines()):
                levels[row["code"]] = column

        wrong = [code for code, level in levels.items() if region_level(code) is not level]

        assert wrong == []
        assert len(levels) > 1000

    @given(VILLAGES)
    def test_the_way_up_goes_level_by_level_to_the_province(self, village):
        way, code = [], village
        while code is not None:
            way.append(region_level(code))
            code = region_parent(code)

        assert way == list(reversed(RegionLevel))

    @given(VILLAGES)
    def test_short_forms_are_padded(self, village):
        assert check_region_code(village[:6]) == village[:6] + "000000"
        assert check_region_code(village[:9]) == village[:9] + "000"

    def test_a_township_may_stand_right_under_its_city(self):
        assert region_level("441900003") is RegionLevel.TOWNSHIP
        assert region_parent("441900003") == "441900000000"

    def test_full_width_digits_and_spaces_are_put_right(self):
        assert check_region_code(" ３３１１８１ ") == "331181000000"

    @pytest.mark.parametrize(
        ("code", "problem", "named"),
        [
            ("", "identifiers.region_code_length", "0"),
            ("3311", "identifiers.region_code_length", "4"),
            ("3311811012000", "identifiers.region_code_length", "13"),
            ("33118l", "identifiers.region_code_not_digits", "position 6"),
            ("33 181", "identifiers.region_code_not_digits", "position 3"),
            ("991181", "identifiers.region_code_province", "99"),
            ("330081", "identifiers.region_code_gap", "330081"),
            ("330000001", "identifiers.region_code_gap", "330000001"),
            ("331181000200", "identifiers.region_code_gap", "331181000200"),
        ],
    )
    def test_refuses_and_says_why(self, code, problem, named):
        with pytest.raises(BadInput) as refused:
            check_region_code(code)

        assert refused.value.code == problem
        assert named in str(refused.value)


class TestCreditCode:
    @pytest.mark.parametrize(
        "code", ["91350100M000100Y43", "914403001922038216", "91330100799655058B", "9144030071526726XG"]
    )
    def test_reads_codes_in_use(self, code):
        assert check_credit_code(code) == code

    @given(CREDIT_CODES)
    def test_every_code_with_its_check_character_is_read(self, code):
        assert check_credit_code(code) == code
        assert check_credit_code(f" {code.lower()} ") == code

    @given(CREDIT_CODES, st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
    def test_every_single_wrong_character_is_found(self, code, position, character):
        assume(code[position] != character)

        with pytest.raises(BadInput):
            check_credit_code(code[:position] + character + code[position + 1 :])

    @given(CREDIT_CODES, st.integers(0, 16))
    def test_every_swap_of_neighbours_is_found(self, code, i):
        assume(code[i] != code[i + 1])

        with pytest.raises(BadInput):
            check_credit_code(code[:i] + code[i + 1] + code[i] + code[i + 2 :])

    def test_names_the_expected_check_character(self):
        with pytest.raises(BadInput) as refused:
            check_credit_code("91350100M000100Y44")

        assert refused.value.code == "identifiers.credit_code_check"
        assert (refused.value.facts["found"], refused.value.facts["expected"]) == ("4", "3")

    @pytest.mark.parametrize(
        ("code", "problem", "named"),
        [
            ("91350100M000100Y4", "identifiers.credit_code_length", "17"),
            ("91350100M000100Y433", "identifiers.credit_code_length", "19"),
            ("91350100M00010OY43", "identifiers.credit_code_character", "O at position 15"),
            ("91350100M000100Y4I", "identifiers.credit_code_character", "I at position 18"),
            ("91A50100M000100Y43", "identifiers.credit_code_character", "A at position 3"),
            ("91350100M000-00Y43", "identifiers.credit_code_character", "- at position 13"),
        ],
    )
    def test_refuses_and_names_the_place(self, code, problem, named):
        with pytest.raises(BadInput) as refused:
            check_credit_code(code)

        assert refused.value.code == problem
        assert named in str(refused.value)

    def test_the_check_of_a_whole_code_is_refused(self):
        with pytest.raises(BadInput) as refused:
            credit_code_check("91350100M000100Y43")

        assert refused.value.code == "identifiers.credit_code_length"


class TestProjectCode:
    @pytest.mark.parametrize(
        ("given", "opened"),
        [
            ("2011-331181-04-01-123456", "2020-11"),
            ("2012-331181-04-01-123456", "2020-12"),
            ("2309-331181-04-01-123456", "2023-09"),
            ("2016-331181-48-03-012345", "2016"),
            ("2020-331181-48-03-012345", "2020"),
        ],
    )
    def test_tells_when_the_project_was_opened(self, given, opened):
        assert str(check_project_code(given).opened) == opened

    def test_is_taken_apart(self):
        code = check_project_code("2309-331181-04-01-123456")

        assert (code.region, code.guide, code.kind, code.serial) == ("331181000000", "04", "01", "123456")
        assert len(code.text) == 24

    @pytest.mark.parametrize(
        "given",
        [
            "23093311810401123456",
            "２３０９－３３１１８１－０４－０１－１２３４５６",
            "2309–331181–04–01–123456 ",
        ],
    )
    def test_other_dashes_and_no_hyphens_are_put_right(self, given):
        assert check_project_code(given).text == "2309-331181-04-01-123456"

    @pytest.mark.parametrize(
        ("given", "problem", "named"),
        [
            ("2309-331181-04-01-12345", "identifiers.project_code_form", "2309-331181-04-01-12345"),
            ("2309-33118-104-01-123456", "identifiers.project_code_form", "24 characters"),
            ("2309-331181-0A-01-123456", "identifiers.project_code_form", "0A"),
            ("2313-331181-04-01-123456", "identifiers.project_code_month", "2313"),
            ("2300-331181-04-01-123456", "identifiers.project_code_month", "2300"),
            ("2010-331181-04-01-123456", "identifiers.project_code_month", "2010"),
            ("1909-331181-04-01-123456", "identifiers.project_code_month", "1909"),
            ("2309-991181-04-01-123456", "identifiers.region_code_province", "99"),
        ],
    )
    def test_refuses_and_says_why(self, given, problem, named):
        with pytest.raises(BadInput) as refused:
            check_project_code(given)

        assert refused.value.code == problem
        assert named in str(refused.value)
