"""What a spreadsheet may say of review meetings, services and commitment letters, and what only pages do."""

from __future__ import annotations

import re
from datetime import date, time

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


def by_page(key: str, name: str) -> NotAllowed:
    """The refusal of a cell that no sheet changes."""
    return NotAllowed(
        "approval.cell_by_page",
        gettext_noop(
            "This cell of {key} does not change by spreadsheet. Leave it as it was, and do what is to be done on the page "
            "of the case or meeting."
        ),
        key=key,
        field=name,
    )


def brought_by_nobody() -> BadInput:
    """The refusal of rows that the system brings: a zone folder has files of its own for them."""
    return BadInput(
        "approval.brought_by_nobody",
        gettext_noop(
            "Meetings, services and letters are brought by somebody for a pairing. Say by whom and for which; a zone folder "
            "brings them as they stood."
        ),
    )


def time_of(number: str, text: str) -> time:
    """A time of day as offices write it: 09:30.

    Raises
    ------
    BadInput
        ``approval.meeting_time``
    """
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise BadInput(
            "approval.meeting_time",
            gettext_noop("{time} is no time of day for meeting {number}. Write it as 09:30."),
            number=number,
            time=text,
            field="time",
        )
    return time.fromisoformat(text)


def check_one_end(key: str, delivered_on: date | None, reason: str) -> None:
    """A service is delivered or given up, not both."""
    if delivered_on and reason:
        raise BadInput(
            "approval.service_either",
            gettext_noop("{key} is delivered and given up at once. Leave one of the two cells empty."),
            key=key,
            field="reason",
        )


def check_not_undone(key: str, is_undo: bool) -> None:
    """What a sheet delivered or gave up has moved a clock, so it does not go with the import."""
    if is_undo:
        raise NotNow(
            "approval.service_stands",
            gettext_noop(
                "{key} is over, and the clock of its item went on by it. It is not taken back; ask for it anew on the page of "
                "the case."
            ),
            key=key,
        )


def check_next(item: str, given: int, number: int) -> None:
    """Services of an item are numbered on, so that a row of a sheet names the same one for ever."""
    if given != number:
        raise BadInput(
            "approval.service_number",
            gettext_noop("The next service on {item} has number {next}. Give it that number."),
            item=item,
            next=number,
            field="number",
        )
