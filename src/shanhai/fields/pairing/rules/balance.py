"""Annual focus and the balance of mutual benefit."""

from __future__ import annotations

from collections.abc import Mapping

from shanhai.fields.pairing.rules.commitments import CommitmentKind, Owes, Unit
from shanhai.fields.pairing.rules.shared import SIDES
from shanhai.kernel.refusals import BadInput, gettext_noop

_FOCUS_YEARS = range(2000, 2101)


def check_focus(year: int, order: int) -> None:
    """A key point belongs to a year and has a place in it."""
    if year not in _FOCUS_YEARS or order < 1:
        raise BadInput(
            "pairing.focus_place",
            gettext_noop(
                "A key point has a year and a place from 1 on; {year}, place {order} is neither. Correct it."
            ),
            year=year,
            order=order,
            field="year" if year not in _FOCUS_YEARS else "order",
        )


# What a commitment's deliveries are in the balance of mutual benefit: group and unit of the commitment. Money that
# one side pays the other is not among them: it is booked once, by its payment or donation.
BALANCE_LINES: Mapping[str, tuple[str, str]] = {
    "orders": ("trade", Unit.FEN),
    "land": ("things", Unit.MU),
    "vegetables": ("things", Unit.TONNE),
    "visitors": ("things", Unit.COUNT),
    "leads": ("things", Unit.COUNT),
    "clinic_days": ("things", Unit.DAY),
    "consultations": ("things", Unit.COUNT),
    "medics": ("things", Unit.COUNT),
    "teachers": ("things", Unit.COUNT),
    "placements": ("things", Unit.COUNT),
    "specialists": ("things", Unit.COUNT),
    "jobs": ("things", Unit.COUNT),
    "quota": ("things", Unit.MU),
}


def check_side(side: str) -> None:
    """Two sides give and receive."""
    if side not in SIDES:
        raise BadInput(
            "pairing.unknown_side",
            gettext_noop("There is a mountain side and a sea side, no {side}. Name one of the two."),
            side=side or "–",
            field="side",
        )


def check_balance_line(code: str, line: str, kind: str, unit: str, owes: str) -> None:
    """A line of the balance counts what one side delivers, in its own unit, so that its sum says one thing."""
    if not line:
        return
    if line not in BALANCE_LINES:
        raise BadInput(
            "pairing.unknown_balance_line",
            gettext_noop("The balance has no line {line}. Take one of: {lines}."),
            line=line,
            lines=", ".join(BALANCE_LINES),
            field="balance_line",
        )
    if kind != CommitmentKind.COUNTED or unit != BALANCE_LINES[line][1] or owes == Owes.BOTH:
        raise BadInput(
            "pairing.balance_line_unit",
            gettext_noop(
                "Commitment {commitment} cannot stand in the line {line} of the balance, which counts deliveries of "
                "one side in {unit}. Leave the line empty, or choose the one of its unit."
            ),
            commitment=code,
            line=line,
            unit=Unit(BALANCE_LINES[line][1]),
            field="balance_line",
        )
