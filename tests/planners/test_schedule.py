"""When items of a joint review open and must end: by hand, then against every path."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.kernel.workdays import official
from shanhai.planners.schedule import Item, schedule_review

MONDAY = date(2023, 9, 18)
CALENDAR = official()


def plan(*items, **more):
    return schedule_review([Item(*item) for item in items], MONDAY, CALENDAR, **more)


def of(schedule, code):
    return next(one for one in schedule.items if one.code == code)


def test_due_dates_skip_the_holidays():
    schedule = plan(("fire", 7), ("permit", 5, ("fire",)))

    assert of(schedule, "fire").due_on == date(2023, 9, 27)
    assert schedule.ends_on == date(2023, 10, 10)


def test_immediate_items_are_due_when_they_open():
    schedule = plan(("file", 0), ("permit", 5, ("file",)))

    assert of(schedule, "file").due_on == MONDAY
    assert schedule.critical_path == ("file", "permit")


def test_slack_is_what_an_item_may_lose():
    schedule = plan(("fire", 7), ("water", 3), ("permit", 5, ("fire", "water")))

    assert (of(schedule, "water").slack, of(schedule, "water").latest_opens) == (4, 4)
    assert of(schedule, "water").latest_due_on == of(schedule, "fire").due_on
    assert not of(schedule, "water").is_critical


def test_what_was_finished_late_moves_what_waits_for_it():
    late = plan(("fire", 7), ("permit", 5, ("fire",)), finished={"fire": date(2023, 9, 28)})

    assert (late.days_working, of(late, "permit").opens) == (13, 8)
    assert of(late, "fire").is_finished
    assert not of(late, "fire").is_critical


def test_what_was_finished_early_opens_the_next_at_once():
    early = plan(("fire", 7), ("permit", 5, ("fire",)), finished={"fire": date(2023, 9, 19)})

    assert early.days_working == 6


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "no item"),
        ([("a", 1), ("a", 2)], "twice"),
        ([("a", -1)], "-1 working days"),
        ([("a", 1, ("b",))], "waits for b"),
        ([("a", 1, ("c",)), ("b", 1, ("a",)), ("c", 1, ("b",))], "a ← c ← b ← a"),
        ([("a", 1, ("a",))], "a ← a"),
    ],
)
def test_what_cannot_be_planned(items, words):
    with pytest.raises(BadInput, match=words):
        plan(*items)


def test_a_long_chain_is_no_deep_call():
    items = [Item(str(n), 1, (str(n + 1),) if n < 4999 else ()) for n in range(5000)]

    assert schedule_review(items, MONDAY, CALENDAR).days_working == 5000


@st.composite
def cases(draw):
    """Items in a random order, waiting only for those with a lower letter."""
    codes = "abcdefg"[: draw(st.integers(1, 7))]
    items = [
        Item(
            code,
            draw(st.integers(0, 9)),
            tuple(draw(st.sets(st.sampled_from(codes[:n]), max_size=3))) if n else (),
        )
        for n, code in enumerate(codes)
    ]
    return draw(st.permutations(items))


def longest(items, codes):
    """Days of the longest path that ends with one of some items, over every path there is."""
    by_code = {one.code: one for one in items}
    return max(
        (by_code[code].days_working + longest(items, by_code[code].after) for code in codes), default=0
    )


@given(cases())
def test_agrees_with_every_path(items):
    schedule = schedule_review(items, MONDAY, CALENDAR)

    by_code = {one.code: one for one in items}
    assert [one.code for one in schedule.items] == [one.code for one in items]
    assert schedule.days_working == longest(items, list(by_code))
    for one in schedule.items:
        assert one.ends == longest(items, [one.code])
        assert one.slack >= 0
        assert one.opens_on <= one.due_on <= one.latest_due_on <= schedule.ends_on
    assert sum(by_code[code].days_working for code in schedule.critical_path) == schedule.days_working
    assert all(of(schedule, code).is_critical for code in schedule.critical_path)


@given(cases(), st.dictionaries(st.sampled_from("abcdefg"), st.integers(-5, 40), max_size=4))
def test_finished_items_end_when_they_did_and_nothing_has_less_than_no_slack(items, days):
    finished = {code: CALENDAR.add(MONDAY, n) for code, n in days.items() if n}
    schedule = schedule_review(items, MONDAY, CALENDAR, finished=finished)

    for one in schedule.items:
        assert one.slack >= 0
        assert one.is_finished == (one.code in finished)
        if one.is_finished:
            assert one.ends == max(0, days[one.code])
    assert schedule.days_working == max(one.ends for one in schedule.items)


@given(cases(), st.data())
def test_an_item_may_lose_its_slack_and_not_a_day_more(items, data):
    schedule = schedule_review(items, MONDAY, CALENDAR)
    one = data.draw(st.sampled_from(schedule.items))

    def with_more(days):
        changed = [Item(i.code, i.days_working + days * (i.code == one.code), i.after) for i in items]
        return schedule_review(changed, MONDAY, CALENDAR).days_working

    assert with_more(one.slack) == schedule.days_working
    assert with_more(one.slack + 1) == schedule.days_working + 1
