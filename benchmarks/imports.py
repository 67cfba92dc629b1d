"""What bringing and writing a workbook of 50,000 rows x 12 columns costs, against a bare reader and writer.

Ours: ``bringing.bring`` (guards, recognition, typing, credit codes, references, comparison, staged rows) and
``committing.write`` (one transaction: 50,000 organisations and a journal entry each), for new rows and again with every
tenth row changed. Floor: openpyxl reads the same file without styles, ``bulk_create`` writes the organisations; nothing is
checked, compared or recorded.

    python -m benchmarks.imports [--rows 50000]

With DATABASE_URL set, PostgreSQL is measured too. Goals for 50,000 rows: 30 s and 400 MB in all (process and child
together), write transaction 3 s.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.databases import empty_database, tell

CASES = {"floor": "floor: openpyxl and bulk_create", "new": "new rows", "changed": "one in ten changed"}
SECONDS, MEGABYTES, WRITE_SECONDS = 30.0, 400, 3.0
HEADINGS = (
    "序号", "单位编码", "单位名称（中文）", "单位名称（英文）", "单位类型", "所在区划", "上级单位", "统一社会信用代码",
    "地址", "电话", "数据性质", "来源",
)  # fmt: skip


def make_workbook(path: Path, rows: int, *, changed: bool) -> None:
    """An office's list of firms; with ``changed`` every tenth has another address."""
    from openpyxl import Workbook

    from shanhai.kernel.identifiers import credit_code_check

    book = Workbook(write_only=True)
    sheet = book.create_sheet("单位")
    sheet.append(["龙泉市企业名录"])
    sheet.append(HEADINGS)
    for i in range(rows):
        first17 = f"91331181MA{i:07d}"
        sheet.append(
            [
                i + 1,
                f"FIRM-{i:06d}",
                f"龙泉{i}号青瓷有限公司",
                f"Longquan Celadon No. {i}",
                "企业",
                "331181",
                "LQ",
                first17 + credit_code_check(first17),
                f"剑池街道{i}号" + ("（新址）" if changed and i % 10 == 0 else ""),
                f"0578-{i:07d}",
                "示例",
                "benchmark",
            ]
        )
    book.save(path)


class Memory:
    """The most that this process and its children held together, looked at twenty times a second."""

    def __enter__(self) -> Memory:
        self.peak_mb = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.05):
            self.peak_mb = max(self.peak_mb, sum(map(_rss_mb, [os.getpid(), *_children(os.getpid())])))


def _rss_mb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/statm").read_text()
    except OSError:
        return 0
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in tasks.read_text().split()]
        except OSError:
            continue
    return found


def measure(url: str, n_rows: int) -> list[dict[str, Any]]:
    """Floor, new rows, then every tenth changed: each in a process of its own, so that memory is told apart."""
    with empty_database(url) as connection, tempfile.TemporaryDirectory() as folder:
        _zone()
        name = str(connection.settings_dict["NAME"])
        rows = []
        for case in CASES:
            path = Path(folder) / f"{case}.xlsx"
            common = [sys.executable, "-m", "benchmarks.imports", "--rows", str(n_rows)]
            subprocess.run([*common, "--make", str(path), case], check=True)
            answer = subprocess.run(
                [*common, "--case", case, str(path), name],
                check=True,
                stdout=subprocess.PIPE,
            )
            rows.append({"database": connection.vendor, **json.loads(answer.stdout)})
        return rows


