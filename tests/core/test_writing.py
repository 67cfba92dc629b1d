"""An action commits all that it writes, or nothing; a repeatable call is done once."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F

from shanhai.core import journal, rows
from shanhai.core.models import JournalEntry, Organisation, RepeatedCall, Sweep
from shanhai.core.writing import ATTEMPTS, action, once
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotNow


class Locked(Exception):
    sqlstate = "40001"


def locked() -> OperationalError:
    error = OperationalError("could not serialize access")
    error.__cause__ = Locked()
    return error


class TestAction:
    @pytest.mark.django_db
    def test_refusal_leaves_nothing_behind_and_the_caller_may_go_on(self):
        @action
        def write_and_refuse():
            Sweep.objects.create(name="half")
            raise NotNow("core.test", "Not now.")

        @action
        def outer():
            Sweep.objects.create(name="whole")
            with pytest.raises(NotNow):
                write_and_refuse()

        outer()

        assert list(Sweep.objects.values_list("name", flat=True)) == ["whole"]

    @pytest.mark.django_db
    def test_row_in_hand_is_as_stored_after_a_refusal(self, cast):
        park = cast.organisations["LQ-PARK"]
        before = (park.version, park.phone)

        @action
        def move_and_refuse(organisation):
            rows.move(organisation, phone="0578")
            raise NotNow("core.test", "Not now.")

        with pytest.raises(NotNow):
            move_and_refuse(park)

        assert (park.version, park.phone) == before
        rows.move(park, phone="0571")

    @pytest.mark.django_db(transaction=True)
    def test_is_tried_again_when_the_database_broke_it_off(self):
        tries = []

        @action
        def write():
            tries.append(1)
            Sweep.objects.create(name="once")
            if len(tries) < 3:
                raise locked()

        write()

        assert len(tries) == 3
        assert Sweep.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_gives_up_after_some_tries(self):
        tries = []

        @action
        def write():
            tries.append(1)
            raise locked()

        with pytest.raises(OperationalError):
            write()
        assert len(tries) == ATTEMPTS

    @pytest.mark.django_db(transaction=True)
    def test_error_after_the_commit_does_not_do_it_twice(self):
        tries = []

        def fail():
            raise locked()

        @action
        def write():
            tries.append(1)
            Sweep.objects.create(name="once")
            transaction.on_commit(fail)

        with pytest.raises(OperationalError):
            write()
        assert len(tries) == 1
        assert Sweep.objects.count() == 1

    @pytest.mark.django_db
    def test_keeps_name_and_signature(self):
        @action
        def sign_agreement(agreement, *, by):
            """Sign."""

        assert (sign_agreement.__name__, sign_agreement.__doc__) == ("sign_agreement", "Sign.")


@pytest.mark.django_db(transaction=True)
def test_deadlock_is_resolved_by_trying_again():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer and no deadlocks.")
    Sweep.objects.create(name="a", up_to="0")
    Sweep.objects.create(name="b", up_to="0")
    both_hold_one = threading.Barrier(2, timeout=10)
    first = {"a": True, "b": True}

    @action
    def move(one, other):
        Sweep.objects.filter(name=one).update(error=F("name"))
        if first.pop(one, False):
            both_hold_one.wait()
        Sweep.objects.filter(name=other).update(up_to=one)

    def in_thread(one, other):
        try:
            move(one, other)
        finally:
            connection.close()

    threads = [threading.Thread(target=in_thread, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Sweep.objects.values_list("name", "up_to")) == [("a", "b"), ("b", "a")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_read_the_same_row_one_moves_it(cast):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time, which hides the race.")
    both_have_read = threading.Barrier(2, timeout=20)
    outcomes = []

    @action
    def change(phone):
        row = Organisation.objects.get(code="LQ-PARK")
        both_have_read.wait()
        rows.move(row, phone=phone)
        journal.record(row, "core.change_organisation", by=None)

    def in_thread(phone):
        try:
            change(phone)
            outcomes.append(phone)
        except ChangedMeanwhile:
            outcomes.append("refused")
        finally:
            connection.close()

    before = JournalEntry.objects.count()
    threads = [threading.Thread(target=in_thread, args=(phone,)) for phone in ("0571", "0578")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [stored] = [phone for phone in outcomes if phone != "refused"]
    assert sorted(outcomes) == sorted([stored, "refused"])
    assert Organisation.objects.get(code="LQ-PARK").phone == stored
    assert JournalEntry.objects.count() == before + 1


@pytest.mark.django_db
class TestMove:
    def test_second_of_two_writers_is_told_and_loses_nothing(self, cast):
        mine = Organisation.objects.get(code="LQ-PARK")
        theirs = Organisation.objects.get(code="LQ-PARK")
        rows.move(theirs, phone="0571")

        with pytest.raises(ChangedMeanwhile) as refused:
            rows.move(mine, phone="0578")

        assert refused.value.code == "core.changed_meanwhile"
        assert Organisation.objects.get(code="LQ-PARK").phone == "0571"


@pytest.mark.django_db
class TestOnce:
    def call(self, key="k1", body=None):
        def do():
            journal.record(None, "core.test", by=None)
            return 201, {"id": 7}

        return once(None, "POST /x", key, body or {"a": 1}, do)

    def test_second_call_gets_the_first_answer_and_does_nothing(self):
        assert self.call() == (201, {"id": 7})
        assert self.call() == (201, {"id": 7})
        assert JournalEntry.objects.count() == 1

    def test_same_key_with_another_body_is_refused(self):
        self.call()

        with pytest.raises(BadInput) as refused:
            self.call(body={"a": 2})

        assert refused.value.code == "core.key_reused"

    def test_refused_call_may_be_sent_again(self):
        def refuse():
            raise NotNow("core.test", "Not now.")

        with pytest.raises(NotNow):
            once(None, "POST /x", "k1", {}, refuse)

        assert RepeatedCall.objects.count() == 0
        assert once(None, "POST /x", "k1", {}, lambda: (200, None)) == (200, None)

    def test_key_without_characters_is_refused(self):
        with pytest.raises(BadInput):
            self.call(key="")
