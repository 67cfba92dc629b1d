"""The critical path against brute force: every order, every path, every day of delay."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.kernel.workdays import official
from shanhai.planners.review_schedule import Step, behind, due_dates, find_cycle, schedule_review


@st.composite
def graphs(draw, most=7):
    """Steps without a ring, given in any order."""
    n = draw(st.integers(0, most))
    steps = []
    for i in range(n):
        before = draw(st.sets(st.integers(0, i - 1))) if i else set()
        steps.append(Step(f"s{i}", draw(st.integers(0, 9)), tuple(f"s{one}" for one in sorted(before))))
    return draw(st.permutations(steps))


def finish_by_paths(steps):
    """The end of each step as the longest of all paths that lead to it, walked one by one."""
    by_code = {step.code: step for step in steps}

    def longest(code):
        step = by_code[code]
        return step.days + max((longest(one) for one in step.after), default=0)

    return {code: longest(code) for code in by_code}


@given(graphs())
def test_the_end_of_each_step_is_its_longest_path(steps):
    plan = schedule_review(steps)

    expected = finish_by_paths(steps)
    assert {step.code: step.ends for step in plan.steps} == expected
    assert plan.days == max(expected.values(), default=0)
    assert plan.days <= plan.days_serial == sum(step.days for step in steps)


@given(graphs(), st.data())
def test_slack_is_how_late_a_step_may_be_and_not_a_day_more(steps, data):
    plan = schedule_review(steps)
    if not steps:
        return
    late = data.draw(st.sampled_from(steps))
    slack = plan[late.code].slack

    def with_delay(n):
        return schedule_review([Step(s.code, s.days + (n if s is late else 0), s.after) for s in steps]).days

    assert with_delay(slack) == plan.days
    assert with_delay(slack + 1) == plan.days + 1


@given(graphs())
def test_the_critical_path_is_a_path_and_as_long_as_the_whole(steps):
    plan = schedule_review(steps)
    by_code = {step.code: step for step in steps}

    assert sum(by_code[code].days for code in plan.critical) == plan.days
    assert all(before in by_code[code].after for before, code in pairwise(plan.critical))
    assert all(plan[code].is_critical for code in plan.critical)


@given(graphs(), st.data())
def test_what_is_left_out_hands_its_predecessors_on(steps, data):
    kept = data.draw(st.sets(st.sampled_from([step.code for step in steps]))) if steps else set()
    after = {step.code: step.after for step in steps}

    def reaches(code):
        found = set()
        for one in after[code]:
            found |= {one} if one in kept else reaches(one)
        return found

    assert {code: set(before) for code, before in behind(after, kept).items()} == {
        code: reaches(code) for code in kept
    }


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_a_ring_is_found_exactly_where_there_is_one(after):
    ring = find_cycle(after)

    def is_ringed(code, path=()):
        return code in path or any(is_ringed(one, (*path, code)) for one in after.get(code, ()))

    assert bool(ring) == any(is_ringed(code) for code in after)
    if ring:
        assert ring[0] == ring[-1]
        assert all(before in after[code] for before, code in pairwise(ring))


def test_the_ring_is_shown():
    with pytest.raises(BadInput, match="a → b → a"):
        schedule_review([Step("a", 1, ("b",)), Step("b", 1, ("a",))])


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([Step("a", 1, ("b",))], "review_schedule.unknown_step"),
        ([Step("a", -1)], "review_schedule.negative"),
        ([Step("a", 1), Step("a", 2)], "review_schedule.twice"),
    ],
)
def test_steps_that_cannot_be_placed_are_named(steps, code):
    with pytest.raises(BadInput) as refused:
        schedule_review(steps)

    assert refused.value.code == code


def test_a_chain_longer_than_the_stack_is_no_trouble():
    steps = [Step(f"s{i}", 1, (f"s{i - 1}",) if i else ()) for i in range(5000)]

    assert schedule_review(steps).days == 5000


def test_due_dates_pass_over_the_golden_week():
    plan = schedule_review([Step("a", 5), Step("b", 4, ("a",))])

    found = due_dates(plan, date(2023, 9, 21), official())

    # 29 September to 6 October are off, Saturday 7 October is worked.
    assert found == {
        "a": (date(2023, 9, 21), date(2023, 9, 28)),
        "b": (date(2023, 9, 28), date(2023, 10, 10)),
    }
