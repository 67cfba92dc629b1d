"""Cases as event logs of other tools: what stands in the history of a case stands in its export."""

import json

import pytest

from shanhai.fields.approval.queries import history
from shanhai.planners.flow import mine_flow
from shanhai.planners.logs import read_log
from shanhai.site.cli import run


@pytest.mark.parametrize("kind", ["ocel-json", "ocel-sqlite", "xes"])
@pytest.mark.parametrize("words", [("C-1",), ("--all",)])
def test_a_case_is_written_with_all_that_happened_to_it(case, tmp_path, capsys, kind, words):
    to = tmp_path / "log"
    told = history.events_of(case)

    assert run(["approval", "export", *words, "--format", kind, "--to", str(to)]) == 0

    log = read_log(to, case="case" if kind != "xes" else "")
    assert mine_flow(log).cases == 1
    assert sorted(log.activities[n] for n in log.activity) == sorted(one.activity for one in told)


def test_items_and_units_are_objects_of_their_own(case, capsys):
    assert run(["approval", "export", "C-1"]) == 0
    held = json.loads(capsys.readouterr().out)

    assert {one["name"] for one in held["objectTypes"]} == {"case", "item", "unit"}
    about = next(one for one in held["objects"] if one["type"] == "case")
    assert {said["name"] for said in about["attributes"]} == {"project", "mode", "stage"}


def test_a_case_that_is_not_there_is_refused(case, capsys):
    assert run(["approval", "export", "C-9"]) == 1
    assert "There is no case C-9" in capsys.readouterr().err
