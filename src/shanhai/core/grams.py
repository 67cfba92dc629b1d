"""What a thing is found under, and what a search text asks for.

Chinese has no spaces and its commonest words have two characters, so the index holds bigrams: 协作平台 is kept as
协作 作平 平台, and a search for 平台 looks for that bigram. Latin text is kept as words, found by their beginning;
codes are kept in pieces. Pairs of pinyin initials stand beside them (zp of 作平), so lqs finds 龙泉市; full pinyin is
turned into bigrams when it is asked (``core.search`` keeps how each bigram sounds).

What nobody can type marks the other words of the index: who may find the thing, its kind, its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shanhai.core import names
from shanhai.kernel.text import normalise_name

# Characters of the private use area: letters for both databases, and never part of what somebody searches for.
READER, HOST, INITIALS, WHOLE, START, KIND, *BLOCKS = (chr(0xE000 + i) for i in range(9))

_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"[^\W_\ue000-\uf8ff]+")
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:i?ang|i?ong|uang|eng|ing|u?an|i?an|uai|i?ao|u?en|in|un|u?ai|u?ei|ou|iu|ui|ue|ve|er|ia|ie|i?u?[ao]|[eiuv])"
)
# What hundreds of titles hold is itself the title of few, and those come first: short titles are kept whole. Long ones
# are found by their many bigrams alone.
_WHOLE_HAN, _WHOLE_LATIN = 8, 24
MOST_TERMS = 12
_LONGEST_INITIALS = 12
_MOST_SPLITS = 4


def grams(title_zh: str, title_en: str = "", code: str = "") -> str:
    """The words under which a thing is found, space-separated, each once; marked ones are not shown here.

    Examples
    --------
    >>> [word for word in grams("龙泉市", "Longquan", "331181").split() if word[0] < READER]
    ['331181', 'longquan', '市', '泉市', '龙泉']
    """
    return unpacked(packed(title_zh, title_en, code))


def packed(title_zh: str, title_en: str = "", code: str = "") -> str:
    """``grams`` with Chinese runs and runs of initials in one piece, as PostgreSQL keeps them: a third of the length."""
    zh, en, of_code = normalise_name(title_zh), normalise_name(title_en), normalise_name(code)
    letters = names.initials(zh) if zh else ""
    found = {*_words(zh), *_words(en), *_words(of_code), *_starts(zh), *_starts(en)}
    found |= {INITIALS + run for run in _WORD.findall(letters) if len(run) > 1}
    found |= {whole(text) for text in (zh, en, of_code)}
    if whole(zh) and _WORD.fullmatch(letters):
        found.add(WHOLE + letters)
    return " ".join(sorted(found - {""}))


def without_runs_of(words: str, title: str) -> str:
    """Packed words without the Chinese runs that stand in a title as they are: PostgreSQL reads those off the title."""
    own = set(_HAN_RUN.findall(title))
    return " ".join(word for word in words.split() if word not in own)


def unpacked(words: str) -> str:
    """The words of the index; ``db.triggers`` has the same in SQL."""
    return " ".join(sorted({word for run in words.split() for word in _unpacked(run)}))


def _unpacked(run: str) -> Iterator[str]:
    if run[0] == INITIALS:
        yield from (run[0] + run[i : i + 2] for i in range(1, len(run) - 1))
    elif _HAN_RUN.match(run):
        yield from (run[i : i + 2] for i in range(len(run) - 1))
        # The last character alone: each character then begins a word.
        yield run[-1]
    else:
        yield run


def whole(text: str) -> str:
    """The word of a short title or code as a whole, which no part of another title equals; empty for a long one."""
    joined = "".join(filter(str.isalnum, normalise_name(text)))
    most = _WHOLE_HAN if _HAN_RUN.search(joined) else _WHOLE_LATIN
    return f"{WHOLE}{joined}" if 0 < len(joined) <= most else ""


def bigrams(text: str) -> set[str]:
    """The pairs of Chinese characters that stand side by side in a text."""
    return {a + b for run in _HAN_RUN.findall(normalise_name(text)) for a, b in pairwise(run)}


def latin_words(text: str) -> set[str]:
    """The Latin words of a text that are letters alone."""
    return {word for word in _words(normalise_name(text)) if word.isascii() and word.isalpha()}


def _words(text: str) -> list[str]:
    return [*_HAN_RUN.findall(text), *_WORD.findall(_HAN_RUN.sub(" ", text))]


def _starts(text: str) -> Iterator[str]:
    """How a title begins: its first bigram, or its first Latin word."""
    found = _WORD.search(text)
    if found is None:
        return
    run = _HAN_RUN.match(found.group())
    yield START + (run.group()[:2] if run else _HAN_RUN.split(found.group())[0])


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be there: a word of the index, or the beginning of one.

    ``letters`` stands where the text may also be pinyin: initials, or syllables.
    """

    word: str
    is_prefix: bool = False
    letters: str = ""

    @property
    def initials(self) -> list[str]:
        """The pairs of initials that must be there if these are initials; none where they cannot be."""
        if not 2 <= len(self.letters) <= _LONGEST_INITIALS:
            return []
        return [INITIALS + a + b for a, b in pairwise(self.letters)]

    @property
    def syllables(self) -> list[list[str]]:
        """The ways to read the letters as two syllables or more; the last may be unfinished."""
        return list(_splits(self.letters)) if len(self.letters) >= 3 else []


