"""How near two industries are by their codes of GB/T 4754: one class, group, division or section."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from shanhai.kernel.refusals import BadInput, gettext_noop

# Steps of the classification from far to near: nothing in common, one section, division, group; contained.
APART, SECTION, DIVISION, GROUP, WITHIN = range(5)
# The last division of each section, edition of 2017; the letter before a code wins where it stands.
_LAST_DIVISIONS = (
    ("A", 5), ("B", 12), ("C", 43), ("D", 46), ("E", 50), ("F", 52), ("G", 60), ("H", 62), ("I", 65), ("J", 69), ("K", 70),
    ("L", 72), ("M", 75), ("N", 79), ("O", 82), ("P", 83), ("Q", 85), ("R", 90), ("S", 96), ("T", 97),
)  # fmt: skip
_FORM = re.compile(r"[A-T]?[0-9]{2,4}|[A-T]", re.ASCII)


# There are some 1,500 codes, and a list of leads asks for each many times.
@lru_cache(maxsize=10_000)
def industry_code(code: str) -> tuple[str, str]:
    """The letter of the section and the digits of a code.

    Raises
    ------
    BadInput
        ``industries.form``.

    Examples
    --------
    >>> industry_code("3670"), industry_code("C36"), industry_code("G")
    (('C', '3670'), ('C', '36'), ('G', ''))
    """
    text = code.strip().upper()
    if not _FORM.fullmatch(text):
        raise BadInput(
            "industries.form",
            gettext_noop(
                "{code} has not the form of GB/T 4754: 2 to 4 digits, as 3670 or C3670, or the letter of a section. Correct it."
            ),
            code=code[:40],
        )
    digits = text.lstrip("ABCDEFGHIJKLMNOPQRST")
    if digits != text:
        return text[0], digits
    letter = next((letter for letter, last in _LAST_DIVISIONS if int(digits[:2]) <= last), "")
    return letter, digits


@lru_cache(maxsize=100_000)
def is_within(code: str, of: str) -> bool:
    """Whether an industry is another or a part of it.

    Examples
    --------
    >>> is_within("3670", "36"), is_within("36", "3670"), is_within("3670", "C")
    (True, False, True)
    """
    (letter, digits), (letter_of, digits_of) = industry_code(code), industry_code(of)
    return digits.startswith(digits_of) if digits_of else letter == letter_of


def nearness(code: str, to: Iterable[str]) -> int:
    """How near an industry is to the nearest of some: ``WITHIN``, ``GROUP``, ``DIVISION``, ``SECTION`` or ``APART``.

    A coarse code of the industry itself (36) is only as near to a fine one (3670) as the digits that it has.

    Examples
    --------
    >>> [nearness("3670", [one]) for one in ("3670", "36", "3671", "3620", "3360", "5910")]
    [4, 4, 3, 2, 1, 0]
    >>> nearness("36", ["3670"]), nearness("3670", [])
    (2, 0)
    """
    letter, digits = industry_code(code)
    best = APART
    for one in to:
        if is_within(code, one):
            return WITHIN
        letter_of, digits_of = industry_code(one)
        common = next((n for n in (3, 2) if len(digits) >= n and digits[:n] == digits_of[:n]), 0)
        near = {3: GROUP, 2: DIVISION}.get(common, SECTION if letter and letter == letter_of else APART)
        best = max(best, near)
    return best
