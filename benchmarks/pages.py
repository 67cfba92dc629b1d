"""How quick pages are: the home page and lists of 100 rows as served, and every sort and filter at scale.

    python benchmarks/pages.py [--part served|scale|all] [--seconds 10] [--rows 1000000] [--json]

*served* loads the example zone, adds rows so that each list has at least 100, starts the site by its own command and
a bare page beside it (same rows, session and server; no frame, no rules, no forms), and asks both over loopback from a
client process of its own: one connection for the times, 16 for the throughput. The home page is asked again after
each recorded entry, too: then nothing of it is kept.

*scale* fills organisations, journal, agreements and commitments with 10,000 rows each by bulk SQL, and another database
with ``--rows`` rows each. Two processes, one on each, show the page of 100 rows for every declared sort, its second page
and every filter, in turns, so that whatever else the machine does meets both; the best of eleven looks counts: its work on the processor
on SQLite, its time on PostgreSQL.

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
LOOKS = 11
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
    "agreements": (
        "/pairing/agreements/?size=100&clear=1",
        tuple(
            f"sort={sign}{name}" for name in ("name", "number", "signed_on", "valid_to") for sign in ("", "-")
        ),
        (
            "field=park",
            "field=park&stage=ended",
            "stage=signed",
            "stage=ended&sort=name",
            "stage=all",
            "pairing=1",
            "renewal=due",
        ),
    ),
    "commitments": (
        "/pairing/commitments/?size=100&clear=1",
        tuple(
            f"sort={sign}{name}"
            for name in ("field", "owes", "due_on", "agreement", "code", "status")
            for sign in ("", "-")
        ),
        (
            "show=before",
            "show=ahead&sort=due_on",
            "status=late",
            "status=done&sort=code",
            "field=park",
            "side=sea",
            "field=park&side=sea",
            "field=park&side=sea&sort=due_on",
            "status=late&side=sea",
        ),
    ),
}
KINDS = ["enterprise", "department", "village", "school", "hospital", "township", "other", "buyer", "carrier"]


def fill(connection: Any, table: str, first: int, last: int) -> None:
    """Rows ``first`` to ``last - 1`` by one statement each table, spread over kinds, regions, people and days."""
    if table in ("agreements", "commitments"):
        return _fill_from_one(connection, table, first, last)
    numbers = _numbers(connection, first, last)
    kinds = " ".join(f"WHEN {i} THEN '{kind}'" for i, kind in enumerate(KINDS))
    text = "printf('%07d', i)" if connection.vendor == "sqlite" else "lpad(i::text, 7, '0')"
    true, false = ("1", "0") if connection.vendor == "sqlite" else ("true", "false")
    with connection.cursor() as cursor:
        if table == "organisations":
            cursor.execute(
                "INSERT INTO core_organisation (version, name_zh, name_en, name_sort, code, kind, region_id, address, "
                f"phone, is_active, is_illustrative, source) {numbers} "
                f"SELECT 0, '单位' || {text}, 'Body ' || {text}, 'dan wei ' || {text}, 'B' || {text}, "
                f"CASE i % {len(KINDS)} {kinds} END, (SELECT min(id) FROM core_region) + i % 10, '', '', "
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


def _numbers(connection: Any, first: int, last: int) -> str:
    if connection.vendor == "sqlite":
        return f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {last})"
    return f"WITH n(i) AS (SELECT generate_series({first}, {last - 1}))"


def _fill_from_one(connection: Any, table: str, first: int, last: int) -> None:
    """Copies of the one agreement, or of its one commitment and how that stands, each with values of its own."""
    from shanhai.fields.pairing import columns, rules
    from shanhai.fields.pairing.models import Agreement, Commitment, CommitmentStanding
    from shanhai.fields.pairing.queries import standings

    is_sqlite = connection.vendor == "sqlite"
    text = "printf('%07d', i)" if is_sqlite else "lpad(i::text, 7, '0')"
    day = (
        "date('2016-01-01', '+' || (i % 3600) || ' days')"
        if is_sqlite
        else "date '2016-01-01' + (i % 3600)::int"
    )
    true, false = ("1", "0") if is_sqlite else ("true", "false")

    def among(values: Any, by: str = "i") -> str:
        lines = " ".join(f"WHEN {n} THEN '{value}'" for n, value in enumerate(values))
        return f"CASE {by} % {len(values)} {lines} END"

    fields = [code for code, _en, _zh in columns.FIELDS]
    if table == "agreements":
        own = {
            "number": f"'A' || {text}",
            "name_sort": f"'xie yi ' || {text}",
            "field": among(fields),
            "stage": among(["signed", "ended", "draft", "signed", "expired", "signed", "signed"]),
            "valid_from": "'2010-01-01'",
            "signed_on": day,
            "valid_to": day,
            # One in forty waits for a renewal. One in ten took the place of another.
            "notice_on": f"CASE WHEN i % 40 = 0 THEN {day} END",
            "supersedes_id": "CASE i % 10 WHEN 9 THEN (SELECT min(id) FROM pairing_agreement) + i - 5 END",
        }
        _copy(connection, Agreement, own, first, last)
    else:
        _copy(
            connection,
            Commitment,
            {"code": f"'C' || {text}", "field": among(fields, "(i / 10)")},
            first,
            last,
        )
        status = f"(i * 7 % {len(rules.URGENCY) - 1})"
        own = {
            "commitment_id": "(SELECT min(id) FROM pairing_commitment) + 1 + i",
            "code": f"'C' || {text}",
            "agreement_number": f"'A' || {text}",
            # By tens, so that it goes with no phase, side or status alone.
            "field": among(fields, "(i / 10)"),
            "place": f"i / 10 % {len(fields)} * {standings.PLACES_OF_A_FIELD} + i % 40",
            "owes": among(["mountain", "sea", "both"]),
            "is_main": f"CASE i % 5 WHEN 0 THEN {true} ELSE {false} END",
            "phase": among(["before", "ahead", *["this_year"] * 8]),
            "status": among(rules.URGENCY[:-1], "(i * 7)"),
            "urgency": status,
            "due_on": day,
        }
        _copy(connection, CommitmentStanding, own, first, last)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(connection: Any, model: Any, own: dict[str, str], first: int, last: int) -> None:
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    given = ", ".join(own.get(name, f'one."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) {_numbers(connection, first, last)} "
            f"SELECT {given} FROM n, (SELECT * FROM {table} ORDER BY id LIMIT 1) one ORDER BY i"
        )


def _stage() -> Any:
    """Regions, a pairing, a hundred members and an administrator with a seat, by the actions; gives a client."""
    from datetime import date

    from allauth.mfa.models import Authenticator
    from django.test import Client

    from shanhai.core.actions import members, organisations, pairings, regions, roles, units
    from shanhai.core.models import Pairing, User

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
    _agree(Pairing.objects.get(code="LQXS"))
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


def _agree(zone: Any) -> None:
    """One agreement in force with one commitment: all others are its copies."""
    from datetime import date
    from decimal import Decimal

    from shanhai.fields.pairing import actions

    terms = {"number": "A", "field": "park", "name_zh": "协议", "valid_from": date(2023, 1, 1)}
    agreement = actions.draft_agreement(zone, **terms, valid_to=date(2023, 12, 31), by=None)
    promise = {"code": "C", "field": "park", "name_zh": "承诺", "owes": "both", "unit": "piece"}
    actions.add_commitment(
        agreement,
        **promise,
        target=Decimal(10),
        starts_on=date(2023, 1, 1),
        due_on=date(2023, 12, 31),
        by=None,
    )
    for party in zone.parties.all():
        actions.sign_agreement(agreement, on=date(2023, 1, 1), party=party, by=None)


def stand(rows: int, url: str, lists: Any) -> None:
    """What the process on one database does: fill it, then show the pages whose paths come in, one a line."""
    from benchmarks.databases import empty_database

    with empty_database(url) as connection:
        client = _stage()
        if connection.vendor == "sqlite":
            _widen(connection, 1_000_000)
        for table in lists:
            fill(connection, table, 0, rows)
        if connection.vendor == "sqlite":
            _widen(connection, 8_000)
        else:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        print("ready", flush=True)
        for line in sys.stdin:
            path = line.strip()
            started, worked = time.perf_counter(), time.process_time()
            answer = client.get(path)
            took, worked = time.perf_counter() - started, time.process_time() - worked
            found = {"status": answer.status_code, "ms": took * 1000, "work": worked * 1000}
            print(json.dumps(found | {"next": _following(answer.content)}), flush=True)


def _widen(connection: Any, kb: int) -> None:
    """The memory that SQLite may take: much while a dozen indexes of a million rows grow, else as the site has it."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size = -{kb}")


