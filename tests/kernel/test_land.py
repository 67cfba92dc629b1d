"""Land: converting loses nothing that the stated digits can hold."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.land import PLACES, SQUARE_METRES, convert_area, round_half_even, square_metres
from shanhai.kernel.refusals import BadInput

UNITS = st.sampled_from(sorted(SQUARE_METRES))
AREAS = st.decimals(min_value=0, max_value="99999999.99", places=2)


@given(AREAS, UNITS)
def test_mu_survive_the_way_through_any_unit_and_back(area_mu, unit):
    assert convert_area(convert_area(area_mu, "mu", unit), unit, "mu") == area_mu


@given(AREAS, UNITS, UNITS)
def test_a_converted_area_is_within_half_of_its_last_digit(area, unit, to):
    error = abs(square_metres(convert_area(area, unit, to), to) - square_metres(area, unit))

    assert error <= SQUARE_METRES[to] / 10 ** PLACES[to] / 2


@given(AREAS, AREAS, UNITS, UNITS)
def test_a_larger_area_never_converts_to_a_smaller_one(a, b, unit, to):
    small, large = sorted((a, b))

    assert convert_area(small, unit, to) <= convert_area(large, unit, to)


def test_fifteen_mu_are_a_hectare_exactly():
    assert square_metres(15, "mu") == square_metres(1, "hectare") == 10_000
    assert square_metres(Decimal("0.3"), "mu") == Fraction(200)


def test_digits_are_as_asked_for():
    assert str(convert_area(1, "mu", "m2", places=4)) == "666.6667"
    assert str(convert_area(1, "km2", "mu")) == "1500.00"
    assert str(convert_area(2, "m2", "hectare", places=0)) == "0"


@given(st.fractions(max_denominator=10_000), st.integers(0, 8))
def test_rounding_gives_the_nearest_number_of_that_many_digits(exact, places):
    rounded = round_half_even(exact, places)

    assert rounded.as_tuple().exponent == -places
    assert abs(Fraction(rounded) - exact) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: convert_area(1, "acre", "mu"), "land.unknown_unit"),
        (lambda: convert_area(1, "mu", "亩"), "land.unknown_unit"),
        (lambda: convert_area(Decimal("-1"), "mu", "m2"), "land.no_area"),
        (lambda: convert_area(Decimal("NaN"), "mu", "m2"), "land.no_area"),
        (lambda: convert_area(Decimal("Infinity"), "mu", "m2"), "land.no_area"),
        (lambda: convert_area(Decimal("1e999999999"), "mu", "m2"), "land.no_area"),
        (lambda: convert_area(1.5, "mu", "m2"), "land.no_area"),
        (lambda: convert_area(True, "mu", "m2"), "land.no_area"),
    ],
)
def test_refuses_what_is_no_area(make, code):
    with pytest.raises(BadInput) as refused:
        make()

    assert refused.value.code == code
    assert str(refused.value)
