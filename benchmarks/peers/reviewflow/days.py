"""Working days of the peer: weekends only."""

from __future__ import annotations

from datetime import date, timedelta

TODAY = date(2023, 9, 18)


def add_working(day: date, n: int) -> date:
    """So many working days later; weekends only."""
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def count_working(first: date, last: date) -> int:
    """Working days after the first up to the last."""
    return sum((first + timedelta(days=i)).weekday() < 5 for i in range(1, (last - first).days + 1))
