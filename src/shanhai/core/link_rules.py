"""What a phone link answers to whoever opens it, and what its issuer may do with it. No Django."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class Stage(StrEnum):
    """What is kept of a link; that its time is over, or its tries, follows from the row."""

    UNUSED = "unused"
    BOUND = "bound"
    DONE = "done"
    REVOKED = "revoked"


class State(StrEnum):
    """How a link stands at a moment, as lists show it."""

    UNUSED = "unused"
    BOUND = "bound"
    DONE = "done"
    EXPIRED = "expired"
    LOCKED = "locked"
    REVOKED = "revoked"


class Answer(StrEnum):
    """What a phone is answered that opens a link."""

    ASK = "ask"  # for the phone number
    SHOW = "show"  # the task or statement
    DONE = "done"
    EXPIRED = "expired"
    LOCKED = "locked"
    REVOKED = "revoked"


class Tried(StrEnum):
    """What came of a phone number that was typed."""

    BOUND = "bound"
    WRONG = "wrong"
    ELSEWHERE = "elsewhere"  # the right number, while the link is bound to another phone
    LOCKED = "locked"
    OVER = "over"  # done, expired or revoked meanwhile


# It can still be opened by somebody.
LIVING = (Stage.UNUSED, Stage.BOUND)
# Digits of a phone number without spaces: the shortest service number, the longest of E.164.
_NUMBER = re.compile(r"[0-9]{7,15}")
_CHINESE_MOBILE = re.compile(r"1[0-9]{10}")
# States stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("unused"),
    gettext_noop("bound"),
    gettext_noop("done"),
    gettext_noop("expired"),
    gettext_noop("locked"),
    gettext_noop("revoked"),
)


def state_of(stage: str, expires_at: datetime, tries_left: int, now: datetime) -> State:
    """How a link stands: what ended it comes before its time, its time before its tries.

    A link that is bound stays usable for its phone however often others try, so nobody locks the right person out.
    """
    if stage in (Stage.REVOKED, Stage.DONE):
        return State(stage)
    if now >= expires_at:
        return State.EXPIRED
    if stage == Stage.BOUND:
        return State.BOUND
    return State.LOCKED if tries_left <= 0 else State.UNUSED


def answer_to(state: State, is_its_phone: bool, tries_left: int) -> Answer:
    """What a phone sees: the task on the phone it is bound to, the question for the number on any other."""
    if state in (State.REVOKED, State.DONE, State.EXPIRED, State.LOCKED):
        return Answer(state)
    if state == State.BOUND and is_its_phone:
        return Answer.SHOW
    return Answer.ASK if tries_left > 0 else Answer.LOCKED


def tried(state: State, is_right: bool, tries_left: int) -> Tried:
    """What comes of a typed number; ``tries_left`` counts before this try."""
    if state in (State.REVOKED, State.DONE, State.EXPIRED):
        return Tried.OVER
    if tries_left <= 0 or state == State.LOCKED:
        return Tried.LOCKED
    if not is_right:
        return Tried.LOCKED if tries_left == 1 else Tried.WRONG
    return Tried.ELSEWHERE if state == State.BOUND else Tried.BOUND


def plain_number(text: str) -> str:
    """A phone number in one spelling: digits only, a Chinese mobile number without +86.

    Raises
    ------
    BadInput
        ``core.link_phone``

    Examples
    --------
    >>> plain_number("+86 138-0000 1234")
    '13800001234'
    >>> plain_number("１３８００００１２３４")
    '13800001234'
    """
    digits = re.sub(r"[\s()\-.·]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+|00)", "", digits)
    home = digits.removeprefix("86")
    digits = home if _CHINESE_MOBILE.fullmatch(home) else digits
    if not _NUMBER.fullmatch(digits):
        raise BadInput(
            "core.link_phone",
            gettext_noop("That is no whole phone number. Write all its digits, as 138 0000 1234."),
            field="phone",
        )
    return digits


def masked(last_digits: str) -> str:
    """A phone number as everybody may read it."""
    return f"****{last_digits}"


def check_until(until_on: date, today: date, most_days: int) -> None:
    """A link lasts from today for some days, and not for ever."""
    if not 0 <= (until_on - today).days <= most_days:
        raise BadInput(
            "core.link_until",
            gettext_noop(
                "A link lasts until a day from today on, at most {most} days from now; {until_on} is not one. Choose another."
            ),
            until_on=until_on,
            most=most_days,
            field="until_on",
        )


def check_living(code: str, stage: str) -> None:
    """What is done or revoked opens no more, whatever its last day."""
    if stage not in LIVING:
        raise NotNow(
            "core.link_over",
            gettext_noop(
                "Link {link} is {stage}; nothing changes it any more. Make a new one if it is needed."
            ),
            link=code,
            stage=Stage(stage),
        )


def check_longer(code: str, last_on: date, until_on: date) -> None:
    """An extension gives more time; to end a link early, it is revoked."""
    if until_on <= last_on:
        raise BadInput(
            "core.link_not_longer",
            gettext_noop(
                "Link {link} lasts until {last_on}; {until_on} gives it no more time. Choose a later day, or revoke it."
            ),
            link=code,
            last_on=last_on,
            until_on=until_on,
            field="until_on",
        )
