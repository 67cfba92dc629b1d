"""What merging a large round costs: 200 units that each gave 2,000 cells.

Measured are one unit's fill-in (2,000 cells in one action), opening the page of the round, the preview, and the merge:
all values into one workbook, sums into figures, journal and document included. The values are written beforehand.

    python -m benchmarks.rounds [--units 200] [--cells 2000]

With DATABASE_URL set, PostgreSQL is measured instead. Goal: the merge takes at most 10 s.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from datetime import date
from typing import Any

from benchmarks.databases import empty_database, tell

GOAL_S = 10.0


def measure(url: str, units: int, cells: int) -> dict[str, Any]:
    with empty_database(url) as connection:
        one, clerk = a_round(units, cells)
        from shanhai.fields.office import actions
        from shanhai.fields.office.queries import merged
        from shanhai.fields.office.queries import rounds as queries

        filled = timed(lambda: fill_one(one, cells))
        fill_others(one, cells)
        matrix = timed(lambda: queries.matrix(one))
        preview = timed(lambda: merged.preview_of(one))
        before = peak_mb()
        began = time.process_time()
        merge = timed(lambda: actions.merge_round(one, by=clerk))
        processor = time.process_time() - began
        return {
            "database": connection.vendor,
            "units": units,
            "cells": cells,
            "fill one s": round(filled, 2),
            "page s": round(matrix, 3),
            "preview s": round(preview, 2),
            "merge s": round(merge, 2),
            "merge processor s": round(processor, 2),
            "workbook MB": round(one.workbook.blob.size / 2**20, 1),
            "peak MB before": before,
            "peak MB": peak_mb(),
            "goal s": GOAL_S,
            "met": merge <= GOAL_S,
        }


def timed(call: Any) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def peak_mb() -> int:
    """The most memory that this process has had; it only goes up."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def a_round(n_units: int, n_cells: int) -> tuple[Any, Any]:
    """An open round of one office: half the questions are numbers, the first feed an indicator."""
    from shanhai.core.actions import members, organisations, pairings, regions, roles
    from shanhai.core.actions import units as unit_actions
    from shanhai.fields.office import actions
    from shanhai.fields.office.rules import rounds as rules

    places = {}
    for code, name in (("330000000000", "浙江省"), ("331100000000", "丽水市"), ("331181000000", "龙泉市"),
                       ("330100000000", "杭州市"), ("330109000000", "萧山区")):  # fmt: skip
        places[code] = regions.add_region(code=code, name_zh=name, by=None)
    mountain = organisations.add_organisation(
        code="LQ", kind="government", region=places["331181000000"], name_zh="龙泉市人民政府", by=None
    )
    sea = organisations.add_organisation(
        code="XS", kind="government", region=places["330109000000"], name_zh="萧山区人民政府", by=None
    )
    office = unit_actions.add_unit(mountain, code="office", name_zh="协作办", by=None)
    clerk = members.add_member(office, code="clerk", name_zh="叶岚", by=None)
    roles.give_role(clerk, role="office", by=None)
    pairing = pairings.open_pairing(
        code="P", level="county", name_zh="结对", started_on=date(2012, 6, 1),
        parties=((mountain, "mountain"), (sea, "sea")), by=None,
    )  # fmt: skip
    asked = []
    for n in range(n_units):
        home = organisations.add_organisation(
            code=f"D{n}", kind="department", region=places["331181000000"], name_zh=f"部门{n}", parent=mountain,
            by=None,
        )  # fmt: skip
        unit = unit_actions.add_unit(home, code=f"u{n}", name_zh="综合科", ladder="handle", by=None)
        members.add_member(unit, code=f"m{n}", name_zh=f"人{n}", by=None)
        asked.append(unit)
    questions = [
        rules.Question(
            f"q{n}", f"填报项{n}", type=("int", "decimal", "fen", "text")[n % 4],
            feeds="office.reported_jobs" if n % 4 == 0 and n < 40 else "",
        )
        for n in range(n_cells)
    ]  # fmt: skip
    one = actions.draft_round(
        pairing, number="R", name_zh="大轮次", period="2023-08", due_on=date(2023, 9, 20), questions=questions,
        units=asked, by=clerk,
    )  # fmt: skip
    return actions.open_round(one, by=clerk), clerk


def written(n: int) -> str:
    """What somebody writes into the n-th question."""
    return (str(n % 997), f"{n % 97}.5", f"{n % 89}.25", f"说明{n % 13}")[n % 4]


def fill_one(one: Any, n_cells: int) -> None:
    """One unit fills all of its cells in, by the action."""
    from shanhai.fields.office import actions
    from shanhai.fields.office.queries import rounds

    answer = rounds.answer_of(None, "R", "u0")
    actions.fill_answer(answer, {(f"q{n}", ""): written(n) for n in range(n_cells)}, by=None)


def fill_others(one: Any, n_cells: int) -> None:
    """The rest, copied from the first unit, and all accepted: what stands there when the office merges."""
    from django.db import connection, transaction

    from shanhai.core import clock
    from shanhai.fields.office.models import RoundAnswer, RoundValue

    first = RoundAnswer.objects.get(unit__code="u0")
    table = RoundValue._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (answer_id, column_id, line_id, text, state, word, at, file_name, file_sha256) "
            f"SELECT a.id, v.column_id, v.line_id, v.text, v.state, v.word, v.at, v.file_name, v.file_sha256 "
            f"FROM {table} v, {RoundAnswer._meta.db_table} a WHERE v.answer_id = %s AND a.id <> %s",
            [first.pk, first.pk],
        )
        RoundValue.objects.update(state="accepted")
        RoundAnswer.objects.update(stage="accepted", n_given=n_cells, confirmed_at=clock.now())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--cells", type=int, default=2_000)
    given = parser.parse_args()
    row = measure(os.environ.get("DATABASE_URL", ""), given.units, given.cells)
    tell("Merging a round", [row])


if __name__ == "__main__":
    main()
