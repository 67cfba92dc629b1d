"""Cases as events that ``planners.logs.writing`` lays down for other tools."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import history
from shanhai.planners.logs.writing import Related, WrittenEvent


def events_of(cases: QuerySet[Case]) -> Iterator[WrittenEvent]:
    """What happened to each case, one case after the other; an item is an object of its own.

    Read for a hundred cases at a time, so the number of statements does not grow with each case.
    """
    for case, events in history.events_of_many(cases):
        for event in events:
            attributes = {"detail": event.detail} if event.detail else {}
            if not event.is_exact:
                attributes["exact"] = "day"  # The day is known and not the time of day.
            item = (Related(f"item:{case.number}/{event.item}", "item", "item"),) if event.item else ()
            yield WrittenEvent(
                event.case, event.activity, event.at, event.unit, event.lifecycle, attributes, item
            )


def attributes_of(cases: QuerySet[Case]) -> dict[str, dict[str, str]]:
    """What is known of each case, by its number."""
    return {
        one.number: {"project": one.project.number, "mode": one.mode, "stage": one.stage}
        for one in cases.select_related("project").iterator()
    }
