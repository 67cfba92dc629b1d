"""How quick the inbox and the list of cases are with 1,000,000 cases and 3,000,000 opinions, for who sees all, 1 % and 50 of them.

    DATABASE_URL=postgres://... python benchmarks/cases.py [--cases 1000000] [--looks 60]

It loads the example zone into an empty database beside the one of ``DATABASE_URL`` and lays copies of one of its cases
there: one in fifty is under review, the others are over, each with one item and three opinions. Then it shows the pages of
100 rows as the three readers open them, in turns, within one process: the list by each of its sorts and past its
planned end, and the inbox. Of the list the first look after something was recorded is told apart: then nothing of it is
kept in memory. Readers are compared by the work of their pages on processors, the server's included, for times swing with
whatever else the machine does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT))

from benchmarks.databases import Work, tell  # noqa: E402

_LOAD = "import sys; from shanhai.site.cli import run; sys.exit(run(['demo', 'load']))"
P50_MS, P95_MS, RATIO = 60.0, 150.0, 1.2
PAGES = {
    "list by day": "/approval/cases/?size=100&clear=1",
    "list by planned end": "/approval/cases/?size=100&clear=1&sort=planned_on",
    "list, past planned end": "/approval/cases/?size=100&show=late",
    "inbox": "/approval/inbox/",
}
# Share of the cases that each reader sees, by login: the list, then the inbox.
READERS = {
    "all": ("office.lq", "handler.nrp"),
    "1 %": ("enterprise", "handler.eco"),
    "50": ("enterprise.xs", "handler.lq"),
}


@contextmanager
def database(url: str) -> Iterator[str]:
    """A database of its own beside the one of ``url``, dropped at the end."""
    import psycopg

    name = f"benchmark_cases_{os.getpid()}"
    server = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def lay(connection: Any, n: int) -> None:
    """``n`` cases, an item each and three opinions, who sees them, and what waits for whom."""
    from benchmarks.scale_rows import _copy
    from shanhai.core.models import Member, Seen, WorkItem
    from shanhai.fields.approval.models import Case, CaseItem, Opinion
    from shanhai.fields.investment.models import Project

    def unit_of(login: str) -> Any:
        return Member.objects.select_related("unit").get(user__username=login).unit

    first: dict[Any, int] = {}
    is_open = "i % 50 = 0"
    stage = f"CASE WHEN {is_open} THEN 'review' WHEN i % 97 = 0 THEN 'refused' ELSE 'approved' END"
    filed = "date '2013-01-01' + (i % 3900)::int"
    day = f"CASE WHEN {is_open} THEN date '2023-08-01' + (i / 50 % 40)::int ELSE {filed} END"
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    own = {
        "number": "'BX' || lpad(i::text, 8, '0')",
        "project_code": "NULL",
        "name_zh": "'项目' || i",
        "name_en": "'Project ' || i",
    }
    _copy(connection, Project, own, 0, n // 50)
    first[Project] = Project.objects.get(number="BX00000000").pk
    # A project runs in one file at a time.
    project = f"{first[Project]} + CASE WHEN {is_open} THEN i / 50 ELSE i % {n // 50} END"
    _copy(connection, Case, {
        "number": "'B' || lpad(i::text, 8, '0')", "platform_number": "NULL", "stage": stage, "filed_on": day,
        "project_id": project, "received_on": day, "accepted_on": day,
        "planned_on": f"{day} + 40 + (i / 7 % 90)::int", "n_items": "1",
        "open_items": f"CASE WHEN {is_open} THEN 1 ELSE 0 END",
        "closed_on": f"CASE WHEN {is_open} THEN NULL ELSE {day} + 60 END",
        "government_days": f"CASE WHEN {is_open} THEN NULL ELSE 20 + i % 60 END",
        "catalogue_id": "one.catalogue_id",
    }, 0, n)  # fmt: skip
    first[Case] = Case.objects.get(number="B00000000").pk
    units = [unit_of(logins[1]).pk for logins in READERS.values()]
    # All are the first reader's but one in a hundred, and fifty.
    step = max(1, n // 50 // 50)
    unit = f"CASE WHEN i / 50 % 100 = 7 THEN {units[1]} WHEN i / 50 % {step} = 11 THEN {units[2]} ELSE {units[0]} END"
    _copy(connection, CaseItem, {
        "case_id": f"{first[Case]} + i", "code": "'eia'", "unit_id": unit, "steps": "'handle'", "step": "'handle'",
        "state": f"CASE WHEN {is_open} THEN 'open' ELSE 'decided' END", "left_before": "0", "left_opinions": "0",
        "opens_on": day, "due_on": f"{day} + 20", "co_due_on": f"{day} + 12",
        "decision": f"CASE WHEN {is_open} THEN '' ELSE 'approved' END",
        "decided_on": f"CASE WHEN {is_open} THEN NULL ELSE {day} + 15 END", "asks": "'[]'", "after": "'[]'",
        "then": "'[]'", "level": "''", "draft": "''",
    }, 0, n)  # fmt: skip
    first[CaseItem] = CaseItem.objects.filter(case_id=first[Case]).get().pk
    _copy(connection, Opinion, {
        "item_id": f"{first[CaseItem]} + i / 3", "department": "'d' || (i % 3)", "role": "'co'",
        "unit_id": f"{units[0]}", "replied_on": "date '2020-01-01' + (i % 900)::int", "counts_as": "'agree'",
        "why": "CASE WHEN i % 40 = 0 THEN 'silence' ELSE 'said' END", "reply": "'agree'",
    }, 0, 3 * n)  # fmt: skip
    _lay_seen(
        connection, Seen, first[Case], n, [unit_of(logins[0]).organisation_id for logins in READERS.values()]
    )
    _copy(connection, WorkItem, {
        "kind": "'approval.decide'", "subject_kind": "'approval.caseitem'",
        "subject_id": f"{first[CaseItem]} + i * 50", "unit_id": unit.replace("i / 50", "i"), "member_id": "NULL",
        "stage": "'open'", "due_on": "date '2023-08-20' + (i % 60)::int", "sorted_on": "date '2023-08-20' + (i % 60)::int",
        "done_at": "NULL", "done_by_id": "NULL",
    }, 0, n // 50)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _lay_seen(connection: Any, model: Any, first: int, n: int, organisations: list[int]) -> None:
    """All see all on both seats; the firms see one in a hundred and fifty of them."""
    from benchmarks.scale_rows import _copy
    from shanhai.core.models import Pairing

    zone = Pairing.objects.get(code="LQXS").pk
    like = {
        "kind": "'approval.case'",
        "unit_id": "NULL",
        "pairing_id": str(zone),
        "sorted_at": "'2023-09-01'",
        "second_at": "NULL",
    }
    other = model.objects.filter(kind="approval.case").exclude(organisation_id__in=organisations)
    seats = [organisations[0], other.values_list("organisation_id", flat=True)[0]]
    for organisation in seats:
        _copy(
            connection,
            model,
            like | {"organisation_id": str(organisation), "object_id": f"{first} + i"},
            0,
            n,
        )
    # Steps that go with no stage and no day.
    for organisation, step in ((organisations[1], 101), (organisations[2], n // 50 - 1)):
        own = like | {"organisation_id": str(organisation), "object_id": f"{first} + i * {step}"}
        _copy(connection, model, own, 0, n // step)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_seen SET sorted_at = c.filed_on::text, second_at = c.planned_on::text FROM approval_case c"
            " WHERE core_seen.kind = 'approval.case' AND organisation_id = ANY(%s) AND c.id = object_id",
            [organisations[1:]],
        )


def measure(looks: int) -> list[dict[str, Any]]:
    """Milliseconds of each page for each reader, in turns."""
    from allauth.mfa.models import Authenticator
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from shanhai.core.models import User

    def client_of(login: str) -> Client:
        user = User.objects.get(username=login)
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
        found = Client(headers={"host": "127.0.0.1"})
        found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return found

    work = Work(connection)
    clients = {name: (client_of(logins[0]), client_of(logins[1])) for name, logins in READERS.items()}
    told = []
    for page, address in PAGES.items():
        times: dict[str, list[float]] = {name: [] for name in READERS}
        costs: dict[str, list[float]] = {name: [] for name in READERS}
        cold: dict[str, list[float]] = {name: [] for name in READERS}
        rows: dict[str, int] = {}
        statements: dict[str, int] = {}
        for look in range(looks + 1):
            is_cold = look % 10 == 9
            if is_cold:
                _record_something()
            for name, pair in clients.items():
                client = pair[page == "inbox"]
                began, worked = time.perf_counter(), work.ms()
                with CaptureQueriesContext(connection) if look == 0 else _nothing() as seen:
                    answer = client.get(address)
                took, cost = (time.perf_counter() - began) * 1000, work.ms() - worked
                if answer.status_code != 200:
                    raise SystemExit(f"{page} answers {answer.status_code} to {name}.")
                if look == 0:
                    rows[name] = answer.content.count(b"<tr") - 1
                    statements[name] = len(seen)
                elif is_cold:
                    cold[name].append(took)
                else:
                    times[name].append(took)
                    costs[name].append(cost)
        for name, some in times.items():
            p50, p95 = statistics.median(some), sorted(some)[round(0.95 * (len(some) - 1))]
            told.append(
                {
                    "page": page, "sees": name, "rows": rows[name], "p50_ms": round(p50, 1), "p95_ms": round(p95, 1),
                    "work_ms": round(statistics.median(costs[name]), 1),
                    "after_a_change_ms": round(statistics.median(cold[name]), 1) if cold[name] else "",
                    "ok": p50 <= P50_MS and p95 <= P95_MS,
                }
            )  # fmt: skip
        worst = [row["work_ms"] for row in told[-len(READERS) :]]
        told[-1]["slowest/quickest"] = round(max(worst) / min(worst), 2)
    return told


@contextmanager
def _nothing() -> Iterator[list[Any]]:
    yield []


def _record_something() -> None:
    """An entry in the journal, after which nothing that was kept for pages holds."""
    from shanhai.core import journal
    from shanhai.core.models import Unit

    journal.record(Unit.objects.order_by("pk").first(), "core.change_unit", by=None)


def main() -> None:
    """Load, lay, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--looks", type=int, default=60)
    parser.add_argument("--on", default="", help="A database that was laid already; it is left as it is.")
    parser.add_argument("--lay-only", default="", help="Lay rows into this empty database and leave it.")
    asked = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if asked.on or asked.lay_only:
        _run(
            asked.on or asked.lay_only,
            asked.cases,
            asked.looks,
            is_laid=bool(asked.on),
            measures=not asked.lay_only,
        )
        return
    if not url:
        raise SystemExit("Name a PostgreSQL server in DATABASE_URL.")
    with database(url) as own:
        _run(own, asked.cases, asked.looks)


def _run(url: str, cases: int, looks: int, *, is_laid: bool = False, measures: bool = True) -> None:
    import tempfile

    folder = os.environ.setdefault("SHANHAI_DATA", tempfile.mkdtemp(prefix="shanhai-benchmark-"))
    os.environ |= {"SHANHAI_TODAY": "2023-09-18T09:00", "DATABASE_URL": url}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
    if not is_laid:
        command = [sys.executable, "-c", _LOAD]
        environment = {**os.environ, "SHANHAI_DATA": folder, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    from django.db import connection

    if not is_laid:
        began = time.perf_counter()
        lay(connection, cases)
        print(f"laid {cases:,} cases in {time.perf_counter() - began:.0f} s", flush=True)
    if measures:
        tell(f"Cases on PostgreSQL, {cases:,} of them (load {os.getloadavg()[0]:.1f})", measure(looks))


if __name__ == "__main__":
    main()
