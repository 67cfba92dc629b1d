"""How people are told, for programs: one's own choice, robots, what went out, and who has read what."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core.actions import robots as robot_actions
from shanhai.core.actions import telling as actions
from shanhai.core.models import Robot
from shanhai.core.queries import sendings
from shanhai.fields.office.api.base import router
from shanhai.fields.office.queries import told
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Given,
    Key,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
    paged,
)

Keys = Annotated[list[Key], Field(min_length=1, max_length=500)]
RobotName = Annotated[str, Field(min_length=1, max_length=80)]
Webhook = Annotated[str, Field(min_length=1, max_length=1000)]
Secret = Annotated[str, Field(max_length=200)]


class TellingOut(Schema):
    """How the caller is told besides the page of notices; the address is masked."""

    mail: str
    address: str
    is_confirmed: bool
    is_mail_on: bool
    is_quiet: bool
    next_digest_at: dt.datetime
    waiting: int
    next_at: dt.datetime | None
    version: int


class TellingIn(Given):
    """At once in working hours, one daily digest, or no e-mail."""

    mail: Literal["at_once", "daily", "none"]


class ConfirmIn(Given):
    """The end of the link that was mailed."""

    token: str = Field(min_length=1, max_length=400)


class SentToOneself(Schema):
    """A message that goes out with the next tick."""

    id: int
    what: str


class RobotOut(Schema):
    """A robot of a group chat; of its address only the end is shown."""

    id: int
    name: str
    kind: str
    organisation: str
    unit: str
    address_end: str
    is_active: bool
    failures: int
    last_error: str
    last_sent_at: dt.datetime | None
    last_failed_at: dt.datetime | None
    version: int

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return row.organisation.code

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code if row.unit else ""


class RobotIn(Given):
    """A robot to add, for a unit or a whole organisation."""

    kind: Literal["dingtalk", "wecom"]
    name: RobotName
    organisation: str = Field("", max_length=40)
    unit: str = Field("", max_length=40)
    address: Webhook
    secret: Secret = ""


class RobotPatch(Given):
    """What changes."""

    name: RobotName | None = None
    address: Webhook | None = None
    secret: Secret | None = None


class SendingOut(Schema):
    """A message that went out or waits: to whom and how it went, not what it says."""

    id: int
    created_at: dt.datetime
    channel: str
    what: str
    to: str
    kind: str
    stage: str
    due_at: dt.datetime
    sent_at: dt.datetime | None
    tries: int
    error_code: str
    error: str


class SendingWhere(Schema):
    """Which messages."""

    stage: Literal["", "waiting", "going", "sent", "failed", "unclear", "dropped"] = ""


class SendingsIn(Given):
    """Messages by number."""

    sendings: Keys


class SentAgain(Schema):
    """How many messages were put back."""

    count: int


class FactOut(Schema):
    """What the caller had others told, and how many have read it."""

    id: int
    at: dt.datetime
    what: str
    url: str
    told: int
    read: int


class ReaderOut(Schema):
    """Somebody who was told; ``read_at`` is null until they have read it."""

    member: str
    name: str
    organisation: str
    unit: str
    at: dt.datetime
    read_at: dt.datetime | None


class PersonReached(Schema):
    """Whom a reminder would reach: how and when, or since when they are left in peace."""

    member: str
    name: str
    things: list[str]
    how: str
    mail_at: dt.datetime | None
    lately_at: dt.datetime | None


# -- how one is told -----------------------------------------------------------------------------------------------


@router.get("/telling", response=TellingOut, summary="How the caller is told")
@may("office.view_told")
def get_telling(request: Any, response: HttpResponse) -> Any:
    """The choice, and when the next message goes; its version stands in ETag."""
    one = actions.telling_of(request.member)
    etag(response, one)
    return told.telling_row(request.member, one)


@router.put("/telling", response=TellingOut, summary="Choose how to be told")
@may("core.choose_mail")
def choose_mail(request: Any, response: HttpResponse, data: TellingIn) -> Any:
    """The first time a mail asks the address to confirm itself."""
    one = if_match(request, actions.telling_of(request.member))
    actions.choose_mail(one, mail=data.mail, by=request.member)
    etag(response, one)
    return told.telling_row(request.member, one)


@router.post("/telling/confirm", response=TellingOut, summary="Confirm the own address")
@may("core.confirm_address")
@idempotent(TellingOut, status=200)
def confirm_address(request: Any, data: ConfirmIn) -> Any:
    """By what the mail to the address carried."""
    one = actions.confirm_address(request.member, token=data.token, by=request.member)
    return told.telling_row(request.member, one)


@router.post("/telling/test", response={201: SentToOneself}, summary="Send oneself a test message")
@may("core.send_test")
@idempotent(SentToOneself)
def send_test(request: Any) -> Any:
    """Goes out with the next tick, also outside working hours."""
    return actions.send_test(request.member, by=request.member)


# -- robots --------------------------------------------------------------------------------------------------------


@router.get("/robots", response=Paged[RobotOut], summary="Robots that the caller keeps")
@may("office.view_robots")
def list_robots(request: HttpRequest) -> Any:
    """The administrator all, a dispatcher those of the own unit."""
    return paged(sendings.robots_for(request.member), ("name",), request)  # type: ignore[attr-defined]


@router.get("/robots/{id}", response=RobotOut, summary="One robot")
@may("office.view_robots")
def get_robot(request: Any, response: HttpResponse, id: Key) -> Any:
    """One robot; its version stands in ETag."""
    one = sendings.robot_of(request.member, id)
    etag(response, one)
    return one


def _robot(request: Any, id: int) -> Robot:
    return if_match(request, sendings.robot_of(request.member, id))


@router.post("/robots", response={201: RobotOut}, summary="Add a robot")
@may("core.add_robot")
@idempotent(RobotOut)
def add_robot(request: Any, data: RobotIn) -> Any:
    """Its address and secret are kept encrypted and given out to nobody."""
    given = data.dict()
    organisation, unit = told.group_named(given.pop("organisation"), given.pop("unit"))
    return robot_actions.add_robot(organisation, unit=unit, by=request.member, **given)


@router.patch("/robots/{id}", response=RobotOut, summary="Change a robot")
@may("core.change_robot")
def change_robot(request: Any, response: HttpResponse, id: Key, data: RobotPatch) -> Any:
    """Another name, address or secret."""
    one = robot_actions.change_robot(_robot(request, id), by=request.member, **changes_in(data))
    etag(response, one)
    return one


@router.post("/robots/{id}/off", response=RobotOut, summary="Switch a robot off", openapi_extra=CHANGES_A_ROW)
@may("core.switch_robot_off")
@idempotent(RobotOut, status=200)
def switch_robot_off(request: Any, id: Key) -> Any:
    """What waits for it is dropped."""
    return robot_actions.switch_robot_off(_robot(request, id), by=request.member)


@router.post("/robots/{id}/on", response=RobotOut, summary="Switch a robot on", openapi_extra=CHANGES_A_ROW)
@may("core.switch_robot_on")
@idempotent(RobotOut, status=200)
def switch_robot_on(request: Any, id: Key) -> Any:
    """It brings what is told from now on."""
    return robot_actions.switch_robot_on(_robot(request, id), by=request.member)


@router.post("/robots/{id}/test", response={201: SentToOneself}, summary="Send a test message to a group")
@may("core.try_robot")
@idempotent(SentToOneself)
def try_robot(request: Any, id: Key) -> Any:
    """Goes out with the next tick, also outside working hours."""
    return robot_actions.try_robot(sendings.robot_of(request.member, id), by=request.member)


# -- what went out, and who has read ---------------------------------------------------------------------------------


@router.get("/messages", response=Paged[SendingOut], summary="Messages sent out, latest first")
@may("office.view_sendings")
def list_sendings(request: HttpRequest, where: Query[SendingWhere]) -> Any:
    """To whom, by which channel, and how it went."""
    rows = sendings.sendings()
    if where.stage:
        rows = rows.filter(stage=where.stage)
    page = paged(rows, ("-created_at",), request)
    return page | {"items": [told.sending_row(one) for one in page["items"]]}


@router.post("/messages/again", response=SentAgain, summary="Send failed messages again")
@may("core.send_again")
@idempotent(SentAgain, status=200)
def send_again(request: Any, data: SendingsIn) -> Any:
    """Failed and unclear ones; the others are left alone."""
    return {"count": robot_actions.send_again(sendings.chosen(data.sendings), by=request.member)}


@router.get("/notices/sent", response=Paged[FactOut], summary="What the caller had others told")
@may("office.view_told")
def list_sent_notices(request: Any) -> Any:
    """Latest first, with how many have read it."""
    page = paged(sendings.facts_of(request.member), ("-at",), request)
    return page | {"items": [told.told_row(one) for one in sendings.tallied(page["items"])]}


@router.get("/notices/{fact}/readers", response=Paged[ReaderOut], summary="Who has read it")
@may("office.view_told")
def list_readers(request: Any, fact: Key) -> Any:
    """Everybody who was told, in the order in which they were."""
    rows = sendings.readers(sendings.fact_of(request.member, fact))
    page = paged(rows, ("at",), request)
    return page | {"items": [told.reader_row(one) for one in page["items"]]}
