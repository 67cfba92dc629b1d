"""What the calculator is asked: for which day."""

from __future__ import annotations

from datetime import date

from shanhai.kernel.refusals import BadInput, gettext_noop


def day_of(text: str, today: date) -> date:
    """The day that was asked for, today where none was.

    Raises
    ------
    BadInput
        ``investment.aid_day``
    """
    if not text.strip():
        return today
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            "investment.aid_day",
            gettext_noop("{given} is no day. Give one such as 2023-09-18."),
            given=text[:20],
            field="on",
        ) from None