def terms(text: str) -> list[Term]:
    """What a search text asks for: all of these.

    A single Latin letter or digit is taken as it is, since half of everything begins with it.

    Examples
    --------
    >>> [term.word for term in terms("萧山 开发区LX-2016")]
    ['萧山', '开发', '发区', 'lx', '2016']
    """
    found: list[Term] = []
    # Words are taken apart first: 萧山 开发 asks for both, not for the bigram 山开 between them.
    for word in map(normalise_name, text.split()):
        for run in _HAN_RUN.findall(word):
            found += [Term(run[i : i + 2]) for i in range(len(run) - 1)] or [Term(run, is_prefix=True)]
        pieces = _WORD.findall(_HAN_RUN.sub(" ", word))
        for n, latin in enumerate(pieces, 1):
            # Whoever has typed the hyphen of a code has typed the piece before it to its end.
            is_whole = len(latin) == 1 or n < len(pieces)
            letters = latin if latin.isascii() and latin.isalpha() and len(pieces) == 1 else ""
            found.append(Term(latin, is_prefix=not is_whole, letters=letters))
    return list(dict.fromkeys(found))[:MOST_TERMS]


def start(text: str) -> str:
    """How a title begins that begins with a text; empty where nothing can be said."""
    return next(_starts(normalise_name(text)), "")


def _splits(letters: str) -> Iterator[list[str]]:
    """Ways to cut letters into syllables, longest syllables first, at most a few."""
    waiting: list[tuple[list[str], str]] = [([], letters)]
    n = 0
    while waiting and n < _MOST_SPLITS:
        done, rest = waiting.pop()
        if not rest:
            if len(done) > 1:
                n += 1
                yield done
            continue
        found = [rest[:i] for i in range(1, min(len(rest), 6) + 1) if _SYLLABLE.fullmatch(rest[:i])]
        if done and len(rest) <= 5 and rest not in found:
            found.insert(0, rest)
        waiting += [([*done, one], rest[len(one) :]) for one in found]


# -- showing what was found ----------------------------------------------------------------------------------------


def marked(title: str, text: str) -> list[tuple[str, bool]]:
    """A title in pieces, each with whether the search text is in it.

    Examples
    --------
    >>> marked("龙泉市协作平台", "平台 龙泉")
    [('龙泉', True), ('市协作', False), ('平台', True)]
    """
    # One character stays one character, so that places in the plain text are places in the title.
    plain = "".join(_plain(character) for character in title)
    hit = [False] * len(title)
    for word in _wanted(text):
        begin = plain.find(word)
        while begin >= 0:
            hit[begin : begin + len(word)] = [True] * len(word)
            begin = plain.find(word, begin + 1)
    pieces: list[tuple[str, bool]] = []
    for character, is_hit in zip(title, hit, strict=True):
        if pieces and pieces[-1][1] == is_hit:
            pieces[-1] = (pieces[-1][0] + character, is_hit)
        else:
            pieces.append((character, is_hit))
    return pieces


def _plain(character: str) -> str:
    plain = normalise_name(character)
    return plain if len(plain) == 1 else character


def _wanted(text: str) -> Sequence[str]:
    found: list[str] = []
    for word in map(normalise_name, text.split()):
        found += _HAN_RUN.findall(word)
        found += [latin for latin in _WORD.findall(_HAN_RUN.sub(" ", word)) if len(latin) > 1]
    return found
