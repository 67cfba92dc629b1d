"""The WSGI application as ``shanhai serve`` runs it: static files collected, database brought up, threads started."""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import Any

# The first tick waits until the first pages are out: it would take the processor from them.
SECONDS_TO_FIRST_TICK = 5.0


def _begun() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
    from shanhai.site.static import collect

    collect()
    from django.db import connections
    from django.urls import get_resolver

    from shanhai.site.commands.upkeep import bring_up
    from shanhai.site.wsgi import application as found

    bring_up()
    connections.close_all()
    _ = get_resolver().url_patterns  # so that the first reader does not wait for them
    if not os.environ.get("SHANHAI_ALONE"):
        timer = threading.Timer(SECONDS_TO_FIRST_TICK, _begin_work)
        timer.daemon = True
        timer.start()
    print(f"Shanhai answers at {os.environ.get('SHANHAI_SERVED_AT', '')} (Ctrl+C ends it)", file=sys.stderr)
    return found


def _begin_work() -> None:
    """What is due each minute, and long tasks, in threads of this process."""
    from shanhai.core import tasks, tick

    tick.start_thread()
    tasks.start_worker_thread()


try:
    application = _begun()
except Exception:
    logging.getLogger("shanhai").exception("The site cannot start")
    raise
