"""Writers queue in order before SQLite, and nobody is left out."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import OperationalError

from shanhai.core.db.sqlite.base import DatabaseWrapper
from shanhai.core.db.sqlite.queue import WaitedTooLong, WriteQueue


def wrapper(path, **options) -> DatabaseWrapper:
    """A connection of its own, as another thread or process would have."""
    return DatabaseWrapper(
        {
            "ENGINE": "shanhai.core.db.sqlite",
            "NAME": str(path),
            "ATOMIC_REQUESTS": False,
            "AUTOCOMMIT": True,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": False,
            "OPTIONS": options,
            "TIME_ZONE": None,
            "USER": "",
            "PASSWORD": "",
            "HOST": "",
            "PORT": "",
            "TEST": {},
        },
        "default",
    )


class Writer:
    """Works on a connection outside Django's registry, as ``transaction.atomic`` would."""

    def __init__(self, path, **options):
        self.db = wrapper(path, **options)

    def execute(self, sql, params=()):
        with self.db.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else None

    def begin(self):
        self.db.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    def commit(self):
        self.db.commit()
        self.db.set_autocommit(True)

    def rollback(self):
        self.db.rollback()
        self.db.set_autocommit(True)

    @property
    def holds_turn(self):
        return self.db._held is not None


@pytest.fixture(autouse=True)
def _files_of_their_own(django_db_blocker):
    # These tests open files under tmp_path, never the test database.
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "zone.sqlite3"
    writer = Writer(path)
    writer.execute("CREATE TABLE t (id integer PRIMARY KEY, who text UNIQUE)")
    writer.db.close()
    return path


@pytest.fixture
def writer(path):
    writer = Writer(path)
    yield writer
    writer.db.close()


def test_connection_is_set_up_for_several_writers(writer):
    assert writer.execute("PRAGMA journal_mode") == [("wal",)]
    assert writer.execute("PRAGMA foreign_keys") == [(1,)]
    assert writer.execute("PRAGMA synchronous") == [(1,)]


def test_synchronous_can_be_full(path):
    careful = Writer(path, synchronous="full")

    assert careful.execute("PRAGMA synchronous") == [(2,)]
    careful.db.close()


class TestTurns:
    def test_transaction_holds_the_turn_until_commit(self, writer):
        writer.begin()
        assert writer.holds_turn

        writer.execute("INSERT INTO t (who) VALUES ('lin')")
        assert writer.holds_turn

        writer.commit()
        assert not writer.holds_turn

    def test_rollback_gives_the_turn_back(self, writer):
        writer.begin()
        writer.execute("INSERT INTO t (who) VALUES ('lin')")

        writer.rollback()

        assert not writer.holds_turn
        assert writer.execute("SELECT count(*) FROM t") == [(0,)]

    def test_closing_gives_the_turn_back(self, path, writer):
        other = Writer(path)
        other.begin()
        other.db.in_atomic_block = False
        other.db.close()

        writer.begin()
        writer.commit()

    def test_failed_begin_leaks_nothing(self, writer, monkeypatch):
        writer.db.ensure_connection()
        monkeypatch.setattr(writer.db, "transaction_mode", "NONSENSE")
        with pytest.raises(OperationalError):
            writer.begin()
        assert not writer.holds_turn
        monkeypatch.undo()

        writer.begin()
        writer.commit()

    def test_single_statement_takes_a_turn_and_gives_it_back(self, writer):
        writer.execute("INSERT INTO t (who) VALUES ('lin')")
        with pytest.raises(IntegrityError):
            writer.execute("INSERT INTO t (who) VALUES ('lin')")

        assert not writer.holds_turn

    def test_reading_does_not_wait_for_a_writer(self, path, writer):
        reader = Writer(path, timeout=0.1)
        writer.begin()
        writer.execute("INSERT INTO t (who) VALUES ('lin')")

        assert reader.execute("SELECT count(*) FROM t") == [(0,)]

        writer.commit()
        assert reader.execute("SELECT count(*) FROM t") == [(1,)]
        reader.db.close()

    def test_waiting_too_long_is_an_error_that_names_the_cause(self, path, writer):
        impatient = Writer(path, timeout=0.05)
        writer.begin()

        with pytest.raises(OperationalError, match="another writer kept it"):
            impatient.begin()
        with pytest.raises(OperationalError, match="another writer kept it"):
            impatient.execute("INSERT INTO t (who) VALUES ('shen')")

        writer.commit()
        impatient.execute("INSERT INTO t (who) VALUES ('shen')")
        impatient.db.close()


