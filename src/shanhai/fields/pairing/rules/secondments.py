"""Secondments: sides, terms, handover."""

from __future__ import annotations

from datetime import date, timedelta

from shanhai.fields.pairing.rules.shared import SIDES, Side
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another.

    Examples
    --------
    >>> from datetime import date
    >>> months_between(date(2022, 3, 1), date(2024, 3, 1))
    24
    >>> months_between(date(2022, 3, 31), date(2022, 4, 30))
    1
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    last_day = (end + timedelta(days=1)).month != end.month
    if end.day < start.day and not last_day:
        months -= 1
    return months


def check_term(code: str, from_on: date, to_on: date, shortest: int, longest: int) -> None:
    """A secondment lasts between the months that the rulebook allows."""
    months = months_between(from_on, to_on + timedelta(days=1))
    if not shortest <= months <= longest:
        raise BadInput(
            "pairing.secondment_term",
            gettext_noop(
                "Secondment {secondment} would last {months} months; allowed are {shortest} to "
                "{longest}. Give another last day."
            ),
            secondment=code,
            months=months,
            shortest=shortest,
            longest=longest,
        )


def check_handover(code: str, successor: str, handover: str) -> None:
    """A secondment ends only when the work is in other hands."""
    if not successor or not handover.strip():
        raise NotNow(
            "pairing.secondment_without_handover",
            gettext_noop(
                "Secondment {secondment} cannot end yet. Name the successor and write what was handed over."
            ),
            secondment=code,
        )


def check_secondment_sides(
    person: str, from_side: str | None, host: str, to_side: str | None, pairing: str
) -> None:
    """An officer goes from one side to the other."""
    if {from_side, to_side} != set(SIDES):
        raise BadInput(
            "pairing.secondment_sides",
            gettext_noop(
                "{person} and {host} must sit on different sides of pairing {pairing}. Choose a host "
                "on the other side."
            ),
            person=person,
            host=host,
            pairing=pairing,
        )


def check_direction(code: str, direction: str, to_side: str) -> None:
    """A secondment goes to the side on which its host sits."""
    if direction != f"to_{to_side}":
        raise BadInput(
            "pairing.secondment_direction",
            gettext_noop(
                "The host of secondment {secondment} sits on the {side} side. Correct the direction, or the host."
            ),
            secondment=code,
            side=Side(to_side),
        )


def check_host_unit(unit: str, is_of_host: bool, host: str) -> None:
    """The unit that appraises is one of the host."""
    if not is_of_host:
        raise BadInput(
            "pairing.host_unit_elsewhere",
            gettext_noop("{unit} is not a unit of {host}. Choose a unit of the host."),
            unit=unit,
            host=host,
        )
