"""Periods: they tile the calendar."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.periods import Period, parse, period_of, periods_between
from shanhai.kernel.refusals import BadInput

KINDS = st.sampled_from(["year", "quarter", "month", "term"])
DAYS = st.dates(min_value=date(1921, 1, 1), max_value=date(2178, 12, 31))
ONE_DAY = timedelta(days=1)


@given(KINDS, DAYS)
def test_each_day_lies_in_exactly_one_period_of_a_kind(kind, day):
    period = period_of(kind, day)

    assert period.start <= day <= period.end
    assert day in period
    assert day not in period.next()
    assert day not in period.previous()


@given(KINDS, DAYS)
def test_periods_follow_each_other_without_a_gap(kind, day):
    period = period_of(kind, day)

    assert period.next().start == period.end + ONE_DAY
    assert period.next().previous() == period
    assert period < period.next()


@given(KINDS, DAYS)
def test_a_period_reads_back_as_it_is_written(kind, day):
    period = period_of(kind, day)

    assert parse(str(period)) == period


@given(KINDS, DAYS, st.integers(min_value=-20, max_value=20))
def test_shifting_is_stepping(kind, day, n):
    walked = period_of(kind, day)
    for _ in range(abs(n)):
        walked = walked.next() if n > 0 else walked.previous()

    assert period_of(kind, day).shifted(n) == walked


@given(KINDS, DAYS, st.sampled_from([None, "month"]))
def test_parts_cover_the_whole_exactly(kind, day, part_kind):
    whole = period_of(kind, day)
    parts = whole.subperiods(part_kind)

    if kind == "month":
        assert parts == ()
        return
    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(one.next() == other for one, other in pairwise(parts))
    assert all(part in whole for part in parts)


@given(st.lists(st.builds(period_of, KINDS, DAYS), max_size=12))
def test_any_mix_of_kinds_sorts_by_first_day(periods):
    starts = [period.start for period in sorted(periods)]

    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023Q3", date(2023, 7, 1), date(2023, 9, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023-autumn", date(2023, 9, 1), date(2024, 1, 31)),
        ("2024-spring", date(2024, 2, 1), date(2024, 8, 31)),
    ],
)
def test_knows_its_first_and_last_day(text, start, end):
    assert (parse(text).start, parse(text).end) == (start, end)


def test_a_year_has_quarters_and_on_request_months():
    assert [str(part) for part in parse("2023").subperiods()] == ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]
    assert len(parse("2023").subperiods("month")) == 12
    assert [str(part) for part in parse("2023-autumn").subperiods()][-1] == "2024-01"


def test_periods_between_two_days_hold_both():
    found = periods_between("month", date(2022, 11, 30), date(2023, 2, 1))

    assert [str(period) for period in found] == ["2022-11", "2022-12", "2023-01", "2023-02"]
    assert periods_between("month", date(2023, 2, 1), date(2023, 1, 31)) == ()


def test_an_instant_lies_in_the_period_of_its_day():
    assert datetime(2023, 9, 30, 23, 59) in parse("2023Q3")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: parse("2023Q5"), "periods.no_period"),
        (lambda: parse("2023-13"), "periods.no_period"),
        (lambda: parse("2023-9"), "periods.no_period"),
        (lambda: parse("2023-winter"), "periods.no_period"),
        (lambda: parse("２０２３"), "periods.no_period"),
        (lambda: parse("1850"), "periods.out_of_range"),
        (lambda: Period("quarter", 2023, 5), "periods.out_of_range"),
        (lambda: Period("term", 2023, 0), "periods.out_of_range"),
        (lambda: parse("2199").next(), "periods.out_of_range"),
        (lambda: Period("week", 2023, 1), "periods.unknown_kind"),
        (lambda: period_of("week", date(2023, 1, 1)), "periods.unknown_kind"),
        (lambda: parse("2023").subperiods("week"), "periods.unknown_kind"),
        (lambda: parse("2023").subperiods("term"), "periods.no_such_parts"),
        (lambda: parse("2023Q1").subperiods("term"), "periods.no_such_parts"),
    ],
)
def test_refuses_what_is_no_period(make, code):
    with pytest.raises(BadInput) as refused:
        make()

    assert refused.value.code == code
    assert str(refused.value)
