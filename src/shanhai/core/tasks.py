"""Long work that people watch: who asked, how far it is, what came out.

A task is a row that pages show (``TaskRun``) and an entry in the queue of django-tasks, both written in the transaction
that asks for it. A worker thread of the served process runs it, or ``shanhai worker`` in a process of its own. A task
must be able to run twice: when its worker dies, the tick gives it to another.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections
from django.db.models import F
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from shanhai.core import access, clock, heavy, signs
from shanhai.core.models import Member, TaskRun
from shanhai.core.writing import action
from shanhai.kernel.refusals import NotNow, Refused, gettext_noop

log = logging.getLogger("shanhai.tasks")

BEAT_S = 5
# A worker that gave no sign of life for this long is dead.
DEAD_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 3
_POLL_S = 1.0


class Stopped(Exception):
    """The task was cancelled; raised by ``Progress`` where the work looks."""


@action
def start(
    kind: str,
    what: str,
    facts: dict[str, Any] | None = None,
    *,
    run: str,
    args: dict[str, Any] | None = None,
    pairing_id: int | None = None,
    by: Member | None,
) -> TaskRun:
    """Ask for long work; it begins when the transaction is committed.

    Parameters
    ----------
    what, facts
        What is being done, as an English template marked for translation, and its facts (plain JSON types).
    run
        Dotted path of ``function(progress, **args)``; what it returns (plain JSON types) is the result. A key
        ``document`` in it is the primary key of a document that the page offers.
    args
        Plain JSON types.
    """
    asked = TaskRun.objects.create(
        kind=kind,
        what=what,
        facts=facts or {},
        run=run,
        args=args or {},
        member=by,
        pairing_id=pairing_id,
        asked_at=clock.now(),
        alive_at=clock.machine_now(),
    )
    run_task.enqueue(asked.pk)
    return asked


@action
def cancel_task(asked: TaskRun, *, by: Member | None) -> TaskRun:
    """Stop long work that one asked for: at once while it waits, else where it next looks."""
    access.check(by, "core.cancel_task")
    if by is not None and asked.member_id != by.pk:
        raise NotNow(
            "core.task_of_another",
            gettext_noop("Only who asked for this work may stop it. Ask them, or wait until it is done."),
        )
    waiting = TaskRun.objects.filter(pk=asked.pk, stage=TaskRun.Stage.WAITING)
    if not waiting.update(stage=TaskRun.Stage.CANCELLED, cancel_asked=True, ended_at=clock.now()):
        running = TaskRun.objects.filter(pk=asked.pk, stage=TaskRun.Stage.RUNNING)
        if not running.update(cancel_asked=True):
            raise NotNow(
                "core.task_ended",
                gettext_noop(
                    "This work has ended already. Its result stands on the page where it was asked for."
                ),
            )
    asked.refresh_from_db()
    return asked


class Progress:
    """What a running task says and asks. It shows life by itself, in a thread."""

    def __init__(self, pk: int) -> None:
        self.pk = pk
        self._is_cancelled = False
        self._told_at = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"shanhai-task-{pk}", daemon=True)

    def __call__(self, done: int, total: int | None = None) -> None:
        """Say how far it is; written at most twice a second. Raises ``Stopped`` when it was cancelled."""
        moment = time.monotonic()
        if moment - self._told_at >= 0.5 or done == total:
            self._told_at = moment
            TaskRun.objects.filter(pk=self.pk).update(done=done, total=total, alive_at=clock.machine_now())
            self._look()
        self.check()

    def check(self) -> None:
        """Raise ``Stopped`` when the task was cancelled."""
        if self._is_cancelled:
            raise Stopped

    def is_cancelled(self) -> bool:
        """Whether the task was cancelled, known within a few seconds."""
        return self._is_cancelled

    def in_child(
        self, dotted: str, args: tuple[Any, ...] = (), timeout: float = 300, memory_mb: int = 1024
    ) -> Any:
        """``heavy.run_in_child`` that tells this progress and stops with this task."""
        try:
            return heavy.run_in_child(
                dotted, args, self, timeout, memory_mb, should_stop=lambda: self._is_cancelled
            )
        except NotNow as refused:
            if refused.code == "core.child_stopped":
                raise Stopped from None
            raise

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        if TaskRun.objects.filter(pk=self.pk, cancel_asked=True).exists():
            self._is_cancelled = True

    def _beat(self) -> None:
        try:
            while not self._done.wait(BEAT_S):
                self._show_life()
        finally:
            close_old_connections()

    def _show_life(self) -> None:
        try:
            TaskRun.objects.filter(pk=self.pk).update(alive_at=clock.machine_now())
            self._look()
        except Exception:  # A long writer was before us: the next beat will do, and 24 of them may be missed.
            log.exception("Task %s cannot show that it lives", self.pk)


@task()
def run_task(pk: int) -> None:
    """Run one task: what the queue calls."""
    began = TaskRun.objects.filter(pk=pk, stage=TaskRun.Stage.WAITING).update(
        stage=TaskRun.Stage.RUNNING, attempts=F("attempts") + 1, alive_at=clock.machine_now()
    )
    if not began:
        return  # Cancelled, or another worker has it.
    asked = TaskRun.objects.get(pk=pk)
    outcome: dict[str, Any]
    try:
        with Progress(pk) as progress:
            result = without_nul(signs.call(asked.run)(progress, **asked.args))
        document = result.get("document") if isinstance(result, dict) else None
        outcome = {"stage": TaskRun.Stage.DONE, "result": result, "document_id": document}
    except Stopped:
        outcome = {"stage": TaskRun.Stage.CANCELLED}
    except Refused as refused:
        outcome = {"stage": TaskRun.Stage.FAILED, "refusal": refusal_as_json(refused)}
    except Exception:
        log.exception("Task %s (%s) failed", pk, asked.run)
        outcome = {"stage": TaskRun.Stage.FAILED, "refusal": refusal_as_json(_broke())}
    TaskRun.objects.filter(pk=pk, stage=TaskRun.Stage.RUNNING, attempts=asked.attempts).update(
        **outcome, ended_at=clock.now()
    )


def refusal_as_json(refused: Refused) -> dict[str, Any]:
    """A refusal as plain JSON, to be said later in the reader's language."""
    return {
        "code": refused.code,
        "sentence": refused.sentence,
        "facts": {
            name: without_nul(value if isinstance(value, int | str | list | None) else str(value))
            for name, value in refused.facts.items()
        },
    }


