"""`shanhai approval simulate|export|forecast`: no database, exact keys for programs, refusals before long work."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shanhai.planners.flow import mine_flow
from shanhai.planners.logs import read_log
from shanhai.site.cli import run

ROWS = """case,activity,time
1,accept,2023-09-01
1,fire,2023-09-05
1,permit,2023-09-13
2,accept,2023-09-01
2,permit,2023-09-14
"""


def said(capsys, *words):
    code = run(["approval", *words])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(ROWS)
    return str(path)


class TestSimulate:
    def test_for_programs(self, capsys):
        code, out, _ = said(capsys, "simulate", "--cases", "200", "--seed", "1", "--json")
        told = json.loads(out)

        assert code == 0
        assert list(told)[:3] == ["lead_wd", "bound_wd", "late_share"]
        assert list(told["lead_wd"]) == ["mean", "median", "p90", "ci95"]
        assert told["bound_wd"]["mean"] < told["lead_wd"]["mean"]
        assert told["simulated"] is True and told["assumptions"][0].startswith("Simulated")

    def test_defaults_are_those_of_the_regime(self, capsys):
        plain = said(capsys, "simulate", "--cases", "100", "--json")[1]
        named = said(
            capsys,
            *(
                "simulate",
                "--cases",
                "100",
                "--mode",
                "joint",
                "--order",
                "fifo",
                "--reviewers",
                "3",
                "--load",
                "0.7",
            ),
            *("--levers", "off", "--seed", "0", "--profile", "zhejiang-90", "--json"),
        )[1]

        assert plain == named

    def test_levers_on_is_all_of_them(self, capsys):
        every = ("on", "deferred,commitment,regional,abolished")
        told = [said(capsys, "simulate", "--cases", "100", "--levers", one, "--json")[1] for one in every]

        assert told[0] == told[1] != said(capsys, "simulate", "--cases", "100", "--json")[1]

    def test_for_people_the_assumptions_stand_beside_it(self, capsys):
        code, out, err = said(capsys, "simulate", "--cases", "50")

        assert code == 0
        assert "Longest path without a queue" in out and "housing" in out
        assert err.startswith("Simulated from stated assumptions")

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            (("--load", "1"), 1, "below 1"),
            (("--cases", "0"), 1, "whole number from 1"),
            (("--reviewers", "0"), 1, "whole number from 1"),
            (("--seed", "-1"), 1, "whole number from 0"),
            (("--hours", "4", "--other-hours", "4"), 1, "Leave some for reviews"),
            (("--profile", "none"), 1, "There is no profile none"),
            (("--mode", "both"), 2, "joint, serial"),
            (("--order", "luck"), 2, "fifo, slack"),
            (("--levers", "wishes"), 2, "deferred"),
            (("--profile", "own"), 1, "asks nothing"),
        ],
    )
    def test_what_is_impossible_is_refused(self, capsys, words, code, sentence):
        got, out, err = said(capsys, "simulate", *words, "--json")

        assert got == code and not out
        assert sentence in err

    def test_a_catalogue_in_a_file(self, capsys, tmp_path):
        file = tmp_path / "catalogue.yaml"
        file.write_text(
            "name_zh: 试\nstages: [{number: 1, name_zh: 一}]\ndepartments: [{code: dd, name_zh: 局}]\n"
            "items: [{code: aa, stage: 1, name_zh: 甲, lead: dd, promised_days: 6}]\n"
        )
        told = json.loads(said(capsys, "simulate", "--catalogue", str(file), "--cases", "400", "--json")[1])

        assert told["bound_wd"]["mean"] == pytest.approx(3, rel=0.1)

    def test_starts_without_django(self):
        script = (
            "import sys\nfrom shanhai.site.cli import run\n"
            "run(['approval', 'simulate', '--cases', '20', '--json'])\nassert 'django' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, env=dict(os.environ))


class TestExport:
    @pytest.mark.parametrize("kind", ["ocel-json", "ocel-sqlite", "xes"])
    def test_writes_what_other_tools_read(self, capsys, log, tmp_path, kind):
        to = tmp_path / "out"
        code, out, _ = said(capsys, "export", log, "--format", kind, "--to", str(to))

        flow = mine_flow(read_log(to, case="case" if kind != "xes" else ""))
        assert (code, out) == (0, "")
        assert (flow.cases, flow.events, flow.variants) == (2, 5, 2)

    def test_text_goes_to_standard_output(self, capsys, log):
        code, out, _ = said(capsys, "export", log)

        assert code == 0 and len(json.loads(out)["events"]) == 5

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            (("--format", "ocel-sqlite"), 1, "--to"),
            (("--format", "pdf"), 2, "ocel-json"),
            (("--to", "/nowhere/at/all"), 1, "cannot be written"),
        ],
    )
    def test_refuses_before_it_reads(self, capsys, log, words, code, sentence):
        got, out, err = said(capsys, "export", log, *words)

        assert got == code and not out and sentence in err

    def test_a_file_that_is_not_there_is_no_case_either(self, db, capsys, tmp_path):
        code, _, err = said(capsys, "export", str(Path(tmp_path, "none.csv")))

        assert code == 1 and "There is no case" in err

    @pytest.mark.parametrize("words", [(), ("x", "--all")])
    def test_either_one_or_all(self, capsys, words):
        assert said(capsys, "export", *words)[0] == 2


class TestForecast:
    @pytest.fixture
    def history(self, tmp_path):
        path = tmp_path / "history.csv"
        rows = [
            f"c{n},{step},2023-{1 + n // 28:02}-{1 + n % 28:02}T{hour}:00"
            for n in range(60)
            for step, hour in (("ask", "08"), ("sign", 10 + n % 10))
        ]
        path.write_text("\n".join(["case,activity,time", *rows, "new,ask,2023-03-10T08:00"]) + "\n")
        return str(path)

    def test_for_programs(self, capsys, history):
        words = ("--end", "sign", "--at", "2023-03-10T09:00", "--due-days", "0.25", "--json")
        code, out, _ = said(capsys, "forecast", history, *words)
        told = json.loads(out)

        assert code == 0
        assert list(told) == ["at", "open", "closed", "tested", "cases"]
        assert list(told["tested"]) == ["nominal", "held", "n", "unknown", "width_days"]
        assert (told["open"], told["closed"]) == (1, 60)
        one = told["cases"][0]
        assert (one["case"], one["last"], one["basis"]) == ("new", "ask", "step")
        assert one["low"] == "2023-03-10T10:00:00+00:00" and one["high"] == "2023-03-10T19:00:00+00:00"
        assert 0.4 < one["risk"] < 0.6

    def test_for_people(self, capsys, history):
        code, out, err = said(capsys, "forecast", history)

        assert code == 0
        assert "Open cases" in out and "sign" in err

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("--end", "never"), "No event of the log is called never"),
            (("--at", "soon"), "is no time"),
            (("--coverage", "2"), "from 0.5 to 0.99"),
            (("--due-days", "-3"), "above 0"),
        ],
    )
    def test_what_cannot_be_forecast_is_refused(self, capsys, history, words, sentence):
        code, out, err = said(capsys, "forecast", history, *words, "--json")

        assert code == 1 and not out and sentence in err
