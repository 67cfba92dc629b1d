"""Sealers and writers at the same time; on PostgreSQL, since SQLite has one writer."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from shanhai.core import journal, proving, seals
from shanhai.core.models import JournalEntry, JournalLeaf, Seal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite writers queue, so none of this can happen.")


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_two_sealers_at_once_make_one_seal(monkeypatch):
    for i in range(5):
        journal.record(None, "core.test", by=None, n=i)
    both_have_read = threading.Barrier(2, timeout=20)
    write, first_of = seals._write_seal, threading.local()

    def write_together(last, entries):
        if not getattr(first_of, "waited", False):
            first_of.waited = True
            both_have_read.wait()
        write(last, entries)

    monkeypatch.setattr(seals, "_write_seal", write_together)
    sealed = []

    for thread in [in_thread(lambda: sealed.append(seals.seal_now())) for _ in range(2)]:
        thread.join()

    assert sorted(sealed) == [0, 5]
    assert Seal.objects.count() == 1
    assert JournalLeaf.objects.count() == 5
    assert proving.verify().is_sound


def test_entry_that_is_committed_late_is_not_passed_over():
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            journal.record(None, "core.test", by=None, n="early key, late commit")
            has_written.set()
            assert may_commit.wait(20)

    slow = in_thread(write_slowly)
    assert has_written.wait(20)
    journal.record(None, "core.test", by=None, n="late key, early commit")

    assert seals.seal_now() == 0  # Someone is still writing.
    may_commit.set()
    slow.join()
    assert seals.seal_now() == 2

    report = proving.verify()
    assert report.is_sound
    assert (report.sealed, report.unsealed) == (2, 0)
    numbered = list(JournalLeaf.objects.order_by("number").values_list("entry_id", flat=True))
    assert numbered == sorted(JournalEntry.objects.values_list("pk", flat=True))
