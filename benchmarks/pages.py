"""How quick pages are as served: the home page and lists of 100 rows.

    python benchmarks/pages.py [--seconds 10]

It loads the example zone, adds rows so that each list has at least 100, starts the site by its own command and
a bare page beside it (same rows, session and server; no frame, no rules, no forms), and asks both over loopback from a
client process of its own: one connection for the times, 16 for the throughput. The home page is asked again after
each recorded entry, too: then nothing of it is kept.

Every sort and filter of long lists is measured by ``benchmarks/scale.py``.

Runs on SQLite, or on PostgreSQL where ``DATABASE_URL`` names one (a database beside it is made and dropped).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT))

from benchmarks.databases import tell  # noqa: E402

TARGET_P95_MS = 60.0
TARGET_SHARE = 0.5
CONNECTIONS = 16
TURNS = 3
PAGES = {
    "home": ("/", "/bare/home/"),
    "organisations": ("/registry/organisations/?size=100", "/bare/organisations/"),
    "journal": ("/registry/journal/?size=100", "/bare/journal/"),
    "agreements": ("/pairing/agreements/?size=100&stage=all", "/bare/agreements/"),
    "commitments": ("/pairing/commitments/?size=100&clear=1", "/bare/commitments/"),
}


# --- a zone to serve -------------------------------------------------------------------------------------------------


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "SHANHAI_DATA": str(folder),
        "SHANHAI_TODAY": "2023-09-18T09:00",
        "DATABASE_URL": url,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }


@contextmanager
def _database(url: str) -> Iterator[str]:
    """A PostgreSQL database of its own beside the one of ``url``; nothing to make for SQLite."""
    if not url:
        yield ""
        return
    import psycopg

    name = f"benchmark_pages_{os.getpid()}"
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield own
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _serving(
    settings: str, application: str, port: int, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The site's own server and thread count; the bare pages by the same server with settings of their own."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", application, "--port", str(port)]
    command += ["--blocking-threads", "4", "--log-level", "warning", "--no-ws", "--backlog", "1024"]
    server = subprocess.Popen(
        command,
        env={**environment, "DJANGO_SETTINGS_MODULE": settings, "SHANHAI_ALONE": "1"},
        cwd=environment["SHANHAI_DATA"],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield server
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"Nothing answers on port {port}; start the server by hand to see why.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PREPARE = """
import json, sys
import django; django.setup()
from django.db import connection
from django.test import Client
from allauth.mfa.models import Authenticator
from shanhai.core.models import User
from benchmarks import pages
pages.more_agreements()
pages.more_commitments()
user = User.objects.get(username="office.lq")
Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
client = Client(headers={"host": "127.0.0.1"})
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
print(client.cookies["sessionid"].value)
"""


def more_commitments(n: int = 100) -> None:
    """Further commitments in the list. They stand in an ended agreement, so the home page does not count them."""
    from shanhai.core.models import Pairing
    from shanhai.fields.pairing.models import Agreement, Commitment, CommitmentStanding

    zone = Pairing.objects.get(code="LQXS")
    ended = Agreement.objects.get(number="BENCH-000")
    like = CommitmentStanding.objects.filter(pairing=zone, phase="this_year").order_by("place", "code")
    stands = list(like.select_related("commitment"))
    for i in range(n):
        stand = CommitmentStanding.objects.get(pk=stands[i % len(stands)].pk)
        one = Commitment.objects.get(pk=stand.commitment_id)
        one.pk, one._state.adding, one.agreement, one.code = None, True, ended, f"BENCH-{i:03}"
        one.save()
        stand.pk, stand._state.adding, stand.commitment, stand.code = None, True, one, one.code
        stand.save()


def more_agreements(n: int = 100) -> None:
    """Further agreements of the zone, so that a page of the list is full; rows like those that are there."""
    from shanhai.core.models import Pairing
    from shanhai.fields.pairing.models import Agreement

    zone = Pairing.objects.get(code="LQXS")
    like = Agreement.objects.filter(pairing=zone).first()
    made = []
    for i in range(n):
        one = Agreement.objects.get(pk=like.pk)
        one.pk, one._state.adding = None, True
        one.number, one.stage, one.reach = f"BENCH-{i:03}", "ended", "both"
        made.append(one)
    Agreement.objects.bulk_create(made)


# --- asking ----------------------------------------------------------------------------------------------------------


def ask(port: int, path: str, cookie: str, seconds: float, connections: int) -> dict[str, Any]:
    """Answers of one page over some connections that are kept open: times in ms, and what was no answer."""
    times: list[float] = []
    errors: list[str] = []
    sizes: list[int] = []
    begin = threading.Barrier(connections + 1)
    headers = {"Cookie": f"sessionid={cookie}", "Host": "127.0.0.1"}

    def go() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        begin.wait()
        until = time.perf_counter() + seconds
        own = []
        while time.perf_counter() < until:
            started = time.perf_counter()
            try:
                line.request("GET", path, headers=headers)
                answer = line.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                errors.append(repr(error))
                line.close()
                continue
            own.append((time.perf_counter() - started) * 1000)
            if answer.status != 200:
                errors.append(str(answer.status))
            sizes.append(len(body))
        times.extend(own)
        line.close()

    threads = [threading.Thread(target=go) for _ in range(connections)]
    for thread in threads:
        thread.start()
    begin.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    times.sort()
    return {
        "answers": len(times),
        "per_second": round(len(times) / took, 1),
        "median_ms": round(statistics.median(times), 1) if times else None,
        "p95_ms": round(times[int(len(times) * 0.95)], 1) if times else None,
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
        "bytes": max(sizes, default=0),
    }


def _asked(port: int, path: str, cookie: str, seconds: float, connections: int) -> dict[str, Any]:
    """``ask`` in a process of its own: the client takes nothing from the server's interpreter."""
    call = f"import json; from benchmarks.pages import ask; print(json.dumps(ask({port}, {path!r}, {cookie!r}, {seconds}, {connections})))"
    done = subprocess.run(
        [sys.executable, "-c", call],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
    )
    return json.loads(done.stdout)


