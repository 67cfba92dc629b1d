"""Units as offices write them in headings and cells, with their exact size."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: what kind of quantity it measures, and its size in the smallest unit of that kind."""

    word: str
    kind: str
    size: Fraction


# Sizes in fen, mu, percent points, kilograms and pieces. 1 mu = 2000/3 m2, so 1 m2 = 0.0015 mu exactly.
_TABLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("money", "1", ("分", "fen")),
    ("money", "100", ("元", "yuan", "cny", "rmb", "人民币元")),
    ("money", "100000", ("千元",)),
    ("money", "1000000", ("万元", "万", "10,000 yuan", "10k yuan", "cny_10k", "wan yuan", "万元人民币")),
    ("money", "100000000", ("百万元", "million yuan")),
    ("money", "1000000000", ("千万元",)),
    ("money", "10000000000", ("亿元", "亿", "100 million yuan", "100m yuan", "cny_100m")),
    ("land", "1", ("亩", "mu")),
    ("land", "10000", ("万亩", "10,000 mu")),
    ("land", "15", ("公顷", "ha", "hectare", "hectares", "hm2", "万平方米", "万m2", "万平米")),
    ("land", "0.0015", ("平方米", "m2", "sqm", "平米", "square metre", "square metres")),
    ("land", "1500", ("平方公里", "km2", "平方千米")),
    ("share", "1", ("%", "percent", "per cent", "百分比", "百分之")),
    ("share", "0.1", ("‰", "permille")),
    ("weight", "1", ("公斤", "千克", "kg")),
    ("weight", "0.5", ("斤", "市斤")),
    ("weight", "1000", ("吨", "t", "ton", "tons", "tonne", "tonnes")),
    ("weight", "10000000", ("万吨",)),
    ("count", "1", ("人", "户", "家", "个", "名", "项", "次", "件", "套", "辆", "people", "persons")),
    ("count", "10000", ("万人", "万户", "万人次", "万件", "10,000 people")),
)

_BY_WORD = {word: Unit(words[0], kind, Fraction(size)) for kind, size, words in _TABLE for word in words}
# Longest first, so that 万元 is not read as 元.
_WORDS = sorted(_BY_WORD, key=len, reverse=True)
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_UNIT_PREFIX = re.compile(r"^(?:单位|unit|in)\s*[::]?\s*", re.IGNORECASE)

KIND_OF_TYPE = {"fen": "money", "mu": "land", "percent": "share"}


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Half width, lower case, one space: how headings and units are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=1024)
def find(word: str) -> Unit | None:
    """The unit that a word names.

    >>> find("万元").size, find("㎡").word, find("days")
    (Fraction(1000000, 1), '平方米', None)
    """
    text = plain(word).replace("²", "2")
    return _BY_WORD.get(text) or _BY_WORD.get(_UNIT_PREFIX.sub("", text))


def split_heading(heading: str) -> tuple[str, Unit | None]:
    """A heading without its brackets and unit, and the unit.

    >>> split_heading("税收（万元）")[0], split_heading("Land, mu")[0], split_heading("Tax, 10,000 yuan")[1].word
    ('税收', 'land', '万元')
    """
    text = plain(heading).strip("*:; ")
    unit = next((found for part in _BRACKETS.findall(text) if (found := find(part))), None)
    base = _BRACKETS.sub("", text).strip("*:;,/ ")
    if unit is None:
        for word in _WORDS:
            if base.endswith(word) and base[: -len(word)].rstrip().endswith((",", "/", ":", "、")):
                return base[: -len(word)].rstrip(" ,/:、"), _BY_WORD[word]
    return base, unit


def split_cell(text: str) -> tuple[str, Unit] | None:
    """The number of a cell and the unit written behind it, or None: "1,204.5 亩"."""
    low = plain(text).replace("²", "2")
    for word in _WORDS:
        if low.endswith(word) and (rest := low[: -len(word)].rstrip()) and rest[-1].isdigit():
            return rest, _BY_WORD[word]
    return None


def convert(value: Decimal, given: Unit, wanted: Unit) -> Decimal:
    """A quantity in another unit of its kind: exact where a decimal can say it, else with 6 decimals.

    >>> convert(Decimal("1.5"), find("公顷"), find("亩")), convert(Decimal(1), find("亿元"), find("万元"))
    (Decimal('22.5'), Decimal('10000'))
    """
    factor = given.size / wanted.size
    top = value * factor.numerator
    if factor.denominator == 1:
        return top
    result = top / factor.denominator
    return result if result * factor.denominator == top else round(result, 6)
