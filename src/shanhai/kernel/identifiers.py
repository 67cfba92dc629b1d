"""Codes that offices write: statistical region code, unified social credit code, investment project code.

Each ``check_...`` takes what somebody typed, gives the canonical spelling and refuses with the reason.
Full-width characters, lower case and spaces around are put right, since they carry no meaning.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from shanhai.kernel.periods import Period
from shanhai.kernel.refusals import BadInput, gettext_noop

_DIGITS = "0123456789"


class RegionLevel(StrEnum):
    """Levels of the statistical region code, highest first."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


# Digits of the 12 that each level ends at.
_LEVEL_ENDS = (
    (2, RegionLevel.PROVINCE),
    (4, RegionLevel.CITY),
    (6, RegionLevel.COUNTY),
    (9, RegionLevel.TOWNSHIP),
    (12, RegionLevel.VILLAGE),
)

# GB/T 2260: the first two digits of a region code.
PROVINCES = frozenset(
    str(number)
    for numbers in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for number in numbers
) | {"71", "81", "82"}


def check_region_code(given: str) -> str:
    """Check a region code and write it with 12 digits.

    Parameters
    ----------
    given
        6 digits (GB/T 2260, county and above), 9 (township) or 12 (village). Shorter forms are padded with
        zeros.

    Returns
    -------
    str
        12 digits: province 2, city 2, county 2, township 3, village 3; a level that is not reached is zero.

    Raises
    ------
    BadInput
        Wrong length, a character that is no digit, no such province, or a level left out: a village without
        its township, a county without its city. (A township may stand right under a city, as in Dongguan.)

    Source
    ------
    GB/T 2260 and the rules for statistical division codes (统计用区划代码); docs/sources.md#region-codes.

    Examples
    --------
    >>> check_region_code("331181"), check_region_code("331181101")
    ('331181000000', '331181101000')
    >>> check_region_code("3311811")
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: The region code 3311811 has 7 digits. Give 6, 9 or 12.
    """
    code = _clean(given)
    position = _first_not_in(_DIGITS, code)
    if position is not None:
        raise BadInput(
            "identifiers.region_code_not_digits",
            gettext_noop("The region code {given} has {character} at position {position}. Use digits only."),
            given=code,
            character=code[position],
            position=position + 1,
        )
    if len(code) not in (6, 9, 12):
        raise BadInput(
            "identifiers.region_code_length",
            gettext_noop("The region code {given} has {n} digits. Give 6, 9 or 12."),
            given=code,
            n=len(code),
        )
    if code[:2] not in PROVINCES:
        raise BadInput(
            "identifiers.region_code_province",
            gettext_noop(
                "The region code {given} starts with {province}, which is no province. Correct its first digits."
            ),
            given=code,
            province=code[:2],
        )
    code = code.ljust(12, "0")
    city_missing = _is_set(code[4:9]) and not _is_set(code[2:4])
    township_missing = _is_set(code[9:]) and not _is_set(code[6:9])
    if city_missing or township_missing:
        raise BadInput(
            "identifiers.region_code_gap",
            gettext_noop(
                "The region code {given} leaves out a level: zeros stand before other digits. Give it in full."
            ),
            given=code,
        )
    return code


def region_level(code: str) -> RegionLevel:
    """The level of a region code, from its zeros.

    Examples
    --------
    >>> str(region_level("331181000000")), str(region_level("441900003000"))
    ('county', 'township')
    """
    code = check_region_code(code)
    start, level = 0, RegionLevel.PROVINCE
    for end, name in _LEVEL_ENDS:
        if _is_set(code[start:end]):
            level = name
        start = end
    return level


def region_parent(code: str) -> str | None:
    """The region code one level up, 12 digits; None above a province.

    Examples
    --------
    >>> region_parent("331181101200"), region_parent("331181"), region_parent("33" + "0" * 10)
    ('331181101000', '331100000000', None)
    """
    level = region_level(code)
    start = 0
    for end, name in _LEVEL_ENDS:
        if name is level:
            break
        start = end
    return check_region_code(code)[:start].ljust(12, "0") if start else None


# GB 32100-2015: 31 characters; I, O, S, V and Z are left out because they look like others.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUE = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_CREDIT_REGION = range(2, 8)  # positions 3 to 8 are the registering authority's region: digits


