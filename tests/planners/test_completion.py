"""When open cases will be done: intervals that hold as often as they say, on made-up and on real cases."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners.completion import forecast_completion
from shanhai.planners.logs import Event, log_of, read_log

START = datetime(2020, 1, 1, tzinfo=UTC)
FOLDER = Path(os.environ.get("SHANHAI_SHARED_DATA", "/nowhere")) / "approval_logs"


def on(day):
    return START + timedelta(days=day)


def office(seed, cases=400, days=1_000):
    """Cases of three steps; one in three is returned once. What is not over by the last day is open."""
    chance, events = random.Random(seed), []
    for n in range(cases):
        at = chance.uniform(0, days)
        steps = ["ask", "check", *(["ask", "check"] if chance.random() < 0.33 else []), "sign"]
        for step in steps:
            if at < days:
                events.append(Event(f"c{n}", step, on(at)))
            at += chance.gammavariate(2, 10)
    return log_of(events)


@st.composite
def logs(draw):
    events = []
    for case in range(draw(st.integers(1, 40))):
        at = draw(st.integers(0, 300))
        for _ in range(draw(st.integers(1, 5))):
            events.append(Event(f"c{case}", draw(st.sampled_from(["ask", "check", "sign"])), on(at)))
            at += draw(st.integers(0, 40))
    return log_of([*events, Event("last", "sign", on(300))])


@given(logs(), st.sampled_from([0.5, 0.8, 0.95]), st.integers(0, 400))
def test_whatever_the_log_the_ends_are_in_order_and_the_risk_is_a_share(log, coverage, due_days):
    found = forecast_completion(log, ends=["sign"], coverage=coverage, due_days=due_days + 1)

    for one in found.cases:
        assert one.since <= found.at
        assert one.last != "sign"
        if one.basis != "none":
            assert found.at <= one.low
            assert one.median is None or one.low <= one.median
            assert one.high is None or one.median <= one.high
            assert 0 <= one.risk <= 1
    assert len(found.cases) + found.closed == len(log.cases)
    assert found.tested.held is None or 0 <= found.tested.held <= 1


@given(logs(), st.integers(1, 200))
def test_a_later_due_date_is_no_greater_risk(log, days):
    sooner, later = (forecast_completion(log, ends=["sign"], due_days=one).cases for one in (days, days + 30))

    assert all(b.risk is None or a.risk >= b.risk for a, b in zip(sooner, later, strict=True))


@given(logs())
def test_wider_intervals_hold_narrower_ones(log):
    narrow, wide = (forecast_completion(log, ends=["sign"], coverage=one).cases for one in (0.5, 0.9))

    for one, other in zip(narrow, wide, strict=True):
        if one.basis != "none":
            assert other.low <= one.low
            assert other.high is None or one.high <= other.high


@given(logs(), st.integers(0, 299))
def test_what_comes_later_is_not_looked_at(log, day):
    moment = on(day)
    at = int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    if int(log.at.min()) > at:
        return
    seen = log.at <= at
    before = replace(log, case=log.case[seen], activity=log.activity[seen], at=log.at[seen])

    try:
        known = forecast_completion(before, ends=["sign"], at=moment)
    except BadInput:
        return
    assert forecast_completion(log, ends=["sign"], at=moment).cases == known.cases


@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_intervals_hold_about_as_often_as_they_say(coverage):
    """Against the truth: the same office, looked at in the middle, and what came of its open cases."""
    held = n = 0
    for seed in range(20):
        log = office(seed, cases=800)
        ends = {log.cases[int(c)]: at for c, at in zip(log.case, log.at, strict=True)}
        signed = {
            log.cases[int(c)]
            for c, a in zip(log.case, log.activity, strict=True)
            if log.activities[a] == "sign"
        }
        for one in forecast_completion(log, ends=["sign"], at=on(700), coverage=coverage).cases:
            if one.case in signed and one.basis != "none":
                end = datetime.fromtimestamp(int(ends[one.case]) / 1e6, UTC)
                held += one.low <= end and (one.high is None or end <= one.high)
                n += 1

    assert n > 600
    assert coverage - 0.04 <= held / n <= coverage + 0.04


def test_the_longer_a_case_has_waited_the_longer_it_takes_in_all():
    past = [
        Event(f"c{n}", step, on(n + more))
        for n in range(100)
        for step, more in (("ask", 0), ("sign", 1 + n % 50))
    ]
    fresh, old = Event("fresh", "ask", on(199)), Event("old", "ask", on(170))

    found = {
        one.case: one
        for one in forecast_completion(log_of([*past, fresh, old]), ends=["sign"], at=on(200)).cases
    }

    took = {name: one.median - one.since for name, one in found.items()}
    assert took["fresh"] < took["old"]
    assert found["old"].low >= on(200)


def test_what_closes_a_case_is_found_and_told():
    found = forecast_completion(office(1))

    assert found.notes[0].code == "completion.ends" and "sign" in str(found.notes[0])


def test_a_case_past_its_due_date_misses_it_for_certain():
    found = forecast_completion(office(1), ends=["sign"], due_days=0.001)

    assert {one.risk for one in found.cases} == {1.0}


def test_a_due_date_by_name_stands_above_the_days():
    log = office(1)
    name = forecast_completion(log, ends=["sign"]).cases[0].case

    one = forecast_completion(log, ends=["sign"], due={name: on(1_500)}, due_days=0.001).cases[0]

    assert one.risk == 0.0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"coverage": 0.2}, "coverage"),
        ({"ends": ["nobody does this"]}, "no_end"),
        ({"due_days": 0}, "due_days"),
        ({"at": on(-10)}, "too_early"),
    ],
)
def test_what_cannot_be_forecast_is_refused(asked, code):
    with pytest.raises(BadInput) as refused:
        forecast_completion(office(1, cases=50), **asked)

    assert refused.value.code == f"completion.{code}"


@pytest.mark.parametrize("name", ["DomesticDeclarations", "PrepaidTravelCost", "RequestForPayment"])
@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_on_real_cases_the_test_says_that_they_hold(name, coverage):
    """Logs of a university's travel and payments (BPI Challenge 2020, cleaned)."""
    file = FOLDER / f"BPIC20c_{name}.xes.gz"
    if not file.exists():
        assert os.environ.get("CI") != "true", f"{file} is missing"
        pytest.skip(f"{file} is missing; set SHANHAI_SHARED_DATA.")

    tested = forecast_completion(read_log(file), coverage=coverage).tested

    assert tested.n > 800
    assert coverage - 0.02 <= tested.held <= coverage + 0.06
