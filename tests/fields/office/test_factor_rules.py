"""Rules of factor requests, without a database: the order, exact quantities, who is passed over."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.fields.office.rules import factors as rules
from shanhai.kernel.refusals import BadInput

# The machine that runs the tests may be busy; how long drawing takes says nothing about the rules.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = date(2023, 9, 18)
days = st.integers(0, 6).map(lambda n: DAY + timedelta(days=n))


@st.composite
def queues(draw):
    """Up to eight requests with numbers of their own; many stand level in class and days."""
    n = draw(st.integers(1, 8))
    return [
        rules.Place(
            f"YS-{i}",
            draw(st.integers(1, 2)),
            draw(days),
            draw(days),
            draw(st.integers(1, 9)),
            draw(st.booleans()),
        )
        for i in range(n)
    ]


available = st.one_of(st.none(), st.integers(0, 20))


class TestOrder:
    @calm
    @given(queues(), st.randoms(use_true_random=False))
    def test_does_not_depend_on_how_the_rows_came(self, queue, random: Random):
        shuffled = list(queue)
        random.shuffle(shuffled)

        assert rules.in_order(shuffled) == rules.in_order(queue)

    @calm
    @given(queues())
    def test_is_total_and_puts_the_park_first(self, queue):
        ordered = rules.in_order(queue)

        keys = [(one.priority, one.needed_by, one.asked_on, one.number) for one in ordered]
        assert keys == sorted(keys) and len(set(keys)) == len(queue)
        classes = [one.priority for one in ordered]
        assert classes == sorted(classes)

    def test_ties_go_to_the_earlier_asked_then_to_the_lower_number(self):
        late, early = DAY + timedelta(days=1), DAY
        queue = [
            rules.Place("C", 1, DAY, late, 1),
            rules.Place("B", 1, DAY, early, 1),
            rules.Place("A", 1, DAY, late, 1),
        ]

        assert [one.number for one in rules.in_order(queue)] == ["B", "A", "C"]


def brute_force(queue, number, left):
    """Everybody who stands strictly before it, one by one, and would get something out of the pool."""
    this = next(one for one in queue if one.number == number)
    over = set()
    for one in queue:
        before = one.priority < this.priority or (
            one.priority == this.priority
            and (
                one.needed_by < this.needed_by
                or (
                    one.needed_by == this.needed_by
                    and (
                        one.asked_on < this.asked_on
                        or (one.asked_on == this.asked_on and one.number < this.number)
                    )
                )
            )
        )
        gets = [n for n in range(1, one.missing + 1) if left is None or n <= left]
        useful = one.missing in gets if one.needs_whole else bool(gets)
        if before and useful:
            over.add(one.number)
    return over


class TestPassingOver:
    @calm
    @given(queues(), available, st.data())
    def test_equals_a_search_through_everybody(self, queue, left, data):
        number = data.draw(st.sampled_from(queue)).number

        found = {one.number for one in rules.passed_over(queue, number, left)}

        assert found == brute_force(queue, number, left)

    @calm
    @given(queues(), available, st.data())
    def test_the_preview_names_the_same_and_shows_what_is_left_for_them(self, queue, left, data):
        this = data.draw(st.sampled_from(queue))
        quantity = data.draw(st.integers(1, this.missing))

        told = rules.effects(queue, this.number, quantity, left)

        over = rules.passed_over(queue, this.number, left)
        assert [one.place for one in told if one.could_be_served] == over
        for one in told:
            assert one.could_be_served or not one.could_be_served_after

    def test_one_that_needs_the_whole_is_not_passed_over_where_the_pool_is_too_small(self):
        park = rules.Place("P", 1, DAY, DAY, 50, needs_whole=True)
        other = rules.Place("Q", 2, DAY, DAY, 5)

        assert rules.passed_over([park, other], "Q", 40) == []
        assert rules.passed_over([park, other], "Q", 50) == [park]

    def test_needs_a_reason(self):
        park = rules.Place("P", 1, DAY, DAY, 50)
        with pytest.raises(BadInput) as refused:
            rules.check_passing("Q", [park], "")
        assert refused.value.code == "office.factor_passes_over"
        rules.check_passing("Q", [park], "not levelled yet")
        rules.check_passing("Q", [], "")


class TestQuantities:
    @calm
    @given(st.sampled_from(sorted(rules.MEASURES)), st.integers(1, rules.MOST))
    def test_steps_and_quantities_are_the_same_thing(self, measure, steps):
        assert rules.steps_of(rules.quantity_of(steps, measure), measure) == steps

    @calm
    @given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.sampled_from(["mu", "MWh"]))
    def test_sums_are_exact(self, parts, measure):
        whole = sum((rules.quantity_of(one, measure) for one in parts), Decimal(0))

        assert rules.steps_of(whole, measure) == sum(parts)

    @pytest.mark.parametrize(
        ("quantity", "measure"),
        [("0", "mu"), ("-1", "mu"), ("1.001", "mu"), ("0.5", "persons"), ("1.5", "fen"), ("NaN", "kW"), ("1e20", "fen")],
    )  # fmt: skip
    def test_what_cannot_be_kept_is_refused(self, quantity, measure):
        with pytest.raises(BadInput) as refused:
            rules.steps_of(Decimal(quantity), measure)
        assert refused.value.code == "office.factor_quantity"

    def test_an_unknown_measure_is_refused(self):
        with pytest.raises(BadInput) as refused:
            rules.steps_of(Decimal(1), "acre")
        assert refused.value.code == "office.factor_measure"


@calm
@given(st.lists(st.integers(0, 100), min_size=1, max_size=50), st.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values, percent):
    found = rules.percentile(values, percent)

    def share(value):
        return sum(one <= value for one in values) * 100

    assert found in values and share(found) >= percent * len(values)
    assert all(share(one) < percent * len(values) for one in values if one < found)
