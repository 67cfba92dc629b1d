"""What joint review would have saved: instances by hand, and what must hold for any log."""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners import review_potential
from shanhai.planners.logs import Event, log_of
from shanhai.planners.orders import read_orders

MONDAY = datetime(2023, 9, 18)
DAY = 86_400


def at(days):
    return MONDAY + timedelta(days=days)


def ran(*cases):
    """``ran("ask:0 sign:2")``: cases with a step at each day; ``fire:1-3`` began on day 1."""
    events = []
    for number, steps in enumerate(cases):
        for word in steps.split():
            step, days = word.split(":")
            begun, _, ended = days.rpartition("-")
            events.append(Event(str(number), step, at(float(ended)), at(float(begun)) if begun else None))
    return log_of(events)


def found(*cases, **more):
    """Days of each case now, in joint review and at best."""
    answer = review_potential(ran(*cases), **more)
    return [(one.now_s / DAY, one.joint_s / DAY, one.bound_s / DAY) for one in answer.cases]


def rules(*cases, **more):
    return {(one.before, one.after) for one in review_potential(ran(*cases), **more).order_rules}


class TestOrders:
    def test_never_seen_reversed_counts_as_needed_even_once(self):
        assert rules("a:0 b:1", "c:0 d:1") == {("a", "b"), ("c", "d")}

    def test_seen_in_both_orders_is_free(self):
        assert rules("a:0 b:1", "b:0 a:1") == set()

    def test_one_case_in_ten_against_it_frees_it_unless_that_is_allowed(self):
        cases = ["a:0 b:1"] * 9 + ["b:0 a:1"]

        assert rules(*cases) == set()
        assert rules(*cases, free_from=0.1) == {("a", "b")}
        assert rules(*cases, free_from=0.05) == set()

    def test_one_time_for_both_says_nothing(self):
        assert rules("x:0 a:1 b:1") == {("x", "a"), ("x", "b")}
        assert ("a", "b") in rules("x:0 a:1 b:1", "x:0 a:1 b:2")
        assert rules("a:0 b:0") == set()

    def test_overlapping_work_frees_both_orders(self):
        assert rules("a:0-2 b:2-3") == {("a", "b")}
        assert rules("a:0-2 b:2-3", "a:0-2 b:1-3") == set()

    def test_first_doings_count(self):
        assert rules("a:0 b:1 a:2") == {("a", "b")}

    def test_declared_ones_stand_above_the_log(self):
        cases = ["a:0 b:1 c:2", "b:0 a:1 c:2"]

        assert rules(*cases, declared={("a", "b"): True, ("a", "c"): False}) == {("a", "b"), ("b", "c")}
        assert rules(*cases, declared={("a", "b"): True}, only_declared=True) == {("a", "b")}

    def test_are_told_with_how_often_each_was_seen(self):
        (rule,) = review_potential(
            ran("a:0 b:1", "a:0 b:1", "b:0 a:1"), declared={("a", "b"): True}
        ).order_rules

        assert (rule.seen, rule.reversed, rule.declared) == (2, 1, True)

    def test_declared_steps_that_the_log_lacks_are_told(self):
        answer = review_potential(ran("a:0 b:1"), declared={("a", "x"): True})

        assert [dict(one.facts)["names"] for one in answer.notes] == ["x"]

    @pytest.mark.parametrize("share", [-0.1, 1, 2])
    def test_a_share_that_is_none(self, share):
        with pytest.raises(BadInput):
            review_potential(ran("a:0"), free_from=share)


