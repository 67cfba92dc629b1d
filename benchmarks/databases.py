"""What benchmarks share: an empty database of their own, a table for people and JSON for programs."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def empty_database(url: str = "") -> Iterator[Any]:
    """Django on an empty SQLite file, or on a database made for this beside the one of ``url``; one a process."""
    folder = Path(tempfile.mkdtemp(prefix="shanhai-benchmark-"))
    os.environ["SHANHAI_DATA"] = str(folder)
    os.environ["SHANHAI_TODAY"] = "2023-09-18T09:00"
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
    import django

    django.setup()
    from django.db import connection

    # A file, as in use: a database in memory has no log and no second process.
    connection.settings_dict["TEST"]["NAME"] = (
        f"benchmark_{os.getpid()}" if url else str(folder / "benchmark.sqlite3")
    )
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield connection
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
        shutil.rmtree(folder, ignore_errors=True)


class Work:
    """What a connection's asking costs on processors, ours and its server's: the same whatever else the machine does.

    PostgreSQL's part is what the system counted for the process that serves the connection, which has to be on this
    machine; plans are kept to that one process, for helpers that it started would not be counted.
    """

    def __init__(self, connection: Any) -> None:
        self.server: Path | None = None
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("SELECT pg_backend_pid()")
            self.server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        if not self.server.exists():
            raise SystemExit(f"{self.server} cannot be read: take a PostgreSQL on this machine.")

    def ms(self) -> float:
        """Milliseconds of work so far."""
        ours = time.process_time() * 1000
        return ours + (int(self.server.read_text().split()[0]) / 1e6 if self.server else 0.0)


def tell(title: str, rows: Sequence[dict[str, Any]]) -> None:
    """Print a table, then the same as JSON on one line."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[str(row.get(name, "")) for name in columns] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(columns)]
    print(f"\n{title}")
    print("  ".join(name.ljust(width) for name, width in zip(columns, widths, strict=True)))
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    print(json.dumps({"benchmark": title, "rows": list(rows)}, ensure_ascii=False))
