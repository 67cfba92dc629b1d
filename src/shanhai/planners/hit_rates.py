"""How often picks came true, and how often that happens anyway: rates with n and interval, never a rate alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt

from shanhai.kernel.refusals import BadInput, gettext_noop

# Quantile of the normal distribution for an interval of 95 %.
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class HitRate:
    """Hits of n, and the interval (Wilson, 95 %) in which the rate behind them lies; rates are None for n = 0."""

    hits: int
    n: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PickRates:
    """Picks against those that were not picked.

    ``lift`` is the picks' rate less the base rate; ``chance`` the probability (Fisher, one-sided) that picking at random
    among all of them gives at least as many hits; both None where either group is empty.
    """

    picks: HitRate
    base: HitRate
    lift: float | None
    chance: float | None


def measure_hits(hits: int, n: int, base_hits: int, base_n: int) -> PickRates:
    """Compare how often picks came true with how often others did.

    Parameters
    ----------
    hits, n
        Picks that came true, of all picks whose time is over; 0 <= hits <= n.
    base_hits, base_n
        The same of those that were not picked.

    Returns
    -------
    PickRates
        Rates of 0 to 1. A small n shows in its interval: 2 of 3 may be anything from 21 to 94 %.

    Raises
    ------
    BadInput
        ``hits.out_of_range``.

    Source
    ------
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927); R. A. Fisher's exact
    test of a two by two table.

    Examples
    --------
    >>> found = measure_hits(2, 3, 5, 40)
    >>> round(found.picks.low, 3), round(found.picks.high, 3), found.base.rate, round(found.chance, 4)
    (0.208, 0.939, 0.125, 0.0641)
    """
    for above, below in ((hits, n), (base_hits, base_n)):
        if not 0 <= above <= below:
            raise BadInput(
                "hits.out_of_range",
                gettext_noop("{hits} of {n} cannot have come true. Give 0 to n."),
                hits=above,
                n=below,
            )
    picks, base = _rate(hits, n), _rate(base_hits, base_n)
    if picks.rate is None or base.rate is None:
        return PickRates(picks, base, None, None)
    return PickRates(picks, base, picks.rate - base.rate, _chance(hits, n, base_hits, base_n))


def _rate(hits: int, n: int) -> HitRate:
    if not n:
        return HitRate(hits, n, None, None, None)
    rate, square = hits / n, Z_95**2
    middle = (rate + square / (2 * n)) / (1 + square / n)
    half = Z_95 / (1 + square / n) * sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    # At both ends the interval ends where the rates do; rounding must not carry it beyond.
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return HitRate(hits, n, rate, min(low, rate), max(high, rate))


def _chance(hits: int, n: int, base_hits: int, base_n: int) -> float:
    all_hits, everybody = hits + base_hits, n + base_n
    whole = comb(everybody, n)
    at_least = sum(
        comb(all_hits, k) * comb(everybody - all_hits, n - k)
        for k in range(hits, min(all_hits, n) + 1)
        if n - k <= everybody - all_hits
    )
    return at_least / whole
