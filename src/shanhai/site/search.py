"""Finding things: the page of results, and the few that stand under the search box while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from shanhai.core import signs
from shanhai.core.search import Found, find
from shanhai.webkit.pages import login_needed

MOST = 60  # on the page, all kinds together
MOST_OF_A_KIND = 200
UNDER_THE_BOX = 8
A_GROUP_SHOWS = 8
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, best first."""

    kind: str
    name: str
    found: tuple[Found, ...]
    more: int


@login_needed
def search(request: Any) -> HttpResponse:
    """What the reader may find under ``q``: grouped by kind, kinds in the order of their best hit."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    kind = request.GET.get("kind", "")
    kind = kind if kind in signs.search_kinds else ""
    if request.htmx and request.htmx.target == "found":
        return _under_the_box(request, text)
    found = _find(request.member, text, MOST_OF_A_KIND if kind else MOST, kind)
    context = {
        "search_text": text,
        "kind": kind,
        "kind_name": signs.search_kinds[kind].name if kind else "",
        "groups": _groups(found, whole=bool(kind)),
        "total": len(found),
        "is_full": len(found) == (MOST_OF_A_KIND if kind else MOST),
    }
    return render(request, "site/search.html", context)


def _under_the_box(request: Any, text: str) -> HttpResponse:
    found = _find(request.member, text, UNDER_THE_BOX + 1, "")
    context = {"text": text, "found": found[:UNDER_THE_BOX], "has_more": len(found) > UNDER_THE_BOX}
    return render(request, "site/_found.html", context)


def _find(member: Any, text: str, limit: int, kind: str) -> list[Found]:
    return find(member, text, limit, kind=kind) if member is not None and text else []


def _groups(found: list[Found], *, whole: bool) -> list[Group]:
    by_kind: dict[str, list[Found]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    return [
        Group(
            kind,
            some[0].kind_name,
            tuple(some if whole else some[:A_GROUP_SHOWS]),
            0 if whole else max(0, len(some) - A_GROUP_SHOWS),
        )
        for kind, some in by_kind.items()
    ]
