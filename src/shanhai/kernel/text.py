"""Text in one spelling: names tidied and compared, values written as canonical JSON."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from shanhai.kernel.refusals import BadInput, gettext_noop

# Zero-width characters and the soft hyphen come along when names are copied from web pages.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_TO_DROP = re.compile(rf"(?<=[{_HAN}()]) +| +(?=[{_HAN}()])")


def tidy_name(name: str) -> str:
    """A name as it is kept and shown: nothing invisible in it, one space where there were several.

    Full-width brackets and letters stay as they are, since they belong to the official spelling.

    Examples
    --------
    >>> tidy_name("  龙泉\\u3000 青瓷（集团）\\u200b有限公司 ")
    '龙泉 青瓷（集团）有限公司'
    """
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", name)).split())


def normalise_name(name: str) -> str:
    """A name as it is compared: two spellings that a reader would take for one give the same text.

    Full width becomes half width (NFKC), letters lose their case, spaces go beside Chinese characters and round
    brackets, and other runs of spaces become one.

    Examples
    --------
    >>> normalise_name("龙泉 青瓷（集团） 有限公司") == normalise_name("龙泉青瓷(集团)有限公司")
    True
    >>> normalise_name("Ｌｏｎｇｑｕａｎ  Celadon")
    'longquan celadon'
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tidy_name(name)).casefold())
    return _SPACE_TO_DROP.sub("", " ".join(plain.split()))


def canonical(value: object) -> str:
    """JSON with one spelling per value, for hashing and comparing.

    Keys are sorted by code point, no spaces, Chinese characters as they are. A Decimal is a string without exponent
    and trailing zeros, so that ``1.50`` from one database equals ``1.5`` from another; a date is an ISO string,
    an instant one in UTC; a tuple is a list.

    Parameters
    ----------
    value
        Nested mappings with text keys, lists and tuples of: text, bool, int, None, Decimal, date, aware datetime.

    Returns
    -------
    str
        Text that ``json.loads`` reads.

    Raises
    ------
    BadInput
        A float (its last digits differ from one machine to another), a naive instant, a set, a key that is no
        text, or any other type; the sentence says where it stands.

    Examples
    --------
    >>> canonical({"b": Decimal("1.50"), "a": [date(2023, 9, 18), None, "龙泉"]})
    '{"a":["2023-09-18",null,"龙泉"],"b":"1.5"}'
    >>> canonical({"share": [0.5]})
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: 0.5 at share.0 is of the type float, ...
    """
    return json.dumps(_plain(value, ""), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits.

    Examples
    --------
    >>> digest({"a": Decimal("1.0")}) == digest({"a": Decimal("1")})
    True
    >>> digest({})[:16]
    '44136fa355b3678a'
    """
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def plain_decimal(number: Decimal) -> str:
    """A finite Decimal in full, without exponent and trailing zeros.

    Examples
    --------
    >>> plain_decimal(Decimal("1E+3")), plain_decimal(Decimal("-0.00")), plain_decimal(Decimal("2.50"))
    ('1000', '0', '2.5')
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def fits_in_full(number: Decimal) -> bool:
    """Whether a Decimal can be written out: finite, at most 30 digits on either side of the point.

    Somebody who types 1e999999999 means no amount, and writing it out would take all memory.

    Examples
    --------
    >>> fits_in_full(Decimal("1E+29")), fits_in_full(Decimal("1E+30")), fits_in_full(Decimal("NaN"))
    (True, False, False)
    """
    if not number.is_finite():
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -30 and number.adjusted() < 30


def _plain(value: object, where: str) -> object:
    # Exact types first: most values are these, and the journal writes one of these texts per action.
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is dict:
        return _plain_mapping(value, where)  # type: ignore[arg-type]
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}.{i}") for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        return _plain_mapping(value, where)
    if isinstance(value, Decimal) and value.is_finite():
        return plain_decimal(value)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
    elif isinstance(value, date):
        return value.isoformat()
    elif isinstance(value, str):  # a StrEnum or the like
        return str.__str__(value)
    elif isinstance(value, int):
        return int(value)
    raise _not_canonical(value, where)


def _plain_mapping(value: Mapping[object, object], where: str) -> dict[str, object]:
    plain: dict[str, object] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise _not_canonical(key, where)
        plain[str.__str__(key)] = _plain(item, f"{where}.{key}")
    return plain


def _not_canonical(value: object, where: str) -> BadInput:
    return BadInput(
        "text.not_canonical",
        gettext_noop(
            "{value} at {place} is of the type {type_name}, which has no single spelling. "
            "Give text, whole numbers, Decimals, dates or instants with a time zone, under keys that are text."
        ),
        value=repr(value) if not isinstance(value, float) else value,
        place=where.lstrip(".") or "the top",
        type_name=type(value).__name__,
    )
