"""Cases as events that ``planners.logs.writing`` lays down for other tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import history
from shanhai.planners.logs.writing import Related, WrittenEvent


def events_of(cases: Iterable[Case]) -> Iterator[WrittenEvent]:
    """What happened to each case, one case after the other; an item is an object of its own."""
    for case in cases:
        for event in history.events_of(case):
            attributes = {"detail": event.detail} if event.detail else {}
            if not event.is_exact:
                attributes["exact"] = "day"  # The day is known and not the time of day.
            item = (Related(f"item:{case.number}/{event.item}", "item", "item"),) if event.item else ()
            yield WrittenEvent(
                event.case, event.activity, event.at, event.unit, event.lifecycle, attributes, item
            )


def attributes_of(cases: Iterable[Case]) -> dict[str, dict[str, str]]:
    """What is known of each case, by its number."""
    return {
        one.number: {"project": one.project.number, "mode": one.mode, "stage": one.stage} for one in cases
    }
