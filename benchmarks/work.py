"""How quick the list of one's own work is where a member has 5,000 open items, as served at one connection.

    python -m benchmarks.work [--items 5000] [--seconds 10]

Loads the example zone, gives the clerk of Longquan's office the items, and asks each list over loopback from a client
process of its own. Goal: p95 of at most 100 ms. With DATABASE_URL set, PostgreSQL is measured instead.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.databases import tell
from benchmarks.pages import ROOT, _asked, _database, _environment, _free_port, _serving

GOAL_MS = 100.0
LISTS = {
    "waits for me": "/my-work/?clear=1",
    "100 rows": "/my-work/?size=100",
    "late only": "/my-work/?show=late",
    "given to me": "/my-work/?why=named",
    "my unit's": "/my-work/unit/?clear=1",
    "started": "/my-work/started/?clear=1",
}

PREPARE = """
import sys
import django; django.setup()
from datetime import timedelta
from django.test import Client
from allauth.mfa.models import Authenticator
from shanhai.core import clock
from shanhai.core.models import Member, Pairing, User, WorkItem
user = User.objects.get(username="office.lq")
Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
member = Member.objects.get(user=user)
zone = Pairing.objects.get(code="LQXS")
kinds = ("pairing.action_item", "pairing.confirm_delivery", "pairing.missing_paper")
days = [clock.today() + timedelta(days=i % 60 - 10) for i in range(int(sys.argv[1]))]
WorkItem.objects.bulk_create(
    (
        WorkItem(
            kind=kinds[i % 3], subject_kind="core.pairing", subject_id=1_000_000 + i, unit=member.unit, pairing=zone,
            member=member if i % 2 else None, what="Confirm delivery {delivery}: {name}",
            facts={"delivery": f"D-{i}", "name": f"蔬菜第{i}批"}, url="/pairing/items/", due_on=on, sorted_on=on,
            created_at=clock.now(), created_by=member,
        )
        for i, on in enumerate(days)
    ),
    batch_size=1000,
)
client = Client(headers={"host": "127.0.0.1"})
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
print(client.cookies["sessionid"].value)
"""


def run(items: int, seconds: float, url: str) -> list[dict[str, Any]]:
    """Each list at one connection."""
    folder = Path(tempfile.mkdtemp(prefix="shanhai-work-"))
    try:
        with _database(url) as own:
            environment = _environment(folder, own)
            command = [str(Path(sys.executable).parent / "shanhai"), "demo", "load"]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            prepared = {**environment, "DJANGO_SETTINGS_MODULE": "shanhai.site.settings"}
            done = subprocess.run(
                [sys.executable, "-c", PREPARE, str(items)],
                env=prepared,
                check=True,
                capture_output=True,
                text=True,
                cwd=ROOT,
            )
            cookie = done.stdout.split()[-1]
            port = _free_port()
            with _serving("shanhai.site.settings", "shanhai.site.wsgi:application", port, environment):
                return [_row(name, port, path, cookie, seconds) for name, path in LISTS.items()]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _row(name: str, port: int, path: str, cookie: str, seconds: float) -> dict[str, Any]:
    _asked(port, path, cookie, 1, 1)
    found = _asked(port, path, cookie, seconds, 1)
    return {
        "list": name,
        "median_ms": found["median_ms"],
        "p95_ms": found["p95_ms"],
        "errors": found["errors"],
        "goal_ms": GOAL_MS,
        "met": found["p95_ms"] is not None and found["p95_ms"] <= GOAL_MS and not found["errors"],
    }


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    rows = run(given.items, given.seconds, url)
    tell(f"Own work, {given.items:,} open items, {'PostgreSQL' if url else 'SQLite'}, one connection", rows)


if __name__ == "__main__":
    main()
