"""How long a login lasts: the office says after how many unused hours it ends (rulebook ``core.session_hours``)."""

from __future__ import annotations

from typing import Any

from shanhai.core import clock, rulebook

SEEN_KEY = "seen"
LASTS_KEY = "lasts"
# A session is written at most this often while it is used: a write for each page would be one too many.
SECONDS_BETWEEN_WRITES = 600


def begin(sender: Any, request: Any, **_: Any) -> None:
    """Signal of a login: from now on the hours count."""
    if request is None:
        return
    hours = rulebook.whole("core.session_hours", clock.today())
    request.session[LASTS_KEY] = hours * 3600
    request.session[SEEN_KEY] = _seconds()


def prolong(request: Any) -> None:
    """The login is being used: its hours count anew."""
    lasts = request.session.get(LASTS_KEY)
    if lasts and request.session.get("_session_expiry") != lasts:
        # The login form sets an end of its own after the signal, so ours comes with the first page.
        request.session.set_expiry(lasts)
    if _seconds() - request.session.get(SEEN_KEY, 0) > SECONDS_BETWEEN_WRITES:
        request.session[SEEN_KEY] = _seconds()


def _seconds() -> int:
    return int(clock.machine_now().timestamp())
