"""A full decision of a reviewer beside Viewflow 2.4, in one run and in turns.

    python -m benchmarks.decisions [--rounds 9] [--each 100]

Work of one decision, in both: the item is read, permission, state and opinions are asked, the working days are counted,
the row is moved if it is still where it was seen, the join is taken, the items that come next open with their due days
and stand on the lists of their reviewers, and each row that moved has its entry in a journal with a sum over its text. The
file has four items: one, then two at once, then one (``benchmarks/peers/reviewflow``). Viewflow runs in an environment of
its own (``requirements/viewflow.txt``, AGPL), with the settings of the database that we have.

Both stand in processes of their own and decide ``--each`` by turns; the median of the rounds' ratios counts, by the work of
the processor of the asking process on SQLite and by the clock on PostgreSQL, where much of the work is the server's. The p99
is that of all single decisions, by the clock. SQLite first; with DATABASE_URL set, PostgreSQL after it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "scripts")]

from benchmarks.databases import empty_database, tell  # noqa: E402

GOALS = {"sqlite": 2.5, "postgresql": 2.0}
P99_MS, STATEMENTS, WIDE_MS, WIDE = 10.0, 10, 200.0, 200
ITEMS = (
    # code, days, after
    ("filing", 2, ()),
    ("eia", 7, ("filing",)),
    ("scheme", 5, ("filing",)),
    ("permit", 5, ("eia", "scheme")),
)


# -- ours --------------------------------------------------------------------------------------------------------------


class Ours:
    """A zone with one department that decides everything, and files of a small catalogue."""

    def __init__(self) -> None:
        from datetime import date

        from benchmarks import scale_zone
        from shanhai.core.actions import members, organisations, roles, units
        from shanhai.core.models import Member, Organisation, Pairing, Region, User
        from shanhai.fields.approval.rules.catalogue import Catalogue, Department, Item, Stage

        scale_zone.stage()
        self.zone = Pairing.objects.get(code="LQXS")
        self.region = Region.objects.get(code="331181000000")
        parent = Organisation.objects.get(code="LQ")
        made = organisations.add_organisation(
            code="LQ-DEC", kind="department", region=self.region, name_zh="审批局", parent=parent, by=None
        )
        unit = units.add_unit(made, code="LQ-DEC-1", name_zh="审批科", ladder="handle", by=None)
        one = members.add_member(unit, code="reviewer", name_zh="审批员", by=None)
        roles.give_role(one, role="handler", from_on=date(2018, 1, 1), by=None)
        one.user = User.objects.create(username="reviewer", password="!", language="en")
        one.save(update_fields=["user"])
        self.keeper = Member.objects.select_related("unit__organisation").get(code="M0")
        self.firm = organisations.add_organisation(
            code="FIRM", kind="enterprise", region=self.region, name_zh="企业", parent=parent, by=None
        )
        department = Department("dec", "审批局", organisation="LQ-DEC")

        def catalogue(*items: Item) -> Catalogue:
            return Catalogue(
                "目录",
                region=self.region.code,
                stages=(Stage(1, "全部"),),
                departments=(department,),
                items=items,
            )

        self.small = self._publish(
            "SMALL", catalogue(*(Item(c, 1, c, lead="dec", promised_days=n, after=a) for c, n, a in ITEMS))
        )
        behind = (
            Item(f"i{n}", 1, f"i{n}", lead="dec", promised_days=5, after=("first",)) for n in range(WIDE - 1)
        )
        self.large = self._publish(
            "LARGE", catalogue(Item("first", 1, "first", lead="dec", promised_days=1), *behind)
        )
        self.reviewer = Member.objects.select_related("unit__organisation").get(code="reviewer")
        self.waiting: deque[tuple[str, str]] = deque()
        self.number = 0

    def _publish(self, code: str, document: Any) -> Any:
        from shanhai.fields.approval.actions import catalogues
        from shanhai.fields.approval.queries import catalogues as queries

        catalogues.open_catalogue(code=code, region=self.region, document=document, by=self.keeper)
        catalogues.publish_draft(queries.draft_of(code), why="x", by=self.keeper)
        return queries.version_of(code)

    def _file(self, version: Any) -> str:
        from shanhai.fields.approval.actions import filing
        from shanhai.fields.investment.actions import projects

        self.number += 1
        project = projects.add_project(
            self.zone, number=f"P-{self.number}", name_zh="项目", enterprise=self.firm, region=self.region,
            project_code=f"2103-331181-04-01-{self.number:06d}", by=self.keeper,
        )  # fmt: skip
        case = filing.file_case(project, catalogue=version, number=f"C-{self.number}", by=self.keeper)
        filing.hand_in(case, by=self.keeper)
        filing.accept_case(case, by=self.keeper)
        return case.number

    def prepare(self, n: int) -> None:
        """File ``n`` cases; nothing of it is timed."""
        for _ in range(n):
            number = self._file(self.small)
            self.waiting += [(number, code) for code, _days, _after in ITEMS]

    def decide(self, number: str, code: str) -> None:
        """One decision, as the page takes it: the item is read with its case by who may see it, then decided."""
        from shanhai.fields.approval.actions import deciding
        from shanhai.fields.approval.queries import cases

        item = cases.item_of(self.reviewer, number, code)
        deciding.decide_item(item, decision="approved", by=self.reviewer)

    def timed(self, n: int) -> dict[str, Any]:
        """Take ``n`` decisions; seconds of each by the clock, and of the processor together."""
        clock, began = [], time.process_time()
        for _ in range(n):
            number, code = self.waiting.popleft()
            at = time.perf_counter()
            self.decide(number, code)
            clock.append(time.perf_counter() - at)
        return {"clock": clock, "processor": time.process_time() - began}

    def statements(self) -> int:
        """Statements of the decision that joins, the reading of the item among them."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.prepare(1)
        pairs = [self.waiting.pop() for _ in ITEMS][::-1]
        for pair in pairs[:2]:
            self.decide(*pair)
        with CaptureQueriesContext(connection) as seen:
            self.decide(*pairs[2])
        ends = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        return len([one for one in seen if not one["sql"].startswith(ends)])

    def wide(self, _n: int) -> float:
        """Milliseconds by the processor in which a file of 200 items advances by its first."""
        number = self._file(self.large)
        began = time.process_time()
        self.decide(number, "first")
        return (time.process_time() - began) * 1000


