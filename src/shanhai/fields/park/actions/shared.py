"""What the actions of the field share."""

from __future__ import annotations

from enum import StrEnum

from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, gettext_noop

# What is measured from parcels and slope projects: commitments by these follow each move of land.
OF_LAND = ("park.land_usable", "park.land_in_use", "park.land_idle", "park.slope_gained")


def land_moved(pairing_id: int) -> None:
    """Let commitments that are measured by land say what holds now; called last in an action."""
    standings.follow(measured_by([pairing_id], *OF_LAND))


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
