"""The private address of one's own calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Schema, Status

from shanhai.fields.pairing import actions
from shanhai.fields.pairing.api.base import router
from shanhai.fields.pairing.queries import pages
from shanhai.webkit.api import may


class CalendarOut(Schema):
    """When the address was made; the address itself is shown once, when it is made."""

    made_at: dt.datetime | None
    address: str = ""


@router.get("/calendar", response=CalendarOut, summary="Is there an address of my calendar?")
@may("pairing.view_meetings")
def show_calendar(request: Any) -> Any:
    """Whether a private address works, and since when."""
    link = pages.calendar_links(request.member).first()
    return {"made_at": link.made_at if link else None}


@router.post("/calendar", response={201: CalendarOut}, summary="Make an address of my calendar")
@may("pairing.make_calendar_link")
def make_calendar(request: Any, response: HttpResponse) -> Any:
    """Make a private iCalendar address; an earlier one stops working. It is shown in this answer only."""
    link, secret = actions.make_calendar_link(request.member, by=request.member)
    response["Cache-Control"] = "no-store"
    address = request.build_absolute_uri(reverse("pairing:calendar_feed", args=[secret]))
    return Status(201, {"made_at": link.made_at, "address": address})


@router.post("/calendar/revoke", response=CalendarOut, summary="Revoke the address of my calendar")
@may("pairing.revoke_calendar_link")
def revoke_calendar(request: Any) -> Any:
    """Make the address stop working."""
    for link in pages.calendar_links(request.member):
        actions.revoke_calendar_link(link, by=request.member)
    return {"made_at": None}
