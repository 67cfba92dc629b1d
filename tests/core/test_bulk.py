"""Bulk writing says the same as writing one by one, on both databases."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from shanhai.core import bulk, journal, names
from shanhai.core.models import JournalEntry, Organisation, Region, TaskRun
from shanhai.kernel.refusals import ChangedMeanwhile

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return Region.objects.create(
        code="331181000000", level="county", name_zh="龙泉市", name_sort=names.sort_key("龙泉市")
    )


def firms(region: Region, n: int) -> list[Organisation]:
    return [
        Organisation(
            code=f"F{i}",
            kind="enterprise",
            region=region,
            name_zh=f"青峰{i}厂\t\\",
            name_sort=f"qing feng {i}",
        )
        for i in range(n)
    ]


def test_rows_inserted_in_bulk_come_back_as_they_were_given(region):
    made = firms(region, 5)

    bulk.insert_many(Organisation, made)

    stored = list(Organisation.objects.order_by("pk"))
    assert [one.pk for one in stored] == [one.pk for one in made]
    assert [one.name_zh for one in stored] == [one.name_zh for one in made]
    assert [one.credit_code for one in stored] == [None] * 5
    assert stored[0].region == region and stored[0].is_active is True


def test_a_row_saved_after_a_bulk_insert_gets_the_next_key(region):
    made = firms(region, 3)
    bulk.insert_many(Organisation, made)

    after = Organisation.objects.create(
        code="after", kind="other", region=region, name_zh="后", name_sort="hou"
    )

    assert after.pk > made[-1].pk


def test_a_quick_row_is_the_row_that_its_model_makes(region):
    values = {
        "code": "F",
        "kind": "enterprise",
        "region_id": region.pk,
        "name_zh": "青峰",
        "name_sort": "qing feng",
    }

    quick, usual = bulk.maker(Organisation)(**values), Organisation(**values)

    for field in Organisation._meta.concrete_fields:
        assert getattr(quick, field.attname) == getattr(usual, field.attname), field.name
    assert (quick._state.adding, quick.region) == (True, region)
    quick.save()
    assert Organisation.objects.get(code="F").name_zh == "青峰"


def test_rows_of_one_lot_may_point_at_one_another(region):
    made = firms(region, 3)
    bulk.give_keys(Organisation, made)
    made[0].parent_id = made[2].pk

    bulk.insert_many(Organisation, made)

    assert Organisation.objects.get(code="F0").parent == made[2]


def test_json_and_instants_survive_a_bulk_insert():
    from shanhai.core import clock

    at = clock.now()
    bulk.insert_many(TaskRun, [TaskRun(kind="k", what="w", facts={"a": ["甲", 1]}, asked_at=at, result=None)])

    run = TaskRun.objects.get()
    assert (run.facts, run.asked_at, run.result) == ({"a": ["甲", 1]}, at, None)


def test_rows_updated_in_bulk_move_their_version(region):
    made = firms(region, 4)
    bulk.insert_many(Organisation, made)
    for one in made:
        one.address = f"路{one.code}"

    bulk.update_many(Organisation, made[:3], ["address", "phone"])

    assert [one.version for one in made] == [1, 1, 1, 0]
    stored = list(Organisation.objects.order_by("pk").values_list("address", "version"))
    assert stored == [("路F0", 1), ("路F1", 1), ("路F2", 1), ("", 0)]


def test_a_row_changed_meanwhile_stops_the_whole_update(region):
    made = firms(region, 3)
    bulk.insert_many(Organisation, made)
    Organisation.objects.filter(pk=made[1].pk).update(version=7)

    with pytest.raises(ChangedMeanwhile) as refused, transaction.atomic():
        bulk.update_many(Organisation, made, ["address"])

    assert refused.value.code == "core.rows_changed_meanwhile"
    assert refused.value.facts["n"] == 1


def test_journal_entries_in_bulk_equal_those_written_one_by_one(region):
    made = firms(region, 2)
    bulk.insert_many(Organisation, made)

    journal.record(made[0], "registry.import_rows", by=None, row=1)
    journal.record_many(made[:1], "registry.import_rows", by=None, each=[{"row": 1}])

    one, many = JournalEntry.objects.order_by("pk")
    first, second = json.loads(one.body), json.loads(many.body)
    first.pop("at"), second.pop("at")
    assert first == second
    assert bytes(many.digest) == journal.digest_of(many.body)
    assert (many.subject_kind, many.subject_id, many.action) == (one.subject_kind, one.subject_id, one.action)
    assert many.at.isoformat(timespec="microseconds") == json.loads(many.body)["at"]


def test_an_entry_outlined_before_the_transaction_is_the_entry_of_one_written_in_it(lin):
    made = firms(Region.objects.get(code="331181000000"), 2)
    outlines = [journal.outline(one, by=lin) for one in made]
    bulk.insert_many(Organisation, made)

    journal.record_many(made, "registry.import_rows", by=lin, each=[{"is_new": True}] * 2, row=1)
    journal.record_outlined(
        "core.organisation",
        "registry.import_rows",
        zip((one.pk for one in made), outlines, strict=True),
        by=lin,
        row=1,
        is_new=True,
    )

    entries = list(JournalEntry.objects.filter(action="registry.import_rows").order_by("pk"))
    for usual, outlined in zip(entries[:2], entries[2:], strict=True):
        assert outlined.body == journal.canonical(
            {**json.loads(usual.body), "at": json.loads(outlined.body)["at"]}
        )
        assert bytes(outlined.digest) == journal.digest_of(outlined.body)
        for column in ("action", "subject_kind", "subject_id", "pairing_id", "member_id", "organisation_id"):
            assert getattr(outlined, column) == getattr(usual, column)


def test_ready_rows_are_updated_at_their_version_or_not_at_all(region):
    made = firms(region, 3)
    bulk.insert_many(Organisation, made)

    bulk.update_rows(Organisation, ["address"], [(f"路{one.code}", one.pk, 0) for one in made])

    stored = list(Organisation.objects.order_by("pk").values_list("address", "version"))
    assert stored == [("路F0", 1), ("路F1", 1), ("路F2", 1)]
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        bulk.update_rows(Organisation, ["address"], [("", made[0].pk, 1), ("", made[1].pk, 0)])


def test_a_row_may_ask_the_database_while_it_is_made(region, monkeypatch):
    """As labels of entries do: PostgreSQL answers nothing while a COPY is open."""
    monkeypatch.setattr(Region, "__str__", lambda row: f"one of {Region.objects.count()}")

    journal.record_many([region] * 3, "core.add_region", by=None)

    entries = JournalEntry.objects.filter(action="core.add_region")
    assert [json.loads(one.body)["what"] for one in entries] == ["one of 1"] * 3
