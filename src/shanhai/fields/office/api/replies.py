"""What units prepared to send out, for programs: read, passed on, returned, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from shanhai.core import replies as actions
from shanhai.fields.office.api.base import router
from shanhai.fields.office.queries import prepared as queries
from shanhai.webkit.api import CHANGES_A_ROW, Given, Key, Paged, etag, idempotent, if_match, may, paged

Step = Literal["handle", "check", "sign"]


class SaidOut(Schema):
    """Something that would go out."""

    label: str
    text: str


class ReplyOut(Schema):
    """A reply that a unit prepared: what would go out, on which step it is, and with whom."""

    id: int
    reply: str
    record_kind: str
    record: str
    unit: str
    steps: list[Step]
    step: Step
    holders: str
    due_on: dt.date | None
    written_by: str
    shown: list[SaidOut]
    papers: list[int]
    version: int

    @classmethod
    def of(cls, climb: Any) -> dict[str, Any]:
        """As it is answered."""
        facts = queries.facts_of(climb)
        return facts | {"holders": facts.pop("with")}


class DecisionOut(Schema):
    """One decision on the way."""

    step: Step
    decision: Literal["passed", "returned", "taken"]
    word: str
    by: str
    for_member: str
    at: dt.datetime


class ReplyWhole(ReplyOut):
    """A reply with what was decided on its way."""

    decisions: list[DecisionOut]


class ReplyMovedOut(Schema):
    """Where a reply is now: on its step, or sent."""

    id: int
    is_sent: bool
    step: Step


class PassReplyIn(Given):
    """The step on which it was seen, and a word."""

    step: Step
    word: str = Field("", max_length=300)


class ReturnReplyIn(Given):
    """The step on which it was seen, and the word that says why."""

    step: Step
    word: str = Field(min_length=1, max_length=300)


@router.get("/replies", response=Paged[ReplyOut], summary="What the own unit prepared")
@may("office.view_work")
def list_replies(request: Any) -> Any:
    """The replies on the ladders of one's unit and of those for whom one stands in, oldest first."""
    page = paged(actions.on_the_way(request.member), ("id",), request)
    return page | {"items": [ReplyOut.of(climb) for climb in page["items"]]}


@router.get("/replies/{id}", response=ReplyWhole, summary="One prepared reply")
@may("office.view_work")
def show_reply(request: Any, response: HttpResponse, id: Key) -> Any:
    """One reply with what was decided on its way; its version stands in ETag."""
    climb = queries.reply_of(request.member, id)
    etag(response, climb)
    told = [one | {"for_member": one.pop("for")} for one in queries.decisions_of(climb)]
    return ReplyOut.of(climb) | {"decisions": told}


@router.post(
    "/replies/{id}/pass", response=ReplyMovedOut, summary="Pass a reply on", openapi_extra=CHANGES_A_ROW
)
@may("core.pass_reply")
@idempotent(ReplyMovedOut, status=200)
def pass_reply(request: Any, id: Key, data: PassReplyIn) -> Any:
    """Pass it to the next step; the last one sends it in the caller's name."""
    climb = _at_version(request, id)
    is_sent = actions.pass_reply(climb, step=data.step, word=data.word, by=request.member)
    return {"id": climb.pk, "is_sent": is_sent, "step": climb.step}


@router.post(
    "/replies/{id}/return", response=ReplyMovedOut, summary="Return a reply", openapi_extra=CHANGES_A_ROW
)
@may("core.return_reply")
@idempotent(ReplyMovedOut, status=200)
def return_reply(request: Any, id: Key, data: ReturnReplyIn) -> Any:
    """Return it to the step below with a word; at the first its writer corrects it."""
    climb = _at_version(request, id)
    actions.return_reply(climb, step=data.step, word=data.word, by=request.member)
    return {"id": climb.pk, "is_sent": False, "step": climb.step}


@router.post(
    "/replies/{id}/take-back",
    response=ReplyMovedOut,
    summary="Take one's step back",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.take_back_reply")
@idempotent(ReplyMovedOut, status=200)
def take_back_reply(request: Any, id: Key) -> Any:
    """Undo of passing on and returning, while nobody has decided since."""
    climb = _at_version(request, id)
    actions.take_back_reply(climb, by=request.member)
    return {"id": climb.pk, "is_sent": False, "step": climb.step}


def _at_version(request: Any, key: int) -> Any:
    found = queries.reply_of(request.member, key)
    if_match(request, found)
    return found
