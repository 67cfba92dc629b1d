"""The tick: what has to happen each minute, whoever is looking.

A timer, the worker or the served process calls ``run`` each minute. Only one at a time works; each sweep is written
so that doing it twice changes nothing, and finds by itself what was left while nothing ran.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections, connection
from django.db.models import Q

from shanhai.core import clock, signs
from shanhai.core.models import Draft, RepeatedCall, SharedCount, Sweep

EVERY_S = 60
# A runner that died lets the next one in after this time.
_LEASE_S = 600
_GUARD = "tick"

log = logging.getLogger("shanhai.tick")


def run(now: datetime | None = None, *, everything: bool = False) -> dict[str, int] | None:
    """Run the sweeps that are due; gives what each did, or None where another runner is at work.

    Parameters
    ----------
    now
        The instant that the sweeps take for now.
    everything
        Also those whose time has not come.
    """
    lease = _take_lease()
    if not lease:
        return None
    try:
        done: dict[str, int] = {}
        for sweep in signs.sweeps:
            if everything or _is_due(sweep):
                done[sweep.code] = _run_one(sweep, now or clock.now())
        return done
    finally:
        # Only one's own: who took longer than a lease lasts may have lost it to another runner.
        Sweep.objects.filter(name=_GUARD, up_to=lease).update(up_to="", last_at=clock.now())


def _take_lease() -> str:
    """The lease that was taken; empty where another runner holds it."""
    # The demo clock starts afresh in each process, so leases and intervals count in seconds of the machine.
    moment = _machine_seconds()
    Sweep.objects.get_or_create(name=_GUARD)
    free = Q(up_to="") | Q(up_to__lt=f"{moment:012d}")
    lease = f"{moment + _LEASE_S:012d}"
    return lease if Sweep.objects.filter(free, name=_GUARD).update(up_to=lease) else ""


def _machine_seconds() -> int:
    return int(clock.machine_now().timestamp())


def _is_due(sweep: signs.Sweep) -> bool:
    row = Sweep.objects.filter(name=sweep.code).first()
    if row is None or not row.up_to.isdigit():
        return True
    if row.last_at is None or clock.local(row.last_at).date() != clock.today():
        return True  # What falls due with a day comes with its first tick, also where the clock is fixed to another day.
    since = _machine_seconds() - int(row.up_to)
    # Ten seconds of grace, so that a tick each minute runs "each minute" each time; a clock set back makes due.
    return not 0 <= since < sweep.every_minutes * 60 - 10


def _run_one(sweep: signs.Sweep, now: datetime) -> int:
    error = ""
    n = 0
    try:
        n = int(signs.call(sweep.run)(now) or 0)
    except Exception as caught:  # One field's mistake must not keep the reminders of another.
        log.exception("The sweep %s failed", sweep.code)
        error = f"{type(caught).__name__}: {caught}"[:2000]
    Sweep.objects.update_or_create(
        name=sweep.code,
        defaults={"last_at": clock.now(), "up_to": f"{_machine_seconds():012d}", "error": error},
    )
    return n


class Minutes:
    """A thread that calls something each minute until it is told to stop."""

    def __init__(self, call: Callable[[], object], every_s: float = EVERY_S) -> None:
        self._call = call
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="shanhai-tick", daemon=True)

    def start(self) -> Minutes:
        """Begin; the first call comes at once."""
        self._thread.start()
        return self

    def stop(self, timeout: float = 10) -> None:
        """End after the call that is under way."""
        self._stop.set()
        self._thread.join(timeout)

    def _loop(self) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                self._call()
            except Exception:
                log.exception("The tick failed")
            self._stop.wait(self._every_s)
        close_old_connections()


def start_thread() -> Minutes:
    """Let the served process run the tick itself."""
    return Minutes(run).start()


def drop_expired_drafts(now: datetime) -> int:
    """Forms that were begun and not sent are kept for seven days."""
    return Draft.objects.filter(saved_at__lt=now - timedelta(days=7)).delete()[0]


def drop_expired_counts(now: datetime) -> int:
    """Shared counts run out by the machine's clock, also where the clock of the house is fixed."""
    return SharedCount.objects.filter(expires__lt=clock.machine_now()).delete()[0]


def drop_stale_calls(now: datetime) -> int:
    """Answers to repeatable calls are kept for a day."""
    return RepeatedCall.objects.filter(at__lt=now - timedelta(days=1)).delete()[0]


def take_statistics(now: datetime) -> int:
    """Tell the database how large its tables have grown; PostgreSQL sees to it by itself, but not at once after a load.

    Not knowing, it sorts all that a reader may see for each page of the journal: of 400,000 entries SQLite for 0.9 s,
    which it reads in order in 1 ms otherwise.
    """
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        # Of fewer rows per index it concludes that each pairing has few. A million rows take a quarter of a second,
        # and other writers come in between the tables.
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 100000")
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
    return len(tables)
