"""Heavy work in a process of its own: data in, result out, never the database.

A planner, a workbook or a land file may take minutes and gigabytes, or break the interpreter. The child is a fresh
Python that imports only what the function needs, may use only so much memory and time, and goes when we go.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shanhai.kernel.refusals import NotNow, Refused, TooLarge, gettext_noop

_HEAD = struct.Struct("!Q")
_LOOK_EVERY_S = 0.2
_ERRORS_KEPT = 2_000


class ChildFailed(Exception):
    """The function raised something that is no refusal: a mistake of the programmer, with its traceback."""


def run_in_child(
    dotted: str,
    args: tuple[Any, ...] = (),
    on_progress: Callable[[int, int | None], None] | None = None,
    timeout: float = 300.0,
    memory_mb: int = 1024,
    *,
    should_stop: Callable[[], bool] | None = None,
) -> Any:
    """Call a function in a child process and give back what it returns.

    Parameters
    ----------
    dotted
        "package.module.function", importable without Django. If it has a parameter ``on_progress`` it gets a
        function to call with (done, total).
    args
        Plain data that can be pickled.
    on_progress
        Called here with (done, total or None) as the child tells.
    timeout
        Seconds until the child is ended.
    memory_mb
        What the child may allocate beside its program text.
    should_stop
        Asked five times a second; the child is ended when it says yes.

    Raises
    ------
    Refused
        What the function refused, unchanged.
    TooLarge
        ``core.child_too_large``, ``core.child_too_slow``: it needed more memory or time than it may.
    NotNow
        ``core.child_stopped``: ``should_stop`` said yes.
    ChildFailed
        It raised something else, or the process broke.
    """
    child = _Child(dotted, args, memory_mb)
    try:
        return child.wait_for_answer(on_progress, time.monotonic() + timeout, timeout, should_stop)
    finally:
        child.end()


class _Child:
    def __init__(self, dotted: str, args: tuple[Any, ...], memory_mb: int) -> None:
        self.what = dotted
        self.memory_mb = memory_mb
        call = pickle.dumps(
            (dotted, args), pickle.HIGHEST_PROTOCOL
        )  # May fail, so before there is a child to end.
        # Answers have a pipe of their own, so that a library that prints cannot garble them.
        self.answers, writes = os.pipe()
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "shanhai.core.child", str(writes), str(memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(writes,),
                env=_environment(),
            )
        except BaseException:
            os.close(self.answers)
            raise
        finally:
            os.close(writes)
        self.errors = b""
        self._send(call)

    def _send(self, data: bytes) -> None:
        # The pipe stays open: its end tells the child that we are gone.
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(_HEAD.pack(len(data)) + data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # The child broke at once; reading its answer says how.

    def wait_for_answer(
        self,
        on_progress: Callable[[int, int | None], None] | None,
        deadline: float,
        timeout: float,
        should_stop: Callable[[], bool] | None,
    ) -> Any:
        received = bytearray()
        while True:
            if time.monotonic() > deadline:
                raise TooLarge(
                    "core.child_too_slow",
                    gettext_noop(
                        "This took longer than {seconds} seconds and was ended. Give it less at a time."
                    ),
                    seconds=int(timeout),
                    what=self.what,
                )
            if should_stop is not None and should_stop():
                raise NotNow(
                    "core.child_stopped",
                    gettext_noop("This was stopped as asked. Ask for it again if it is needed after all."),
                    what=self.what,
                )
            for kind, answer in self._messages(received):
                if kind == "progress":
                    if on_progress is not None:
                        on_progress(*answer)
                    continue
                return self._conclude(kind, answer)

    def _messages(self, received: bytearray) -> list[tuple[str, Any]]:
        assert self.process.stderr is not None
        errors = self.process.stderr.fileno()
        ready, _, _ = select.select([self.answers, errors], [], [], _LOOK_EVERY_S)
        if errors in ready:
            self.errors = (self.errors + os.read(errors, 65536))[-_ERRORS_KEPT:]
        if self.answers in ready:
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                return [("broken", self.process.wait())]
            received += chunk
        messages = []
        while len(received) >= _HEAD.size:
            (size,) = _HEAD.unpack_from(received)
            if len(received) < _HEAD.size + size:
                break
            messages.append(pickle.loads(bytes(received[_HEAD.size : _HEAD.size + size])))
            del received[: _HEAD.size + size]
        return messages

    def _conclude(self, kind: str, answer: Any) -> Any:
        if kind == "result":
            return answer
        if kind == "refused":
            raise _refusal(*answer)
        if kind == "memory" or (kind == "broken" and answer == -signal.SIGKILL):
            raise TooLarge(
                "core.child_too_large",
                gettext_noop("This needs more than {mb} MB of memory and was ended. Give it less at a time."),
                mb=self.memory_mb,
                what=self.what,
            )
        if kind == "broken":
            raise ChildFailed(
                f"{self.what}: the child ended with {answer}: {self.errors.decode(errors='replace')}"
            )
        raise ChildFailed(f"{self.what}:\n{answer}")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.answers)
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _refusal(kind: type[Refused], code: str, sentence: str, facts: dict[str, Any]) -> Refused:
    return kind(code, sentence, **facts)


def _environment() -> dict[str, str]:
    """The child finds our packages, and no solver in it starts more threads than one."""
    import shanhai

    source = str(Path(shanhai.__file__).parent.parent)
    path = os.environ.get("PYTHONPATH", "")
    return {
        **os.environ,
        "PYTHONPATH": f"{source}{os.pathsep}{path}" if path else source,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
