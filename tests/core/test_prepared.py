"""Statements that are built once do what Django does, on both databases, whatever values come next."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from shanhai.core.db import prepared
from shanhai.core.models import Organisation, Unit, WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    prepared._kept.clear()


def make(unit, n):
    rows = [
        WorkItem(
            kind="k",
            subject_kind="s",
            subject_id=i,
            unit=unit,
            what="w",
            url="/",
            created_at="2023-09-18T09:00+08:00",
        )
        for i in range(n)
    ]
    return WorkItem.objects.bulk_create(rows)


@pytest.fixture
def unit(zone, lin):
    return lin.unit


def test_an_update_moves_what_django_would_move_and_counts_it(unit):
    one, two, three = make(unit, 3)
    for n, keys in enumerate(([one.pk, two.pk], [two.pk, three.pk], [one.pk, three.pk])):
        where = {"pk__in": keys, "version__gte": 0, "stage": "open"}
        assert (
            prepared.update(
                WorkItem, where, version=prepared.Plus(1), facts={"n": n}, due_on=date(2023, 9, n + 1)
            )
            == 2
        )
    assert list(WorkItem.objects.order_by("pk").values_list("version", "facts", "due_on")) == [
        (2, {"n": 2}, date(2023, 9, 3)),
        (2, {"n": 1}, date(2023, 9, 2)),
        (2, {"n": 2}, date(2023, 9, 3)),
    ]
    assert sum(key[0] == "update" for key in prepared._kept) == 1


def test_nothing_is_taken_for_null_and_null_for_nothing(unit, lin):
    (one,) = make(unit, 1)
    where = {"pk": one.pk}
    prepared.update(WorkItem, where, done_by=lin, due_on=date(2023, 9, 1))
    prepared.update(WorkItem, where, done_by=None, due_on=None)
    one.refresh_from_db()
    assert (one.done_by_id, one.due_on) == (None, None)
    prepared.update(WorkItem, where, done_by=lin, due_on=date(2023, 9, 2))
    one.refresh_from_db()
    assert (one.done_by_id, one.due_on) == (lin.pk, date(2023, 9, 2))


def test_expressions_and_strange_lookups_are_left_to_django(unit):
    (one,) = make(unit, 1)
    assert prepared.update(WorkItem, {"pk": one.pk}, version=F("version") + 5) == 1
    assert prepared.update(WorkItem, {"what__contains": "w", "pk": one.pk}, version=prepared.Plus(1)) == 1
    assert prepared.update(WorkItem, {"pk__in": []}, version=prepared.Plus(1)) == 0
    assert prepared.update(WorkItem, {"member": None, "pk": one.pk}, version=prepared.Plus(1)) in (0, 1)
    one.refresh_from_db()
    assert one.version >= 6


def test_a_value_that_the_field_refuses_is_refused_each_time(unit):
    (one,) = make(unit, 1)
    prepared.update(WorkItem, {"pk": one.pk}, due_on=date(2023, 9, 1))
    for _ in range(2):
        with pytest.raises((ValueError, TypeError)):
            prepared.update(WorkItem, {"pk": "x"}, due_on=date(2023, 9, 1))


def test_rows_are_those_of_django_with_what_hangs_on_them(unit, cast):
    for _ in range(2):
        for code in (unit.code, "not there"):
            found = prepared.rows(Unit, {"code": code}, "pk", related=("organisation__region", "dispatcher"))
            wanted = list(
                Unit.objects.filter(code=code)
                .order_by("pk")
                .select_related("organisation__region", "dispatcher")
            )
            assert found == wanted
            with CaptureQueriesContext(connection) as seen:
                for a, b in zip(found, wanted, strict=True):
                    assert a.organisation.region == b.organisation.region and a.dispatcher == b.dispatcher
                    assert {k: v for k, v in vars(a).items() if k != "_state"} == {
                        k: v for k, v in vars(b).items() if k != "_state"
                    }
            assert len(seen) == 0


def test_a_lookup_may_lead_over_relations(unit):
    found = prepared.rows(Unit, {"organisation__code": unit.organisation.code, "is_active": True}, "code")
    assert found == list(Unit.objects.filter(organisation=unit.organisation, is_active=True).order_by("code"))
    assert prepared.rows(Organisation, {"pk__in": [unit.organisation_id]}) == [unit.organisation]


def test_what_is_kept_stays_small(unit, monkeypatch):
    monkeypatch.setattr(prepared, "_MOST", 3)
    keys = [one.pk for one in make(unit, 8)]
    for n in range(1, 8):
        assert len(prepared.rows(WorkItem, {"pk__in": keys[:n]}, "pk")) == n
        assert len(prepared._kept) <= 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans on a server.")
def test_postgresql_plans_a_statement_once_and_leaves_those_of_others_alone(unit):
    keys = [one.pk for one in make(unit, 3)]
    for key in keys:
        prepared.rows(WorkItem, {"pk": key})
        prepared.update(WorkItem, {"pk": key}, version=prepared.Plus(1))
        list(WorkItem.objects.filter(pk=key))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(statement, ' ', 1), generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%core_workitem%' ORDER BY 1"
        )
        assert cursor.fetchall() == [("SELECT", 3), ("UPDATE", 3)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans on a server.")
def test_a_statement_planned_before_a_transaction_was_undone_runs_again(unit):
    (one,) = make(unit, 1)
    prepared.update(WorkItem, {"pk": one.pk}, version=prepared.Plus(1))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        prepared.update(WorkItem, {"pk": one.pk}, version=prepared.Plus(1))
        raise ZeroDivisionError

    assert prepared.update(WorkItem, {"pk": one.pk}, version=prepared.Plus(1)) == 1
    assert WorkItem.objects.get(pk=one.pk).version == 2