def without_nul(value: Any) -> Any:
    """Plain data whose texts hold no U+0000, which PostgreSQL keeps in no text; names in a broken file may."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list | tuple):
        return [without_nul(one) for one in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(one) for name, one in value.items()}
    return value


def _broke() -> NotNow:
    return NotNow(
        "core.task_broke",
        gettext_noop(
            "This work broke off through a mistake in the program. It is in the log; tell the administrator."
        ),
    )


def sweep(now: datetime) -> int:
    """The tick's part: tasks whose worker died, or that were never queued, wait again; three times at most."""
    silent = clock.machine_now() - DEAD_AFTER
    dead = TaskRun.objects.filter(stage=TaskRun.Stage.RUNNING, alive_at__lt=silent)
    n = sum(_take_over(asked) for asked in dead)
    # A worker may die between taking an entry of the queue and beginning the task, which then waits for nobody.
    waiting = TaskRun.objects.filter(stage=TaskRun.Stage.WAITING, alive_at__lt=silent)
    queued = _queued() if waiting.exists() else set()
    return n + sum(_queue_again(asked) for asked in waiting if asked.pk not in queued)


def _queued() -> set[int]:
    """The tasks that an entry of the queue will begin."""
    ready = DBTaskResult.objects.ready().filter(task_path=run_task.module_path)
    return {given["args"][0] for given in ready.values_list("args_kwargs", flat=True)}


