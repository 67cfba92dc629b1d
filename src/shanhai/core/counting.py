"""Counting that stops: nobody reads more than "10,000+", and a million rows are not counted to say it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

MOST_COUNTED = 10_000


def count_bounded(rows: QuerySet[Any], most: int = MOST_COUNTED) -> int:
    """How many rows there are, to ``most`` and one more."""
    return rows.select_related(None).order_by()[: most + 1].count()
