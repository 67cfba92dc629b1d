"""How quick pages are: the home page and lists of 100 rows as served, and every sort and filter at scale.

    python benchmarks/pages.py [--part served|scale|all] [--seconds 10] [--rows 1000000] [--json]

*served* loads the example zone, adds rows so that each list has at least 100, starts the site by its own command and
a bare page beside it (same rows, session and server; no frame, no rules, no forms), and asks both over loopback from a
client process of its own: one connection for the times, 16 for the throughput. The home page is asked again after
each recorded entry, too: then nothing of it is kept.

*scale* fills the register of organisations and the journal to 10,000 and then to ``--rows`` rows by bulk SQL and
takes the best time of five of the page of 100 rows for each declared sort, each filter and the second page, in this process.

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
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT))

from benchmarks.databases import tell  # noqa: E402

TARGET_P95_MS = 60.0
TARGET_SHARE = 0.5
TARGET_RATIO = 1.5
CONNECTIONS = 16
PAGES = {
    "home": ("/", "/bare/home/"),
    "organisations": ("/registry/organisations/?size=100", "/bare/organisations/"),
    "journal": ("/registry/journal/?size=100", "/bare/journal/"),
    "agreements": ("/pairing/agreements/?size=100&stage=all", "/bare/agreements/"),
    "commitments": ("/pairing/commitments/?size=100&of=all", "/bare/commitments/"),
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
def _serving(settings: str, application: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """The site's own server and thread count; the bare pages by the same server with settings of their own."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", application, "--port", str(port)]
    command += ["--blocking-threads", "8", "--log-level", "warning", "--no-ws", "--backlog", "1024"]
    server = subprocess.Popen(
        command,
        env={**environment, "DJANGO_SETTINGS_MODULE": settings, "SHANHAI_ALONE": "1"},
        cwd=environment["SHANHAI_DATA"],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield
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
pages.more_agreements(connection)
user = User.objects.get(username="office.lq")
Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
client = Client(headers={"host": "127.0.0.1"})
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
print(client.cookies["sessionid"].value)
"""


def more_agreements(connection: Any, n: int = 100) -> None:
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
    rows = []
    real, bare = _free_port(), _free_port()
    with _serving("shanhai.site.settings", "shanhai.site.wsgi:application", real, environment):
        figures = {
            name: (_asked(real, path, cookie, 2, 2), _asked(real, path, cookie, seconds, 1))
            for name, (path, _bare) in PAGES.items()
        }
        many = {
            name: _asked(real, path, cookie, seconds, CONNECTIONS) for name, (path, _bare) in PAGES.items()
        }
        cold = _after_each_entry(environment, cookie, real)
    with _serving("benchmarks.bare", "benchmarks.bare_server:application", bare, environment):
        beside = {}
        for name, (_path, path) in PAGES.items():
            _asked(bare, path, cookie, 2, 2)
            beside[name] = _asked(bare, path, cookie, seconds, CONNECTIONS)
    for name in PAGES:
        one, full, plain = figures[name][1], many[name], beside[name]
        share = full["per_second"] / plain["per_second"] if plain["per_second"] else 0
        errors = one["errors"] + full["errors"] + plain["errors"]
        rows.append(
            {
                "page": name,
                "kB": round(one["bytes"] / 1000),
                "median_ms": one["median_ms"],
                "p95_ms": one["p95_ms"],
                "per_second_16": full["per_second"],
                "bare_per_second_16": plain["per_second"],
                "share": round(share, 2),
                "errors": errors,
                "first_error": one["first_error"] or full["first_error"] or plain["first_error"],
                "meets": one["p95_ms"] <= TARGET_P95_MS and share >= TARGET_SHARE and not errors,
            }
        )
    return [*rows, cold]


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


# --- at scale --------------------------------------------------------------------------------------------------------

LISTS = {
    "organisations": (
        "/registry/organisations/?size=100&clear=1",
        ("sort=name", "sort=-name", "sort=code", "sort=-code"),
        (
            "kind=enterprise",
            "kind=enterprise&sort=-code",
            "region=331181",
            "region=331181&sort=code",
            "kind=enterprise&region=331181",
            "q=单位0001",
            "q=B0001",
            "q=dan wei 0001",
        ),
    ),
    "journal": (
        "/registry/journal/?size=100&clear=1",
        ("sort=at", "sort=-at"),
        ("action=core.add_unit", "action=core.add_unit&sort=at", "member=M7", "on=2023-03-01"),
    ),
}
KINDS = ["enterprise", "department", "village", "school", "hospital", "township", "other", "buyer", "carrier"]


def fill(connection: Any, table: str, first: int, last: int) -> None:
    """Rows ``first`` to ``last - 1`` by one statement each table, spread over kinds, regions, people and days."""
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {last})"
        if connection.vendor == "sqlite"
        else f"WITH n(i) AS (SELECT generate_series({first}, {last - 1}))"
    )
    kinds = " ".join(f"WHEN {i} THEN '{kind}'" for i, kind in enumerate(KINDS))
    text = "printf('%07d', i)" if connection.vendor == "sqlite" else "lpad(i::text, 7, '0')"
    true, false = ("1", "0") if connection.vendor == "sqlite" else ("true", "false")
    with connection.cursor() as cursor:
        if table == "organisations":
            cursor.execute(
                "INSERT INTO core_organisation (version, name_zh, name_en, name_sort, code, kind, region_id, address, "
                f"phone, is_active, is_illustrative, source) {numbers} "
                f"SELECT 0, '单位' || {text}, 'Body ' || {text}, 'dan wei ' || {text}, 'B' || {text}, "
                f"CASE i % {len(KINDS)} {kinds} END, (SELECT min(id) FROM core_region) + i % 50, '', '', "
                f"{true}, {false}, '' FROM n"
            )
        else:
            day = (
                "datetime('2020-09-18 01:00:00', '+' || (i / 912) || ' days')"
                if connection.vendor == "sqlite"
                else "timestamptz '2020-09-18 01:00:00+00' + (i / 912) * interval '1 day'"
            )
            body = (
                '\'{"action":"core.add_unit","at":"2023-03-01T01:00:00+00:00","by":1,"by_name":"测试","id":\' || i || '
                '\',"kind":"core.unit","organisation":1,"pairing":null,"schema":1,"state":{},"what":"综合科"}\''
            )
            digest = "zeroblob(32)" if connection.vendor == "sqlite" else "'\\x00'::bytea"
            cursor.execute(
                "INSERT INTO core_journalentry (at, action, subject_kind, subject_id, pairing_id, member_id, "
                f"organisation_id, body, digest) {numbers} SELECT {day}, "
                "CASE i % 10 WHEN 0 THEN 'core.add_unit' WHEN 1 THEN 'core.add_member' ELSE 'core.change_unit' END, "
                "'core.unit', i, CASE i % 3 WHEN 0 THEN NULL ELSE (SELECT min(id) FROM core_pairing) END, "
                "(SELECT min(id) FROM core_member) + i % 100, (SELECT min(organisation_id) FROM core_seat), "
                f"{body}, {digest} FROM n"
            )
            # Sealed, as a journal is within the hour: pages count what is not.
            cursor.execute(
                "INSERT INTO core_journalleaf (number, entry_id, digest, seal_number) "
                f"SELECT id, id, {digest}, 1 FROM core_journalentry "
                "WHERE id > (SELECT coalesce(max(entry_id), 0) FROM core_journalleaf)"
            )
        cursor.execute("ANALYZE")


def _stage() -> Any:
    """Regions, a pairing, a hundred members and an administrator with a seat, by the actions; gives a client."""
    from datetime import date

    from allauth.mfa.models import Authenticator
    from django.test import Client

    from shanhai.core.actions import members, organisations, pairings, regions, roles, units
    from shanhai.core.models import User

    province = regions.add_region(code="330000000000", name_zh="浙江省", by=None)
    regions.add_region(code="331100000000", name_zh="丽水市", by=None)
    regions.add_region(code="331181000000", name_zh="龙泉市", by=None)
    for i in range(60):
        regions.add_region(code=f"331181{i + 100:03}000", name_zh=f"乡镇{i}", by=None)
    sides = [
        organisations.add_organisation(code=code, kind="government", region=province, name_zh=name, by=None)
        for code, name in (("LQ", "龙泉市人民政府"), ("XS", "萧山区人民政府"))
    ]
    pairings.open_pairing(
        code="LQXS",
        level="county",
        name_zh="龙泉—萧山",
        started_on=date(2018, 1, 1),
        parties=((sides[0], "mountain"), (sides[1], "sea")),
        by=None,
    )
    unit = units.add_unit(sides[0], code="LQ-1", name_zh="协作办", by=None)
    people = [members.add_member(unit, code=f"M{i}", name_zh=f"成员{i}", by=None) for i in range(100)]
    keeper = people[0]
    for role in ("administrator", "office"):
        roles.give_role(keeper, role=role, from_on=date(2020, 1, 1), by=None)
    keeper.user = User.objects.create(username="keeper", password="!", language="en")
    keeper.save(update_fields=["user"])
    Authenticator.objects.create(user=keeper.user, type=Authenticator.Type.TOTP, data={})
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(keeper.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _time(client: Any, path: str, times: int = 5) -> tuple[float, str]:
    """Best of some looks at the page in ms (what it costs when nothing else takes the cores), and the next page."""
    body = b""
    found = []
    for i in range(times + 1):
        started = time.perf_counter()
        answer = client.get(path)
        took = (time.perf_counter() - started) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path} answers {answer.status_code}.")
        body = answer.content
        if i:
            found.append(took)
    mark = body.find(b'rel="next" href="')
    following = ""
    if mark >= 0:
        following = body[mark + 17 : body.find(b'"', mark + 17)].decode().replace("&amp;", "&")
    return min(found), following


def _times(client: Any, lists: Any) -> dict[str, float]:
    found = {}
    for name in lists:
        path, sorts, filters = LISTS[name]
        for query in (*sorts, *filters):
            text = "&".join(f"{k}={quote(v)}" for k, v in (part.split("=", 1) for part in query.split("&")))
            took, following = _time(client, f"{path}&{text}")
            found[f"{name} {query}"] = took
            if query in sorts and following:
                found[f"{name} {query}, next page"] = _time(client, following)[0]
    return found


def scale(rows: int, url: str = "", lists: Any = tuple(LISTS), small: int = 10_000) -> list[dict[str, Any]]:
    """Each sort and filter on few and on many rows."""
    from benchmarks.databases import empty_database

    with empty_database(url) as connection:
        client = _stage()
        for table in lists:
            fill(connection, table, 0, small)
        few = _times(client, lists)
        for table in lists:
            fill(connection, table, small, rows)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        many = _times(client, lists)
    return [
        {
            "list": name,
            f"ms_{small}": round(few[name], 1),
            f"ms_{rows}": round(many[name], 1),
            "ratio": round(many[name] / few[name], 2),
            "meets": many[name] / few[name] <= TARGET_RATIO,
        }
        for name in few
        if name in many
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=("served", "scale", "all"), default="all")
    parser.add_argument("--seconds", type=float, default=10, help="how long each page is asked")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large list")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    kind = "PostgreSQL" if url else "SQLite"
    good = True
    if options.part in ("served", "all"):
        rows = served(options.seconds, url)
        tell(f"Pages as served, {kind}, client: Python threads in another process", rows)
        good = all(row["meets"] for row in rows)
    if options.part in ("scale", "all"):
        rows = scale(options.rows, url)
        tell(f"Lists at scale, {kind}", rows)
        good = good and all(row["meets"] for row in rows)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
