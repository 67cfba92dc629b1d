"""What lies on a leader's desk, for programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Query, Schema

from shanhai.fields.pairing.api.base import Where, pairing_of, router
from shanhai.fields.pairing.queries import leader as queries
from shanhai.webkit.api import may


class DeskFigureOut(Schema):
    """One of the five figures: a commitment with what was promised and delivered this year, as text."""

    commitment: str
    name: str
    owes: str
    unit: str
    delivered: str
    promised: str
    status: str
    url: str


class DeskRedOut(Schema):
    """Something late or at risk, the units that must act, and the record that it is."""

    what: str
    status: str
    due_on: dt.date
    slack_working_days: int
    rests_with: list[str]
    url: str
    record_kind: str
    record_id: int


class DeskAskOut(Schema):
    """What a side asks at the meeting."""

    side: str
    asks: str


class DeskMeetingOut(Schema):
    """The next joint meeting."""

    number: str
    at: dt.datetime
    place: str
    asks: list[DeskAskOut]
    url: str


class DeskInstructionOut(Schema):
    """An instruction that is not closed."""

    number: str
    text: str
    stage: str
    unit: str
    due_on: dt.date
    slack_working_days: int
    url: str


class DeskOut(Schema):
    """Five figures, what is red, the next meeting, instructions given and due."""

    pairing: str
    on: dt.date
    figures: list[DeskFigureOut]
    red: list[DeskRedOut]
    next_meeting: DeskMeetingOut | None
    instructions_given: list[DeskInstructionOut]
    instructions_due: list[DeskInstructionOut]


@router.get("/leader", response=DeskOut, summary="What a leader is asked about")
@may("pairing.view_leader_desk")
def show_leader_desk(request: Any, asked: Query[Where]) -> Any:
    """How a pairing stands, what is red in it, and which instructions wait."""
    return queries.desk_as_plain(queries.desk(request.member, pairing_of(request, asked.pairing)))
