"""What the check of a table of item states of 10,000 rows costs, and writing it, against a bare reader.

Files of four items each, all under review; a row decides an item, so the rows of a file are held against it together and
the later ones stand on the earlier. Ours: ``bringing.bring`` (recognition, typing, comparison, the rules, who may) and
``committing.write`` (each decision takes effect: the join, the items that open, work, the journal). Floor: openpyxl reads
the same file; nothing is checked.

    python -m benchmarks.item_states [--rows 10000]

With DATABASE_URL set, PostgreSQL is measured too. Goal for the check of 10,000 rows: 10 s and 400 MB (process and child
together); writing is told beside it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.databases import empty_database, tell
from benchmarks.imports import Memory, _cpu_s

SECONDS, MEGABYTES = 10.0, 400
HEADINGS = ("审批件编号", "事项编码", "办理状态", "办理结果", "办结日期", "理由")


def make_workbook(path: Path, numbers: list[str], codes: tuple[str, ...]) -> int:
    """A row for each item of each file, decided today; gives how many."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("事项进度")
    sheet.append(HEADINGS)
    for number in numbers:
        for code in codes:
            sheet.append([number, code, "已办结", "同意", "2023-09-18", ""])
    book.save(path)
    return len(numbers) * len(codes)


def files_like(first: Any, n: int) -> list[str]:
    """Files under review that are copies of one, each of a project of its own; their numbers."""
    from django.db.models import Model

    from shanhai.fields.approval.models import Case, CaseItem

    def copies(rows: list[Any], model: type[Model], number: Any) -> list[Any]:
        made = []
        for i in range(n):
            for row in rows:
                values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
                del values["id"]
                made.append(model(**values | number(i)))
        return model._default_manager.bulk_create(made, batch_size=1000)

    projects = copies(
        [first.project],
        type(first.project),
        lambda i: {"number": f"Q-{i}", "project_code": f"2103-331181-04-02-{i:06d}"},
    )
    cases = copies([first], Case, lambda i: {"number": f"K-{i}", "project_id": projects[i].pk})
    copies(list(first.items.order_by("place")), CaseItem, lambda i: {"case_id": cases[i].pk})
    return [one.number for one in cases]


def _floor(path: Path) -> float:
    from openpyxl import load_workbook

    began = time.perf_counter()
    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    for _row in sheet.iter_rows(min_row=2, values_only=True):
        pass
    return time.perf_counter() - began


def measure(url: str, n_rows: int) -> list[dict[str, Any]]:
    """The floor, the check, and the writing of one table on an empty database."""
    with empty_database(url) as connection:
        from benchmarks.decisions import ITEMS, Ours
        from shanhai.core import signs
        from shanhai.core.sheets import bringing, committing
        from shanhai.fields.approval.models import Case
        from shanhai.fields.approval.queries import cases

        ours, codes = Ours(), tuple(code for code, _days, _after in ITEMS)
        numbers = files_like(cases.case_of(None, ours._file(ours.small)), n_rows // len(codes))
        path = Path(os.environ["SHANHAI_DATA"]) / "states.xlsx"
        n = make_workbook(path, numbers, codes)
        floor, register, rows = _floor(path), signs.registers["approval.item_states"], []
        for what in ("check", "write"):
            with Memory() as memory:
                began, began_cpu = time.perf_counter(), _cpu_s()
                if what == "check":
                    brought = bringing.bring(path, register, pairing=ours.zone, by=ours.keeper)
                    assert brought.stage == "checked" and brought.counts["refused"] == 0, brought.counts
                else:
                    committing.write(brought, by=ours.keeper)
                    assert Case.objects.filter(stage="approved").count() == len(numbers)
                took, cpu = time.perf_counter() - began, _cpu_s() - began_cpu
            row = {
                "database": connection.vendor,
                "what": what,
                "rows": n,
                "s": round(took, 1),
                "CPU s": round(cpu, 1),
            }
            row |= {"peak MB": memory.peak_mb, "floor s": round(floor, 2)}
            rows.append(
                row | ({"met": took <= SECONDS and memory.peak_mb <= MEGABYTES} if what == "check" else {})
            )
        return rows


def main() -> None:
    """Measure SQLite, and PostgreSQL where DATABASE_URL names one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        rows = measure(os.environ.get("DATABASE_URL", ""), given.rows)
        tell(f"A table of {given.rows:,} item states, {rows[0]['database']}", rows)
        sys.exit(0 if all(row.get("met", True) for row in rows) else 1)
    # A process for each database: Django's settings are read once.
    failed = 0
    for url in dict.fromkeys(("", os.environ.get("DATABASE_URL", ""))):
        command = [sys.executable, "-m", "benchmarks.item_states", "--one", "--rows", str(given.rows)]
        failed |= subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()
