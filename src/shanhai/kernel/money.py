"""Money: whole minor units of a currency, converted at Decimal rates, shared without losing a fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.text import fits_in_full

# Digits after the point of the minor unit, ISO 4217. A currency that is not listed is refused, not guessed.
MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "HKD": 2, "JPY": 0}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (fen for CNY, cent for USD, yen for JPY).

    Parameters
    ----------
    amount
        Whole minor units of any sign.
    currency
        One of ``MINOR_DIGITS``.

    Examples
    --------
    >>> Money(1_000_800_00, "CNY")
    Money(amount=100080000, currency='CNY')
    >>> str(Money(-5, "CNY") + Money(105, "CNY"))
    '1.00 CNY'
    """

    amount: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise BadInput(
                "money.not_whole",
                gettext_noop("The amount {amount} is no whole number of minor units. Give fen, not yuan."),
                amount=self.amount,
            )
        _digits(self.currency)

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        self._check_same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return self + -other

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._check_same_currency(other)
        return self.amount < other.amount

    def __str__(self) -> str:
        return f"{self.to_major()} {self.currency}"

    def to_major(self) -> Decimal:
        """The amount in yuan, dollars and so on, exact.

        Examples
        --------
        >>> Money(123456, "CNY").to_major(), Money(123456, "JPY").to_major()
        (Decimal('1234.56'), Decimal('123456'))
        """
        sign, digits = int(self.amount < 0), tuple(int(digit) for digit in str(abs(self.amount)))
        return Decimal((sign, digits, -_digits(self.currency)))

    def _check_same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise BadInput(
                "money.unlike_currencies",
                gettext_noop(
                    "{one} and {other} are of different currencies. Convert one of them at a dated rate."
                ),
                one=self,
                other=other,
            )


def from_major(amount: Decimal | str | int, currency: str) -> Money:
    """Read an amount in yuan, dollars and so on; never rounds.

    Raises
    ------
    BadInput
        No number, a float, an unknown currency, or more digits than the currency has.

    Examples
    --------
    >>> from_major("19.90", "USD")
    Money(amount=1990, currency='USD')
    >>> from_major("19.905", "USD")
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: 19.905 USD has more than 2 digits after the point. Round it first.
    """
    digits = _digits(currency)
    minor = Fraction(_decimal(amount)) * 10**digits
    if minor.denominator != 1:
        raise BadInput(
            "money.too_fine",
            gettext_noop(
                "{amount} {currency} has more than {digits} digits after the point. Round it first."
            ),
            amount=amount,
            currency=currency,
            digits=digits,
        )
    return Money(int(minor), currency)


def from_yuan(amount: Decimal | str | int) -> Money:
    """Read an amount in yuan; never rounds.

    Examples
    --------
    >>> from_yuan("1000.8")
    Money(amount=100080, currency='CNY')
    """
    return from_major(amount, "CNY")


def convert(money: Money, to: str, rate: Decimal) -> Money:
    """Convert at a rate, rounded half to even to the minor unit of ``to``.

    Parameters
    ----------
    money
        What is converted.
    to
        The other currency.
    rate
        Units of ``to`` for one unit of ``money.currency`` (yuan for one dollar, not fen for one cent). Must
        be a Decimal > 0.

    Returns
    -------
    Money
        ``amount * rate`` computed exactly and rounded once.

    Raises
    ------
    BadInput
        The rate is no positive Decimal, or is not 1 between a currency and itself.

    Examples
    --------
    >>> convert(Money(10_000, "USD"), "CNY", Decimal("7.2987"))
    Money(amount=72987, currency='CNY')
    >>> convert(Money(10_000, "CNY"), "JPY", Decimal("20.145"))  # 2014.5 yen
    Money(amount=2014, currency='JPY')
    """
    if not isinstance(rate, Decimal) or not rate.is_finite() or rate <= 0:
        raise BadInput(
            "money.bad_rate",
            gettext_noop(
                "The rate {rate} from {source} to {to} is no positive decimal number. Give one such as 7.2987."
            ),
            rate=rate,
            source=money.currency,
            to=to,
        )
    if to == money.currency and rate != 1:
        raise BadInput(
            "money.rate_to_itself",
            gettext_noop("The rate from {to} to {to} is 1, not {rate}. Name the other currency."),
            to=to,
            rate=rate,
        )
    shift = _digits(to) - _digits(money.currency)
    return Money(round(money.amount * Fraction(rate) * Fraction(10) ** shift), to)


