"""Stages of a leader's instruction: given, reported back, closed or sent back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class Stage(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"
    DROPPED = "dropped"


UNFINISHED = (Stage.OPEN, Stage.REPORTED)
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("open"),
    gettext_noop("reported"),
    gettext_noop("closed"),
    gettext_noop("dropped"),
)
LONGEST = 200


def check_line(text: str) -> str:
    """An instruction is one line."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise BadInput(
            "office.instruction_line",
            gettext_noop("An instruction is one line of at most {most} characters. Write it shorter."),
            most=LONGEST,
            field="text",
        )
    return text


def check_due(due_on: date, today: date) -> None:
    """It is due on a day to come."""
    if due_on < today:
        raise BadInput(
            "office.instruction_due",
            gettext_noop("{due_on} is over. Choose a day from today on."),
            due_on=due_on,
            field="due_on",
        )


def check_stage(number: str, stage: str, *allowed: str) -> None:
    """Each step is taken where it can be."""
    if stage not in allowed:
        raise NotNow(
            "office.instruction_stage",
            gettext_noop("Instruction {number} is {stage}, so this cannot be done now. Look at its page."),
            number=number,
            stage=stage,
        )