class TestThreads:
    def test_come_in_order_of_arrival(self):
        queue = WriteQueue(None)
        queue.take(1)
        order = []

        def write(i):
            queue.take(5)
            order.append(i)
            queue.give_back()

        threads = []
        for i in range(8):
            thread = threading.Thread(target=write, args=(i,))
            thread.start()
            threads.append(thread)
            time.sleep(0.01)
        queue.give_back()
        for thread in threads:
            thread.join()

        assert order == list(range(8))
        assert not queue.is_taken

    def test_who_gives_up_does_not_keep_the_place(self):
        queue = WriteQueue(None)
        queue.take(1)
        with pytest.raises(WaitedTooLong):
            queue.take(0.01)

        queue.give_back()

        queue.take(0.01)
        queue.give_back()

    def test_four_writers_lose_nothing(self, path):
        def write(who):
            writer = Writer(path)
            for i in range(50):
                writer.begin()
                n = writer.execute("SELECT count(*) FROM t")[0][0]
                writer.execute("INSERT INTO t (id, who) VALUES (%s, %s)", (n + 1, f"{who} {i}"))
                writer.commit()
            writer.db.close()

        threads = [threading.Thread(target=write, args=(who,)) for who in ("lin", "shen", "pan", "zhou")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        writer = Writer(path)
        assert writer.execute("SELECT count(*), max(id) FROM t") == [(200, 200)]
        writer.db.close()


BUSY = textwrap.dedent(
    """
    import sqlite3, sys, time
    from shanhai.core.db.sqlite.queue import queue_of
    path, who, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    queue = queue_of(path, False)
    conn = sqlite3.connect(path, isolation_level=None, timeout=30)
    print("ready", flush=True)
    sys.stdin.readline()
    end, n, worst = time.monotonic() + seconds, 0, 0.0
    while time.monotonic() < end:
        asked = time.monotonic()
        queue.take(30)
        worst = max(worst, time.monotonic() - asked)
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT INTO t (who) VALUES (?)", (f"{who} {n}",))
        time.sleep(0.001)
        conn.execute("COMMIT")
        queue.give_back()
        n += 1
    print(n, worst, flush=True)
    """
)


def test_two_busy_processes_alternate(path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BUSY, str(path), who, "1.0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in ("lin", "shen")
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=30)[0].split() for process in processes]

    counts = [int(answer[0]) for answer in answers]
    assert min(counts) > 20
    assert min(counts) / max(counts) > 0.6, counts
    writer = Writer(path)
    assert writer.execute("SELECT count(*) FROM t") == [(sum(counts),)]
    writer.db.close()


def test_process_that_dies_in_the_middle_blocks_nobody(path):
    dies = "import sys, os; from shanhai.core.db.sqlite.queue import queue_of; queue_of(sys.argv[1], False).take(5); os._exit(1)"
    subprocess.run([sys.executable, "-c", dies, str(path)], check=False, timeout=30)

    writer = Writer(path, timeout=2)
    writer.begin()
    writer.commit()
    writer.db.close()


@pytest.mark.django_db(transaction=True)
def test_nested_blocks_take_one_turn():
    connection = transaction.get_connection()
    if connection.vendor != "sqlite":
        pytest.skip("The queue stands before SQLite only.")

    with transaction.atomic():
        assert connection._held is not None
        with transaction.atomic():
            assert connection._held is not None
        assert connection._held is not None
    assert connection._held is None
