"""Growth is scored item by item, and picks are compared with chance."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners import Yardstick, measure_hits, score_growth, yearly_growth

STICKS = (
    Yardstick("growth", 35, Decimal(0), Decimal("0.30")),
    Yardstick("research", 20, Decimal(0), Decimal("0.05")),
    Yardstick("orders", 20, Decimal("0.2"), Decimal("1.0")),
    Yardstick("debt", 25, Decimal("0.8"), Decimal("0.3")),  # less is better
)
value = st.none() | st.decimals(-2, 2, places=4)
evidence = st.fixed_dictionaries({stick.item: value for stick in STICKS})


class TestScore:
    @given(evidence)
    def test_points_sum_to_the_score_and_none_is_above_its_weight(self, known):
        found = score_growth(known, STICKS)

        assert found.score == sum(one.points for one in found.points)
        assert all(0 <= one.points <= one.most for one in found.points)
        assert 0 <= found.score <= found.most <= 100
        assert found.unknown == tuple(stick.item for stick in STICKS if known[stick.item] is None)

    @given(evidence, st.sampled_from(["growth", "research", "orders"]), st.decimals(0, 1, places=3))
    def test_more_of_what_is_good_never_scores_less(self, known, item, more):
        if known[item] is None:
            return
        better = known | {item: known[item] + more}

        assert score_growth(better, STICKS).score >= score_growth(known, STICKS).score

    @given(evidence)
    def test_what_becomes_known_keeps_the_score_between_the_bounds_that_were_told(self, known):
        before = score_growth(known, STICKS)
        after = score_growth(
            {item: Decimal(1) if given_ is None else given_ for item, given_ in known.items()}, STICKS
        )

        assert before.score <= after.score <= before.most + Decimal("0.02")

    @given(evidence, st.permutations(STICKS))
    def test_the_order_of_the_yardsticks_changes_nothing_but_the_order(self, known, sticks):
        one, two = score_growth(known, STICKS), score_growth(known, sticks)

        assert one.score == two.score
        assert set(one.points) == set(two.points)

    def test_a_known_score(self):
        found = score_growth(
            {
                "growth": Decimal("0.15"),
                "research": Decimal("0.06"),
                "orders": Decimal("0.2"),
                "debt": Decimal("0.3"),
            },
            STICKS,
        )

        assert [one.points for one in found.points] == [
            Decimal("17.50"),
            Decimal(20),
            Decimal(0),
            Decimal(25),
        ]
        assert found.score == Decimal("62.50")

    @pytest.mark.parametrize(
        ("sticks", "code"),
        [
            ([], "growth.weights"),
            ([Yardstick("a", 0, Decimal(0), Decimal(1))], "growth.weights"),
            (
                [Yardstick("a", -1, Decimal(0), Decimal(1)), Yardstick("b", 2, Decimal(0), Decimal(1))],
                "growth.weights",
            ),
            ([Yardstick("a", 1, Decimal(1), Decimal(1))], "growth.flat"),
            ([Yardstick("a", 1, Decimal(0), Decimal(1))] * 2, "growth.item_twice"),
        ],
    )
    def test_a_scheme_that_cannot_be_is_refused(self, sticks, code):
        with pytest.raises(BadInput) as refused:
            score_growth({}, sticks)

        assert refused.value.code == code


class TestGrowth:
    @given(st.integers(1, 10**12), st.integers(1, 10**12), st.integers(1, 10))
    def test_growing_so_each_year_leads_from_the_first_to_the_last(self, first, last, years):
        growth = yearly_growth(first, last, years)
        # Four digits of a yearly growth decide nothing about firms that shrink to nothing.
        if growth <= Decimal("-0.9"):
            return
        assert (
            abs((1 + float(growth)) ** years * first / last - 1) <= 0.0001 * years / (1 + float(growth)) * 2
        )

    @pytest.mark.parametrize(("first", "last"), [(None, 1), (1, None), (0, 5)])
    def test_nothing_grows_from_nothing(self, first, last):
        assert yearly_growth(first, last, 3) is None


class TestHits:
    @given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
    def test_rates_lie_in_their_intervals_and_chance_is_a_probability(self, a, b, c, d):
        (hits, n), (base_hits, base_n) = sorted((a, b)), sorted((c, d))
        found = measure_hits(hits, n, base_hits, base_n)

        for one in (found.picks, found.base):
            if one.n:
                assert 0 <= one.low <= one.rate <= one.high <= 1
            else:
                assert one.rate is one.low is one.high is None
        assert (found.chance is None) == (not n or not base_n)
        if found.chance is not None:
            assert 0 <= found.chance <= 1 + 1e-9

    @given(st.integers(1, 200))
    def test_more_picks_of_one_rate_narrow_the_interval(self, n):
        few, many = measure_hits(n, 2 * n, 0, 1).picks, measure_hits(4 * n, 8 * n, 0, 1).picks

        assert many.high - many.low < few.high - few.low

    @pytest.mark.parametrize(
        ("hits", "n", "low", "high"),
        [(2, 3, 0.2077, 0.9385), (5, 40, 0.0546, 0.2611), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
    )
    def test_intervals_of_the_table(self, hits, n, low, high):
        found = measure_hits(hits, n, 0, 0).picks

        assert (round(found.low, 4), round(found.high, 4)) == (low, high)

    @given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
    def test_chance_is_what_counting_all_choices_gives(self, a, b, c, d):
        """An independent count: of all ways to pick n among everybody, those with at least as many hits."""
        (hits, n), (base_hits, base_n) = sorted((a, b)), sorted((c, d))
        if not n or not base_n:
            return
        everybody = [1] * (hits + base_hits) + [0] * (n + base_n - hits - base_hits)
        ways = [sum(everybody[i] for i in chosen) for chosen in combinations(range(len(everybody)), n)]

        assert measure_hits(hits, n, base_hits, base_n).chance == pytest.approx(
            sum(way >= hits for way in ways) / len(ways)
        )

    @pytest.mark.parametrize("given_", [(-1, 3, 0, 0), (4, 3, 0, 0), (0, 0, 2, 1)])
    def test_more_hits_than_picks_are_refused(self, given_):
        with pytest.raises(BadInput):
            measure_hits(*given_)
