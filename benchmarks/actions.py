"""What an action with its journal entry costs, against the same statements by the bare ORM in the same run.

Floor: one select, one conditional update, two inserts (a row of a field, a row of the journal with a ready text) in a
transaction. Ours: the same with ``@action``, ``access.check``, ``rows.move`` and ``journal.record``, which makes text and
digest. Both take turns, operation by operation; the median over the rounds counts.

    python -m benchmarks.actions [--rounds 9] [--each 300]

SQLite is measured first; with DATABASE_URL set, PostgreSQL after it. Goal: at least 60 % of the floor on both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.databases import empty_database, tell

GOAL = 0.60


def measure(url: str, rounds: int, each: int) -> dict[str, Any]:
    with empty_database(url) as connection:
        if bool(url) != (connection.vendor == "postgresql"):
            raise SystemExit(f"Asked for {url or 'SQLite'}, and {connection.vendor} answers.")
        floor, ours = contestants()
        for i in range(100):
            floor(-i - 1)
            ours(-i - 1)
        rates: dict[str, list[float]] = {"floor": [], "ours": []}
        for i in range(rounds):
            taken = in_turns(floor, ours, i * each, each)
            rates["floor"].append(each / taken[0])
            rates["ours"].append(each / taken[1])
        ratios = [ours / floor for floor, ours in zip(rates["floor"], rates["ours"], strict=True)]
        return {
            "database": connection.vendor,
            "floor per s": round(statistics.median(rates["floor"])),
            "action per s": round(statistics.median(rates["ours"])),
            "share": round(statistics.median(ratios), 3),
            "lowest round": round(min(ratios), 3),
            "goal": GOAL,
            "met": statistics.median(ratios) >= GOAL,
        }


def in_turns(
    floor: Callable[[int], None], ours: Callable[[int], None], start: int, n: int
) -> tuple[float, float]:
    """Seconds of both, one operation of each after the other, so that whatever else runs slows both alike."""
    seconds = [0.0, 0.0]
    for i in range(start, start + n):
        for which, one in enumerate((floor, ours)):
            began = time.perf_counter()
            one(i)
            seconds[which] += time.perf_counter() - began
    return seconds[0], seconds[1]


def contestants() -> tuple[Callable[[int], None], Callable[[int], None]]:
    from django.db import transaction
    from django.db.models import F

    from shanhai.core import access, clock, journal, rows
    from shanhai.core.models import JournalEntry, NoticeFact, Organisation
    from shanhai.core.writing import action

    organisation, by = people()
    text = journal.record(organisation, "core.change_organisation", by=by, changed=["phone"]).body
    digest = journal.digest_of(text)
    pk = organisation.pk

    def floor(i: int) -> None:
        with transaction.atomic():
            row = Organisation.objects.get(pk=pk)
            moved = Organisation.objects.filter(pk=pk, version=row.version).update(
                phone=str(i), version=F("version") + 1
            )
            assert moved == 1
            at = clock.now()
            NoticeFact.objects.create(key=f"floor {i}", kind="test", what="x", url="/", at=at)
            JournalEntry.objects.create(
                at=at,
                action="core.change_organisation",
                subject_kind="core.organisation",
                subject_id=pk,
                pairing_id=None,
                member_id=by.pk,
                organisation_id=pk,
                body=text,
                digest=digest,
            )

    @action
    def change(*, phone: str, by: Any) -> None:
        access.check(by, "core.change_organisation")
        row = Organisation.objects.get(pk=pk)
        rows.move(row, phone=phone)
        NoticeFact.objects.create(key=f"ours {phone}", kind="test", what="x", url="/", at=clock.now())
        journal.record(row, "core.change_organisation", by=by, changed=["phone"])

    def ours(i: int) -> None:
        change(phone=str(i), by=by)

    return floor, ours


def people() -> tuple[Any, Any]:
    """An organisation and a clerk who may change it."""
    from datetime import date

    from shanhai.core.models import Member, Organisation, Region, RoleGrant, Unit

    region = Region.objects.create(
        code="331181000000", level="county", name_zh="龙泉市", name_sort="longquan"
    )
    organisation = Organisation.objects.create(
        code="LQ", kind="government", region=region, name_zh="龙泉市人民政府", name_sort="longquan"
    )
    unit = Unit.objects.create(
        organisation=organisation, code="LQ-1", name_zh="办公室", name_sort="bangongshi"
    )
    member = Member.objects.create(unit=unit, code="lin", name_zh="林涛", name_sort="lin tao")
    RoleGrant.objects.create(member=member, role="administrator", from_on=date(2018, 1, 1))
    return organisation, Member.objects.select_related("unit__organisation").get(pk=member.pk)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        row = measure(os.environ.get("DATABASE_URL", ""), given.rounds, given.each)
        tell(f"Action against the floor, {row['database']}", [row])
        sys.exit(0 if row["met"] else 1)
    # A process for each database: Django's settings are read once.
    failed = 0
    for url in dict.fromkeys(("", os.environ.get("DATABASE_URL", ""))):
        command = [sys.executable, "-m", "benchmarks.actions", "--one"]
        command += ["--rounds", str(given.rounds), "--each", str(given.each)]
        failed |= subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()
