"""The queue of writers before an SQLite database.

SQLite lets one transaction write at a time and makes the others sleep and try again, so an unlucky writer waits for
seconds. Here writers stand in line instead: threads of one process in order of arrival, processes by turns.

Between processes there are two lock files beside the database. Who wants to write takes ``next`` first, then
``main``, and gives ``next`` back. The process that has just written must queue at ``next``, which the waiting process
holds, so two busy processes alternate and none starves.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: threads queue, processes rely on SQLite's own waiting
    fcntl = None  # type: ignore[assignment]

# A waiting process looks again after this pause; much shorter than a transaction, and 250 of them a millisecond
# would still leave a core idle. Blocking in the kernel would be quicker by 0.1 ms but knows no time limit.
_PAUSE_S = 0.0002
_LONG_PAUSE_S = 0.002


class WaitedTooLong(Exception):
    """Another writer kept the database for longer than the time limit."""


class _ThreadLine:
    """A lock that is handed to waiting threads in order of arrival; any thread may give it back."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, timeout: float) -> bool:
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._mutex:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # It was handed over at the last moment.

    def give_back(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    @property
    def is_taken(self) -> bool:
        return self._is_taken


class _FileTurnstile:
    """Two lock files by which processes alternate."""

    def __init__(self, path: str) -> None:
        self._next = self._open(f"{path}.next")
        self._main = self._open(f"{path}.main")

    @staticmethod
    def _open(path: str) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)

    def take(self, deadline: float) -> bool:
        if not self._lock(self._next, deadline):
            return False
        try:
            return self._lock(self._main, deadline)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    @staticmethod
    def _lock(fd: int, deadline: float) -> bool:
        started = time.monotonic()
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                now = time.monotonic()
                if now >= deadline:
                    return False
                time.sleep(_PAUSE_S if now - started < 0.2 else _LONG_PAUSE_S)

    def give_back(self) -> None:
        fcntl.flock(self._main, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._next)
        os.close(self._main)


class WriteQueue:
    """Where the writers of one database stand in line.

    Parameters
    ----------
    path
        The database file; None for a database in memory, before which only threads queue.
    """

    def __init__(self, path: str | None) -> None:
        self._line = _ThreadLine()
        self._path = path if fcntl is not None else None
        self._files: _FileTurnstile | None = None

    def take(self, timeout: float) -> None:
        """Wait for the turn to write.

        Raises
        ------
        WaitedTooLong
            The turn did not come within ``timeout`` seconds; nothing is held then.
        """
        deadline = time.monotonic() + timeout
        if not self._line.take(timeout):
            raise WaitedTooLong
        try:
            if self._path is not None:
                if self._files is None:
                    self._files = _FileTurnstile(self._path)
                if not self._files.take(deadline):
                    raise WaitedTooLong
        except BaseException:
            self._line.give_back()
            raise

    def give_back(self) -> None:
        """Let the next writer in."""
        try:
            if self._files is not None:
                self._files.give_back()
        finally:
            self._line.give_back()

    @property
    def is_taken(self) -> bool:
        """Whether a thread of this process has the turn."""
        return self._line.is_taken

    def forget(self) -> None:
        if self._files is not None:
            self._files.close()


_queues: dict[str, WriteQueue] = {}
_queues_mutex = threading.Lock()


def queue_of(name: str, is_in_memory: bool) -> WriteQueue:
    """The one queue of this process before a database."""
    key = name if is_in_memory else os.path.realpath(name)
    with _queues_mutex:
        if key not in _queues:
            _queues[key] = WriteQueue(None if is_in_memory else key)
        return _queues[key]


def _start_afresh_in_child() -> None:
    # A forked child shares the lock files' open descriptions with its parent and would unlock for it.
    global _queues_mutex
    _queues_mutex = threading.Lock()
    for queue in _queues.values():
        queue.forget()
    _queues.clear()


os.register_at_fork(after_in_child=_start_afresh_in_child)
