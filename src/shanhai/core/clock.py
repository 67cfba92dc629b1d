"""The only place that knows what time it is.

``SHANHAI_TODAY`` ("2023-09-18" or "2023-09-18T09:00") fixes the moment at which the process began; seconds go on
from there, so that entries keep their order. Dates are those of Asia/Shanghai, instants are UTC.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
_started = time.monotonic()
_earlier: ContextVar[timedelta] = ContextVar("earlier", default=timedelta(0))


@cache
def fixed_start() -> datetime | None:
    """The instant that ``SHANHAI_TODAY`` names, or None where the clock runs free."""
    text = settings.SHANHAI_TODAY
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(UTC)


def is_fixed() -> bool:
    """Whether this is a demo clock."""
    return fixed_start() is not None


def now() -> datetime:
    """This instant, in UTC."""
    start = fixed_start()
    if start is None:
        return datetime.now(UTC)
    # A fixed day stays the same day however long the process runs.
    return start - _earlier.get() + timedelta(seconds=(time.monotonic() - _started) % 36_000)


@contextmanager
def earlier(by: timedelta) -> Iterator[None]:
    """Work as if it were earlier: how a demonstration gets a morning that is already under way.

    Raises
    ------
    RuntimeError
        The clock runs free: what happens then is dated when it happens.
    """
    if not is_fixed():
        raise RuntimeError("Only a fixed clock can be set back.")
    before = _earlier.set(by)
    try:
        yield
    finally:
        _earlier.reset(before)


def machine_now() -> datetime:
    """This instant by the machine's own clock, whatever day the demo lives on: for leases and signs of life."""
    return datetime.now(UTC)


def today() -> date:
    """This day in Shanghai."""
    return now().astimezone(SHANGHAI).date()


def local(moment: datetime) -> datetime:
    """An instant as the clock on the wall in Shanghai shows it."""
    return moment.astimezone(SHANGHAI)
