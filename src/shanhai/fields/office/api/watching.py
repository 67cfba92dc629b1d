"""Who follows a record, for programs."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from shanhai.core import records
from shanhai.core.actions import watching
from shanhai.core.queries import watching as queries
from shanhai.fields.office.api.base import router
from shanhai.webkit.api import Key, may


class WatchersOut(Schema):
    """Whether the caller follows a record, and who of the caller's own side does, by member code."""

    is_watching: bool
    watchers: list[str]


@router.get("/records/{kind}/{id}/watchers", response=WatchersOut, summary="Who watches a record")
@may("core.watch_record")
def show_watchers(request: Any, kind: str, id: Key) -> Any:
    """Those of the caller's own side."""
    record = records.found(request.member, kind, id)
    found = queries.watchers_of(request.member, record)
    return {
        "is_watching": queries.is_watching(request.member, record),
        "watchers": [one.code for one in found],
    }


@router.post("/records/{kind}/{id}/watch", response={204: None}, summary="Watch a record")
@may("core.watch_record")
def watch_record(request: Any, kind: str, id: Key) -> Any:
    """Follow a record: what waits on it stands in the caller's list, and the caller is told when it moves."""
    watching.watch_record(records.found(request.member, kind, id), by=request.member)
    return 204, None


@router.post("/records/{kind}/{id}/unwatch", response={204: None}, summary="Watch a record no longer")
@may("core.unwatch_record")
def unwatch_record(request: Any, kind: str, id: Key) -> Any:
    """Follow a record no longer."""
    watching.unwatch_record(records.found(request.member, kind, id), by=request.member)
    return 204, None