def stand(url: str) -> None:
    """What our process does: answer lines, as ``benchmarks/peers/decide.py`` does."""
    with empty_database(url):
        ours = Ours()
        print(json.dumps({"version": "", "statements": ours.statements()}), flush=True)
        for line in sys.stdin:
            what, n = line.split()
            if what == "prepare":
                ours.prepare(int(n))
                told: Any = {}
            else:
                told = ours.timed(int(n)) if what == "decide" else {"ms": ours.wide(int(n))}
            print(json.dumps(told), flush=True)


# -- both --------------------------------------------------------------------------------------------------------------


class Line:
    """A process that decides, and the line to it."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.first = self._answer()

    def _answer(self) -> dict[str, Any]:
        for line in self.process.stdout:  # type: ignore[union-attr]
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit("One of the two ended without an answer.")

    def ask(self, what: str, n: int) -> dict[str, Any]:
        """What it answers."""
        self.process.stdin.write(f"{what} {n}\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        return self._answer()

    def end(self) -> None:
        """Let it go."""
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(60)


@contextmanager
def _database_for_peer(url: str, folder: str) -> Iterator[str]:
    if not url:
        yield f"sqlite://{folder}/viewflow.sqlite3"
        return
    import psycopg

    name = f"benchmark_viewflow_{os.getpid()}"
    server = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def compare(url: str, rounds: int, each: int) -> dict[str, Any]:
    """Both on one kind of database, in turns."""
    import peers

    kind = "postgresql" if url else "sqlite"
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        peer_url = stack.enter_context(_database_for_peer(url, folder))
        python = str(peers.make(peers.VIEWFLOW))
        peer = Line([python, str(ROOT / "benchmarks" / "peers" / "decide.py"), peer_url], dict(os.environ))
        stack.callback(peer.end)
        ours = Line(
            [sys.executable, "-m", "benchmarks.decisions", "--stand"], os.environ | {"DATABASE_URL": url}
        )
        stack.callback(ours.end)
        clocks: dict[str, list[float]] = {"ours": [], "peer": []}
        ratios: dict[str, list[float]] = {"processor": [], "clock": []}
        for turn in range(rounds + 1):
            told = {}
            for name, line in (("ours", ours), ("peer", peer)):
                line.ask("prepare", each // len(ITEMS))
                told[name] = line.ask("decide", each)
            if not turn:
                continue  # The first fills what is kept in memory.
            for name, found in told.items():
                clocks[name] += found["clock"]
            ratios["processor"].append(told["peer"]["processor"] / told["ours"]["processor"])
            ratios["clock"].append(sum(told["peer"]["clock"]) / sum(told["ours"]["clock"]))
        wide = {
            name: min(line.ask("wide", WIDE)["ms"] for _ in range(5))
            for name, line in (("ours", ours), ("peer", peer))
        }
    ratio = statistics.median(ratios["processor" if kind == "sqlite" else "clock"])
    p99 = _p99(clocks["ours"])
    return {
        "database": kind,
        "ours ms": round(statistics.median(clocks["ours"]) * 1000, 2),
        "viewflow ms": round(statistics.median(clocks["peer"]) * 1000, 2),
        "by processor": round(statistics.median(ratios["processor"]), 2),
        "by clock": round(statistics.median(ratios["clock"]), 2),
        "goal": GOALS[kind],
        "p99 ms": round(p99, 1),
        "viewflow p99 ms": round(_p99(clocks["peer"]), 1),
        "statements": ours.first["statements"],
        "viewflow statements": peer.first["statements"],
        "200 items ms": round(wide["ours"], 1),
        "viewflow 200 items ms": round(wide["peer"], 1),
        "load": round(os.getloadavg()[0], 1),
        "met": ratio >= GOALS[kind] and p99 <= P99_MS and ours.first["statements"] <= STATEMENTS and wide["ours"] <= WIDE_MS,
    }  # fmt: skip


def _p99(clock: list[float]) -> float:
    return sorted(clock)[round(0.99 * (len(clock) - 1))] * 1000


def main() -> None:
    """Compare on SQLite, then on PostgreSQL where DATABASE_URL names one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--stand", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if asked.stand:
        stand(url)
        return
    rows = [compare(one, asked.rounds, asked.each) for one in dict.fromkeys(("", url))]
    tell("A full decision beside Viewflow 2.4", rows)
    sys.exit(0 if all(row["met"] for row in rows) else 1)


if __name__ == "__main__":
    main()
