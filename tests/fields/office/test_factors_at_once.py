"""Two people at one pool or one request at the same moment, in real transactions with real threads."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from openpyxl import Workbook

from shanhai.core import signs
from shanhai.core.models import Import
from shanhai.core.sheets import bringing, committing
from shanhai.fields.office.actions import factor_pools
from shanhai.fields.office.actions import factors as actions
from shanhai.fields.office.models import FactorGrant, FactorPool, FactorRequest
from shanhai.fields.office.queries import factors as queries
from shanhai.kernel.refusals import Refused
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Run calls in threads of their own, held between reading the pool and writing to it; results in their order."""

    def run_all(*calls: Callable[[], Any]) -> list[Any]:
        if connection.vendor != "postgresql":
            pytest.skip("The tests' SQLite lives in memory, where readers lock; PostgreSQL shows the race.")
        barrier = threading.Barrier(len(calls))
        plain = queries.pool_for

        def meet(*given: Any) -> Any:
            found = plain(*given)
            barrier.wait(timeout=10)
            return found

        monkeypatch.setattr(queries, "pool_for", meet)
        return together(list(calls))

    return run_all


@pytest.fixture
def pool(zone, lin, cast):
    """The park committee may grant 30 mu in 2023."""
    organisation = cast.organisations["LQ-PARK"]
    return factor_pools.declare_pool(
        zone, organisation=organisation, measure="mu", year=2023, available=3000, by=lin
    )


def asked(zone, lin, n):
    request = actions.ask(
        zone, measure="mu", quantity=2000, unit=lin.unit, needed_by=date(2023, 10, n), title_zh=f"用地{n}", by=lin
    )  # fmt: skip
    return queries.request_of(lin, request.number)


def grant(request, by, quantity=2000):
    return actions.grant_factor(request, quantity=quantity, paper="文号", reason="急用", by=by)


def test_two_grants_at_once_never_take_more_than_the_pool_holds(zone, lin, pool, at_once):
    first, second = asked(zone, lin, 1), asked(zone, lin, 2)

    results = at_once(lambda: grant(first, lin), lambda: grant(second, lin))

    refused = [one for one in results if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["office.factor_pool_empty"]
    pool.refresh_from_db()
    assert pool.granted == 2000 == sum(FactorGrant.objects.values_list("quantity", flat=True))


def test_of_two_who_grant_the_same_request_one_is_refused_and_the_pool_gets_its_part_back(
    zone, lin, pool, at_once
):
    request = asked(zone, lin, 1)
    again = queries.request_of(lin, request.number)

    results = at_once(lambda: grant(request, lin, 1000), lambda: grant(again, lin, 1000))

    refused = [one for one in results if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["core.changed_meanwhile"]
    assert FactorPool.objects.get().granted == 1000
    assert queries.request_of(lin, request.number).granted == 1000


def test_whoever_grants_second_sees_whom_the_first_left_waiting(zone, lin, pool, at_once):
    """The pool is moved before the queue is read, so a grant never judges by a pool that is gone."""
    first, second = asked(zone, lin, 1), asked(zone, lin, 2)

    results = at_once(lambda: grant(first, lin, 1000), lambda: grant(second, lin, 2000))

    assert not [one for one in results if isinstance(one, Refused)]
    over = [grant.passings.count() for grant in FactorGrant.objects.order_by("request__number")]
    assert over == [0, 1]  # 10 mu are still missing of the first, and 20 or 30 were there


def brought(code, row, zone, lin):
    """A sheet of one row, checked and not written yet."""
    book = Workbook()
    book.active.append(list(row))
    book.active.append(list(row.values()))
    file = io.BytesIO()
    book.save(file)
    file.name, _ = "要素.xlsx", file.seek(0)
    imported = bringing.bring(file, signs.registers[code], by=lin, pairing=zone)
    assert imported.counts["refused"] == 0
    return imported


def test_a_sheet_that_sets_a_pool_and_a_grant_from_it_leave_a_pool_that_holds_what_it_gave(
    zone, lin, pool, at_once, monkeypatch
):
    request = asked(zone, lin, 1)
    row = {"organisation": "LQ-PARK", "measure": "mu", "year": 2023, "available": 15}
    imported = brought("office.factor_pools", row, zone, lin)
    move = factor_pools.rows.move

    def meet(*given, **changes):
        queries.pool_for(request, 2023)  # held there, as the grant is
        return move(*given, **changes)

    monkeypatch.setattr(factor_pools, "rows", SimpleNamespace(move=meet))

    results = at_once(lambda: grant(request, lin), lambda: committing.write(imported, by=lin))

    (refused,) = [one for one in results if isinstance(one, Refused)]
    assert refused.code in ("office.factor_pool_empty", "sheets.rows_moved")
    pool.refresh_from_db()
    assert pool.granted <= pool.available
    assert (pool.available, pool.granted) in ((1500, 0), (3000, 2000))


def test_a_sheet_that_two_write_at_once_asks_once(zone, lin, pool):
    if connection.vendor != "postgresql":
        pytest.skip("The tests' SQLite lives in memory, where readers lock; PostgreSQL shows the race.")
    row = {"number": "YS-1", "title_zh": "用地", "asker": "LQ-PARK", "measure": "mu", "quantity": 5}
    row |= {"handler": lin.unit.code, "needed_by": "2023-10-31"}
    imported = brought("office.factor_requests", row, zone, lin)
    again = Import.objects.get(pk=imported.pk)

    results = together(
        [lambda: committing.write(imported, by=lin), lambda: committing.write(again, by=lin)],
        threading.Barrier(2),
    )

    assert len([one for one in results if isinstance(one, Refused)]) == 1
    assert FactorRequest.objects.count() == 1
