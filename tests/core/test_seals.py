"""The journal cannot be changed unseen."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core import journal, proving, seals
from shanhai.core.actions import sensitive
from shanhai.core.db.triggers import journal_writable
from shanhai.core.models import JournalEntry, JournalLeaf, JournalSecret, Seal
from shanhai.kernel.refusals import BadInput, NotNow

pytestmark = pytest.mark.django_db

SEALED = 12


def write_entries(n: int = SEALED, start: int = 0) -> None:
    for i in range(start, start + n):
        journal.record(
            None, "core.test", by=None, number=i, words=f'a "quote", 龙泉 {i}', nested={"schema": i}
        )


def sql(statement: str, params: tuple = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.fixture
def sealed_history():
    write_entries(5)
    seals.seal_now()
    write_entries(7, 5)
    seals.seal_now()


def codes(report: proving.Report) -> set[str]:
    return {one.code for one in report.problems}


class TestSealing:
    def test_numbers_without_gaps_and_leaves_nothing_unsealed(self, sealed_history):
        report = proving.verify()

        assert report.is_sound
        assert (report.entries, report.sealed, report.unsealed, report.seals) == (12, 12, 0, 2)
        assert list(JournalLeaf.objects.order_by("number").values_list("number", flat=True)) == list(
            range(1, 13)
        )

    def test_second_sealer_has_nothing_to_do(self, sealed_history):
        assert seals.seal_now() == 0
        assert Seal.objects.count() == 2

    def test_of_two_sealers_at_once_one_gives_way(self, sealed_history, monkeypatch):
        write_entries(2, 20)
        stale = Seal.objects.get(number=1)
        monkeypatch.setattr(seals, "_unsealed_entries", lambda settled: [(1, b"x" * 32)])
        real = Seal.objects.order_by
        monkeypatch.setattr(Seal.objects, "order_by", lambda name: real("number"), raising=False)

        assert stale.number == 1
        assert seals.seal_now() == 0

    def test_many_entries_make_several_seals(self, monkeypatch):
        monkeypatch.setattr(seals, "LEAVES_PER_SEAL", 3)
        write_entries(8)

        assert seals.seal_now() == 8
        assert Seal.objects.count() == 3
        assert proving.verify().is_sound

    def test_new_entries_are_said_to_be_unsealed(self, sealed_history):
        write_entries(3, 30)

        report = proving.verify()

        assert report.is_sound
        assert report.unsealed == 3


@pytest.mark.parametrize("table", ["core_journalentry", "core_journalleaf", "core_seal"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET digest = digest"])
def test_database_refuses_to_change_the_journal(sealed_history, table, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement.format(table))


def test_postgresql_refuses_to_truncate_the_journal(sealed_history):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; its DELETE is refused above.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("TRUNCATE core_journalentry")


class TestMerkleRoot:
    def test_gives_the_roots_of_the_reference_implementation(self):
        # The test vectors of RFC 6962 implementations (certificate-transparency-go, merkle/testonly).
        inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        leaves = [seals._sha256(b"\x00" + bytes.fromhex(one)).digest() for one in inputs]

        assert (
            seals.merkle_root(leaves[:1]).hex()
            == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        )
        assert (
            seals.merkle_root(leaves[:3]).hex()
            == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
        )
        assert (
            seals.merkle_root(leaves).hex()
            == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        )


def rows() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number FROM core_journalentry JOIN core_journalleaf ON entry_id = id ORDER BY id"
        )
        return cursor.fetchall()


def _tamper(draw) -> str:
    """Change sealed history in one of the ways that SQL allows; says what was done."""
    ids = [pk for pk, _number in rows()]
    pk = draw(st.sampled_from(ids), label="row")
    other = draw(st.sampled_from([one for one in ids if one != pk]), label="other row")
    way = draw(st.sampled_from(sorted(WAYS)), label="way")
    WAYS[way](pk, other)
    return way


def _swap(table: str, key: str, columns: str, one: int, other: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {columns} FROM {table} WHERE {key} IN (%s, %s)", (one, other))
        found = {row[0]: row[1:] for row in cursor.fetchall()}
        sets = ", ".join(f"{name} = %s" for name in columns.split(", "))
        for to, values in ((one, found[other]), (other, found[one])):
            cursor.execute(f"UPDATE {table} SET {sets} WHERE {key} = %s", (*values, to))


def _rewrite(pk: int) -> None:
    """Change an entry as who knows the format would: with digest and leaf."""
    body = JournalEntry.objects.get(pk=pk).body.replace('"by_name":""', '"by_name":"someone"')
    digest = journal.digest_of(body)
    sql("UPDATE core_journalentry SET body = %s, digest = %s WHERE id = %s", (body, digest, pk))
    sql("UPDATE core_journalleaf SET digest = %s WHERE entry_id = %s", (digest, pk))


def _insert(pk: int) -> None:
    sql(
        "INSERT INTO core_journalentry (id, at, action, subject_kind, body, digest) "
        "SELECT -id, at, action, subject_kind, body, digest FROM core_journalentry WHERE id = %s",
        (pk,),
    )


def _shorten_last_seal() -> None:
    sql("UPDATE core_seal SET last_leaf = last_leaf - 1 WHERE number = 2")


WAYS = {
    "change a body": lambda pk, other: sql(
        "UPDATE core_journalentry SET body = replace(body, '龙泉', '萧山') WHERE id = %s", (pk,)
    ),
    "change a body with its digest": lambda pk, other: sql(
        "UPDATE core_journalentry SET body = '{}', digest = %s WHERE id = %s", (journal.digest_of("{}"), pk)
    ),
    "change everything of an entry": lambda pk, other: _rewrite(pk),
    "change the action column": lambda pk, other: sql(
        "UPDATE core_journalentry SET action = 'core.other' WHERE id = %s", (pk,)
    ),
    "change the time column": lambda pk, other: sql(
        "UPDATE core_journalentry SET at = %s WHERE id = %s", ("2001-01-01 00:00:00", pk)
    ),
    "change the member column": lambda pk, other: sql(
        "UPDATE core_journalentry SET member_id = 7 WHERE id = %s", (pk,)
    ),
    "change the pairing column": lambda pk, other: sql(
        "UPDATE core_journalentry SET pairing_id = 7 WHERE id = %s", (pk,)
    ),
    "change the subject column": lambda pk, other: sql(
        "UPDATE core_journalentry SET subject_id = 7 WHERE id = %s", (pk,)
    ),
    "change the kind column": lambda pk, other: sql(
        "UPDATE core_journalentry SET subject_kind = 'core.unit' WHERE id = %s", (pk,)
    ),
    "change the organisation column": lambda pk, other: sql(
        "UPDATE core_journalentry SET organisation_id = 7 WHERE id = %s", (pk,)
    ),
    "remove an entry": lambda pk, other: sql("DELETE FROM core_journalentry WHERE id = %s", (pk,)),
    "remove an entry and its leaf": lambda pk, other: (
        sql("DELETE FROM core_journalleaf WHERE entry_id = %s", (pk,)),
        sql("DELETE FROM core_journalentry WHERE id = %s", (pk,)),
    ),
    "remove a leaf": lambda pk, other: sql("DELETE FROM core_journalleaf WHERE entry_id = %s", (pk,)),
    "insert an entry": lambda pk, other: _insert(pk),
    "insert an entry with a leaf": lambda pk, other: (
        _insert(pk),
        sql(
            "INSERT INTO core_journalleaf (number, entry_id, digest, seal_number) "
            "SELECT -number, -entry_id, digest, seal_number FROM core_journalleaf WHERE entry_id = %s",
            (pk,),
        ),
    ),
    "swap two entries": lambda pk, other: _swap("core_journalentry", "id", "body, digest", pk, other),
    "swap two leaves": lambda pk, other: _swap("core_journalleaf", "entry_id", "digest", pk, other),
    "swap two entries with their leaves": lambda pk, other: (
        _swap("core_journalentry", "id", "body, digest", pk, other),
        _swap("core_journalleaf", "entry_id", "digest", pk, other),
    ),
    "change a root": lambda pk, other: sql("UPDATE core_seal SET root = %s WHERE number = 1", ("ab" * 32,)),
    "remove the first seal": lambda pk, other: sql("DELETE FROM core_seal WHERE number = 1"),
    "remove the last seal": lambda pk, other: sql("DELETE FROM core_seal WHERE number = 2"),
    "shorten the last seal": lambda pk, other: _shorten_last_seal(),
    "move a seal in time": lambda pk, other: sql(
        "UPDATE core_seal SET sealed_at = %s WHERE number = 1", (datetime(2001, 1, 1, tzinfo=UTC),)
    ),
    "move an entry to the other seal": lambda pk, other: sql(
        "UPDATE core_journalleaf SET seal_number = 3 - seal_number WHERE entry_id = %s", (pk,)
    ),
}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_changed_in_sealed_history_is_found(sealed_history, data):
    with transaction.atomic():
        with journal_writable():
            _tamper(data.draw)

        report = proving.verify()

        transaction.set_rollback(True)
    assert not report.is_sound


@pytest.mark.parametrize("way", sorted(WAYS))
def test_each_way_of_tampering_is_found(sealed_history, way):
    ids = [pk for pk, _number in rows()]
    with journal_writable():
        WAYS[way](ids[3], ids[8])

    assert not proving.verify().is_sound


class TestReceipts:
    def test_proves_history_up_to_the_seal_that_was_taken_away(self, sealed_history, receipt):
        write_entries(4, 40)

        report = proving.verify(receipt)

        assert report.is_sound
        assert report.proved_to == SEALED
        assert report.newer_than_receipt == 4

    def test_finds_history_that_was_cut_off(self, sealed_history, receipt):
        with journal_writable():
            sql("DELETE FROM core_seal WHERE number = 2")
            sql(
                "DELETE FROM core_journalentry WHERE id IN (SELECT entry_id FROM core_journalleaf WHERE seal_number = 2)"
            )
            sql("DELETE FROM core_journalleaf WHERE seal_number = 2")

        assert proving.verify().is_sound
        assert codes(proving.verify(receipt)) == {"journal.truncated"}

    def test_finds_history_that_was_rewritten_with_its_whole_chain(self, sealed_history, receipt):
        with journal_writable():
            _rewrite(rows()[3][0])
            entries = list(JournalLeaf.objects.order_by("number").values_list("entry_id", "digest"))
            sql("DELETE FROM core_seal")
            sql("DELETE FROM core_journalleaf")
            seals._write_seal(None, [(pk, bytes(digest)) for pk, digest in entries[:5]])
            seals._write_seal(Seal.objects.get(), [(pk, bytes(digest)) for pk, digest in entries[5:]])

        assert proving.verify().is_sound
        report = proving.verify(receipt)
        assert codes(report) == {"journal.rewritten"}
        assert report.proved_to is None

    def test_a_file_that_is_no_receipt_is_refused(self):
        with pytest.raises(BadInput) as refused:
            seals.read_receipt('{"form": "something else"}')
        assert refused.value.code == "core.no_receipt"

    @pytest.fixture
    def receipt(self, sealed_history):
        seal = Seal.objects.get(number=2)
        text = json.dumps({"form": seals.RECEIPT_FORM, "seal": seal.number, "digest": seal.digest})
        return seals.read_receipt(text)


class TestSecrets:
    def test_value_is_not_in_the_body_and_reading_it_is_journalled(self):
        entry = journal.record(None, "core.test", by=None, sensitive={"name": "张三"})

        assert "张三" not in entry.body
        assert sensitive.read_secret(entry.pk, "name", by=None, reason="audit") == "张三"
        assert JournalEntry.objects.filter(action="core.read_secret").count() == 1

    def test_erasing_keeps_the_proof(self):
        entry = journal.record(None, "core.test", by=None, sensitive={"name": "张三"})
        seals.seal_now()

        sensitive.erase_secret(entry.pk, "name", by=None, reason="asked to", keep="张*")

        kept = JournalSecret.objects.get()
        assert (kept.value, kept.salt) == ("张*", "")
        assert proving.verify().is_sound
        with pytest.raises(NotNow):
            sensitive.read_secret(entry.pk, "name", by=None, reason="audit")

    def test_exchanged_value_is_found(self):
        journal.record(None, "core.test", by=None, sensitive={"name": "张三"})
        seals.seal_now()

        JournalSecret.objects.update(value="李四")

        assert codes(proving.verify()) == {"journal.secret_changed"}


def test_a_float_is_refused():
    with pytest.raises(TypeError, match="is a float"):
        journal.record(None, "core.test", by=None, shares=[{"a": 0.5}])
