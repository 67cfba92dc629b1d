"""What happens each minute, and long work that people watch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from shanhai.core import clock, signs, tasks, tick
from shanhai.core.models import RepeatedCall, Sweep, TaskRun
from shanhai.core.signs import Signed
from shanhai.kernel.refusals import BadInput, NotNow

pytestmark = pytest.mark.django_db

calls: list[str] = []


def sweep_well(now):
    calls.append("well")
    return 3


def sweep_badly(now):
    calls.append("badly")
    raise RuntimeError("lost the thread")


@pytest.fixture
def two_sweeps(monkeypatch):
    calls.clear()
    own: Signed[signs.Sweep] = Signed("Sweep")
    own.add(
        signs.Sweep("test.badly", f"{__name__}.sweep_badly"),
        signs.Sweep("test.well", f"{__name__}.sweep_well", every_minutes=5),
    )
    monkeypatch.setattr(signs, "sweeps", own)
    monkeypatch.setattr(signs, "call", lambda dotted: globals()[dotted.rsplit(".", 1)[1]])


class TestTick:
    def test_failing_sweep_does_not_stop_the_others_and_is_noted(self, two_sweeps):
        assert tick.run() == {"test.badly": 0, "test.well": 3}
        assert "lost the thread" in Sweep.objects.get(name="test.badly").error

    def test_sweep_runs_only_when_its_time_has_come(self, two_sweeps):
        tick.run()
        assert tick.run() == {}
        assert tick.run(everything=True) == {"test.badly": 0, "test.well": 3}

    def test_a_new_day_makes_every_sweep_due(self, two_sweeps, turn_clock):
        turn_clock("2023-09-18T23:59")
        tick.run()
        assert tick.run() == {}

        turn_clock("2023-09-19T00:00")

        assert tick.run() == {"test.badly": 0, "test.well": 3}
        assert tick.run() == {}

    def test_catches_up_after_downtime(self, two_sweeps):
        tick.run()
        Sweep.objects.filter(name="test.well").update(up_to="000000000000")

        assert tick.run() == {"test.well": 3}

    def test_second_runner_gives_way_to_the_first(self, two_sweeps):
        assert tick._take_lease()

        assert tick.run() is None
        assert calls == []

    def test_runner_that_died_gives_way_after_its_lease(self, two_sweeps):
        Sweep.objects.create(name="tick", up_to="000000000001")

        assert tick.run() is not None

    def test_runner_that_outlived_its_lease_does_not_end_that_of_another(self, two_sweeps, monkeypatch):
        theirs = f"{int(clock.machine_now().timestamp()) + 1_000:012d}"

        def take_over(sweep, now):
            Sweep.objects.filter(name="tick").update(up_to=theirs)
            return 0

        monkeypatch.setattr(tick, "_run_one", take_over)
        tick.run()

        assert Sweep.objects.get(name="tick").up_to == theirs

    def test_planner_knows_how_large_the_tables_are(self, cast):
        did = tick.run(everything=True)

        assert did["core.statistics"] > 0
        kept = {
            "sqlite": "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'core_journalentry'",
            "postgresql": "SELECT reltuples FROM pg_class WHERE relname = 'core_journalentry'",
        }
        with connection.cursor() as cursor:
            cursor.execute(kept[connection.vendor])
            assert cursor.fetchone()[0] > 0

    def test_core_sweeps_run(self):
        RepeatedCall.objects.create(
            member_id=1,
            route="x",
            key="k",
            body_sha256="",
            status=200,
            answer="",
            at=clock.now() - timedelta(days=2),
        )

        done = tick.run(everything=True)

        assert done["core.calls"] == 1
        assert not Sweep.objects.filter(name__startswith="core.").exclude(error="").exists()


def double(progress, number):
    progress(1, 2)
    return {"twice": 2 * number}


def refuse(progress):
    raise BadInput("core.test", "The {what} is wrong.", what="heading")


def break_off(progress):
    raise KeyError("lost")


def wait_for_cancel(progress):
    TaskRun.objects.update(cancel_asked=True)
    progress(1, 1)
    raise AssertionError("unreachable")


@pytest.fixture
def start(monkeypatch):
    monkeypatch.setattr(signs, "call", lambda dotted: globals()[dotted])

    def start(run, **args):
        return tasks.start("test", "Doing {what}", {"what": "it"}, run=run, args=args, by=None)

    return start


class TestTasks:
    def test_runs_and_keeps_the_result(self, start):
        asked = start("double", number=21)
        assert asked.stage == "waiting"

        assert tasks.run_waiting() == 1

        asked.refresh_from_db()
        assert (asked.stage, asked.result, asked.done, asked.total) == ("done", {"twice": 42}, 1, 2)

    def test_refusal_is_kept_to_be_said_later(self, start):
        asked = start("refuse")

        tasks.run_waiting()

        asked.refresh_from_db()
        assert asked.stage == "failed"
        assert asked.refusal == {
            "code": "core.test",
            "sentence": "The {what} is wrong.",
            "facts": {"what": "heading"},
        }

    def test_mistake_of_the_program_is_no_dead_end(self, start):
        asked = start("break_off")

        tasks.run_waiting()

        asked.refresh_from_db()
        assert (asked.stage, asked.refusal["code"]) == ("failed", "core.task_broke")

    def test_running_task_stops_where_it_looks(self, start):
        asked = start("wait_for_cancel")

        tasks.run_waiting()

        asked.refresh_from_db()
        assert asked.stage == "cancelled"

    def test_waiting_task_can_be_cancelled_and_never_runs(self, start):
        asked = start("double", number=1)

        tasks.cancel_task(asked, by=None)
        tasks.run_waiting()

        asked.refresh_from_db()
        assert (asked.stage, asked.result) == ("cancelled", None)
        with pytest.raises(NotNow):
            tasks.cancel_task(asked, by=None)

    def test_task_of_a_dead_worker_is_run_by_another(self, start):
        asked = start("double", number=4)
        TaskRun.objects.filter(pk=asked.pk).update(
            stage="running", attempts=1, alive_at=clock.machine_now() - timedelta(minutes=5)
        )

        assert tasks.sweep(clock.now()) == 1
        tasks.run_waiting()

        asked.refresh_from_db()
        assert (asked.stage, asked.attempts) == ("done", 2)

    def test_task_that_kills_its_workers_is_given_up(self, start):
        asked = start("double", number=4)
        TaskRun.objects.filter(pk=asked.pk).update(
            stage="running", attempts=tasks.MOST_ATTEMPTS, alive_at=clock.machine_now() - timedelta(minutes=5)
        )

        tasks.sweep(clock.now())

        asked.refresh_from_db()
        assert (asked.stage, asked.refusal["code"]) == ("failed", "core.worker_died")

    def test_task_whose_worker_died_before_it_began_is_queued_again(self, start):
        lost, waiting = start("double", number=4), start("double", number=5)
        long_ago = clock.machine_now() - timedelta(minutes=5)
        TaskRun.objects.update(alive_at=long_ago)
        # The worker took the first entry of the queue and was killed.
        DBTaskResult.objects.filter(args_kwargs__args=[lost.pk]).update(status="RUNNING", started_at=long_ago)

        assert tasks.sweep(clock.now()) == 1
        assert tasks.sweep(clock.now()) == 0
        assert tasks.run_waiting() == 2

        assert set(TaskRun.objects.values_list("stage", flat=True)) == {"done"}
        assert TaskRun.objects.get(pk=waiting.pk).attempts == 1

    def test_cancelled_task_of_a_dead_worker_is_cancelled(self, start):
        asked = start("double", number=4)
        TaskRun.objects.filter(pk=asked.pk).update(
            stage="running",
            attempts=1,
            cancel_asked=True,
            alive_at=clock.machine_now() - timedelta(minutes=5),
        )

        tasks.sweep(clock.now())

        asked.refresh_from_db()
        assert asked.stage == "cancelled"

    def test_one_missed_sign_of_life_does_not_end_them(self, start, monkeypatch):
        asked = start("double", number=4)
        progress = tasks.Progress(asked.pk)
        monkeypatch.setattr(progress, "_look", lambda: 1 / 0)

        progress._show_life()

        monkeypatch.undo()
        TaskRun.objects.update(alive_at=None)
        progress._show_life()
        assert TaskRun.objects.get(pk=asked.pk).alive_at is not None

    def test_living_worker_keeps_its_task(self, start):
        asked = start("double", number=4)
        TaskRun.objects.filter(pk=asked.pk).update(stage="running", attempts=1, alive_at=clock.machine_now())

        assert tasks.sweep(clock.now()) == 0
