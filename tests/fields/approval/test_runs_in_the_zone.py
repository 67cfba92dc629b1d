"""Simulations and analysed logs travel with a zone folder, and come out as they went in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shanhai.core import clock
from shanhai.core.models import TaskRun
from shanhai.fields.approval.queries import analyses
from shanhai.fields.approval.queries import simulations as queries
from shanhai.fields.approval.zone import runs
from shanhai.kernel.refusals import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(zone: Any, lin: Any, shen: Any) -> list[TaskRun]:
    """A simulation of Lin with a long answer, a log of Shen that was refused, and one that is at work."""

    def run(kind: str, by: Any, minutes: int, **more: Any) -> TaskRun:
        at = clock.now() + timedelta(minutes=minutes)
        values = {
            "what": "Simulate {source}",
            "facts": {"source": "zhejiang-90"},
            "stage": "done",
            "ended_at": at,
        }
        return TaskRun.objects.create(kind=kind, member=by, pairing_id=zone.pk, asked_at=at, **values | more)

    long = {"steps": [{"name": "环评，\n“登记表”", "mean": n / 7} for n in range(4000)]}
    return [
        run(queries.KIND, lin, 0, args={"source": "zhejiang-90"}, result=long),
        run(analyses.KIND, shen, 1, stage="failed", refusal={"code": "logs.x", "sentence": "x", "facts": {}}),
        run(queries.KIND, lin, 2, stage="running", ended_at=None),
    ]


def test_what_is_over_comes_out_as_it_went_in(ran, tmp_path: Path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert runs.export(first, None)["case_runs.csv"] == 2
    before = [(one.kind, one.member_id, one.asked_at, one.result, one.refusal) for one in queries.over(None)]
    TaskRun.objects.all().delete()

    assert runs.load(first, None) == {"case_runs.csv": 2}
    assert runs.load(first, None) == {"case_runs.csv": 0}
    runs.export(second, None)

    after = [(one.kind, one.member_id, one.asked_at, one.result, one.refusal) for one in queries.over(None)]
    assert after == before
    for name in runs.FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert not TaskRun.objects.exclude(run="").exists()


def test_the_page_shows_what_was_loaded(ran, tmp_path: Path, zone, lin):
    runs.export(tmp_path, None)
    TaskRun.objects.all().delete()
    runs.load(tmp_path, None)

    (one,) = queries.simulations_of(lin, zone)
    assert one.result["steps"][1]["mean"] == 1 / 7


def test_a_member_takes_the_own_logs_and_the_simulations_of_the_own_pairings(ran, tmp_path: Path, lin, zhou):
    assert runs.export(tmp_path, lin)["case_runs.csv"] == 1
    assert runs.export(tmp_path, zhou)["case_runs.csv"] == 0


def test_a_folder_brings_nothing_that_a_worker_would_begin(ran, tmp_path: Path):
    runs.export(tmp_path, None)
    path = tmp_path / "case_runs.csv"
    path.write_text(path.read_text().replace(",done,", ",waiting,"))

    with pytest.raises(BadInput) as told:
        runs.load(tmp_path, None)
    assert told.value.code == "approval.run_not_over"