def split(pool: int, weights: Sequence[int], keys: Sequence[str] | None = None) -> list[int]:
    """Share whole units by weight with the method of largest remainders; the parts sum to the pool.

    Everyone gets ``pool * weight // total``. The units left over go one each to the largest remainders, ties
    to the lower key, so that a second run, or another order of the same keys, gives the same answer.

    Parameters
    ----------
    pool
        What is shared, in minor units. Must be >= 0.
    weights
        n whole weights >= 0, n >= 1, not all zero.
    keys
        n different keys that decide ties, lower first; without them the position decides.

    Returns
    -------
    list[int]
        n parts in the order of ``weights``.

    Raises
    ------
    BadInput
        Which number is negative or no whole number, that nothing has weight, or that keys do not fit.

    Source
    ------
    Largest-remainder (Hamilton) method; docs/sources.md#largest-remainders.

    Examples
    --------
    >>> split(100, [1, 1, 1])
    [34, 33, 33]
    >>> split(100, [1, 1, 1], keys=["c", "b", "a"])
    [33, 33, 34]
    """
    names = [str(i + 1) for i in range(len(weights))] if keys is None else list(keys)
    _check_shares(pool, weights, names)
    total = sum(weights)
    parts = [pool * weight // total for weight in weights]
    left_over = pool - sum(parts)
    ties = range(len(weights)) if keys is None else names
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(pool * weights[i] % total), ties[i]))
    for i in by_remainder[:left_over]:
        parts[i] += 1
    return parts


def _check_shares(pool: int, weights: Sequence[int], names: Sequence[str]) -> None:
    if type(pool) is not int or pool < 0:
        raise BadInput(
            "money.pool_not_shareable",
            gettext_noop("The pool {pool} cannot be shared. Give a whole number of minor units, 0 or more."),
            pool=pool,
        )
    if len(names) != len(weights) or len(set(names)) != len(names):
        raise BadInput(
            "money.keys_do_not_fit",
            gettext_noop(
                "There are {n_keys} different keys for {n_weights} weights. Give each weight a key of its own."
            ),
            n_keys=len(set(names)),
            n_weights=len(weights),
        )
    for name, weight in zip(names, weights, strict=True):
        if type(weight) is not int or weight < 0:
            raise BadInput(
                "money.bad_weight",
                gettext_noop("{key} has the weight {weight}. Give a whole number, 0 or more."),
                key=name,
                weight=weight,
            )
    if not any(weights):
        raise BadInput(
            "money.nothing_has_weight",
            gettext_noop(
                "Nobody among {n} has a weight, so nothing can be shared. Give at least one a positive weight."
            ),
            n=len(weights),
        )


def _digits(currency: str) -> int:
    if currency not in MINOR_DIGITS:
        raise BadInput(
            "money.unknown_currency",
            gettext_noop("The currency {currency} is not known. Use one of {known}."),
            currency=currency,
            known=", ".join(MINOR_DIGITS),
        )
    return MINOR_DIGITS[currency]


def _decimal(amount: Decimal | str | int) -> Decimal:
    if isinstance(amount, Decimal | str | int) and not isinstance(amount, bool):
        try:
            number = Decimal(amount)
        except InvalidOperation:
            number = Decimal("NaN")
        if fits_in_full(number):
            return number
    raise BadInput(
        "money.no_amount",
        gettext_noop("{amount} is no amount. Give a decimal number such as 1000.80."),
        amount=amount,
    )
