"""What commands are given: days, numbers, amounts, words and texts, read so that a slip is told in one sentence.

Each reader is the ``parser`` of an option or argument. What is unclear is refused as on the page (exit 1); a word that
is none of the choices is wrong usage (exit 2), as everywhere on a command line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from shanhai.core import clock
from shanhai.core.cli import files
from shanhai.kernel.refusals import BadInput, gettext_noop

# What the widest number column holds.
_MOST = Decimal(10) ** 16
_PLACES = 4


def day(text: str | date) -> date:
    """A day as 2023-09-18."""
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            "workdays.not_a_date", gettext_noop("{text} is no day. Write days as 2023-09-18."), text=text
        ) from None


def moment(text: str | datetime) -> datetime:
    """A day and time in the zone's own time, as 2023-09-25T14:30."""
    if isinstance(text, datetime):
        return text
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None or len(text.strip()) < len("2023-09-25T14:30"):
        raise BadInput(
            "core.not_a_moment",
            gettext_noop("{text} is no day with its time. Write it as 2023-09-25T14:30."),
            text=text,
        )
    return at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)


def number(text: str | Decimal) -> Decimal:
    """A number with at most 16 digits before the point and 4 behind it."""
    if isinstance(text, Decimal):
        return text
    try:
        found = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= _MOST or found != round(found, _PLACES):
        raise BadInput(
            "core.not_a_number",
            gettext_noop(
                "{text} is no number that can be kept. Write it in figures, with at most four places, as 12.5."
            ),
            text=text,
        )
    return found


def fen(text: str | int) -> int:
    """An amount in yuan or with its unit, as 5104236.18 or 510.4万元; gives whole fen."""
    from django.core.exceptions import ValidationError

    from shanhai.webkit.forms import YuanField

    if isinstance(text, int):
        return text
    try:
        found = YuanField(min_fen=1).clean(text)
    except ValidationError:
        found = None
    if found is None or found >= 2**63:
        raise BadInput(
            "core.not_an_amount",
            gettext_noop(
                "{text} is no amount. Write it in yuan, to the fen at most, as 5104236.18 or as 510.4万元."
            ),
            text=text,
        )
    return found


def line(most: int) -> Callable[[str], str]:
    """A parser of text that fits its column."""

    def read(text: str) -> str:
        text = text.strip()
        if len(text) > most:
            raise BadInput(
                "core.text_too_long",
                gettext_noop("“{text}…” has {n} characters; there is room for {most}. Make it shorter."),
                text=text[:20],
                n=len(text),
                most=most,
            )
        return text

    return read


def long_text(text: str) -> str:
    """Text as it is given, or, for ``-``, what stands on standard input."""
    return files.read_text(files.STANDARD).strip() if text == files.STANDARD else text


def one_of(choices: Sequence[Sequence[str]], *, or_none: bool = False) -> Callable[[str], str]:
    """A parser of one of some words; the first of each choice is the word. ``or_none`` also takes no word."""
    words = [choice[0] for choice in choices]

    def read(text: str) -> str:
        if text not in words and not (or_none and text == ""):
            raise typer.BadParameter(f"{text!r} is none of {', '.join(words)}.")
        return text

    return read


def choice(name: str, choices: Sequence[Sequence[str]], about: str, *, or_none: bool = False) -> Any:
    """An option that takes one of some words and lists them in its help."""
    words = ", ".join(choice[0] for choice in choices)
    parser = one_of(choices, or_none=or_none)
    return typer.Option(name, parser=parser, metavar="WORD", help=f"{about}: {words}.")


def text(name: str, most: int, about: str) -> Any:
    """An option that takes a line of text."""
    return typer.Option(name, parser=line(most), metavar="TEXT", help=about)


def a_day(name: str, about: str) -> Any:
    """An option that takes a day."""
    return typer.Option(name, parser=day, metavar="DAY", help=about)


Today = Annotated[date | None, a_day("--on", "The day, as 2023-09-18; today by default.")]
Reason = Annotated[str, text("--reason", 300, "Why; both sides read it.")]
NameZh = Annotated[str, text("--name", 120, "Chinese name, as the paper has it.")]
NameEn = Annotated[str, text("--en", 160, "English name.")]
