"""How often a login may be tried, counted by all processes together."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core import clock, tick
from shanhai.core.models import SharedCount

# One process: tries a wrong password as often as it is told, and says each time whether it was still looked at.
TRY = """
import sys
import django
django.setup()
from django.test import Client
from shanhai.core.actions import installation
if not installation.is_begun():
    installation.begin(is_demo=False, by=None)
browser = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
for _ in range(int(sys.argv[1])):
    answer = browser.post("/account/login/", {"login": "nobody", "password": "not-the-password"})
    print("refused" if "Too many failed" in answer.content.decode() else "looked at")
"""


@pytest.fixture
def installation(transactional_db: None, tmp_path: Path) -> dict[str, str]:
    """The environment of processes that stand on one database: PostgreSQL of this test, or a file of their own."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "shanhai.site.settings", "SHANHAI_DATA": str(tmp_path)}
    env.pop("SHANHAI_TODAY", None)
    if connection.vendor == "postgresql":
        to = connection.settings_dict
        who = quote(to["USER"]) + (f":{quote(to['PASSWORD'])}" if to["PASSWORD"] else "")
        place = to["HOST"] + (f":{to['PORT']}" if to["PORT"] else "")
        options = {name: value for name, value in to["OPTIONS"].items() if isinstance(value, str)}
        env["DATABASE_URL"] = (
            f"postgres://{who + '@' if who else ''}{place}/{to['NAME']}?{urlencode(options)}"
        )
    else:
        env["DATABASE_URL"] = ""
        run(env, "-m", "django", "migrate", "-v0")
    return env


def run(env: dict[str, str], *words: str) -> list[str]:
    done = subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_two_processes_share_the_count(installation):
    first = run(installation, "-c", TRY, "3")
    second = run(installation, "-c", TRY, "4")

    assert first == ["looked at"] * 3
    assert second == ["looked at"] * 2 + ["refused"] * 2


@pytest.mark.django_db
def test_pages_do_not_ask_for_the_counts(client_of, lin):
    browser = client_of(lin)
    browser.get("/")

    with CaptureQueriesContext(connection) as seen:
        browser.get("/")
        browser.get("/registry/regions/")

    assert not [query["sql"] for query in seen if "sharedcount" in query["sql"]]


@pytest.mark.django_db
def test_what_has_run_out_is_swept_away():
    cache.set("live", 1, 60)
    cache.set("over", 1, 60)
    gone = clock.machine_now() - timedelta(minutes=1)
    SharedCount.objects.filter(cache_key__contains="over").update(expires=gone)

    assert tick.drop_expired_counts(clock.now()) == 1
    assert cache.get("live") == 1


@pytest.mark.django_db
def test_many_names_tried_push_no_count_out():
    cache.set("tried", 5, 60)
    for n in range(400):
        cache.set(f"name-{n}", 1, 60)

    assert cache.get("tried") == 5
