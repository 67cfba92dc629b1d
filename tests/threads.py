"""Calls in threads of their own, each with its own connection: for tests of what two people do at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from shanhai.kernel.refusals import Refused


def together(calls: list[Callable[[], Any]], start: threading.Barrier | None = None) -> list[Any]:
    """Run the calls at once; gives their results and refusals in the order of the calls.

    With ``start`` each waits for the others before it begins.
    """
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            if start is not None:
                start.wait(timeout=20)
            results[index] = call()
        except Refused as refused:
            results[index] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return results
