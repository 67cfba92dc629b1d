"""What cases took and what joint review saved, for programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import board, saved, told
from shanhai.fields.approval.rules.board import Danger
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
    alike: Class = Class.PROJECT


@router.get("/saved", response=TimeSavedOut, by_alias=True, summary="The time that joint review saved")
@may("approval.view_analysis")
def show_time_saved(request: Any, asked: Query[SavedWhere]) -> Any:
    """Closed cases of the cohort against those of its baseline, of the same class; what levers contributed."""
    wanted = Comparison(asked.by, asked.since, asked.alike)
    return told.saved_as_plain(saved.saved(request.member, pairing_of(request, asked.pairing), wanted))


class BoardCaseOut(Schema):
    """An open case: where it is, its days, the risk of missing the deadline, and who holds its critical path."""

    number: str
    name_zh: str
    name_en: str
    enterprise: str
    catalogue: str
    mode: str
    stage: str
    column: str = Field(description="applicant, received, or review- and the stage of the regime.")
    due_on: dt.date | None
    days_left: int | None = Field(description="Working days; below 0 when the day has passed.")
    danger: Danger
    risk: float | None = Field(
        description="Share of like cases that ended later; null where too few have closed."
    )
    not_before: dt.date | None
    not_after: dt.date | None
    cases_behind: int
    departments: list[str]
    held_by: str
    item: str
    item_due_on: dt.date | None
    is_stopped: bool


class BoardLearntOut(Schema):
    """From how many closed cases of a mode risks are learnt, and how often such intervals held."""

    mode: str
    closed: int
    is_enough: bool
    nominal: float | None
    held: float | None
    tests: int


class BoardOut(Schema):
    """All open cases, those due first first; at most 500."""

    open: int
    cases: list[BoardCaseOut]
    learnt: list[BoardLearntOut]
    standing: str


class BoardWhere(Schema):
    """Which cases of the board."""

    pairing: str = Field("", max_length=40)
    department: str = Field("", max_length=40)
    danger: Danger | None = None
    catalogue: str = Field("", max_length=40)


@router.get("/board", response=BoardOut, summary="The coordinator's board of open cases")
@may("approval.view_analysis")
def show_board(request: Any, asked: Query[BoardWhere]) -> Any:
    """Open cases with their stage, days left, risk of missing the deadline and holder."""
    wanted = board.Wanted(asked.department, str(asked.danger or ""), asked.catalogue)
    return told.board_as_plain(board.board(request.member, pairing_of(request, asked.pairing)), wanted)