def _following(body: bytes) -> str:
    """The address of the next page; empty on the last."""
    mark = body.find(b'rel="next" href="')
    if mark < 0:
        return ""
    return body[mark + 17 : body.find(b'"', mark + 17)].decode().replace("&amp;", "&")


class Stand:
    """A process of ``stand`` and the line to it."""

    def __init__(self, rows: int, url: str, lists: Any) -> None:
        command = [sys.executable, __file__, "--stand", ",".join(lists), "--rows", str(rows)]
        environment = {**os.environ, "DATABASE_URL": url}
        self.is_sqlite = not url
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait(self) -> None:
        for line in self.process.stdout:  # type: ignore[union-attr]
            if line.strip() == "ready":
                return
        raise SystemExit("The database could not be filled.")

    def ask(self, path: str) -> dict[str, Any]:
        self.process.stdin.write(path + "\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        found = json.loads(self.process.stdout.readline())  # type: ignore[union-attr]
        if found["status"] != 200:
            raise SystemExit(f"{path} answers {found['status']}.")
        return found

    def end(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(120)


def _cases(lists: Any) -> Iterator[tuple[str, str, bool]]:
    """Name and path of each sort and filter, and whether its second page is shown, too."""
    for name in lists:
        path, sorts, filters = LISTS[name]
        for query in (*sorts, *filters):
            text = "&".join(f"{k}={quote(v)}" for k, v in (part.split("=", 1) for part in query.split("&")))
            yield f"{name} {query}", f"{path}&{text}", query in sorts


def scale(rows: int, url: str = "", lists: Any = tuple(LISTS), small: int = 10_000) -> list[dict[str, Any]]:
    """Each sort and filter on few and on many rows, asked in turns."""
    few, many = Stand(small, url, lists), Stand(rows, url, lists)
    try:
        few.wait()
        many.wait()
        found = []
        for name, path, goes_on in _cases(lists):
            paths = [path, path]
            found.append(_side_by_side(name, few, many, paths, small, rows))
            following = [few.ask(path)["next"], many.ask(path)["next"]]
            if goes_on and all(following):
                found.append(_side_by_side(f"{name}, next page", few, many, following, small, rows))
        return found
    finally:
        few.end()
        many.end()


def _side_by_side(
    name: str, few: Stand, many: Stand, paths: list[str], small: int, rows: int
) -> dict[str, Any]:
    looks: tuple[list[Any], list[Any]] = ([], [])
    for turn in range(LOOKS + 1):
        for stand, path, seen in zip((few, many), paths, looks, strict=True):
            look = stand.ask(path)
            if turn:  # the first one warms up
                seen.append(look)
    ms = [min(look["ms"] for look in seen) for seen in looks]
    work = [min(look["work"] for look in seen) for seen in looks]
    # SQLite works in our process, so its work can be counted, whatever else the machine does.
    ratio = work[1] / work[0] if few.is_sqlite else ms[1] / ms[0]
    return {
        "list": name,
        f"ms_{small}": round(ms[0], 1),
        f"ms_{rows}": round(ms[1], 1),
        f"work_{small}": round(work[0], 1),
        f"work_{rows}": round(work[1], 1),
        "ratio": round(ratio, 2),
        "meets": ratio <= TARGET_RATIO,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=("served", "scale", "all"), default="all")
    parser.add_argument("--seconds", type=float, default=10, help="how long each page is asked")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large list")
    parser.add_argument("--lists", default=",".join(LISTS), help="of the part scale, with commas between")
    parser.add_argument("--stand", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if options.stand:
        stand(options.rows, url, options.stand.split(","))
        return 0
    kind = "PostgreSQL" if url else "SQLite"
    good = True
    if options.part in ("served", "all"):
        rows = served(options.seconds, url)
        tell(f"Pages as served, {kind}, client: Python threads in another process", rows)
        good = all(row["meets"] for row in rows)
    if options.part in ("scale", "all"):
        rows = scale(options.rows, url, options.lists.split(","))
        tell(f"Lists at scale, {kind}", rows)
        good = good and all(row["meets"] for row in rows)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
