"""Work and notices reach the people they are for, once."""

from __future__ import annotations

from datetime import date

import pytest

from shanhai.core import notices, work
from shanhai.core.models import Deputy, Notice, WorkItem
from shanhai.core.queries import notices as notice_queries
from shanhai.core.queries import work as work_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(zone, lin):
    return work.open_item(
        "test.sign", zone, lin.unit, "Sign {what}", {"what": "the minutes"}, "/1", date(2023, 9, 20), by=None
    )


class TestWork:
    def test_waits_for_everybody_in_the_unit(self, item, zone, lin, shen):
        assert list(work_queries.waiting_for(lin)) == [item]
        assert list(work_queries.waiting_for(shen)) == []
        assert item.pairing_id == zone.pk
        assert work_queries.words(item) == "Sign the minutes"

    def test_opened_twice_it_is_one_item_with_the_later_day(self, item, zone, lin):
        again = work.open_item("test.sign", zone, lin.unit, "Sign", due_on=date(2023, 9, 22), by=None)

        assert again.pk == item.pk
        assert WorkItem.objects.get().due_on == date(2023, 9, 22)

    def test_done_it_no_longer_waits_and_says_who_did_it(self, item, zone, lin):
        assert work.done("test.sign", zone, by=lin) == 1

        item.refresh_from_db()
        assert (item.stage, item.done_by, item.version) == ("done", lin, 1)
        assert work.done("test.sign", zone, by=lin) == 0
        assert list(work_queries.waiting_for(lin)) == []

    def test_dropped_it_may_be_opened_again(self, item, zone, lin):
        work.drop("test.sign", zone, by=lin)

        again = work.open_item("test.sign", zone, lin.unit, "Sign", by=None)

        assert again.pk != item.pk

    def test_named_member_alone_has_it_and_so_has_the_deputy(self, zone, lin, shen, pan):
        item = work.open_item("test.read", zone, shen.unit, "Read", member=shen, by=None)
        assert list(work_queries.waiting_for(pan)) == []

        Deputy.objects.create(member=shen, deputy=pan, from_on=date(2023, 9, 1), to_on=date(2023, 9, 30))

        assert list(work_queries.waiting_for(pan)) == list(work_queries.waiting_for(shen)) == [item]

    def test_most_urgent_comes_first_and_what_has_no_day_last(self, item, zone, lin):
        some_day = work.open_item("test.read", zone, lin.unit, "Read", by=None)
        sooner = work.open_item("test.call", zone, lin.unit, "Call", due_on=date(2023, 9, 19), by=None)

        assert list(work_queries.waiting_for(lin)) == [sooner, item, some_day]

    def test_late_items_are_those_whose_day_is_over(self, item, zone):
        everything = WorkItem.objects.all()
        assert list(work_queries.late(everything)) == []

        work.move_due("test.sign", zone, date(2023, 9, 17))

        assert list(work_queries.late(everything)) == [item]


class TestNotices:
    def tell(self, *members):
        return notices.tell("test:1", "test.due", "{what} is due", {"what": "Item 1"}, "/1", members)

    def test_each_member_is_told_once(self, lin, shen):
        assert self.tell(lin, lin) == 1
        assert self.tell(lin, shen) == 1
        assert self.tell(lin, shen) == 0

        assert Notice.objects.count() == 2
        assert [notice_queries.words(one) for one in notice_queries.notices_of(lin)] == ["Item 1 is due"]

    def test_reading_clears_the_count(self, lin, shen):
        self.tell(lin, shen)
        assert notices.unread_count(lin) == 1

        assert notices.mark_read(lin) == 1

        assert (notices.unread_count(lin), notices.unread_count(shen)) == (0, 1)
        assert list(notice_queries.unread(lin)) == []

    def test_nobody_marks_the_notices_of_others(self, lin, shen):
        self.tell(shen)
        theirs = Notice.objects.get(member=shen)

        assert notices.mark_read(lin, [theirs.pk]) == 0
        assert notices.unread_count(shen) == 1

    def test_reading_the_list_costs_one_query(self, lin, django_assert_num_queries):
        for i in range(5):
            notices.tell(f"test:{i}", "test.due", "{n} is due", {"n": i}, "/", [lin])

        with django_assert_num_queries(1):
            assert len([notice_queries.words(one) for one in notice_queries.notices_of(lin)]) == 5
