"""Stages of a proposal, and what its effect has to say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class Stage(StrEnum):
    PROPOSED = "proposed"
    ADOPTED = "adopted"
    IN_FORCE = "effective"
    WITHDRAWN = "withdrawn"


class Exactness(StrEnum):
    DAY = "day"
    MONTH = "month"
    EARLY = "early"  # the beginning of a year
    YEAR = "year"


# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("proposed"),
    gettext_noop("adopted"),
    gettext_noop("effective"),
    gettext_noop("withdrawn"),
)


def check_can_adopt(number: str, stage: str, proposed_on: date, on: date) -> None:
    """What was proposed may be adopted, not before."""
    if stage != Stage.PROPOSED:
        raise NotNow(
            "office.proposal_not_proposed",
            gettext_noop("Proposal {number} is {stage}; only a proposed one is adopted. Look at its page."),
            number=number,
            stage=stage,
        )
    check_order(number, proposed_on, on)


def check_can_begin(number: str, stage: str, adopted_on: date | None, on: date) -> None:
    """What was adopted may come into force, not before."""
    if stage != Stage.ADOPTED or adopted_on is None:
        raise NotNow(
            "office.proposal_not_adopted",
            gettext_noop("Proposal {number} is {stage}; name the paper that adopts it first."),
            number=number,
            stage=stage,
        )
    check_order(number, adopted_on, on)


def check_order(number: str, earlier: date, later: date) -> None:
    """Proposed, adopted and in force follow one another."""
    if later < earlier:
        raise BadInput(
            "office.proposal_order",
            gettext_noop("Proposal {number}: {later} is before {earlier}. Correct the day."),
            number=number,
            earlier=earlier,
            later=later,
            field="on",
        )


def check_can_withdraw(number: str, stage: str) -> None:
    """What is in force ends by another paper, not by its author."""
    if stage not in (Stage.PROPOSED, Stage.ADOPTED):
        raise NotNow(
            "office.proposal_stands",
            gettext_noop(
                "Proposal {number} is {stage} and stays on the record. Propose what shall replace it."
            ),
            number=number,
            stage=stage,
        )


def check_effect(before: Decimal | None, after: Decimal | None, change: Decimal | None) -> None:
    """An effect is a figure before and after, or the change alone."""
    if (before is None) != (after is None) or (before is None and change is None):
        raise BadInput(
            "office.effect_halved",
            gettext_noop(
                "Give the figure before and after, or the change in percent where the source has no more."
            ),
            field="before",
        )
    expected = change_of(before, after)
    if change is not None and expected is not None and abs(expected - change) > Decimal("0.5"):
        raise BadInput(
            "office.effect_disagrees",
            gettext_noop("From {before} to {after} is {expected} %, not {change} %. Correct one of them."),
            before=before,
            after=after,
            expected=expected,
            change=change,
            field="change_percent",
        )


def change_of(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """The change in percent, to one place; None where it cannot be told.

    Examples
    --------
    >>> change_of(Decimal(100), Decimal(60))
    Decimal('-40.0')
    """
    if not before or after is None:
        return None
    return ((after - before) * 100 / before).quantize(Decimal("0.1"))


def check_sourced(source: str, is_illustrative: bool) -> None:
    """What is not made up has a source."""
    if not is_illustrative and not source.strip():
        raise BadInput(
            "office.effect_without_source",
            gettext_noop("Say where the figure is written, or mark it as illustrative."),
            field="source",
        )
