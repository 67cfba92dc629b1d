"""Phone links for programs: made on a record, listed, extended, revoked, released."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from django.urls import reverse
from ninja import Schema, Status
from pydantic import Field

from shanhai.core import records
from shanhai.core.actions import links as actions
from shanhai.core.models import PhoneLink
from shanhai.core.queries import links as queries
from shanhai.fields.office.api.base import router
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Key, Paged, etag, idempotent, if_match, may, paged

RoleWord = Literal[
    "driver", "farmer", "teacher", "student", "investor", "bookkeeper", "village", "enterprise", "receiver", "other",
]  # fmt: skip
StateWord = Literal["", "unused", "bound", "done", "expired", "locked", "revoked"]


class PhoneLinkOut(Schema):
    """A phone link: no token, and of the number its last four digits."""

    code: str
    opens: str
    kind: str
    id: int
    holder: str
    role: str
    phone: str
    state: str
    wrong_tries: int
    issued_at: dt.datetime
    issued_by: str
    until_on: dt.date
    bound_at: dt.datetime | None
    used_at: dt.datetime | None
    done_at: dt.datetime | None
    revoked_at: dt.datetime | None
    reason: str
    version: int


class PhoneLinkMadeOut(PhoneLinkOut):
    """A link that was just made. ``address`` holds its token: it is answered this once and kept nowhere."""

    address: str


class PhoneLinkIn(Given):
    """For whom the link is, and what it opens; the last day is some days from today where none is given."""

    opens: str = Field("", max_length=60, description="What it opens, as office.rate_answer.")
    holder: str = Field(min_length=1, max_length=80)
    role: RoleWord
    phone: str = Field(
        min_length=7, max_length=40, description="Kept as a keyed hash, with its last four digits."
    )
    until_on: Day | None = None
    call: str = Field("", max_length=120, description="Whom the person may call.")


class PhoneLinkDayIn(Given):
    """Its new last day."""

    until_on: Day


class PhoneLinkReasonIn(Given):
    """Why it ends, if that should be on the record."""

    reason: str = Field("", max_length=200)


@router.get("/links", response=Paged[PhoneLinkOut], summary="Phone links of the own unit, latest first")
@may("office.view_links")
def list_phone_links(request: Any, state: StateWord = "") -> Any:
    """All of them, or those in a state."""
    page = paged(queries.in_state(queries.links_for(request.member), state), ("-issued_at",), request)
    queries.know_tries(page["items"])
    return page | {"items": [queries.as_row(one) for one in page["items"]]}


@router.get("/links/{code}", response=PhoneLinkOut, summary="One phone link")
@may("office.view_links")
def get_phone_link(request: Any, response: HttpResponse, code: str) -> Any:
    """How it stands."""
    one = queries.link_of(request.member, code)
    etag(response, one)
    return queries.as_row(one)


@router.post(
    "/records/{kind}/{id}/links", response={201: PhoneLinkMadeOut}, summary="Share a record by phone link"
)
@may("core.issue_link")
def issue_phone_link(request: Any, response: HttpResponse, kind: str, id: Key, data: PhoneLinkIn) -> Any:
    """Make a link for one person. The answer holds its token, so it takes no idempotency key: it would be kept."""
    given = data.dict()
    record = records.found(request.member, kind, id)
    link, token = actions.issue_link(record, kind=given.pop("opens"), by=request.member, **given)
    return Status(201, _made(request, response, link, token))


@router.post(
    "/links/{code}/renew",
    response=PhoneLinkMadeOut,
    summary="Make the address of a phone link anew",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.renew_link")
def renew_phone_link(request: Any, response: HttpResponse, code: str) -> Any:
    """The old address opens nothing any more; the phone gives its number again."""
    return _made(request, response, *actions.renew_link(_at_version(request, code), by=request.member))


@router.post(
    "/links/{code}/extend",
    response=PhoneLinkOut,
    summary="Give a phone link a later last day",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.extend_link")
@idempotent(PhoneLinkOut, status=200)
def extend_phone_link(request: Any, code: str, data: PhoneLinkDayIn) -> Any:
    """One that has expired opens again."""
    one = actions.extend_link(_at_version(request, code), until_on=data.until_on, by=request.member)
    return queries.as_row(one)


@router.post(
    "/links/{code}/take-back-extension",
    response=PhoneLinkOut,
    summary="Take back that a phone link was extended",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.take_back_extension")
@idempotent(PhoneLinkOut, status=200)
def take_back_phone_link_extension(request: Any, code: str) -> Any:
    """Undo of extending, for some minutes."""
    return queries.as_row(actions.take_back_extension(_at_version(request, code), by=request.member))


@router.post("/links/{code}/revoke", response=PhoneLinkOut, summary="Revoke a phone link")
@may("core.revoke_link")
@idempotent(PhoneLinkOut, status=200)
def revoke_phone_link(request: Any, code: str, data: PhoneLinkReasonIn) -> Any:
    """End it at once, whatever version the caller read: wrong tries of others move the row, and must not delay this."""
    one = queries.link_of(request.member, code)
    return queries.as_row(actions.revoke_link(one, reason=data.reason, by=request.member))


@router.post(
    "/links/{code}/restore",
    response=PhoneLinkOut,
    summary="Take back that a phone link was revoked",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.restore_link")
@idempotent(PhoneLinkOut, status=200)
def restore_phone_link(request: Any, code: str) -> Any:
    """Undo of revoking, for some minutes."""
    return queries.as_row(actions.restore_link(_at_version(request, code), by=request.member))


@router.post(
    "/links/{code}/release",
    response=PhoneLinkOut,
    summary="Let another phone use a phone link",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.release_link")
@idempotent(PhoneLinkOut, status=200)
def release_phone_link(request: Any, code: str) -> Any:
    """The next phone with the right number is let in, and the one before is shut out."""
    return queries.as_row(actions.release_link(_at_version(request, code), by=request.member))


def _at_version(request: Any, code: str) -> PhoneLink:
    return if_match(request, queries.link_of(request.member, code))


def _made(request: Any, response: HttpResponse, link: PhoneLink, token: str) -> dict[str, Any]:
    response["Cache-Control"] = "no-store"
    etag(response, link)
    address = request.build_absolute_uri(reverse("phone_landing", args=[token]))
    return queries.as_row(link) | {"address": address}
