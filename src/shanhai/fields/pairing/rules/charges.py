"""Who is in charge on each side, one at a time."""

from __future__ import annotations

from datetime import date

from shanhai.fields.pairing.rules.shared import Side
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


def check_charge_side(member: str, sits_on: str | None, side: str, pairing: str) -> None:
    """Who is in charge for a side sits on it."""
    if sits_on != side:
        raise BadInput(
            "pairing.charge_of_another_side",
            gettext_noop(
                "{member} does not sit on the {side} side of pairing {pairing}. Choose somebody who does."
            ),
            member=member,
            side=Side(side),
            pairing=pairing,
        )


def check_charge_follows(member: str, running_from: date, from_on: date) -> None:
    """Whoever is in charge next begins after the one before."""
    if running_from >= from_on:
        raise NotNow(
            "pairing.charge_from",
            gettext_noop(
                "{member} is in charge since {from_on}; the next one begins after that day. Give a "
                "later first day."
            ),
            member=member,
            from_on=running_from,
        )


def check_charge_free(running: str, running_from: date | None) -> None:
    """One is in charge at a time: whoever was before has a last day. ``running_from`` is None where nobody is."""
    if running_from is not None:
        raise NotNow(
            "pairing.charge_running",
            gettext_noop(
                "{member} is in charge there since {from_on}. Give that row its last day in the same sheet, or put "
                "the next one in charge on the page of the pairing."
            ),
            member=running,
            from_on=running_from,
        )


def check_charge_end(member: str, from_on: date, on: date) -> None:
    """Being in charge ends after it begins."""
    if on < from_on:
        raise BadInput(
            "pairing.charge_backwards",
            gettext_noop("{member} is in charge since {from_on}; that cannot end on {on}. Give a later day."),
            member=member,
            from_on=from_on,
            on=on,
        )
