"""Where to look for a name among very many: a few short keys of each, of which two names that may be one firm's share at least one.

Kept in a database, they find the few names that are worth comparing; nobody reads all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from shanhai.planners.name_parts import NameParts

# Below so many letters only equal keys are taken for one, and so large a share of slips is let pass, see ``same_names``.
_SHORT, _SLIPS = 8, 0.12
_LONGEST = 40
# From this length on two slips may stand at both ends, so the middle is a key, too.
_LONG = 15


@dataclass(frozen=True, slots=True)
class NameBlocks:
    """The keys under which a name is kept, and those under which it is looked for: each at most ``_LONGEST`` characters."""

    kept: frozenset[str]
    asked: frozenset[str]


def blocks_of(parts: NameParts) -> NameBlocks:
    """The keys of a name that was taken apart.

    Names whose likeness ``compare_names`` puts at ``LOOK`` or above share one: equal keys do; of brands in Chinese that differ
    by one character the first two or the last two are equal, or the characters in another order; where one is in letters, the first
    letter is the same, and of those that differ by one slip the first half or the last, by two the first four, the last four or
    four in the middle. Not so where three slips stand at both ends and in the middle of
    25 letters or more, which no list of firms we know has.

    Examples
    --------
    >>> from shanhai.planners.name_parts import Vocabulary
    >>> words = Vocabulary()
    >>> one, other = (blocks_of(words.parts(name)) for name in ("浙江凯尊汽车配件有限公司", "KAIZUN Auto Parts Co., Ltd."))
    >>> sorted(one.kept & other.asked), sorted(one.kept)
    (['=kaizun'], ['=kaizun'])
    """
    same = {_cut(f"={parts.key or parts.brand}")}
    kept, asked = set(same), set(same)
    is_chinese = parts.brand[:1] > "\u3000"
    if is_chinese and len(parts.brand) >= 3:
        _of_characters(parts.brand, kept, asked)
    if len(parts.key) >= _SHORT:
        # Two brands in characters are not compared by their letters.
        kept |= {f"{'c' if is_chinese else 'l'}{one}" for one in _kept(parts.key)}
        asked |= {f"{script}{one}" for one in _asked(parts.key) for script in ("l" if is_chinese else "cl")}
    return NameBlocks(frozenset(kept), frozenset(asked))


def _of_characters(brand: str, kept: set[str], asked: set[str]) -> None:
    n = len(brand)
    kept |= {f"a{n}:{brand[:2]}", f"z{n}:{brand[-2:]}"}
    # Of two with three characters only equal ones are taken for one.
    asked |= {
        key for m in (n - 1, n, n + 1) if max(m, n) > 3 for key in (f"a{m}:{brand[:2]}", f"z{m}:{brand[-2:]}")
    }
    if n == 4:
        # Of four, the second and third may have changed places: then neither end is whole.
        bag = "b:" + "".join(sorted(brand))
        kept.add(bag)
        asked.add(bag)


def _kept(key: str) -> set[str]:
    n, middle = len(key), len(key) // 2 - 2
    found = _ends(key, n)
    if n >= _LONG:
        found |= {f"m{n}:{key[0]}{key[at : at + 4]}" for at in range(middle - 2, middle + 3)}
    return found


def _asked(key: str) -> set[str]:
    n, middle = len(key), len(key) // 2 - 2
    slips = int(_SLIPS * (n + 4))
    lengths = [
        m for m in range(n - slips, n + slips + 1) if m >= _SHORT and abs(m - n) <= int(_SLIPS * max(m, n))
    ]
    found = {one for m in lengths for one in _ends(key, m)}
    if n >= _LONG:
        found |= {f"m{m}:{key[0]}{key[middle : middle + 4]}" for m in lengths}
    return found


def _ends(key: str, length: int) -> set[str]:
    """Both ends of a key as one of this length is kept: where one slip is, half of the letters are whole at one of them."""
    size = max((length - 1) // 2, 4) if length < _LONG else 4
    return {f"p{length}:{key[:size]}", f"s{length}:{key[0]}{key[-size:]}"}


def _cut(text: str) -> str:
    return text[:_LONGEST]
