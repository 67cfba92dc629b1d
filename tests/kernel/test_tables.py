"""Tables in plain text: which sign parts the cells, on which line each begins, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel import tables
from shanhai.kernel.refusals import BadInput
from shanhai.kernel.tables import bare_heading, csv_lines

CELLS = st.text(alphabet="ab 甲,;\t\"'\n\r5.", max_size=6)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


class TestLines:
    @given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5), st.sampled_from(",;\t"))
    def test_what_was_written_in_quotation_marks_is_read_again(self, rows, sign):
        text = "".join(sign.join(map(quoted, row)) + "\r\n" for row in rows)

        found = [cells for _line, cells in csv_lines(text, "t.csv")]

        tidy = [[cell.strip() for cell in row] for row in rows]
        assert found == [row for row in tidy if any(row)]

    @pytest.mark.parametrize(
        ("text", "second"),
        [
            ("parcel,adjoins\nP1,P2;P3;P4\nP2,P1;P3;P5\n", ["P1", "P2;P3;P4"]),
            ("firm;tax\nA;1,5\nB;2,5\n", ["A", "1,5"]),
            ("firm\ttax\nA\t1,500\n", ["A", "1,500"]),
            ('parcel,outline,adjoins\nP1,"1 2, 3 4",P2;P3\nP2,"1 2, 3 4, 5 6",P1;P3\n', ["P1", "1 2, 3 4", "P2;P3"]),
            ("one\ntwo\n", ["two"]),
        ],
    )  # fmt: skip
    def test_the_sign_that_most_lines_have_alike_parts_the_cells(self, text, second):
        assert list(csv_lines(text, "t.csv"))[1] == (2, second)

    def test_titles_above_the_headings_do_not_hide_the_sign(self):
        text = "龙泉市企业一览表\n截至2023年，单位：万元\n\n企业\t税收\n甲\t1\n"

        assert list(csv_lines(text, "t.csv"))[-2:] == [(4, ["企业", "税收"]), (5, ["甲", "1"])]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_a_line_is_told_by_where_it_begins(self, end):
        text = end.join(["a,b", '1,"x', 'y"', "", "2,z"])

        assert [line for line, _cells in csv_lines(text, "t.csv")] == [1, 2, 5]

    def test_signs_that_end_a_line_elsewhere_stay_in_their_cell(self):
        assert list(csv_lines("a,b\n1,x\u2028y\x0bz\n", "t.csv"))[1] == (2, ["1", "x\u2028y\x0bz"])


class TestRefused:
    def test_a_quotation_that_is_never_closed_does_not_swallow_the_lines_below(self):
        with pytest.raises(BadInput, match="line 3") as refused:
            list(csv_lines('a,b\n1,x\n2,"y\n3,z\n4,z\n', "t.csv"))

        assert refused.value.code == "tables.no_csv"

    def test_nor_is_one_cell_of_a_whole_book_taken(self, monkeypatch):
        outline = "x" * 200_000
        assert list(csv_lines(f"a,b\n1,{outline}\n", "t.csv"))[1] == (2, ["1", outline])
        monkeypatch.setattr(tables, "MOST_CELL", 100_000)

        with pytest.raises(BadInput, match="line 2") as refused:
            list(csv_lines(f"a,b\n1,{outline}\n", "t.csv"))

        assert refused.value.code == "tables.no_csv"

    def test_a_table_without_end(self, monkeypatch):
        monkeypatch.setattr(tables, "MOST_LINES", 3)
        assert len(list(csv_lines("a\n1\n\n2\n", "t.csv"))) == 3

        with pytest.raises(BadInput, match="more than 3 lines") as refused:
            list(csv_lines("a\n1\n2\n3\n", "t.csv"))

        assert refused.value.code == "tables.too_long"


class TestHeadings:
    @pytest.mark.parametrize(
        "heading", ["Tax per mu", " tax_per_mu ", "TAX PER MU (万元)", "Ｔａｘ per mu（万元/亩）【2022】"]
    )
    def test_spaces_capitals_width_and_units_do_not_matter(self, heading):
        assert bare_heading(heading) == "tax_per_mu"

    def test_a_heading_without_end_is_compared_at_once(self):
        assert len(bare_heading("(" * 1_000_000)) < 1_000
        assert bare_heading("a" + " " * 1_000_000 + "b") == "a"

    def test_what_stands_in_brackets_within_is_part_of_it(self):
        assert bare_heading("用地（亩）合计") != bare_heading("用地（亩）")