def credit_code_check(first17: str) -> str:
    """The check character that belongs to the first 17 characters of a unified social credit code.

    With character values c_i = 0..30 and weights 3^i mod 31 (i = 0..16) it is the value that makes the
    weighted sum divisible by 31: ``(31 - sum(c_i * w_i) mod 31) mod 31``.

    Source
    ------
    GB 32100-2015; docs/sources.md#credit-code.

    Examples
    --------
    >>> credit_code_check("91350100M000100Y4")
    '3'
    """
    code = _clean(first17)
    _check_credit_length(code, 17)
    _check_credit_characters(code)
    total = sum(
        _CREDIT_VALUE[character] * weight for character, weight in zip(code, _CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[-total % 31]


def check_credit_code(given: str) -> str:
    """Check an 18-character unified social credit code (统一社会信用代码), check character included.

    The organisation code inside it (positions 9 to 17) has a check character of its own; it is not looked at,
    since the outer one already finds every single wrong character and every swap of neighbours. A few codes
    given out in trials before the standard (some of Fujian's 9135...M000...) break its rule and are refused here.

    Returns
    -------
    str
        18 characters in upper case.

    Raises
    ------
    BadInput
        Wrong length; a character that does not belong, with its position; or another check character than
        the expected one, which is named.

    Source
    ------
    GB 32100-2015; docs/sources.md#credit-code.

    Examples
    --------
    >>> check_credit_code(" 91350100m000100y43 ")
    '91350100M000100Y43'
    >>> check_credit_code("91350100M000100Y44")
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: The credit code 91350100M000100Y44 ends in 4, but its other characters ...
    """
    code = _clean(given)
    _check_credit_length(code, 18)
    _check_credit_characters(code)
    expected = credit_code_check(code[:17])
    if code[17] != expected:
        raise BadInput(
            "identifiers.credit_code_check",
            gettext_noop(
                "The credit code {given} ends in {found}, but its other characters ask for {expected} at position 18. "
                "Compare it with the business licence."
            ),
            given=code,
            found=code[17],
            expected=expected,
        )
    return code


def _check_credit_length(code: str, length: int) -> None:
    if len(code) != length:
        raise BadInput(
            "identifiers.credit_code_length",
            gettext_noop("The credit code {given} has {n} characters. Give all {length}."),
            given=code,
            n=len(code),
            length=length,
        )


def _check_credit_characters(code: str) -> None:
    for i, character in enumerate(code):
        if character not in (_DIGITS if i in _CREDIT_REGION else CREDIT_ALPHABET):
            raise BadInput(
                "identifiers.credit_code_character",
                gettext_noop(
                    "The credit code {given} has {character} at position {position}. Positions 3 to 8 are digits; "
                    "elsewhere stand digits and capital letters other than I, O, S, V, Z."
                ),
                given=code,
                character=character,
                position=i + 1,
            )


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """An investment project code, taken apart."""

    text: str  # "2103-331181-04-01-123456", 24 characters
    opened: Period  # month of the code; the year only, for codes from before November 2020
    region: str  # 12-digit code of the region that gave it
    guide: str  # 2 digits, the central department that guides the business
    kind: str  # 2 digits, the type of project
    serial: str  # 6 digits; since November 2020 the last is a check digit


_PROJECT_CODE = re.compile(r"(\d{4})-(\d{6})-(\d{2})-(\d{2})-(\d{6})", re.ASCII)
_YEARS_OF_OLD_CODES = range(2013, 2021)


def check_project_code(given: str) -> ProjectCode:
    """Check the form of a 24-character investment project code (投资项目代码).

    Since November 2020 a code is YYMM-region(6)-guide(2)-kind(2)-random(5)+check(1). Earlier codes begin with
    the year in full and have the same groups [assumed]. The two never collide: 2011 and 2012 can only be November
    and December 2020, since the platform gave no codes in those years, and 2013 to 2020 are no months.

    The check digit is **not** verified: the text of the standard that holds its algorithm was not open to us, so a
    mistyped serial passes.

    Parameters
    ----------
    given
        24 characters with hyphens (any dash will do), or the 20 digits alone.

    Returns
    -------
    ProjectCode
        The canonical text and its parts.

    Raises
    ------
    BadInput
        Which part has the wrong form, and the form it should have.

    Source
    ------
    GB/T 40058-2021 and NDRC 发改投资〔2020〕1439号, as reported; docs/sources.md#project-code.

    Examples
    --------
    >>> code = check_project_code("2103-331181-04-01-123456")
    >>> str(code.opened), code.region
    ('2021-03', '331181000000')
    >>> str(check_project_code("2018-331181-26-03-012345").opened)
    '2018'
    >>> check_project_code("2113-331181-04-01-123456")
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: The project code 2113-331181-04-01-123456 starts with 2113, which is ...
    """
    text = re.sub(r"[‐-―−]", "-", _clean(given))
    if re.fullmatch(r"\d{20}", text, re.ASCII):
        text = "-".join((text[:4], text[4:10], text[10:12], text[12:14], text[14:]))
    parts = _PROJECT_CODE.fullmatch(text)
    if parts is None:
        raise BadInput(
            "identifiers.project_code_form",
            gettext_noop(
                "The project code {given} has not the form 2103-331181-04-01-123456: "
                "4, 6, 2, 2 and 6 digits with hyphens, 24 characters in all."
            ),
            given=text,
        )
    head, region, guide, kind, serial = parts.groups()
    return ProjectCode(text, _project_code_opened(text, head), check_region_code(region), guide, kind, serial)


def _project_code_opened(text: str, head: str) -> Period:
    year, month = 2000 + int(head[:2]), int(head[2:])
    if (year, month) >= (2020, 11) and month <= 12 and month > 0:
        return Period("month", year, month)
    if int(head) in _YEARS_OF_OLD_CODES:
        return Period("year", int(head))
    raise BadInput(
        "identifiers.project_code_month",
        gettext_noop(
            "The project code {given} starts with {head}, which is neither year and month from 2011 (November 2020) on, "
            "with a month from 01 to 12, nor a year from 2013 to 2020. Compare it with the platform."
        ),
        given=text,
        head=head,
    )


def _clean(given: str) -> str:
    return unicodedata.normalize("NFKC", given).strip().upper()


def _is_set(digits: str) -> bool:
    return digits.strip("0") != ""


def _first_not_in(alphabet: str, code: str) -> int | None:
    return next((i for i, character in enumerate(code) if character not in alphabet), None)
