"""Where to look for a name among very many: a few short keys of each, of which two names that may be one firm's share at least one.

Kept in a database, they find the few names that are worth comparing; nobody reads all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from shanhai.planners.name_parts import NameParts

# Below so many letters only equal keys are taken for one, see ``same_names``.
_SHORT = 8
_LONGEST = 40
# From this length on two slips may stand at both ends, so the middle is a key, too.
_LONG = 17


@dataclass(frozen=True, slots=True)
class NameBlocks:
    """The keys under which a name is kept, and those under which it is looked for: each at most ``_LONGEST`` characters."""

    kept: frozenset[str]
    asked: frozenset[str]


def blocks_of(parts: NameParts) -> NameBlocks:
    """The keys of a name that was taken apart.

    Names whose likeness ``compare_names`` puts at ``LOOK`` or above share one: equal keys do; of brands in Chinese that differ
    by one character the first two or the last two are equal, or the characters in another order; of letters that differ by one or
    two slips the first four, the last four or four in the middle. Not so where three slips stand at both ends and in the middle of
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
    if parts.brand[:1] > "\u3000" and len(parts.brand) >= 3:
        _of_characters(parts.brand, kept, asked)
    if len(parts.key) >= _SHORT:
        _of_letters(parts.key, kept, asked)
    return NameBlocks(frozenset(kept), frozenset(asked))


def _of_characters(brand: str, kept: set[str], asked: set[str]) -> None:
    n = len(brand)
    kept |= {f"a{n}:{brand[:2]}", f"z{n}:{brand[-2:]}"}
    asked |= {key for m in (n - 1, n, n + 1) for key in (f"a{m}:{brand[:2]}", f"z{m}:{brand[-2:]}")}
    if n == 4:
        # Of four, the second and third may have changed places: then neither end is whole.
        bag = "b:" + "".join(sorted(brand))
        kept.add(bag)
        asked.add(bag)


def _of_letters(key: str, kept: set[str], asked: set[str]) -> None:
    n = len(key)
    slips = int(0.12 * (n + 4))
    kept |= {f"p{n}:{key[:4]}", f"s{n}:{key[-4:]}"}
    lengths = range(n - slips, n + slips + 1)
    asked |= {one for m in lengths for one in (f"p{m}:{key[:4]}", f"s{m}:{key[-4:]}")}
    middle = n // 2 - 2
    if n >= _LONG - 2:
        kept |= {f"m{n}:{key[at : at + 4]}" for at in range(middle - 2, middle + 3)}
        asked |= {f"m{m}:{key[middle : middle + 4]}" for m in lengths}


def _cut(text: str) -> str:
    return text[:_LONGEST]