class TestCases:
    def test_needed_order_stays_as_it_was(self):
        assert found("a:0 b:3 c:5") == [(5, 5, 3)]

    def test_free_reviews_run_side_by_side(self):
        # accept, then fire and water in either order, then permit.
        both = found("accept:0 fire:4 water:10 permit:12", "accept:0 water:6 fire:10 permit:12")

        assert both == [(12, 8, 6), (12, 8, 6)]

    def test_reviews_of_one_time_share_it_and_do_not_add_up(self):
        assert found("accept:0 fire:4 water:4 permit:6") == [(6, 6, 4)]

    def test_declared_free_order_moves_a_step_forward(self):
        assert found("a:0 b:3 c:5", declared={("b", "c"): False}) == [(5, 3, 3)]

    def test_declared_needed_order_binds_where_it_was_kept(self):
        cases = ["x:0 a:2 b:5", "x:0 b:2 a:5"]

        assert found(*cases) == [(5, 3, 3), (5, 3, 3)]
        assert found(*cases, declared={("a", "b"): True}) == [(5, 5, 3), (5, 3, 3)]

    def test_a_step_done_again_answers_what_came_before_it(self):
        # The file goes back from b to a; only one's own earlier doing binds where repeats may move.
        cases = ["x:0 a:1 b:3 a:6 c:7", "x:0 b:1 a:2", "x:0 c:1 a:2", "x:0 c:1 b:3", "x:0 b:1 c:2"]

        assert found(*cases)[0] == (7, 6 - 1, 4)
        assert found(*cases, repeats_move=True)[0] == (7, 4, 4)

    def test_known_starts_leave_the_wait_with_the_step(self):
        # b began on day 4 though a had ended on day 2: its wait is its own.
        assert found("a:0-2 b:4-5") == [(5, 5, 3)]
        assert found("a:0-2 b:4-5", "b:0-1 a:1-2") == [(5, 3, 3), (2, 1, 1)]

    def test_work_that_overlapped_stays_so(self):
        assert found("a:0-4 b:1-3 c:4-6") == [(6, 6, 4)]

    def test_start_and_complete_marks(self):
        marks = (("a", 0, "start"), ("b", 1, "start"), ("a", 2, "complete"), ("b", 5, "complete"))
        answer = review_potential(
            log_of(Event("1", step, at(day), transition=mark) for step, day, mark in marks)
        )

        assert (answer.median_s_now, answer.median_s_joint) == (5 * DAY, 5 * DAY)
        assert answer.order_rules == ()

    def test_a_case_of_one_event_takes_no_time(self):
        answer = review_potential(ran("a:0"))

        assert found("a:0") == [(0, 0, 0)]
        assert (answer.cut, answer.gains) == (0, ())

    def test_the_gain_goes_to_the_steps_that_held_others_up(self):
        answer = review_potential(
            ran("accept:0 fire:4 water:10 permit:12", "accept:0 water:6 fire:10 permit:12")
        )

        assert [(one.activity, one.gain_s / DAY, one.share) for one in answer.gains] == [("fire", 8, 1)]
        assert answer.cut == pytest.approx(1 / 3)

    def test_cut_is_of_medians_and_of_means(self):
        answer = review_potential(ran("x:0 a:2 b:4", "x:0 b:2 a:4", "x:0 a:1 b:10"))

        assert answer.cut == pytest.approx(1 - 2 / 4)
        assert answer.cut_of_means == pytest.approx(1 - (2 + 2 + 9) / 18)


class TestDeclaredOrders:
    def test_are_read_with_or_without_headings(self):
        assert read_orders(["# ours", "a,b", "", "c,d,no"]) == {("a", "b"): True, ("c", "d"): False}
        assert read_orders(["前,后,是否", "甲,乙,是"]) == {("甲", "乙"): True}

    @pytest.mark.parametrize("line", ["a", "a,a", "a,,yes", "a,b,perhaps"])
    def test_what_is_no_order_is_refused_with_its_line(self, line):
        with pytest.raises(BadInput, match="Line 2"):
            read_orders(["x,y", line])

    def test_a_circle_is_shown(self):
        with pytest.raises(BadInput, match="b → c → b"):
            read_orders(["a,b", "b,c", "c,b"])


# --- whatever the log ------------------------------------------------------------------------------------------------

DOINGS = st.tuples(st.sampled_from("abcde"), st.integers(0, 30), st.none() | st.integers(0, 10))
CASES = st.lists(st.lists(DOINGS, min_size=1, max_size=9), min_size=1, max_size=8)
DECLARED = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), st.booleans(), max_size=5
)
OPTIONS = st.fixed_dictionaries(
    {
        "declared": DECLARED,
        "only_declared": st.booleans(),
        "free_from": st.sampled_from([0.0, 0.2, 0.5]),
        "repeats_move": st.booleans(),
    }
)


