"""How quick the lists of the fields stay as they grow: every declared sort and filter on few and on many rows.

    python benchmarks/scale.py [--rows 1000000] [--lists regions,members] [--looks 11]

Fills each register with 10,000 rows by bulk SQL (``benchmarks/scale_rows.py``), and another database with ``--rows`` rows.
Two processes, one on each, show the page of 100 rows for every sort that the list declares, its second page, every
choice of every filter, and each filter in each other sort, in turns, so that whatever else the machine does meets both;
the best of eleven looks counts, by its work on processors, the database's included. The cases are read from the
declaration that the page shows: a new sort is measured without a word here, a new filter without choices asks for one in
``WORDS``.

Runs on SQLite, or on PostgreSQL where ``DATABASE_URL`` names one (a database beside it is made and dropped).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT))

from benchmarks.databases import tell  # noqa: E402

TARGET_RATIO = 1.5
LOOKS = 11
SMALL = 10_000
# What each list is asked beside its own declaration: filters together, and with a sort.
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "organisations": (
        "/registry/organisations/?size=100&clear=1",
        ("kind=enterprise&sort=-code", "kind=enterprise&region=331181"),
    ),
    "journal": ("/registry/journal/?size=100&clear=1", ()),
    "agreements": (
        "/pairing/agreements/?size=100&clear=1",
        ("field=park&stage=ended", "stage=ended&sort=name"),
    ),
    "commitments": (
        "/pairing/commitments/?size=100&clear=1",
        (
            "status=done&sort=code",
            "field=park&side=sea",
            "field=park&side=sea&sort=due_on",
            "status=late&side=sea",
        ),
    ),
    "regions": ("/registry/regions/?size=100&clear=1", ()),
    "members": ("/registry/members/?size=100&clear=1", ("state=former&sort=code",)),
    "units": ("/registry/units/?size=100&clear=1", ("organisation=O1&ladder=handle",)),
    "documents": ("/registry/documents/?size=100&clear=1", ()),
    "imports": ("/registry/imports/?size=100&clear=1", ()),
    "batches": ("/registry/batches/?size=100&clear=1", ()),
    "numbers": ("/registry/file-numbers/?size=100&clear=1", ()),
    "tokens": ("/registry/keys/?size=100&clear=1", ("state=active&owner=M1",)),
    "meetings": ("/pairing/meetings/?size=100&clear=1", ("level=offices&stage=signed",)),
    "items": (
        "/pairing/action-items/?size=100&clear=1",
        ("whose=mine&show=late", "lead=sea&field=park", "whose=mine&sort=number"),
    ),
    "secondments": ("/pairing/secondments/?size=100&clear=1", ("direction=to_sea&stage=running",)),
    "activities": ("/pairing/activities/?size=100&clear=1", ("kind=visit&lead=sea",)),
    "technical": ("/pairing/technical-problems/?size=100&clear=1", ("stage=open&side=sea",)),
    "problems": ("/office/problems/?size=100&clear=1", ("show=all&field=park",)),
    "parcels": ("/park/parcels/?size=100&clear=1", ("state=idle&park=PARK1", "state=serviced&sort=mu")),
    "firms": (
        "/park/firms/?size=100&clear=1",
        ("grade=D&scale=below&presence=there", "grade=D&sort=tax_per_mu"),
    ),
    "renewals": ("/park/renewals/?size=100&clear=1", ("stage=vacated&reason=idle",)),
    "projects": ("/investment/projects/?size=100&clear=1", ("stage=building&sort=-investment_fen",)),
    "leads": (
        "/investment/leads/?size=100&clear=1",
        (
            "state=late&kind=new",
            "stage=talking&kind=foreign&sort=counted_fen",
            "reached=signed&introducer=O1",
        ),
    ),
    "claims": (
        "/investment/aid/?size=100&clear=1",
        ("state=running&policy=A1", "stage=found&sort=-amount_fen"),
    ),
}
# What is written into a filter that has no choices, or has a hundred of them, by list and filter.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "registry.organisations": {"region": ("331181",), "q": ("单位0001", "B0001", "dan wei 0001")},
    "registry.journal": {
        "member": ("M7",),
        "on": ("2023-03-01",),
        "action": ("core.add_unit", "core.change_unit", "core.add_organisation", "core.end_pairing"),
    },
    "registry.regions": {"q": ("乡村0001", "340000000", "xiang cun 0001", "Place 0001")},
    "registry.members": {"unit": ("LQ-1",), "q": ("人员0001", "P0001", "ren yuan 0001", "Person 0001")},
    "registry.units": {"organisation": ("O1",)},
    "park.parcels": {"q": ("L0001", "局1")},
    "park.firms": {"q": ("F0001",)},
    "investment.projects": {"q": ("P0001",)},
    "investment.leads": {"q": ("L0001",)},
    "investment.aid_claims": {"firm": ("E1",)},
    "registry.tokens": {"owner": ("M1",), "q": ("program 0001", "K0001")},
}


def stand(rows: int, url: str, lists: Any) -> None:
    """What the process on one database does: fill it, then show the pages whose paths come in, one a line."""
    from benchmarks import scale_rows, scale_zone
    from benchmarks.databases import Work, empty_database

    with empty_database(url) as connection:
        from shanhai.core.models import Member

        client = scale_zone.stage()
        scale_zone.seed(Member.objects.get(code="M0"))
        shown = _watch()
        if connection.vendor == "sqlite":
            _widen(connection, 1_000_000)
        for table in lists:
            scale_rows.fill(connection, table, 0, rows)
        if connection.vendor == "sqlite":
            _widen(connection, 8_000)
        else:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        work = Work(connection)
        print("ready", flush=True)
        for line in sys.stdin:
            path = line.strip()
            if path in LISTS:
                client.get(LISTS[path][0])
                print(json.dumps(list(cases(shown[-1], LISTS[path][1]))), flush=True)
                continue
            started, worked = time.perf_counter(), work.ms()
            answer = client.get(path)
            took, worked = time.perf_counter() - started, work.ms() - worked
            found = {"status": answer.status_code, "ms": took * 1000, "work": worked}
            print(json.dumps(found | {"next": _following(answer.content)}), flush=True)


def _watch() -> list[Any]:
    """The pages of lists that were shown, the newest last; no more than the last is kept."""
    from shanhai.webkit import listing

    shown: list[Any] = []
    page = listing.page

    def watched(*given: Any) -> Any:
        shown[:] = [page(*given)]
        return shown[0]

    listing.page = watched
    return shown


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

    def cases(self, name: str) -> list[tuple[str, bool]]:
        """The cases of a list, from its declaration."""
        self.process.stdin.write(name + "\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        return json.loads(self.process.stdout.readline())  # type: ignore[union-attr]

    def end(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(120)


def cases(shown: Any, extra: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """The queries of a list from its declaration, and whether the second page is shown, too.

    ``shown`` is a ``webkit.listing.Page``: its table declares the sorts, its controls have the choices of the filters.
    """
    sorts = list(shown.table.sorts())
    for name in sorts:
        for sign in ("", "-"):
            yield f"sort={sign}{name}", True
    for control in shown.controls:
        values = list(WORDS.get(shown.table.code, {}).get(control.name, ()))
        values = values or [value for value, _label in control.choices if value]
        if not values:
            raise SystemExit(f"Write into WORDS what {shown.table.code} is asked by {control.name}.")
        for value in values:
            yield urlencode({control.name: value}), False
        for name in sorts:
            if name != shown.table.default_sort.removeprefix("-"):
                yield urlencode({control.name: values[0], "sort": name}), False
    for query in extra:
        yield query, False


def scale(rows: int, url: str, lists: Any, looks: int = LOOKS) -> list[dict[str, Any]]:
    """Each sort and filter on few and on many rows, asked in turns."""
    few, many = Stand(SMALL, url, lists), Stand(rows, url, lists)
    try:
        few.wait()
        many.wait()
        found = []
        for name in lists:
            for query, goes_on in few.cases(name):
                path = f"{LISTS[name][0]}&{query}"
                found.append(_side_by_side(f"{name} {query}", few, many, [path, path], rows, looks))
                print(json.dumps(found[-1], ensure_ascii=False), file=sys.stderr, flush=True)
                following = [few.ask(path)["next"], many.ask(path)["next"]]
                if goes_on and all(following):
                    found.append(
                        _side_by_side(f"{name} {query}, next page", few, many, following, rows, looks)
                    )
        return found
    finally:
        few.end()
        many.end()


def _side_by_side(name: str, few: Stand, many: Stand, paths: list[str], rows: int, n: int) -> dict[str, Any]:
    looks: tuple[list[Any], list[Any]] = ([], [])
    for turn in range(n + 1):
        for stand, path, seen in zip((few, many), paths, looks, strict=True):
            look = stand.ask(path)
            if turn:  # the first one warms up
                seen.append(look)
    ms = [min(look["ms"] for look in seen) for seen in looks]
    work = [min(look["work"] for look in seen) for seen in looks]
    ratio = work[1] / work[0]
    return {
        "list": name,
        f"ms_{SMALL}": round(ms[0], 1),
        f"ms_{rows}": round(ms[1], 1),
        f"work_{SMALL}": round(work[0], 1),
        f"work_{rows}": round(work[1], 1),
        "ratio": round(ratio, 2),
        "by_time": round(ms[1] / ms[0], 2),
        "meets": ratio <= TARGET_RATIO,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large list")
    parser.add_argument("--lists", default=",".join(LISTS), help="with commas between")
    parser.add_argument("--looks", type=int, default=LOOKS, help="at each page; fewer only while developing")
    parser.add_argument("--stand", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if options.stand:
        stand(options.rows, url, options.stand.split(","))
        return 0
    rows = scale(options.rows, url, options.lists.split(","), options.looks)
    tell(f"Lists at scale, {'PostgreSQL' if url else 'SQLite'}", rows)
    return 0 if all(row["meets"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
