"""Working days: the official table, counting both ways, notices."""

import csv
import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.kernel.workdays import Calendar, Notice, official, parse_notice

DAYS = st.dates(min_value=date(2011, 1, 1), max_value=date(2035, 12, 31))
STEPS = st.integers(min_value=-200, max_value=400)
ONE_DAY = timedelta(days=1)


def refusal_of(call, *args) -> BadInput:
    with pytest.raises(BadInput) as caught:
        call(*args)
    return caught.value


class TestOfficialTable:
    def test_agrees_with_every_published_day(self, shared_data):
        published: dict[date, bool] = {}
        for file in sorted(shared_data("china_holidays").glob("20*.json")):
            for day in json.loads(file.read_text(encoding="utf-8"))["days"]:
                published[date.fromisoformat(day["date"])] = not day["isOffDay"]

        wrong = []
        day = date(2010, 1, 1)
        while day <= date(2026, 12, 31):
            if official().is_working(day) != published.get(day, day.weekday() < 5):
                wrong.append(day)
            day += ONE_DAY

        assert wrong == []
        assert len(published) > 500

    def test_agrees_with_every_open_case(self, shared_data):
        text = (shared_data("china_holidays") / "working_day_cases_open.csv").read_text(encoding="utf-8")
        cases = list(csv.DictReader(text.splitlines()))

        wrong = []
        for case in cases:
            start, n = date.fromisoformat(case["start_date"]), int(case["working_days_after_start"])
            if official().answer(start, n) != (date.fromisoformat(case["due_date"]), False):
                wrong.append(case)

        assert wrong == []
        assert len(cases) == 100

    def test_holds_the_notices_of_2010_to_2026_each_with_its_source(self):
        notices = official().notices

        assert sorted(notices) == list(range(2010, 2027))
        assert all(notice.sources for notice in notices.values())

    @pytest.mark.parametrize(
        ("day", "is_working"),
        [
            (date(2011, 12, 31), True),  # A Saturday worked by the notice for 2012.
            (date(2018, 12, 29), True),  # A Saturday worked by the notice for 2019.
            (date(2018, 12, 31), False),
            (date(2020, 1, 31), False),  # The Spring Festival was lengthened in 2020.
            (date(2020, 2, 3), True),
            (date(2023, 9, 18), True),
            (date(2023, 10, 7), True),
        ],
    )
    def test_knows_the_days_that_are_easily_missed(self, day, is_working):
        assert official().is_working(day) is is_working


class TestCounting:
    def test_add_zero_is_the_day_itself_even_on_a_holiday(self):
        assert official().add(date(2023, 10, 1), 0) == date(2023, 10, 1)

    def test_the_day_after_the_start_is_day_one(self):
        assert official().add(date(2023, 9, 18), 1) == date(2023, 9, 19)

    def test_a_start_on_a_holiday_counts_from_the_next_working_day(self):
        assert official().add(date(2023, 10, 1), 1) == date(2023, 10, 7)

    def test_a_negative_number_counts_back(self):
        assert official().add(date(2023, 10, 7), -1) == date(2023, 9, 28)

    def test_works_for_instants_as_for_days(self):
        assert official().add(datetime(2023, 9, 18, 9, 0), 1) == date(2023, 9, 19)

    @given(DAYS, STEPS)
    def test_add_steps_over_exactly_n_working_days(self, day, n):
        calendar, walked, left = official(), day, abs(n)
        while left:
            walked += ONE_DAY if n > 0 else -ONE_DAY
            if walked.year < 2010:
                return
            left -= calendar.is_working(walked)

        assert calendar.add(day, n) == walked

    @given(DAYS, st.integers(min_value=0, max_value=5_000))
    def test_count_undoes_add(self, day, n):
        assert official().count(day, official().add(day, n)) == n

    @given(DAYS, st.integers(min_value=1, max_value=200))
    def test_counting_back_and_forth_ends_on_the_same_working_day(self, day, n):
        calendar = official()
        if calendar.is_working(day):
            assert calendar.add(calendar.add(day, n), -n) == day

    @given(DAYS, DAYS, DAYS)
    def test_counts_add_up(self, a, b, c):
        calendar = official()

        assert calendar.count(a, b) + calendar.count(b, c) == calendar.count(a, c)

    @given(DAYS, DAYS)
    def test_count_backwards_is_count_forwards_negated(self, a, b):
        assert official().count(a, b) == -official().count(b, a)

    @given(DAYS, STEPS, st.integers(min_value=0, max_value=30))
    def test_a_later_start_or_a_longer_term_never_ends_earlier(self, day, n, more):
        calendar = official()
        try:
            end = calendar.add(day, n)
        except BadInput:
            return

        assert calendar.add(day, n + more) >= end
        assert calendar.add(day + timedelta(days=more), n) >= end

    @given(DAYS, DAYS)
    def test_count_equals_the_working_days_seen_one_by_one(self, a, b):
        a, b = min(a, b), min(max(a, b), min(a, b) + timedelta(days=400))
        seen = sum(official().is_working(a + timedelta(days=i)) for i in range(1, (b - a).days + 1))

        assert official().count(a, b) == seen


