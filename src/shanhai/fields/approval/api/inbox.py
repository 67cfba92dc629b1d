"""The inbox of a unit for programs: what runs out first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import inbox as queries
from shanhai.webkit.api import Paged, may, paged


class InboxOut(Schema):
    """One thing that a unit is asked: a decision, an opinion, advice, or to accept a file.

    ``version`` is what a decision or reply gives in If-Match; a file to accept has none here.
    """

    asked: str
    case: str
    item: str
    department: str
    name_zh: str
    name_en: str
    project_zh: str
    project_en: str
    enterprise: str
    state: str
    step: str
    due_on: dt.date | None
    slack_days: int | None
    version: int | None


class InboxWhere(Schema):
    """What is asked (decide, opinion, advice, accept), and how it stands (late, today); empty: all."""

    kind: str = Field("", max_length=20)
    show: str = Field("", max_length=20)


@router.get("/inbox", response=Paged[InboxOut], summary="The inbox of a unit")
@may("approval.decide_item")
def list_inbox(request: Any, asked: Query[InboxWhere]) -> Any:
    """What waits for the caller's unit in joint review, what runs out first being first."""
    found = queries.waiting_of(request.member, queries.wanted(asked.kind, asked.show))
    page = paged(found, ("sorted_on",), request)
    return {"items": [queries.told(row) for row in queries.inbox_of(page["items"])], "next": page["next"]}
