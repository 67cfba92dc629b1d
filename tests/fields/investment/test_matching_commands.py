"""`shanhai investment match|portfolio|same-names` on plain files: the example's answers, and every slip told by line and column."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shanhai.site.cli import run

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "matching"
LEADS = "lead,industry,investment,output,tax,land_mu\nL1,3670,8800,12000,400,20\nL2,3670,9000,12000,300,20\n"
PARCELS = "parcel,land_mu\nP1,20\n"


@pytest.fixture
def files(tmp_path):
    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return str(path)

    return write


def answered(capsys, *words):
    assert run(["investment", *words, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def refused(capsys, *words) -> str:
    assert run(["investment", *words]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


def example(*names):
    return [str(EXAMPLE / name) for name in names]


class TestTheExample:
    def test_match(self, capsys):
        told = answered(
            capsys, "match", *example("leads.csv", "parcels.csv"), "--clusters", *example("clusters.csv")
        )

        by_lead = {one["lead"]: one for one in told["leads"]}
        best = {lead: one["best"][0]["parcel"] for lead, one in by_lead.items() if one["best"]}
        assert best == {
            "L02": "A3", "L03": "A1", "L04": "B1", "L05": "A3", "L06": "C1", "L07": "E1", "L09": "E1", "L10": "V1",
        }  # fmt: skip
        first = by_lead["L02"]["best"][0]
        assert first["score"] == 89.09
        assert first["items"] == {
            "industry": 30, "land": 20, "intensity": 19.09, "quota": 10, "labour": 10, "chain": 0,
        }  # fmt: skip
        # The cement mill is on the negative list; what is told first refuses it everywhere.
        assert by_lead["L08"]["fits"] == 0
        assert by_lead["L08"]["refused"][0] == {
            "filter": "forbidden", "parcels": 9, "at": "A1", "reason": "Its industry 3011 is on the negative list (3011).",
        }  # fmt: skip
        assert [one["lead"] for one in next(p for p in told["parcels"] if p["parcel"] == "A3")["best"]] == [
            "L02",
            "L03",
            "L05",
        ]

    def test_portfolio(self, capsys):
        told = answered(
            capsys, "portfolio", *example("leads.csv", "parcels.csv"), "--clusters", *example("clusters.csv"), "--limits",
            *example("limits.yaml"),
        )  # fmt: skip

        assert list(told) == ["assigned", "value", "bound", "gap", "binding", "unplaced"]
        assert told["assigned"] == [
            {"lead": "L01", "parcels": ["A1", "A2"]},
            {"lead": "L02", "parcels": ["A3"]},
            {"lead": "L03", "parcels": ["V2"]},
            {"lead": "L06", "parcels": ["C1"]},
            {"lead": "L10", "parcels": ["V1"]},
        ]
        assert (told["value"], told["bound"], told["gap"]) == (2610, 2610, 0)
        assert [(one["limit"], one["step"], one["gain"]) for one in told["binding"]] == [
            ("energy_tce", 120, 80)
        ]
        assert {tuple(one) for one in told["unplaced"]} == {("lead", "reasons")}
        out = {one["lead"]: one["reasons"] for one in told["unplaced"]}
        assert list(out) == ["L04", "L05", "L07", "L08", "L09"]
        assert out["L04"][0] == "The energy quota refuses it: it takes 120 tce, and 0 of 3,000 are left."

    def test_portfolio_in_detail(self, capsys):
        told = answered(
            capsys, "portfolio", *example("leads.csv", "parcels.csv"), "--clusters", *example("clusters.csv"), "--limits",
            *example("limits.yaml"), "--details",
        )  # fmt: skip

        first = told["assigned"][0]
        assert (first["lead"], first["phase"], first["value"], first["takes"]["land_mu"]) == (
            "L01",
            1,
            900,
            32,
        )
        out = {one["lead"]: one for one in told["unplaced"]}
        assert out["L08"]["codes"][0] == "matching.refused_by"
        assert (told["stopped"], told["columns"] > 0) == (False, True)
        assert {(one["limit"], one["phase"]): one["used"] for one in told["limits"]} == {
            ("land_mu", None): 76, ("energy_tce", None): 3000, ("budget", None): 1420, ("budget", 1): told["limits"][3]["used"],
        }  # fmt: skip

    def test_without_clusters_it_is_said_that_they_are_not_read(self, capsys):
        files = example("leads.csv", "parcels.csv")

        assert run(["investment", "match", *files, "--json"]) == 0
        told = capsys.readouterr()
        assert len(json.loads(told.out)["leads"]) == 10
        assert "parcels.csv: these columns are not read: 产业集群" in told.err

        assert run(["investment", "portfolio", *files, "--limits", *example("limits.yaml"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["gap"] <= 0.01

    def test_same_names(self, capsys):
        told = answered(capsys, "same-names", *example("names.csv"))

        assert told["names"] == 8
        assert [(one["line"], one["other_line"], one["same"]) for one in told["pairs"]] == [
            (2, 3, True), (2, 4, True), (3, 4, True), (6, 7, True),
        ]  # fmt: skip

    def test_programs_need_no_django(self):
        program = (
            "import sys\nfrom shanhai.site.cli import run\n"
            f"assert run(['investment', 'portfolio', *{example('leads.csv', 'parcels.csv')!r}, '--clusters', *{example('clusters.csv')!r},"
            f" '--limits', *{example('limits.yaml')!r}, '--json']) == 0\n"
            "print('django.db' in sys.modules, file=sys.stderr)"
        )
        names = EXAMPLE / "leads.csv"
        assert "名称" in names.read_text(encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )

        json.loads(done.stdout)
        assert "these columns are not read: 名称" in done.stderr


class TestForPeople:
    def test_tables_in_both_languages(self, capsys):
        words = [
            "investment",
            "match",
            *example("leads.csv", "parcels.csv"),
            "--clusters",
            *example("clusters.csv"),
        ]
        assert run(words) == 0
        english = capsys.readouterr().out
        assert "Leads that fit nowhere" in english and "89.09" in english

        from django.utils import translation

        with translation.override("zh-hans"):
            assert run(words) == 0
            assert run([*words[:1], "portfolio", *words[2:], "--limits", *example("limits.yaml")]) == 0
            assert run(["investment", "same-names", *example("names.csv")]) == 0
        chinese = capsys.readouterr().out
        assert "负面清单" in chinese and "能耗指标不足" in chinese and "可能相同" in chinese
        assert "needs" not in chinese and "Its " not in chinese

    def test_csv_has_the_same_rows(self, capsys):
        assert (
            run(
                [
                    "investment",
                    "match",
                    *example("leads.csv", "parcels.csv"),
                    "--clusters",
                    *example("clusters.csv"),
                    "--csv",
                ]
            )
            == 0
        )
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

        assert (rows[0]["lead"], rows[0]["parcel"], rows[0]["score"]) == ("L02", "A3", "89.09")

    def test_one_lead_on_every_parcel_with_what_refuses_it(self, capsys, files):
        told = answered(
            capsys, "match", files("l.csv", LEADS), files("p.csv", PARCELS + "P2,5\n"), "--lead", "L1"
        )

        assert [(one["parcel"], [why["code"] for why in one.get("refused", [])]) for one in told] == [
            ("P1", []), ("P2", ["matching.too_small"]),
        ]  # fmt: skip

    def test_a_number_that_is_not_there_is_refused(self, capsys, files):
        assert "L9 is none of those" in refused(
            capsys, "match", files("l.csv", LEADS), files("p.csv", PARCELS), "--lead", "L9"
        )


class TestFilesOfOffices:
    def test_gbk_titles_units_and_full_width_are_read(self, capsys, files):
        leads = "2023年第三季度线索汇总,,,,,\n线索编号,行业代码,固定资产投资（亿元）,年产值（万元）,年税收（万元）,用地需求（公顷）\nL1,C3670,0.88,１２０００,400,2\n"
        told = answered(
            capsys,
            "match",
            files("l.csv", leads, "gb18030"),
            files("p.csv", "地块编号;面积（亩）\nP1;30\n", "gb18030"),
        )

        assert told["leads"][0]["best"][0]["score"] > 0

    def test_neighbours_come_from_outlines_where_none_are_named(self, capsys, files):
        square = "POLYGON(({0} 0,{1} 0,{1} 10,{0} 10,{0} 0))"
        parcels = "parcel,land_mu,outline\n" + "".join(
            f'P{n},10,"{square.format(n * 10, n * 10 + 10)}"\n' for n in range(2)
        )
        leads = "lead,industry,investment,output,tax,land_mu\nL1,3670,8800,12000,400,20\n"
        told = answered(
            capsys,
            "portfolio",
            files("l.csv", leads),
            files("p.csv", parcels),
            "--limits",
            files("m.yaml", "budget: 10"),
        )

        assert told["assigned"][0]["parcels"] == ["P0", "P1"]

    def test_own_figures_stand_in_place_of_the_rulebook(self, capsys, files):
        scheme = files("s.yaml", "weights: {land: 100}\nentry: {default: {tax_per_mu: 18}}\nforbidden: []\n")
        told = answered(capsys, "match", files("l.csv", LEADS), files("p.csv", PARCELS), "--scheme", scheme)

        assert [(one["fits"], [each["score"] for each in one["best"]]) for one in told["leads"]] == [
            (1, [100]),
            (0, []),
        ]


class TestBadFiles:
    @pytest.mark.parametrize(
        ("leads", "said"),
        [
            ("", "has no rows"),
            ("lead,industry\n", "no column is called investment"),
            ("lead,industry,investment,output,tax,land_mu\n", "has no rows"),
            (LEADS + "L3,3670,9,9,9,-5\n", "row 4, column land_mu: “-5” is no number of 0 or more"),
            (LEADS + "L1,3670,9,9,9,5\n", "row 4, column lead: “L1” stands on line 2 already"),
            (LEADS + "L3,36x,9,9,9,5\n", "row 4, column industry: 36x has not the form of GB/T 4754"),
            (LEADS + "L3,3670,9,,9,5\n", "row 4, column output: Nothing stands here"),
            (LEADS + "L3,3670,9,9,9,\n", "row 4: Lead L3 asks for neither land nor plant"),
            (LEADS + "L3,3670,9,9,1e5,5\n", "“1e5” is no number"),
            (LEADS + 'L3,3670,9,9,9,"5\nL4,3670,9,9,9,5\n', "line 4: this is no CSV"),
            (LEADS.replace("land_mu", "land_mu (acres)"), "the unit of “land_mu (acres)” is not known"),
            (LEADS.replace("land_mu", "output"), "“output” and “output” are the same column"),
        ],
    )
    def test_leads(self, capsys, files, leads, said):
        assert said in refused(capsys, "match", files("l.csv", leads), files("p.csv", PARCELS))

    @pytest.mark.parametrize(
        ("parcels", "said"),
        [
            ("parcel,land_mu\nP1,0\n", "row 2: Parcel P1 has 0.0 mu"),
            (
                "parcel,land_mu,adjoins\nP1,5,P2;P9\nP2,5,\n",
                "row 2, column adjoins: “P9” is no other parcel of the file",
            ),
            ("parcel,land_mu,adjoins\nP1,5,P1\n", "“P1” is no other parcel"),
            ("parcel,land_mu,safety_class\nP1,5,X\n", "row 2, column safety_class: “X” is no safety class"),
            ("parcel,land_mu,phase\nP1,5,0\n", "“0” is no whole number"),
            ("parcel,land_mu,outline\nP1,5,nonsense\n", "outline of parcel P1 is no valid polygon"),
        ],
    )
    def test_parcels(self, capsys, files, parcels, said):
        assert said in refused(capsys, "match", files("l.csv", LEADS), files("p.csv", parcels))

    @pytest.mark.parametrize(
        ("limits", "said"),
        [
            ("", "cannot be read as names and values"),
            ("energy: 5", "says energy, which nothing reads"),
            ("energy_tce: much", "energy_tce is much. Give a number"),
            ("energy_tce: -5", "is -5.0. Give 0 or more"),
            ("phases: {0: {budget: 5}}", "phase 0"),
            ("value: beauty", "“beauty” is no value"),
            ("steps: {land_mu: 0}", "cannot be taken"),
            ("a: [", "line 1"),
            ("adjoining: [[P1, P7]]", "Parcel P1 is said to adjoin P7"),
        ],
    )
    def test_limits(self, capsys, files, limits, said):
        told = refused(
            capsys,
            "portfolio",
            files("l.csv", LEADS),
            files("p.csv", PARCELS),
            "--limits",
            files("m.yaml", limits),
        )
        assert said in told

    def test_a_cluster_that_is_not_among_those_given(self, capsys, files):
        told = refused(
            capsys, "match", files("l.csv", LEADS), files("p.csv", "parcel,land_mu,cluster\nP1,5,auto\n"),
            "--clusters", files("c.csv", "cluster,industries\nceladon,3074\n"),
        )  # fmt: skip

        assert "row 2: Parcel P1 lies in the cluster auto" in told

    def test_all_slips_are_told_at_once(self, capsys, files):
        told = refused(
            capsys,
            "match",
            files("l.csv", LEADS + "L3,3670,x,y,9,5\nL4,3670,9,9,z,5\n"),
            files("p.csv", PARCELS),
        )

        assert "l.csv has 3 cells" in told
        assert told.count("is no number") == 3

    def test_a_workbook_is_no_text(self, capsys, files, tmp_path):
        (tmp_path / "l.csv").write_bytes(b"PK\x03\x04\x00\x00\x08")

        assert "is no text in UTF-8 or GBK" in refused(
            capsys, "match", str(tmp_path / "l.csv"), files("p.csv", PARCELS)
        )
