"""The parts of a firm's name: where it is, what it is called, what it does, what it is by law, and which branch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from shanhai.kernel.text import normalise_name
from shanhai.planners.name_words import FORMS_EN, FORMS_ZH, REGIONS, SIMPLIFIED, TRADES

_HAN = re.compile("[\u3400-\u9fff]")
_BRACKETS = re.compile(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")
_SIGNS = re.compile(r"[^\w\u3400-\u9fff]+")
_NUMBER = re.compile(
    r"第?([一二三四五六七八九十]+|\d+)(?=分?[厂号]|分公司|期|车间|$)|第([一二三四五六七八九十]+|\d+)|(\d+)"
)
_DIGITS = {name: str(n) for n, name in enumerate("一二三四五六七八九十", 1)}
_NUMBERS_EN = {
    "first": "1",
    "second": "2",
    "third": "3",
    "no1": "1",
    "no2": "2",
    "no3": "3",
    "ii": "2",
    "iii": "3",
}
_KINDS_OF_REGION = ("特别行政区", "自治区", "自治县", "省", "市", "县", "区")
_LONGEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class NameParts:
    """``brand`` as it is written, ``key`` in Latin letters; ``regions`` and ``trades`` as Chinese words; empty where it has none."""

    brand: str
    key: str
    regions: frozenset[str] = frozenset()
    trades: frozenset[str] = frozenset()
    branch: str = ""
    numbers: frozenset[str] = frozenset()
    is_group: bool = False


class Vocabulary:
    """Regions, trades and forms, to take names apart with.

    Parameters
    ----------
    regions
        Further regions: Chinese name to that of the region above it ("" for none).

    Examples
    --------
    >>> words = Vocabulary()
    >>> words.parts("浙江凯尊汽车配件有限公司").key, sorted(words.parts("浙江凯尊汽车配件有限公司").trades)
    ('kaizun', ['汽车', '零部件'])
    >>> words.parts("KAIZUN Auto Parts (Zhejiang) Co., Ltd.") == words.parts("Zhejiang Kaizun automotive components")
    True
    """

    def __init__(self, regions: Mapping[str, str] | None = None) -> None:
        known = [
            *REGIONS,
            *((name, _letters(name), above) for name, above in sorted((regions or {}).items())),
        ]
        self.above = {name: above for name, _, above in known}
        self._longest_region = max(map(len, self.above))
        self._words: dict[str, tuple[str, str]] = {}
        for zh, en in TRADES:
            for word in (*(_letters(one) for one in zh), *(_bare(one) for one in en)):
                self._words.setdefault(word, ("trade", zh[0]))
        self._words |= {form: ("form", form) for form in FORMS_EN}
        self._words |= {spelled: ("region", name) for name, spelled, _ in known}
        self._trades_zh = {word: zh[0] for zh, _ in TRADES for word in zh}
        self._longest_trade = max(map(len, self._trades_zh))

    def parts(self, name: str) -> NameParts:
        """Take a name apart."""
        text = normalise_name(unicodedata.normalize("NFKC", name)).translate(SIMPLIFIED)
        return self._of_chinese(text) if _HAN.search(text) else self._of_latin(text)

    def within(self, region: str, other: str) -> bool:
        """Whether a region is another or lies in it."""
        seen: set[str] = set()
        while region and region not in seen:
            if region == other:
                return True
            seen.add(region)
            region = self.above.get(region, "")
        return False

    # -- Chinese -------------------------------------------------------------------------------------------------------

    def _of_chinese(self, text: str) -> NameParts:
        regions: set[str] = set()
        for inside in _BRACKETS.findall(text):
            place, rest = self._regions_before(inside)
            if not rest:
                regions |= set(place)
        is_group = "集团" in text
        text = _BRACKETS.sub(lambda hit: hit[1] if hit[1] in FORMS_ZH else "", text)
        text = _SIGNS.sub("", text).replace("_", "")
        before, branch = _branch(text)
        place, rest = self._regions_before(_without_form(before))
        regions |= set(place)
        brand, trades = self._without_trades(rest)
        if len(brand) < 2:
            # Nothing but place and trade, or a place with one character more (上海滩): that is what it is called.
            brand = "".join(place[-1:]) + (brand or rest)
        return NameParts(
            brand,
            _letters(brand),
            frozenset(regions),
            frozenset(trades),
            branch,
            _numbers(brand + branch),
            is_group,
        )

    def _regions_before(self, text: str) -> tuple[list[str], str]:
        found: list[str] = []
        while True:
            starts = (text[:size] for size in range(min(self._longest_region, len(text)), 0, -1))
            region = next((one for one in starts if one in self.above), None)
            if region is None:
                return found, text
            text = text.removeprefix(region)
            found.append(region)
            kind = next(
                (one for one in _KINDS_OF_REGION if text.startswith(one) and len(text) > len(one)), ""
            )
            text = text.removeprefix(kind)

    def _without_trades(self, text: str) -> tuple[str, set[str]]:
        trades: set[str] = set()
        while True:
            ends = (text[-size:] for size in range(min(self._longest_trade, len(text)), 0, -1))
            word = next((one for one in ends if one in self._trades_zh), None)
            if word is None:
                return text, trades
            text = text.removesuffix(word)
            trades.add(self._trades_zh[word])

    # -- Latin ---------------------------------------------------------------------------------------------------------

    def _of_latin(self, text: str) -> NameParts:
        words = [one for one in _SIGNS.sub(" ", text.replace("&", " and ").replace("'", "")).split() if one]
        is_group = "group" in words or "jituan" in words
        brand: list[str] = []
        regions, trades, numbers = set(), set(), set()
        branch, at = "", 0
        while at < len(words):
            size, kind, what = self._word_at(words, at)
            if kind == "region":
                regions.add(what)
            elif kind == "trade":
                trades.add(what)
            elif words[at] == "branch" or words[at] == "fengongsi":
                branch = "branch"
            elif words[at] in _NUMBERS_EN or words[at].isdigit():
                numbers.add(_NUMBERS_EN.get(words[at], words[at]))
            elif kind != "form" and words[at] != "no":
                brand.append(words[at])
            at += size
        if not brand:
            brand = [*sorted(_letters(one) for one in regions), *sorted(_letters(one) for one in trades)]
        key = re.sub(r"[^a-z0-9]", "", "".join(_ascii(one) for one in brand))
        return NameParts(
            " ".join(brand), key, frozenset(regions), frozenset(trades), branch, frozenset(numbers), is_group
        )

    def _word_at(self, words: list[str], at: int) -> tuple[int, str, str]:
        """The longest place or trade that begins here, of one to four words: how many, which kind, its Chinese word."""
        for size in range(min(_LONGEST_WORDS, len(words) - at), 0, -1):
            hit = self._words.get(
                _bare("".join(words[at : at + size])) if size == 1 else _bare(" ".join(words[at : at + size]))
            )
            hit = hit or self._words.get("".join(words[at : at + size]))
            if hit:
                return size, *hit
        return 1, "", ""


def _branch(text: str) -> tuple[str, str]:
    """The firm, and what stands behind its legal form: 甲有限公司龙泉分公司 is 甲有限公司 and 龙泉分公司."""
    for form in ("有限公司", "有限责任公司", "公司", "集团"):
        at = text.find(form)
        if at > 0 and at + len(form) < len(text):
            rest = text[at + len(form) :]
            if rest.endswith(("分公司", "分厂", "办事处", "厂", "经营部")):
                return text[: at + len(form)], rest
    hit = re.fullmatch(r"(.+?)([一二三四五六七八九十\d]?分[厂]|[\u4e00-\u9fff]{2}分公司)", text)
    return (hit[1], hit[2]) if hit else (text, "")


def _without_form(text: str) -> str:
    while True:
        form = next((one for one in FORMS_ZH if text.endswith(one) and len(text) > len(one)), None)
        if form is None:
            return text
        text = text.removesuffix(form)


def _numbers(text: str) -> frozenset[str]:
    found = ("".join(hit) for hit in _NUMBER.findall(text))
    return frozenset("".join(_DIGITS.get(sign, sign) for sign in one) for one in found)


def _bare(word: str) -> str:
    """An English word or words without the s of the plural."""
    return " ".join(
        one.removesuffix("s") if len(one) > 3 and not one.endswith("ss") else one for one in word.split()
    )


def _ascii(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


@lru_cache(maxsize=100_000)
def _letters(text: str) -> str:
    """Pinyin of the Chinese characters without tones, other letters and digits as they are."""
    # It brings a dictionary of 40,000 characters.
    from pypinyin import lazy_pinyin

    return re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(text)).casefold().replace("ü", "v"))
