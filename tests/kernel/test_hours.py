"""Working hours: what is quiet, and what comes next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel import hours
from shanhai.kernel.refusals import BadInput
from shanhai.kernel.workdays import official

SPANS = hours.parse("08:30-12:00/13:30-17:30")
MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2024, 12, 20))


@pytest.mark.parametrize(
    "text", ["", "8-9", "09:00-08:00", "08:00-12:00/11:00-13:00", "25:00-26:00", "08:30-12:00/"]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(BadInput) as refused:
        hours.parse(text)

    assert refused.value.code == "hours.form"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2023-09-18T08:30", "2023-09-18T08:30"),
        ("2023-09-18T08:29", "2023-09-18T08:30"),
        ("2023-09-18T12:00", "2023-09-18T13:30"),
        ("2023-09-18T17:30", "2023-09-19T08:30"),
        ("2023-09-22T20:00", "2023-09-25T08:30"),  # Friday evening
        ("2023-09-28T17:31", "2023-10-07T08:30"),  # the holidays, ended by a Saturday that is worked
        ("2023-10-07T09:00", "2023-10-07T09:00"),
        ("2023-10-08T17:30", "2023-10-09T08:30"),
    ],
)
def test_the_next_working_moment_follows_the_official_calendar(moment, expected):
    found = hours.next_working(datetime.fromisoformat(moment), official(), SPANS)

    assert found == datetime.fromisoformat(expected)


@given(MOMENTS)
def test_the_next_moment_is_never_quiet_and_never_before(moment):
    found = hours.next_working(moment, official(), SPANS)

    assert found >= moment
    assert hours.is_working(found, official(), SPANS)
    assert hours.next_working(found, official(), SPANS) == found


@given(MOMENTS, st.integers(0, 2000))
def test_later_moments_come_no_sooner_and_nothing_between_is_working(moment, minutes):
    found = hours.next_working(moment, official(), SPANS)
    between = moment + timedelta(minutes=minutes)

    if between < found:
        assert not hours.is_working(between, official(), SPANS)
        assert hours.next_working(between, official(), SPANS) == found


@given(MOMENTS, st.times(min_value=time(0), max_value=time(23, 59)))
def test_the_next_time_is_on_a_working_day_and_shows_that_time(moment, at):
    at = at.replace(second=0, microsecond=0)
    found = hours.next_time(moment, official(), at)

    assert found >= moment and found.time() == at
    assert official().is_working(found.date())
    assert not any(
        official().is_working(moment.date() + timedelta(days=n))
        and datetime.combine(moment.date() + timedelta(days=n), at) >= moment
        for n in range((found.date() - moment.date()).days)
    )


def test_a_year_without_a_notice_counts_weekdays():
    assert hours.next_working(datetime(2031, 5, 3, 10, 0), official(), SPANS).date() == date(2031, 5, 5)
