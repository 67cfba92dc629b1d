"""What cases took and what joint review saved, for programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import saved, told
from shanhai.fields.approval.rules.cohorts import By, Class, Comparison
from shanhai.fields.office.api.base import pairing_of
from shanhai.webkit.api import Day, may


class SavedDaysOut(Schema):
    """Working days of the government of n closed cases."""

    n: int
    mean: float
    median: float
    p90: float


class SavedClassOut(Schema):
    """One class of cases that both sides have."""

    class_: str = Field(alias="class")
    cut: float
    baseline: SavedDaysOut
    cohort: SavedDaysOut


class SavedLeverOut(Schema):
    """What a lever contributed to a case of the cohort, in the mean; null where it cannot be told apart."""

    lever: str
    cases: int
    saved_wd: float | None
    share: float | None


class SavedReportedOut(Schema):
    """A figure that a source states; nothing here measured it."""

    proposal: str
    what_zh: str
    what_en: str
    cut: float
    standing: str
    source: str


class TimeSavedOut(Schema):
    """How much shorter the closed cases of the cohort were than those of the baseline, class by class."""

    by: By
    since: dt.date | None
    alike: Class
    cut: float | None
    ci95: list[float] | None
    saved_wd: float | None
    baseline: SavedDaysOut | None
    cohort: SavedDaysOut | None
    classes: list[SavedClassOut]
    levers: list[SavedLeverOut]
    rest_wd: float | None
    from_dates: int = Field(description="Cases of which only start and end are known.")
    is_cut_off: bool
    standing: str
    notes: list[str]
    reported: list[SavedReportedOut]


class SavedWhere(Schema):
    """Which cases are held against which."""

    pairing: str = Field("", max_length=40)
    by: By = By.MODE
    since: Day | None = None
    alike: Class = Class.CATALOGUE


@router.get("/saved", response=TimeSavedOut, by_alias=True, summary="The time that joint review saved")
@may("approval.view_analysis")
def show_time_saved(request: Any, asked: Query[SavedWhere]) -> Any:
    """Closed cases of the cohort against those of its baseline, of the same class; what levers contributed."""
    wanted = Comparison(asked.by, asked.since, asked.alike)
    return told.saved_as_plain(saved.saved(request.member, pairing_of(request, asked.pairing), wanted))
