"""Whether a firm is known already under another spelling: Chinese, English or pinyin, full or half width, with or without its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.name_parts import NameParts, Vocabulary
from shanhai.planners.name_words import VAGUE

# At and above the first two names are taken for one, at and above the second somebody should look.
SAME, LOOK = 0.9, 0.75
# Of the names that share most pairs of letters so many are compared in full.
_MOST_COMPARED = 200
_LONGEST_NAME = 300
# Letters are compared from so many on, and may differ by so large a share.
_SHORT, _SLIPS = 8, 0.12


@dataclass(frozen=True, slots=True)
class SameName:
    """A known name that is like the one asked about: its place in the index, 0 to 1 how like, and what speaks for and against."""

    place: int
    name: str
    likeness: float
    reasons: tuple[Reason, ...]

    @property
    def is_same(self) -> bool:
        """Whether it is taken for the same firm; else somebody should look."""
        return self.likeness >= SAME


class NameIndex:
    """Names made ready to be asked about; made once, asked many times.

    Keeps the names, and for each three letters in a row of their keys the places of the names that have them: 100,000 names take
    some 30 MB. Nothing is changed by asking, so threads may share it.

    Parameters
    ----------
    names
        In any spelling. Several of one firm stand as several names.
    regions
        Further regions: Chinese name to that of the region above it.

    Raises
    ------
    BadInput
        ``same_names.too_long``.
    """

    def __init__(self, names: Iterable[str], regions: Mapping[str, str] | None = None) -> None:
        import numpy as np

        self.names = tuple(names)
        self.words = Vocabulary(regions)
        by_letters: dict[str, list[int]] = {}
        sizes = np.zeros(len(self.names), np.int16)
        shared: dict[frozenset[str], frozenset[str]] = {}
        self._parts_of: list[NameParts] = []
        for place, name in enumerate(self.names):
            parts = self._parts(name)
            # Few sets of regions and trades stand in many names: each is kept once.
            places, trades = (shared.setdefault(one, one) for one in (parts.regions, parts.trades))
            self._parts_of.append(replace(parts, regions=places, trades=trades))
            grams = _grams(parts.key)
            sizes[place] = len(grams)
            for gram in grams:
                by_letters.setdefault(gram, []).append(place)
        self._sizes = sizes
        self._places = {gram: np.array(places, np.int32) for gram, places in by_letters.items()}

    def _parts(self, name: str) -> NameParts:
        if len(name) > _LONGEST_NAME:
            raise BadInput(
                "same_names.too_long",
                gettext_noop("“{start}…” has {n} characters. Give names of at most {most}."),
                start=name[:20],
                n=len(name),
                most=_LONGEST_NAME,
            )
        return self.words.parts(name)

    def _nearest(self, key: str) -> list[int]:
        """Places of the names that share at least half of the letters in a row, those with most first."""
        import numpy as np

        grams = _grams(key)
        hits = [self._places[gram] for gram in grams if gram in self._places]
        if not hits:
            return []
        shared = np.bincount(np.concatenate(hits), minlength=len(self.names))
        alike = 2 * shared / (self._sizes + len(grams))
        # A name that goes on where the other ends shares all of the shorter one.
        is_part = shared >= np.maximum(np.minimum(self._sizes, len(grams)) - 1, 3)
        found = ((alike >= 0.5) | is_part).nonzero()[0]
        order = np.lexsort((found, -alike[found]))[:_MOST_COMPARED]
        return [int(one) for one in found[order]]


def find_same_names(name: str, index: NameIndex, at_least: float = LOOK, most: int = 10) -> list[SameName]:
    """Which known names may be the same firm's as this one.

    A name is taken apart into region, brand, trades, legal form, branch and numbers. Brands are compared by the letters of their
    pinyin, and where both are Chinese by their characters; regions, trades, branches and numbers then speak for or against. The
    likeness is the product of what each says: the same brand with regions that exclude one another, or with trades that have
    nothing in common, is another firm; a part that only one name has leaves it open.

    Parameters
    ----------
    at_least
        0 to 1; below it a name is not told.

    Returns
    -------
    list of SameName
        The likest first, equal ones by place; at most ``most``.

    Source
    ------
    Our own rule, measured on pairs that we made up and labelled: docs/reference/planners/find_same_names.md.

    Examples
    --------
    >>> index = NameIndex(["浙江凯尊汽车配件有限公司", "浙江凯尊食品有限公司", "龙泉市康盛机械厂"])
    >>> found = find_same_names("Kaizun Auto Parts Co., Ltd.", index)
    >>> [(one.name, one.likeness, one.is_same) for one in found]
    [('浙江凯尊汽车配件有限公司', 0.95, True)]
    >>> [str(reason) for reason in found[0].reasons]
    ['Both are called kaizun.', 'Only one names its region: 浙江.']
    """
    asked = index._parts(name)
    found = []
    for place in index._nearest(asked.key):
        likeness, reasons = compare_names(asked, index._parts_of[place], index.words)
        if likeness >= at_least:
            found.append(SameName(place, index.names[place], likeness, reasons))
    return sorted(found, key=lambda one: (-one.likeness, one.place))[:most]


def pairs_of(index: NameIndex, at_least: float = LOOK) -> list[tuple[int, SameName]]:
    """All pairs within an index: the place of the earlier name, and the later one that is like it.

    Examples
    --------
    >>> [(one, other.place) for one, other in pairs_of(NameIndex(["康盛机械有限公司", "青瓷坊", "Kangsheng Machinery Ltd"]))]
    [(0, 2)]
    """
    return [
        (place, other)
        for place, name in enumerate(index.names)
        for other in find_same_names(name, index, at_least, most=_MOST_COMPARED)
        if other.place > place
    ]


# -- comparing ---------------------------------------------------------------------------------------------------------


def compare_names(one: NameParts, other: NameParts, words: Vocabulary) -> tuple[float, tuple[Reason, ...]]:
    """How like two names are, 0 to 1 to two places, and what speaks for and against.

    Examples
    --------
    >>> words = Vocabulary()
    >>> compare_names(words.parts("杭州康盛机械有限公司"), words.parts("宁波康盛机械有限公司"), words)[0]
    0.55
    """
    told = [_brand(one, other), _regions(one, other, words), _trades(one, other), _branches(one, other)]
    likeness = 1.0
    for share, _ in told:
        likeness *= share
    return round(likeness, 2), tuple(reason for _, reason in told if reason is not None)


def brand_likeness(one: NameParts, other: NameParts) -> float:
    """How like two names are by what they are called alone, 0 to 1: no less than ``compare_names`` says of them.

    Examples
    --------
    >>> brand_likeness(NameParts("凯尊", "kaizun"), NameParts("Kaizun", "kaizun"))
    1.0
    >>> brand_likeness(NameParts("凯尊", "kaizun"), NameParts("康盛", "kangsheng"))
    0.0
    """
    if _are_called_alike(one, other):
        return 1.0
    if _are_chinese(one, other):
        return _characters(one, other)
    return _letters(one.key, other.key)


_Said = tuple[float, Reason | None]


def _brand(one: NameParts, other: NameParts) -> _Said:
    share = brand_likeness(one, other)
    if _are_called_alike(one, other):
        return share, because("same_names.brand", gettext_noop("Both are called {brand}."), brand=one.brand)
    return share, because(
        "same_names.brands",
        gettext_noop("They are called {one} and {other}."),
        one=one.brand,
        other=other.brand,
    )


def _are_chinese(one: NameParts, other: NameParts) -> bool:
    return one.brand[:1] > "\u3000" and other.brand[:1] > "\u3000"


def _are_called_alike(one: NameParts, other: NameParts) -> bool:
    return one.brand == other.brand or (one.key == other.key and not _are_chinese(one, other))


def _characters(one: NameParts, other: NameParts) -> float:
    """Brands in characters: the same sound may be a slip of the pen; one character of four or more, too; less is another brand."""
    if one.key == other.key:
        return 0.8
    if max(len(one.brand), len(other.brand)) >= 4 and _distance(one.brand, other.brand, most=1) == 1:
        return 0.85
    return 0.0


def _letters(one: str, other: str) -> float:
    """Keys in letters: 1 less the share of slips. Short syllables differ by one letter all the time: hengtai and chengtai are two."""
    # Most keys are told apart here, before the slow comparison.
    if min(len(one), len(other)) < _SHORT or one[0] != other[0]:
        return 0.0
    longest = max(len(one), len(other))
    share = 1 - _distance(one, other, most=int(_SLIPS * longest) + 1) / longest
    return share if share >= 1 - _SLIPS else 0.0


def _regions(one: NameParts, other: NameParts, words: Vocabulary) -> _Said:
    if not one.regions or not other.regions:
        named = sorted(one.regions | other.regions)
        if not named:
            return 1.0, None
        return 0.95, because(
            "same_names.one_region",
            gettext_noop("Only one names its region: {regions}."),
            regions=", ".join(named),
        )
    apart = [
        (a, b)
        for a in sorted(one.regions)
        for b in sorted(other.regions)
        if not words.within(a, b) and not words.within(b, a)
    ]
    if not apart:
        return 1.0, None
    return 0.55, because(
        "same_names.other_region",
        gettext_noop("They stand in {one} and {other}."),
        one=apart[0][0],
        other=apart[0][1],
    )


def _trades(one: NameParts, other: NameParts) -> _Said:
    if one.trades == other.trades:
        return 1.0, None
    telling = [frozenset(parts.trades - VAGUE) for parts in (one, other)]
    facts = {"one": ", ".join(sorted(one.trades)) or "–", "other": ", ".join(sorted(other.trades)) or "–"}
    if telling[0] & telling[1] or (not any(telling) and one.trades & other.trades):
        share = 0.96 if telling[0] <= telling[1] or telling[1] <= telling[0] else 0.85
        return share, because(
            "same_names.trades", gettext_noop("Their trades are {one}, and {other}."), **facts
        )
    if not one.trades or not other.trades:
        return 0.85, because(
            "same_names.one_trade", gettext_noop("Only one names its trade: {one}, {other}."), **facts
        )
    return 0.55, because(
        "same_names.other_trade", gettext_noop("Their trades differ: {one}, and {other}."), **facts
    )


def _branches(one: NameParts, other: NameParts) -> _Said:
    if one.numbers != other.numbers:
        numbers = [", ".join(sorted(parts.numbers)) or "–" for parts in (one, other)]
        return 0.5, because(
            "same_names.numbers",
            gettext_noop("They carry other numbers: {one}, {other}."),
            one=numbers[0],
            other=numbers[1],
        )
    if bool(one.branch) != bool(other.branch) or (
        one.branch != other.branch and "branch" not in (one.branch, other.branch)
    ):
        return 0.7, because(
            "same_names.branch", gettext_noop("One is a branch: {branch}."), branch=one.branch or other.branch
        )
    if one.is_group != other.is_group:
        return 0.9, because(
            "same_names.group", gettext_noop("One is a group, the other may be a firm of it.")
        )
    return 1.0, None


def _distance(one: str, other: str, most: int) -> int:
    """How many signs are added, dropped, changed or exchanged with their neighbour; beyond ``most`` any number above it.

    Examples
    --------
    >>> _distance("hengtai", "hegntaii", most=2), _distance("hengtai", "kangsheng", most=2)
    (2, 3)
    """
    one, other = _apart(one, other)
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        # What follows comes from these two rows, and costs no less.
        if min(row) > most and min(last) >= most:
            return most + 1
        before, last = last, row
    return last[-1]


def _apart(one: str, other: str) -> tuple[str, str]:
    """What is left of both without the beginning and the end that they share."""
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    one, other = one[start:], other[start:]
    shorter -= start
    end = next((at for at in range(shorter) if one[-1 - at] != other[-1 - at]), shorter)
    return one[: len(one) - end], other[: len(other) - end]


def _grams(key: str) -> set[str]:
    """Three letters in a row, the ends marked.

    Examples
    --------
    >>> sorted(_grams("abc"))
    ['$ab', 'abc', 'bc$']
    """
    marked = f"${key}$"
    return {marked[at : at + 3] for at in range(max(len(marked) - 2, 1))}
