"""Where a case stands on the coordinator's board, and how near it is to missing its deadline."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from shanhai.fields.approval.rules.cases import WITH_OWNER, CaseStage

APPLICANT, RECEIVED = "applicant", "received"
# From this share of like cases on that ended late, a case is at risk.
AT_RISK = 0.5


class Danger(StrEnum):
    """How near a case is to missing its deadline."""

    LATE = "late"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    UNKNOWN = "unknown"  # No deadline yet, or too little history to tell.


def column_of(stage: str, phases: Iterable[int]) -> str:
    """The column of an open case: with its applicant, received, or the earliest stage of the regime that is not decided.

    Parameters
    ----------
    phases
        Stages of the regime in which items are not decided.
    """
    if stage in WITH_OWNER:
        return APPLICANT
    if stage == CaseStage.RECEIVED:
        return RECEIVED
    return f"review-{min(phases, default=1)}"


def danger_of(slack_days: int | None, risk: float | None) -> Danger:
    """A deadline that has passed is late; else what history says.

    Parameters
    ----------
    slack_days
        Working days left, below 0 when the day has passed; None without a deadline.
    risk
        Share of like cases that ended after such a deadline, 0 to 1; None where that is not known.
    """
    if slack_days is not None and slack_days < 0:
        return Danger.LATE
    if risk is None or slack_days is None:
        return Danger.UNKNOWN
    return Danger.AT_RISK if risk >= AT_RISK else Danger.ON_TRACK