def run_case(case: str, path: Path, database: str, n_rows: int) -> dict[str, Any]:
    """One case on a database that is there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    return _floor(path) if case == "floor" else _ours(CASES[case], path, n_rows)


def _zone() -> None:
    from shanhai.core.models import Organisation, Region

    region = Region.objects.create(
        code="331181000000", level="county", name_zh="龙泉市", name_sort="longquan"
    )
    Organisation.objects.create(
        code="LQ", kind="government", region=region, name_zh="龙泉市人民政府", name_sort="longquan"
    )


def _floor(path: Path) -> dict[str, Any]:
    from django.db import transaction
    from openpyxl import load_workbook

    from shanhai.core.models import Organisation, Region

    region = Region.objects.get()
    with Memory() as memory:
        began, began_cpu = time.perf_counter(), _cpu_s()
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        made = [
            Organisation(
                code=row[1], name_zh=row[2], name_en=row[3], name_sort=row[2], kind="enterprise", region=region,
                credit_code=row[7], address=row[8], phone=row[9], source=row[11],
            )
            for row in sheet.iter_rows(min_row=3, values_only=True)
        ]  # fmt: skip
        read = time.perf_counter()
        with transaction.atomic():
            Organisation.objects.bulk_create(made, batch_size=1000)
        written = time.perf_counter()
    Organisation.objects.filter(kind="enterprise").delete()
    return {
        "what": CASES["floor"],
        "read s": round(read - began, 1),
        "write s": round(written - read, 1),
        "all s": round(written - began, 1),
        "CPU s": round(_cpu_s() - began_cpu, 1),
        "peak MB": memory.peak_mb,
    }


def _cpu_s() -> float:
    """Processor seconds of this process and its children: what a busy machine leaves comparable."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _ours(what: str, path: Path, n_rows: int) -> dict[str, Any]:
    from shanhai.core import signs
    from shanhai.core.sheets import bringing, committing

    register = signs.registers["registry.organisations"]
    spans: list[float] = []
    cpu: list[float] = []
    with Memory() as memory, _timed_transactions(spans, cpu):
        began, began_cpu = time.perf_counter(), _cpu_s()
        imported = bringing.bring(path, register, by=None)
        read = time.perf_counter()
        assert imported.stage == "checked" and imported.counts["refused"] == 0, imported.counts
        spans.clear(), cpu.clear()
        committing.write(imported, by=None)
        done = time.perf_counter()
    is_met = done - began <= SECONDS and memory.peak_mb <= MEGABYTES and spans[0] <= WRITE_SECONDS
    return {
        "what": what,
        "rows": n_rows,
        "read s": round(read - began, 1),
        "transaction s": round(spans[0], 2),
        "its CPU s": round(cpu[0], 2),
        "write s": round(done - read, 1),
        "all s": round(done - began, 1),
        "CPU s": round(_cpu_s() - began_cpu, 1),
        "peak MB": memory.peak_mb,
        "child MB": imported.counts["peak_mb"],
        "met": is_met,
    }


@contextmanager
def _timed_transactions(spans: list[float], cpu: list[float]) -> Iterator[None]:
    """Note how long each outermost transaction was open, what ``on_commit`` left for later not included."""
    from django.db import connection

    began = began_cpu = 0.0
    server = _server_process(connection)
    set_autocommit, commit = connection.set_autocommit, connection.commit

    def timed_set_autocommit(autocommit: bool, *args: Any, **kwargs: Any) -> None:
        nonlocal began, began_cpu
        if not autocommit:
            began, began_cpu = time.perf_counter(), time.process_time() + _server_cpu_s(server)
        set_autocommit(autocommit, *args, **kwargs)

    def timed_commit() -> None:
        # What waits for the commit runs in it, so that the clock stops before.
        later, connection.run_on_commit = connection.run_on_commit, []
        commit()
        spans.append(time.perf_counter() - began)
        cpu.append(time.process_time() + _server_cpu_s(server) - began_cpu)
        connection.run_on_commit = later

    connection.set_autocommit, connection.commit = timed_set_autocommit, timed_commit
    try:
        yield
    finally:
        connection.set_autocommit, connection.commit = set_autocommit, commit


def _server_process(connection: Any) -> int | None:
    """The process of a PostgreSQL on this machine that works for this connection."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    return pid if Path(f"/proc/{pid}/stat").exists() else None


def _server_cpu_s(pid: int | None) -> float:
    """Processor seconds of the server's process so far: what it does for us counts like our own."""
    if pid is None:
        return 0.0
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure SQLite, and PostgreSQL where DATABASE_URL names one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--case", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make_workbook(Path(given.make[0]), given.rows, changed=given.make[1] == "changed")
        return
    if given.case:
        print(json.dumps(run_case(given.case[0], Path(given.case[1]), given.case[2], given.rows)))
        return
    if given.one:
        rows = measure(os.environ.get("DATABASE_URL", ""), given.rows)
        tell(f"Import of {given.rows} rows, {rows[0]['database']}", rows)
        sys.exit(0 if all(row.get("met", True) for row in rows) else 1)
    # A process for each database: Django's settings are read once.
    failed = 0
    for url in dict.fromkeys(("", os.environ.get("DATABASE_URL", ""))):
        command = [sys.executable, "-m", "benchmarks.imports", "--one", "--rows", str(given.rows)]
        failed |= subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()
