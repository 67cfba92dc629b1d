"""To which side a record of both belongs: a project that two sides share counts once for the zone, and for each side
as they agreed. Statistics may be booked twice, money cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from shanhai.kernel import money
from shanhai.kernel.refusals import BadInput, gettext_noop

STEP = Decimal("0.0001")  # the finest part of a figure: four digits, as the columns of figures have


class Method(StrEnum):
    """How a shared record is attributed."""

    FULL_BOTH = "full_both"  # in full to each side
    RATIO = "ratio"  # by agreed weights
    INTRODUCER = "introducer"  # in full to the side that brought it
    LOCATION = "location"  # in full to the side on whose land it stands


def attribute(
    value: Decimal,
    method: Method | str,
    sides: Sequence[str],
    *,
    weights: Mapping[str, int] | None = None,
    introducer: str = "",
    location: str = "",
    is_money: bool = False,
) -> dict[str, Decimal]:
    """What of a shared figure each side may book.

    Parameters
    ----------
    value
        The figure, >= 0, with at most four digits after the point; money in whole fen.
    sides
        n different sides, n >= 1.
    weights
        For ``ratio``: a whole weight >= 0 for each side, not all zero.
    introducer, location
        For these methods: the side that it is.
    is_money
        Money is never booked twice, and its parts are whole fen.

    Returns
    -------
    dict[str, Decimal]
        n parts by side. They sum to ``value``, but for ``full_both``, where each is ``value``. What is left over by
        rounding goes to the largest remainders, ties to the side that comes first by name.

    Raises
    ------
    BadInput
        Money in full to both, a side that is missing or not among them, a finer figure than the step.

    Source
    ------
    Booking of statistics between two sides: docs/sources.md#attribution.

    Examples
    --------
    >>> attribute(Decimal(100), Method.RATIO, ["mountain", "sea"], weights={"mountain": 1, "sea": 2})
    {'mountain': Decimal('33.3333'), 'sea': Decimal('66.6667')}
    >>> attribute(Decimal(7), "location", ["mountain", "sea"], location="sea")
    {'mountain': Decimal('0'), 'sea': Decimal('7')}
    """
    method = Method(method)
    if method is Method.FULL_BOTH:
        _check_statistics(is_money)
        return dict.fromkeys(sides, value)
    if method is Method.RATIO:
        return _by_weight(value, sides, weights or {}, Decimal(1) if is_money else STEP)
    whose = introducer if method is Method.INTRODUCER else location
    if whose not in sides:
        raise BadInput(
            "attribution.whose",
            gettext_noop("A figure by {method} needs the side: {side} is none of {sides}. Name one of them."),
            method=method,
            side=whose or "nobody",
            sides=", ".join(sides),
        )
    return {side: value if side == whose else Decimal(0) for side in sides}


def _check_statistics(is_money: bool) -> None:
    if is_money:
        raise BadInput(
            "attribution.money_twice",
            gettext_noop(
                "Money is not booked in full on both sides. Attribute it by ratio, introducer or location."
            ),
        )


def _by_weight(
    value: Decimal, sides: Sequence[str], weights: Mapping[str, int], step: Decimal
) -> dict[str, Decimal]:
    strange = sorted(set(sides) ^ set(weights))
    if strange:
        raise BadInput(
            "attribution.weights",
            gettext_noop(
                "A ratio has one weight for each side; look at {sides}. Weigh a side that gets nothing 0."
            ),
            sides=", ".join(strange),
        )
    steps = value / step
    if steps != steps.to_integral_value():
        raise BadInput(
            "attribution.too_fine",
            gettext_noop("{value} cannot be shared in parts of {step}. Round it first."),
            value=value,
            step=step,
        )
    parts = money.split(int(steps), [weights[side] for side in sides], list(sides))
    return {side: part * step for side, part in zip(sides, parts, strict=True)}
