"""The offer to take back what was just done: some minutes, in the bar above the page (``core.undo_minutes``).

The message carries where to post the undo and until when; the action behind it is a compensating action of its own
and refuses by itself when it is too late.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from shanhai.core import clock, undo

_MARK = "undo|"


def offer(request: HttpRequest, sentence: Any, url: str) -> None:
    """Say what was done, with the button that takes it back by a POST to ``url``."""
    until = undo.until(clock.now())
    messages.success(request, str(sentence), extra_tags=f"{_MARK}{until.isoformat()}|{url}")


def read(tags: str) -> dict[str, Any] | None:
    """The offer of a message's tags: ``url`` and ``seconds`` left; None without one or when it has run out."""
    if not tags or not tags.startswith(_MARK):
        return None
    # Behind our mark the tags of a message name its level too: "undo|2023-09-18T…|/notices/… success".
    until, url = tags[len(_MARK) :].split(" ")[0].split("|", 1)
    seconds = int((datetime.fromisoformat(until) - clock.now()).total_seconds())
    return {"url": url, "seconds": seconds, "minutes": -(-seconds // 60)} if seconds > 0 else None
