"""The other end of ``core.heavy``: runs one function and answers through a pipe."""

from __future__ import annotations

import inspect
import os
import pickle
import struct
import sys
import threading
import traceback
from importlib import import_module
from typing import Any

from shanhai.kernel.refusals import Refused

_HEAD = struct.Struct("!Q")


def main(answers: int, memory_mb: int) -> None:
    """Read what to call from standard input, call it, answer, and end."""
    (size,) = _HEAD.unpack(_read(_HEAD.size))
    dotted, args = pickle.loads(_read(size))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory(memory_mb)

    def tell(kind: str, answer: Any) -> None:
        data = pickle.dumps((kind, answer), pickle.HIGHEST_PROTOCOL)
        _write(answers, _HEAD.pack(len(data)) + data)

    try:
        tell("result", _call(dotted, args, tell))
    except MemoryError:
        tell("memory", None)
    except Refused as refused:
        tell("refused", (type(refused), refused.code, refused.sentence, refused.facts))
    except BaseException:
        tell("failed", traceback.format_exc(limit=-20))


def _call(dotted: str, args: tuple[Any, ...], tell: Any) -> Any:
    module, _, name = dotted.rpartition(".")
    function = getattr(import_module(module), name)
    if "on_progress" in inspect.signature(function).parameters:
        return function(*args, on_progress=lambda done, total=None: tell("progress", (done, total)))
    return function(*args)


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return
    # Data, not address space: solvers and fonts map far more addresses than they ever fill.
    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _end_with_parent() -> None:
    # Not sys.stdin.buffer: a daemon thread that holds its lock breaks the interpreter's end.
    os.read(0, 1)
    os._exit(1)


def _read(size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = os.read(0, size - len(data))
        if not chunk:
            os._exit(1)
        data += chunk
    return bytes(data)


def _write(to: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(to, view) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.flush()
    os._exit(0)
