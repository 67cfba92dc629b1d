"""Which closed cases are held against which: the joint ones against the serial ones, or those since a day against those before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, gettext_noop


class By(StrEnum):
    """What tells the cohort from its baseline."""

    MODE = "mode"  # joint against serial
    DAY = "day"  # accepted since a day against accepted before it


class Class(StrEnum):
    """What makes cases alike, so that they may be held against one another."""

    PROJECT = "project"  # filed, approved, low-risk
    CATALOGUE = "catalogue"
    REGIME = "regime"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is held against what. ``since``: of the cohort only cases accepted from this day on; with ``By.DAY`` what parts both."""

    by: By = By.MODE
    since: date | None = None
    alike: Class = Class.PROJECT


def class_of_project(basis: str, is_low_risk: bool | None) -> str:
    """The class of a project: ``low_risk``, else by what it rests on, ``filing`` or ``approval``; empty where nobody said.

    The same words as those of past cases of which only the two dates are known.
    """
    return "low_risk" if is_low_risk else basis


def check_comparison(asked: Comparison) -> None:
    """Cases before and since a day need the day.

    Raises
    ------
    BadInput
        ``approval.saved_since``
    """
    if asked.by is By.DAY and asked.since is None:
        raise BadInput(
            "approval.saved_since",
            gettext_noop("Say since when: the day on which the new way of working began, as 2016-09-01."),
            field="since",
        )