def log_from(cases):
    return log_of(
        Event(str(number), step, at(day), None if took is None else at(day - took))
        for number, case in enumerate(cases)
        for step, day, took in case
    )


@given(CASES, OPTIONS)
def test_no_case_takes_longer_than_it_did_nor_less_than_the_bound(cases, options):
    answer = review_potential(log_from(cases), **options)

    for one in answer.cases:
        assert 0 <= one.bound_s <= one.joint_s <= one.now_s
    assert 0 <= answer.cut <= 1 or answer.median_s_now == 0
    saved = sum(one.now_s - one.joint_s for one in answer.cases)
    assert sum(one.gain_s for one in answer.gains) == pytest.approx(saved)
    assert not answer.gains or sum(one.share for one in answer.gains) == pytest.approx(1)


@given(CASES)
def test_more_tolerance_and_more_orders_never_make_it_faster(cases):
    log = log_from(cases)

    def joint(**more):
        return [one.joint_s for one in review_potential(log, **more).cases]

    strict, tolerant = joint(), joint(free_from=0.5)
    assert all(one <= other for one, other in zip(strict, tolerant, strict=True))
    free = joint(only_declared=True, repeats_move=True)
    bounds = [one.bound_s for one in review_potential(log).cases]
    assert free == bounds
    assert all(one <= other for one, other in zip(free, strict, strict=True))


@given(CASES)
def test_agrees_with_a_plain_reading_of_the_rule(cases):
    answer = review_potential(log_from(cases))

    held = [plain_doings(case) for case in cases]
    needed = plain_rules(held)
    assert {(one.before, one.after) for one in answer.order_rules} == needed
    for one, doings in zip(answer.cases, held, strict=True):
        assert one.joint_s / DAY == pytest.approx(plain_joint(doings, needed))


def plain_doings(case):
    """(step, ready, end) of one case by end, as docs/why/potential.md says it, in days."""
    doings = sorted(
        ((step, day, None if took is None else day - took) for step, day, took in case),
        key=lambda one: one[1],
    )
    begin = min(min(end, end if start is None else start) for _, end, start in doings)
    told = []
    for step, end, start in doings:
        ended = [other for _, other, _ in doings if other < end and (start is None or other <= start)]
        told.append((step, max(ended, default=begin), end))
    return told


def plain_rules(held):
    seen, against = defaultdict(int), defaultdict(int)
    for doings in held:
        firsts = {}
        for step, ready, end in doings:
            firsts.setdefault(step, (ready, end))
        for a, (a_ready, a_end) in firsts.items():
            for b, (b_ready, b_end) in firsts.items():
                if a == b or (a_ready, a_end) == (b_ready, b_end):
                    continue
                (seen if a_end <= b_ready else against)[a, b] += 1
    return {pair for pair in seen if not against[pair]}


def plain_joint(doings, needed):
    finish = []
    for n, (step, ready, end) in enumerate(doings):
        is_again = any(other == step for other, _, _ in doings[:n])
        waits = [
            finish[m]
            for m, (other, _, other_end) in enumerate(doings[:n])
            if other_end <= ready and (is_again or other == step or (other, step) in needed)
        ]
        finish.append(end - ready + max(waits, default=0))
    return max(finish)


def test_a_hundred_thousand_activities_in_short_cases():
    log = log_of(Event(str(n // 5), f"a{n}", at(n % 5)) for n in range(100_000))

    answer = review_potential(log)

    assert answer.cut == 0
    assert len(answer.order_rules) == 20_000 * 10


def test_a_case_too_long_to_look_at_is_left_out_and_told():
    long = [Event("long", f"a{n % 7}", at(n)) for n in range(5_001)]
    answer = review_potential(log_of([*long, Event("short", "a0", at(0)), Event("short", "a1", at(1))]))

    assert [one.case for one in answer.cases] == ["short"]
    assert [one.code for one in answer.notes] == ["potential.long_cases"]
