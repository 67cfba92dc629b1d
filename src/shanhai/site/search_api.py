"""Finding things, for programs: ``/api/v1/search``."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router, Schema
from pydantic import Field

from shanhai.core import search, signs
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.api import GREATEST_LIMIT, may

router = Router(tags=["site"])
_BEST = 100


class FoundOut(Schema):
    """One thing that was found; ``url`` is its page."""

    kind: str
    id: int
    title_zh: str
    title_en: str
    code: str
    url: str


class FoundPageOut(Schema):
    """Hits, best first. ``next`` goes on within one kind; without a kind the best of all kinds are given."""

    items: list[FoundOut]
    next: str | None


class SearchFor(Schema):
    """What to look for: all words must be there."""

    q: str = Field(min_length=1, max_length=100)
    kind: str = Field("", max_length=40)
    cursor: str = Field("", max_length=40)
    limit: int = Field(_BEST, ge=1, le=GREATEST_LIMIT)


@router.get("/search", response=FoundPageOut, summary="Find what the caller may see")
@may("site.search")
def find_things(request: Any, asked: Query[SearchFor]) -> Any:
    """By name, code, file number, pinyin or its initials, over all fields."""
    if asked.kind and asked.kind not in signs.search_kinds:
        raise BadInput(
            "site.no_such_kind",
            gettext_noop("Nothing of the kind {kind} is looked for. Take one of: {known}."),
            kind=asked.kind,
            known=", ".join(sorted(one.code for one in signs.search_kinds)),
            field="kind",
        )
    one = search.asked(request.member, asked.q)
    if one is None:
        return {"items": [], "next": None}
    if not asked.kind:
        return {"items": [_out(each) for each in search.ranked(one).found[: asked.limit]], "next": None}
    found, more = search.page(one, asked.kind, asked.cursor, asked.limit)
    return {"items": [_out(each) for each in found], "next": more or None}


def _out(one: search.Found) -> dict[str, Any]:
    titles = {"title_zh": one.title_zh, "title_en": one.title_en}
    return {"kind": one.kind, "id": one.object_id, "code": one.code, "url": one.url} | titles
