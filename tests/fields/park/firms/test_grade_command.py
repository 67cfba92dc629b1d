"""`shanhai park grade`: the published vectors, what files may look like, and what is said of bad ones."""

import json
import os
import subprocess
import sys

import pytest

from shanhai.site.cli import run

HEADS = "enterprise,tax_per_mu,value_added_per_mu,value_added_per_tce,value_added_per_emission,labour_productivity,rd_intensity"
ONE = "Lanjue,30,150,3.0,5000,20,0.025"
RICH = "Haoran,60,300,3.0,5000,20,0"


@pytest.fixture
def said(capsys, tmp_path):
    def call(text, *words, encoding="utf-8"):
        path = tmp_path / "firms.csv"
        path.write_bytes(text.encode(encoding))
        code = run(["park", "grade", str(path), *words])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def graded(said, text, *words, **more):
    code, out, err = said(text, *words, "--json", **more)
    assert code == 0, err
    return json.loads(out)


class TestVectors:
    def test_six_items_of_2022(self, said):
        (found,) = graded(said, f"{HEADS}\n{ONE}\n", "--year", "2022")

        assert list(found) == ["enterprise", "score", "grade", "items"]
        assert found["score"] == 111.0995
        assert list(found["items"].values()) == [37.349, 22.0329, 22.2717, 10.1424, 11.0254, 8.2781]

    def test_the_cap_is_one_and_a_half_or_what_is_asked_or_none(self, said):
        scores = [
            graded(said, f"{HEADS}\n{RICH}\n", *words)[0]["score"]
            for words in ((), ("--cap", "1.5"), ("--cap", "none"))
        ]

        assert scores == [118.4395, 118.4395, 162.2034]

    def test_below_scale_where_tax_per_kilowatt_hour_is_given(self, said):
        (found,) = graded(said, "企业,亩均税收,单位电耗税收\n小厂,8,0.30\n")

        assert found["score"] == 98.2785
        assert list(found["items"]) == ["tax_per_mu", "tax_per_kwh"]

    def test_benchmarks_of_2021_are_others(self, said):
        (found,) = graded(said, f"{HEADS}\n{ONE}\n", "--year", "2021")

        assert round(found["items"]["tax_per_mu"], 4) == round(30 / 26.01 * 30, 4)

    def test_quotas_of_a_hundred_are_20_30_45_and_5(self, said):
        rows = "\n".join(f"F{n:03d},{n},150,3.0,5000,20,0.025" for n in range(1, 101))
        found = graded(said, f"{HEADS}\n{rows}\n", "--cap", "none")

        grades = [one["grade"] for one in found]
        assert [grades.count(one) for one in "ABCD"] == [20, 30, 45, 5]
        assert found[99]["grade"] == "A" and found[0]["grade"] == "D"


class TestFiles:
    def test_chinese_headings_with_units_in_gbk(self, said):
        text = (
            "企业名称,亩均税收（万元/亩）,亩均增加值(万元),单位能耗增加值,单位排放增加值,全员劳动生产率,研发强度\n"
            '蓝觉,30,150,3.0,"5,000",20,2.5%\n'
        )
        (found,) = graded(said, text, encoding="gb18030")

        assert (found["enterprise"], found["score"]) == ("蓝觉", 111.0995)

    def test_columns_in_any_order_with_others_between_and_empty_lines(self, said):
        heads = ",".join(["编号", *reversed(HEADS.split(","))])
        row = ",".join(["7", *reversed(ONE.split(","))])

        assert graded(said, f"{heads}\n\n{row}\n,,,,,,,\n")[0]["score"] == 111.0995

    def test_missing_emissions_get_the_mean_of_the_others_and_it_is_said(self, said):
        code, out, err = said(f"{HEADS}\n{ONE}\nKeep,30,150,3.0,,20,0.025\n", "--json")

        first, second = json.loads(out)
        assert code == 0 and first["items"] == second["items"]
        assert "Keep: No figure for emissions" in err

    def test_for_people_it_is_a_table_with_its_benchmarks(self, said):
        code, out, err = said(f"{HEADS}\n{ONE}\n")

        assert code == 0 and "111.0995" in out and "Huangyan" in err

    def test_runs_where_no_database_can_be_reached(self, tmp_path):
        path = tmp_path / "firms.csv"
        path.write_text(f"{HEADS}\n{ONE}\n")
        environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
        done = subprocess.run(
            [sys.executable, "-c", "from shanhai.site.cli import main; main()", "park", "grade", str(path), "--json"],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)[0]["score"] == 111.0995


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "words", "told"),
        [
            ("", (), ("has no column enterprise",)),
            (f"{HEADS}\n", (), ("has no enterprises",)),
            (HEADS.replace(",rd_intensity", "") + "\nA,1,1,1,1,1\n", (), ("no column rd_intensity", "研发强度")),
            (f"{HEADS},亩均税收\n{ONE},1\n", (), ("column 亩均税收 twice",)),
            (f"{HEADS}\n{ONE}\n{ONE}\n", (), ("Line 3", "Lanjue", "line 2")),
            (f"{HEADS}\n,1,1,1,1,1,1\n", (), ("Line 2, column enterprise is empty",)),
            (f"{HEADS}\nA,1,1,,1,1,1\n", (), ("Line 2, column value_added_per_tce is empty", "A")),
            (f"{HEADS}\nA,1,1,#DIV/0!,1,1,1\n", (), ("Line 2, column value_added_per_tce", "denominator")),
            (f"{HEADS}\nA,1,inf,1,1,1,1\n", (), ("column value_added_per_mu", "denominator")),
            (f"{HEADS}\nA,1,1,1,about 9,1,1\n", (), ("column value_added_per_emission", "about 9", "no number")),
            (f"{HEADS}\nA,5%,1,1,1,1,1\n", (), ("column tax_per_mu", "no number")),
            (f"{HEADS},land_mu\n{ONE},-3\n", (), ("Line 2, column land_mu", "-3 mu")),
            (f"{HEADS},land_mu\n{ONE},0\n", (), ("Line 2, column land_mu", "above 0")),
            (f'{HEADS},veto\n{ONE},"fire\nB,1,1,1,1,1,1,\n', (), ("line 2", "no CSV")),
            (f"{HEADS}\nA,1e999999999,1,1,1,1,1\n", (), ("column tax_per_mu", "no number")),
            (f"{HEADS}\n{ONE}\n", ("--cap", "0.5"), ("cap of 0.5",)),
            (f"{HEADS}\n{ONE}\n", ("--cap", "much"), ("much is no cap",)),
            (f"{HEADS}\n{ONE}\n", ("--year", "2019"), ("park.grading.benchmarks_above", "2019")),
            (f"{HEADS}\n{ONE}\n", ("--year", "9"), ("9 is no year",)),
        ],
    )  # fmt: skip
    def test_says_where_and_what_to_do(self, said, text, words, told):
        code, out, err = said(text, *words)

        assert (code, out) == (1, "")
        for part in told:
            assert part in err
