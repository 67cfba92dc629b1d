"""Money: never a fen lost, never a silent rounding."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.money import MINOR_DIGITS, Money, convert, from_major, from_yuan, split
from shanhai.kernel.refusals import BadInput

CURRENCIES = st.sampled_from(sorted(MINOR_DIGITS))
AMOUNTS = st.integers(min_value=-(10**20), max_value=10**20)
POOLS = st.integers(min_value=0, max_value=10**15)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=40).filter(any)


class TestMoney:
    @given(AMOUNTS, CURRENCIES)
    def test_goes_to_major_units_and_back_unchanged(self, amount, currency):
        money = Money(amount, currency)

        assert from_major(money.to_major(), currency) == money
        assert from_major(str(money.to_major()), currency) == money

    @given(AMOUNTS, AMOUNTS, CURRENCIES)
    def test_adds_and_subtracts_exactly(self, a, b, currency):
        one, other = Money(a, currency), Money(b, currency)

        assert (one + other).amount == a + b
        assert one - other + other == one
        assert (one < other) is (a < b)

    def test_reads_yuan_without_rounding(self):
        assert from_yuan("0.01") == Money(1)
        assert from_yuan(Decimal("1e3")) == Money(100_000)
        assert from_yuan(-2) == Money(-200)

    @pytest.mark.parametrize(
        ("make", "code"),
        [
            (lambda: Money(1.5), "money.not_whole"),
            (lambda: Money(True), "money.not_whole"),
            (lambda: Money(1, "RMB"), "money.unknown_currency"),
            (lambda: from_yuan("0.005"), "money.too_fine"),
            (lambda: from_major("0.5", "JPY"), "money.too_fine"),
            (lambda: from_yuan(0.1), "money.no_amount"),
            (lambda: from_yuan("NaN"), "money.no_amount"),
            (lambda: from_yuan("1e999999999"), "money.no_amount"),
            (lambda: from_yuan("1e-999999999"), "money.no_amount"),
            (lambda: from_yuan("1,000"), "money.no_amount"),
            (lambda: Money(1, "CNY") + Money(1, "USD"), "money.unlike_currencies"),
            (lambda: Money(1, "CNY") - Money(1, "USD"), "money.unlike_currencies"),
            (lambda: Money(1, "CNY") < Money(1, "USD"), "money.unlike_currencies"),
            (lambda: convert(Money(1), "USD", Decimal(0)), "money.bad_rate"),
            (lambda: convert(Money(1), "USD", Decimal("Infinity")), "money.bad_rate"),
            (lambda: convert(Money(1), "USD", 0.14), "money.bad_rate"),
            (lambda: convert(Money(1), "CNY", Decimal("1.1")), "money.rate_to_itself"),
            (lambda: convert(Money(1), "XAU", Decimal(1)), "money.unknown_currency"),
        ],
    )
    def test_refuses_what_is_no_clear_amount(self, make, code):
        with pytest.raises(BadInput) as refused:
            make()

        assert refused.value.code == code
        assert str(refused.value)

    def test_adding_a_bare_number_is_a_mistake_of_the_programmer(self):
        with pytest.raises(TypeError):
            Money(1) + 1


class TestConvert:
    def test_rounds_half_to_even(self):
        halves = [convert(Money(n, "CNY"), "USD", Decimal("0.5")).amount for n in (1, 3, 5, 7, -1, -3)]

        assert halves == [0, 2, 2, 4, 0, -2]

    def test_minds_the_digits_of_both_currencies(self):
        assert convert(Money(1, "JPY"), "CNY", Decimal("0.05")) == Money(5, "CNY")
        assert convert(Money(100, "CNY"), "JPY", Decimal("20")) == Money(20, "JPY")

    @given(AMOUNTS, CURRENCIES)
    def test_at_rate_one_into_itself_changes_nothing(self, amount, currency):
        assert convert(Money(amount, currency), currency, Decimal(1)) == Money(amount, currency)

    @given(AMOUNTS, st.decimals(min_value="0.0001", max_value="10000", places=6))
    def test_is_never_off_by_more_than_half_a_minor_unit(self, amount, rate):
        got = convert(Money(amount, "USD"), "CNY", rate).amount

        assert abs(Decimal(got) - Decimal(amount) * rate) <= Decimal("0.5")


class TestSplit:
    @given(POOLS, WEIGHTS)
    def test_parts_add_up_to_the_pool_whatever_the_weights(self, pool, weights):
        assert sum(split(pool, weights)) == pool

    @given(POOLS, WEIGHTS)
    def test_each_part_is_within_one_fen_of_its_quota(self, pool, weights):
        total = sum(weights)

        for part, weight in zip(split(pool, weights), weights, strict=True):
            assert abs(part * total - pool * weight) < total

    @given(POOLS, WEIGHTS, st.randoms())
    def test_the_order_of_the_rows_does_not_matter(self, pool, weights, random):
        rows = [(f"{i:02}", weight) for i, weight in enumerate(weights)]
        shuffled = random.sample(rows, len(rows))

        by_key = dict(zip([key for key, _ in rows], split(pool, weights, [k for k, _ in rows]), strict=True))
        parts = split(pool, [weight for _, weight in shuffled], [key for key, _ in shuffled])

        assert [by_key[key] for key, _ in shuffled] == parts

    def test_weightless_rows_get_nothing_even_of_the_left_over(self):
        assert split(101, [0, 1, 1, 0]) == [0, 51, 50, 0]

    def test_without_keys_the_tenth_row_does_not_overtake_the_second(self):
        assert split(11, [1] * 12) == [1] * 11 + [0]

    def test_agrees_with_an_independent_package(self, shared_data):
        cases = json.loads(
            (shared_data("apportionment") / "method_cases_open.json").read_text(encoding="utf-8")
        )

        wrong = [case for case in cases if split(case["units"], case["weights"]) != case["hamilton"]]

        assert wrong == []
        assert cases

    @pytest.mark.parametrize(
        ("arguments", "code", "named"),
        [
            ((-1, [1]), "money.pool_not_shareable", "-1"),
            ((1.0, [1]), "money.pool_not_shareable", "1.0"),
            ((1, [1, -2], ["a", "b"]), "money.bad_weight", "b"),
            ((1, [1, -2]), "money.bad_weight", "2"),
            ((1, [0.5]), "money.bad_weight", "0.5"),
            ((1, [0, 0]), "money.nothing_has_weight", "2"),
            ((1, []), "money.nothing_has_weight", "0"),
            ((1, [1, 1], ["a"]), "money.keys_do_not_fit", "1"),
            ((1, [1, 1], ["a", "a"]), "money.keys_do_not_fit", "1"),
        ],
    )
    def test_refuses_and_names_what_is_wrong(self, arguments, code, named):
        with pytest.raises(BadInput) as refused:
            split(*arguments)

        assert refused.value.code == code
        assert named in str(refused.value)
