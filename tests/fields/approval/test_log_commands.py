"""`shanhai approval analyse|potential|late` on plain files: exact answers for programs, tables in both languages for people."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shanhai.site.cli import run

ROWS = """case,activity,time,due,done
1,accept,2023-09-01,2023-09-02,2023-09-01
1,fire,2023-09-05,2023-09-05,2023-09-06
1,water,2023-09-11,,
1,permit,2023-09-13,2023-09-14,2023-09-14
2,accept,2023-09-01,,
2,water,2023-09-07,,
2,fire,2023-09-11,,
2,permit,2023-09-13,2023-09-12,2023-09-13
"""
DAY = 86_400


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(ROWS)
    return str(path)


def answered(capsys, *words):
    assert run(["approval", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


class TestForPrograms:
    def test_analyse(self, log, capsys):
        told = answered(capsys, "analyse", log)

        assert list(told) == ["cases", "events", "activities", "variants", "lead_time", "directly_follows"]
        assert (told["cases"], told["events"], told["activities"], told["variants"]) == (2, 8, 4, 2)
        assert told["lead_time"] == {"mean_s": 12 * DAY, "median_s": 12 * DAY, "p90_s": 12 * DAY}
        assert told["directly_follows"][0] == {
            "from": "accept",
            "to": "fire",
            "count": 1,
            "mean_s": 4 * DAY,
            "median_s": 4 * DAY,
        }

    def test_potential(self, log, capsys):
        told = answered(capsys, "potential", log)

        assert list(told) == [
            "cases",
            "median_s_now",
            "median_s_joint",
            "median_s_bound",
            "cut",
            "order_rules",
        ]
        assert [told[f"median_s_{name}"] / DAY for name in ("now", "joint", "bound")] == [12, 8, 6]
        assert told["cut"] == pytest.approx(1 / 3)
        assert {"before": "accept", "after": "fire", "seen": 2, "reversed": 0, "declared": False} in told[
            "order_rules"
        ]

    def test_potential_with_declared_orders(self, log, capsys, tmp_path):
        orders = tmp_path / "orders.csv"
        orders.write_text("before,after\nfire,water\n")

        told = answered(capsys, "potential", log, "--orders", str(orders))
        assert told["median_s_joint"] / DAY == 10
        told = answered(capsys, "potential", log, "--orders", str(orders), "--only-orders")
        assert len(told["order_rules"]) == 1

    def test_late(self, log, capsys):
        assert answered(capsys, "late", log, "--due", "due", "--done", "done", "--level", "event") == {
            "checked": 4,
            "late": 2,
        }
        ended = ("--level", "event", "--end-of-day")
        assert answered(capsys, "late", log, "--due", "due", "--done", "done", *ended)["late"] == 2

    def test_columns_are_named(self, log, capsys):
        assert answered(capsys, "analyse", log, "--activity", "case", "--case", "activity")["cases"] == 4

    def test_what_was_not_read_is_told_beside_the_answer(self, log, capsys):
        with open(log, "a") as file:
            file.write("2,permit,soon,,\n")

        assert run(["approval", "analyse", log, "--json"]) == 0
        told = capsys.readouterr()
        assert json.loads(told.out)["events"] == 8
        assert "1 events have no time that can be read and were left out; the first: log.csv:10." in told.err

    def test_from_standard_input(self, capsys, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROWS.encode())))

        assert answered(capsys, "analyse", "-")["events"] == 8


class TestForPeople:
    @pytest.mark.parametrize("verb", ["analyse", "potential"])
    def test_times_are_said_in_days(self, log, capsys, verb):
        assert run(["approval", verb, log]) == 0

        assert "12.0 days" in capsys.readouterr().out

    @pytest.mark.parametrize("verb", ["analyse", "potential"])
    def test_in_chinese(self, log, capsys, verb):
        from django.utils import translation

        with translation.override("zh-hans"):
            assert run(["approval", verb, log]) == 0

        assert "12.0 天" in capsys.readouterr().out

    def test_late(self, log, capsys):
        assert run(["approval", "late", log, "--due", "due", "--done", "done", "--level", "event"]) == 0

        assert "50.0%" in capsys.readouterr().out


class TestRefusals:
    def test_a_file_that_is_not_there(self, capsys):
        assert run(["approval", "analyse", "absent.xes"]) == 1
        assert "absent.xes" in capsys.readouterr().err

    def test_a_level_that_is_none(self, log, capsys):
        assert run(["approval", "late", log, "--due", "a", "--done", "b", "--level", "row"]) == 2

    def test_in_the_language_of_the_terminal(self, tmp_path):
        done = subprocess.run(
            [*SHANHAI, "approval", "analyse", "absent"],
            env={
                **os.environ,
                "LC_ALL": "zh_CN.UTF-8",
                "PYTHONIOENCODING": "utf-8",
                "SHANHAI_DATA": str(tmp_path),
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

        assert (done.returncode, done.stderr.strip()) == (1, "没有文件 absent。请更正文件名。")


SHANHAI = [sys.executable, "-c", "import sys; from shanhai.site.cli import main; main(sys.argv[1:])"]


def test_answers_for_programs_start_without_django(log):
    program = (
        "import sys\nfrom shanhai.site.cli import run\n"
        f"assert run(['approval', 'analyse', {log!r}, '--json']) == 0\n"
        "print(*sorted({'django', 'duckdb', 'ninja', 'rich'} & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.split()) == (0, [])


def test_the_journal_of_a_zone_is_a_log(db, capsys, tmp_path):
    example = Path(__file__).parents[3] / "examples" / "longquan-xiaoshan"
    out = tmp_path / "journal.json"
    assert run(["zone", "load", str(example)]) == 0
    assert run(["journal", "export", str(out)]) == 0
    capsys.readouterr()

    told = answered(capsys, "analyse", str(out))

    assert told["events"] > told["cases"] > 0
