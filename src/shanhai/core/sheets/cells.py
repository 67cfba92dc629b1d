"""One cell: from what stands in the file to the value of its column, or why that is not clear.

A *raw* cell is None, text, a number (``int`` or ``float``), or a one-entry dict for what a workbook marks itself:
``{"date": "2018-08-16"}``, ``{"share": 0.125}`` (formatted as a percentage), ``{"bool": True}``, ``{"error": "#REF!"}``
and ``{"formula": ""}`` (a formula whose result is not in the file).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from shanhai.core.sheets import units
from shanhai.core.sheets.columns import Column, Cure
from shanhai.core.sheets.units import Unit
from shanhai.kernel import identifiers
from shanhai.kernel.refusals import BadInput, gettext_noop

Raw = None | str | int | float | dict[str, Any]

# What an export writes in place of a value that its reader may not see; on the way in it means "as it is".
MASK = "***"


class Masked:
    """The type of ``MASKED``: the cell says nothing, the row keeps what it has."""


MASKED = Masked()


class Unclear(Exception):
    """A cell that cannot be read: what is wrong, and what one click would do about it."""

    def __init__(self, code: str, sentence: str, /, *, cure: Cure | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.sentence, self.facts, self.cure = code, sentence, facts, cure


_NOTHING = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无", "n/a", "na", "null", "none", "空"})
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u2060\ufeff\ufffe\uffff]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")


def clean_text(text: str) -> str:
    """Text as a register keeps it: no control characters, line ends as one, nothing around it."""
    if text.isprintable():
        return text.strip()
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def neutralise(text: str) -> str:
    """Text that no spreadsheet program takes for a formula; ``unneutralise`` gives it back.

    >>> neutralise("=1+1"), neutralise("'=1"), neutralise("'a"), unneutralise(neutralise("'=1"))
    ("'=1+1", "''=1", "'a", "'=1")
    """
    return "'" + text if _DANGEROUS.match(text) else text


def unneutralise(text: str) -> str:
    """Text without the apostrophe that ``neutralise`` put before it."""
    return text[1:] if _NEUTRALISED.match(text) else text


def as_written(raw: Raw) -> str:
    """A cell as its reader sees it in the file."""
    if raw is None:
        return ""
    if isinstance(raw, dict):
        ((kind, value),) = raw.items()
        return f"{_number_text(value * 100)}%" if kind == "share" else str(value)
    return raw if isinstance(raw, str) else _number_text(raw)


def read(column: Column, raw: Raw, unit: Unit | None = None, *, is_1904: bool = False) -> Any:
    """The value of a cell in its column.

    Parameters
    ----------
    unit
        The unit that the heading of the file names; None for the column's own.
    is_1904
        Whether serial dates of the workbook count from 1904.

    Raises
    ------
    Unclear
        What is wrong with the cell.
    """
    if raw is None or raw == "":
        return column.empty
    if isinstance(raw, dict):
        _refuse_what_has_no_value(raw)
    if raw == MASK and column.access:
        return MASKED
    if column.type == "date":
        return _date(raw, is_1904)
    return _READERS[column.type](column, raw, unit)


def _refuse_what_has_no_value(raw: dict[str, Any]) -> None:
    if "formula" in raw:
        raise Unclear(
            "sheets.formula_without_value",
            gettext_noop(
                "A formula whose result is not in the file. Open it in your spreadsheet program and save it, "
                "or paste the value."
            ),
        )
    if "error" in raw:
        raise Unclear(
            "sheets.error_value",
            gettext_noop(
                "The formula of this cell ended in {error}. Correct it in the file, or paste the value."
            ),
            error=raw["error"],
        )


# Text, codes, references, choices


def _text(column: Column, raw: Raw, unit: Unit | None) -> str:
    text = unneutralise(clean_text(raw)) if isinstance(raw, str) else _plain_text(raw)
    return _within(column, text)


def _code(column: Column, raw: Raw, unit: Unit | None) -> str | None:
    if isinstance(raw, str) and raw.isalnum() and raw.isascii():
        return _within(column, _official(column, raw))
    if isinstance(raw, int | float):
        _refuse_lost_digits(raw)
    text = unicodedata.normalize("NFKC", clean_text(_plain_text(raw)))
    text = "".join(unneutralise(text).removeprefix("'").split())
    if text.casefold() in _NOTHING:
        return column.empty
    _refuse_short_form(text)
    return _within(column, _official(column, text))


def _reference(column: Column, raw: Raw, unit: Unit | None) -> str | None:
    if column.form:
        return _code(column, raw, unit)
    if isinstance(raw, int | float):
        _refuse_lost_digits(raw)
    text = " ".join(unicodedata.normalize("NFKC", clean_text(_plain_text(raw))).split())
    text = unneutralise(text)
    if text.casefold() in _NOTHING:
        return None
    _refuse_short_form(text)
    return _within(column, text)


def _official(column: Column, code: str) -> str:
    try:
        if column.form == "region":
            return identifiers.check_region_code(code)
        if column.form == "credit":
            return identifiers.check_credit_code(code)
        if column.form == "project":
            return identifiers.check_project_code(code).text
    except BadInput as refused:
        cure = None
        if refused.code == "identifiers.credit_code_check":
            expected = str(refused.facts["expected"])
            cure = _cure(code.upper()[:17] + expected, gettext_noop("use {last}"), last=expected)
        raise Unclear(refused.code, refused.sentence, cure=cure, **refused.facts) from None
    return code


def _choice(column: Column, raw: Raw, unit: Unit | None) -> str:
    given = _plain_text(raw)
    asked = units.plain(unneutralise(clean_text(given))).replace(" ", "")
    words = _choice_words(column.choices)
    if asked in words:
        return words[asked]
    if asked in _NOTHING:
        return ""
    near = get_close_matches(asked, words, n=1, cutoff=0.7)
    raise Unclear(
        "sheets.unknown_choice",
        gettext_noop("“{cell}” is not one of the choices: {choices}. Take one of them."),
        cell=given,
        choices=", ".join(f"{zh} ({en})" for _, en, zh in column.choices[:12]),
        cure=_cure(words[near[0]], gettext_noop("is it {value}?"), value=near[0]) if near else None,
    )


@lru_cache(maxsize=256)
def _choice_words(choices: tuple[tuple[str, str, str], ...]) -> dict[str, str]:
    return {units.plain(word).replace(" ", ""): choice[0] for choice in choices for word in choice}


_YES = frozenset({"true", "yes", "y", "1", "是", "有", "√", "✓", "对", "t"})
_NO = frozenset({"false", "no", "n", "0", "否", "无", "×", "✗", "x", "f"})


def _bool(column: Column, raw: Raw, unit: Unit | None) -> bool | None:
    if isinstance(raw, dict) and "bool" in raw:
        return bool(raw["bool"])
    word = units.plain(_plain_text(raw))
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word in _NOTHING:
        return None
    raise Unclear(
        "sheets.not_yes_or_no",
        gettext_noop("“{cell}” is neither yes nor no (是, 否). Write one of the two."),
        cell=word,
    )


def _within(column: Column, text: str) -> str:
    if len(text) > column.max_length:
        raise Unclear(
            "sheets.text_too_long",
            gettext_noop("The text has {n} characters; at most {limit} fit. Shorten it."),
            n=len(text),
            limit=column.max_length,
        )
    return text


def _plain_text(raw: Raw) -> str:
    if isinstance(raw, str):
        return raw
    return as_written(raw)


# Numbers

_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE
)
_DIGITS_INSIDE = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?", re.ASCII)
_SIGNIFICANT = 15


def _number_text(value: float) -> str:
    """A number with the 15 digits that a workbook holds, without exponent: 0.1 + 0.2 is 0.3."""
    if isinstance(value, int):
        return str(value)
    return format(Decimal(f"{value:.{_SIGNIFICANT}g}").normalize(), "f")


# A code that was a number when a program wrote it as text: 9.13312E+17.
_SHORT_FORM = re.compile(r"\d(?:\.\d+)?E\+\d{1,2}", re.ASCII | re.IGNORECASE)


def _refuse_short_form(text: str) -> None:
    if _SHORT_FORM.fullmatch(text):
        raise Unclear(
            "sheets.short_form",
            gettext_noop(
                "A code stands as a number in its short form, so its digits are lost. Format the column as text and enter "
                "the code again."
            ),
        )


def _refuse_lost_digits(raw: float) -> None:
    if abs(raw) >= 10**_SIGNIFICANT:
        raise Unclear(
            "sheets.digits_lost",
            gettext_noop(
                "A code of more than 15 digits stands as a number, so the spreadsheet program has lost its last "
                "digits. Format the column as text and enter the code again."
            ),
        )


def _decimal(raw: Raw, column: Column, unit: Unit | None, wanted: Unit | None) -> Decimal | None:
    """A number in the unit ``wanted``; ``unit`` is what the heading says."""
    if isinstance(raw, int):
        return _in_unit(Decimal(raw), unit, wanted)
    if isinstance(raw, float):
        return _in_unit(Decimal(_number_text(raw)), unit, wanted)
    if isinstance(raw, dict) and "share" in raw and (wanted is None or wanted.kind == "share"):
        return Decimal(_number_text(raw["share"] * 100))
    if isinstance(raw, dict):
        raise _not_a_number(as_written(raw))
    text = unicodedata.normalize("NFKC", clean_text(raw or "")).strip().removeprefix("'").strip()
    if text.casefold() in _NOTHING:
        return None
    number = _parse(text)
    if number is not None:
        return _in_unit(number, unit, wanted)
    behind = units.split_cell(text)
    if behind is not None and wanted is not None and behind[1].kind == wanted.kind:
        number = _parse(behind[0])
        if number is not None:
            return _in_unit(number, behind[1], wanted)
    raise _not_a_number(text, behind, wanted)


def _parse(text: str) -> Decimal | None:
    bare = text.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    bare = bare.lstrip("¥$").replace(" ", "").replace("−", "-")
    if not _NUMBER.fullmatch(bare) or not any(c.isdigit() for c in bare):
        return None
    try:
        return Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return None


def _not_a_number(text: str, behind: tuple[str, Unit] | None = None, wanted: Unit | None = None) -> Unclear:
    inside = _DIGITS_INSIDE.findall(text)
    is_of_kind = behind is not None and wanted is not None and behind[1].kind == wanted.kind
    cure = None
    if len(inside) == 1:
        # The unit behind the number stays: 约12万 is not 12 of whatever the heading says.
        value = inside[0].replace(",", "").rstrip(".") + (behind[1].word if behind and is_of_kind else "")
        cure = _cure(value, gettext_noop("is it {value}?"), value=value)
    if behind is not None and not is_of_kind:
        return Unclear(
            "sheets.other_unit",
            gettext_noop(
                "Text in a number column; “{unit}” is a unit of another kind. Convert it to the unit "
                "of the heading."
            ),
            unit=behind[1].word,
            cure=cure,
        )
    return Unclear(
        "sheets.text_in_number",
        gettext_noop("Text in a number column. Write digits; the unit belongs in the heading."),
        cure=cure,
    )


def _in_unit(number: Decimal, given: Unit | None, wanted: Unit | None) -> Decimal:
    if given is None or wanted is None or given.kind != wanted.kind or given == wanted:
        return number
    return units.convert(number, given, wanted)


def _amount(column: Column, raw: Raw, unit: Unit | None) -> Decimal | None:
    wanted = units.find(column.unit_shown) if column.unit_shown else None
    value = _decimal(raw, column, unit or wanted, wanted)
    if value is None:
        return None
    return _in_bounds(column, _kept(column, value, is_converted=unit not in (None, wanted)))


def _kept(column: Column, value: Decimal, *, is_converted: bool) -> Decimal:
    if column.digits is None or -value.as_tuple().exponent <= column.digits:  # type: ignore[operator]
        return value
    rounded = round(value, column.digits)
    if is_converted or rounded == value:
        return rounded
    raise Unclear(
        "sheets.too_many_decimals",
        gettext_noop("More than {digits} decimals; the register keeps {digits}. Round it."),
        digits=column.digits,
        cure=_cure(str(rounded), gettext_noop("is it {value}?"), value=str(rounded)),
    )


def _int(column: Column, raw: Raw, unit: Unit | None) -> int | None:
    wanted = units.find(column.unit_shown) if column.unit_shown else None
    value = _decimal(raw, column, unit or wanted, wanted)
    if value is None:
        return None
    if value != value.to_integral_value():
        rounded = str(round(value))
        raise Unclear(
            "sheets.not_whole",
            gettext_noop("This column takes whole numbers. Leave the decimals out, or correct the number."),
            cure=_cure(rounded, gettext_noop("is it {value}?"), value=rounded),
        )
    return int(_in_bounds(column, value))


# What the columns of databases hold: whole numbers of 4 bytes, amounts of 8, quantities of 20 digits with four behind
# (amounts in fen among them), areas and shares of 12 with two behind.
_LARGEST = {"int": 2**31 - 1, "fen": 10**17, "decimal": 10**16 - 1, "mu": 10**10 - 1, "percent": 10**10 - 1}


def _in_bounds(column: Column, value: Decimal) -> Decimal:
    most = _LARGEST[column.type] if column.most is None else column.most
    least = -most if column.least is None else column.least
    if not least <= value <= most:
        unit = units.find(column.unit_shown) if column.type == "fen" else None
        size = unit.size if unit is not None else 1
        raise Unclear(
            "sheets.out_of_range",
            gettext_noop("The register keeps {least} to {most} {unit} here. Is a digit or the unit wrong?"),
            least=int(least / size),
            most=int(most / size),
            unit=column.unit_shown,
        )
    return value


_FEN = units.find("分")
_YUAN = units.find("元")


def _fen(column: Column, raw: Raw, unit: Unit | None) -> int | None:
    given = unit or units.find(column.unit_shown) or _YUAN
    value = _decimal(raw, column, given, _FEN)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise Unclear(
            "sheets.not_whole_fen",
            gettext_noop("The amount has parts of a fen. Give it with at most two decimals of a yuan."),
        )
    return int(_in_bounds(column, value))


_READERS: Mapping[str, Callable[[Column, Any, Unit | None], Any]] = {
    "text": _text,
    "code": _code,
    "ref": _reference,
    "choice": _choice,
    "bool": _bool,
    "int": _int,
    "decimal": _amount,
    "percent": _amount,
    "mu": _amount,
    "fen": _fen,
}


# Dates

_YMD = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_TIME_BEHIND = re.compile(r"[T\s]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_SERIALS = range(367, 73_051)  # 1901-01-01 to 2099-12-31 in the 1900 system
_START_1900, _START_1904 = date(1899, 12, 30), date(1904, 1, 1)


def _date(raw: Raw, is_1904: bool) -> date | None:
    if isinstance(raw, dict) and "date" in raw:
        return _in_range(date.fromisoformat(raw["date"]))
    if isinstance(raw, int | float):
        return _date_of_number(raw, is_1904)
    given = as_written(raw)
    text = unicodedata.normalize("NFKC", clean_text(given)).removeprefix("'")
    if text.casefold() in _NOTHING:
        return None
    text = _TIME_BEHIND.sub("", text).replace(" ", "")
    if found := _YMD.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = found.groups()
        return _make_date(int(year), int(month), int(day or 1), given)
    if text.isdecimal():
        return _date_of_number(int(text), is_1904)
    raise _not_a_date(given)


def _date_of_number(number: float, is_1904: bool) -> date:
    text = _number_text(number)
    if found := _COMPACT.fullmatch(text):
        year, month, day = map(int, found.groups())
        return _make_date(year, month, day, text)
    if "." in text and (found := re.fullmatch(r"((?:19|20)\d\d)\.(\d{1,2})", text)):
        year, month = int(found[1]), int(found[2])
        if found[2] == "1":
            raise Unclear(
                "sheets.january_or_october",
                gettext_noop(
                    "The number {cell} may be January or October. Write {year}-01 or {year}-10 as text."
                ),
                cell=text,
                year=year,
            )
        return _make_date(year, month, 1, text)
    if 1900 <= number <= 2100 and number == int(number):
        raise Unclear(
            "sheets.year_alone", gettext_noop("{cell} is a year. Give month and day too."), cell=text
        )
    if int(number) in _SERIALS:
        return (_START_1904 if is_1904 else _START_1900) + timedelta(days=int(number))
    raise _not_a_date(text)


def _make_date(year: int, month: int, day: int, given: str) -> date:
    try:
        return _in_range(date(year, month, day))
    except ValueError:
        raise Unclear(
            "sheets.no_such_day",
            gettext_noop("There is no day {cell} in the calendar. Correct the day."),
            cell=given,
        ) from None


def _in_range(day: date) -> date:
    if not 1900 <= day.year <= 2100:
        raise Unclear(
            "sheets.date_out_of_range",
            gettext_noop("The year {year} is not between 1900 and 2100. Correct the year."),
            year=day.year,
        )
    return day


def _not_a_date(given: str) -> Unclear:
    return Unclear(
        "sheets.not_a_date",
        gettext_noop("“{cell}” is not a date that can be read for certain. Write it as 2018-08-16."),
        cell=given,
    )


def _cure(new_cell: str, sentence: str, /, **facts: Any) -> Cure:
    return Cure("value", new_cell, sentence, facts)


# As staged rows and exports hold values


def encode(value: Any) -> Any:
    """A value as JSON: dates and decimals as text."""
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def decode(column: Column, held: Any) -> Any:
    """A value back from JSON."""
    if held is None or not isinstance(held, str):
        return held
    if column.type == "date":
        return date.fromisoformat(held)
    return Decimal(held) if column.type in ("decimal", "percent", "mu") else held