@action
def _queue_again(asked: TaskRun) -> int:
    still_lost = TaskRun.objects.filter(
        pk=asked.pk, stage=TaskRun.Stage.WAITING, attempts=asked.attempts, alive_at=asked.alive_at
    )
    moved = still_lost.update(alive_at=clock.machine_now())
    if moved:
        run_task.enqueue(asked.pk)
    return moved


@action
def _take_over(asked: TaskRun) -> int:
    still_dead = TaskRun.objects.filter(
        pk=asked.pk, stage=TaskRun.Stage.RUNNING, attempts=asked.attempts, alive_at=asked.alive_at
    )
    if asked.cancel_asked:
        return still_dead.update(stage=TaskRun.Stage.CANCELLED, ended_at=clock.now())
    if asked.attempts >= MOST_ATTEMPTS:
        died = NotNow(
            "core.worker_died",
            gettext_noop(
                "The process that did this work ended {n} times before it was done. Ask for it again;"
                " if it ends the same way, tell the administrator."
            ),
            n=asked.attempts,
        )
        return still_dead.update(
            stage=TaskRun.Stage.FAILED, refusal=refusal_as_json(died), ended_at=clock.now()
        )
    moved = still_dead.update(stage=TaskRun.Stage.WAITING, done=0, alive_at=clock.machine_now())
    if moved:
        run_task.enqueue(asked.pk)
    return moved


def drop_old_queue_rows(now: datetime) -> int:
    """Entries of the queue that ended a week ago, or whose worker died then; the tasks themselves stay."""
    week_ago = clock.machine_now() - timedelta(days=7)
    ended = DBTaskResult.objects.finished().filter(finished_at__lt=week_ago)
    left = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=week_ago)
    return ended.delete()[0] + left.delete()[0]


# Working off the queue


class Worker:
    """Runs what is queued, one after the other, until it is told to stop.

    Not the worker of django-tasks: that one begins a writing transaction each second even when nothing waits.
    """

    def __init__(self, name: str, poll_s: float = _POLL_S) -> None:
        self.name = name
        self.poll_s = poll_s
        self.stop_asked = threading.Event()

    def run_forever(self) -> None:
        """Work until ``stop``."""
        while not self.stop_asked.is_set():
            close_old_connections()
            try:
                did = self.run_one()
            except Exception:
                log.exception("The worker %s stumbled", self.name)
                did = False
            if not did:
                self.stop_asked.wait(self.poll_s)
        close_old_connections()

    def run_one(self) -> bool:
        """Run the next task of the queue; False where none waits."""
        waiting = DBTaskResult.objects.ready().first()
        if waiting is None:
            return False
        if not self._claim(waiting.pk):
            return True  # Another worker was quicker; look for the next.
        self._run(DBTaskResult.objects.get(pk=waiting.pk))
        return True

    def _claim(self, pk: uuid.UUID) -> bool:
        return bool(
            DBTaskResult.objects.filter(pk=pk, status="READY").update(
                status="RUNNING", started_at=clock.machine_now(), worker_ids=[self.name]
            )
        )

    def _run(self, queued: DBTaskResult) -> None:
        try:
            value = queued.task.call(*queued.args_kwargs["args"], **queued.args_kwargs["kwargs"])
            queued.set_successful(value)
        except Exception as error:
            queued.set_failed(error)
            log.exception("The queued task %s failed", queued.pk)

    def stop(self) -> None:
        """End after the task that is under way."""
        self.stop_asked.set()


def start_worker_thread(name: str = "") -> tuple[Worker, threading.Thread]:
    """Let the served process work off the queue itself."""
    worker = Worker(name or f"thread-{uuid.uuid4().hex[:8]}")
    thread = threading.Thread(target=worker.run_forever, name="shanhai-worker", daemon=True)
    thread.start()
    return worker, thread


def run_waiting(limit: int = 1000) -> int:
    """Run all that waits, here and now: for commands and tests; gives how many."""
    worker = Worker("here")
    n = 0
    while n < limit and worker.run_one():
        n += 1
    return n
