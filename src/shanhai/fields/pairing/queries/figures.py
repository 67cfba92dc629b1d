"""Figures of the rulebook that the field works by, and the days that follow from them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from shanhai.core import rulebook
from shanhai.core.models import Pairing

CODES = (
    "pairing.agreement.renewal_notice_days",
    "pairing.item.reminder_days",
    "pairing.item.escalate_after_days",
    "pairing.commitment.escalate_after_days",
    "pairing.meeting.min_per_year",
    "pairing.meeting.papers_before_days",
    "pairing.meeting.papers_due_days",
    "pairing.money.reminder_days",
    "pairing.secondment.months",
    "pairing.secondment.months_min",
    "pairing.secondment.months_max",
    "pairing.secondment.appraisal_months",
    "pairing.secondment.appraisal_notice_days",
    "pairing.secondment.end_notice_days",
)


def figures_of(pairing: Pairing | None, on: date) -> dict[str, Any]:
    """The figures that hold for a pairing on a day (one statement): its own, its zone's, else the national ones."""
    scopes = ["national"]
    if pairing is not None:
        zone = pairing.zone if pairing.zone_id and pairing.zone_id != pairing.pk else None
        scopes = [f"pairing:{pairing.code}", *([f"pairing:{zone.code}"] if zone else []), "national"]
    return {code: found.value for code, found in rulebook.values_of(CODES, on, scopes).items()}


def add_months(day: date, months: int) -> date:
    """The same day some months on; the last of the month where it has no such day.

    Examples
    --------
    >>> from datetime import date
    >>> str(add_months(date(2023, 8, 31), 6)), str(add_months(date(2023, 7, 1), 24))
    ('2024-02-29', '2025-07-01')
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def appraisal_days(from_on: date, to_on: date, months: int) -> list[date]:
    """When a seconded officer is appraised: each half-year, and finally on the last day.

    Examples
    --------
    >>> from datetime import date
    >>> [str(day) for day in appraisal_days(date(2022, 7, 1), date(2023, 12, 31), 6)]
    ['2022-12-31', '2023-06-30', '2023-12-31']
    """
    days, n = [], 1
    while (day := add_months(from_on, n * months) - timedelta(days=1)) < to_on:
        days.append(day)
        n += 1
    return [*days, to_on]
