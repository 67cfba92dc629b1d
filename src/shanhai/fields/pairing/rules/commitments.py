"""Commitments: how they are measured and divided, and where they stand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from shanhai.fields.pairing.rules.shared import other_side
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class CommitmentKind(StrEnum):
    INDICATOR = "indicator"  # measured by the indicator registry
    COUNTED = "counted"  # counted from recorded deliveries


class Owes(StrEnum):
    MOUNTAIN = "mountain"
    SEA = "sea"
    BOTH = "both"


class Per(StrEnum):
    """How a commitment is divided: one due date, or one target for each period."""

    ONCE = "once"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    TERM = "term"


class Unit(StrEnum):
    """What a quantity is measured in; ``count`` has a word of its own on the commitment."""

    COUNT = "count"
    FEN = "fen"
    PERCENT = "percent"
    MU = "mu"
    TONNE = "tonne"
    DAY = "day"


# Pairs, officers and visits are there or not, and a fen is the least that is paid; days, land and goods come in parts.
WHOLE = frozenset({Unit.COUNT, Unit.FEN})


class Status(StrEnum):
    """Where a commitment stands today."""

    DONE = "done"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    LATE = "late"
    NOT_STARTED = "not_started"
    ENDED = "ended"


# What needs the reader first.
URGENCY = (
    Status.LATE,
    Status.AT_RISK,
    Status.NOT_STARTED,
    Status.ON_TRACK,
    Status.DONE,
    Status.ENDED,
)


class Phase(StrEnum):
    """What a commitment has to do with the year of a day."""

    THIS_YEAR = "this_year"  # it runs in the year, or is late from an earlier one
    BEFORE = "before"  # kept before the year began, or fallen due and kept
    AHEAD = "ahead"  # it begins in a later year


def phase_of(starts_on: date, due_on: date, status: str, kept_on: date | None, on: date) -> Phase:
    """Whether a commitment belongs to the account of a day's year.

    The account answers "what was promised for this year, is it coming, and what needs me?". What was kept before the
    year began needs nobody and is no merit of this year, however late it falls due.

    Parameters
    ----------
    starts_on, due_on
        Of the part of the commitment that is looked at.
    kept_on
        The day on which what was promised had come; None where it has not, or where that is not known.
    """
    if status == Status.LATE:
        return Phase.THIS_YEAR
    if starts_on.year > on.year:
        return Phase.AHEAD
    kept_before = status == Status.DONE and kept_on is not None and kept_on.year < on.year
    return Phase.BEFORE if kept_before or due_on.year < on.year else Phase.THIS_YEAR


def receives(owes: str) -> str:
    """The side that receives what ``owes`` owes; what both owe, both receive."""
    return "both" if owes == Owes.BOTH else other_side(owes)


def check_commitment(
    code: str, kind: str, indicator: str, target: Decimal, unit: str, per: str, due_on: date | None
) -> None:
    """A commitment can be measured: an indicator or counted deliveries, a target and a due date."""
    if kind == CommitmentKind.INDICATOR and not indicator:
        raise BadInput(
            "pairing.commitment_without_indicator",
            gettext_noop("Commitment {commitment} is measured by an indicator; say which one."),
            commitment=code,
        )
    if kind == CommitmentKind.COUNTED and indicator:
        raise BadInput(
            "pairing.commitment_measured_twice",
            gettext_noop(
                "Commitment {commitment} is counted from deliveries; leave the indicator {indicator} out."
            ),
            commitment=code,
            indicator=indicator,
        )
    if target <= 0:
        raise BadInput(
            "pairing.commitment_target",
            gettext_noop("Commitment {commitment} has the target {target}; promise more than zero."),
            commitment=code,
            target=target,
        )
    if unit in WHOLE and target % 1:
        raise BadInput(
            "pairing.target_not_whole",
            gettext_noop(
                "Commitment {commitment} is counted in whole ones, so {target} cannot be promised. Take a whole "
                "number, or another unit."
            ),
            commitment=code,
            target=target,
        )
    if per == Per.ONCE and due_on is None:
        raise BadInput(
            "pairing.commitment_due",
            gettext_noop("Commitment {commitment} is not divided into periods; give the day it is due."),
            commitment=code,
        )


def check_period(code: str, per: str, period: str, kind: str) -> None:
    """A target stands for a period of the length by which its commitment is divided."""
    if kind != per:
        raise BadInput(
            "pairing.period_of_another_kind",
            gettext_noop(
                "Commitment {commitment} is divided by {per}; {period} is no {per}. Write periods "
                "like 2023, 2023Q3 or 2023-09, as the commitment is divided."
            ),
            commitment=code,
            per=Per(per),
            period=period,
        )


def check_counted(code: str, kind: str) -> None:
    """What an indicator measures is not counted from deliveries."""
    if kind == CommitmentKind.INDICATOR:
        raise NotNow(
            "pairing.measured_not_recorded",
            gettext_noop(
                "Commitment {commitment} is measured by an indicator. Enter the records that the indicator "
                "counts, not a delivery."
            ),
            commitment=code,
        )
