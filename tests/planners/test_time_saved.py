"""The time saved: the formula of the article, classes, the interval's coverage, and what levers get."""

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners.time_saved import PastCase, measure_time_saved

DAYS = st.floats(1, 400, allow_nan=False)


def cases(side, days, kind="plant", levers=()):
    return [PastCase(f"{side}{kind}{n}", kind, one, frozenset(levers)) for n, one in enumerate(days)]


@given(st.lists(DAYS, min_size=1, max_size=30), st.lists(DAYS, min_size=1, max_size=30))
def test_with_one_class_it_is_the_formula(before, after):
    found = measure_time_saved(cases("b", before), cases("c", after), resamples=100)

    assert found.cut == pytest.approx(1 - statistics.fmean(after) / statistics.fmean(before))
    assert (found.baseline.n, found.cohort.n) == (len(before), len(after))
    assert found.baseline.median == pytest.approx(statistics.median(before))
    assert found.saved_wd == pytest.approx(statistics.fmean(before) - statistics.fmean(after))
    if found.ci95 is not None:
        assert found.ci95[0] <= found.ci95[1] < 1


def test_another_mix_of_classes_is_no_saving():
    before = cases("b", [20] * 2, "small") + cases("b", [100] * 8, "large")
    after = cases("c", [20] * 8, "small") + cases("c", [100] * 2, "large")

    found = measure_time_saved(before, after)

    assert found.cut == 0
    assert found.ci95 == (0, 0)
    assert [one.cut for one in found.kinds] == [0, 0]


def test_open_cases_and_classes_without_a_pair_are_left_out_and_told():
    before = [*cases("b", [100, 100]), PastCase("x", "plant", None), *cases("b", [5], "shed")]
    after = [*cases("c", [50, 50]), PastCase("y", "plant", 50, from_dates=True)]

    found = measure_time_saved(before, after)

    assert found.cut == 0.5
    assert [note.code for note in found.notes] == [
        "time_saved.open",
        "time_saved.lone",
        "time_saved.from_dates",
    ]
    assert "shed" in str(found.notes[1])


def test_nothing_to_compare_is_said_and_no_error():
    found = measure_time_saved(cases("b", [10], "a"), cases("c", [10], "b"))

    assert (found.cut, found.ci95, found.kinds) == (None, None, ())
    assert found.notes[0].code == "time_saved.lone"


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    chance, held, runs = random.Random(1), 0, 200
    for run in range(runs):
        before = [chance.gammavariate(4, 25) for _ in range(60)]
        after = [chance.gammavariate(4, 15) for _ in range(60)]
        low, high = measure_time_saved(cases("b", before), cases("c", after), seed=run, resamples=400).ci95
        held += low <= 0.4 <= high

    assert 0.9 <= held / runs <= 0.99


class TestLevers:
    def test_levers_get_what_they_saved(self):
        chance = random.Random(2)
        worth = {"deferred": 12, "commitment": 20}
        before = cases("b", [100 + chance.gauss(0, 3) for _ in range(200)])
        after = []
        for n in range(400):
            levers = frozenset(name for name in worth if chance.random() < 0.5)
            days = 90 - sum(worth[name] for name in levers) + chance.gauss(0, 3)
            after.append(PastCase(f"c{n}", "plant", days, levers))

        found = measure_time_saved(before, after)

        assert [one.lever for one in found.levers] == ["commitment", "deferred"]
        for one in found.levers:
            assert one.saved_wd == pytest.approx(worth[one.lever] * one.cases / 400, abs=0.8)
        assert found.rest_wd == pytest.approx(10, abs=1)
        assert sum(one.saved_wd for one in found.levers) + found.rest_wd == pytest.approx(found.saved_wd)

    def test_a_lever_that_all_of_the_cohort_and_nobody_else_used_cannot_be_told_from_the_time(self):
        found = measure_time_saved(cases("b", [100, 90]), cases("c", [50, 60], levers=["joint"]))

        assert (found.levers[0].saved_wd, found.levers[0].cases) == (None, 2)
        assert found.rest_wd == found.saved_wd

    def test_two_levers_that_always_go_together_cannot_be_told_apart(self):
        after = cases("c", [50, 55], levers=["a", "b"]) + cases("d", [80, 85])
        found = measure_time_saved(cases("b", [100, 90]), after)

        assert [one.saved_wd for one in found.levers] == [None, None]


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ([PastCase("a", "k", -1.0)], "days"),
        ([PastCase("a", "k", float("nan"))], "days"),
        ([PastCase("a", "k", 1.0), PastCase("a", "k", 2.0)], "twice"),
    ],
)
def test_what_cannot_be_is_refused(before, code):
    with pytest.raises(BadInput) as refused:
        measure_time_saved(before, [])

    assert refused.value.code == f"time_saved.{code}"


def test_the_same_seed_gives_the_same_interval():
    given = cases("b", range(50, 90)), cases("c", range(30, 70))

    assert measure_time_saved(*given, seed=3) == measure_time_saved(*given, seed=3)
