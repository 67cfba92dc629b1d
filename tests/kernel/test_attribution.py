"""Statistics may be booked twice, money cannot: what each side books of a record that both share."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.attribution import Method, attribute
from shanhai.kernel.refusals import BadInput

SIDES = ("mountain", "sea")
figures = st.decimals(min_value=0, max_value=10**12, places=4)
fen = st.integers(0, 10**15).map(Decimal)
weights = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).filter(any)


@given(figures, weights)
def test_parts_by_ratio_add_up_to_the_figure(value, pair):
    parts = attribute(value, Method.RATIO, SIDES, weights=dict(zip(SIDES, pair, strict=True)))

    assert sum(parts.values()) == value
    assert all(part >= 0 for part in parts.values())


@given(fen, weights)
def test_money_is_shared_in_whole_fen_and_in_either_order_of_the_sides(value, pair):
    given_weights = dict(zip(SIDES, pair, strict=True))

    parts = attribute(value, "ratio", SIDES, weights=given_weights, is_money=True)

    assert sum(parts.values()) == value
    assert all(part == int(part) for part in parts.values())
    assert parts == attribute(value, "ratio", SIDES[::-1], weights=given_weights, is_money=True)


@given(figures, st.sampled_from(SIDES))
def test_introducer_and_location_book_it_alone(value, side):
    other = next(one for one in SIDES if one != side)

    assert attribute(value, Method.INTRODUCER, SIDES, introducer=side) == {side: value, other: 0}
    assert attribute(value, Method.LOCATION, SIDES, location=side) == {side: value, other: 0}


def test_statistics_may_be_booked_in_full_on_both_sides():
    assert attribute(Decimal(30), Method.FULL_BOTH, SIDES) == {"mountain": 30, "sea": 30}


def test_money_may_not():
    with pytest.raises(BadInput) as refused:
        attribute(Decimal(30), Method.FULL_BOTH, SIDES, is_money=True)

    assert refused.value.code == "attribution.money_twice"


@pytest.mark.parametrize(
    ("method", "more", "code"),
    [
        ("introducer", {}, "attribution.whose"),
        ("location", {"location": "host"}, "attribution.whose"),
        ("ratio", {}, "attribution.weights"),
        ("ratio", {"weights": {"mountain": 1}}, "attribution.weights"),
        ("ratio", {"weights": {"mountain": 1, "sea": 1, "host": 1}}, "attribution.weights"),
    ],
)
def test_a_rule_that_lacks_its_side_is_refused(method, more, code):
    with pytest.raises(BadInput) as refused:
        attribute(Decimal(1), method, SIDES, **more)

    assert refused.value.code == code


def test_half_a_fen_is_not_shared():
    with pytest.raises(BadInput) as refused:
        attribute(Decimal("0.5"), "ratio", SIDES, weights={"mountain": 1, "sea": 1}, is_money=True)

    assert refused.value.code == "attribution.too_fine"
