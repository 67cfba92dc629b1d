"""Cases as an event log by days, in few statements whatever their number: for forecasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from shanhai.core.clock import SHANGHAI
from shanhai.fields.approval.models import Case, CaseItem, Stop
from shanhai.planners.logs import Event, EventLog, log_of

CLOSE = "close"
_AT_ONCE = 5_000
# A day's doings are taken to be done when the office closes, so that a case closed on its due day is in time.
_EVENING = time(17)


def evening(on: date) -> datetime:
    """When the office closes on a day."""
    return datetime.combine(on, _EVENING, SHANGHAI)


def log_by_days(cases: Sequence[Case]) -> EventLog:
    """What happened to accepted cases, by days: accepted, items decided, clocks stopped and resumed, closed when approved.

    Two statements for 5,000 cases. Events of one day are in the order of the catalogue.
    """
    parts = (cases[first : first + _AT_ONCE] for first in range(0, len(cases), _AT_ONCE))
    return log_of(event for some in parts for event in _events(some))


def _events(cases: Sequence[Case]) -> Iterator[Event]:
    numbers = {one.pk: one.number for one in cases}
    for one in cases:
        if one.accepted_on is not None:
            yield Event(one.number, "accept", evening(one.accepted_on))
    items = CaseItem.objects.filter(case__in=numbers, decided_on__isnull=False).order_by("place")
    for case, code, on in items.values_list("case_id", "code", "decided_on"):
        assert on is not None
        yield Event(numbers[case], code, evening(on))
    stops = Stop.objects.filter(item__case__in=numbers).order_by("pk")
    for case, code, from_on, ended_on in stops.values_list(
        "item__case_id", "item__code", "from_on", "ended_on"
    ):
        yield Event(numbers[case], f"{code}: stop", evening(from_on))
        if ended_on is not None:
            yield Event(numbers[case], f"{code}: resume", evening(ended_on))
    for one in cases:
        if one.closed_on is not None:
            yield Event(one.number, CLOSE, evening(one.closed_on))
