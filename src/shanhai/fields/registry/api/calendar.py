"""The working-day calendar: the official days of a year, and loading a notice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from shanhai.core import calendar as core_calendar
from shanhai.fields.registry.api.base import router
from shanhai.fields.registry.queries import days
from shanhai.webkit.api import Day, Given, idempotent, may


class YearOut(Schema):
    """The official days of a year; provisional where its notice is not loaded yet."""

    year: int
    working_days: int
    off: list[date]
    worked: list[date]
    is_provisional: bool


class NoticeIn(Given):
    """The official notice of a year: free weekdays, weekend days worked, document number."""

    year: int = Field(ge=2011, le=2100)
    off_days: list[Day] = Field(max_length=120)
    work_days: list[Day] = Field(default_factory=list, max_length=60)
    source: str = Field(min_length=1, max_length=300)


class MovedOut(Schema):
    """An open deadline that a notice moves."""

    kind: str
    id: int
    text: str
    url: str
    before: date
    after: date


class NoticeOut(Schema):
    """The year, and the open deadlines that its notice moves."""

    year: int
    moved: list[MovedOut]


# Before the address with a year in it, which would take “preview” for one.
@router.post("/calendar/preview", response=NoticeOut, summary="What a notice would move")
@may("registry.keep_rules")
def preview_notice(request: Any, data: NoticeIn) -> Any:
    """Which open deadlines it would move; nothing is written."""
    return {"year": data.year, "moved": core_calendar.preview_notice(**data.dict())}


@router.get("/calendar/{year}", response=YearOut, summary="The official days of a year")
@may("registry.view_calendar")
def get_year(request: HttpRequest, year: int) -> Any:
    """Which weekdays are free, and which weekend days are worked."""
    sheet = days.year_sheet(year)
    return {
        "year": sheet.year,
        "working_days": sheet.working,
        "off": sheet.off,
        "worked": sheet.worked,
        "is_provisional": sheet.is_provisional,
    }


@router.post("/calendar", response={201: NoticeOut}, summary="Load the notice of a year")
@may("registry.keep_rules")
@idempotent(NoticeOut)
def load_notice(request: Any, data: NoticeIn) -> Any:
    """Load it and move the open deadlines that it touches; of two for one year the later counts."""
    return {"year": data.year, "moved": core_calendar.load_notice(by=request.member, **data.dict())}