class TestYearsWithoutANotice:
    def test_count_as_plain_weekdays(self):
        assert official().is_working(date(2027, 1, 1))  # A Friday, New Year or not.
        assert not official().is_working(date(2027, 1, 2))

    def test_make_the_answer_provisional_once_touched(self):
        assert official().answer(date(2026, 12, 25), 4) == (date(2026, 12, 31), False)
        assert official().answer(date(2026, 12, 25), 5) == (date(2027, 1, 1), True)
        assert official().answer(date(2027, 1, 4), -2) == (date(2026, 12, 31), True)

    def test_in_between_noticed_years_are_seen(self):
        calendar = official().with_notice(Notice(2029, frozenset({date(2029, 1, 1)}), frozenset()))

        assert calendar.answer(date(2026, 12, 1), 600)[1]
        assert calendar.answer(date(2029, 1, 1), 5) == (date(2029, 1, 8), False)
        assert calendar.is_provisional(date(2028, 6, 1))
        assert not calendar.is_provisional(date(2029, 6, 1))

    def test_a_notice_makes_them_official_and_moves_deadlines(self):
        before = official().answer(date(2026, 12, 31), 1)
        notice = parse_notice("year 2027\noff 2027-01-01..2027-01-03\nwork 2027-01-09")

        after = official().with_notice(notice).answer(date(2026, 12, 31), 1)

        assert before == (date(2027, 1, 1), True)
        assert after == (date(2027, 1, 4), False)

    def test_a_second_notice_for_a_year_replaces_the_first(self):
        first = parse_notice("year 2027\noff 2027-01-01")
        second = parse_notice("year 2027\noff 2027-02-01")

        calendar = official().with_notice(first).with_notice(second)

        assert calendar.is_working(date(2027, 1, 1))
        assert calendar == official().with_notice(second)
        assert hash(calendar) == hash(official().with_notice(second))

    def test_before_2010_are_refused(self):
        for call in (
            lambda: official().is_working(date(2009, 12, 31)),
            lambda: official().is_provisional(date(2009, 12, 31)),
            lambda: official().add(date(2009, 12, 31), 5),
            lambda: official().add(date(2010, 1, 6), -3),
            lambda: official().count(date(2009, 1, 1), date(2011, 1, 1)),
        ):
            assert refusal_of(call).code == "workdays.too_early"

    def test_beyond_the_last_year_are_refused(self):
        assert refusal_of(official().add, date(2023, 1, 1), 10**9).code == "workdays.too_late"
        assert official().add(date(2023, 1, 1), 2_000_000) <= date.max

    def test_a_calendar_without_notices_knows_weekdays_only(self):
        calendar = Calendar()

        assert calendar.answer(date(2023, 9, 28), 1) == (date(2023, 9, 29), True)


class TestParseNotice:
    def test_reads_a_mapping_like_text(self):
        text = parse_notice("year 2027 # draft\noff 2027-01-01..2027-01-03\nwork 2026-12-27\nsource gov.cn/1")

        mapping = parse_notice(
            {
                "year": 2027,
                "off": [date(2027, 1, 1), "2027-01-02", "2027-01-03"],
                "work": ["2026-12-27"],
                "source": "gov.cn/1",
            }
        )

        assert text == mapping
        assert text.sources == ("gov.cn/1",)

    def test_a_december_day_before_the_year_counts(self):
        notice = parse_notice("year 2027\nwork 2026-12-27")

        assert official().with_notice(notice).is_working(date(2026, 12, 27))

    @pytest.mark.parametrize(
        ("text", "code", "named"),
        [
            ("off 2027-01-01", "workdays.no_year", "2027"),
            ("year soon", "workdays.no_year", "year"),
            ("year 2009", "workdays.year_out_of_range", "2009"),
            ("year 9999", "workdays.year_out_of_range", "9999"),
            ("year 2027\nwork 2027-01-08", "workdays.worked_on_a_weekday", "2027-01-08"),
            ("year 2027\noff 2027-01-09\nwork 2027-01-09", "workdays.off_and_worked", "2027-01-09"),
            ("year 2027\noff 2028-01-01", "workdays.day_of_another_year", "2028-01-01"),
            ("year 2027\noff 2026-11-30", "workdays.day_of_another_year", "2026-11-30"),
            ("year 2010\noff 2009-12-31", "workdays.day_of_another_year", "2009-12-31"),
            ("year 2027\noff 2027-02-30", "workdays.not_a_day", "2027-02-30"),
            ("year 2027\noff tomorrow", "workdays.not_a_day", "tomorrow"),
            ("year 2027\noff 20270101", "workdays.not_a_day", "20270101"),
            ("year 2027\noff 2027-01-03..2027-01-01", "workdays.range_backwards", "2027-01-03..2027-01-01"),
            ("year 2027\nholiday 2027-01-01", "workdays.unknown_line", "holiday"),
        ],
    )
    def test_refuses_and_names_what_is_wrong(self, text, code, named):
        refused = refusal_of(parse_notice, text)

        assert refused.code == code
        assert named in str(refused)
