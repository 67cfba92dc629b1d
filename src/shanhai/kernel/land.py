"""Land: areas in mu, hectare and square metre, converted exactly and rounded once, where it is said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.text import fits_in_full

# Square metres of each unit. A mu is 2000/3 m2, which no finite decimal states; hence fractions inside.
SQUARE_METRES = {
    "mu": Fraction(2000, 3),
    "hectare": Fraction(10_000),
    "m2": Fraction(1),
    "km2": Fraction(1_000_000),
}

# Digits kept after the point. Fine enough that an area in mu survives the way through any of them and back.
PLACES = {"mu": 2, "hectare": 4, "m2": 2, "km2": 6}


def square_metres(area: Decimal | int, unit: str) -> Fraction:
    """An area in square metres, exact.

    Examples
    --------
    >>> square_metres(Decimal("1.5"), "mu")
    Fraction(1000, 1)
    >>> square_metres(1, "mu")
    Fraction(2000, 3)
    """
    return _exact(area) * _size(unit)


def convert_area(area: Decimal | int, unit: str, to: str, places: int | None = None) -> Decimal:
    """Convert an area between mu, hectare, m2 and km2, rounded once, half to even.

    Parameters
    ----------
    area
        Area >= 0 in ``unit``.
    unit, to
        ``mu``, ``hectare``, ``m2`` or ``km2``.
    places
        Digits after the point of the answer; by default 2 for mu and m2, 4 for hectare, 6 for km2.

    Returns
    -------
    Decimal
        With exactly that many digits after the point.

    Raises
    ------
    BadInput
        An unknown unit, or an area that is negative or no number.

    Source
    ------
    1 mu = 10000/15 m2 = 2000/3 m2; rounding as GB/T 8170 has it; docs/sources.md#land.

    Examples
    --------
    >>> convert_area(Decimal("150"), "mu", "hectare")
    Decimal('10.0000')
    >>> convert_area(Decimal("1"), "mu", "m2")
    Decimal('666.67')
    >>> convert_area(Decimal("34500"), "m2", "mu")
    Decimal('51.75')
    """
    return round_half_even(square_metres(area, unit) / _size(to), PLACES[to] if places is None else places)


def round_half_even(exact: Fraction, places: int) -> Decimal:
    """A fraction as a Decimal with so many digits after the point, halves to the even digit.

    Examples
    --------
    >>> [str(round_half_even(Fraction(n, 8), 2)) for n in (1, 3)]
    ['0.12', '0.38']
    """
    scaled = round(exact * 10**places)
    return Decimal((int(scaled < 0), tuple(int(digit) for digit in str(abs(scaled))), -places))


def _size(unit: str) -> Fraction:
    if unit not in SQUARE_METRES:
        raise BadInput(
            "land.unknown_unit",
            gettext_noop("{unit} is no unit of area here. Use one of {known}."),
            unit=unit,
            known=", ".join(SQUARE_METRES),
        )
    return SQUARE_METRES[unit]


def _exact(area: Decimal | int) -> Fraction:
    is_number = isinstance(area, int) and not isinstance(area, bool)
    if is_number or (isinstance(area, Decimal) and fits_in_full(area)):
        exact = Fraction(area)
        if exact >= 0:
            return exact
    raise BadInput(
        "land.no_area",
        gettext_noop("{area} is no area. Give a decimal number, 0 or more."),
        area=area,
    )
