"""Promised, delivered and forecast of one commitment in one unit, as a row of a table says them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shanhai.webkit import words

_DIGITS = 10  # More than the fen of a hundred million yuan need.
_WAN, _MILLION, _YI, _BILLION = (Decimal(100) * 10**power for power in (4, 6, 8, 9))


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit that all figures of a commitment are shown in, chosen by what was promised."""

    divisor: Decimal
    digits: int | None  # None: as many as the figure has
    unit: str
    is_close: bool = False  # the unit follows its number without a space
    unit_of_one: str = ""  # the word after "1", where the language has another

    def say(self, quantity: Decimal | None, promised: Decimal | None = None) -> str:
        """A quantity as a bare number; what is less than was promised never reads like it (1.5 of 2 is not "2 of 2")."""
        if quantity is None:
            return words.NOTHING
        said = words.num(quantity / self.divisor, self.digits)
        if promised is None or quantity >= promised or said != self.say(promised):
            return said
        for digits in range((self.digits or 0) + 1, _DIGITS):
            if (said := words.num(quantity / self.divisor, digits)) != words.num(
                promised / self.divisor, digits
            ):
                return said
        return words.num(quantity / self.divisor, None)

    def full(self, quantity: Decimal | None) -> str:
        """A quantity with its unit."""
        if quantity is None:
            return words.NOTHING
        said = self.say(quantity)
        unit = self.word_after(said)
        return f"{said}{'' if self.is_close or not unit else ' '}{unit}"

    def word_after(self, said: str) -> str:
        """The unit as it stands behind a number: 1 visit, 2 visits."""
        return self.unit_of_one if said == "1" and self.unit_of_one else self.unit

    def rounded(self, quantity: Decimal | None) -> Decimal | None:
        """A quantity in this unit, for a bar."""
        return None if quantity is None else quantity / self.divisor


def scale_of(commitment: Any, promised: Decimal) -> Scale:
    """How the figures of a commitment are shown: people in whole numbers, money in millions, 万元 or 亿元."""
    unit = commitment.unit
    if unit in ("fen", "percent"):
        return _scale(unit, "", "", promised, get_language())
    return _scale(unit, commitment.unit_name, commitment.unit_name_of_one, promised, get_language())


@lru_cache(maxsize=4096)
def _scale(unit: str, name: str, name_of_one: str, promised: Decimal, language: str | None) -> Scale:
    # A list shows a hundred rows with a few units and round promises, again at each look.
    is_chinese = words.is_chinese()
    if unit == "fen":
        return _money(promised, is_chinese)
    if unit == "percent":
        return Scale(Decimal(1), 1, "%", is_chinese)
    if unit == "count":
        return Scale(Decimal(1), 0, name, is_chinese, name_of_one)
    of_one = name_of_one or (pgettext("unit", "day") if unit == "day" else "")
    digits = 0 if promised >= 100 or promised == promised.to_integral_value() else 1
    return Scale(Decimal(1), digits, name or _unit(unit), is_chinese, of_one)


def _unit(code: str) -> str:
    return {
        "mu": pgettext("unit", "mu"),
        "tonne": pgettext("unit", "t"),
        "day": pgettext("unit", "days"),
    }.get(code, "")


def _money(promised: Decimal, is_chinese: bool) -> Scale:
    if is_chinese:
        if promised >= _YI:
            return Scale(_YI, 2, "亿元", True)
        return Scale(_WAN, 0 if promised % _WAN == 0 else 1, "万元", True)
    if promised >= _BILLION:
        return Scale(_BILLION, 2, _("bn yuan"))
    if promised >= _MILLION:
        return Scale(_MILLION, 0 if promised >= 100 * _MILLION else 1, _("m yuan"))
    return Scale(Decimal(100), 0, _("yuan"))


def exact(commitment: Any, quantity: Decimal | None, scale: Scale | None = None) -> str:
    """What stands on hover: money to the fen, everything else with its unit and all its digits.

    ``scale`` is that of the commitment, where the caller has it: what is not money has one unit for all quantities.
    """
    if quantity is None:
        return ""
    if commitment.unit == "fen":
        return words.yuan_exact(int(quantity.quantize(Decimal(1), ROUND_HALF_UP)))
    scale = scale or scale_of(commitment, quantity)
    said = words.num(quantity)
    return f"{said}{'' if scale.is_close else ' '}{scale.word_after(said)}".strip()
