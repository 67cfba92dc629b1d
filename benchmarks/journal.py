"""Proving a journal of a million entries: seconds and memory of ``proving.verify``.

    python -m benchmarks.journal [--entries 1000000]

The entries are written as ``journal.record`` writes them (text, digest, columns), in bulk; then sealed as the tick seals.
The proof runs in a process of its own, so that the memory is that of the proof. Goals: at most 10 s and 200 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.databases import empty_database, tell

SECONDS, MB = 10.0, 200


def measure(url: str, n: int) -> dict[str, Any]:
    with empty_database(url) as connection:
        began = time.perf_counter()
        write(n)
        written = time.perf_counter()
        from shanhai.core import seals

        sealed = seals.seal_now()
        done = time.perf_counter()
        assert sealed == n, sealed
        proof = prove_in_child(connection)
    return {
        "database": connection.vendor,
        "entries": n,
        "write s": round(written - began, 1),
        "seal s": round(done - written, 1),
        **proof,
        "met": proof["verify s"] <= SECONDS and proof["peak MB"] <= MB,
    }


def write(n: int) -> None:
    """Entries of the size and kinds that a zone writes."""
    from django.db import connection, transaction

    from shanhai.core import bulk, clock, journal
    from shanhai.core.models import JournalEntry

    names = ("at", "action", "subject_kind", "subject_id", "pairing_id", "member_id", "organisation_id")
    stored = JournalEntry._meta.get_field("at")

    def rows(first: int, last: int) -> Any:
        for i in range(first, last):
            at = clock.now()
            body = {
                "schema": journal.SCHEMA,
                "at": at.isoformat(timespec="microseconds"),
                "action": "pairing.confirm_delivery",
                "kind": "pairing.delivery",
                "id": i,
                "what": f"兑现 LQXS-2023-{i:06}",
                "pairing": i % 18 + 1,
                "by": i % 400 + 1,
                "by_name": "林涛",
                "organisation": i % 90 + 1,
                "state": {
                    "stage": "confirmed",
                    "value": str(i % 977),
                    "delivered_on": "2023-09-01",
                    "number": f"D-{i}",
                },
                "facts": {"evidence": [i, i + 1], "remark": "经现场核实，附照片与验收单。"},
            }
            text = journal.canonical(body)
            yield (
                stored.get_db_prep_save(at, connection),
                body["action"],
                body["kind"],
                i,
                body["pairing"],
                body["by"],
                body["organisation"],
                text,
                journal.digest_of(text),
            )

    for first in range(0, n, 50_000):
        with transaction.atomic():
            bulk.insert_rows(JournalEntry, (*names, "body", "digest"), rows(first, min(first + 50_000, n)))


def prove_in_child(connection: Any) -> dict[str, Any]:
    child = "import benchmarks.journal as b; b.prove()"
    settings = json.dumps({"NAME": str(connection.settings_dict["NAME"])})
    done = subprocess.run(
        [sys.executable, "-c", child],
        env=os.environ | {"BENCHMARK_DATABASE": settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def prove() -> None:
    """What the child does."""
    import django

    django.setup()
    from django.db import connection

    from shanhai.core import proving

    connection.settings_dict.update(json.loads(os.environ["BENCHMARK_DATABASE"]))

    server = _server_of(connection)
    before, asked = peak_mb(), _worked(server)
    began, worked = time.perf_counter(), time.process_time()
    report = proving.verify()
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    assert report.is_sound, report.problems[:3]
    answer = {
        "verify s": round(seconds, 2),
        "of it at work s": round(worked, 2),
        "server at work s": round(_worked(server) - asked, 2),
        "peak MB": peak_mb(),
        "of it before MB": before,
    }
    print(json.dumps(answer))


def _server_of(connection: Any) -> Path | None:
    """Where the kernel counts the work of PostgreSQL's process for us; None for SQLite and a server elsewhere."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        place = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    return place if place.exists() else None


def _worked(process: Path | None) -> float:
    """Seconds on the processor so far, in the program and in the kernel."""
    if process is None:
        return 0.0
    fields = process.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb() -> int:
    """What this process has held at most. Not ru_maxrss: that begins with what our parent held when it started us."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        row = measure(os.environ.get("DATABASE_URL", ""), given.entries)
        tell(f"Proof of the journal, {row['database']}", [row])
        sys.exit(0 if row["met"] else 1)
    failed = 0
    for url in dict.fromkeys(("", os.environ.get("DATABASE_URL", ""))):
        command = [sys.executable, "-m", "benchmarks.journal", "--one", "--entries", str(given.entries)]
        failed |= subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()
