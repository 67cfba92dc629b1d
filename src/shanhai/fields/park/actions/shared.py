"""What the actions of the field share."""

from __future__ import annotations

from enum import StrEnum

from shanhai.kernel.refusals import BadInput, gettext_noop


def chosen(kind: type[StrEnum], given: str, field: str) -> str:
    """One of the values of a kind.

    Raises
    ------
    BadInput
        ``park.no_choice``
    """
    try:
        return str(kind(given))
    except ValueError:
        raise BadInput(
            "park.no_choice",
            gettext_noop("{value} cannot be said here. Take one of: {choices}."),
            value=given,
            choices=", ".join(kind),
            field=field,
        ) from None
