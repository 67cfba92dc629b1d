"""What the caller was told, for programs: ``/api/v1/me/notices``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema

from shanhai.core import notices
from shanhai.core.models import Notice
from shanhai.core.queries import notices as queries
from shanhai.webkit.api import Key, Paged, idempotent, may, paged

router = Router(tags=["site"])
ACCESS = "site.view_notices"


class ToldOut(Schema):
    """That the caller was told of a fact. ``what`` is in the caller's language, ``url`` the page of the record."""

    id: int
    kind: str
    what: str
    url: str
    at: datetime
    read_at: datetime | None


class NoticesRead(Schema):
    """How many were unread until now."""

    read: int


def _out(notice: Notice) -> dict[str, Any]:
    fact = notice.fact
    own = {"id": notice.pk, "at": notice.at, "read_at": notice.read_at}
    return own | {"kind": fact.kind, "what": queries.words(notice), "url": fact.url}


@router.get("/me/notices", response=Paged[ToldOut], summary="What the caller was told, latest first")
@may(ACCESS)
def list_notices(request: Any, show: Literal["unread", "all"] = "all") -> Any:
    """All of it, or only what is unread."""
    rows = queries.unread(request.member) if show == "unread" else queries.notices_of(request.member)
    page = paged(rows, ("-at",), request)
    return page | {"items": [_out(notice) for notice in page["items"]]}


@router.post("/me/notices/read", response=NoticesRead, summary="Mark all of the caller's notices as read")
@may(ACCESS)
@idempotent(NoticesRead, status=200)
def read_notices(request: Any) -> Any:
    """Mark all that is unread; a second call finds none."""
    return {"read": notices.mark_read(request.member)}


@router.post("/me/notices/{id}/read", response=ToldOut, summary="Mark one notice as read")
@may(ACCESS)
@idempotent(ToldOut, status=200)
def read_notice(request: Any, id: Key) -> Any:
    """Mark it; one that was read before stays as it is."""
    notices.mark_read(request.member, [queries.notice_of(request.member, id).pk])
    return _out(queries.notice_of(request.member, id))
