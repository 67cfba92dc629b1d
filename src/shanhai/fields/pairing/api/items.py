"""Action items: reported on, closed on evidence, reopened, given more time, dropped."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.api.base import Papers, ReasonIn, Where, pairing_of, papers_of, router, row_schema
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may


@row_schema(tables.ACTION_ITEMS)
class ItemOut(Schema):
    """An action item, with its owner on each side."""

    pairing: str
    meeting: str | None
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_meeting(row: Any) -> str | None:
        return row.resolution.meeting.number if row.resolution else None


class ItemsWhere(Where):
    """Which action items."""

    is_open: bool = False


class ReportIn(Given):
    """How far an action item is; ``is_finished`` asks the other side to look and close it."""

    text: str = Field(min_length=1, max_length=5000)
    text_en: str = Field("", max_length=5000)
    is_finished: bool = False
    evidence: Papers = Field(default_factory=list)


class CloseIn(Given):
    """On which day an action item was done, and the papers that show it."""

    on: Day
    evidence: Papers = Field(default_factory=list)


class ReopenIn(Given):
    """Why it is open again."""

    reason: str = Field("", max_length=300)


class ExtensionIn(ReasonIn):
    """The new due day, and why; both sides read it."""

    due_on: Day


@router.get("/action-items", response=Paged[ItemOut], summary="Action items")
@may("pairing.view_items")
def list_action_items(request: Any, asked: Query[ItemsWhere]) -> Any:
    """The action items of a pairing and those nested in it, soonest due first."""
    found = queries.action_items_of(request.member, pairing_of(request, asked.pairing))
    if asked.is_open:
        found = found.filter(stage__in=rules.OPEN_ITEM)
    return registers.paged(ItemOut, found, ("due_on", "id"), request)


@router.get("/action-items/{number}", response=ItemOut, summary="One action item")
@may("pairing.view_items")
def show_action_item(request: Any, response: HttpResponse, number: str) -> Any:
    """One action item; its version stands in ETag."""
    found = queries.item_of(request.member, number)
    etag(response, found)
    return found


@router.post(
    "/action-items/{number}/report",
    response=ItemOut,
    summary="Report on an action item",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.report_action_item")
@idempotent(ItemOut, status=200)
def report_action_item(request: Any, number: str, data: ReportIn) -> Any:
    """Say how far it is, with evidence when it is done; a unit with further steps prepares it so (``office/replies``)."""
    one = _at_version(request, number)
    actions.report_action_item(
        one,
        text=data.text,
        text_en=data.text_en,
        is_finished=data.is_finished,
        evidence=papers_of(request, data.evidence),
        by=request.member,
    )
    return one


@router.patch("/action-items/{number}", response=ItemOut, summary="Close an action item")
@may("pairing.close_action_item")
def close_action_item(request: Any, response: HttpResponse, number: str, data: CloseIn) -> Any:
    """Close it on the papers that show it is done."""
    found = _at_version(request, number)
    actions.close_action_item(
        found, on=data.on, evidence=papers_of(request, data.evidence), by=request.member
    )
    etag(response, found)
    return found


@router.post(
    "/action-items/{number}/reopen",
    response=ItemOut,
    summary="Open an action item again",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.reopen_action_item")
@idempotent(ItemOut, status=200)
def reopen_action_item(request: Any, number: str, data: ReopenIn) -> Any:
    """Undo of reporting, closing and dropping."""
    return actions.reopen_action_item(_at_version(request, number), reason=data.reason, by=request.member)


@router.post(
    "/action-items/{number}/extend",
    response=ItemOut,
    summary="Give an action item more time",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.extend_action_item")
@idempotent(ItemOut, status=200)
def extend_action_item(request: Any, number: str, data: ExtensionIn) -> Any:
    """Give it more time; the first due day stays on the record."""
    return actions.extend_action_item(
        _at_version(request, number), due_on=data.due_on, reason=data.reason, by=request.member
    )


@router.post(
    "/action-items/{number}/drop",
    response=ItemOut,
    summary="Drop an action item",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.drop_action_item")
@idempotent(ItemOut, status=200)
def drop_action_item(request: Any, number: str, data: ReasonIn) -> Any:
    """Drop what need not be done any more, with a reason."""
    return actions.drop_action_item(_at_version(request, number), reason=data.reason, by=request.member)


def _at_version(request: Any, number: str) -> Any:
    """The item, at the version that the caller has read."""
    return if_match(request, queries.item_of(request.member, number))