def served(seconds: float, url: str = "") -> list[dict[str, Any]]:
    """The pages of a zone beside bare ones."""
    folder = Path(tempfile.mkdtemp(prefix="shanhai-pages-"))
    try:
        with _database(url) as own:
            environment = _environment(folder, own)
            subprocess.run(
                [sys.executable, "-m", "shanhai.site.cli", "demo", "load"]
                if not (Path(sys.executable).parent / "shanhai").exists()
                else [str(Path(sys.executable).parent / "shanhai"), "demo", "load"],
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            prepared = {**environment, "DJANGO_SETTINGS_MODULE": "shanhai.site.settings"}
            cookie = subprocess.run(
                [sys.executable, "-c", PREPARE],
                env=prepared,
                check=True,
                capture_output=True,
                text=True,
                cwd=ROOT,
            ).stdout.split()[-1]
            return _served_pages(environment, cookie, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served_pages(environment: dict[str, str], cookie: str, seconds: float) -> list[dict[str, Any]]:
    real, bare = _free_port(), _free_port()
    with (
        _serving("shanhai.site.settings", "shanhai.site.wsgi:application", real, environment) as ours,
        _serving("benchmarks.bare", "benchmarks.bare_server:application", bare, environment) as plain,
    ):
        rows = []
        for name, (path, bare_path) in PAGES.items():
            _asked(real, path, cookie, 2, 2)
            _asked(bare, bare_path, cookie, 2, 2)
            one = _asked(real, path, cookie, seconds, 1)
            sides = ((ours, real, path), (plain, bare, bare_path))
            rows.append(_compared(name, one, sides, cookie, seconds))
        return [*rows, _after_each_entry(environment, cookie, real)]


def _compared(name: str, one: dict[str, Any], sides: Any, cookie: str, seconds: float) -> dict[str, Any]:
    """A page at one connection, and beside the bare one at sixteen: in turns, so that a busy machine meets both."""
    answers, errors, work, first = [0, 0], one["errors"], [0.0, 0.0], one["first_error"]
    for _turn in range(TURNS):
        for side, (server, port, path) in enumerate(sides):
            before = _worked(server)
            found = _asked(port, path, cookie, seconds / TURNS, CONNECTIONS)
            work[side] += _worked(server) - before
            answers[side] += found["answers"]
            errors += found["errors"]
            first = first or found["first_error"]
    share = answers[0] / answers[1] if answers[1] else 0
    each = [1000 * spent / max(n, 1) for spent, n in zip(work, answers, strict=True)]
    return {
        "page": name,
        "kB": round(one["bytes"] / 1000),
        "median_ms": one["median_ms"],
        "p95_ms": one["p95_ms"],
        "per_second_16": round(answers[0] / seconds, 1),
        "bare_per_second_16": round(answers[1] / seconds, 1),
        "share": round(share, 2),
        "work_ms": round(each[0], 1),
        "bare_work_ms": round(each[1], 1),
        "share_by_work": round(each[1] / each[0], 2) if each[0] else 0,
        "errors": errors,
        "first_error": first,
        "meets": one["p95_ms"] <= TARGET_P95_MS and share >= TARGET_SHARE and not errors,
    }


def _worked(server: subprocess.Popen[bytes]) -> float:
    """Seconds on the processor that a server and its workers have taken so far."""
    spent = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if server.pid in (int(place.parent.name), int(fields[1])):
            spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


AFTER = """
import http.client, json, statistics, sys, time
import django; django.setup()
from django.db import transaction
from shanhai.core import journal
from shanhai.core.models import Pairing
port, cookie = int(sys.argv[1]), sys.argv[2]
pairing, times = Pairing.objects.get(code="LQXS"), []
line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
for _ in range(40):
    with transaction.atomic():
        journal.record(pairing, "core.change_pairing", by=None)
    started = time.perf_counter()
    line.request("GET", "/", headers={"Cookie": f"sessionid={cookie}", "Host": "127.0.0.1"})
    answer = line.getresponse(); answer.read()
    times.append((time.perf_counter() - started) * 1000)
times.sort()
print(json.dumps([statistics.median(times), times[int(len(times) * 0.95)]]))
"""


def _after_each_entry(environment: dict[str, str], cookie: str, port: int) -> dict[str, Any]:
    """The home page when something was recorded just before: all of it is read and drawn anew."""
    done = subprocess.run(
        [sys.executable, "-c", AFTER, str(port), cookie],
        env={**environment, "DJANGO_SETTINGS_MODULE": "shanhai.site.settings"},
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    median, p95 = json.loads(done.stdout)
    return {
        "page": "home after each entry",
        "median_ms": round(median, 1),
        "p95_ms": round(p95, 1),
        "errors": 0,
        "meets": p95 <= TARGET_P95_MS,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10, help="how long each page is asked")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    rows = served(options.seconds, url)
    kind = "PostgreSQL" if url else "SQLite"
    tell(f"Pages as served, {kind}, client: Python threads in another process", rows)
    return 0 if all(row["meets"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
