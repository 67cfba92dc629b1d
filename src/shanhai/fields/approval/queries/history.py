"""What happened to a case, in order, as plain events: for event logs (OCEL, XES) and for whoever replays it.

Where the journal has the instant of an event it stands there; of a case that came with a zone folder only the day is
known, and then the event has the first instant of that day and says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from django.db.models import QuerySet

from shanhai.core.clock import SHANGHAI
from shanhai.core.models import JournalEntry
from shanhai.fields.approval.models import Case, CaseItem, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a case.

    ``lifecycle`` is that of XES: schedule (asked), start, suspend, resume, complete, ate_abort (dropped or refused).
    ``item`` is empty for what concerns the whole file.
    """

    case: str
    activity: str
    at: datetime
    lifecycle: str
    unit: str
    item: str = ""
    is_exact: bool = True
    detail: str = ""


# Event in the journal, and the lifecycle of its item.
_OF_ITEM = {
    "opened": "start",
    "decided": "complete",
    "stopped": "suspend",
    "resumed": "resume",
    "recalled": "reassign",
    "dropped": "ate_abort",
    "extended": "schedule",
}


# Cases whose rows and entries are read together.
_TOGETHER = 100


def events_of(case: Case) -> list[Event]:
    """The events of a case in order of time; ties in the order in which they were written."""
    items = queries.whole(case)
    return _events(case, items, _instants([(case, items)]))


def events_of_many(cases: QuerySet[Case]) -> Iterator[tuple[Case, list[Event]]]:
    """``events_of`` for many cases in their order; the number of statements grows with each hundred of them."""
    rows = queries.whole_many(cases)
    while some := [(case, items) for case, items, _papers in islice(rows, _TOGETHER)]:
        instants = _instants(some)
        for case, items in some:
            yield case, _events(case, items, instants)


def _events(case: Case, items: list[CaseItem], instants: Instants) -> list[Event]:
    found = [
        *_of_case(case, instants),
        *(event for item in items for event in _of_item(case, item, instants)),
    ]
    order = {"schedule": 0, "complete": 1, "ate_abort": 1, "suspend": 2, "resume": 3, "start": 4}
    return sorted(found, key=lambda one: (one.at, order.get(one.lifecycle, 5)))


Instants = dict[tuple[str, int, str, date], datetime]


def _instants(cases: Iterable[tuple[Case, list[CaseItem]]]) -> Instants:
    """The instants that the journal knows, by kind and key of the row, event and day (three statements)."""
    keys: dict[str, list[int]] = {"approval.case": [], "approval.caseitem": [], "approval.opinion": []}
    for case, items in cases:
        keys["approval.case"].append(case.pk)
        keys["approval.caseitem"] += [one.pk for one in items]
        keys["approval.opinion"] += [one.pk for item in items for one in item.opinions.all()]
    found: Instants = {}
    for kind, ids in keys.items():
        rows = JournalEntry.objects.filter(subject_kind=kind, subject_id__in=ids).order_by("pk")
        for at, action, pk, body in rows.values_list("at", "action", "subject_id", "body"):
            event = json.loads(body).get("facts", {}).get("event") or action.rpartition(".")[2]
            found[kind, int(pk or 0), str(event), at.astimezone(SHANGHAI).date()] = at
    return found


def _at(instants: Instants, kind: str, pk: int, event: str, on: date) -> tuple[datetime, bool]:
    found = instants.get((kind, pk, event, on))
    if found is not None:
        return found, True
    return datetime.combine(on, time(), SHANGHAI), False


def _of_case(case: Case, instants: Instants) -> Iterator[Event]:
    keeper = case.owner_unit.organisation.code if case.owner_unit else ""
    for activity, event, on, lifecycle in (
        ("file", "file_case", case.filed_on, "start"),
        ("hand in", "hand_in", case.received_on, "complete"),
        ("name gaps", "name_gaps", case.gaps_on, "complete"),
        ("accept", "accept_case", case.accepted_on, "complete"),
    ):
        if on is not None:
            at, is_exact = _at(instants, "approval.case", case.pk, event, on)
            yield Event(case.number, activity, at, lifecycle, keeper, is_exact=is_exact)
    if case.closed_on is not None:
        event = "withdraw_case" if case.stage == rules.CaseStage.WITHDRAWN else "closed"
        at, is_exact = _at(instants, "approval.case", case.pk, event, case.closed_on)
        lifecycle = "complete" if case.stage == rules.CaseStage.APPROVED else "ate_abort"
        yield Event(case.number, "close", at, lifecycle, keeper, is_exact=is_exact, detail=case.stage)


def _of_item(case: Case, item: CaseItem, instants: Instants) -> Iterator[Event]:
    unit = item.unit.organisation.code if not item.is_absent else item.department

    def event(name: str, on: date, detail: str = "") -> Event:
        at, is_exact = _at(instants, "approval.caseitem", item.pk, name, on)
        if not is_exact and name == "opened" and on == case.accepted_on:
            at, is_exact = _at(instants, "approval.case", case.pk, "accept_case", on)
        return Event(case.number, item.code, at, _OF_ITEM[name], unit, item.code, is_exact, detail)

    if item.opens_on is not None:
        yield event("opened", item.opens_on)
    for stop in item.stops.all():
        yield event("stopped", stop.from_on, stop.reason)
        if stop.ended_on is not None:
            yield event("resumed", stop.ended_on, stop.reason)
    if item.extended_on is not None:
        yield event("extended", item.extended_on, str(item.extra_days))
    for opinion in item.opinions.all():
        if opinion.replied_on is not None:
            yield _opinion(case, item, opinion, instants)
    if item.decided_on is not None:
        yield event("decided", item.decided_on, item.decision)
    elif item.state == rules.State.DROPPED and item.opens_on is not None and case.closed_on is not None:
        yield event("dropped", case.closed_on)


def _opinion(case: Case, item: CaseItem, opinion: Opinion, instants: Instants) -> Event:
    assert opinion.replied_on is not None
    name = "silent" if opinion.is_silent else "replied"
    at, is_exact = _at(instants, "approval.opinion", opinion.pk, name, opinion.replied_on)
    unit = opinion.unit.organisation.code if not opinion.is_absent else opinion.department
    activity = f"{item.code}: {opinion.role} {opinion.department}"
    return Event(case.number, activity, at, "complete", unit, item.code, is_exact, opinion.counts_as)
