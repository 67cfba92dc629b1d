"""Action items: owners, days, evidence, reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class ItemStage(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    DONE = "done"
    DROPPED = "dropped"


OPEN_ITEM = (ItemStage.OPEN, ItemStage.REPORTED)


def check_item_open(number: str, stage: str) -> None:
    """What is done or dropped moves no more."""
    if stage not in OPEN_ITEM:
        raise NotNow(
            "pairing.item_closed",
            gettext_noop(
                "Action item {number} is {stage} already. Reopen it first if something is left to do."
            ),
            number=number,
            stage=ItemStage(stage),
        )


def check_item_due(number: str, due_on: date, today: date) -> None:
    """What is to be done has a day that is still to come."""
    if due_on < today:
        raise BadInput(
            "pairing.item_due_in_past",
            gettext_noop("{due_on} has passed; give action items of {number} a day to come."),
            number=number,
            due_on=due_on,
        )


def check_item_evidence(number: str, evidence: int) -> None:
    """An action item is closed on evidence, not on a word."""
    if evidence < 1:
        raise BadInput(
            "pairing.item_without_evidence",
            gettext_noop("Add a document that shows that action item {number} is done."),
            number=number,
        )


def check_extension(number: str, due_on: date, new_due_on: date, reason: str) -> None:
    """More time needs a later day and a reason that both sides can read."""
    if new_due_on <= due_on:
        raise BadInput(
            "pairing.extension_backwards",
            gettext_noop(
                "Action item {number} is due on {due_on}; {new_due_on} gives it no more time. Give a "
                "later day."
            ),
            number=number,
            due_on=due_on,
            new_due_on=new_due_on,
        )
    if not reason.strip():
        raise BadInput(
            "pairing.extension_without_reason",
            gettext_noop(
                "Say why action item {number} needs until {new_due_on}; both sides read the reason."
            ),
            number=number,
            new_due_on=new_due_on,
        )


def reminder_due(due_on: date, today: date, days: Sequence[int]) -> int | None:
    """Which of the reminder offsets is the latest that has come; None before the first.

    The tick may have been down on the day itself, so the offset that passed last counts, once.

    Examples
    --------
    >>> from datetime import date
    >>> reminder_due(date(2023, 9, 20), date(2023, 9, 18), (-7, 0, 7))
    -7
    >>> reminder_due(date(2023, 9, 20), date(2023, 9, 29), (-7, 0, 7))
    7
    >>> reminder_due(date(2023, 9, 20), date(2023, 9, 1), (-7, 0, 7)) is None
    True
    """
    passed = [offset for offset in days if due_on + timedelta(days=offset) <= today]
    return max(passed) if passed else None


def is_escalated(due_on: date, today: date, days: int) -> bool:
    """Whether an open item has waited so long past its due day that the leaders in charge are told."""
    return due_on + timedelta(days=days) <= today
